package campaign

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/fuzz/shrink"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const (
	confirmations = 3
	// What a reduction waits for a message: it knows that the session fails.
	hastyArrival = 10 * time.Millisecond
	// What a reduction may take where each replay waits for nothing, or has the
	// server started again.
	dearBudget  = 60 * time.Second
	cheapBudget = 10 * time.Second
	// A server that took so many users may well take no more.
	manyUsers = 1000
)

// inquire looks into what a round showed. Nobody else speaks to the target
// meanwhile.
func (c *campaign) inquire(batch []*outcome) {
	dead := slices.ContainsFunc(batch, func(out *outcome) bool {
		return out.err != nil || out.finding != nil && out.finding.Kind == oracle.Died
	})
	if s := c.o.Server; s != nil && !dead {
		_, dead = s.Ending()
	}
	switch {
	case c.ctx.Err() != nil && dead:
		return // what looks like a death was our own leaving
	case dead:
		c.autopsy(batch)
		return
	case c.outgrown(batch):
		return
	}
	vague := len(c.ledger.unconfirmed)
	for _, out := range batch {
		if out.finding == nil || c.ctx.Err() != nil || c.o.Findings > 0 && c.ledger.causes() >= c.o.Findings {
			continue
		}
		s, worth := c.ledger.suspect(out)
		switch {
		case worth && c.overdue():
			c.unexamined(s, out)
		case worth:
			c.examine(s, out)
		}
		if !c.stopped.IsZero() {
			return
		}
	}
	if len(c.ledger.unconfirmed) > vague && !c.overdue() {
		c.tell(verdict.Textf("looking for a session that disturbs others", "mencari session yang mengganggu session lain"))
		c.seek(batch)
	}
	for _, out := range batch {
		if out.differs != nil {
			c.ledger.differ(c.differing(out))
		}
	}
	c.complaints(batch)
	c.ask(batch)
}

const (
	grace   = 10 * time.Second // beyond its time for what a campaign found last
	hurried = 3 * time.Second  // for one reduction then
)

// overdue tells that the campaign is to end at once: its time is over, and what it
// found last had some time too.
func (c *campaign) overdue() bool {
	now := time.Now()
	if c.until.IsZero() || now.Before(c.until) {
		return false
	}
	if c.overtime.IsZero() {
		c.overtime = now.Add(grace)
	}
	return now.After(c.overtime)
}

// budget is a time for a reduction, less where the campaign is about to end.
func (c *campaign) budget(d time.Duration) time.Duration {
	if c.until.IsZero() {
		return d
	}
	return min(d, max(time.Until(c.until), hurried))
}

// unexamined enters a suspect that there was no time for.
func (c *campaign) unexamined(s *suspicion, out *outcome) {
	if s.found != nil {
		return
	}
	f := &Finding{
		Requirement: out.finding.Requirement, Also: out.finding.Also, Kind: string(out.finding.Kind),
		Script: out.script, Session: out.index, Failure: out.finding.Failure, Transcript: out.finding.Events,
	}
	f.Failure.Hint = verdict.Textf("the campaign ended before it was played again", "fuzzing berakhir sebelum session ini diulang")
	f.Failure.Reproduce = script.Shell(f.Script, c.setting())
	c.ledger.unshown(f)
}

// outgrown tells whether the target takes no more users because it took so many
// that this may be its limit: then it is started again, or the campaign ends.
func (c *campaign) outgrown(batch []*outcome) bool {
	refused := slices.ContainsFunc(batch, func(out *outcome) bool {
		return out.finding != nil && out.finding.Requirement == "REGISTER-1" && out.finding.Kind == oracle.Refused
	})
	if !refused || c.registered < manyUsers {
		return false
	}
	one := &script.Script{Steps: []script.Step{{On: script.Conn{N: 1}, Parts: []script.Part{
		script.Lit("register "), script.Ref(script.User, "budi"), script.Lit(" "), script.Ref(script.Password, "budi")}}}}
	if f, err := c.calm.Play(c.ctx, one, play.Care{Fresh: true}); f == nil || err != nil {
		return false
	}
	if c.o.Server != nil {
		c.restart()
		return true
	}
	c.stopped = verdict.Textf("the server takes no more users, after %d: start it anew, or give --exec", "server tidak menerima user lagi, setelah %d: jalankan ulang, atau berikan --exec", c.registered)
	return true
}

