package runner

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/cucumber/godog"
)

// stage is when a scenario may run.
type stage int

const (
	together stage = iota // side by side with all others of the first six
	general               // what holds for every command: after each command was met by itself
	unlinked              // while the two servers are not linked yet, side by side
	linking               // links them for the first time
	linked                // once they may be linked, side by side
	cut                   // while their link is cut, one at a time, after all that need it
	alone                 // with no other scenario under way
	last                  // hostile: alone, after everything else
	nStages
)

// stageTags say in a feature what its scenarios need. Without one, they may
// run at any time.
var stageTags = map[string]stage{
	"@belum-terhubung": unlinked,
	"@menghubungkan":   linking,
	"@terhubung":       linked,
	"@sebaliknya":      cut, // linking the other way round may undo what others use
	"@berulang":        cut, // and so may linking again
	"@terputus":        cut,
	"@sendiri":         alone,
	"@terakhir":        last,
}

func stageOf(p *godog.Scenario) stage {
	at := together
	if strings.HasPrefix(requirement(p), "WIRE-") {
		at = general
	}
	for _, tag := range p.Tags {
		at = max(at, stageTags[tag.Name])
	}
	return at
}

// waitsFor are the stages that must be over before one begins.
var waitsFor = [nStages][]stage{
	general: {together},
	linking: {unlinked},
	linked:  {unlinked, linking},
	cut:     {unlinked, linking, linked},
	alone:   {together, general, unlinked, linking, linked, cut},
	last:    {together, general, unlinked, linking, linked, cut, alone},
}

// schedule gives scenarios their turn.
type schedule struct {
	mu      sync.Mutex
	waiting []*turn // in the order in which they came
	slots   int
	single  bool              // one scenario at a time
	free    int               // slots nobody has
	left    [nStages]int      // scenarios that have not ended
	busy    [nStages]int      // scenarios under way
	queue   [nStages][]string // the pickles of stages that keep the order of the features; of all, where single
}

// turn is a scenario's wait for its turn.
type turn struct {
	at   stage
	id   string
	come chan struct{} // closed when it may run
}

// newSchedule plans pickles in the order of the features.
func newSchedule(jobs int, pickles []*godog.Scenario) *schedule {
	s := &schedule{slots: max(jobs, 1), free: max(jobs, 1), single: jobs <= 1}
	for _, p := range pickles {
		at := stageOf(p)
		s.left[at]++
		if at.ordered() || s.single {
			s.queue[at] = append(s.queue[at], p.Id)
		}
	}
	return s
}

// ordered tells whether the scenarios of a stage run in the order of the
// features: what one leaves behind must always meet the same next.
func (at stage) ordered() bool { return at == cut || at == last }

// begin waits until a scenario of the stage may run. It returns ctx's error if
// that ends first; then the scenario has no slot.
func (s *schedule) begin(ctx context.Context, at stage, id string) error {
	w := &turn{at, id, make(chan struct{})}
	s.mu.Lock()
	s.waiting = append(s.waiting, w)
	s.grant()
	s.mu.Unlock()
	select {
	case <-w.come:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.waiting, w)
	if i < 0 {
		return nil // its turn came just before
	}
	s.waiting = slices.Delete(s.waiting, i, i+1)
	return ctx.Err()
}

// grant gives slots to those who wait and may run. It wakes nobody else: with
// hundreds of scenarios that would cost more than all that they ask.
func (s *schedule) grant() {
	s.waiting = slices.DeleteFunc(s.waiting, func(w *turn) bool {
		if !s.may(w.at, w.id) {
			return false
		}
		s.free--
		s.busy[w.at]++
		s.drop(w.at, w.id)
		close(w.come)
		return true
	})
}

// drop takes a scenario out of the queue of its stage.
func (s *schedule) drop(at stage, id string) {
	s.queue[at] = slices.DeleteFunc(s.queue[at], func(other string) bool { return other == id })
}

func (s *schedule) may(at stage, id string) bool {
	if exclusive := at == linking || at >= cut; s.free <= 0 || exclusive && s.busy[at] > 0 {
		return false
	}
	if len(s.queue[at]) > 0 && s.queue[at][0] != id {
		return false
	}
	for _, before := range waitsFor[at] {
		if s.left[before] > 0 {
			return false
		}
	}
	return true
}

// widen lets more scenarios run side by side: slots in all, if that is more.
func (s *schedule) widen(slots int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slots > s.slots {
		s.free += slots - s.slots
		s.slots = slots
		s.grant()
	}
}

// move makes a scenario of one stage one of another, which has to wait for its
// turn there.
func (s *schedule) move(from, to stage, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.single {
		s.queue[to] = append(s.queue[to], id)
	}
	s.left[to]++
	s.left[from]--
	s.busy[from]--
	s.free++
	s.grant()
}

// end tells that a scenario of the stage is over, and whether it had a slot.
func (s *schedule) end(at stage, turn bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left[at]--
	if turn {
		s.busy[at]--
		s.free++
	}
	s.grant()
}
