package variant

import (
	"bytes"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A conn is the connection of a client under its decorators.
type conn struct {
	net.Conn
	server *server
	in     io.Reader

	closing atomic.Bool // it closes once what was said is written

	writing sync.Mutex // others may write, too

	mu     sync.Mutex // guards what follows
	atEnd  []func()
	closed bool
}

// An input changes what comes from a client: it returns a reader over r.
type input func(c *conn, r io.Reader) io.Reader

// A rewriter changes something on its way to a client.
type rewriter[T any] func(c *conn, v T) T

// A write writes b, whole results, by calling next with what is to leave in
// one segment.
type write func(c *conn, b []byte, next func([]byte) error) error

func reading(i input) effect            { return func(s *server) { s.inputs = append(s.inputs, i) } }
func objects(r rewriter[object]) effect { return func(s *server) { s.objects = append(s.objects, r) } }
func bodies(r rewriter[[]byte]) effect  { return func(s *server) { s.bodies = append(s.bodies, r) } }
func frames(r rewriter[[]byte]) effect  { return func(s *server) { s.frames = append(s.frames, r) } }
func writing(w write) effect            { return func(s *server) { s.writes = append(s.writes, w) } }
func accepting(w func(net.Listener) net.Listener) effect {
	return func(s *server) { s.listeners = append(s.listeners, w) }
}

// chunked is an input that changes what single reads deliver. It keeps nothing
// between them.
func chunked(change func(c *conn, chunk []byte) []byte) input {
	return func(c *conn, r io.Reader) io.Reader { return &chunks{c, r, change, nil, nil} }
}

type chunks struct {
	conn   *conn
	r      io.Reader
	change func(*conn, []byte) []byte
	left   []byte
	err    error
}

func (c *chunks) Read(b []byte) (int, error) {
	for len(c.left) == 0 {
		if c.err != nil {
			return 0, c.err
		}
		chunk := make([]byte, 4096)
		var n int
		n, c.err = c.r.Read(chunk)
		if n > 0 {
			c.left = c.change(c.conn, chunk[:n])
		}
	}
	n := copy(b, c.left)
	c.left = c.left[n:]
	return n, nil
}

// text is a rewriter of text.
func text(change func(string) string) rewriter[[]byte] {
	return func(_ *conn, b []byte) []byte { return []byte(change(string(b))) }
}

func (s *server) newConn(raw net.Conn) *conn {
	c := &conn{Conn: raw, server: s, in: raw}
	for _, i := range s.inputs {
		c.in = i(c, c.in)
	}
	return c
}

func (c *conn) Read(b []byte) (int, error) { return c.in.Read(b) }

// end is how a result ends, and nothing is one that is not written.
const end = "\r\n\r\n"

var nothing = []byte(encode(unanswered))

// Write takes whole results. Each is rewritten as an object, as JSON without
// its end, and as a frame.
func (c *conn) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	var out []byte
	for body := range bytes.SplitSeq(bytes.TrimSuffix(b, []byte(end)), []byte(end)) {
		out = append(out, c.rewrite(body)...)
	}
	if err := c.leave(out); err != nil {
		return 0, err
	}
	if c.closing.Load() {
		c.Conn.Close()
	}
	return len(b), nil
}

func (c *conn) rewrite(body []byte) []byte {
	if bytes.Equal(body, nothing) {
		return nil
	}
	if o, ok := parseObject(body); ok && len(c.server.objects) > 0 {
		for _, change := range c.server.objects {
			o = change(c, o)
		}
		body = o.encode()
	}
	for _, change := range c.server.bodies {
		body = change(c, body)
	}
	frame := append(bytes.Clone(body), end...)
	for _, change := range c.server.frames {
		frame = change(c, frame)
	}
	return frame
}

func (c *conn) leave(b []byte) error {
	next := func(b []byte) error {
		if len(b) == 0 {
			return nil
		}
		_, err := c.Conn.Write(b)
		return err
	}
	for _, w := range c.server.writes {
		within := next
		next = func(b []byte) error { return w(c, b, within) }
	}
	return next(b)
}

// inject writes bytes that answer no request.
func (c *conn) inject(b string) {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.Conn.SetWriteDeadline(time.Now().Add(time.Second))
	c.Conn.Write([]byte(b))
}

// ended has f called when the connection closes.
func (c *conn) ended(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.atEnd = append(c.atEnd, f)
}

func (c *conn) Close() error {
	err := c.Conn.Close()
	c.mu.Lock()
	last := c.atEnd
	if c.closed {
		last = nil
	}
	c.closed = true
	c.mu.Unlock()
	c.server.online.set(c, "")
	for _, f := range last {
		f()
	}
	return err
}

// perConn is something that each connection has one of.
type perConn[T any] struct {
	mu sync.Mutex
	of map[*conn]*T
}

func (p *perConn[T]) get(c *conn) *T {
	p.mu.Lock()
	defer p.mu.Unlock()
	v := p.of[c]
	if v == nil {
		if p.of == nil {
			p.of = make(map[*conn]*T)
		}
		v = new(T)
		p.of[c] = v
		c.ended(func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			delete(p.of, c)
		})
	}
	return v
}

// whenEnded does something with each connection that has ended.
func whenEnded(do func(c *conn)) effect {
	return reading(func(c *conn, r io.Reader) io.Reader {
		c.ended(func() { do(c) })
		return r
	})
}

// A spot is the one place for something of everybody's, as a global variable
// is.
type spot[T any] struct {
	mu    sync.Mutex
	value T
}

// through puts v there and takes out, a moment later, what is there by then:
// another's, where two came at once.
func (s *spot[T]) through(v T) T {
	s.mu.Lock()
	s.value = v
	s.mu.Unlock()
	time.Sleep(time.Millisecond) // the moment that the fault is about
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value
}

// perKey counts for each key.
type perKey struct {
	mu sync.Mutex
	of map[string]int
}

// next is 1 for the first call with a key, then 2, and so on.
func (p *perKey) next(key string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = make(map[string]int)
	}
	p.of[key]++
	return p.of[key]
}

// counter counts.
type counter struct{ n atomic.Int64 }

func (c *counter) next() int { return int(c.n.Add(1)) }
