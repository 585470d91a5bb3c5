package play

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// reader is the connection on which inboxes are read at the end whose user is
// not logged in anywhere.
const reader = script.MaxConns + 1

// A server that a line of a MiB kills reads it first.
const deathPause = 5 * time.Millisecond

// arrives is how long every message is waited for at least: also where a server
// that answers at once delivers a little later, and the machine is busy.
const arrives = time.Second

// last reads every inbox, waits for what has to be there, logs out, and judges
// what never came.
func (p *Player) last() (*oracle.Verdict, error) {
	servers := 1
	if p.target.Peer != nil && p.script.NeedsPeer() {
		servers = 2
	}
	for srv := range servers {
		users, passwords := p.model.Readers(srv)
		for i, user := range users {
			if v, err := p.look(srv, user, passwords[i]); v != nil || err != nil {
				return v, err
			}
		}
	}
	return p.model.Lost(), nil
}

// look reads the inbox of one user.
func (p *Player) look(srv int, user, password string) (*oracle.Verdict, error) {
	on := script.Conn{Peer: srv == 1, N: reader}
	for _, c := range p.conns {
		if name, sure := p.model.LoggedIn(c.id); c.id.Server == srv && sure && name == user {
			on.N = c.id.N
		}
	}
	if on.N == reader {
		if v, err := p.ask(on, "auth "+user+" "+password); v != nil || err != nil {
			return v, err
		}
		if name, _ := p.model.LoggedIn(oracle.Conn{Server: srv, N: reader}); name != user {
			return nil, nil // refused, and that is allowed: perhaps an older session lives on
		}
	}
	v, err := p.ask(on, "inbox")
	wait := p.arrival(srv)
	deadline := time.Now().Add(wait)
	for pause := time.Millisecond / 2; v == nil && err == nil && p.model.Awaited(srv, user) && time.Now().Before(deadline); pause = min(2*pause, wait/4, 20*time.Millisecond) {
		time.Sleep(pause)
		v, err = p.ask(on, "inbox")
	}
	if v == nil && err == nil && p.model.Awaited(srv, user) {
		v = p.model.Lost() // what other inboxes lack is not waited for as well
	}
	if v == nil && err == nil {
		v, err = p.ask(on, "logout")
	}
	return v, err
}

func (p *Player) arrival(srv int) time.Duration {
	if p.care.Arrival > 0 {
		return p.care.Arrival
	}
	t := p.target.Server
	if srv == 1 {
		t = p.target.Peer
	}
	return max(2*t.Pace.First().Wait, arrives)
}

// ask sends one request that the script does not hold.
func (p *Player) ask(on script.Conn, request string) (*oracle.Verdict, error) {
	st := &script.Step{On: on}
	c, err := p.conn(on)
	if err != nil {
		return p.unreachable(st, err)
	}
	p.turn(c, len(p.script.Steps))
	p.line = append(append(p.line[:0], request...), c.to.Dialect.End...)
	line, whole := p.line[:len(request)], p.line
	if c.client != nil {
		whole = c.client.Render(request)
	}
	return p.exchange(c, st, line, whole)
}

// Unended tells whether the target answers a request that has no end: then what
// one read delivers is one request to it.
func (p *Player) Unended(ctx context.Context) bool {
	p.ctx, p.care, p.script = ctx, Care{Fresh: true}, &script.Script{}
	p.begin()
	defer p.end()
	c, err := p.conn(script.Conn{N: 1})
	if err != nil || c.write([]byte("halo"), c.to.Pace.Longest().Wait) != nil {
		return false
	}
	_, err = c.read(time.Now(), c.to.Pace.First().Wait)
	return err == nil
}

// unreachable judges that no connection could be had. That is the context's
// end, a script that cannot be played, or a server that is no more.
func (p *Player) unreachable(st *script.Step, err error) (*oracle.Verdict, error) {
	t := p.target.Server
	if st.On.Peer {
		t = p.target.Peer
	}
	if p.ctx.Err() != nil || t == nil || len(p.events) == 0 {
		return nil, err
	}
	return p.dead("WIRE-7", t, err), nil
}

