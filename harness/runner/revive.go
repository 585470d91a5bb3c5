package runner

import (
	"sync"

	"github.com/protokol-chat/chatspec/harness/target"
)

// mostRevivals is how often a target that was broken is started anew: what
// breaks more often than that has shown enough.
const mostRevivals = 25

// revivals counts how often the target was started anew.
type revivals struct {
	mu sync.Mutex
	n  int
}

func (r *run) revived() int {
	r.revivals.mu.Lock()
	defer r.revivals.mu.Unlock()
	return r.revivals.n
}

// revivable tells whether the target is lost and can be started anew.
func (r *run) revivable() bool {
	return r.Run.Power != nil && !r.Run.Unfit().IsZero() && r.revived() < mostRevivals
}

// revive starts a target that is lost anew, where somebody can. The scenario
// that calls it is alone.
func (r *run) revive() {
	if !r.revivable() {
		return
	}
	r.revivals.mu.Lock()
	defer r.revivals.mu.Unlock()
	r.revivals.n++
	err := r.Run.Power.Off()
	if err == nil {
		var address string
		if address, err = r.Run.Power.On(); err == nil {
			r.Run.Target.Revived(address)
			r.Run.Forget()
			return
		}
	}
	r.revivals.n = mostRevivals
	r.Run.Target.Lose(target.Diagnose(err))
}

// suspect tells whether a scenario missed an answer while the target died:
// perhaps because of it, perhaps because of another. It is tried alone on a
// target that was started anew.
func (r *run) suspect(s *scenario) bool {
	f := failed(s.err)
	return r.Run.Power != nil && s.at < alone && f != nil && f.Cut && (r.revivable() || s.epoch != r.revived())
}
