package reference

import (
	"bufio"
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// A Server serves clients and other servers on one listener.
type Server struct {
	cfg     Config
	state   *chat.State
	handler chat.Handler
	receive Receive
	links   *links

	started atomic.Bool
	closing atomic.Bool

	mu      sync.Mutex
	conns   map[net.Conn]struct{}
	serving sync.WaitGroup // a goroutine for each of conns
	inbound atomic.Int64   // those of conns that are links
}

// New returns a server that remembers nothing yet.
func New(cfg Config) (*Server, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg:   cfg,
		state: chat.NewState(cfg.Limits),
		links: newLinks(cfg),
		conns: make(map[net.Conn]struct{}),
	}
	machine := &chat.Machine{ID: cfg.ID, State: s.state, Mail: s.state, Links: s.links}
	if cfg.Files != "" {
		machine.Files = newFolder(cfg.Files, cfg.MaxFile)
	}
	s.handler = machine
	if cfg.Wrap != nil {
		s.handler = cfg.Wrap(machine)
	}
	s.receive = func(user string, m chat.Message) error {
		return machine.Mail.Deliver(m, user)
	}
	if cfg.WrapReceive != nil {
		s.receive = cfg.WrapReceive(s.receive)
	}
	return s, nil
}

// State returns what the server remembers. It may be used at any time.
func (s *Server) State() *chat.State { return s.state }

// Serve serves connections from l until ctx is done. Then it stops accepting,
// lets requests that are being served finish, for Config.DrainTimeout at most,
// closes everything, l included, and returns nil; no goroutine is left. It
// returns an error if l fails. A server serves once.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	if s.started.Swap(true) {
		return errors.New("reference: a server serves only once")
	}
	if addr, ok := l.Addr().(*net.TCPAddr); ok {
		s.links.listensOn(addr.Port)
	}

	if s.cfg.WrapListener != nil {
		l = s.cfg.WrapListener(l)
	}

	accepting, stop := context.WithCancel(ctx)
	var closed sync.WaitGroup
	closed.Go(func() {
		<-accepting.Done()
		l.Close()
	})
	// Requests outlive ctx by DrainTimeout.
	working, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()

	s.cfg.Logger.Info("serving", "id", s.cfg.ID, "addr", l.Addr())
	err := s.accept(accepting, working, l)
	stop()
	closed.Wait()
	s.shutdown(abort)
	s.cfg.Logger.Info("stopped", "error", err)
	return err
}

// accept serves each connection in a goroutine of its own, until ctx is done.
func (s *Server) accept(ctx, working context.Context, l net.Listener) error {
	const longest = time.Second
	pause := 5 * time.Millisecond
	for {
		conn, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				conn.Close()
			}
			return nil
		case errors.Is(err, net.ErrClosed):
			return err
		case err != nil:
			// Mostly a lack of file descriptors, which passes.
			s.cfg.Logger.Warn("accept", "error", err)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
			}
			pause = min(2*pause, longest)
			continue
		}
		pause = 5 * time.Millisecond
		if !s.admit(conn) {
			s.cfg.Logger.Warn("connection refused: too many", "remote", conn.RemoteAddr())
			conn.Close()
			continue
		}
		s.serving.Go(func() {
			defer s.dismiss(conn)
			s.serve(working, conn)
		})
	}
}

func (s *Server) admit(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.conns) >= s.cfg.MaxConns {
		return false
	}
	s.conns[conn] = struct{}{}
	return true
}

func (s *Server) dismiss(conn net.Conn) {
	conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
}

// each calls f for every open connection.
func (s *Server) each(f func(net.Conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		f(conn)
	}
}

// serve finds out by the first byte who is there.
func (s *Server) serve(ctx context.Context, conn net.Conn) {
	r := bufio.NewReader(conn)
	if !s.await(conn, s.cfg.IdleTimeout) {
		return
	}
	first, err := r.Peek(1)
	switch {
	case err != nil:
	case first[0] == linkMark:
		s.servePeer(ctx, conn, r)
	case s.cfg.WrapConn != nil:
		wrapped := s.cfg.WrapConn(&peeked{conn, r})
		defer wrapped.Close()
		s.serveClient(ctx, wrapped, bufio.NewReader(wrapped))
	default:
		s.serveClient(ctx, conn, r)
	}
}

// peeked is a connection whose first bytes already lie in a reader.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p *peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

// await gives whoever is at the other end time to say something. It reports
// false if the server is about to close.
func (s *Server) await(conn net.Conn, d time.Duration) bool {
	err := conn.SetReadDeadline(time.Now().Add(d))
	// The order matters: shutdown sets closing first and the deadline then,
	// so either we see closing here, or its deadline replaces ours.
	return err == nil && !s.closing.Load()
}

// shutdown ends all connections, those that are busy after a while.
func (s *Server) shutdown(abort context.CancelFunc) {
	s.closing.Store(true)
	s.each(func(conn net.Conn) { conn.SetReadDeadline(time.Now()) })

	idle := make(chan struct{})
	go func() {
		s.serving.Wait()
		close(idle)
	}()
	drained := time.NewTimer(s.cfg.DrainTimeout)
	defer drained.Stop()
	select {
	case <-idle:
	case <-drained.C:
	}
	abort()
	s.each(func(conn net.Conn) { conn.Close() })
	<-idle
	s.links.close()
}
