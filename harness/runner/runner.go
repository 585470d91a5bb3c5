// Package runner runs the scenarios of the features against a target: side by
// side where they allow it, alone where they do not, hostile ones last. It
// keeps Gherkin behind a fence: whatever a step does (wait for ever, panic, end
// its goroutine), the run goes on and the scenario gets a verdict.
package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cucumber/godog"

	"github.com/protokol-chat/chatspec/harness/steps"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Config says what to run.
type Config struct {
	Features fs.FS                         // with the folder "features"
	Run      *steps.Run                    // what the scenarios share
	Wanted   func(requirement string) bool // which requirements are judged
	Jobs     int                           // scenarios side by side, 1 or more
	MostJobs int                           // once answers fail to come: waiting costs a target nothing
	Limit    time.Duration                 // the longest a scenario may take

	// Progress is called after each scenario; never from two goroutines at
	// once. It may be nil.
	Progress func(done, all int)
}

// Run runs the scenarios that show the wanted requirements, and gives what they
// observed in the order of the features, see Observed. When ctx ends, what has
// not begun is skipped. The error is a fault of chatspec itself: features that
// cannot be read, a step that nobody knows, a scenario that was not run.
func Run(ctx context.Context, c Config) ([]Observed, error) {
	suite := godog.TestSuite{Name: "chatspec", Options: &godog.Options{
		Format:         silent,
		Output:         io.Discard,
		Paths:          []string{"features"},
		FS:             c.Features,
		Strict:         true,
		DefaultContext: ctx,
	}}
	features, err := suite.RetrieveFeatures()
	if err != nil {
		return nil, fmt.Errorf("the features cannot be read: %w", err)
	}
	r := &run{Config: c, observed: map[string]Observed{}}
	var planned []*godog.Scenario
	all := 0
	for _, f := range features {
		for _, p := range f.Pickles {
			all++
			if id := requirement(p); c.Wanted(id) {
				planned = append(planned, p)
			}
		}
	}
	if r.planned = len(planned); r.planned == 0 {
		return nil, nil
	}
	r.schedule = newSchedule(c.Jobs, planned)
	// All scenarios begin at once and wait for their turn: when each may run
	// is the schedule's business.
	suite.Options.Concurrency = all + 1
	suite.TestSuiteInitializer = func(ts *godog.TestSuiteContext) { r.initialize(ts.ScenarioContext()) }
	suite.Run() // its exit code says less than what was observed
	return r.results()
}

// run is a Run under way.
type run struct {
	Config
	schedule *schedule
	planned  int
	doubt    doubt
	canary   canary
	revivals revivals

	mu       sync.Mutex
	observed map[string]Observed // by the pickle's id
	faults   []error             // of chatspec itself
}

// initialize gives the suite its steps and hooks. It is the only place where any
// are registered: scenarios that run at the same time share these, and what one
// of them added would reach others. What is a scenario's own is in its context.
func (r *run) initialize(sc *godog.ScenarioContext) {
	for i := range definitions {
		sc.Step(definitions[i].pattern, definitions[i].handler)
	}
	sc.Before(r.before)
	sc.After(r.after)
}

func (r *run) before(ctx context.Context, p *godog.Scenario) (context.Context, error) {
	if !r.Wanted(requirement(p)) {
		return ctx, godog.ErrSkip
	}
	s := &scenario{run: r.Run, pickle: p, limit: r.Limit, at: stageOf(p)}
	ctx = context.WithValue(ctx, scenarioKey{}, s)
	if s.turn = r.schedule.begin(ctx, s.at, p.Id) == nil; s.turn && r.revivable() {
		r.retreat(ctx, s)
		r.revive()
	}
	s.epoch = r.revived()
	switch lost := r.Run.Unfit(); {
	case !s.turn:
		s.err = interrupted
	case ctx.Err() != nil:
		s.err = interrupted
	case !lost.IsZero():
		s.err = &steps.Skipped{Reason: verdict.Textf("the server serves nobody any more: ", "server tidak lagi melayani siapa pun: ").And(lost)}
	default:
		if s.at == last {
			r.canary.first(ctx, r.Run)
		}
		s.begin(ctx)
	}
	return ctx, nil
}

