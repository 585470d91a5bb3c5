// Package shrink reduces a session to something that a person reads: typed delta
// debugging over its steps, because over a network every replay is dear. What
// is kept is the label of what goes wrong, never its text.
package shrink

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/script"
)

// Budget bounds a reduction. The zero value is 300 replays and 10 seconds.
type Budget struct {
	Replays int
	Time    time.Duration
}

// Try plays a script and tells whether it still shows what is looked for, and if
// so at which step: what stands behind it is not needed. An error ends the
// reduction.
type Try func(context.Context, *script.Script) (step int, shows bool, err error)

// Reduced is what a reduction came to.
type Reduced struct {
	Script  *script.Script
	Replays int
	Spent   bool // the budget ended it: perhaps there is a shorter one
}

type reducer struct {
	ctx    context.Context
	try    Try
	best   *script.Script
	left   int
	until  time.Time
	played int
	err    error
	seen   map[string]bool // scripts that did not show it
}

// Reduce makes a script that try accepts as short and plain as the budget
// allows. It gives the best so far when ctx ends or try fails.
func Reduce(ctx context.Context, s *script.Script, b Budget, try Try) (Reduced, error) {
	if b.Replays == 0 {
		b.Replays = 300
	}
	if b.Time == 0 {
		b.Time = 10 * time.Second
	}
	r := &reducer{ctx: ctx, try: try, best: s, left: b.Replays, until: time.Now().Add(b.Time), seen: map[string]bool{}}
	if r.accept(s) {
		for before := ""; before != r.best.String() && r.goes(); {
			before = r.best.String()
			r.connections()
			r.users()
			r.chunks()
			r.manners()
			r.pairs()
			r.lend()
			r.texts()
		}
		r.renumber()
	}
	return Reduced{Script: r.best, Replays: r.played, Spent: r.left <= 0 || time.Now().After(r.until)}, r.err
}

func (r *reducer) goes() bool {
	return r.err == nil && r.left > 0 && r.ctx.Err() == nil && time.Now().Before(r.until)
}

// accept keeps s if it still shows what is looked for.
func (r *reducer) accept(s *script.Script) bool {
	key := s.String()
	if !r.goes() || len(s.Steps) == 0 || r.seen[key] {
		return false
	}
	r.left--
	r.played++
	step, shows, err := r.try(r.ctx, s)
	if err != nil {
		r.err = err
		return false
	}
	if !shows {
		r.seen[key] = true
		return false
	}
	if step+1 < len(s.Steps) {
		s = s.Clone()
		s.Steps = s.Steps[:step+1]
	}
	r.best = s
	return true
}

// without tries the best script without the steps for which drop is true.
func (r *reducer) without(drop func(i int, st *script.Step) bool) bool {
	c := r.best.Clone()
	c.Steps = c.Steps[:0:0]
	for i := range r.best.Steps {
		if !drop(i, &r.best.Steps[i]) {
			c.Steps = append(c.Steps, r.best.Steps[i])
		}
	}
	return len(c.Steps) < len(r.best.Steps) && r.accept(c)
}

// connections drops all that is said on one connection.
func (r *reducer) connections() {
	var conns []script.Conn
	for _, st := range r.best.Steps {
		if !slices.Contains(conns, st.On) {
			conns = append(conns, st.On)
		}
	}
	for _, c := range conns {
		r.without(func(_ int, st *script.Step) bool { return st.On == c })
	}
}

// users drops all that speaks of one user.
func (r *reducer) users() {
	for _, u := range r.best.Users() {
		r.without(func(_ int, st *script.Step) bool {
			return slices.ContainsFunc(st.Parts, func(p script.Part) bool {
				return p.Text == u && p.Kind >= script.User && p.Kind <= script.Address
			})
		})
	}
}

// chunks drops runs of steps, the longest first and from the end.
func (r *reducer) chunks() {
	for size := max(len(r.best.Steps)/2, 1); ; size /= 2 {
		for from := len(r.best.Steps) - size; from > -size; from -= size {
			lo, hi := max(from, 0), from+size
			if lo < len(r.best.Steps) {
				r.without(func(i int, _ *script.Step) bool { return i >= lo && i < hi })
			}
		}
		if size == 1 || !r.goes() {
			return
		}
	}
}

// pairs drops two steps that are not needed without each other: a logout and
// the auth behind it.
func (r *reducer) pairs() {
	if len(r.best.Steps) > 14 {
		return
	}
	for i := 0; i < len(r.best.Steps); i++ {
		for j := i + 1; j < len(r.best.Steps); j++ {
			if r.without(func(k int, _ *script.Step) bool { return k == i || k == j }) {
				i, j = 0, 0
			}
		}
	}
}

