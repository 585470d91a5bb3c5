// Package wire carries frames: it writes requests, reads results, and records
// every byte. Every read has a limit and every wait an end, whatever the other
// side does.
package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// MaxResult is how many bytes one result may have.
const MaxResult = 8 << 20

// Why no result came. An error of Read is one of these, or the context's.
var (
	ErrSilent  = errors.New("no answer, and the connection is still open")
	ErrClosed  = errors.New("the server closed the connection")
	ErrReset   = errors.New("the server reset the connection")
	ErrTooLong = fmt.Errorf("a result of more than %d MiB", MaxResult>>20)
)

// Conn is one client connection. Its methods are for one goroutine at a time;
// Close may be called from any.
type Conn struct {
	nc     net.Conn
	name   string
	log    *Log
	arrive chan struct{} // has a token when buf or err changed
	drain  chan struct{} // has a token when buf shrank
	done   chan struct{} // closed by Close
	close  sync.Once

	answered chan struct{} // closed with the first byte, or the end
	answer   sync.Once

	mu  sync.Mutex
	buf []byte // received and not yet taken
	dry int    // how much of buf, from its front, is known to hold no terminator
	err error  // why nothing more will come
}

// Dial opens a connection to addr. What happens on it goes to log under name.
// Its error is ErrReset, or one of package net.
func Dial(ctx context.Context, addr, name string, log *Log) (*Conn, error) {
	var d net.Dialer
	began := time.Now()
	nc, err := d.DialContext(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.ECONNRESET): // as soon as it was accepted
		return nil, ending(err)
	case err != nil:
		return nil, err
	}
	log.opened(name, addr, time.Since(began))
	return over(nc, name, log), nil
}

func over(nc net.Conn, name string, log *Log) *Conn {
	c := &Conn{
		nc: nc, name: name, log: log,
		arrive: make(chan struct{}, 1),
		drain:  make(chan struct{}, 1),
		done:   make(chan struct{}),

		answered: make(chan struct{}),
	}
	go c.pump()
	return c
}

// chunks are for what one read delivers. A run opens many connections, each for
// a few requests.
var chunks = sync.Pool{New: func() any { return new([16 << 10]byte) }}

// pump moves what arrives into buf and stops while buf is full, so that an
// endless answer costs no more memory than MaxResult.
func (c *Conn) pump() {
	pooled := chunks.Get().(*[16 << 10]byte)
	defer chunks.Put(pooled)
	chunk := pooled[:]
	for {
		n, err := c.nc.Read(chunk)
		c.mu.Lock()
		c.buf = append(c.buf, chunk[:n]...)
		if n > 0 {
			c.log.add(c.name, verdict.Received, chunk[:n])
		}
		if err != nil {
			c.err = ending(err)
			select {
			case <-c.done: // our own Close
			default:
				c.log.add(c.name, dirOf(c.err), nil)
			}
		}
		full := len(c.buf) > MaxResult
		c.mu.Unlock()
		signal(c.arrive)
		c.answer.Do(func() { close(c.answered) })
		if err != nil {
			return
		}
		for full {
			select {
			case <-c.drain:
			case <-c.done:
				return
			}
			c.mu.Lock()
			full = len(c.buf) > MaxResult
			c.mu.Unlock()
		}
	}
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

func ending(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return ErrClosed
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return ErrReset
	default:
		return fmt.Errorf("%w (%v)", ErrReset, err)
	}
}

func dirOf(err error) verdict.Dir {
	if errors.Is(err, ErrClosed) {
		return verdict.Closed
	}
	return verdict.Reset
}

// Write sends b in one write. It fails when the server does not take it within
// wait, or has closed: then the error is ErrSilent, ErrClosed or ErrReset.
func (c *Conn) Write(b []byte, wait time.Duration) error {
	if err := c.nc.SetWriteDeadline(time.Now().Add(wait)); err != nil {
		return ending(err)
	}
	c.log.add(c.name, verdict.Sent, b)
	_, err := c.nc.Write(b)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ErrSilent
	default:
		return ending(err)
	}
}

