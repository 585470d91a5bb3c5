package wire

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestPace(t *testing.T) {
	const ms, s = time.Millisecond, time.Second
	for name, c := range map[string]struct {
		limit          time.Duration
		observed       []time.Duration
		silences       int
		unterminated   bool
		first, confirm time.Duration
	}{
		"nothing known":       {limit: 10 * s, first: 500 * ms, confirm: 2 * s},
		"a quick target":      {limit: 10 * s, observed: []time.Duration{ms, 2 * ms}, first: 500 * ms, confirm: 2 * s},
		"a slow target":       {limit: 10 * s, observed: []time.Duration{ms, 200 * ms, 200 * ms}, first: 1600 * ms, confirm: 4800 * ms},
		"slow once, long ago": {limit: 10 * s, observed: append([]time.Duration{400 * ms}, slices.Repeat([]time.Duration{ms}, 300)...), first: 500 * ms, confirm: 2 * s},
		"slower than allowed": {limit: 3 * s, observed: []time.Duration{s}, first: 3 * s, confirm: 3 * s},
		"a short limit":       {limit: 100 * ms, first: 100 * ms, confirm: 100 * ms},
		"seven silences":      {limit: 10 * s, silences: 7, first: 500 * ms, confirm: 2 * s},
		"eight silences":      {limit: 10 * s, silences: 8, first: 500 * ms, confirm: 0},
		"unterminated":        {limit: 10 * s, unterminated: true, first: 500 * ms, confirm: 2 * s},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewPace(c.limit)
			for _, d := range c.observed {
				p.Observe(d)
			}
			for range c.silences {
				p.Silence()
			}
			if c.unterminated {
				p.Unterminated()
			}
			assert.Equal(t, c.first, p.First().Wait)
			assert.Equal(t, c.confirm, p.Confirm().Wait)
			longest := c.limit
			if c.silences >= 8 {
				longest = c.first // a target that is silent so often keeps nobody waiting
			}
			assert.Equal(t, longest, p.Longest().Wait)
			assert.Equal(t, c.silences < 8, p.Patient())
			assert.Equal(t, !c.unterminated, p.Terminated())
			assert.Equal(t, c.unterminated, p.First().Grace > 0)
			assert.Equal(t, c.unterminated, p.Longest().Grace > 0)
		})
	}
}

func TestTypical(t *testing.T) {
	const ms, s = time.Millisecond, time.Second
	for name, c := range map[string]struct {
		observed []time.Duration
		from, to time.Duration
	}{
		"nothing known":      {nil, 0, 0},
		"always the same":    {slices.Repeat([]time.Duration{50 * ms}, 10), 50 * ms, 50 * ms},
		"slower from now on": {append([]time.Duration{ms}, slices.Repeat([]time.Duration{50 * ms}, 40)...), 45 * ms, 50 * ms},
		"held up once":       {[]time.Duration{10 * ms, 10 * ms, 3 * s}, 10 * ms, 15 * ms},
		"held up at first":   {append([]time.Duration{3 * s}, slices.Repeat([]time.Duration{ms}, 30)...), ms, 100 * ms},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewPace(time.Hour)
			for _, d := range c.observed {
				p.Observe(d)
			}
			assert.GreaterOrEqual(t, p.Typical(), c.from)
			assert.LessOrEqual(t, p.Typical(), c.to)
		})
	}
}

func TestPaceIsSharedByGoroutines(t *testing.T) {
	p := NewPace(time.Hour)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 100 {
				p.Observe(time.Duration(i*100 + j))
				_ = p.First()
			}
		})
	}
	wg.Wait()
	assert.Positive(t, p.Slowest())
	assert.LessOrEqual(t, p.Slowest(), time.Duration(799))
}
