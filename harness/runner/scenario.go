package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"time"

	"github.com/cucumber/godog"

	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/steps"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Observed is what one scenario observed.
type Observed struct {
	verdict.Scenario
	Blamed  string          // the requirement that a failed preparation breaks; "" for none
	Faults  []session.Fault // in the form of any result that came
	Nonce   string          // what the run's names share
	suspect bool            // the target was lost while it ran, and it missed an answer
	before  int             // how often requests like the one it missed the answer to were answered
	broken  time.Time       // when it did
	fault   error           // of chatspec itself
}

type scenarioKey struct{}

// scenario is one scenario under way. Its steps run one after the other.
type scenario struct {
	run    *steps.Run
	pickle *godog.Scenario
	limit  time.Duration
	at     stage
	turn   bool // it has a slot of the schedule
	epoch  int  // how often the target had been revived when it began

	world  *steps.World
	ctx    context.Context
	cancel context.CancelFunc
	began  time.Time
	took   time.Duration // until its steps were over; what it then waits for is not its own
	late   bool          // it was over its limit by then
	err    error         // of the first step that did not pass
	fault  error         // of chatspec itself
}

func (s *scenario) begin(ctx context.Context) {
	s.ctx, s.cancel = context.WithTimeout(ctx, s.limit)
	s.began = time.Now()
	s.world = steps.NewWorld(s.ctx, s.run)
}

// over notes that the steps are over.
func (s *scenario) over() {
	if s.world != nil {
		s.took, s.late = time.Since(s.began), s.ctx.Err() != nil
	}
}

// step runs one step, unless one before it did not pass.
func (s *scenario) step(do func(*steps.World) error) {
	if s.err != nil || s.world == nil {
		return
	}
	s.err = fenced(s.ctx, s.world, do)
	var broken *brokenStep
	if errors.As(s.err, &broken) {
		s.fault = fmt.Errorf("%s:%d: %w", s.pickle.Uri, line(s.pickle), broken)
	}
}

// brokenStep is a step that did what no step may: it panicked, ended its
// goroutine or did not come back.
type brokenStep struct {
	why  string
	lost bool // it may still be using the world
}

func (b *brokenStep) Error() string { return b.why }

// returns is how long a step may take to come back when its time is over.
const returns = 2 * time.Second

