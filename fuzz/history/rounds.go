package history

import (
	"context"
	"slices"
	"sync/atomic"
)

// Each round is one race. All of its clients start at once, and it ends when
// all are done: so the next begins with nothing under way.

// register has all guests register one name, each with a password of its own,
// and then asks whose it is.
func (r *race) register(ctx context.Context) {
	name := r.names.next()
	outcomes := make([]Outcome, len(r.guests))
	for _, g := range r.guests {
		if g.connect(ctx) && !g.in {
			if _, err := g.client.Do(ctx, "selamat pagi"); err != nil { // a connection is up once it answered
				g.drop()
			}
			g.in = g.client != nil
		}
	}
	secret := func(g int) string { return r.names.password(len(r.users) + g) }
	first := r.guests[0].id
	for i := range outcomes {
		outcomes[i] = Unknown
	}
	together(r.guests, func(g *racer) {
		i := g.id - first
		outcomes[i] = g.ask(ctx, Operation{Kind: Register, Name: name, Secret: secret(i)})
	})
	winner, loser := -1, -1
	for i, o := range outcomes {
		switch o {
		case OK:
			if winner >= 0 {
				return
			}
			winner = i
		case Refused:
			loser = i
		}
	}
	if winner < 0 {
		return
	}
	if g := r.guests[winner]; r.target.Dialect.RegisterOpens {
		if result, err := g.client.Logout(ctx); err != nil || !result.OK() {
			g.drop()
			return // the session may live on, and be the only one allowed
		}
		g.drop()
	}
	for _, i := range []int{loser, winner} {
		if i < 0 || !r.guests[i].connect(ctx) {
			continue
		}
		r.guests[i].ask(ctx, Operation{Kind: Auth, Name: name, Secret: secret(i)})
		r.guests[i].drop()
	}
}

// gather has all clients make one group, each with other members: three, since
// that is what a group may need.
func (r *race) gather(ctx context.Context) {
	id := r.names.next()
	outcomes := make([]Outcome, len(r.racers))
	others := func(i int) []*user {
		all := append(slices.Clone(r.users[i+1:]), r.users[:i]...)
		return all[:min(2, len(all))]
	}
	for i := range outcomes {
		outcomes[i] = Refused
	}
	together(r.racers, func(c *racer) {
		op := Operation{Kind: CreateGroup, Name: id, To: []string{c.user.name}}
		for _, u := range others(c.id) {
			op.To = append(op.To, u.name)
		}
		outcomes[c.id] = c.ask(ctx, op)
	})
	r.group = nil
	made := 0
	for i, o := range outcomes {
		if o != Refused {
			made++
			r.group = &group{id, r.users[i], others(i)}
		}
		if o == Unknown {
			made = len(outcomes)
		}
	}
	if made != 1 {
		r.group = nil // whose members it has is not known
	}
	r.repair(ctx)
}

// burst has all clients send to the first user at once, who reads meanwhile.
func (r *race) burst(ctx context.Context) {
	busy := r.users[0]
	together(r.sessions(), func(c *racer) {
		for range c.length() {
			switch {
			case !c.ready(ctx):
				return
			case c.user != busy:
				c.send(ctx, busy)
			case c.read < readingSize:
				c.inbox(ctx, false)
			default:
				c.send(ctx, r.users[1])
			}
		}
	})
	r.repair(ctx)
}

// mixed has all clients send and read, half of it to the first user.
func (r *race) mixed(ctx context.Context) {
	together(r.sessions(), func(c *racer) {
		for range c.length() {
			if !c.ready(ctx) {
				return
			}
			c.any(ctx)
		}
	})
	r.repair(ctx)
}

// leave has every second client log out and in again, while the others send,
// the second session of one of those that leave among them.
func (r *race) leave(ctx context.Context) {
	together(r.sessions(), func(c *racer) {
		leaves := c.id < len(r.racers) && c.id%2 == 1
		for i, n := 0, c.length(); i < n; i++ {
			switch {
			case !c.ready(ctx):
				return
			case leaves && i == n/2:
				c.leave(ctx)
				if c.client != nil && !c.in && c.rng.IntN(2) == 0 {
					c.send(ctx, r.users[0]) // to be refused
				}
				c.enter(ctx)
			default:
				c.any(ctx)
			}
		}
	})
	r.repair(ctx)
}

// breakOff is mixed, with one client that breaks its connection off again and
// again while its message is on the way.
func (r *race) breakOff(ctx context.Context) {
	last := r.racers[len(r.racers)-1]
	together(r.sessions(), func(c *racer) {
		for i := range c.length() {
			switch {
			case !c.ready(ctx):
				return
			case c == last && i%3 == 2:
				c.cut(ctx, r.users[0])
			default:
				c.any(ctx)
			}
		}
	})
	r.repair(ctx)
}

// settle reads all inboxes until they have shown what they owe.
func (r *race) settle(ctx context.Context) {
	var late atomic.Bool
	together(r.sessions(), func(c *racer) {
		if !c.settle(ctx) {
			late.Store(true)
		}
	})
	if late.Load() {
		r.late++
	}
	for _, u := range r.users {
		u.giveUp()
	}
}

// sessions lists the clients that are logged in.
func (r *race) sessions() []*racer {
	return append(append([]*racer(nil), r.racers...), r.twins...)
}

// repair gives those a session again who lost it: whether a logout ends the
// other sessions of the same user is open.
func (r *race) repair(ctx context.Context) {
	for _, c := range r.sessions() {
		if !c.gone && !c.in {
			c.enter(ctx)
		}
	}
}

// length draws how many operations a client has in a round.
func (c *racer) length() int { return 4 + c.rng.IntN(9) }

// ready gets a client back into a session and tells whether it can go on.
func (c *racer) ready(ctx context.Context) bool {
	if !c.in {
		c.enter(ctx)
	}
	return c.in && ctx.Err() == nil
}

// any does one thing or another.
func (c *racer) any(ctx context.Context) {
	r := c.race
	what, whom := c.rng.IntN(20), c.rng.IntN(2*len(r.users))
	to := r.users[max(whom-len(r.users), 0)]
	if to == c.user {
		to = r.users[(c.id+1)%len(r.users)]
	}
	switch g := r.group; {
	case what < 5 && c.read < readingSize:
		c.inbox(ctx, false)
	case what < 9 && g != nil && (c.user == g.maker || slices.Contains(g.members, c.user)):
		c.sendGroup(ctx, g)
	default:
		c.send(ctx, to)
	}
}
