// Package session is one client's conversation with a target: requests in, the
// parts of results out, with every departure from the form of results noted.
package session

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// Client speaks on one connection. It is for one goroutine at a time.
type Client struct {
	Conn    *wire.Conn
	Dialect *dialect.Dialect
	Pace    *wire.Pace
	Noted   *Notes // may be nil

	// Suspect is called when a result is late, before more time is spent on
	// it: to see whether the target answers anybody else. It may be nil.
	Suspect func(context.Context)

	// Patience is how long, at least, to wait for a result before silence is
	// suspected.
	Patience time.Duration

	token   string    // of the latest session, as the target may want it again; it outlives logout
	pending []string  // requests whose result has not come, the oldest first
	sent    time.Time // when the last was sent
}

// Notes collects the faults in the form of results. It is safe for use by
// several goroutines.
type Notes struct {
	mu     sync.Mutex
	faults []Fault
}

// Faults gives all faults so far.
func (n *Notes) Faults() []Fault {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]Fault(nil), n.faults...)
}

// Add notes faults that were seen in results by whoever reads them.
func (n *Notes) Add(faults ...Fault) { n.add(faults...) }

func (n *Notes) add(faults ...Fault) {
	if n == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.faults = append(n.faults, faults...)
}

// Do sends one request of the specification, as the target wants it, in one
// write and waits for its result.
func (c *Client) Do(ctx context.Context, request string) (Result, error) {
	if err := c.Send(request); err != nil {
		return Result{Request: request}, err
	}
	return c.Receive(ctx)
}

// Send sends one request in one write and does not wait.
func (c *Client) Send(request string) error {
	return c.Write(c.Render(request), request)
}

// Render gives the bytes of a request, for who sends several in one write, or
// one in several.
func (c *Client) Render(request string) []byte { return c.Dialect.Render(request, c.token) }

// Parse takes a frame apart as the target means it.
func (c *Client) Parse(request string, f wire.Frame) Result {
	return parse(request, f, c.Dialect.Results)
}

// Write sends bytes that make up the given requests.
func (c *Client) Write(b []byte, requests ...string) error {
	if len(c.pending) == 0 {
		c.unsolicited()
	}
	c.pending = append(c.pending, requests...)
	c.sent = time.Now()
	return c.Conn.Write(b, c.Pace.Longest().Wait)
}

// unsolicited notes what came although nothing was asked.
func (c *Client) unsolicited() {
	extra := c.Conn.Unread()
	if len(extra) == 0 {
		return
	}
	c.Conn.Discard()
	c.Noted.add(Fault{Requirement: "WIRE-2", Failure: verdict.Failure{
		Message:  verdict.Textf("The server sent something that no request asked for", "Server mengirim sesuatu yang tidak diminta"),
		Expected: []verdict.Text{verdict.Textf("nothing until the next request", "tidak ada kiriman sampai request berikutnya")},
		Actual:   string(extra),
	}})
}

// Settle notes what came after the last result, at the end of a conversation.
func (c *Client) Settle() {
	if len(c.pending) == 0 {
		c.unsolicited()
	}
}

// Receive waits for the result of the oldest request that has none.
func (c *Client) Receive(ctx context.Context) (Result, error) {
	first := c.Pace.First()
	first.Wait = max(first.Wait, min(c.Patience, c.Pace.Longest().Wait))
	return c.receive(ctx, first, c.Pace.Confirm(), c.Suspect)
}

// ReceiveLate is like Receive with the longest patience: for results that may
// depend on a third party. The wait says nothing of the target's pace.
func (c *Client) ReceiveLate(ctx context.Context) (Result, error) {
	c.sent = time.Time{}
	return c.receive(ctx, c.Pace.Longest(), wire.Patience{}, c.Suspect)
}

// Await is like Receive for a server that has not shown its pace: it waits for
// wait, once.
func (c *Client) Await(ctx context.Context, wait time.Duration) (Result, error) {
	p := c.Pace.Longest()
	p.Wait = min(wait, p.Wait)
	return c.receive(ctx, p, wire.Patience{}, nil)
}

func (c *Client) receive(ctx context.Context, first, confirm wire.Patience, suspect func(context.Context)) (Result, error) {
	request := ""
	if len(c.pending) > 0 {
		request, c.pending = c.pending[0], c.pending[1:]
	}
	f, err := c.Conn.Read(ctx, first)
	if errors.Is(err, wire.ErrSilent) && suspect != nil {
		suspect(ctx)
	}
	if errors.Is(err, wire.ErrSilent) { // what came meanwhile is there without a wait
		f, err = c.Conn.Read(ctx, confirm)
	}
	if err != nil {
		if errors.Is(err, wire.ErrSilent) {
			c.Conn.MarkSilent()
			c.Pace.Silence()
		}
		if len(f.Raw) > 0 && ctx.Err() == nil {
			c.Noted.add(unfinished(f))
		}
		return Result{Request: request, Frame: f}, err
	}
	if !c.sent.IsZero() && f.End == wire.Terminator {
		c.Pace.Observe(time.Since(c.sent))
	}
	if f.End != wire.Terminator && c.Conn.Ended() == nil { // else the end of the connection may have cut it off
		c.Pace.Unterminated()
	}
	r := c.read(request, f)
	c.Noted.add(r.Faults...)
	return r, nil
}

