package fuzz

import (
	"context"
	"math"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/fuzz/shrink"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const (
	confirmations = 3
	// How often a session is played that does not always show the same, and
	// while it is reduced.
	measured, maxAttempts = 10, 8
	// What a reduction waits for a message: it knows that the session fails,
	// and the last word has a replay with all patience.
	hastyArrival = 10 * time.Millisecond
	hangBudget   = 60 * time.Second
)

// reduce makes the shortest session that shows the same, and sees how reliably
// it does. Only who is patient believes that what does not show at once needs
// time.
func (c *campaign) reduce(s *shown, patient bool) Finding {
	if s.relation != nil {
		return c.related(s)
	}
	f := Finding{Script: s.script, Session: s.session, Count: 1, reused: s.finding.Reused}
	p := play.New(c.target, c.scopes)
	defer p.Close()
	last := s.finding
	if c.ctx.Err() == nil && !c.gone {
		last = c.shorten(p, s, &f, patient)
	}
	switch id := manner(f.Script); {
	case f.Shown > 0 && id != "" && id != last.Requirement:
		last.Also = id
	case f.Shown == 0 && last.Rule != "": // how it was sent need not matter
		last.Requirement, last.Also = last.Rule, ""
	}
	f.Script = f.Script.Clone()
	f.tell(last, c.setting())
	return f
}

// shorten reduces the session into f and gives what its last replay showed.
func (c *campaign) shorten(p *play.Player, s *shown, f *Finding, patient bool) *play.Finding {
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

	played := 0
	show := func(ctx context.Context, sc *script.Script, care play.Care) (*play.Finding, error) {
		played++
		return replay(ctx, sc, care)
	}

	// Does it show alone, and each time?
	shows, n := c.rate(patient && !hang, func() (*play.Finding, error) { return replay(c.ctx, s.script, hasty) })
	if shows == 0 { // once more, with all patience
		var found *play.Finding
		if patient {
			n++
			found, _ = replay(c.ctx, s.script, play.Care{})
		}
		if found == nil {
			f.Shown, f.Replays = 0, n
			f.unreliable(s.finding)
			return s.finding
		}
		hasty = play.Care{}
		shows++
	}
	if time.Now().After(c.until) {
		f.Shown, f.Replays, f.Spent = shows, n, true
		return s.finding
	}
	tries := attempts(shows, n)
	budget := shrink.Budget{}
	if hang {
		budget.Time = hangBudget
	}
	last, began := s.finding, time.Now()
	reduced, _ := shrink.Reduce(c.ctx, s.script, budget, func(ctx context.Context, sc *script.Script) (int, bool, error) {
		for range tries {
			if found, err := show(ctx, sc, hasty); found != nil || err != nil {
				if found == nil {
					return 0, false, err
				}
				last = found
				return found.Step, true, nil
			}
		}
		return 0, false, nil
	})
	f.Script, f.Tries, f.Took, f.Spent = reduced.Script, played, time.Since(began), reduced.Spent
	care := play.Care{} // the first time with all patience
	f.Shown, f.Replays = c.rate(!hang, func() (*play.Finding, error) {
		found, err := replay(c.ctx, f.Script, care)
		if found != nil {
			last, care = found, hasty
		}
		return found, err
	})
	switch {
	case f.Shown == 0 && tries > 1: // the session as it was shows it more often
		f.Script, last = s.script, s.finding
		f.Shown, f.Replays = shows, n
	case f.Shown == 0: // what was hasty was wrong
		f.Script = s.script
		f.late = last.Kind == oracle.Lost
	}
	if f.Shown < f.Replays {
		f.unreliable(last)
	}
	return last
}

// rate plays a session a few times: more often if it does not show each time
// what it is to show, and is cheap.
func (c *campaign) rate(cheap bool, show func() (*play.Finding, error)) (shows, n int) {
	for n < confirmations || n < measured && shows < n && cheap {
		found, err := show()
		if err != nil && found == nil {
			break
		}
		n++
		if found != nil {
			shows++
		}
	}
	return shows, n
}

// attempts is how often a session is played before it is believed not to show
// what others showed in so many of n cases: it would be wrong once in twenty.
func attempts(shows, n int) int {
	if shows == n {
		return 1
	}
	p := float64(shows) / float64(n)
	return min(int(math.Ceil(math.Log(0.05)/math.Log(1-p))), maxAttempts)
}

// manner is the requirement about how requests are sent that a reduced script
// shows: sent in the plain way they do not show it, or it would be sent so.
func manner(s *script.Script) string {
	for _, st := range s.Steps {
		switch st.How {
		case script.Pieces, script.Dribbled:
			return "WIRE-10"
		case script.Joined:
			return "WIRE-11"
		case script.Half:
			return "ROBUST-10"
		case script.Blank:
			return "ROBUST-8"
		}
	}
	return ""
}

// certain tells whether the finding is a verdict on the server: it shows again,
// or what it showed once cannot be explained by time, or by what went before on
// its connections.
func (f *Finding) certain() bool {
	timely := f.Kind == string(oracle.Lost) || f.Kind == string(oracle.Silent) || f.Kind == string(oracle.Differs)
	return f.Shown > 0 || f.Kind == string(oracle.Died) || !f.reused && !timely
}

// unreliable says how many replays showed it.
func (f *Finding) unreliable(found *play.Finding) {
	why := verdict.Textf("perhaps it depends on what other clients do at the same time", "mungkin bergantung pada apa yang dilakukan client lain pada saat yang sama")
	if f.Shown > 0 {
		why = verdict.Textf("the server does not do the same each time", "server tidak selalu melakukan hal yang sama")
	}
	hint := verdict.Textf("%d of %d replays showed it: "+why.EN+".", "%d dari %d pengulangan menunjukkannya: "+why.ID+".", f.Shown, f.Replays)
	if before := found.Failure.Hint; !before.IsZero() {
		hint = verdict.Text{EN: before.EN + " " + hint.EN, ID: before.ID + " " + hint.ID}
	}
	found.Failure.Hint = hint
}

func (c *campaign) setting() *script.Setting { return settingOf(c.target) }