// Patience says how long Read waits.
type Patience struct {
	// Wait is the longest pause before the next byte of a result. A result as
	// a whole may take four times as long.
	Wait time.Duration
	// Grace, if not zero, is how long to wait for the terminator behind a
	// whole JSON value: for servers that are known to send none.
	Grace time.Duration
}

// Read takes the next result. Where the JSON came whole but the terminator did
// not, the frame is given with what stood in its place, once the wait is over
// or the connection ended.
func (c *Conn) Read(ctx context.Context, p Patience) (Frame, error) {
	var whole, pause time.Duration = 4 * p.Wait, p.Wait
	began := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		f, seen, err := c.take(cut)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, errPartial) {
			if g, _, lenient := c.take(cutUnterminated); lenient == nil {
				return g, nil
			}
			return f, err
		}
		if p.Grace > 0 && seen <= maxHead {
			if g, _, lenient := c.take(cutFollowed); lenient == nil {
				return g, nil
			}
		}
		c.dry = seen
		wait := min(pause, whole-time.Since(began))
		if p.Grace > 0 && seen > 0 {
			wait = min(wait, p.Grace)
		}
		timer.Reset(max(wait, 0))
		select {
		case <-c.arrive:
			continue
		case <-ctx.Done():
			return Frame{}, ctx.Err()
		case <-timer.C:
		}
		if g, _, lenient := c.take(cutUnterminated); lenient == nil {
			return g, nil
		}
		if p.Grace > 0 && wait == p.Grace && time.Since(began) < pause {
			p.Grace *= 2
			continue
		}
		return c.partial(), ErrSilent
	}
}

var errPartial = errors.New("not whole yet")

// take cuts a frame off the buffer and says how many bytes wait there. Its
// error is errPartial while more may come.
func (c *Conn) take(cut func(buf []byte, dry int) (Frame, []byte, bool)) (Frame, int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, rest, ok := cut(c.buf, c.dry)
	switch {
	case ok:
		c.buf, c.dry = rest, 0
		signal(c.drain)
		return f, len(rest), nil
	case len(c.buf) > MaxResult:
		return Frame{Raw: c.head()}, 0, ErrTooLong
	case c.err != nil:
		return Frame{Raw: c.head()}, 0, c.err
	default:
		return Frame{}, len(c.buf), errPartial
	}
}

func (c *Conn) partial() Frame { return Frame{Raw: c.Unread()} }

// maxHead is how much is shown of what is no frame.
const maxHead = 64 << 10

// head copies the beginning of what has arrived.
func (c *Conn) head() []byte { return append([]byte(nil), c.buf[:min(len(c.buf), maxHead)]...) }

// MarkSilent writes into the transcript that no answer came.
func (c *Conn) MarkSilent() { c.log.add(c.name, verdict.Silent, nil) }

// Unread gives what has arrived and was not taken, 64 KiB of it at the most,
// without waiting. It stays where it is.
func (c *Conn) Unread() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.head()
}

// Discard drops what has arrived.
func (c *Conn) Discard() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.buf, c.dry = nil, 0
	signal(c.drain)
}

// Ended says how the connection ended, nil while it is open.
func (c *Conn) Ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Answered is closed when the first byte has come, or the connection ended.
func (c *Conn) Answered() <-chan struct{} { return c.answered }

// CloseWrite ends the sending half of the connection.
func (c *Conn) CloseWrite() error {
	tcp, ok := c.nc.(*net.TCPConn)
	if !ok {
		return errors.New("not a TCP connection")
	}
	return tcp.CloseWrite()
}

// Close ends the connection. It may be called more than once.
func (c *Conn) Close() {
	c.close.Do(func() {
		c.log.add(c.name, verdict.Left, nil)
		close(c.done)
		_ = c.nc.Close() // nothing can be done about a failed close
	})
}
