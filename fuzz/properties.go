package fuzz

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pgregory.net/rapid"

	"github.com/protokol-chat/chatspec/fuzz/draw"
	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const (
	shortest, longest = 12, 32 // requests of a session
	// After so many sessions that showed something wrong no more are played.
	// One in which an answer, or its end, was waited for in vain is dear.
	enough, dear = 40, 5
	// How long a message is waited for where others never came.
	lostArrival = 250 * time.Millisecond
	// Of one label so many sessions are tried until one shows it again, and so
	// many until it does in no more requests than somebody reads.
	examples, longer, readable = 4, 3, 8
	// How long all reductions of a run may take: after that sessions stay as
	// they are.
	reductions = 90 * time.Second
	// A server may hold only so many other servers.
	maxServers = 64
	// One session in so many is also played in another way, see relations.go.
	related = 16
)

// shown is a session that showed something wrong.
type shown struct {
	session  int
	script   *script.Script
	finding  *play.Finding
	relation *relation // nil for what the oracle found
}

// label is what sessions share that perhaps show the same. One that shows it at
// a request which is sent in a way of its own perhaps shows something else.
func (s *shown) label() string {
	if s.relation != nil {
		return s.relation.name
	}
	label := s.finding.Label()
	if at := s.finding.Step; at < len(s.script.Steps) && s.script.Steps[at].How != script.Joined {
		label += " " + s.script.Steps[at].How.String()
	}
	return label
}

// suspect is 1 for a session that may have killed the server by what it did
// itself: with several side by side all of them see it die.
func (s *shown) suspect() int {
	if s.finding != nil && s.finding.Kind == oracle.Died && strings.HasPrefix(s.finding.Requirement, "ROBUST") {
		return 1
	}
	return 0
}

// campaign is one run of Properties.
type campaign struct {
	ctx     context.Context
	restart func(context.Context) error // the target; fails where nobody can
	target  *play.Target
	options Options
	scopes  *script.Scopes
	full    *rapid.Generator[*script.Script]
	spare   *rapid.Generator[*script.Script] // adds no servers

	peer  bool // there is a second server
	pipes bool // the target takes requests that come together, or in pieces

	until time.Time // when reductions end

	next     atomic.Int64
	lost     atomic.Int64 // sessions in which a message never came
	stop     atomic.Bool
	mu       sync.Mutex
	shown    []shown
	played   int
	requests int
	judged   map[string]int
	died     verdict.Text
	note     verdict.Text // that the target holds no more; zero while it does
	gone     bool         // it died, and nobody can start it again
	err      error
}

// Properties plays drawn sessions and gives what they showed. The same seed and
// options draw the same sessions, and show the same against a server that does
// the same. The error is a fault in how it was called; when ctx ends, or the
// target dies, the result up to there is given.
func Properties(ctx context.Context, t Target, o Options) (*Result, error) {
	o = o.withDefaults()
	pt, free, err := t.open()
	if err != nil {
		return nil, err
	}
	defer free()
	c := &campaign{
		ctx: ctx, restart: t.restart, target: pt, options: o, judged: map[string]int{},
		scopes: script.NewScopes(rand.Uint64()), // a run that is repeated needs new names too
	}
	if len(t.Server.Dialect.Accounts) > 0 {
		return &Result{Seed: o.Seed, Stopped: verdict.Textf("sessions need users of their own, and the server has no register", "session memerlukan user sendiri, dan server tidak memiliki register")}, nil
	}
	pt.Alone.Store(true)
	c.fit()
	c.pipes = c.together()
	c.menus()
	c.linked()
	pt.Alone.Store(false)
	c.explore()
	pt.Alone.Store(true)
	if c.err != nil {
		return nil, c.err
	}
	return c.result(), nil
}

