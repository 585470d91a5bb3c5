package campaign

import (
	"bytes"
	"errors"
	"math/bits"

	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// key is a hash, as FNV-1a has it, of what is told apart.
type key uint64

const noKey key = 14695981039346656037

func (k key) byte(b byte) key { return (k ^ key(b)) * 1099511628211 }

func (k key) word(s string) key {
	for i := range len(s) {
		k = k.byte(s[i])
	}
	return k.byte(0)
}

// mark is one thing that a session showed.
type mark struct {
	kind key
	text key // what was said there, without what varies; 0 for nothing
	step int
}

// marker notes what is to be told apart of a session's answers: for each step
// the command, who was logged in, what came and how the connection fared; the
// shape of its parameters where they were not refused; each pair of steps on a
// connection; how often a command got the same; and what inboxes showed last. How
// long it took is no news: that depends on the machine.
type marker struct {
	script *script.Script
	marks  []mark
	step   int
	done   bool                // the rest is chance
	conns  map[script.Conn]*at // what came last
	counts map[key]int
}

// at is how a connection stands.
type at struct {
	before key
	left   bool // somebody logged out on it
}

func (m *marker) begin(s *script.Script) {
	m.script, m.marks, m.step, m.done = s, nil, -1, false
	m.conns, m.counts = map[script.Conn]*at{}, map[key]int{}
}

func (m *marker) add(k key) { m.marks = append(m.marks, mark{kind: k, step: m.step}) }

// note takes in an answer.
func (m *marker) note(a play.Answer) {
	if a.Step < m.step || a.Step == 0 && m.step == 0 { // it is played anew
		m.begin(m.script)
	}
	m.step = a.Step
	if m.done {
		return
	}
	fate := fateOf(a.Err)
	if a.Step == len(m.script.Steps) { // an inbox, at the end
		if a.User != "" {
			m.marks = append(m.marks, mark{noKey.word("last").byte(fate), structure(a.Frame.Body), len(m.script.Steps) - 1})
		}
		return
	}
	st := &m.script.Steps[a.Step]
	command, shape := shapeOf(st)
	if st.How.Ends() && st.How != script.Left {
		// Whether the server still took it is a race: what comes after may
		// depend on that, and would be no news but chance.
		m.add(noKey.word("how").word(command).byte(byte(st.How)).word(shape))
		m.done = true
		return
	}
	c := m.conns[st.On]
	if c == nil {
		c = &at{}
		m.conns[st.On] = c
	}
	status := statusOf(a.Frame.Body)
	got := noKey.word(command).byte(status).byte(fate)
	kind := got.byte(sessionOf(a.User, c))
	said := mark{kind: kind.word("said"), step: a.Step}
	if command == "inbox" {
		said.text = structure(a.Frame.Body)
	} else {
		said.text = words(a.Frame.Body)
	}
	m.marks = append(m.marks, said)
	if status != 'E' { // that a server refuses what is odd says little
		m.add(kind.word(shape))
	}
	m.add(got.word("how").byte(byte(st.How)))
	m.add((got.word("pair") ^ c.before).byte(0))
	m.counts[got]++
	if n := m.counts[got]; n > 1 && n&(n-1) == 0 {
		m.add(got.word("count").byte(byte(bits.Len(uint(n)))))
	}
	c.before = got
	c.left = c.left || command == "logout" && status == 'O'
	if st.How == script.Left {
		delete(m.conns, st.On)
	}
}

// sessionOf tells whether somebody is logged in, or was.
func sessionOf(user string, c *at) byte {
	switch {
	case user != "":
		return 2
	case c.left:
		return 1
	}
	return 0
}

// statusOf gives O for OK, E for ERROR, and else something that depends on how
// the result begins.
func statusOf(body []byte) byte {
	head := body[:min(len(body), 64)]
	switch {
	case len(body) == 0:
		return '-'
	case bytes.Contains(head, []byte(`"OK"`)):
		return 'O'
	case bytes.Contains(head, []byte(`"ERROR"`)):
		return 'E'
	}
	return '?'
}

func fateOf(err error) byte {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, wire.ErrSilent):
		return 1
	case errors.Is(err, wire.ErrClosed):
		return 2
	case errors.Is(err, wire.ErrTooLong):
		return 3
	}
	return 4
}

// words hashes the words of a result that may be its own: those of eight letters
// or more, and those with digits but short numbers, may be names or tokens, and
// count as one.
func words(body []byte) key {
	k := noKey
	for i := 0; i < len(body); {
		from, odd := i, false
		for i < len(body) && (body[i]|0x20 >= 'a' && body[i]|0x20 <= 'z' || body[i] >= '0' && body[i] <= '9' || body[i] >= 0x80) {
			odd = odd || body[i] <= '9'
			i++
		}
		switch {
		case i == from:
			k = k.byte(body[i])
			i++
		case odd && i-from > 2 || i-from >= 8:
			k = k.word("*")
		default:
			k = k.word(string(body[from:i]))
		}
	}
	return k
}

// structure hashes the signs of a result outside of its texts, and about how
// many texts there are.
func structure(body []byte) key {
	k, texts, last := noKey, 0, byte(0)
	for i := 0; i < len(body); i++ {
		switch c := body[i]; c {
		case '"':
			for i++; i < len(body) && body[i] != '"'; i++ {
				if body[i] == '\\' {
					i++
				}
			}
			texts++
		case '[', ']', '{', '}', ':':
			if texts < 4 || c != last { // a list repeats itself
				k = k.byte(c)
			}
			last = c
		}
		if texts > 12 {
			break
		}
	}
	return k.byte(byte(bits.Len(uint(texts))))
}
