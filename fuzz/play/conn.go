package play

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// conn is one connection, as lean as it can be: it is read by whoever waits for
// the answer, and its deadline moves only when it has come near.
type conn struct {
	nc       *net.TCPConn
	to       *target.Target
	id       oracle.Conn
	name     string
	buf      []byte
	from, at int // buf[from:at] came and was not taken
	deadline time.Time
	err      error           // why nothing more will come
	client   *session.Client // renders and reads what departs from the letter; nil where nothing does
	ending   string          // of results; "" where they have none
	end      []byte          // the same
	used     bool            // in an earlier session
	answered bool            // in this session
	dialed   time.Duration   // how long it took to open
}

// How long, at least, the rest of a result may take that has no end.
const grace = 15 * time.Millisecond

// A dial outlasts two retransmissions of a dropped SYN (1 s and 3 s).
const dialLimit = 8 * time.Second

// dial opens a connection, one at a time: many servers listen with a backlog of
// one.
func (t *Target) dial(ctx context.Context, to *target.Target) (*conn, error) {
	t.turn.Lock()
	defer t.turn.Unlock()
	ctx, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	var d net.Dialer
	began := time.Now()
	nc, err := d.DialContext(ctx, "tcp", to.Address)
	if err != nil {
		return nil, err
	}
	ending := to.Dialect.Results.Terminator()
	return &conn{nc: nc.(*net.TCPConn), to: to, ending: ending, end: []byte(ending), dialed: time.Since(began), buf: make([]byte, 4<<10)}, nil
}

// begin forgets what an earlier session left of a token.
func (c *conn) begin() {
	if d := c.to.Dialect; d.Commands != nil || d.Results != (dialect.Results{}) {
		c.client = &session.Client{Dialect: d}
	}
}

// write sends b in one write.
func (c *conn) write(b []byte, wait time.Duration) error {
	if c.err != nil {
		return c.err
	}
	// Only a write that does not fit into the socket's buffer can block.
	if len(b) > 16<<10 {
		if err := c.nc.SetWriteDeadline(time.Now().Add(wait)); err != nil {
			return ending(err)
		}
	}
	if _, err := c.nc.Write(b); err != nil {
		return ending(err)
	}
	return nil
}

// read takes the next result, or says why there is none: wire.ErrSilent,
// wire.ErrClosed, wire.ErrReset, wire.ErrTooLong.
func (c *conn) read(now time.Time, wait time.Duration) (wire.Frame, error) {
	scanned := c.from
	for {
		if len(c.end) == 0 {
			if f, whole := c.whole(); whole {
				return f, nil
			}
		} else if i := bytes.Index(c.buf[scanned:c.at], c.end); i >= 0 {
			body, end := scanned+i, scanned+i+len(c.end)
			f := wire.Frame{Raw: c.buf[c.from:end:end], Body: c.buf[c.from:body:body], End: c.ending}
			c.from = end
			return f, nil
		}
		scanned = max(c.from, c.at-len(c.end)+1)
		if c.err != nil {
			return c.rest(c.err)
		}
		if c.at-c.from > wire.MaxResult {
			c.err = wire.ErrTooLong
			continue
		}
		scanned -= c.room()
		if len(c.end) == 0 && c.from < c.at {
			wait = min(wait, grace)
		}
		if left := c.deadline.Sub(now); left < wait || left > 2*wait {
			c.deadline = now.Add(wait + wait/2)
			if err := c.nc.SetReadDeadline(c.deadline); err != nil {
				return wire.Frame{}, ending(err)
			}
		}
		n, err := c.nc.Read(c.buf[c.at:])
		c.at += n
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded):
			c.deadline = time.Time{}
			return c.rest(wire.ErrSilent)
		default:
			c.err = ending(err)
		}
	}
}

// room makes place for more and gives by how much the content moved.
func (c *conn) room() int {
	if c.from == c.at {
		moved := c.from
		c.from, c.at = 0, 0
		return moved
	}
	if c.at < len(c.buf) {
		return 0
	}
	moved := c.from
	if c.from > 0 {
		copy(c.buf, c.buf[c.from:c.at])
		c.from, c.at = 0, c.at-c.from
	}
	if c.at > len(c.buf)/2 {
		c.buf = append(c.buf[:c.at], make([]byte, len(c.buf))...)
	}
	return moved
}

// rest gives a result that came without its terminator, if the JSON is whole.
func (c *conn) rest(err error) (wire.Frame, error) {
	if f, whole := c.whole(); whole {
		return f, nil
	}
	if len(c.end) == 0 && c.from < c.at && errors.Is(err, wire.ErrSilent) { // no JSON, but what the target calls a result
		f := wire.Frame{Raw: c.buf[c.from:c.at:c.at], Body: c.buf[c.from:c.at:c.at]}
		c.from = c.at
		return f, nil
	}
	return wire.Frame{Raw: c.buf[c.from:c.at]}, err
}

// whole gives a result that is whole without an end, and the line breaks that
// came with it.
func (c *conn) whole() (f wire.Frame, ok bool) {
	b := c.buf[c.from:c.at]
	dec := json.NewDecoder(bytes.NewReader(b))
	var value json.RawMessage
	if len(b) == 0 || dec.Decode(&value) != nil || value[0] != '{' && (c.client == nil || value[0] != '"') {
		return f, false
	}
	body := int(dec.InputOffset())
	n := body
	for n < len(b) && (b[n] == '\r' || b[n] == '\n') {
		n++
	}
	c.from += n
	return wire.Frame{Raw: b[:n], Body: b[:body], End: string(b[body:n])}, true
}

// extra gives what came and was not asked for, after a wait for it.
func (c *conn) extra(wait time.Duration) []byte {
	if c.from == c.at && c.err == nil && wait > 0 {
		c.room()
		c.deadline = time.Time{}
		if c.nc.SetReadDeadline(time.Now().Add(wait)) == nil {
			n, err := c.nc.Read(c.buf[c.at:])
			c.at += n
			if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
				c.err = ending(err)
			}
		}
	}
	if len(c.end) == 0 { // line breaks behind a result that has no end
		for c.from < c.at && (c.buf[c.from] == '\r' || c.buf[c.from] == '\n') {
			c.from++
		}
	}
	return c.buf[c.from:c.at]
}

// reset ends the connection so that the other side sees a reset.
func (c *conn) reset() {
	_ = c.nc.SetLinger(0) // else it is an ordinary close, which is no less legal
	_ = c.nc.Close()
}

func ending(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return wire.ErrClosed
	case errors.Is(err, os.ErrDeadlineExceeded):
		return wire.ErrSilent
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return wire.ErrReset
	}
	return err
}

func dirOf(err error) verdict.Dir {
	switch {
	case errors.Is(err, wire.ErrSilent):
		return verdict.Silent
	case errors.Is(err, wire.ErrClosed):
		return verdict.Closed
	}
	return verdict.Reset
}