// manners sends every request in one write, where that shows it as well.
func (r *reducer) manners() {
	plain := func(i int) bool {
		c := r.best.Clone()
		changed := false
		for j := range c.Steps {
			if how := c.Steps[j].How; (i < 0 || i == j) && how != script.Whole && how != script.Left && how != script.Raw {
				c.Steps[j].How, changed = script.Whole, true
			}
		}
		return changed && r.accept(c)
	}
	if plain(-1) {
		return
	}
	for i := range r.best.Steps {
		if i < len(r.best.Steps) {
			plain(i)
		}
	}
}

// lend says the last request on a connection of its own, where that shows it as
// well: then nothing that happened on its connection is needed. It also tries
// to do with fewer connections.
func (r *reducer) lend() {
	last := len(r.best.Steps) - 1
	on := r.best.Steps[last].On
	if slices.ContainsFunc(r.best.Steps[:last], func(st script.Step) bool { return st.On == on }) {
		c := r.best.Clone()
		c.Steps[last].On.N = script.MaxConns
		if r.accept(c) {
			return
		}
	}
	for i := 0; i < len(r.best.Steps); i++ {
		for j := range i {
			a, b := r.best.Steps[j].On, r.best.Steps[i].On
			if a == b || a.Peer != b.Peer {
				continue
			}
			c := r.best.Clone()
			for k := range c.Steps {
				if c.Steps[k].On == b {
					c.Steps[k].On = a
				}
			}
			if last = len(r.best.Steps) - 1; b != r.best.Steps[last].On { // do not undo the above
				r.accept(c)
			}
			break
		}
	}
}

// plainer are texts that show most of what the text of a message can show; what
// is no message has the first only, lest it become another number of parameters.
var plainer = []string{" halo", " a b", "  a", " a  b", ` "`, ` \`, " é", " 😀"}

// halvings bounds how often one text is cut: what it takes to see a difference
// in few letters. A longer one stays longer.
const halvings = 24

// texts makes literal text plain, where that shows it as well, and else cuts it.
func (r *reducer) texts() {
	for i := 0; i < len(r.best.Steps); i++ {
		for j := 0; i < len(r.best.Steps) && j < len(r.best.Steps[i].Parts); j++ {
			p, plainer := r.best.Steps[i].Parts[j], plainer
			if !strings.HasPrefix(r.best.Steps[i].Parts[0].Text, "send") || j < 3 {
				plainer = plainer[:1]
			}
			if j == 0 || p.Kind != script.Literal || len(p.Text) < 2 || slices.Contains(plainer, p.Text) {
				continue
			}
			if !slices.ContainsFunc(plainer, func(text string) bool { return len(text) < len(p.Text) && r.replace(i, j, text) }) {
				r.halve(i, j)
			}
		}
	}
}

func (r *reducer) replace(i, j int, text string) bool {
	old := r.best.Steps[i].Parts[j]
	if old.Text == text || j == 0 {
		return false
	}
	c := r.best.Clone()
	c.Steps[i].Parts = slices.Clone(c.Steps[i].Parts)
	c.Steps[i].Parts[j].Text = text
	return r.accept(c)
}

// halve cuts runes off a text, half of it at first.
func (r *reducer) halve(i, j int) {
	until := r.played + halvings
	for size := len([]rune(r.best.Steps[i].Parts[j].Text)) / 2; size >= 1 && r.played < until && r.goes(); {
		text := []rune(r.best.Steps[i].Parts[j].Text)
		if i >= len(r.best.Steps) || size >= len(text) ||
			!(r.replace(i, j, string(text[:len(text)-size])) || r.replace(i, j, " "+string(text[min(size+1, len(text)):]))) {
			size /= 2
		}
	}
}

// renumber counts connections and words from one, in the order of their use.
// That changes nothing, so it is not played.
func (r *reducer) renumber() {
	c := r.best.Clone()
	conns, words := map[script.Conn]int{}, map[string]string{}
	for i := range c.Steps {
		st := &c.Steps[i]
		if conns[st.On] == 0 {
			n := 1
			for other := range conns {
				if other.Peer == st.On.Peer {
					n++
				}
			}
			conns[st.On] = n
		}
		st.On.N = conns[st.On]
		st.Parts = slices.Clone(st.Parts)
		for j := range st.Parts {
			if p := &st.Parts[j]; p.Kind == script.Word {
				if words[p.Text] == "" {
					words[p.Text] = strconv.Itoa(len(words) + 1)
				}
				p.Text = words[p.Text]
			}
		}
	}
	r.best = c
}
