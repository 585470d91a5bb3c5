// Package draw draws sessions with rapid: a state machine that knows who is
// registered, logged in and in which group as far as requests can tell, and so
// reaches deep states, with requests that are valid, nearly valid, or awkward.
//
// What is drawn depends on nothing but the bits that rapid gives: the same seed
// draws the same script.
package draw

import (
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"

	"github.com/protokol-chat/chatspec/fuzz/script"
)

// Menu says what sessions may hold.
type Menu struct {
	Pipes     bool // several requests in one write, and one in several, which a target may not be able to take
	Addresses bool // the target's own id is known, or plain names are
	Own       bool // the target's own id is known
	File      bool // a file is known that the target has
	Peer      bool // there is a second server
	Servers   bool // servers may be added: a server may hold only so many
	Rough     bool // bytes that a server need not take, and connections that end badly
	Shortest  int  // the least number of requests; short sessions miss what needs five messages
	Longest   int
}

// Sessions draws scripts. Session gives the one of a seed.
func Sessions(m Menu) *rapid.Generator[*script.Script] {
	return rapid.Custom(func(t *rapid.T) *script.Script {
		d := &drawer{t: t, menu: m, s: &script.Script{}, state: newState()}
		return d.session()
	})
}

// Session draws the session of a seed, the same each time.
func Session(g *rapid.Generator[*script.Script], seed uint64) *script.Script {
	return g.Example(int(seed))
}

var (
	users   = []string{"budi", "siti", "tono", "wati", "rina", "joko"}
	nobody  = "hantu" // is never registered
	groups  = []string{"kelas", "arisan", "guru"}
	noGroup = "zaman" // is never made
	servers = []string{"timur", "barat"}
)

// state is what requests so far would have led to on a server that took them.
type state struct {
	registered  []string
	in          map[int]string  // who is logged in on a connection
	out         map[int]bool    // connections on which somebody logged out
	registering map[int]bool    // connections on which somebody may be logged in by a register
	twice       map[string]bool // users who had two sessions at once
	groups      map[string][]string
	added       []string
	words       int
}

// asked notes a step: a register may log in, and what needs a session tells.
func (s *state) asked(c int, parts []script.Part, how script.How) {
	command, _, _ := strings.Cut(parts[0].Text, " ")
	switch {
	case how.Ends():
		s.registering[c] = false
	case command == "register":
		s.registering[c] = true
	case command == "inbox" || command == "logout" || command != "auth" && len(parts) > 2:
		s.registering[c] = false
	}
}

func newState() *state {
	return &state{in: map[int]string{}, out: map[int]bool{}, registering: map[int]bool{}, twice: map[string]bool{}, groups: map[string][]string{}}
}

type drawer struct {
	t     *rapid.T
	menu  Menu
	s     *script.Script
	state *state
	parts []script.Part
	odd   int // in a hundred: how often a request is made nearly valid
	rough bool
	away  bool // somebody is registered on the second server who is not logged in there
	back  bool // the second server is connected to the first
}

var index [129]*rapid.Generator[int] // made once: a generator is dear

func init() {
	for i := range index {
		index[i] = rapid.IntRange(0, max(i-1, 0))
	}
}

// n draws a number below k, which is at most 128.
func (d *drawer) n(k int) int { return index[k].Draw(d.t, "n") }

// chance is true in about so many of a hundred cases.
func (d *drawer) chance(percent int) bool { return d.n(128)*100 >= (100-percent)*128 }

func pick[T any](d *drawer, from []T) T { return from[d.n(len(from))] }

func (d *drawer) session() *script.Script {
	d.odd = []int{0, 12, 30}[d.n(3)]
	d.rough = d.menu.Rough && d.chance(12)
	n := d.menu.Shortest + d.n(min(max(d.menu.Longest-d.menu.Shortest, 0)+1, 128))
	d.s.Steps = make([]script.Step, 0, n+8) // the last step drawn may be several
	for range 2 + d.n(3) {
		d.meet()
	}
	if d.menu.Servers && d.chance(60) {
		d.addServer()
	}
	federated := d.menu.Peer && d.chance(40)
	if federated {
		d.link()
	}
	for len(d.s.Steps) < n {
		if federated && d.chance(25) {
			d.abroad()
			continue
		}
		d.step()
	}
	if d.rough && d.chance(15) {
		d.say(script.Conn{N: 1 + d.n(conns)}, script.Whole, script.Lit("send x "), script.Ref(script.Fill, pick(d, []string{"70000", "1100000"})))
	}
	d.farewell()
	return d.s
}

// farewell logs out where somebody may be logged in and nobody knows: behind a
// register that may have opened a session, and where a user has two. A
// connection on which surely nobody is logged in serves the next session; to
// open another is dearer than all else.
func (d *drawer) farewell() {
	for c := 1; c <= conns; c++ {
		u := d.state.in[c]
		if u == "" && d.state.registering[c] || d.state.twice[u] {
			d.say(script.Conn{N: c}, script.Whole, script.Lit("logout"))
		}
	}
}

