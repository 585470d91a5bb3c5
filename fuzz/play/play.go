// Package play plays scripts against a target: it opens connections, sends each
// request as the script has it, has package oracle check every answer when it
// comes, and reads every inbox at the end.
package play

import (
	"bytes"
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// Target is what scripts are played against. It is shared by the players that
// play at the same time.
type Target struct {
	Server *target.Target
	Peer   *target.Target // a second server of the same make; nil without one
	File   string         // a file that the server has; "" without one
	Vacant int            // a port on 127.0.0.1 where nobody listens

	// Fresh has every session open connections of its own.
	Fresh atomic.Bool

	// What the target took of all players: users, groups and messages.
	Users, Groups, Messages atomic.Int64

	skips atomic.Bool // it was seen to skip an empty line, and not to answer one since

	// Odd is how long the answer to bytes that the target need not take is waited
	// for: the session goes on as if they might have been taken. 0 for a moment.
	Odd time.Duration

	// Alone tells that one player plays at a time, and nobody else.
	Alone atomic.Bool

	turn sync.Mutex // to dial
}

// Care is how much time is spent before something is believed.
type Care struct {
	Arrival time.Duration // how long a message may take into an inbox; 0 for a time at the target's pace
	Hasty   bool          // a silence is believed at once, for sessions that are known to fail
	Fresh   bool          // on connections that were never used before
}

// Finding is a session that shows something that is not allowed.
type Finding struct {
	*oracle.Verdict
	Step   int             // of the script; its length for what the last look into the inboxes showed
	Events []verdict.Event // what went over the connections
	Reused bool            // on connections that earlier sessions had used
}

// Player plays scripts one after the other and keeps connections from one to
// the next. It is for one goroutine at a time; Close ends its connections.
type Player struct {
	target *Target
	scopes *script.Scopes
	idle   [2][]*conn

	Requests int            // checked so far
	Judged   map[string]int // how often each requirement was judged
	Dialed   time.Duration  // the longest that it took to open a connection in the last session

	// Seen is told what each step got, in order and before it is judged. A
	// session that is begun anew, as one of its connections was stale, is told
	// again from its first step. It may be nil, and is set between sessions.
	Seen func(Answer)

	// of the present session
	ctx     context.Context
	care    Care
	script  *script.Script
	setting *script.Setting
	model   *oracle.Model
	conns   []*conn
	began   time.Time
	now     time.Time
	sent    time.Time
	step    int    // that is being played; the script's length in the last look
	user    string // see Answer
	events  []verdict.Event
	arena   []byte
	line    []byte
	lines   [][]byte
	ends    []int
	trace   []byte
	reused  bool
}

// New makes a player. Scopes keep its names apart from those of all others.
func New(t *Target, scopes *script.Scopes) *Player {
	return &Player{target: t, scopes: scopes, Judged: map[string]int{}}
}

// Trace is what the steps of the last session got, a letter a step and then one
// for each request of the last look into the inboxes: O for OK, E for ERROR, -
// for no result.
func (p *Player) Trace() string { return string(p.trace) }

// Close ends all connections.
func (p *Player) Close() {
	for i, kept := range p.idle {
		for _, c := range kept {
			_ = c.nc.Close()
		}
		p.idle[i] = nil
	}
}

// errStale says that a kept connection was gone before it was used.
var errStale = errors.New("the connection was closed between two sessions")

// Play plays one session. It gives what is not allowed, or nil. The error is
// the context's, or says that the target cannot be reached at all.
func (p *Player) Play(ctx context.Context, s *script.Script, care Care) (*Finding, error) {
	f, err := p.play(ctx, s, care)
	if errors.Is(err, errStale) {
		p.target.Fresh.Store(true)
		care.Fresh = true
		stale := slices.Clone(p.events)
		f, err = p.play(ctx, s, care)
		if err != nil && ctx.Err() == nil && len(p.events) == 0 { // not the connection was gone: the server is
			f, err = p.finding(p.dead("WIRE-7", p.target.Server, err), 0), nil
			f.Events = stale
		}
	}
	return f, err
}

func (p *Player) play(ctx context.Context, s *script.Script, care Care) (*Finding, error) {
	p.ctx, p.care, p.script = ctx, care, s
	p.begin()
	defer p.end()
	v, at, err := p.steps()
	if v == nil && err == nil {
		at = len(s.Steps)
		v, err = p.last()
	}
	if v == nil || err != nil {
		return nil, err
	}
	return p.finding(v, at), nil
}

// finding gives the events of the session to a finding.
func (p *Player) finding(v *oracle.Verdict, at int) *Finding {
	f := &Finding{Verdict: v, Step: at, Events: slices.Clone(p.events), Reused: p.reused}
	p.arena, p.events = nil, nil
	return f
}

func (p *Player) begin() {
	t := p.target
	setting := Setting(t)
	p.setting = &setting
	p.setting.Scope = p.scopes.Next()
	facts := oracle.Facts{File: t.File, Vacant: strconv.Itoa(t.Vacant), Mark: p.setting.Mark(), Word: script.WordSize, Judged: p.Judged, Alone: t.Alone.Load(), Scope: p.setting.Code()}
	for i, d := range []*dialect.Dialect{p.setting.Dialect, p.setting.Peer} {
		if d != nil {
			facts.IDs[i] = d.ServerID
			facts.Names[i], facts.Passwords[i] = p.setting.User(d, "budi"), p.setting.Password(d, "budi")
		}
	}
	if t.Server.Dialect.End == "" {
		facts.Longest = oneRead
	}
	p.model = oracle.New(facts)
	p.reused, p.Dialed = false, 0
	p.began = time.Now()
	p.now = p.began
	p.events, p.arena, p.trace = p.events[:0], p.arena[:0], p.trace[:0]
}

// Setting is what the references of scripts stand for, but for the scope.
func Setting(t *Target) script.Setting {
	s := script.Setting{Dialect: t.Server.Dialect, File: t.File, Vacant: t.Vacant}
	s.IP, s.Port = split(t.Server.Address)
	if t.Peer != nil {
		s.Peer = t.Peer.Dialect
		s.PeerIP, s.PeerPort = split(t.Peer.Address)
	}
	return s
}

func split(address string) (ip string, port int) {
	ip, number, err := net.SplitHostPort(address)
	if err != nil {
		return address, 0
	}
	port, _ = strconv.Atoi(number)
	return ip, port
}

// end keeps the connections that can be used again.
func (p *Player) end() {
	for _, c := range p.conns {
		user, sure := p.model.LoggedIn(c.id)
		if p.target.Fresh.Load() || c.err != nil || c.from != c.at || user != "" || !sure || len(p.idle[c.id.Server]) >= Crowd || len(c.buf) > 64<<10 {
			_ = c.nc.Close()
			continue
		}
		c.used = true
		p.idle[c.id.Server] = append(p.idle[c.id.Server], c)
	}
	p.conns = p.conns[:0]
}

// conn gives the connection of a step, which it opens if need be.
func (p *Player) conn(on script.Conn) (*conn, error) {
	id := oracle.Conn{N: on.N}
	t := p.target.Server
	if on.Peer {
		id.Server = 1
		if t = p.target.Peer; t == nil {
			return nil, errors.New("the script needs a second server: name one with --peer")
		}
	}
	for _, c := range p.conns {
		if c.id == id {
			return c, nil
		}
	}
	var c *conn
	if kept := p.idle[id.Server]; len(kept) > 0 && !p.care.Fresh && !p.target.Fresh.Load() {
		p.reused = true
		c = kept[len(kept)-1]
		p.idle[id.Server] = kept[:len(kept)-1]
	} else {
		var err error
		if c, err = p.target.dial(p.ctx, t); err != nil {
			return nil, err
		}
		p.Dialed = max(p.Dialed, c.dialed)
	}
	c.begin()
	c.id, c.name, c.answered = id, on.String(), false
	p.conns = append(p.conns, c)
	p.model.Opened(id)
	p.note(c, verdict.Opened, nil)
	return c, nil
}

// leave ends a connection from our side.
func (p *Player) leave(c *conn, reset bool) {
	if reset {
		c.reset()
	} else {
		_ = c.nc.Close() // nothing can be done about a failed close
	}
	p.note(c, verdict.Left, nil)
	p.forget(c)
}

func (p *Player) forget(c *conn) {
	for i, o := range p.conns {
		if o == c {
			p.conns = append(p.conns[:i], p.conns[i+1:]...)
			break
		}
	}
	_ = c.nc.Close()
	p.model.Ended(c.id)
}

// note records an event.
func (p *Player) note(c *conn, dir verdict.Dir, data []byte) {
	if len(p.events) >= 4096 {
		return
	}
	at := len(p.arena)
	p.arena = append(p.arena, data[:min(len(data), 16<<10)]...)
	p.events = append(p.events, verdict.Event{Conn: c.name, Dir: dir, At: p.now.Sub(p.began), Data: p.arena[at:len(p.arena):len(p.arena)]})
}

// steps sends what the script says. It gives the step at which something was
// wrong.
func (p *Player) steps() (*oracle.Verdict, int, error) {
	for i := 0; i < len(p.script.Steps); {
		n := p.joined(i)
		p.step = i + n - 1
		v, err := p.send(i, n)
		if v != nil || err != nil {
			return v, i + n - 1, err
		}
		i += n
		if i&15 == 15 && p.ctx.Err() != nil {
			return nil, 0, p.ctx.Err()
		}
	}
	return nil, 0, nil
}

// joined counts the steps from i on that go out in one write. Nothing goes out
// behind a logout: a server that closes the connection then, with requests
// unread, resets it, and results are lost that it gave. A line that a server
// need not take goes out alone: it may be answered and the connection closed.
func (p *Player) joined(i int) int {
	if !p.script.Joins(i) {
		return 1
	}
	n := 1
	steps := p.script.Steps
	line := p.setting.Append(nil, &steps[i])
	for p.script.Joins(i+n-1) && !oracle.LogsOut(line) && !oracle.Strange(line) {
		if line = p.setting.Append(line[:0], &steps[i+n]); oracle.Strange(line) {
			break
		}
		n++
	}
	return n
}

// check has a result judged.
func (p *Player) check(c *conn, line []byte, f wire.Frame) *oracle.Verdict {
	p.Requests++
	r, faults := c.parse(line, f)
	if len(faults) > 0 {
		fault := faults[0]
		v := &oracle.Verdict{Requirement: fault.Requirement, Rule: fault.Requirement, Kind: oracle.Form, Failure: fault.Failure}
		if fault.Requirement == "WIRE-4" && r.OK && string(line) == "inbox" {
			v.Also = "INBOX-7"
		}
		return v
	}
	if r.OK {
		p.trace = append(p.trace, 'O')
		p.target.took(line)
	} else {
		p.trace = append(p.trace, 'E')
	}
	return p.model.Answered(c.id, line, &r)
}

// took counts what the target remembers of a request that succeeded.
func (t *Target) took(line []byte) {
	switch {
	case bytes.HasPrefix(line, []byte("register ")):
		t.Users.Add(1)
	case bytes.HasPrefix(line, []byte("creategroup ")):
		t.Groups.Add(1)
	case bytes.HasPrefix(line, []byte("send")):
		t.Messages.Add(1)
	}
}
