package history

import (
	"cmp"
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// Options says how to race. The zero value is eight clients and every race once.
type Options struct {
	Clients    int    // that are logged in, 2 to 64; 0 for 8. As many again only register, and up to two are second sessions
	Operations int    // races go on until there are as many; every race is run at least once
	Seed       uint64 // of what the clients do; 0 to draw one
}

// Unable is the error of Run where nothing can be raced.
type Unable struct {
	Requirement string // that the target breaks without any race; "" where it breaks none
	Reason      verdict.Text
}

func (u *Unable) Error() string { return u.Reason.EN }

// patience is after how many settled inboxes that still lacked something a race
// ends: each of them was waited for, and the history shows it by then.
const patience = 2

// Run has clients race on the target and records what they saw. The target's
// dialect must be known. The error is an *Unable, or the context's where it
// ended before anything was raced. Once the race is on, whatever happens is
// part of the history: it ends early when ctx does, when the target serves
// nobody any more, see target.Target.Lost, or when no two clients are left.
func Run(ctx context.Context, t *target.Target, o Options) (*History, error) {
	r := &race{
		target: t,
		names:  newNames(t.Dialect),
		began:  time.Now(),
		drawn:  map[string]bool{},
		seed:   cmp.Or(o.Seed, rand.Uint64()),
	}
	defer r.close()
	if !t.Dialect.Addressable {
		return nil, &Unable{Reason: verdict.Textf("how the server names itself in user@id could not be found out; tell it with --server-id",
			"nama server dalam user@id tidak ditemukan; sebutkan dengan --server-id")}
	}
	clients := min(max(cmp.Or(o.Clients, 8), 2), 64)
	if err := r.prepare(ctx, clients); err != nil {
		return nil, err
	}
	for first := true; first || r.operations() < o.Operations; first = false {
		for _, round := range []func(context.Context){r.register, r.gather, r.burst, r.settle, r.mixed, r.leave, r.breakOff, r.settle} {
			if round(ctx); !r.fit(ctx) {
				return r.history(), nil
			}
		}
	}
	return r.history(), nil
}

// race is one run under way.
type race struct {
	target *target.Target
	names  *names
	began  time.Time
	seed   uint64

	users  []*user
	racers []*racer // one for each of users, in that order
	twins  []*racer // second sessions of the first users, where the target allows them
	guests []*racer // nobody is logged in on their connections
	group  *group   // the latest that has one maker
	late   int      // settled inboxes that lacked something

	mu    sync.Mutex
	drawn map[string]bool // texts so far
}

func (r *race) isDrawn(text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.drawn[text]
}

// user is who may be logged in, with the texts that the inbox still owes.
type user struct {
	name, password string

	mu   sync.Mutex
	owed map[string]bool
	seen map[string]bool
}

// group is a group made in a race.
type group struct {
	id      string
	maker   *user
	members []*user // besides the maker
}

func (u *user) owe(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.seen[text] {
		u.owed[text] = true
	}
}

func (u *user) saw(shown []Sighting) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, s := range shown {
		u.seen[s.Text] = true
		delete(u.owed, s.Text)
	}
}

func (u *user) waits() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.owed) > 0
}

func (u *user) giveUp() {
	u.mu.Lock()
	defer u.mu.Unlock()
	clear(u.owed)
}

func (r *race) newRacer(u *user) *racer {
	id := len(r.racers) + len(r.twins) + len(r.guests)
	return &racer{race: r, id: id, user: u, rng: rand.New(rand.NewPCG(r.seed, uint64(id))), known: known{}}
}

// prepare registers and logs in all clients, one after the other.
func (r *race) prepare(ctx context.Context, clients int) error {
	for i := range clients {
		u := &user{name: r.names.next(), password: r.names.password(i), owed: map[string]bool{}, seen: map[string]bool{}}
		c := r.newRacer(u)
		r.users, r.racers = append(r.users, u), append(r.racers, c)
		if err := c.signUp(ctx); err != nil {
			return err
		}
	}
	for i := range 2 {
		if !r.twin(ctx, r.racers[i]) {
			break
		}
	}
	for range clients {
		r.guests = append(r.guests, r.newRacer(nil))
	}
	return ctx.Err()
}

// twin opens a second session of c's user, if the target allows it and the
// first lives on.
func (r *race) twin(ctx context.Context, c *racer) bool {
	t := r.newRacer(c.user)
	if !t.connect(ctx) {
		return false
	}
	if second, err := t.client.Auth(ctx, t.user.name, t.user.password); err != nil || !second.OK() {
		t.drop()
		return false
	}
	first, err := c.client.Inbox(ctx)
	if err == nil && first.OK() {
		if again, err := t.client.Inbox(ctx); err == nil && again.OK() {
			t.in = true
			r.twins = append(r.twins, t)
			return true
		}
	}
	t.drop()
	c.drop()
	c.enter(ctx)
	return false
}

func (r *race) fit(ctx context.Context) bool {
	left := 0
	for _, c := range r.racers {
		if !c.gone {
			left++
		}
	}
	return ctx.Err() == nil && r.target.Lost().IsZero() && r.late < patience && left > 1
}

// all lists all clients of the race.
func (r *race) all() []*racer {
	return append(append(append([]*racer(nil), r.racers...), r.twins...), r.guests...)
}

func (r *race) operations() int {
	n := 0
	for _, c := range r.all() {
		n += len(c.ops)
	}
	return n
}

func (r *race) history() *History {
	h := &History{Seed: r.seed}
	for _, c := range r.all() {
		h.Operations = append(h.Operations, c.ops...)
	}
	return h
}

func (r *race) close() {
	for _, c := range r.all() {
		c.drop()
	}
}

// together releases the racers at once and waits for all. Those that have no
// session are left out.
func together(racers []*racer, script func(c *racer)) {
	start := make(chan struct{})
	var wg sync.WaitGroup
	for _, c := range racers {
		if c.gone || c.client == nil {
			continue
		}
		wg.Go(func() {
			<-start
			script(c)
		})
	}
	close(start)
	wg.Wait()
}

// open dials a connection that has been answered.
func (r *race) open(ctx context.Context) (*session.Client, error) {
	return r.target.Open(ctx, "race", wire.NewLog(), nil)
}
