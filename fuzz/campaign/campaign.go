// Package campaign fuzzes a server that somebody else wrote, for as long as one
// likes. It draws sessions, plays them side by side, has package oracle check
// every result, keeps and varies the sessions that showed something new, and
// makes of what goes wrong a short list of findings, each with the shortest
// session that shows it.
//
// A campaign goes in rounds. Within a round all that is drawn depends on the
// seed, the number of the session and what the rounds before showed, and on
// nothing else: not on how many workers play it, nor in which order they finish.
// Between two rounds nobody else speaks to the server, so that it is then that
// suspects are examined, the canary is asked, and a server that died is started
// again.
//
//	draw ─► play ─► notice (what is new is kept) ─► suspects ─► examine ─► findings
package campaign

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"pgregory.net/rapid"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/fuzz/corpus"
	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/peer"
	"github.com/protokol-chat/chatspec/harness/process"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Server is a target that we started. *process.Process is one.
type Server interface {
	Restart(context.Context) error // in the state in which it began
	Addr() string                  // may be another after Restart
	Ending() (process.Ending, bool)
	Output() string // its last lines, raw
	Usage() (process.Usage, error)
}

// Options says how a campaign goes. The zero value goes on until ctx ends.
type Options struct {
	Seed     uint64        // of all that is drawn
	Jobs     int           // sessions side by side; 0 for 8
	For      time.Duration // no session begins later; 0 for no limit
	Requests int           // it ends after so many; 0 for no limit
	Findings int           // it ends after so many causes; 0 for no limit
	Rate     float64       // requests a second at most; 0 for no limit
	Shard    int           // which of Shards parts of the sessions to play, from 1; 0 for all of them
	Shards   int
	Plain    bool          // without feedback: nothing is kept and varied
	Level    verdict.Level // up to verdict.Should no session is rough or raw
	Timeout  time.Duration // the longest wait for one result; 0 for 5 seconds

	Corpus  *corpus.Dir      // where findings go, and what earlier campaigns kept; nil for nowhere
	Keep    bool             // sessions go into Corpus too, and the campaign there is gone on with
	Seeds   []*script.Script // to vary from the start
	Against *fuzz.Target     // another server, with which all results are compared
	Server  Server           // the target, where we started it; nil where we did not

	// Progress is called after each round and while a finding is examined; never
	// from two goroutines at once. It may be nil.
	Progress func(Status)
}

// Status is how a campaign stands.
type Status struct {
	Sessions int
	Requests int
	Kinds    int           // kinds of answers seen
	Kept     int           // sessions worth varying
	Findings int           // different causes
	Elapsed  time.Duration // since the campaign began
	Quiet    time.Duration // since something new was seen
	Doing    verdict.Text  // what takes time beside playing; zero for nothing
}

const (
	// Rounds begin short, so that the first finding is there at once.
	firstRound, fullRound = 32, 256
	defaultJobs           = 8
	defaultTimeout        = 5 * time.Second
	// A round ends early after so many sessions that waited in vain, or of which
	// anything was wrong: what they show is examined first.
	manyHangs, manySuspects = 4, 24
)

// outcome is a session that was played.
type outcome struct {
	index    int
	script   *script.Script
	base     *entry        // what it was made of; nil for nothing that was kept
	finding  *play.Finding // nil if nothing was wrong
	err      error
	trace    string
	marks    []mark
	requests int
	dialed   time.Duration  // the longest that it took to open a connection
	judged   map[string]int // how often each requirement was judged
	differs  *difference
}

