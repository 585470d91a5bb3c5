package reproduce

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// tokens is where a script needs what only the target can give it.
type tokens struct {
	in   map[int][]part   // by the event that sends it: where it stands, in order
	from map[int][]string // by the event that is answered with it: lines that keep it

	goesOn map[int]bool // the events behind which more is sent before anything comes
}

// part is bytes of what is sent that a variable stands for.
type part struct {
	from, to int
	text     string
}

// shortestToken is below what a word of an answer is repeated by chance.
const shortestToken = 6

// A burst is what is sent on one connection until something comes.
type burst struct {
	events []int
	sent   []byte
	answer []byte
}

// findTokens finds words that are sent after the target said them, and were not
// sent before: they are its own, such as tokens, and others in another run.
func findTokens(events []verdict.Event) tokens {
	t := tokens{in: map[int][]part{}, from: map[int][]string{}, goesOn: map[int]bool{}}
	all := bursts(events)
	var said []byte // to the target
	known := map[string]string{}
	for i, b := range all {
		for _, event := range b.events[:len(b.events)-1] {
			t.goesOn[event] = true
		}
		for _, word := range words.FindAllIndex(b.sent, -1) {
			text := string(b.sent[word[0]:word[1]])
			name, again := known[text]
			if !again && (len(text) < shortestToken || bytes.Contains(said, []byte(text))) {
				continue
			}
			if !again {
				line := ""
				for _, earlier := range all[:i] {
					if taking, ok := take(fmt.Sprintf("t%d", len(known)+1), earlier.answer, text); ok {
						line = taking
						name = fmt.Sprintf("t%d", len(known)+1)
						at := earlier.events[len(earlier.events)-1]
						t.from[at] = append(t.from[at], line)
						break
					}
				}
				if line == "" {
					continue
				}
				known[text] = name
			}
			t.place(events, b, word[0], word[1], name)
		}
		said = append(append(said, b.sent...), '\n')
	}
	return t
}

var words = regexp.MustCompile(`[^\s,]+`)

// bursts takes events apart by connection, in the order in which they began.
func bursts(events []verdict.Event) []*burst {
	var all []*burst
	open := map[string]*burst{}
	for i, e := range events {
		b := open[e.Conn]
		switch e.Dir {
		case verdict.Sent:
			if b == nil || len(b.answer) > 0 {
				b = &burst{}
				open[e.Conn] = b
				all = append(all, b)
			}
			b.events = append(b.events, i)
			b.sent = append(b.sent, e.Data...)
		case verdict.Received:
			if b != nil {
				b.answer = append(b.answer, e.Data...)
			}
		case verdict.Opened:
			delete(open, e.Conn)
		}
	}
	return all
}

// before is the key that a value of an answer stands behind.
var before = regexp.MustCompile(`[^{,\r\n]{1,40}$`)

// take is the line that takes a word out of the answer in r. It reports false
// where the answer does not have the word, or nothing that tells where.
func take(name string, answer []byte, word string) (line string, ok bool) {
	at := bytes.Index(answer, []byte(word))
	if at < 0 || strings.ContainsAny(word, `%\"$`+"`") {
		return "", false
	}
	key := string(before.Find(answer[:at]))
	if key == "" || bytes.Index(answer, []byte(key)) != at-len(key) || !plain(key) || !plain(word) {
		return "", false
	}
	end := `[[:space:]]`
	if rest := answer[at+len(word):]; len(rest) > 0 && plain(string(rest[:1])) {
		end = literal(string(rest[:1]))
	}
	return fmt.Sprintf("%[1]s=${r#*%[2]s}; %[1]s=${%[1]s%%%%%[3]s*}\n", name, literal(key), end), true
}

func plain(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' || c == '!' })
}

// literal quotes plain text for the shell.
func literal(s string) string {
	if !strings.Contains(s, "'") {
		return "'" + s + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(s) + `"`
}

// place notes that a variable stands for the bytes from one offset of a burst to
// another, which several events may share.
func (t *tokens) place(events []verdict.Event, b *burst, from, to int, name string) {
	at := 0
	for _, i := range b.events {
		n := len(events[i].Data)
		a, z := max(from, at), min(to, at+n)
		if a < z {
			text := "${" + name + "}"
			if z-a < to-from {
				text = fmt.Sprintf("${%s:%d:%d}", name, a-from, z-a)
			}
			t.in[i] = append(t.in[i], part{a - at, z - at, text})
		}
		at += n
	}
}
