package process

import (
	"context"
	"io"
	"net"
	"sync"
	"time"
)

// gateDial bounds how long a connection through a gate is being made.
const gateDial = 10 * time.Second

// gate passes connections from one network to another, byte for byte. Ends and
// resets pass too.
type gate struct {
	listener net.Listener
	done     chan struct{}
	wg       sync.WaitGroup

	mu    sync.Mutex
	dial  func(ctx context.Context) (net.Conn, error)
	conns map[net.Conn]bool
}

// newGate takes connections from l to where dial leads.
func newGate(l net.Listener, dial func(context.Context) (net.Conn, error)) *gate {
	g := &gate{listener: l, done: make(chan struct{}), dial: dial, conns: map[net.Conn]bool{}}
	g.wg.Go(g.serve)
	return g
}

func (g *gate) addr() string { return g.listener.Addr().String() }

// lead changes where new connections go.
func (g *gate) lead(dial func(context.Context) (net.Conn, error)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.dial = dial
}

// close ends all connections and returns when they have ended.
func (g *gate) close() {
	close(g.done)
	_ = g.listener.Close()
	g.mu.Lock()
	for c := range g.conns {
		_ = c.Close()
	}
	g.mu.Unlock()
	g.wg.Wait()
}

func (g *gate) serve() {
	for {
		c, err := g.listener.Accept()
		if err != nil {
			select {
			case <-g.done:
				return
			case <-time.After(10 * time.Millisecond): // out of descriptors: others will end
				continue
			}
		}
		g.wg.Go(func() { g.pass(c) })
	}
}

func (g *gate) pass(near net.Conn) {
	if !g.keep(near) {
		return
	}
	defer g.drop(near)
	ctx, cancel := context.WithTimeout(context.Background(), gateDial)
	defer cancel()
	g.mu.Lock()
	dial := g.dial
	g.mu.Unlock()
	far, err := dial(ctx)
	if err != nil {
		reset(near)
		return
	}
	if !g.keep(far) {
		return
	}
	defer g.drop(far)
	var both sync.WaitGroup
	both.Go(func() { flow(far, near) })
	both.Go(func() { flow(near, far) })
	both.Wait()
}

// keep notes a connection; it closes it, if the gate is being closed.
func (g *gate) keep(c net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.done:
		_ = c.Close()
		return false
	default:
	}
	g.conns[c] = true
	return true
}

func (g *gate) drop(c net.Conn) {
	_ = c.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.conns, c)
}

// flow copies one direction to its end. An end is passed on as an end, anything
// else as a reset.
func flow(to, from net.Conn) {
	if _, err := io.Copy(to, from); err != nil {
		reset(to)
		reset(from)
		return
	}
	if tcp, ok := to.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
}

func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