// meet registers a user and mostly logs in, here or on another connection.
func (d *drawer) meet() {
	var fresh []string
	for _, u := range users {
		if !slices.Contains(d.state.registered, u) {
			fresh = append(fresh, u)
		}
	}
	if len(fresh) == 0 {
		return
	}
	u := pick(d, fresh)
	c := d.quiet()
	switch { // what was refused, or another name that this one begins with, is in nobody's way
	case d.chance(d.odd / 4):
		d.add(c, "register", script.Ref(script.User, u))
	case d.chance(d.odd / 4):
		d.add(c, "register", script.Ref(script.CutUser, u), script.Ref(script.Password, u))
	}
	d.add(c, "register", script.Ref(script.User, u), script.Ref(script.Password, u))
	d.state.registered = append(d.state.registered, u)
	if d.chance(4) { // whoever registered needs no connection to be there
		d.s.Steps = append(d.s.Steps, script.Step{On: script.Conn{N: c}, How: script.Left})
		d.state.in[c] = ""
	}
	if d.chance(75) {
		if d.chance(30) {
			c = d.quiet()
		}
		d.auth(c, u)
	}
}

func (d *drawer) auth(c int, u string) {
	for other, in := range d.state.in {
		d.state.twice[u] = d.state.twice[u] || in == u && other != c
	}
	d.add(c, "auth", script.Ref(script.User, u), script.Ref(script.Password, u))
	d.state.in[c] = u
}

const conns = 5

// quiet gives a connection on which nobody is logged in, if there is one.
func (d *drawer) quiet() int {
	from := 1 + d.n(conns)
	for i := range conns {
		if c := (from+i-1)%conns + 1; d.state.in[c] == "" {
			return c
		}
	}
	return from
}

// busy gives a connection on which somebody is logged in.
func (d *drawer) busy() int {
	from := 1 + d.n(conns)
	for i := range conns {
		if c := (from+i-1)%conns + 1; d.state.in[c] != "" {
			return c
		}
	}
	return 0
}

// add appends a step: a command and its parameters, separated by spaces.
func (d *drawer) add(c int, command string, params ...script.Part) {
	from := d.room(1 + 2*len(params))
	d.put(from, script.Lit(command))
	for _, p := range params {
		d.put(from, script.Lit(" "))
		d.put(from, p)
	}
	d.done(script.Conn{N: c}, d.how(), from)
}

// raw appends a step of parts as they are.
func (d *drawer) raw(c int, parts ...script.Part) { d.say(script.Conn{N: c}, d.how(), parts...) }

// say appends a step that is sent in a way of its own.
func (d *drawer) say(on script.Conn, how script.How, parts ...script.Part) {
	from := d.room(len(parts))
	for _, p := range parts {
		d.put(from, p)
	}
	d.done(on, how, from)
}

// done appends the step whose parts begin at from.
func (d *drawer) done(on script.Conn, how script.How, from int) {
	parts := d.parts[from:len(d.parts):len(d.parts)]
	d.s.Steps = append(d.s.Steps, script.Step{On: on, How: how, Parts: parts})
	if !on.Peer {
		d.state.asked(on.N, parts, how)
	}
}

// The parts of a session lie side by side in d.parts: that is quicker than to
// give each step a piece of its own. room makes place for n and tells where they
// begin.
func (d *drawer) room(n int) (from int) {
	if cap(d.parts)-len(d.parts) < n {
		d.parts = make([]script.Part, 0, max(n, 128))
	}
	return len(d.parts)
}

// put appends a part to those that begin at from. It joins neighbouring
// literals, so that a printed script reads back as it was.
func (d *drawer) put(from int, p script.Part) {
	if n := len(d.parts); p.Kind == script.Literal && n > from && d.parts[n-1].Kind == script.Literal {
		d.parts[n-1].Text += p.Text
		return
	}
	d.parts = append(d.parts, p)
}

func (d *drawer) how() script.How {
	if d.chance(90) {
		return script.Whole
	}
	switch d.n(12) {
	case 0, 1, 2, 3, 4:
		if d.menu.Pipes {
			return script.Joined
		}
	case 5:
		if d.menu.Pipes {
			return script.Pieces
		}
	case 6:
		if d.menu.Pipes && d.chance(30) {
			return script.Dribbled
		}
	case 7:
		if d.rough {
			return script.Half
		}
	case 8:
		if d.rough {
			return script.Dropped
		}
	case 9:
		if d.rough {
			return script.Reset
		}
	}
	return script.Whole
}

// user draws a registered user, or now and then one who is not.
func (d *drawer) user() string {
	if len(d.state.registered) == 0 || d.chance(d.odd/2) {
		if d.chance(50) {
			return nobody
		}
		return pick(d, users)
	}
	return pick(d, d.state.registered)
}

func (d *drawer) word() script.Part {
	d.state.words++
	return script.Ref(script.Word, strconv.Itoa(d.state.words%676))
}
