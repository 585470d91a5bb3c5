package peer

import (
	"io"
	"net"
	"sync"
	"time"
)

// Relay stands between a target and its second server, so that the link can be
// cut and restored whoever runs the two. It is safe for use by several
// goroutines.
type Relay struct {
	to   string
	addr string

	mu       sync.Mutex
	listener net.Listener // nil while cut
	conns    map[net.Conn]bool
	wg       *sync.WaitGroup // of the goroutines since the last Restore
}

// NewRelay starts a relay to an address, on a loopback port of its own.
func NewRelay(to string) (*Relay, error) {
	r := &Relay{to: to, addr: "127.0.0.1:0", conns: map[net.Conn]bool{}}
	if err := r.Restore(); err != nil {
		return nil, err
	}
	return r, nil
}

// Addr is where the relay listens, also while it is cut.
func (r *Relay) Addr() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.addr
}

// Cut ends every connection and refuses new ones, as a server that is gone.
func (r *Relay) Cut() {
	r.mu.Lock()
	if r.listener != nil {
		_ = r.listener.Close()
		r.listener = nil
	}
	for c := range r.conns {
		_ = c.Close()
	}
	wg := r.wg
	r.mu.Unlock()
	wg.Wait()
}

// Restore listens again, at the same address. It does nothing while it is not
// cut.
func (r *Relay) Restore() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listener != nil {
		return nil
	}
	l, err := net.Listen("tcp", r.addr)
	if err != nil {
		return err
	}
	r.listener, r.addr, r.wg = l, l.Addr().String(), new(sync.WaitGroup)
	r.wg.Add(1)
	go r.serve(l, r.wg)
	return nil
}

func (r *Relay) serve(l net.Listener, wg *sync.WaitGroup) {
	defer wg.Done()
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			r.join(l, c)
		}()
	}
}

// dialLimit bounds how long Cut waits for a server that does not accept.
const dialLimit = 3 * time.Second

// join passes bytes both ways until both ended.
func (r *Relay) join(l net.Listener, c net.Conn) {
	defer c.Close()
	d, err := net.DialTimeout("tcp", r.to, dialLimit)
	if err != nil {
		return
	}
	defer d.Close()
	r.mu.Lock()
	if r.listener != l { // cut meanwhile
		r.mu.Unlock()
		return
	}
	r.conns[c], r.conns[d] = true, true
	r.mu.Unlock()
	done := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{c, d}, {d, c}} {
		go func() {
			_, _ = io.Copy(way[0], way[1])
			if tcp, ok := way[0].(*net.TCPConn); ok {
				_ = tcp.CloseWrite()
			}
			done <- struct{}{}
		}()
	}
	<-done
	<-done
	r.mu.Lock()
	delete(r.conns, c)
	delete(r.conns, d)
	r.mu.Unlock()
}
