// Package peer plays the other server: a listener that shows whether a target
// opened a connection, and a relay that can cut the link to a real one. Nobody
// looks inside what passes.
package peer

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
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
	accepted chan struct{} // closed with the first connection
	released chan struct{} // closed by Release
	once     sync.Once
	release  sync.Once
	wg       sync.WaitGroup
	count    atomic.Int64
}

// Listen starts a peer.
func Listen(manner Manner) (*Peer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Peer{manner: manner, listener: l, accepted: make(chan struct{}), released: make(chan struct{})}
	p.wg.Add(1)
	go p.serve()
	return p, nil
}

// Port is where the peer listens on 127.0.0.1.
func (p *Peer) Port() int { return p.listener.Addr().(*net.TCPAddr).Port }

// Accepted is closed when the first connection has come.
func (p *Peer) Accepted() <-chan struct{} { return p.accepted }

// Connections tells how many have come so far.
func (p *Peer) Connections() int { return int(p.count.Load()) }

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
		p.count.Add(1)
		p.once.Do(func() { close(p.accepted) })
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
