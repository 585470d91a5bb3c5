package probe

import (
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// apartCosts is how many requests apart sends at the most.
const apartCosts = 9

// apart finds out whether what one user does reaches another: whether b loses
// his session when a logs out, or sees what was sent to a. Scenarios side by
// side would disturb one another there. Where it cannot be seen, nothing is
// said.
func (p *prober) apart(a account) {
	b := p.other
	if b.name == "" {
		b = account{p.names.User(p.dialect.Names, "kedua", p.scope), a.password}
		if r, ok := p.once("register " + b.name + " " + b.password); !ok || !r.OK() {
			return
		}
	}
	first, second := p.signIn(a), p.signIn(b)
	for _, c := range []*session.Client{first, second} {
		if c == nil {
			return
		}
		defer c.Conn.Close()
	}
	ask := func(c *session.Client, request string) (session.Result, bool) {
		r, err := c.Try(p.ctx, request, wire.Patience{Wait: p.target.Pace.First().Wait, Grace: p.usualGrace()})
		return r, err == nil
	}
	const mine, his, again = 100, 101, 102 // no words of other messages
	send := func(to account, n uint32) {
		if p.dialect.Addressable {
			ask(first, "send "+p.dialect.Address(to.name)+" "+p.names.Word(p.scope, n))
		}
	}
	send(a, mine)
	send(b, his) // some call an empty inbox an error
	r, ok := ask(second, "inbox")
	if !ok || !r.OK() {
		return
	}
	shared := session.Contains(r.Data, p.names.Word(p.scope, mine))
	if !shared {
		send(b, again)
		ask(first, "logout")
		r, ok = ask(second, "inbox")
		shared = ok && r.Refused()
	}
	if shared {
		p.dialect.Shared = true
		p.tell("What one user does reaches others, so one scenario runs at a time", "Yang dilakukan satu user terasa oleh user lain, sehingga skenario dijalankan satu per satu")
	}
}

// signIn logs in on a connection of its own; nil where that does not work.
func (p *prober) signIn(a account) *session.Client {
	c, err := p.client()
	if err != nil {
		return nil
	}
	r, err := c.Try(p.ctx, "auth "+a.name+" "+a.password, wire.Patience{Wait: p.target.Pace.First().Wait, Grace: p.usualGrace()})
	if err != nil || !r.OK() {
		c.Conn.Close()
		return nil
	}
	return c
}
