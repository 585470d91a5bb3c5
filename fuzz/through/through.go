// Package through has a target that speaks a dialect be spoken to as the
// specification has it: a listener that takes requests to the letter, gives them
// to the target as it wants them, and gives back its results to the letter. What
// the dialect does not explain is given back as it came.
package through

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"
	"sync"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// longest is the longest line that is passed on.
const longest = 2 << 20

// Listener speaks for a target. It is safe for use by several goroutines.
type Listener struct {
	l      net.Listener
	ctx    context.Context
	cancel context.CancelFunc
	all    sync.WaitGroup

	mu     sync.Mutex
	target *target.Target
	open   map[net.Conn]bool
}

// Listen begins to speak for a target whose dialect is known.
func Listen(t *target.Target) (*Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	through := &Listener{l: l, ctx: ctx, cancel: cancel, target: t, open: map[net.Conn]bool{}}
	through.all.Go(through.accept)
	return through, nil
}

// Addr is where it listens.
func (l *Listener) Addr() string { return l.l.Addr().String() }

// Dialect is how the target speaks behind the listener: as its own dialect has
// it, but to the letter.
func (l *Listener) Dialect() *dialect.Dialect {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.target.Dialect
	letter := &dialect.Dialect{End: "\r\n", ServerID: d.ServerID, Addressable: d.Addressable, RegisterOpens: d.RegisterOpens, Names: d.Names, Passwords: d.Passwords}
	if d.Plain {
		letter.ServerID = ""
	}
	return letter
}

// Turn has new connections lead to another address, such as after the target
// was started again, and ends those that there are.
func (l *Listener) Turn(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := target.New(address, l.target.Pace.Longest().Wait)
	fresh.Dialect = l.target.Dialect
	l.target = fresh
	for c := range l.open {
		_ = c.Close() // it is of no more use
	}
}

// Close ends all connections and returns when that is done.
func (l *Listener) Close() {
	l.cancel()
	_ = l.l.Close() // nothing can be done about it
	l.mu.Lock()
	for c := range l.open {
		_ = c.Close()
	}
	l.mu.Unlock()
	l.all.Wait()
}

func (l *Listener) accept() {
	for {
		c, err := l.l.Accept()
		if err != nil {
			return
		}
		l.mu.Lock()
		l.open[c] = true
		t := l.target
		l.mu.Unlock()
		l.all.Go(func() {
			l.speak(c.(*net.TCPConn), t)
			l.mu.Lock()
			delete(l.open, c)
			l.mu.Unlock()
		})
	}
}

// speak passes on what a client asks, one request at a time. Where the target
// ends the connection, so does it.
func (l *Listener) speak(c *net.TCPConn, t *target.Target) {
	defer c.Close()
	client, err := t.Open(l.ctx, "through", wire.NewLog(), nil)
	if err != nil {
		_ = c.SetLinger(0) // a reset: the target is not there
		return
	}
	defer client.Conn.Close()
	lines := bufio.NewReaderSize(io.LimitReader(c, 64*longest), 64<<10)
	for {
		line, err := next(lines)
		if err != nil {
			return
		}
		if line == "" {
			continue // skipped, as a server may
		}
		r, err := client.Do(l.ctx, line)
		switch {
		case errors.Is(err, wire.ErrSilent):
			if _, err := c.Write(r.Frame.Raw); err != nil { // what there is of it
				return
			}
			continue
		case errors.Is(err, wire.ErrReset):
			_ = c.SetLinger(0)
			return
		case err != nil:
			return
		}
		if _, err := c.Write(letter(&t.Dialect.Results, line, &r)); err != nil {
			return
		}
	}
}

// next reads a line that ends with \r\n or \n.
func next(r *bufio.Reader) (string, error) {
	var long []byte
	for {
		part, err := r.ReadSlice('\n')
		if err == nil && long == nil {
			return strings.TrimRight(string(part), "\r\n"), nil
		}
		if long = append(long, part...); len(long) > longest {
			return "", bufio.ErrTooLong
		}
		if err == nil {
			return strings.TrimRight(string(long), "\r\n"), nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return "", err // a line without an end is no request
		}
	}
}

// letter writes a result to the letter, or as it came where that cannot be.
func letter(d *dialect.Results, line string, r *session.Result) []byte {
	if len(r.Faults) > 0 || !r.OK() && !r.Refused() {
		return append(append([]byte(nil), r.Frame.Body...), wire.Terminator...)
	}
	data := r.Data
	switch text, _ := data.(string); {
	case r.Refused() && d.IsUnknown(line, text):
		data = "request tidak dikenali"
	case r.OK() && d.Textless && session.Empty(data) && !strings.HasPrefix(line, "inbox"):
		data = "OK"
	}
	b, err := json.Marshal(struct {
		Status string `json:"status"`
		Data   any    `json:"data"`
	}{r.Status, data})
	if err != nil {
		b = r.Frame.Body // cannot be: it was decoded from JSON
	}
	return append(b, wire.Terminator...)
}
