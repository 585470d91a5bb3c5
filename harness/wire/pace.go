package wire

import (
	"sync/atomic"
	"time"
)

// How long a silence is believed to be one. The work of a run costs nothing,
// its waits cost everything: so they follow the target's own pace.
const (
	shortestWait    = 500 * time.Millisecond // no machine is so loaded that an answer takes longer by chance alone
	shortestConfirm = 2 * time.Second
	memory          = 64 // answers, roughly, until a slow one no longer counts
	trips           = 8  // a silence is this many of the slowest round trips
	patientSilences = 8  // after so many confirmed silences the next are believed sooner
)

// Pace measures how fast a target answers and derives how long to wait for it.
// It is safe for use by several goroutines.
type Pace struct {
	limit    time.Duration
	slowest  atomic.Int64
	typical  atomic.Int64
	fastest  atomic.Int64
	silences atomic.Int32
	grace    atomic.Int64
}

// NewPace begins with nothing measured. No single wait will exceed limit.
func NewPace(limit time.Duration) *Pace { return &Pace{limit: limit} }

// Observe notes that an answer took d.
func (p *Pace) Observe(d time.Duration) {
	for {
		old := p.fastest.Load()
		if old != 0 && int64(d) >= old || p.fastest.CompareAndSwap(old, int64(d)) {
			break
		}
	}
	if old := p.typical.Load(); old == 0 {
		p.typical.Store(int64(d))
	} else {
		p.typical.Store(old + (min(int64(d), 4*old)-old)/8) // an update that is lost to another does no harm
	}
	for {
		old := p.slowest.Load()
		next := max(int64(d), old-(old-int64(d))/memory)
		if next == old || p.slowest.CompareAndSwap(old, next) {
			return
		}
	}
}

// Slowest is the longest that an answer took of late: one that was held up by
// chance is forgotten, little by little, with each that was not.
func (p *Pace) Slowest() time.Duration { return time.Duration(p.slowest.Load()) }

// Typical is how long an answer took of late, smoothed: one that was held up
// hardly changes it, however long it took.
func (p *Pace) Typical() time.Duration { return time.Duration(p.typical.Load()) }

// Fastest is the shortest that an answer took so far: what the target can do
// where nothing holds it up.
func (p *Pace) Fastest() time.Duration { return time.Duration(p.fastest.Load()) }

// Unterminated notes that the target's results lack their terminator, so that
// nobody waits for it in vain again.
func (p *Pace) Unterminated() { p.grace.Store(int64(15 * time.Millisecond)) }

// Terminated tells whether results are waited for to their terminator.
func (p *Pace) Terminated() bool { return p.grace.Load() == 0 }

// First is how long to wait before silence is suspected.
func (p *Pace) First() Patience {
	slowest := time.Duration(p.slowest.Load())
	wait := min(max(trips*slowest, shortestWait), p.limit)
	return Patience{Wait: wait, Grace: max(time.Duration(p.grace.Load()), 0)}
}

// Patient tells whether silences are still worth a second look: not after many
// were confirmed.
func (p *Pace) Patient() bool { return p.silences.Load() < patientSilences }

// Confirm is how much longer to wait before a suspected silence is declared,
// zero after many were.
func (p *Pace) Confirm() Patience {
	if !p.Patient() {
		return Patience{}
	}
	return p.Sure()
}

// Sure is how long to wait for an answer before it is sure that none comes.
func (p *Pace) Sure() Patience {
	first := p.First()
	first.Wait = min(max(3*first.Wait, shortestConfirm), p.limit)
	return first
}

// Silence notes that a silence was confirmed.
func (p *Pace) Silence() { p.silences.Add(1) }

// Longest is the longest wait for one result: where an answer may depend on a
// third party, as that of connect does. It too is shorter after many silences.
func (p *Pace) Longest() Patience {
	wait := p.limit
	if !p.Patient() {
		wait = min(wait, p.First().Wait)
	}
	return Patience{Wait: wait, Grace: time.Duration(p.grace.Load())}
}
