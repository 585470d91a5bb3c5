package history

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

const (
	tries       = 3       // logins before a client is given up; an ended connection may hold a session a moment longer
	silences    = 2       // requests without an answer before a client is given up
	readingSize = 4 << 20 // bytes of inboxes that a client reads in the races; what is kept grows with every message
)

// racer is one client of a race. It is for one goroutine at a time.
type racer struct {
	race   *race
	id     int
	user   *user // nil for a guest
	client *session.Client
	in     bool // logged in, as far as is known
	gone   bool // given up
	rng    *rand.Rand
	ops    []Operation
	texts  int // drawn so far
	known  known
	silent int // requests that got no answer
	read   int // bytes of inboxes
}

func (c *racer) connect(ctx context.Context) bool {
	if c.client == nil {
		client, err := c.race.open(ctx)
		if err != nil {
			c.race.target.Check(ctx)
			return false
		}
		c.client = client
	}
	return true
}

func (c *racer) drop() {
	if c.client != nil {
		c.client.Conn.Close()
	}
	c.client, c.in = nil, false
}

// signUp prepares a client that is logged in. What fails here fails without any
// race.
func (c *racer) signUp(ctx context.Context) error {
	client, err := c.race.open(ctx)
	if err != nil {
		return unable(ctx, "", target.Diagnose(err))
	}
	c.client = client
	register := Operation{Kind: Register, Name: c.user.name, Secret: c.user.password}
	if c.ask(ctx, register) != OK {
		return unable(ctx, "REGISTER-1", verdict.Textf("a user could not be registered", "user tidak dapat didaftarkan"))
	}
	if c.race.target.Dialect.RegisterOpens {
		// The session is not wanted yet, and the server may allow just one.
		_, _ = c.client.Logout(ctx)
		c.drop()
	}
	if c.enter(ctx); !c.in {
		return unable(ctx, "AUTH-1", verdict.Textf("a user could not auth", "user tidak dapat auth"))
	}
	return nil
}

func unable(ctx context.Context, requirement string, reason verdict.Text) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &Unable{requirement, reason}
}

// ask sends one request and records what came of it. A connection that gave no
// answer is not used again.
func (c *racer) ask(ctx context.Context, op Operation) Outcome {
	op.Client = c.id
	if c.user != nil {
		op.User = c.user.name
	}
	request := c.request(&op)
	op.Call = time.Since(c.race.began)
	var result session.Result
	err := c.client.Send(request)
	if err == nil {
		result, err = c.client.Receive(ctx)
	}
	op.Return = time.Since(c.race.began)
	switch {
	case err == nil && result.OK():
		op.Outcome = OK
		if op.Kind == Inbox {
			c.see(&op, &result)
		}
	case err == nil && result.Refused():
		op.Outcome = Refused
	default:
		op.Outcome, op.Return = Unknown, Never
	}
	c.ops = append(c.ops, op)
	if err != nil {
		c.drop()
		if errors.Is(err, wire.ErrSilent) {
			c.silent++
			c.gone = c.gone || c.silent >= silences
		}
	}
	return op.Outcome
}

func (c *racer) request(op *Operation) string {
	words := []string{op.Kind.String()}
	switch op.Kind {
	case Register, Auth:
		words = append(words, op.Name, op.Secret)
	case CreateGroup:
		words = append(words, op.Name, strings.Join(op.To, ","))
	case Send:
		words = append(words, c.race.target.Dialect.Address(op.Name), op.Text)
	case SendGroup:
		words = append(words, op.Name, op.Text)
	}
	return strings.Join(words, " ")
}

func (c *racer) see(op *Operation, result *session.Result) {
	op.Shown = c.known.sight(result.Data, c.race.names.mark, c.race.isDrawn)
	c.user.saw(op.Shown)
	c.read += len(result.Frame.Raw)
}

// enter logs in, on a new connection where the old one is gone.
func (c *racer) enter(ctx context.Context) {
	for try := 0; try < tries && !c.in && !c.gone && ctx.Err() == nil; try++ {
		if !c.connect(ctx) {
			break
		}
		switch c.ask(ctx, Operation{Kind: Auth, Name: c.user.name, Secret: c.user.password}) {
		case OK:
			c.in = true
		case Refused:
			c.drop()
		}
	}
	c.gone = c.gone || !c.in
}

// leave logs out.
func (c *racer) leave(ctx context.Context) {
	if c.ask(ctx, Operation{Kind: Logout}) == OK {
		c.in = false
	}
}

// inbox reads the own inbox. A client that is refused has lost its session, and
// begins another.
func (c *racer) inbox(ctx context.Context, settled bool) Outcome {
	outcome := c.ask(ctx, Operation{Kind: Inbox, Name: c.user.name, Settled: settled})
	if outcome == Refused && c.in {
		c.drop()
		c.enter(ctx)
	}
	return outcome
}

func (c *racer) text() string {
	c.texts++
	text := c.race.names.text(c.id, c.texts)
	c.race.mu.Lock()
	defer c.race.mu.Unlock()
	c.race.drawn[text] = true
	return text
}

// send sends a new text to a user.
func (c *racer) send(ctx context.Context, to *user) {
	c.post(ctx, Operation{Kind: Send, Name: to.name, To: []string{to.name}, Text: c.text()}, to)
}

// sendGroup sends a new text to a group that the client is a member of.
func (c *racer) sendGroup(ctx context.Context, g *group) {
	op := Operation{Kind: SendGroup, Name: g.id, May: []string{g.maker.name}, Text: c.text()} // the maker may be no member
	var to []*user
	for _, u := range g.members {
		if u == c.user {
			op.May = append(op.May, u.name)
			continue
		}
		to = append(to, u)
		op.To = append(op.To, u.name)
	}
	c.post(ctx, op, to...)
}

func (c *racer) post(ctx context.Context, op Operation, to ...*user) {
	switch c.ask(ctx, op) {
	case OK:
		for _, u := range to {
			u.owe(op.Text)
		}
	case Refused:
		if c.in {
			c.inbox(ctx, false) // shows whether there is a session still
		}
	}
}

// cut sends a new text to a user and breaks off before the answer.
func (c *racer) cut(ctx context.Context, to *user) {
	op := Operation{Client: c.id, Kind: Send, User: c.user.name, Name: to.name, To: []string{to.name}, Text: c.text(), Outcome: Unknown}
	op.Call, op.Return = time.Since(c.race.began), Never
	_ = c.client.Send(c.request(&op)) // unknown either way
	c.ops = append(c.ops, op)
	c.drop()
	c.enter(ctx)
}

// settle reads the own inbox until it has shown all it owes, or the time in
// which messages arrive is over, and tells whether it has.
func (c *racer) settle(ctx context.Context) bool {
	deadline := time.Now().Add(2 * c.race.target.Pace.First().Wait)
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		// Settled is said of a read only by what was known before it.
		complete := !c.user.waits()
		late := time.Now().After(deadline)
		if c.inbox(ctx, complete || late) != OK || c.client == nil {
			return true
		}
		if complete || late {
			return complete || !c.user.waits()
		}
		if !c.user.waits() {
			continue
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return true
		}
	}
}