// examine replays a suspect alone, on a server that was started again where
// that can be done, and reduces it if it shows again.
func (c *campaign) examine(s *suspicion, out *outcome) {
	c.tell(verdict.Textf("replaying what session %d showed", "mengulang apa yang ditunjukkan session %d", out.index))
	// What the second server knows of this one may not outlast a restart.
	if c.o.Server != nil && !out.script.NeedsPeer() && (s.examined == 1 || out.finding.Kind == oracle.Silent) {
		c.restart()
	}
	f := &Finding{Script: out.script, Session: out.index, Failure: out.finding.Failure, Transcript: out.finding.Events}
	f.Requirement, f.Also, f.Kind = out.finding.Requirement, out.finding.Also, string(out.finding.Kind)
	found := c.shorten(f, out.finding)
	f.Script = f.Script.Clone()
	if found != nil {
		f.Requirement, f.Also, f.Kind, f.Failure, f.Transcript = found.Requirement, found.Also, string(found.Kind), found.Failure, found.Events
	}
	f.Script.Requirement, f.Script.Kind = f.Requirement, f.Kind
	f.Failure.Reproduce = script.Shell(f.Script, c.setting())
	if f.Shown == 0 {
		f.Failure.Hint = verdict.Textf("none of %d replays showed it: perhaps it depends on what other clients do at the same time", "tidak satu pun dari %d pengulangan menunjukkannya: mungkin bergantung pada apa yang dilakukan client lain pada saat yang sama", f.Replays)
		c.ledger.unshown(f)
		return
	}
	f.Cause = cause(f)
	c.ledger.confirmed(s, f)
}

func (c *campaign) setting() *script.Setting {
	s := play.Setting(c.pt)
	return &s
}

// replay plays a script alone and tells whether it shows what the label says.
// A server that dies of it is started again.
func (c *campaign) replay(ctx context.Context, s *script.Script, label string, care play.Care) (*play.Finding, error) {
	care.Fresh = true
	found, err := c.calm.Play(ctx, s, care)
	died := strings.HasSuffix(label, string(oracle.Died))
	if died && found == nil && ctx.Err() == nil {
		found, err = c.postmortem(s, err)
	}
	if found != nil && found.Kind == oracle.Died {
		if !c.revive() {
			return found, errGone
		}
		if !died {
			return nil, nil
		}
	}
	if found == nil || found.Label() != label {
		return nil, err
	}
	return found, err
}

var errGone = errors.New("the target is gone")

// postmortem finds out whether the target died of a session that showed nothing
// by itself.
func (c *campaign) postmortem(s *script.Script, err error) (*play.Finding, error) {
	why := err
	if why == nil {
		if why = c.pt.Server.Health(c.ctx); why == nil || c.ctx.Err() != nil {
			return nil, nil
		}
	}
	return &play.Finding{Step: len(s.Steps) - 1, Verdict: &oracle.Verdict{Requirement: mortal(s), Rule: "WIRE-7", Kind: oracle.Died, Failure: died(target.Diagnose(why))}}, nil
}

// died is what there is to say of a server that serves nobody any more.
func died(why verdict.Text) verdict.Failure {
	return verdict.Failure{
		Message: verdict.Textf("the server serves nobody any more", "server tidak melayani siapa pun lagi"), Caret: -1,
		Expected: []verdict.Text{verdict.Textf("a server that answers new connections", "server yang menjawab koneksi baru")},
		Hint:     why,
	}
}

// mortal is the requirement that a session which kills a server breaks.
func mortal(s *script.Script) string {
	for i := range s.Steps {
		st := &s.Steps[i]
		line := example.Append(nil, st)
		switch {
		case len(line) >= 1<<20:
			return "ROBUST-5"
		case len(line) > 8<<10:
			return "ROBUST-4"
		case oracle.Strange(line) && slices.Contains(line, 0):
			return "ROBUST-7"
		case oracle.Strange(line) && st.How != script.Raw:
			return "ROBUST-6"
		case st.How == script.Half:
			return "ROBUST-10"
		case st.How.Ends():
			return "ROBUST-1"
		}
	}
	return "WIRE-7"
}

