// Package harness tests any server of Protokol Chat v1.0 over TCP.
//
// Run tests a target and gives a report; Test does the same inside a Go test,
// one subtest a requirement:
//
//	func TestMyServer(t *testing.T) {
//		harness.Test(t, harness.Target{Address: "127.0.0.1:8889", ServerID: "alpha"})
//	}
package harness

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"time"

	"github.com/protokol-chat/chatspec"
	"github.com/protokol-chat/chatspec/harness/diagnose"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/probe"
	"github.com/protokol-chat/chatspec/harness/runner"
	"github.com/protokol-chat/chatspec/harness/steps"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Target says what to test.
type Target struct {
	Address  string // host:port
	ServerID string // what the target calls itself in user@id; "" to find out
	File     string // a file that the target can send; "" to skip what needs one
	Peer     string // host:port of a second server of the same make; "" for none
	PeerID   string // what the peer calls itself; needed with Peer

	// Switch turns the target off and on, for those who can: nil for those who
	// cannot. Then a target that was broken stays so.
	Switch Switch

	// PeerSwitch does so with the peer. Without it a relay of ours stands
	// between the two servers where their link has to be cut, if they put up
	// with one.
	PeerSwitch Switch
}

// A Switch turns a server off and on again. What the server remembered may be
// lost.
type Switch = steps.Switch

// Options says how to test. The zero value is what `chatspec run` does without
// flags, but for Level, whose zero value is verdict.Must.
type Options struct {
	Level   verdict.Level // judge up to this level
	Gate    verdict.Level // for the report's exit code
	Only    string        // see verdict.Registry.Select; "" for all
	Jobs    int           // scenarios side by side; 0 for as many as suit the target's pace
	Timeout time.Duration // the longest wait for one result; 0 for 5 seconds
	Seed    uint64        // of all that is drawn; 0 to draw one

	// Dialect says how the target and its peer speak; nil to find out what the
	// specification leaves open, and with Through also in what they depart from
	// its letter. Departures are reported, each as one deviation, and seen
	// through: what is behind them is judged all the same.
	Dialect *dialect.Dialect
	Through bool

	// Progress is called after each judged scenario with how many of all are
	// done; never from two goroutines at once. It may be nil.
	Progress func(done, all int)
}

const (
	defaultTimeout = 5 * time.Second
	scenarioLimit  = time.Minute
	mostJobs       = 24
)

