package campaign

import (
	"fmt"
	"slices"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
)

// difference is where two servers answer a request in different ways.
type difference struct {
	step      int
	request   string
	got, than byte // O, E or -; the target's, and the other's
	cause     string
}

// compare plays a session against the other server, in its own dialect, and
// gives the first step whose result is of another class. Where either server
// does what the oracle does not allow, or what it need not take, nothing is
// compared.
func (c *campaign) compare(p *play.Player, out *outcome) *difference {
	s := out.script
	if s.NeedsPeer() || slices.ContainsFunc(s.Steps, func(st script.Step) bool { return st.How >= script.Blank || strange(&st) }) {
		return nil
	}
	f, err := p.Play(c.ctx, s, play.Care{Fresh: true})
	if err != nil || f != nil {
		return nil
	}
	there := p.Trace()
	for i := range s.Steps {
		if i >= len(out.trace) || i >= len(there) || out.trace[i] == '-' || there[i] == '-' {
			return nil
		}
		if out.trace[i] != there[i] {
			command, shape := shapeOf(&s.Steps[i])
			return &difference{
				step: i, request: s.Steps[i].Request(), got: out.trace[i], than: there[i],
				cause: fmt.Sprintf("%s %s %c %c", command, shape, out.trace[i], there[i]),
			}
		}
	}
	return nil
}

// differs is the kind of what is kept of differences.
const differs = string(oracle.Differs)