// dead is the verdict that a server serves nobody any more. What the session
// did to it last of all that no client should do may name the requirement.
func (p *Player) dead(requirement string, t *target.Target, err error) *oracle.Verdict {
	for i := min(p.step, len(p.script.Steps)-1); i >= 0; i-- {
		st := p.script.Steps[i]
		switch line := p.setting.Append(nil, &st); {
		case len(line) >= 1<<20:
			requirement = "ROBUST-5"
		case len(line) > 8<<10:
			requirement = "ROBUST-4"
		case oracle.Strange(line) && containsNUL(line):
			requirement = "ROBUST-7"
		case oracle.Strange(line):
			requirement = "ROBUST-6"
		case st.How == script.Dropped || st.How == script.Reset || st.How == script.Raw:
			requirement = "ROBUST-1"
		default:
			continue
		}
		break
	}
	why := target.Diagnose(err)
	return &oracle.Verdict{Requirement: requirement, Rule: "WIRE-7", Kind: oracle.Died, Failure: verdict.Failure{
		Message: verdict.Textf("the server serves nobody any more", "server tidak melayani siapa pun lagi"), Caret: -1,
		Expected: []verdict.Text{verdict.Textf("a server that answers new connections", "server yang menjawab koneksi baru")},
		Hint:     why,
	}}
}

func containsNUL(b []byte) bool {
	for _, c := range b {
		if c == 0 {
			return true
		}
	}
	return false
}

// Postmortem finds out whether the target still serves anybody after the session
// that was played last, which showed nothing wrong. It gives nil if so.
func (p *Player) Postmortem(ctx context.Context) *Finding {
	p.ctx = ctx
	t := p.target.Server
	err := p.knocks(t)
	if err == nil && slices.ContainsFunc(p.script.Steps, p.lingers) { // it may not have seen yet what kills it
		time.Sleep(max(trips*t.Pace.Typical(), deathPause))
		err = p.knocks(t)
	}
	if err == nil || ctx.Err() != nil {
		return nil
	}
	return p.finding(p.dead("WIRE-7", p.target.Server, err), len(p.script.Steps)-1)
}

// diagnose finds out whether the server serves anybody after it left a request
// without an answer.
func (p *Player) diagnose(v *oracle.Verdict, c *conn) {
	err := p.knocks(c.to)
	if err == nil || p.ctx.Err() != nil {
		return
	}
	d := p.dead(v.Requirement, c.to, err)
	d.Failure.Conn, d.Failure.Actual = v.Failure.Conn, v.Failure.Actual
	*v = *d
}

// lingers tells whether what a step does to the server may outlast the step, as
// nobody waits for its result.
func (p *Player) lingers(st script.Step) bool {
	return st.How.Ends() && st.How != script.Left || oracle.Strange(p.setting.Append(nil, &st))
}

// knocks tells why the server serves nobody; nil where it does. It may be silent
// at one request for a reason of its own.
func (p *Player) knocks(to *target.Target) error {
	err := p.knock(to, "chatspec")
	if errors.Is(err, wire.ErrSilent) {
		err = p.knock(to, "inbox")
	}
	return err
}

// knock tells on a fresh connection why nobody answers; nil where somebody does,
// if only by closing the connection.
func (p *Player) knock(to *target.Target, request string) error {
	c, err := p.target.dial(p.ctx, to)
	if err != nil {
		return err
	}
	defer c.nc.Close()
	if c.write(to.Dialect.Request(request), to.Pace.Longest().Wait) != nil {
		return nil
	}
	if _, err = c.read(time.Now(), to.Pace.First().Wait); errors.Is(err, wire.ErrSilent) {
		return err
	}
	return nil
}