type campaign struct {
	ctx    context.Context
	o      Options
	target fuzz.Target
	scopes *script.Scopes

	pt, patient, other *play.Target // patient waits four times as long
	free               []func()
	players            []*play.Player
	markers            []marker // one a player
	others             []*play.Player
	calm               *play.Player // plays between rounds
	canary             *canary

	full, spare *rapid.Generator[*script.Script]
	pipes       bool
	shortQueue  bool // many connections at once are not taken: no more crowds

	began      time.Time
	until      time.Time // zero for no limit
	overtime   time.Time // when what was found last has had its time; zero before
	next       int       // the number of the session to draw next
	rounds     int
	pool       pool
	ledger     ledger
	judged     map[string]int
	registered int // users, since the server began

	played, requests atomic.Int64
	stop             atomic.Bool // the round ends
	turn             pacer

	ended      *Finding // how the server ended before it was started again; nil for never
	heard      []string // last words of tracebacks
	complained int
	sought     int // how often a session was looked for that disturbs others

	inspect func([]*outcome) // in the place of inquire, for tests

	stopped verdict.Text // why the campaign ended early; zero if it did not
}

// Run fuzzes the target until o or ctx ends it, and gives what it found up to
// then. The error is a fault in how it was called; that the target was lost, or
// the disk is full, is said in the Result.
func Run(ctx context.Context, t fuzz.Target, o Options) (*Result, error) {
	c, err := begin(ctx, t, o)
	if err != nil {
		return nil, err
	}
	defer c.close()
	c.together()
	for c.goes() {
		c.round()
	}
	if ctx.Err() == nil && c.stopped.IsZero() {
		c.leaks()
	}
	c.tell(verdict.Text{})
	return c.result(), nil
}

