package steps

import (
	"strconv"
	"strings"
	"sync"
)

// tally counts how often requests of a shape were answered: what was answered
// often has not brought a server down.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (t *tally) add(shape string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = map[string]int{}
	}
	t.n[shape]++
}

// Answered tells how often requests of this shape were answered in the run, see
// Failed.Shape.
func (r *Run) Answered(shape string) int {
	r.answered.mu.Lock()
	defer r.answered.mu.Unlock()
	return r.answered.n[shape]
}

// shapeOf is what requests have in common that a server treats alike: the
// command, how many words follow, whether an address leads elsewhere, and
// whether somebody is logged in.
func (w *World) shapeOf(u *user, request string) string {
	words := strings.Fields(request)
	if len(words) == 0 {
		return ""
	}
	shape := words[0]
	if !commands[shape] {
		shape = "?"
	}
	for _, word := range words[1:min(len(words), 4)] {
		switch {
		case strings.Contains(word, "tidakada"), strings.Contains(word, "/"):
			shape += " odd"
		case word[0] == '-' || word[0] >= '0' && word[0] <= '9':
			if n, err := strconv.Atoi(word); strings.Count(word, ".") == 3 || err == nil && n > 0 && n <= 65535 {
				shape += " number"
			} else {
				shape += " odd"
			}
		case strings.Contains(word, "@") && !strings.HasSuffix(word, "@"+u.home.Dialect.ServerID):
			shape += " elsewhere"
		case w.known(word):
			shape += " known"
		default:
			shape += " word"
		}
	}
	if u.in {
		return shape + " in session"
	}
	return shape
}

// known tells whether a word names a user who is registered, as far as the
// scenario knows.
func (w *World) known(word string) bool {
	name, _, _ := strings.Cut(word, "@")
	for _, u := range w.users {
		if u.name == name {
			return u.registered
		}
	}
	return false
}

var commands = map[string]bool{
	"auth": true, "logout": true, "register": true, "send": true, "sendgroup": true, "sendfile": true,
	"inbox": true, "creategroup": true, "addserver": true, "connect": true, "sendfilegroup": true,
}