var interrupted = &steps.Skipped{Reason: verdict.Textf("the run was interrupted before it", "uji dihentikan sebelum ini")}

func (r *run) after(ctx context.Context, p *godog.Scenario, err error) (context.Context, error) {
	s, ok := ctx.Value(scenarioKey{}).(*scenario)
	if !ok {
		return ctx, nil
	}
	s.over()
	if err != nil && s.err == nil { // godog's own: undefined, ambiguous, …
		r.fault(fmt.Errorf("%s:%d: %w", p.Uri, line(p), err))
	}
	if s.doubtful() {
		r.schedule.widen(r.MostJobs)
	}
	switch {
	case ctx.Err() != nil:
	case r.suspect(s):
		r.again(ctx, s)
	case s.doubtful() && r.doubt.enter():
		r.again(ctx, s)
	}
	observed := s.end(ctx, s.at, &r.canary)
	r.mu.Lock()
	r.observed[p.Id] = observed
	if r.Progress != nil {
		r.Progress(len(r.observed), r.planned)
	}
	r.mu.Unlock()
	r.schedule.end(s.at, s.turn)
	// What was found is ours to report: godog only learns that it may go on.
	return ctx, nil
}

// again runs a scenario that failed by silence, or while the target died, once
// more, alone and with more patience, before that is believed.
func (r *run) again(ctx context.Context, s *scenario) {
	if s.at < alone {
		s.world.Close()
		if r.retreat(ctx, s); !s.turn {
			s.err = interrupted
			return
		}
		if r.doubt.settled() && !r.revivable() && s.epoch == r.revived() {
			return
		}
	}
	r.revive()
	if !r.Run.Unfit().IsZero() {
		return
	}
	began := time.Now()
	s.confirm(ctx)
	s.epoch = r.revived()
	r.doubt.leave(!s.doubtful(), time.Since(began))
}

// retreat makes a scenario wait until it is alone.
func (r *run) retreat(ctx context.Context, s *scenario) {
	if s.at < alone {
		r.schedule.move(s.at, alone, s.pickle.Id)
		s.at = alone
		s.turn = r.schedule.begin(ctx, alone, s.pickle.Id) == nil
	}
}

// doubt decides how many silences are worth a second look: once some were
// confirmed and hardly any cleared, or that took long, the others are believed.
type doubt struct {
	mu                 sync.Mutex
	confirmed, cleared int
	took               time.Duration
}

const (
	enough    = 4
	longDoubt = 8 * time.Second
)

func (d *doubt) enter() bool { return !d.settled() }

func (d *doubt) settled() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.confirmed >= enough && d.confirmed > 2*d.cleared || d.took > longDoubt
}

func (d *doubt) leave(cleared bool, took time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.took += took
	if cleared {
		d.cleared++
	} else {
		d.confirmed++
	}
}

func (r *run) fault(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, err)
}

func (r *run) results() ([]Observed, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Observed, 0, len(r.observed))
	for _, o := range r.observed {
		if o.fault != nil {
			r.faults = append(r.faults, o.fault)
		}
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b Observed) int {
		return strings.Compare(fmt.Sprintf("%s:%06d", a.URI, a.Line), fmt.Sprintf("%s:%06d", b.URI, b.Line))
	})
	charge(list)
	if len(list) != r.planned {
		r.faults = append(r.faults, fmt.Errorf("%d scenarios were planned and %d were run", r.planned, len(list)))
	}
	return list, errors.Join(r.faults...)
}

var idTag = regexp.MustCompile(`^@([A-Z]+-[1-9][0-9]*)$`)

// requirement is the id that a scenario's Aturan is tagged with.
func requirement(p *godog.Scenario) string {
	for _, tag := range p.Tags {
		if m := idTag.FindStringSubmatch(tag.Name); m != nil {
			return m[1]
		}
	}
	return ""
}

// line is where a scenario stands in its feature; for one of an outline, the
// row of its example.
func line(p *godog.Scenario) int {
	if p.Location == nil {
		return 0
	}
	return int(p.Location.Line)
}