// menus decides what sessions may hold.
func (c *campaign) menus() {
	d := c.target.Server.Dialect
	m := draw.Menu{
		Pipes: c.pipes, Addresses: d.Addressable, Own: d.ServerID != "" && !d.Plain, File: c.target.File != "",
		Peer:    c.target.Peer != nil && d.ServerID != "" && c.target.Peer.Dialect.ServerID != "",
		Servers: true, Rough: c.options.Level > verdict.Should, Shortest: shortest, Longest: longest,
	}
	c.full = draw.Sessions(m)
	m.Servers = false
	c.spare = draw.Sessions(m)
	c.peer = m.Peer
}

// script draws a session.
func (c *campaign) script(i int) *script.Script {
	seed := mix(c.options.Seed, uint64(i))
	if i%max(c.options.Sessions/maxServers, 1) == 0 && i/max(c.options.Sessions/maxServers, 1) < maxServers {
		return draw.Session(c.full, seed)
	}
	return draw.Session(c.spare, seed)
}

// mix makes of a seed and a number another seed (splitmix64).
func mix(seed, i uint64) uint64 {
	z := seed + (i+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// explore plays all sessions. Those that were begun are finished, so that what
// was played is the beginning of the list.
func (c *campaign) explore() {
	var workers sync.WaitGroup
	for range c.options.Jobs {
		workers.Go(c.work)
	}
	workers.Wait()
}

func (c *campaign) work() {
	p := play.New(c.target, c.scopes)
	defer p.Close()
	for !c.stop.Load() && c.ctx.Err() == nil {
		i := int(c.next.Add(1)) - 1
		if i >= c.options.Sessions {
			break
		}
		c.session(p, i)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests += p.Requests
	for id, n := range p.Judged {
		c.judged[id] += n
	}
}

func (c *campaign) session(p *play.Player, i int) {
	s := c.script(i)
	care := play.Care{}
	if c.lost.Load() > 0 { // a server that loses everything is not waited for again and again
		care.Arrival = lostArrival
	}
	f, err := p.Play(c.ctx, s, care)
	if f != nil && f.Reused && f.Kind != oracle.Died {
		// Perhaps an earlier session left something behind on a connection.
		care.Fresh = true
		again, anew := p.Play(c.ctx, s, care)
		if err = anew; again != nil {
			f = again
		} else {
			c.target.Fresh.Store(true)
		}
	}
	var r *relation
	if f == nil && err == nil && i%related == related-1 {
		r, err = c.relate(p, s, c.script(i-1), i)
	}
	note, full := c.holdsNoMore(p, f)
	c.mu.Lock()
	defer c.mu.Unlock()
	if full {
		c.note = note
		c.stop.Store(true)
		return
	}
	c.played++
	if c.options.Progress != nil && (i%64 == 63 || c.played == c.options.Sessions) {
		c.options.Progress(c.played, c.options.Sessions)
	}
	switch {
	case err != nil:
		if c.ctx.Err() == nil && c.died.IsZero() {
			c.died = verdict.Textf("the target cannot be reached any more: %v", "target tidak dapat dihubungi lagi: %v", err)
		}
		c.stop.Store(true)
		return
	case f == nil && r == nil:
		return
	case f != nil && f.Kind != oracle.Died && !c.options.Wanted(f.Requirement) && !c.options.Wanted(f.Also),
		r != nil && !c.options.Wanted(r.requirement):
		return
	case f != nil && f.Kind == oracle.Lost:
		c.lost.Add(1)
	case f != nil && f.Kind == oracle.Died:
		c.died = verdict.Textf("the target died", "target mati")
	}
	c.shown = append(c.shown, shown{session: i, script: s, finding: f, relation: r})
	if c.cost(len(c.shown)) >= enough || !c.died.IsZero() || c.labels() >= c.options.Findings {
		c.stop.Store(true)
	}
}

// cost is what the first n of the sessions that showed something are worth. It
// is called with the mutex held.
func (c *campaign) cost(n int) (sum int) {
	for _, s := range c.shown[:n] {
		if f := s.finding; f != nil && (f.Kind == oracle.Silent || f.Kind == oracle.Form && f.Requirement == "WIRE-2") {
			sum += dear - 1
		}
		sum++
	}
	return sum
}

// labels counts different findings. It is called with the mutex held.
func (c *campaign) labels() int {
	labels := map[string]bool{}
	for _, s := range c.shown {
		labels[s.label()] = true
	}
	return len(labels)
}

// result reduces what was found and puts it together.
func (c *campaign) result() *Result {
	r := &Result{Seed: c.options.Seed, Sessions: c.played, Requests: c.requests, Stopped: c.died, Full: c.note}
	c.until = time.Now().Add(reductions)
	slices.SortStableFunc(c.shown, func(a, b shown) int {
		return cmp.Or(b.suspect()-a.suspect(), cmp.Compare(a.session, b.session))
	})
	if !c.died.IsZero() && c.ctx.Err() == nil {
		if f, found := c.autopsy(); found {
			r.Findings = append(r.Findings, f)
		}
	}
	for len(c.shown) > 1 && c.cost(len(c.shown)-1) >= enough {
		c.shown = c.shown[:len(c.shown)-1]
	}
	byLabel := map[string]int{}
	for i := range c.shown {
		s := &c.shown[i]
		label := s.label()
		if at, again := byLabel[label]; again {
			if at < 0 {
				continue
			}
			f := &r.Findings[at]
			f.Count++
			if (f.Shown == 0 && f.Count <= examples || len(f.Script.Steps) > readable && f.Count <= longer) && s.relation == nil && s.finding.Kind != oracle.Silent {
				other := c.reduce(s, false)
				if other.Shown > 0 && (f.Shown == 0 || len(other.Script.Steps) < len(f.Script.Steps)) {
					other.Count = f.Count
					*f = other
				}
			}
			continue
		}
		if len(r.Findings) >= c.options.Findings {
			break
		}
		if c.options.Progress != nil {
			c.options.Progress(c.options.Sessions, c.options.Sessions)
		}
		f := c.reduce(s, true)
		if f.late {
			byLabel[label] = -1
			continue
		}
		if at := slices.IndexFunc(r.Findings, func(o Finding) bool { return o.Requirement == f.Requirement && o.Kind == f.Kind }); at >= 0 {
			r.Findings[at].Count++ // two rules, one cause
			byLabel[label] = at
			continue
		}
		byLabel[label] = len(r.Findings)
		r.Findings = append(r.Findings, f)
	}
	switch {
	case c.ctx.Err() != nil:
		r.Stopped = verdict.Textf("it was interrupted", "dihentikan")
	case r.Stopped.IsZero() && r.Full.IsZero() && c.played < c.options.Sessions:
		r.Stopped = verdict.Textf("%d sessions showed something wrong: that is enough", "%d session menunjukkan kesalahan: itu cukup", len(c.shown))
	}
	r.Scenarios = c.scenarios(r)
	return r
}

// scenarios makes verdicts of findings, and of what was judged without one.
func (c *campaign) scenarios(r *Result) []verdict.Scenario {
	var all []verdict.Scenario
	failed := map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if !f.certain() {
			continue
		}
		for _, id := range []string{f.Requirement, f.Also} {
			if id == "" {
				continue
			}
			failed[id] = true
			failure := f.Failure
			all = append(all, verdict.Scenario{
				URI: "property", Line: f.Session + 1, Name: fmt.Sprintf("%s, seed %d", f.Kind, r.Seed), Requirement: id,
				Status: verdict.Fail, Failure: &failure, Transcript: f.Transcript,
			})
		}
	}
	ids := make([]string, 0, len(c.judged))
	for id := range c.judged {
		if !failed[id] {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		all = append(all, verdict.Scenario{
			URI: "property", Name: fmt.Sprintf("%d of %d results, seed %d", c.judged[id], r.Requests, r.Seed), Requirement: id, Status: verdict.Pass,
		})
	}
	return all
}