// Run tests the target. The error is a usage error, found before anything was
// sent, or an Internal one; that a target cannot be tested is said in the
// report, see verdict.Report.ExitCode. When ctx ends, Run gives the report up
// to there.
func Run(ctx context.Context, t Target, o Options) (*verdict.Report, error) {
	registry, err := verdict.ParseRegistry(chatspec.Spec)
	if err != nil {
		return nil, Internal{err}
	}
	selected, err := registry.Select(o.Level, o.Only)
	if err != nil {
		return nil, err
	}
	if t.Peer != "" && t.PeerID == "" {
		return nil, errors.New("a peer needs its id: what it calls itself in user@id")
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Seed == 0 {
		o.Seed = drawSeed()
	}
	r := &verdict.Report{
		Target:  verdict.Target{Address: t.Address, ServerID: t.ServerID, Peer: t.Peer, PeerID: t.PeerID, File: t.File},
		Started: time.Now(), Seed: o.Seed, Level: o.Level, Gate: o.Gate,
	}
	defer func() { r.Duration = time.Since(r.Started) }()

	first := target.New(t.Address, o.Timeout)
	run := &steps.Run{Target: first, File: t.File, Names: names.New(), Power: t.Switch, Switch: t.PeerSwitch, Relays: o.Level >= verdict.Robust}
	defer run.Close()
	found, err := o.find(ctx, first, run.Names, t.ServerID)
	if err != nil {
		r.Untestable, r.Stopped = true, target.Diagnose(err)
		if ctx.Err() != nil {
			r.Stopped = interrupted
		}
		r.Requirements = verdict.Judge(selected, nil, r.Stopped)
		return r, nil
	}
	r.Target.Findings = found
	r.Target.ServerID = first.Dialect.ServerID
	r.Deviations = first.Dialect.Deviations()
	run.Second = second(ctx, run.Names, t, o, r)

	wanted := map[string]bool{}
	for _, q := range selected {
		wanted[q.ID] = true
	}
	observed, err := runner.Run(ctx, runner.Config{
		Features: chatspec.Features,
		Run:      run,
		Wanted:   func(id string) bool { return wanted[id] },
		Jobs:     jobs(o.Jobs, first, 4),
		MostJobs: jobs(o.Jobs, first, mostJobs),
		Limit:    scenarioLimit,
		Progress: o.Progress,
	})
	if err != nil {
		return nil, Internal{err}
	}
	scenarios, others := charge(observed, wanted)
	for _, d := range r.Deviations {
		others[d.Requirement] = others[d.Requirement] || !wanted[d.Requirement]
	}
	for _, q := range registry.All() {
		if others[q.ID] {
			selected = append(selected, q)
		}
	}
	r.Scenarios = scenarios
	r.Requirements = verdict.Judge(selected, scenarios, unshown)
	verdict.Depart(r.Requirements, r.Deviations)
	switch lost := first.Lost(); {
	case ctx.Err() != nil:
		r.Stopped = interrupted
	case !lost.IsZero():
		r.Stopped = verdict.Textf("the server serves nobody any more: ", "server tidak lagi melayani siapa pun: ").And(lost)
	}
	r.Diagnoses = diagnose.Diagnose(r, first.Dialect)
	return r, nil
}

var (
	interrupted = verdict.Textf("interrupted", "dihentikan")
	unshown     = verdict.Textf("no scenario shows it yet", "belum ada skenario yang menunjukkannya")
)

// Internal is the error for a fault of chatspec itself.
type Internal struct{ Err error }

func (e Internal) Error() string { return e.Err.Error() }

func (e Internal) Unwrap() error { return e.Err }

// find gives a target its dialect, and what was found out about it for people.
func (o *Options) find(ctx context.Context, t *target.Target, n *names.Names, serverID string) ([]verdict.Text, error) {
	switch {
	case o.Dialect != nil:
		d := *o.Dialect
		if serverID != "" && serverID != d.ServerID {
			d.ServerID, d.Addressable = serverID, true
		}
		t.Dialect = &d
		return nil, probe.Reach(ctx, t, n)
	case o.Through:
		return probe.Through(ctx, t, n, serverID)
	}
	return probe.Probe(ctx, t, n, serverID)
}

// second probes the peer. One that cannot be used is said to be, and what
// needs it is skipped.
func second(ctx context.Context, n *names.Names, t Target, o Options, r *verdict.Report) *target.Target {
	if t.Peer == "" {
		return nil
	}
	peer := target.New(t.Peer, o.Timeout)
	if _, err := o.find(ctx, peer, n, t.PeerID); err != nil {
		peer.Lose(target.Diagnose(err))
		r.Target.Findings = append(r.Target.Findings,
			verdict.Textf("the second server cannot be used: ", "server kedua tidak dapat dipakai: ").And(peer.Lost()))
	}
	return peer
}

// jobs is how many scenarios run side by side: few on a quick target, since
// then nothing is gained by more, and who broke it is easier to tell. Scenarios
// that share given users run one at a time, and so do those that the target
// mixes up, unless somebody asked for more.
func jobs(asked int, t *target.Target, few int) int {
	switch {
	case len(t.Dialect.Accounts) > 0:
		return 1
	case asked > 0:
		return asked
	case t.Dialect.Shared:
		return 1
	}
	return min(few+int(t.Pace.Typical()/(2*time.Millisecond)), mostJobs)
}

func drawSeed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:])>>1 | 1
}
