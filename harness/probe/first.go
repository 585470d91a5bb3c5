package probe

import (
	"context"
	"errors"
	"time"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// attempt is one way to get a first answer.
type attempt struct{ request, end string }

// firstAnswer gives the first way to end a request that gets any answer. A
// server may be slow, so nothing is given up before the end: all ways are
// tried beside each other, one after the other in time.
func (p *prober) firstAnswer() (string, session.Result, error) {
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	attempts := p.attempts
	outcomes := make(chan outcome, len(attempts))
	pending := 0
	defer func() { // nobody dials any more when this returns
		cancel()
		for ; pending > 0; pending-- {
			<-outcomes
		}
	}()
	start := func() {
		pending++
		a, d := attempts[0], p.dialect
		go func() { outcomes <- p.attempt(ctx, a, d, mute) }()
		attempts = attempts[1:]
	}
	start()
	next := time.NewTicker(stagger)
	defer next.Stop()
	var first error
	for pending > 0 {
		select {
		case o := <-outcomes:
			pending--
			if o.answered() {
				o = p.prefer(ctx, o)
				return o.end, o.result, nil
			}
			if first == nil || o.end == "\r\n" {
				first = o.err
			}
			if !connected(o.err) {
				attempts = nil
			}
			if len(attempts) > 0 {
				start()
			}
		case <-next.C:
			if len(attempts) > 0 {
				start()
			}
		case <-ctx.Done():
			return "", session.Result{}, ctx.Err()
		}
	}
	return "", session.Result{}, first
}

// outcome is what came of an attempt.
type outcome struct {
	attempt
	result session.Result
	err    error
}

// answered tells whether anything came: half an answer is one too.
func (o outcome) answered() bool { return o.err == nil || len(o.result.Frame.Raw) > 0 }

// attempt asks in the dialect d, on a connection of its own, and waits for that long.
func (p *prober) attempt(ctx context.Context, a attempt, d dialect.Dialect, wait time.Duration) outcome {
	o := outcome{attempt: a}
	c, err := p.target.Open(ctx, "chatspec", wire.NewLog(), nil)
	if err != nil {
		o.err = err
		return o
	}
	defer c.Conn.Close()
	d.End = a.end
	c.Dialect, c.Suspect = &d, nil
	if p.grace > 0 {
		o.result, o.err = c.Try(ctx, a.request, wire.Patience{Wait: min(wait, p.target.Pace.Longest().Wait), Grace: p.grace})
		return o
	}
	if o.err = c.Send(a.request); o.err == nil {
		o.result, o.err = c.Await(ctx, wait)
	}
	return o
}

// prefer asks once more with the usual end where only another was answered: the
// first answer of a server may be late because it is the first.
func (p *prober) prefer(ctx context.Context, o outcome) outcome {
	usual := p.attempts[0].end
	if o.end == usual {
		return o
	}
	if again := p.attempt(ctx, attempt{o.request, usual}, p.dialect, max(quick, slowly*p.target.Pace.Slowest())); again.answered() {
		return again
	}
	p.ends(o.end, `with \r\n there is no answer`, `dengan \r\n tidak ada jawaban`)
	return o
}

// connected tells whether it was on a connection that nothing came.
func connected(err error) bool {
	return errors.Is(err, wire.ErrSilent) || errors.Is(err, wire.ErrClosed) || errors.Is(err, wire.ErrReset)
}

const (
	mute    = 3 * time.Second // a server that has said nothing by then is mute
	stagger = quick           // before the next way to end a request is tried too
)
