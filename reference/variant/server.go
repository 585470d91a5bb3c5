package variant

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

// ErrCrashed is what Serve returns, wrapped, when a fault brought the server
// down.
var ErrCrashed = errors.New("variant: the server crashed, as its fault has it")

// An effect puts the decorators of one fault or reading on a server. What it
// remembers between requests lives in its variables, so it is called anew for
// each server.
type effect func(*server)

// all is several effects.
func all(effects ...effect) effect {
	return func(s *server) {
		for _, e := range effects {
			e(s)
		}
	}
}

// configure is the effect of a change in the configuration.
func configure(change func(*reference.Config)) effect {
	return func(s *server) { change(s.config) }
}

// A server is one reference server under its decorators. The lists are
// innermost first, and not changed once it serves.
type server struct {
	config  *reference.Config
	machine *chat.Machine

	steps     []step // of a request, see call.go
	shapers   []step // around these: they shape data
	front     []step // around all: they see a request first
	posts     []post // of a delivery to users here, see mail.go
	connects  []connect
	forwards  []forward
	receives  []receive
	reads     []read
	inputs    []input // of the bytes of clients, see conn.go
	objects   []rewriter[object]
	bodies    []rewriter[[]byte]
	frames    []rewriter[[]byte]
	writes    []write
	listeners []func(net.Listener) net.Listener

	atEnd []func() // when the listener closes

	handler chat.Handler // what the steps stand around
	online  online
	alive   liveness
	frozen  atomic.Bool
}

// install has cfg make its servers with build, one at a time: each has its own
// decorators, which forget what the one before knew.
func install(cfg *reference.Config, build func() *server) {
	inner := *cfg
	var current atomic.Pointer[server]
	cfg.Wrap = func(h chat.Handler) chat.Handler {
		s := build()
		current.Store(s)
		s.steps = slices.Concat(s.steps, s.shapers, s.front)
		s.machine = h.(*chat.Machine)
		s.machine.Mail = &mailbox{s, s.machine.Mail}
		s.machine.Links = &links{s, s.machine.Links}
		s.machine.Files = &files{s, s.machine.Files}
		s.handler = h
		if inner.Wrap != nil {
			s.handler = inner.Wrap(h)
		}
		return chat.HandlerFunc(s.handle)
	}
	cfg.WrapReceive = func(next reference.Receive) reference.Receive {
		if inner.WrapReceive != nil {
			next = inner.WrapReceive(next)
		}
		for _, r := range current.Load().receives {
			within := next
			next = func(user string, m chat.Message) error { return r(user, m, within) }
		}
		return next
	}
	cfg.WrapListener = func(l net.Listener) net.Listener {
		if inner.WrapListener != nil {
			l = inner.WrapListener(l)
		}
		s := current.Load()
		for _, wrap := range s.listeners {
			l = wrap(l)
		}
		return s.alive.guard(l, s.atEnd)
	}
	cfg.WrapConn = func(c net.Conn) net.Conn {
		if inner.WrapConn != nil {
			c = inner.WrapConn(c)
		}
		return current.Load().newConn(c)
	}
}

func (s *server) handle(ctx context.Context, session *chat.Session, r chat.Request) chat.Result {
	c := &call{ctx: ctx, session: session, Request: r, server: s, depth: len(s.steps)}
	c.conn, _ = reference.Conn(ctx).(*conn)
	switch {
	case s.frozen.Load():
		return hang(c)
	case c.conn.closing.Load():
		return unanswered
	}
	result := c.next()
	s.online.set(c.conn, session.User())
	return result
}

// crash ends the server as a signal would: the listener and every connection
// close, and nothing is answered any more.
func (s *server) crash() { s.alive.end() }

// freeze leaves the server as a deadlock would: connections are taken, and
// nothing is answered any more.
func (s *server) freeze() { s.frozen.Store(true) }

// online tells who is logged in, on which connections.
type online struct {
	mu    sync.Mutex
	users map[*conn]string
}

func (o *online) set(c *conn, user string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.users[c] == user {
		return
	}
	if o.users == nil {
		o.users = make(map[*conn]string)
	}
	if o.users[c] = user; user == "" {
		delete(o.users, c)
	}
}

// conns lists the connections on which user is logged in; all that are, if
// user is "".
func (o *online) conns(user string) (list []*conn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for c, u := range o.users {
		if u == user || user == "" {
			list = append(list, c)
		}
	}
	return list
}

func (o *online) has(user string) bool { return user != "" && len(o.conns(user)) > 0 }

// liveness is what is to be closed when a server crashes.
type liveness struct {
	ended atomic.Bool

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]struct{}
}

// guard makes l and what it accepts end with the server. It calls atEnd when l
// closes.
func (v *liveness) guard(l net.Listener, atEnd []func()) net.Listener {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.listener, v.conns = l, make(map[net.Conn]struct{})
	return &guardedListener{Listener: l, alive: v, atEnd: atEnd}
}

// addr is where the server listens.
func (v *liveness) addr() netip.AddrPort {
	v.mu.Lock()
	defer v.mu.Unlock()
	tcp, _ := v.listener.Addr().(*net.TCPAddr)
	return tcp.AddrPort()
}

func (v *liveness) end() {
	if v.ended.Swap(true) {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.listener.Close()
	for c := range v.conns {
		c.Close()
	}
}

type guardedListener struct {
	net.Listener
	alive *liveness
	once  sync.Once
	atEnd []func()
}

func (l *guardedListener) Close() error {
	l.once.Do(func() {
		for _, f := range l.atEnd {
			f()
		}
	})
	return l.Listener.Close()
}

func (l *guardedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	l.alive.mu.Lock()
	defer l.alive.mu.Unlock()
	switch {
	case l.alive.ended.Load():
		if err == nil {
			c.Close()
		}
		return nil, fmt.Errorf("%w: %w", ErrCrashed, net.ErrClosed)
	case err != nil:
		return nil, err
	}
	l.alive.conns[c] = struct{}{}
	return &guardedConn{c, l.alive}, nil
}

type guardedConn struct {
	net.Conn
	alive *liveness
}

func (c *guardedConn) Close() error {
	c.alive.mu.Lock()
	delete(c.alive.conns, c.Conn)
	c.alive.mu.Unlock()
	return c.Conn.Close()
}
