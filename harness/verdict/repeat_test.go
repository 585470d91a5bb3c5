package verdict

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRepeated(t *testing.T) {
	run := func(statuses ...Status) *Report {
		r := &Report{}
		for i, s := range statuses {
			r.Requirements = append(r.Requirements, Judged{Requirement: Requirement{ID: string(rune('A' + i))}, Status: s})
		}
		return r
	}
	repeated := func(runs ...*Report) *Report {
		var p Repeats
		for _, r := range runs {
			p.Add(r)
		}
		return p.Report()
	}
	calm := repeated(run(Pass, Fail, Pass), run(Pass, Fail, Skip))
	assert.Empty(t, calm.Unstable)
	assert.Equal(t, 2, calm.Runs)

	runs := []*Report{run(Pass, Pass), run(Fail, Pass), run(Pass, Pass)}
	r := repeated(runs...)
	assert.Same(t, runs[1], r)
	assert.Equal(t, []Unstable{{Requirement: "A", Verdicts: Counts{Pass: 2, Fail: 1}}}, r.Unstable)

	dead := &Report{Untestable: true}
	assert.Same(t, dead, repeated(run(Fail, Fail), dead))

	once := run(Pass)
	assert.Same(t, once, repeated(once))
	assert.Zero(t, once.Runs)
}
