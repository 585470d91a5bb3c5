package play

import (
	"time"

	"github.com/protokol-chat/chatspec/harness/wire"
)

// Answer is what one step got. What it refers to is valid until Seen returns.
type Answer struct {
	Step  int           // of the script; its length for what the last look into the inboxes asks
	User  string        // whom the connection was logged in as before; "" for nobody, and where that is not sure
	Frame wire.Frame    // as it came, Raw also where its end is missing; zero where nothing came
	Err   error         // why no result came, as package wire has it: wire.ErrSilent, wire.ErrClosed, …
	Took  time.Duration // since the step was sent
}

// turn makes a step on c the present one.
func (p *Player) turn(c *conn, step int) {
	p.step, p.sent, p.user = step, p.now, ""
	if p.Seen == nil {
		return
	}
	if user, sure := p.model.LoggedIn(c.id); sure {
		p.user = user
	}
}

// tell tells whoever listens what the present step got: neither a result nor an
// error where none was waited for.
func (p *Player) tell(f wire.Frame, err error) {
	if p.Seen != nil {
		p.Seen(Answer{Step: p.step, User: p.user, Frame: f, Err: err, Took: p.now.Sub(p.sent)})
	}
}
