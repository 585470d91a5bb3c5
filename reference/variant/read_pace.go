package variant

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// paceReadings settle no open point: the specification does not speak of time.
var paceReadings = []Reading{
	settles("", "slow", "Every result takes 50 ms longer", "Setiap result 50 ms lebih lambat", "pace", writing(func(_ *conn, b []byte, next func([]byte) error) error {
		time.Sleep(50 * time.Millisecond)
		return next(b)
	})),
	settles("", "trickle", "Results leave byte by byte", "Result dikirim byte demi byte", "", writing(func(_ *conn, b []byte, next func([]byte) error) error {
		for i := range b {
			if err := next(b[i : i+1]); err != nil {
				return err
			}
			if i < 8 { // so that each leaves in a segment of its own, for a while
				time.Sleep(20 * time.Microsecond)
			}
		}
		return nil
	})),
	settles("", "backlog-one", "Connections that wait to be accepted are one at most, as with listen(1)", "Koneksi yang menunggu diterima paling banyak satu, seperti dengan listen(1)", "", accepting(func(l net.Listener) net.Listener {
		shorten(l)
		return &unhurried{l}
	})),
	settles("", "slow-logins", "`auth` and `register` take 120 ms, as with bcrypt", "`auth` dan `register` memerlukan 120 ms, seperti dengan bcrypt", "pace", on("auth register", func(c *call) chat.Result {
		if !lacking(c) {
			select {
			case <-time.After(120 * time.Millisecond):
			case <-c.ctx.Done():
			}
		}
		return c.next()
	})),
	settles("", "one-worker", "One request is served at a time; who waits for another server lets others go first", "Satu request dilayani pada satu waktu; yang menunggu server lain mendahulukan yang lain", "", func(s *server) {
		var worker sync.Mutex
		s.front = append(s.front, func(c *call) chat.Result {
			worker.Lock()
			defer worker.Unlock()
			return c.next()
		})
		idly := func(wait func() error) error {
			worker.Unlock()
			defer worker.Lock()
			return wait()
		}
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			return idly(func() error { return next(ctx, to) })
		})(s)
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			return idly(func() error { return next(ctx, to, user, m) })
		})(s)
	}),
}

// unhurried is a listener that accepts one connection after the other with a
// breath between them.
type unhurried struct{ net.Listener }

func (u *unhurried) Accept() (net.Conn, error) {
	c, err := u.Listener.Accept()
	if err == nil {
		time.Sleep(time.Millisecond)
	}
	return c, err
}
