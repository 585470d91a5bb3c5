package fuzz

import (
	"context"
	"slices"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/fuzz/shrink"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// A server may die a little later than of what it dies: after those that saw it
// die, so many sessions are suspects that were played last.
const lastPlayed = 32

// autopsy finds out of which session the target died: all that were played at
// the time saw it. Where somebody can start the target again each suspect is
// played alone, on a server of its own, and the one that kills it is reduced.
// Otherwise the likeliest is given as it was played, and not as confirmed.
func (c *campaign) autopsy() (f Finding, found bool) {
	var saw []shown
	for _, s := range c.shown {
		if s.finding != nil && s.finding.Kind == oracle.Died {
			saw = append(saw, s)
		}
	}
	c.shown = slices.DeleteFunc(c.shown, func(s shown) bool { return s.finding != nil && s.finding.Kind == oracle.Died })
	suspects := slices.Clone(saw)
	for i := min(int(c.next.Load()), c.options.Sessions) - 1; i >= 0 && len(suspects) < len(saw)+lastPlayed; i-- {
		if !slices.ContainsFunc(saw, func(s shown) bool { return s.session == i }) {
			suspects = append(suspects, shown{session: i, script: c.script(i)})
		}
	}
	d := &deathbed{campaign: c, player: play.New(c.target, c.scopes), dead: true}
	defer d.player.Close()
	for _, s := range suspects {
		if died := d.play(c.ctx, s.script); died != nil {
			return d.reduce(s, died, len(saw)), true
		} else if d.err != nil {
			break
		}
	}
	c.gone = d.err != nil
	if len(saw) == 0 {
		return f, false
	}
	f = Finding{Script: saw[0].script.Clone(), Session: saw[0].session, Count: len(saw)}
	if !c.gone {
		f.Replays = len(suspects)
		saw[0].finding.Failure.Hint = verdict.Textf("No session brings the server down that is played alone: perhaps it depends on what other clients do at the same time.",
			"Tidak ada session yang mematikan server bila dijalankan sendirian: mungkin bergantung pada apa yang dilakukan client lain pada saat yang sama.")
	} else if len(saw) > 1 {
		saw[0].finding.Failure.Hint = saw[0].finding.Failure.Hint.And(verdict.Textf("; %d sessions were going on, and each of them may have brought it down (--jobs 1 plays one at a time, --exec starts the server again and finds out)",
			"; %d session sedang berjalan, dan masing-masing mungkin yang mematikannya (--jobs 1 menjalankan satu per satu, --exec menjalankan server kembali dan mencari tahu)", len(saw)))
	}
	f.tell(saw[0].finding, c.setting())
	return f, true
}

// tell takes over what a session showed.
func (f *Finding) tell(shown *play.Finding, to *script.Setting) {
	f.Requirement, f.Also, f.Kind = shown.Requirement, shown.Also, string(shown.Kind)
	f.Failure, f.Transcript = shown.Failure, shown.Events
	f.Script.Requirement, f.Script.Kind = f.Requirement, f.Kind
	f.Failure.Reproduce = shell(f.Script, to)
}

// deathbed plays sessions that may kill the target, one at a time.
type deathbed struct {
	campaign *campaign
	player   *play.Player
	dead     bool  // the target has to be started again
	err      error // why it cannot be
}

// play gives a finding where the target dies of the session.
func (d *deathbed) play(ctx context.Context, s *script.Script) *play.Finding {
	if d.dead {
		if d.err = d.campaign.restart(ctx); d.err != nil {
			return nil
		}
		d.dead = false
	}
	found, err := d.player.Play(ctx, s, play.Care{Fresh: true, Hasty: true, Arrival: hastyArrival})
	if found == nil || found.Kind != oracle.Died {
		found = nil
		if err == nil {
			found = d.player.Postmortem(ctx)
		} else if ctx.Err() == nil { // not even the first connection could be had
			d.dead = true
		}
	}
	d.dead = d.dead || found != nil
	return found
}

// reduce makes the shortest session that kills the target as well. It leaves one
// that serves.
func (d *deathbed) reduce(s shown, last *play.Finding, count int) Finding {
	c := d.campaign
	budget := shrink.Budget{}
	if began := time.Now(); d.play(c.ctx, s.script) != nil && time.Since(began) > time.Second {
		budget.Time = hangBudget // it hangs, or is slow to start
	}
	reduced, _ := shrink.Reduce(c.ctx, s.script, budget, func(ctx context.Context, sc *script.Script) (int, bool, error) {
		found := d.play(ctx, sc)
		if found == nil {
			return 0, false, d.err
		}
		return found.Step, true, nil
	})
	f := Finding{Script: reduced.Script.Clone(), Session: s.session, Count: max(count, 1), Tries: reduced.Replays, Spent: reduced.Spent}
	for range confirmations {
		f.Replays++
		if found := d.play(c.ctx, f.Script); found != nil {
			f.Shown++
			last = found
		}
	}
	f.tell(last, c.setting())
	if d.dead {
		_ = c.restart(c.ctx) // whoever speaks to it next sees that it failed
	}
	return f
}
