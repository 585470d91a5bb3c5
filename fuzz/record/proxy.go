package record

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const (
	dialLimit = 10 * time.Second
	// What is kept in memory of one session.
	maxEvents, maxBytes = 20_000, 4 << 20
)

// Proxy passes clients through to a server and makes sessions of what they say.
// Connections that are open at the same time belong to one session.
type Proxy struct {
	To string // host:port of the server

	// Keep is called with each session when its last connection has ended, never
	// from two goroutines at once. Its error ends the proxy.
	Keep func(*script.Script) error

	mu     sync.Mutex
	open   map[net.Conn]bool
	count  int // connections so far
	size   int
	began  time.Time
	events []verdict.Event
	failed error
	stop   func()
}

// Serve passes on what comes to l until ctx ends, and closes l. Then it ends
// all connections and keeps what was said on them.
func (p *Proxy) Serve(ctx context.Context, l net.Listener) error {
	ctx, p.stop = context.WithCancel(ctx)
	defer p.stop()
	p.open = map[net.Conn]bool{}
	end := context.AfterFunc(ctx, func() {
		_ = l.Close()
		p.mu.Lock()
		defer p.mu.Unlock()
		for c := range p.open {
			_ = c.Close()
		}
	})
	defer end()
	var clients sync.WaitGroup
	defer clients.Wait()
	for {
		client, err := l.Accept()
		if err != nil {
			p.stop()
			clients.Wait()
			p.mu.Lock()
			defer p.mu.Unlock()
			if ctx.Err() != nil && p.failed == nil && errors.Is(err, net.ErrClosed) {
				return nil
			}
			return errors.Join(p.failed, ignoreClosed(err))
		}
		clients.Go(func() { p.client(ctx, client) })
	}
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// client passes one client through.
func (p *Proxy) client(ctx context.Context, client net.Conn) {
	defer client.Close()
	d := net.Dialer{Timeout: dialLimit}
	server, err := d.DialContext(ctx, "tcp", p.To)
	if err != nil {
		return // as the client sees it: the connection is closed
	}
	defer server.Close()
	p.mu.Lock()
	if len(p.open) == 0 {
		p.began, p.events, p.count, p.size = time.Now(), nil, 0, 0
	}
	p.count++
	name := strconv.Itoa(p.count)
	p.open[client], p.open[server] = true, true
	p.mu.Unlock()
	if ctx.Err() != nil {
		_, _ = client.Close(), server.Close() // it ended before they were known
	}

	var both sync.WaitGroup
	both.Go(func() { p.pass(server, client, name, verdict.Sent) })
	both.Go(func() { p.pass(client, server, name, verdict.Received) })
	both.Wait()

	p.mu.Lock()
	defer p.mu.Unlock()
	p.note(name, verdict.Left, nil)
	delete(p.open, client)
	delete(p.open, server)
	if len(p.open) > 0 || p.failed != nil {
		return
	}
	if s := Script(p.events); s != nil {
		if p.failed = p.Keep(s); p.failed != nil {
			p.stop()
		}
	}
}

// pass copies one direction. When it ends on one side it ends on the other.
func (p *Proxy) pass(to, from net.Conn, name string, dir verdict.Dir) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			p.mu.Lock()
			p.note(name, dir, buf[:n])
			p.mu.Unlock()
			if _, failed := to.Write(buf[:n]); failed != nil {
				break
			}
		}
		if err != nil {
			break
		}
	}
	if half, ok := to.(*net.TCPConn); ok {
		_ = half.CloseWrite() // it may be closed already
	}
	if dir == verdict.Received {
		_ = from.Close() // the server has said its last word
		_ = to.Close()
	}
}

// note is called with the mutex held.
func (p *Proxy) note(name string, dir verdict.Dir, data []byte) {
	if len(p.events) >= maxEvents || p.size+len(data) > maxBytes {
		return
	}
	p.size += len(data)
	p.events = append(p.events, verdict.Event{Conn: name, Dir: dir, At: time.Since(p.began), Data: append([]byte(nil), data...)})
}
