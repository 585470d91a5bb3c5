package fuzz

import (
	"context"
	"math/rand/v2"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Outcome is what became of a finding.
type Outcome string

// The outcomes of a replay.
const (
	Fixed   Outcome = "FIXED"   // the session shows nothing wrong any more
	Failed  Outcome = "FAILED"  // it shows what the file says, or the file says nothing
	Changed Outcome = "CHANGED" // it shows something else that is wrong
)

// Replayed is what a replay showed.
type Replayed struct {
	Outcome Outcome
	Shown   int      // replays that showed something wrong
	Replays int      // how often it was played
	Finding *Finding // nil where the outcome is Fixed
}

// Replay plays a script until it shows what it is said to show, three times at
// the most. A target that dies of it is started again, where t has a Switch. The
// error says why it could not be played: the target cannot be
// reached, or the script needs a second server or a file and there is none.
func Replay(ctx context.Context, s *script.Script, t Target) (*Replayed, error) {
	if err := needs(s, t); err != nil {
		return nil, err
	}
	pt, free, err := t.open()
	if err != nil {
		return nil, err
	}
	defer free()
	pt.Alone.Store(true)
	p := play.New(pt, script.NewScopes(rand.Uint64()))
	defer p.Close()
	r := &Replayed{Outcome: Fixed}
	care := play.Care{Fresh: true}
	for range confirmations {
		found, err := p.Play(ctx, s, care)
		if err != nil {
			return nil, err
		}
		trace := p.Trace()
		if found == nil {
			found = p.Postmortem(ctx)
		}
		if found != nil && found.Kind == oracle.Died {
			_ = t.restart(ctx) // for whatever is played next; that shows it if it failed
		}
		r.Replays++
		if found == nil && s.Kind == string(oracle.Differs) {
			relation, err := broken(ctx, p, s, trace)
			if err != nil {
				return nil, err
			}
			if relation != nil {
				r.Shown++
				r.Outcome = Failed
				r.Finding = &Finding{
					Requirement: s.Requirement, Kind: s.Kind, Relation: relation.name, Script: s,
					Count: 1, Shown: r.Shown, Replays: r.Replays, Failure: relation.failure(),
				}
				r.Finding.Failure.Reproduce = shell(s, settingOf(pt))
				break
			}
		}
		if found == nil {
			continue
		}
		r.Shown++
		care.Arrival = lostArrival // the first time had all patience
		r.Outcome = Changed
		same := found.Requirement == s.Requirement && string(found.Kind) == s.Kind
		if same || s.Requirement == "" {
			r.Outcome = Failed
		}
		r.Finding = &Finding{
			Requirement: found.Requirement, Also: found.Also, Kind: string(found.Kind), Script: s,
			Count: 1, Shown: r.Shown, Replays: r.Replays, Failure: found.Failure, Transcript: found.Events,
		}
		r.Finding.Failure.Reproduce = shell(s, settingOf(pt))
		if r.Outcome == Failed {
			break
		}
	}
	return r, nil
}

func needs(s *script.Script, t Target) error {
	d := t.Server.Dialect
	switch {
	case s.NeedsPeer() && t.Peer == nil:
		return usage("the script needs a second server: name it with --peer and --peer-id")
	case s.Uses(script.File) && t.File == "":
		return usage("the script needs a file that the server has: name it with --file")
	case s.Uses(script.Self) && d.ServerID == "":
		return usage("the script needs to know what the server calls itself: tell it with --server-id")
	}
	return nil
}

// usage is an error of whoever asked.
type usage string

func (e usage) Error() string { return string(e) }

// Shell gives a bash script that does what s does, against t. The error is that
// of Replay.
func Shell(s *script.Script, t Target) (string, error) {
	if err := needs(s, t); err != nil {
		return "", err
	}
	pt, free, err := t.open()
	if err != nil {
		return "", err
	}
	defer free()
	if t.Server.Dialect.Commands != nil {
		return "", usage("a shell script says requests to the letter: leave out --dialect")
	}
	return shell(s, settingOf(pt)), nil
}

// shell exports s, where the target takes requests to the letter.
func shell(s *script.Script, to *script.Setting) string {
	if to.Dialect.Commands != nil {
		return ""
	}
	return script.Shell(s, to)
}

// settingOf is what the references of a script stand for in an export.
func settingOf(t *play.Target) *script.Setting {
	s := play.Setting(t)
	return &s
}

// Report puts what a replay showed into a scenario.
func (r *Replayed) Report(file string) verdict.Scenario {
	sc := verdict.Scenario{URI: file, Line: 1, Name: string(r.Outcome), Status: verdict.Pass}
	if r.Finding != nil {
		failure := r.Finding.Failure
		sc.Status, sc.Requirement = verdict.Fail, r.Finding.Requirement
		sc.Failure, sc.Transcript = &failure, r.Finding.Transcript
	}
	return sc
}
