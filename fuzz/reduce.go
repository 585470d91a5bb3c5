package fuzz

import (
	"context"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/fuzz/shrink"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const (
	confirmations = 3
	// What a reduction waits for a message: it knows that the session fails,
	// and the last word has a replay with all patience.
	hastyArrival = 10 * time.Millisecond
	hangBudget   = 60 * time.Second
)

// reduce makes the shortest session that shows the same, and sees how reliably
// it does.
func (c *campaign) reduce(s *shown) Finding {
	if s.relation != nil {
		return c.related(s)
	}
	f := Finding{Script: s.script, Session: s.session, Count: 1, reused: s.finding.Reused}
	p := play.New(c.target, c.scopes)
	defer p.Close()
	last := s.finding
	if c.ctx.Err() == nil && !c.gone {
		last = c.shorten(p, s, &f)
	}
	f.Script = f.Script.Clone()
	f.tell(last, c.setting())
	return f
}

// shorten reduces the session into f and gives what its last replay showed.
func (c *campaign) shorten(p *play.Player, s *shown, f *Finding) *play.Finding {
	label := s.finding.Label()
	hang := s.finding.Kind == oracle.Silent
	replay := func(ctx context.Context, sc *script.Script, care play.Care) (*play.Finding, error) {
		care.Fresh = true
		found, err := p.Play(ctx, sc, care)
		if found != nil && found.Kind == oracle.Died {
			err = c.restart(ctx) // what is looked for is not that
		}
		if found != nil && found.Label() != label {
			found = nil
		}
		return found, err
	}
	hasty := play.Care{Hasty: true, Arrival: hastyArrival}

	// Does it show alone, and each time?
	showing, tries := 0, 1
	for range confirmations {
		if found, err := replay(c.ctx, s.script, hasty); found != nil {
			showing++
		} else if err != nil {
			break
		}
	}
	if showing == 0 { // once more, with all patience
		if found, _ := replay(c.ctx, s.script, play.Care{}); found == nil {
			f.Shown, f.Replays = 0, confirmations+1
			f.unreliable(s.finding)
			return s.finding
		}
		hasty = play.Care{}
	} else if showing < confirmations {
		tries = 3
	}
	budget := shrink.Budget{}
	if hang {
		budget.Time = hangBudget
	}
	reduced, _ := shrink.Reduce(c.ctx, s.script, budget, func(ctx context.Context, sc *script.Script) (int, bool, error) {
		for range tries {
			if found, err := replay(ctx, sc, hasty); found != nil || err != nil {
				if found == nil {
					return 0, false, err
				}
				return found.Step, true, nil
			}
		}
		return 0, false, nil
	})
	f.Script, f.Tries, f.Spent = reduced.Script, reduced.Replays, reduced.Spent
	last := s.finding
	care := play.Care{} // the first time with all patience
	for range confirmations {
		f.Replays++
		if found, err := replay(c.ctx, f.Script, care); found != nil {
			f.Shown++
			last, care = found, hasty
		} else if err != nil {
			break
		}
	}
	if f.Shown == 0 { // what was hasty was wrong
		f.Script = s.script
		f.unreliable(s.finding)
	}
	return last
}

// certain tells whether the finding is a verdict on the server: it shows again,
// or what it showed once cannot be explained by time, or by what went before on
// its connections.
func (f *Finding) certain() bool {
	timely := f.Kind == string(oracle.Lost) || f.Kind == string(oracle.Silent) || f.Kind == string(oracle.Differs)
	return f.Shown > 0 || f.Kind == string(oracle.Died) || !f.reused && !timely
}

// unreliable says that replays did not show it again.
func (f *Finding) unreliable(found *play.Finding) {
	found.Failure.Hint = verdict.Textf("%d of %d replays showed it: perhaps it depends on what other clients do at the same time.",
		"%d dari %d pengulangan menunjukkannya: mungkin bergantung pada apa yang dilakukan client lain pada saat yang sama.", f.Shown, f.Replays)
}

func (c *campaign) setting() *script.Setting { return settingOf(c.target) }