// fenced runs a step in a goroutine of its own, and comes back soon after ctx
// ends whether the step does or not.
func fenced(ctx context.Context, w *steps.World, do func(*steps.World) error) error {
	done := make(chan error, 1)
	go func() {
		var err error = &brokenStep{why: "a step ended its goroutine"}
		defer func() {
			if fault := recover(); fault != nil {
				err = &brokenStep{why: fmt.Sprintf("a step panicked: %v\n%s", fault, debug.Stack())}
			}
			done <- err
		}()
		err = do(w)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	grace := time.NewTimer(returns)
	defer grace.Stop()
	select {
	case err := <-done:
		return err
	case <-grace.C:
		return &brokenStep{why: "a step did not come back", lost: true}
	}
}

// doubtful tells whether the scenario failed by a silence that more patience
// may dispel.
func (s *scenario) doubtful() bool {
	f := failed(s.err)
	return s.world != nil && f != nil && f.Silent && s.run.Unfit().IsZero()
}

// confirm runs the scenario once more, on fresh connections and with more
// patience.
func (s *scenario) confirm(ctx context.Context) {
	s.world.Close()
	s.cancel()
	again := &scenario{run: s.run, pickle: s.pickle, limit: s.limit, at: s.at}
	again.begin(ctx)
	again.world.Patience = patience
	for _, step := range s.pickle.Steps {
		do, err := find(step)
		if err != nil {
			again.err, again.fault = err, err
			break
		}
		again.step(do)
	}
	again.over()
	again.turn = s.turn
	*s = *again
}

// patience is how long, at least, a confirming scenario waits for a result.
const patience = 2 * time.Second

// end closes the scenario and gives what it observed. After a hostile one the
// target must still serve somebody.
func (s *scenario) end(ctx context.Context, at stage, canary *canary) Observed {
	hostile := at == last
	o := Observed{Scenario: verdict.Scenario{
		URI: s.pickle.Uri, Line: line(s.pickle), Name: s.pickle.Name, Requirement: requirement(s.pickle),
	}, Nonce: s.run.Names.Nonce(), fault: s.fault}
	if s.world == nil {
		o.judge(s.err)
		return o
	}
	o.Duration = s.took
	o.Transcript = s.world.Log.Events()
	var broken *brokenStep
	if !errors.As(s.err, &broken) || !broken.lost {
		s.world.Settle()
		s.world.Close()
	}
	s.cancel()
	switch {
	case ctx.Err() != nil && s.err != nil:
		s.err = &steps.Skipped{Reason: verdict.Textf("the run was interrupted here", "uji dihentikan di sini")}
	case s.late && s.err != nil && broken == nil:
		s.err = &steps.Failed{Failure: verdict.Failure{
			Message: verdict.Textf("this took longer than %s", "skenario ini melebihi %s", s.limit), Caret: -1,
		}}
	}
	if !hostile { // whatever a hostile client gets is right
		o.Faults = s.world.Notes.Faults()
	}
	o.judge(s.err)
	if hostile && ctx.Err() == nil {
		s.aftermath(ctx, &o, canary)
	}
	if f := failed(s.err); f != nil && f.Cut && at < alone && !s.run.Unfit().IsZero() {
		o.suspect, o.broken, o.before = true, s.cut(o.Transcript), math.MaxInt
		if f.Shape != "" {
			o.before = s.run.Answered(f.Shape)
		}
	}
	return o
}

// canary asks, after each hostile scenario, whether an honest client is still
// served in full.
type canary struct {
	asked, sings bool
}

// first finds out, before the first hostile scenario, whether it can be asked
// at all. Hostile scenarios run one at a time.
func (c *canary) first(ctx context.Context, run *steps.Run) {
	if !c.asked {
		c.asked, c.sings = true, run.Canary(ctx) == nil
	}
}

// aftermath makes a scenario that passed a failure where the target serves
// nobody after it. What comes after it cannot be judged.
func (s *scenario) aftermath(ctx context.Context, o *Observed, canary *canary) {
	if !canary.sings {
		s.run.Target.Check(ctx)
	} else if err := s.run.Canary(ctx); err != nil {
		s.run.Target.Check(ctx)
		if s.run.Unfit().IsZero() && ctx.Err() == nil {
			err = s.run.Canary(ctx)
		}
		if f := failed(err); f != nil && ctx.Err() == nil && s.run.Unfit().IsZero() {
			s.run.Target.Lose(f.Message)
		}
	}
	lost := s.run.Unfit()
	if lost.IsZero() || o.Status == verdict.Fail {
		return
	}
	o.Status, o.Reason, o.Blamed, o.Failure = verdict.Fail, verdict.Text{}, "", &verdict.Failure{
		Message:  verdict.Textf("after this the server serves nobody any more: ", "setelah ini server tidak melayani siapa pun lagi: ").And(lost),
		Expected: []verdict.Text{verdict.Textf("an answer on a new connection", "jawaban di koneksi baru")},
		Caret:    -1,
	}
}

// cut is when the first connection ended or fell silent.
func (s *scenario) cut(transcript []verdict.Event) time.Time {
	for _, e := range transcript {
		if e.Dir == verdict.Closed || e.Dir == verdict.Reset || e.Dir == verdict.Silent {
			return s.began.Add(e.At)
		}
	}
	return time.Now()
}

func (o *Observed) judge(err error) {
	var skipped *steps.Skipped
	var blamed *steps.Blamed
	var broken *brokenStep
	switch failure := failed(err); {
	case err == nil:
		o.Status = verdict.Pass
	case errors.As(err, &blamed):
		o.Status, o.Blamed, o.Failure = verdict.Skip, blamed.Requirement, &blamed.Failure
		o.Reason = verdict.Textf("it could not be prepared, as %s is broken: ", "tidak dapat disiapkan, karena %s dilanggar: ", blamed.Requirement).And(blamed.Message)
	case failure != nil:
		o.Status, o.Failure = verdict.Fail, &failure.Failure
	case errors.As(err, &skipped):
		o.Status, o.Reason = verdict.Skip, skipped.Reason
	case errors.As(err, &broken):
		o.Status, o.Reason = verdict.Skip, verdict.Textf("chatspec failed here", "chatspec gagal di sini")
	default:
		o.Status, o.Reason = verdict.Skip, verdict.Text{EN: err.Error(), ID: err.Error()}
	}
}

// failed gives the failure that err is or holds, nil where it is none.
func failed(err error) *steps.Failed {
	var blamed *steps.Blamed
	if errors.As(err, &blamed) {
		return &blamed.Failed
	}
	var f *steps.Failed
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// charge names the culprit where the target was lost with several scenarios
// under way: the one that missed the answer to what was answered least before,
// and of several the first. The others are innocent as far as anybody knows.
func charge(list []Observed) {
	var culprit *Observed
	for i := range list {
		o := &list[i]
		if o.suspect && (culprit == nil || o.before < culprit.before || o.before == culprit.before && o.broken.Before(culprit.broken)) {
			culprit = o
		}
	}
	for i := range list {
		if o := &list[i]; o.suspect && o != culprit {
			o.Status, o.Failure, o.Blamed = verdict.Skip, nil, ""
			o.Reason = verdict.Textf("the server stopped serving while this ran, probably because of %s (%s:%d)",
				"server berhenti melayani selagi ini berjalan, mungkin karena %s (%s:%d)", culprit.Requirement, culprit.URI, culprit.Line)
		}
	}
}