// shorten replays a session until it is clear that it shows the same again, and
// reduces it. It gives what the last replay showed.
func (c *campaign) shorten(f *Finding, first *play.Finding) *play.Finding {
	label := first.Label()
	dear := first.Kind == oracle.Silent || first.Kind == oracle.Died
	hasty := play.Care{Hasty: !dear, Arrival: hastyArrival}
	showing := 0
	var last *play.Finding
	for range confirmations {
		f.Replays++
		found, err := c.replay(c.ctx, f.Script, label, hasty)
		if found != nil {
			showing++
			last = found
		}
		if err != nil || dear && found != nil {
			break
		}
	}
	if showing == 0 && !dear { // once more, with all patience
		hasty = play.Care{}
		f.Replays++
		if last, _ = c.replay(c.ctx, f.Script, label, hasty); last != nil {
			showing++
		}
	}
	if showing > 0 && first.Kind == oracle.Silent && !c.hangs(f.Script, label) {
		showing = 0 // it was only slow
	}
	if showing == 0 || c.stopped != (verdict.Text{}) || c.ctx.Err() != nil {
		f.Shown = showing
		return last
	}
	tries := 1
	if showing < f.Replays && !dear {
		tries = 3
	}
	budget := shrink.Budget{Time: c.budget(cheapBudget)}
	if dear {
		budget.Time = c.budget(dearBudget)
	}
	try := func(ctx context.Context, s *script.Script) (int, bool, error) {
		for range tries {
			found, err := c.replay(ctx, s, label, hasty)
			if found != nil || err != nil {
				if found == nil {
					return 0, false, err
				}
				c.tell(verdict.Textf("reducing session %d: %d requests", "memperpendek session %d: %d request", f.Session, len(s.Steps)))
				return found.Step, true, nil
			}
		}
		return 0, false, nil
	}
	whole := f.Script
	reduced, _ := shrink.Reduce(c.ctx, whole, budget, try)
	f.Script, f.Tries, f.Spent = reduced.Script, reduced.Replays, reduced.Spent
	tried := 0
	f.Script, tried = plainer(c.ctx, f.Script, c.budget(plainerTime), try)
	f.Tries += tried
	f.Shown, f.Replays = 0, 0
	care := play.Care{} // the first time with all patience
	for range confirmations {
		f.Replays++
		found, err := c.replay(c.ctx, f.Script, label, care)
		if found != nil {
			f.Shown++
			last, care = found, hasty
			c.epitaph(f)
		}
		if err != nil || dear && found != nil {
			break
		}
	}
	if f.Shown == 0 { // what was hasty was wrong; the whole session did show it
		f.Script, f.Shown, f.Replays = whole, showing, max(showing, confirmations)
	}
	return last
}

// hangs tells whether a session is left without an answer for four times the
// limit too.
func (c *campaign) hangs(s *script.Script, label string) bool {
	p := play.New(c.patient, c.scopes)
	defer p.Close()
	found, err := p.Play(c.ctx, s, play.Care{Fresh: true})
	return err == nil && found != nil && found.Label() == label
}

// differing makes a finding of a difference.
func (c *campaign) differing(out *outcome) *Finding {
	d := out.differs
	s := out.script.Clone()
	s.Steps = s.Steps[:d.step+1]
	words := map[byte]string{'O': "OK", 'E': "ERROR"}
	f := &Finding{Kind: differs, Cause: d.cause, Script: s, Session: out.index, Shown: 1, Replays: 1, Failure: verdict.Failure{
		Message: verdict.Textf("%s answers %s, %s answers %s", "%s menjawab %s, %s menjawab %s", c.pt.Server.Address, words[d.got], c.other.Server.Address, words[d.than]),
		Actual:  words[d.got], Caret: -1, Expected: []verdict.Text{{EN: words[d.than], ID: words[d.than]}},
		Reproduce: script.Shell(s, c.setting()),
	}}
	if slices.ContainsFunc(c.ledger.differences, func(o *Finding) bool { return o.Cause == d.cause }) {
		return f
	}
	one, two := play.New(c.pt, c.scopes), play.New(c.other, c.scopes)
	defer one.Close()
	defer two.Close()
	reduced, _ := shrink.Reduce(c.ctx, s, shrink.Budget{Replays: 100, Time: 2 * time.Second}, func(ctx context.Context, s *script.Script) (int, bool, error) {
		found, err := one.Play(ctx, s, play.Care{Fresh: true, Hasty: true})
		if found != nil || err != nil {
			return 0, false, err
		}
		again := c.compare(two, &outcome{script: s, trace: one.Trace()})
		if again == nil || again.cause != d.cause {
			return 0, false, nil
		}
		return again.step, true, nil
	})
	f.Script, f.Tries, f.Spent = reduced.Script, reduced.Replays, reduced.Spent
	f.Failure.Reproduce = script.Shell(f.Script, c.setting())
	return f
}
