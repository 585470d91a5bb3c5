package campaign

import (
	"math/rand/v2"
	"strconv"

	"github.com/protokol-chat/chatspec/fuzz/draw"
	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const (
	shortest, longest = 12, 32 // requests of a session that is drawn anew
	maxSteps          = 120    // of one that was varied
	// A server may hold only so many other servers: one session in so many may
	// add some, until so many did.
	serversEvery, maxServers = 16, 64
	// An ERROR behind an empty line may be the answer to that: then another is
	// waited for, which is dear.
	blankEvery = 16 * fullRound
)

// menus decides what sessions may hold.
func (c *campaign) menus() {
	d := c.target.Server.Dialect
	m := draw.Menu{
		Pipes: c.pipes, Addresses: d.Addressable, Own: d.ServerID != "", File: c.target.File != "",
		Peer:    c.peered(),
		Servers: true, Rough: c.rough(), Shortest: shortest, Longest: longest,
	}
	c.full = draw.Sessions(m)
	m.Servers = false
	c.spare = draw.Sessions(m)
}

// rough tells whether sessions may hold what no client should send.
func (c *campaign) rough() bool { return c.o.Level > verdict.Should }

// openers are played before all others, alone: whether requests may come together
// and in pieces, what an empty line does, and whether two servers can be linked
// that perhaps never were.
var openers = []string{
	"1: register {user budi} {password budi}\n1 joined: auth {user budi} {password budi}\n1 joined: inbox\n1: inbox",
	"1 pieces: register {user budi} {password budi}\n1 pieces: auth {user budi} {password budi}",
	"1: register {user budi} {password budi}\n1: auth {user budi} {password budi}\n1 blank: inbox\n1 blank: halo\n1: inbox\n2 blank: halo",
	`p1: register {user paman} {password paman}
p1: auth {user paman} {password paman}
p1: addserver {self} {selfip} {selfport}
1: register {user budi} {password budi}
1: auth {user budi} {password budi}
1: addserver {peer} {peerip} {peerport}
1: send {user paman}@{peer} {word 1} terlalu dini
1: addserver {server timur} 127.0.0.1 {vacant}
1: connect {peer}
1: send {user paman}@{peer} {word 2} salam dari jauh
1: send {user paman}@{peer} {word 3} apa kabar?
p1: connect {self}
p1: send {user budi}@{self} {word 4} baik`,
}

// together finds out whether the target takes requests that come together or in
// pieces. That it does not is one finding, not a campaign of them.
func (c *campaign) together() {
	if c.target.Server.Dialect.End == "" {
		return
	}
	fine := true
	for i, text := range openers {
		switch {
		case i == 2 && !c.rough(), i == 3 && !c.peered():
			continue
		}
		s, err := script.Parse("chatspec replay 1\n" + text)
		if err != nil {
			panic(err) // it stands above
		}
		f, err := c.calm.Play(c.ctx, s, play.Care{Fresh: true})
		if i < 2 && f != nil && c.calm.Unended(c.ctx) {
			return // "what one read delivers is one request": WIRE-10 and WIRE-11 cannot be judged
		}
		if f != nil {
			c.inquire([]*outcome{{index: -1 - i, script: s, finding: f}})
		}
		fine = fine && (i > 1 || f == nil && err == nil)
	}
	c.pipes = fine
	c.menus()
}

// draw makes the session of a number. It depends on the seed, the number and
// the pool, which does not change during a round.
func (c *campaign) draw(index int) (s *script.Script, base *entry) {
	r := generator(c, index)
	d := drawer{c: c, r: r, index: index, focus: -1}
	switch k := r.IntN(100); {
	case index%2 == 0 && index/2 < len(exchanges()):
		s = d.fit(exchanges()[index/2])
	case k < 39:
		s = d.anew()
	case k < 40 && c.pipes:
		s = d.flood()
	case k < 86 || !c.rough():
		if r.IntN(3) > 0 {
			base = c.pool.pick(r)
		}
		if base != nil {
			d.focus = base.focus
			s = d.vary(base.script)
		} else {
			s = d.vary(d.anew())
		}
	case k < 98 || c.shortQueue:
		s = d.raw()
	default:
		s = d.crowd()
	}
	return s, base
}

// generator gives the random numbers of a session.
func generator(c *campaign, index int) *rand.Rand {
	return rand.New(rand.NewPCG(c.o.Seed, uint64(index)))
}

type drawer struct {
	c     *campaign
	r     *rand.Rand
	index int
	focus int // the step to vary most; -1 for none
}

func pick[T any](d *drawer, from []T) T { return from[d.r.IntN(len(from))] }

// anew draws a session from the grammar, or of combinations.
func (d *drawer) anew() *script.Script {
	if d.c.target.Server.Dialect.Addressable && d.r.IntN(2) == 0 {
		return d.combine()
	}
	seed := d.r.Uint64()
	if d.mayAdd() {
		return draw.Session(d.c.full, seed)
	}
	return draw.Session(d.c.spare, seed)
}

// other gives a session to take steps of.
func (d *drawer) other() *script.Script {
	if d.r.IntN(2) == 0 {
		if e := d.c.pool.pick(d.r); e != nil {
			return e.script
		}
	}
	return d.anew()
}

// fit makes a session sound: every word stands in it once, no name is used that
// other sessions may use too, and it is not too long.
func (d *drawer) fit(s *script.Script) *script.Script {
	c := &script.Script{}
	words, roles := 0, map[string]string{}
	for _, st := range s.Steps {
		if len(c.Steps) >= maxSteps {
			break
		}
		if st.How != script.Left && !sound(&st) || !apart(roles, &st) || st.On.Peer && d.c.target.Peer == nil {
			continue
		}
		if st.How >= script.Joined && st.How <= script.Blank && !d.c.pipes || st.How == script.Blank && d.index%blankEvery != 0 {
			st.How = script.Whole
		}
		if !d.c.rough() && (st.How >= script.Half && st.How != script.Left || strange(&st)) {
			continue
		}
		parts := make([]script.Part, 0, len(st.Parts))
		for _, p := range st.Parts {
			if p.Kind == script.Word {
				words++
				p.Text = strconv.Itoa(words * 167 % 676) // in no order that a server might sort by
			}
			if n := len(parts); p.Kind == script.Literal && n > 0 && parts[n-1].Kind == script.Literal {
				parts[n-1].Text += p.Text
				continue
			}
			parts = append(parts, p)
		}
		st.Parts = parts
		c.Steps = append(c.Steps, st)
	}
	if words > 675 || len(c.Steps) == 0 {
		return d.anew()
	}
	return c
}

func strange(st *script.Step) bool {
	for _, p := range st.Parts {
		if p.Kind == script.Literal && oracle.Strange([]byte(p.Text)) || p.Kind == script.Fill && len(p.Text) > 3 {
			return true
		}
	}
	return false
}

// apart tells whether the roles of a step begin otherwise than those before:
// short names are made of no more than two letters of them.
func apart(roles map[string]string, st *script.Step) bool {
	for _, p := range st.Parts {
		if p.Kind >= script.User && p.Kind <= script.Server && len(p.Text) >= 2 {
			if known, ok := roles[p.Text[:2]]; ok && known != p.Text {
				return false
			}
			roles[p.Text[:2]] = p.Text
		}
	}
	return true
}
