// Package fuzz looks where nobody thought to look: it draws sessions of several
// users, plays them against a target, and has every result checked against the
// specification as a relation (package oracle). What is wrong is reduced to the
// shortest session that shows it (package shrink) and becomes a verdict on a
// requirement, with a replay file.
//
// Properties does it for a program, CheckProperties for a Go test:
//
//	func TestMyServer(t *testing.T) {
//		fuzz.CheckProperties(t, verdict.Target{Address: "127.0.0.1:8889", ServerID: "alpha"})
//	}
//
// Replay plays a replay file again.
package fuzz

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/peer"
	"github.com/protokol-chat/chatspec/harness/probe"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Target is what sessions are played against.
type Target struct {
	Server *target.Target // with its dialect set, see package probe
	Peer   *target.Target // a second server of the same make; nil without one
	File   string         // a file that the target can send; "" without one

	// Switch starts the server again that a session brought down, and
	// PeerSwitch its peer; nil where nobody can.
	Switch, PeerSwitch Switch
}

// A Switch turns a server off and on again. What the server remembered may be
// lost, and its address another. On does nothing to a server that was not
// turned off.
type Switch interface {
	On() (address string, err error)
	Off() error
}

// restart starts the target again, and its peer if that is what died. Nobody may
// speak to them meanwhile. It fails where nobody can.
func (t Target) restart(ctx context.Context) error {
	if t.Switch == nil {
		return errors.New("nobody can start the target again")
	}
	if t.Peer != nil && t.PeerSwitch != nil && t.Peer.Health(ctx) != nil {
		if err := revive(t.Peer, t.PeerSwitch); err != nil {
			return err
		}
	}
	return revive(t.Server, t.Switch)
}

func revive(t *target.Target, s Switch) error {
	_ = s.Off() // it is dead, and that may be all there is to say
	address, err := s.On()
	if err != nil { // a machine that is so busy
		address, err = s.On()
	}
	if err == nil {
		t.Revived(address)
	}
	return err
}

// Reach finds out how the target of an address speaks. No single wait for it
// exceeds limit. The error says in one line why it cannot be tested.
func Reach(ctx context.Context, t verdict.Target, limit time.Duration) (Target, error) {
	return reach(t, limit, func(to *target.Target, id string) error {
		_, err := probe.Probe(ctx, to, names.New(), id)
		return err
	})
}

// Through is like Reach, and also sees through what departs from the letter: as
// d says, where it is not nil, else as is found out. Sessions then tell nothing
// of the departures, see dialect.Deviations, and all that is behind them.
func Through(ctx context.Context, t verdict.Target, d *dialect.Dialect, limit time.Duration) (Target, error) {
	return reach(t, limit, func(to *target.Target, id string) error {
		if d == nil {
			_, err := probe.Through(ctx, to, names.New(), id)
			return err
		}
		own := *d
		if id != "" && id != own.ServerID {
			own.ServerID, own.Addressable = id, true
		}
		to.Dialect = &own
		return probe.Reach(ctx, to, names.New())
	})
}

func reach(t verdict.Target, limit time.Duration, find func(to *target.Target, id string) error) (Target, error) {
	reached := Target{Server: target.New(t.Address, limit), File: t.File}
	if err := find(reached.Server, t.ServerID); err != nil {
		return reached, fmt.Errorf("cannot test %s: %w", t.Address, err)
	}
	if t.Peer != "" {
		reached.Peer = target.New(t.Peer, limit)
		if err := find(reached.Peer, t.PeerID); err != nil {
			return reached, fmt.Errorf("cannot test the second server %s: %w", t.Peer, err)
		}
	}
	return reached, nil
}

// Options says how much is played. The zero value is a quick look.
type Options struct {
	Sessions int           // how many; 0 for 200
	Jobs     int           // side by side; 0 for 8
	Seed     uint64        // of all that is drawn
	Level    verdict.Level // above verdict.Should sessions get rough
	Findings int           // different ones to look for; 0 for 10

	// Wanted tells which requirements are of interest: what breaks others only is
	// not looked into. nil for all. A target that dies is always of interest.
	Wanted func(id string) bool

	// Progress is called now and then with how many of all sessions were
	// played, and while a session is reduced with done = all; never from two
	// goroutines at once. It may be nil.
	Progress func(done, all int)
}

func (o Options) withDefaults() Options {
	if o.Sessions <= 0 {
		o.Sessions = 200
	}
	if o.Jobs <= 0 {
		o.Jobs = 8
	}
	o.Jobs = min(o.Jobs, o.Sessions)
	if o.Wanted == nil {
		o.Wanted = func(string) bool { return true }
	}
	if o.Findings <= 0 {
		o.Findings = 10
	}
	return o
}

// Result is what sessions showed.
type Result struct {
	Seed      uint64
	Sessions  int // played
	Requests  int // whose results were checked
	Findings  []Finding
	Scenarios []verdict.Scenario // one for each requirement that was judged, one for each finding
	Stopped   verdict.Text       // why fewer sessions were played than asked for; zero if not
	Full      verdict.Text       // that the target holds no more, which is allowed, and so the rest was not played; zero if not
}

// Finding is one thing that is wrong, with the shortest session found that
// shows it.
type Finding struct {
	Requirement string
	Also        string // a requirement that is broken by the same; "" for none
	Kind        string // see oracle.Kind
	Relation    string // the relation between two plays that is broken; "" for none
	Script      *script.Script
	Session     int // the number of the session that was reduced, from 0
	Count       int // sessions that showed it
	Shown       int // of Replays of the script that is given
	Replays     int
	Tries       int           // replays that the reduction took
	Took        time.Duration // by that, without what was played before and after
	Spent       bool          // its budget ended it
	Failure     verdict.Failure
	Transcript  []verdict.Event

	reused bool
	late   bool // it was a message that only takes its time
}

// target for players, with a port where nobody listens. Free gives that back.
func (t Target) open() (pt *play.Target, free func(), err error) {
	if t.Server == nil || t.Server.Dialect == nil {
		return nil, nil, errors.New("fuzz: a target without a server")
	}
	port, free, err := peer.Vacant()
	if err != nil {
		return nil, nil, fmt.Errorf("reserve a port: %w", err)
	}
	return &play.Target{Server: t.Server, Peer: t.Peer, File: t.File, Vacant: port}, free, nil
}