func begin(ctx context.Context, t fuzz.Target, o Options) (*campaign, error) {
	if o.Jobs <= 0 {
		o.Jobs = defaultJobs
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Shards == 0 {
		o.Shard, o.Shards = 1, 1
	}
	if o.Shard < 1 || o.Shard > o.Shards {
		return nil, fmt.Errorf("there is no shard %d of %d", o.Shard, o.Shards)
	}
	if t.Server == nil || t.Server.Dialect == nil {
		return nil, errors.New("campaign: a target without a server")
	}
	c := &campaign{
		ctx: ctx, o: o, target: t, scopes: script.NewScopes(rand.Uint64()), // a campaign that is repeated needs new names
		began: time.Now(), next: o.Shard - 1, judged: map[string]int{}, turn: pacer{rate: o.Rate},
	}
	if o.For > 0 {
		c.until = c.began.Add(o.For - c.leakTime())
	}
	c.pool.begin(o.Plain)
	c.ledger.begin(c)
	if err := c.resume(); err != nil {
		return nil, err
	}
	for _, s := range o.Seeds {
		c.pool.seed(s)
	}
	return c, c.connect()
}

// resume takes up what the corpus holds.
func (c *campaign) resume() error {
	d := c.o.Corpus
	if d == nil {
		return nil
	}
	if err := c.ledger.load(d); err != nil || !c.o.Keep {
		return err
	}
	s, ok, err := d.State()
	if err != nil {
		return err
	}
	if ok && s.Seed == c.o.Seed && s.Shard == c.o.Shard && s.Shards == c.o.Shards {
		c.next = s.Next
	}
	sessions, bad, err := d.Sessions()
	for _, s := range sessions {
		c.pool.seed(s)
	}
	c.ledger.unreadable = append(c.ledger.unreadable, bad...)
	return err
}

// connect makes all that speaks to the target anew, such as after it was
// started again under another address.
func (c *campaign) connect() error {
	c.disconnect()
	if c.o.Server != nil {
		c.target.Server = copyOf(c.target.Server, c.o.Server.Addr(), c.o.Timeout)
	} else {
		c.target.Server = copyOf(c.target.Server, c.target.Server.Address, c.o.Timeout)
	}
	vacant, free, err := peer.Vacant()
	if err != nil {
		return fmt.Errorf("reserve a port: %w", err)
	}
	c.free = append(c.free, free)
	patient := copyOf(c.target.Server, c.target.Server.Address, 4*c.o.Timeout)
	c.pt = &play.Target{Server: c.target.Server, Peer: c.target.Peer, File: c.target.File, Vacant: vacant}
	c.patient = &play.Target{Server: patient, Peer: c.target.Peer, File: c.target.File, Vacant: vacant}
	c.pt.Alone.Store(true) // but for rounds
	c.patient.Alone.Store(true)
	for range c.o.Jobs {
		c.players = append(c.players, play.New(c.pt, c.scopes))
	}
	c.markers = make([]marker, c.o.Jobs)
	c.calm = play.New(c.pt, c.scopes)
	if a := c.o.Against; a != nil {
		c.other = &play.Target{Server: a.Server, Peer: a.Peer, File: a.File, Vacant: vacant}
		for range c.o.Jobs {
			c.others = append(c.others, play.New(c.other, c.scopes))
		}
	}
	c.registered = 0
	c.menus()
	c.canary = newCanary(c)
	return nil
}

// copyOf is a target that nothing is known of but how it speaks.
func copyOf(t *target.Target, address string, limit time.Duration) *target.Target {
	fresh := target.New(address, limit)
	fresh.Dialect = t.Dialect
	return fresh
}

func (c *campaign) disconnect() {
	for _, p := range append(c.players, c.others...) {
		p.Close()
	}
	if c.calm != nil {
		c.calm.Close()
	}
	c.canary.close()
	for _, free := range c.free {
		free()
	}
	c.players, c.others, c.calm, c.canary, c.free = nil, nil, nil, nil, nil
}

func (c *campaign) close() { c.disconnect() }

// over tells that no further session is to begin.
func (c *campaign) over() bool {
	return c.ctx.Err() != nil || !c.stopped.IsZero() || c.late()
}

func (c *campaign) late() bool {
	return !c.until.IsZero() && time.Now().After(c.until) || c.o.Requests > 0 && c.requests.Load() >= int64(c.o.Requests)
}

func (c *campaign) goes() bool {
	return !c.over() && (c.o.Findings == 0 || c.ledger.causes() < c.o.Findings)
}

// round draws and plays some sessions and looks at what they showed.
func (c *campaign) round() {
	size := fullRound
	if c.rounds < fullRound/firstRound {
		size = firstRound
	}
	c.rounds++
	batch := make([]*outcome, size)
	c.stop.Store(false)
	c.pt.Alone.Store(false)
	var next, hangs, suspects atomic.Int64
	var workers sync.WaitGroup
	for w, p := range c.players {
		workers.Go(func() {
			for !c.stop.Load() && c.ctx.Err() == nil && !c.late() {
				k := int(next.Add(1)) - 1
				if k >= size {
					return
				}
				out := c.session(p, w, c.next+k*c.o.Shards)
				batch[k] = out
				switch {
				case out.err != nil || out.finding != nil && out.finding.Kind == oracle.Died:
					c.stop.Store(true)
				case out.finding != nil && out.finding.Kind == oracle.Silent && hangs.Add(1) >= manyHangs:
					c.stop.Store(true)
				case out.finding != nil && out.finding.Kind == oracle.Lost && !c.ledger.lost: // the next ones are waited for less long
					c.stop.Store(true)
				case out.finding != nil && suspects.Add(1) >= manySuspects:
					c.stop.Store(true)
				}
			}
		})
	}
	workers.Wait()
	c.pt.Alone.Store(true)
	n := 0
	for n < size && batch[n] != nil {
		n++
	}
	c.next += n * c.o.Shards
	batch = present(batch)
	for _, out := range batch {
		for id, n := range out.judged {
			c.judged[id] += n
		}
		c.registered += registrations(out)
		c.shortQueue = c.shortQueue || out.dialed > target.Dropped && crowded(out.script)
		if out.finding == nil && out.err == nil {
			c.pool.notice(c, out)
		}
	}
	c.pool.settle()
	c.tell(verdict.Text{})
	if c.inspect != nil {
		c.inspect(batch)
		return
	}
	c.inquire(batch)
	c.save()
}

// present gives what was played: what stands behind a session that was not is
// there too, as those that had begun were finished.
func present(batch []*outcome) []*outcome {
	played := batch[:0:0]
	for _, out := range batch {
		if out != nil {
			played = append(played, out)
		}
	}
	return played
}

// session plays the session of a number.
func (c *campaign) session(p *play.Player, worker, index int) *outcome {
	out := &outcome{index: index}
	out.script, out.base = c.draw(index)
	c.turn.wait(c.ctx, len(out.script.Steps))
	before := p.Requests
	p.Judged = map[string]int{}
	marks := &c.markers[worker]
	marks.begin(out.script)
	p.Seen = marks.note
	f, err := p.Play(c.ctx, out.script, c.care())
	if f != nil && f.Reused && f.Kind != oracle.Died {
		// Perhaps an earlier session left something behind on a connection.
		again, anew := p.Play(c.ctx, out.script, play.Care{Fresh: true, Arrival: lostArrival})
		if err = anew; again != nil {
			f = again
		}
	}
	p.Seen = nil
	out.finding, out.err, out.trace, out.marks, out.dialed = f, err, p.Trace(), marks.marks, p.Dialed
	if c.other != nil && f == nil && err == nil {
		out.differs = c.compare(c.others[worker], out)
	}
	out.requests, out.judged = p.Requests-before, p.Judged
	c.requests.Add(int64(out.requests))
	c.played.Add(1)
	return out
}

func crowded(s *script.Script) bool {
	return slices.ContainsFunc(s.Steps, func(st script.Step) bool { return st.On.N > 8 && st.On.N < script.MaxConns-1 })
}

// lostArrival is how long a message is waited for where others never came.
const lostArrival = 100 * time.Millisecond

func (c *campaign) care() play.Care {
	if c.ledger.lost { // a server that loses everything is not waited for again and again
		return play.Care{Arrival: lostArrival}
	}
	return play.Care{}
}

// tell says how the campaign stands.
func (c *campaign) tell(doing verdict.Text) {
	if c.o.Progress != nil {
		c.o.Progress(c.status(doing))
	}
}

func (c *campaign) status(doing verdict.Text) Status {
	return Status{
		Sessions: int(c.played.Load()), Requests: int(c.requests.Load()), Kinds: c.pool.kinds(), Kept: len(c.pool.entries),
		Findings: c.ledger.causes(), Elapsed: time.Since(c.began), Quiet: time.Since(c.pool.last), Doing: doing,
	}
}

// save writes how far the campaign got. A disk that takes no more ends it.
func (c *campaign) save() {
	d := c.o.Corpus
	if d == nil || !c.o.Keep {
		return
	}
	err := d.SetState(corpus.State{Seed: c.o.Seed, Next: c.next, Requests: int(c.requests.Load()), Shard: c.o.Shard, Shards: c.o.Shards})
	for _, s := range c.pool.fresh {
		if err == nil {
			err = d.Keep(s)
		}
	}
	c.pool.fresh = nil
	c.unwritable(err)
}

func (c *campaign) unwritable(err error) {
	if err != nil && c.stopped.IsZero() {
		c.stopped = verdict.Textf("the corpus cannot be written any more: %v", "corpus tidak dapat ditulis lagi: %v", err)
	}
}

// pacer spreads requests over time.
type pacer struct {
	rate float64
	mu   sync.Mutex
	next time.Time
}

// wait returns when n more requests may be sent, or ctx ends.
func (p *pacer) wait(ctx context.Context, n int) {
	if p.rate <= 0 {
		return
	}
	p.mu.Lock()
	now := time.Now()
	if p.next.Before(now) {
		p.next = now
	}
	at := p.next
	p.next = at.Add(time.Duration(float64(n) / p.rate * float64(time.Second)))
	p.mu.Unlock()
	t := time.NewTimer(at.Sub(now))
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