// read takes a frame apart and keeps the token that it gives.
func (c *Client) read(request string, f wire.Frame) Result {
	r := c.Parse(request, f)
	if r.OK() && r.command() == "auth" {
		c.token = tokenText(r.Data)
	}
	return r
}

// Try sends one request and waits for its result once, as p says. It is for who
// finds out how a target speaks: that nothing comes is no news there, and is
// noted nowhere.
func (c *Client) Try(ctx context.Context, request string, p wire.Patience) (Result, error) {
	if err := c.Send(request); err != nil {
		return Result{Request: request}, err
	}
	c.pending = c.pending[:len(c.pending)-1]
	f, err := c.Conn.Read(ctx, p)
	if err != nil {
		return Result{Request: request, Frame: f}, err
	}
	took := time.Since(c.sent)
	if f.End != wire.Terminator { // its end showed by a pause, which is none of the target's time
		took = max(took-p.Grace, time.Microsecond)
	}
	c.Pace.Observe(took)
	return c.read(request, f), nil
}

// Again takes a result apart once more, when more is known of the dialect.
func (c *Client) Again(r Result) Result { return c.read(r.Request, r.Frame) }

// tokenText is a token as one word of a request: itself, or the one text that
// an object holds.
func tokenText(data any) string {
	switch v := data.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case map[string]any:
		texts := slices.Sorted(maps.Keys(v))
		for _, key := range texts {
			if text := tokenText(v[key]); text != "" && (len(v) == 1 || strings.Contains(strings.ToLower(key), "token")) {
				return text
			}
		}
	}
	return ""
}

// unfinished is the fault of a result that never came to its end.
func unfinished(f wire.Frame) Fault {
	return Fault{Requirement: "WIRE-2", Failure: verdict.Failure{
		Message:  verdict.Textf("The result has no end", "Result tidak ada akhirnya"),
		Expected: []verdict.Text{wantEnd},
		Actual:   string(f.Raw),
		Caret:    len(f.Raw),
		Hint:     verdict.Textf(`Write "\r\n\r\n" behind the JSON of every result.`, `Tulis "\r\n\r\n" di belakang JSON setiap result.`),
	}}
}

// The eleven commands.

// Auth logs in.
func (c *Client) Auth(ctx context.Context, user, password string) (Result, error) {
	return c.Do(ctx, "auth "+user+" "+password)
}

// Logout ends the session.
func (c *Client) Logout(ctx context.Context) (Result, error) { return c.Do(ctx, "logout") }

// Register signs up.
func (c *Client) Register(ctx context.Context, user, password string) (Result, error) {
	return c.Do(ctx, "register "+user+" "+password)
}

// SendMessage sends a text to an address, see dialect.Dialect.Address.
func (c *Client) SendMessage(ctx context.Context, address, text string) (Result, error) {
	return c.Do(ctx, "send "+address+" "+text)
}

// SendGroup sends a text to a group.
func (c *Client) SendGroup(ctx context.Context, group, text string) (Result, error) {
	return c.Do(ctx, "sendgroup "+group+" "+text)
}

// SendFile sends a file of the server to an address.
func (c *Client) SendFile(ctx context.Context, address, file string) (Result, error) {
	return c.Do(ctx, "sendfile "+address+" "+file)
}

// Inbox reads the inbox.
func (c *Client) Inbox(ctx context.Context) (Result, error) { return c.Do(ctx, "inbox") }

// CreateGroup makes a group; members are separated by commas.
func (c *Client) CreateGroup(ctx context.Context, group, members string) (Result, error) {
	return c.Do(ctx, "creategroup "+group+" "+members)
}

// AddServer adds the address of a server.
func (c *Client) AddServer(ctx context.Context, id, ip string, port int) (Result, error) {
	return c.Do(ctx, "addserver "+id+" "+ip+" "+strconv.Itoa(port))
}

// Connect connects to an added server. It waits with the longest patience.
func (c *Client) Connect(ctx context.Context, id string) (Result, error) {
	if err := c.Send("connect " + id); err != nil {
		return Result{Request: "connect " + id}, err
	}
	return c.ReceiveLate(ctx)
}

// SendFileGroup sends a file of the server to a group.
func (c *Client) SendFileGroup(ctx context.Context, group, file string) (Result, error) {
	return c.Do(ctx, "sendfilegroup "+group+" "+file)
}
