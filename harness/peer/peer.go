// Package peer plays the other server: a listener that shows whether a target
// opened a connection, and a relay that can cut the link to a real one. Nobody
// looks inside what passes.
package peer

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Manner is how a Peer treats who connects.
type Manner int

// The manners of a Peer.
const (
	Quiet    Manner = iota // accepts, and says nothing until Release
	Closing                // accepts, notes it, and closes at once
	Reset                  // accepts and resets
	Babbling               // accepts and sends garbage
)

// life bounds how long a connection is held, whatever the target does.
const life = 30 * time.Second

// Peer listens on a loopback port of its own.
type Peer struct {
	manner   Manner
	listener net.Listener
	released chan struct{} // closed by Release
	release  sync.Once
	wg       sync.WaitGroup

	mu   sync.Mutex
	from []string      // the addresses that connections came from, in order
	more chan struct{} // closed with the next connection
}

// Listen starts a peer.
func Listen(manner Manner) (*Peer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Peer{manner: manner, listener: l, released: make(chan struct{}), more: make(chan struct{})}
	p.wg.Add(1)
	go p.serve()
	return p, nil
}

// Port is where the peer listens on 127.0.0.1.
func (p *Peer) Port() int { return p.listener.Addr().(*net.TCPAddr).Port }

// Connections tells how many have come so far.
func (p *Peer) Connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.from)
}

// Await waits until more than n connections have come. Its error is that of ctx.
func (p *Peer) Await(ctx context.Context, n int) error {
	return p.await(ctx, func(from []string) bool { return len(from) > n })
}

// Settle counts the connections so far, with all that were opened before it was
// called: it opens one itself, which comes after them, and waits for that.
func (p *Peer) Settle(ctx context.Context) (n int, err error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", p.listener.Addr().String())
	for errors.Is(err, syscall.ECONNRESET) && ctx.Err() == nil { // a peer that resets may be as quick as that
		c, err = d.DialContext(ctx, "tcp", p.listener.Addr().String())
	}
	if err != nil {
		return 0, err
	}
	defer c.Close()
	err = p.await(ctx, func(from []string) bool {
		n = slices.Index(from, c.LocalAddr().String()) + 1
		return n > 0
	})
	return n, err
}

// await waits until enough connections have come.
func (p *Peer) await(ctx context.Context, enough func(from []string) bool) error {
	for {
		p.mu.Lock()
		done, more := enough(p.from), p.more
		p.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Release ends all connections, and from now on each new one at once.
func (p *Peer) Release() { p.release.Do(func() { close(p.released) }) }

// Close stops listening and returns when every connection has ended.
func (p *Peer) Close() {
	p.Release()
	_ = p.listener.Close()
	p.wg.Wait()
}

func (p *Peer) serve() {
	defer p.wg.Done()
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		p.from = append(p.from, c.RemoteAddr().String())
		close(p.more)
		p.more = make(chan struct{})
		p.mu.Unlock()
		p.wg.Add(1)
		go p.treat(c)
	}
}

func (p *Peer) treat(c net.Conn) {
	defer p.wg.Done()
	defer c.Close()
	switch p.manner {
	case Closing:
		return
	case Reset:
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // close sends a reset instead of a farewell
		}
		return
	case Babbling:
		_ = c.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = c.Write(garbage)
	}
	ctx, cancel := context.WithTimeout(context.Background(), life)
	defer cancel()
	select {
	case <-p.released:
	case <-ctx.Done():
	}
}

// garbage is no protocol that anybody speaks: bytes of every kind, an
// unfinished JSON, and no end of line.
var garbage = func() []byte {
	b := []byte("\x00\xff\xfe{\"status\": \r\n\r\n[[[[")
	for i := range 4096 {
		b = append(b, byte(i*7))
	}
	return b
}()
