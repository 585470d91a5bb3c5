package campaign

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const (
	restarts   = 6                // attempts to start the server again, with a pause that doubles
	firstPause = time.Second / 4  // before the second of them
	returnWait = 30 * time.Second // for a server that we cannot start
	// How many sessions of a round may have killed the server where none of them
	// saw it die: those that were played last.
	lastPlayed = 32
	maxCorpses = 8 // suspects that are replayed alone, each on a server of its own
)

// autopsy finds out of which session the target died, once it is back.
func (c *campaign) autopsy(batch []*outcome) {
	c.tell(verdict.Textf("the server died: starting it again", "server mati: menjalankannya kembali"))
	ended := &Finding{}
	c.epitaph(ended)
	suspects := c.corpses(batch)
	if !c.revive() && len(suspects) > 0 {
		// Nobody can say more: the likeliest stands for all.
		likeliest := suspects[max(0, slices.IndexFunc(suspects, func(out *outcome) bool { return mortal(out.script) != "WIRE-7" }))]
		f := c.corpse(likeliest, ended)
		f.Replays, f.Cause = 0, cause(f)
		s, _ := c.ledger.suspect(likeliest)
		c.ledger.confirmed(s, f)
		return
	}
	for i, out := range suspects[:min(len(suspects), maxCorpses)] {
		s, worth := c.ledger.suspect(out)
		if !worth && s.found != nil && i == 0 {
			return // seen often enough
		}
		f := c.corpse(out, ended)
		found := c.shorten(f, out.finding)
		if f.Shown == 0 {
			if c.ctx.Err() != nil || !c.stopped.IsZero() {
				break
			}
			continue
		}
		f.Script = f.Script.Clone()
		if found != nil {
			f.Requirement, f.Also, f.Failure, f.Transcript = mortal(f.Script), found.Also, found.Failure, cmpEvents(found.Events, f.Transcript)
		}
		f.Script.Requirement, f.Script.Kind = f.Requirement, f.Kind
		f.Failure.Reproduce = script.Shell(f.Script, c.setting())
		f.Cause = cause(f)
		c.ledger.confirmed(s, f)
		return
	}
	if len(suspects) > 0 {
		f := c.corpse(suspects[0], ended)
		f.Replays = min(len(suspects), maxCorpses)
		c.ledger.unshown(f)
	}
}

func cmpEvents(a, b []verdict.Event) []verdict.Event {
	if len(a) > 0 {
		return a
	}
	return b
}

// corpses are the sessions that may have killed the target, the likeliest
// first: what a session did to it may say so.
func (c *campaign) corpses(batch []*outcome) []*outcome {
	batch = slices.Clone(batch)
	var all []*outcome
	for _, out := range batch {
		if out.finding != nil && out.finding.Kind == oracle.Died || out.err != nil {
			all = append(all, out)
		}
	}
	// A server may die a little later than of what it dies.
	for _, out := range batch[max(0, len(batch)-lastPlayed):] {
		if !slices.Contains(all, out) {
			all = append(all, out)
		}
	}
	for _, out := range all {
		if out.finding == nil || out.finding.Kind != oracle.Died {
			out.finding = &play.Finding{Verdict: &oracle.Verdict{Rule: "WIRE-7", Kind: oracle.Died, Requirement: mortal(out.script), Failure: died(verdict.Text{})}}
		}
	}
	saw := func(out *outcome) int {
		n := 0
		if len(out.finding.Events) > 0 {
			n -= 2
		}
		if mortal(out.script) != "WIRE-7" {
			n--
		}
		return n
	}
	slices.SortStableFunc(all, func(a, b *outcome) int { return cmp.Compare(saw(a), saw(b)) })
	return all
}

// corpse is a finding of a session that may have killed the target.
func (c *campaign) corpse(out *outcome, ended *Finding) *Finding {
	f := &Finding{
		Requirement: mortal(out.script), Kind: string(oracle.Died), Script: out.script, Session: out.index,
		Failure: out.finding.Failure, Transcript: out.finding.Events, Ended: ended.Ended, LastWords: ended.LastWords,
	}
	f.Failure.Reproduce = script.Shell(f.Script, c.setting())
	return f
}

// epitaph notes how a server ended that we started, and what it said last.
func (c *campaign) epitaph(f *Finding) {
	s := c.o.Server
	if s == nil {
		return
	}
	if e, ok := s.Ending(); ok {
		f.Ended, f.LastWords = e.Text(), e.Output
	} else if f.Kind == string(oracle.Died) && c.ended != nil { // it was started again since
		f.Ended, f.LastWords = c.ended.Ended, c.ended.LastWords
	} else if output := s.Output(); complaint.MatchString(output) {
		f.LastWords = output
	}
}

// restart starts the target anew. It fails with the campaign.
func (c *campaign) restart() bool {
	s := c.o.Server
	if e, ok := s.Ending(); ok {
		c.ended = &Finding{Ended: e.Text(), LastWords: e.Output}
	}
	pause := firstPause
	var err error
	for i := range restarts {
		if i > 0 && !sleep(c.ctx, pause) {
			return false
		}
		if err = s.Restart(c.ctx); err == nil {
			if err = c.connect(); err == nil {
				return true
			}
		}
		if i > 0 {
			pause *= 2
		}
	}
	if c.ctx.Err() == nil {
		c.stopped = verdict.Textf("the server cannot be started again: %v", "server tidak dapat dijalankan kembali: %v", err)
	}
	return false
}

// revive has the target serve again: it is started, or waited for.
func (c *campaign) revive() bool {
	if c.o.Server != nil {
		return c.restart()
	}
	wait := returnWait
	if c.o.For > 0 { // a short campaign does not wait for long
		wait = min(wait, max(c.o.For/4, time.Second))
	}
	deadline := time.Now().Add(wait)
	for pause := firstPause; ; pause = min(2*pause, 2*time.Second) {
		fresh := copyOf(c.target.Server, c.target.Server.Address, c.o.Timeout)
		err := fresh.Health(c.ctx)
		if err == nil {
			err = c.connect()
		}
		switch {
		case err == nil:
			return true
		case c.ctx.Err() != nil:
			return false
		case time.Now().After(deadline):
			c.stopped = verdict.Textf("the server serves nobody any more: ", "server tidak lagi melayani siapa pun: ").And(target.Diagnose(err))
			return false
		}
		if !sleep(c.ctx, pause) {
			return false
		}
	}
}

// sleep waits, unless ctx ends.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
