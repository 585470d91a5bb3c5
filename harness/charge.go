package harness

import (
	"github.com/protokol-chat/chatspec/harness/reproduce"
	"github.com/protokol-chat/chatspec/harness/runner"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// examples is how many scenarios tell of a requirement that others found
// broken: enough to see it, not a wall.
const examples = 2

// charge turns what was observed into scenarios of a report. What a scenario
// saw broken beside its own requirement (the form of a result, or what it had
// to prepare) is charged to the requirement that it breaks, where none of that
// requirement's own scenarios saw it. others are such requirements that were
// not wanted.
func charge(observed []runner.Observed, wanted map[string]bool) (scenarios []verdict.Scenario, others map[string]bool) {
	own := map[string]bool{}
	for _, o := range observed {
		if o.Status == verdict.Fail {
			own[o.Requirement] = true
		}
	}
	others = map[string]bool{}
	told := map[string]int{}
	add := func(o runner.Observed, requirement string, failure verdict.Failure) {
		if own[requirement] || told[requirement] >= examples {
			return
		}
		told[requirement]++
		others[requirement] = !wanted[requirement]
		s := o.Scenario
		s.Requirement, s.Status, s.Reason, s.Failure = requirement, verdict.Fail, verdict.Text{}, &failure
		failure.Reproduce = reproduce.Script(o.Nonce, s.Transcript)
		scenarios = append(scenarios, s)
	}
	for _, o := range observed {
		s := o.Scenario
		if o.Blamed != "" {
			s.Failure = nil
		}
		if s.Failure != nil {
			s.Failure.Reproduce = reproduce.Script(o.Nonce, s.Transcript)
		}
		if s.Status == verdict.Pass {
			s.Transcript = compact(s.Transcript)
		}
		scenarios = append(scenarios, s)
		if o.Blamed != "" {
			add(o, o.Blamed, *o.Failure)
		}
		for _, fault := range o.Faults {
			add(o, fault.Requirement, fault.Failure)
		}
	}
	return scenarios, others
}

// compact keeps of a passed scenario what shows how: reports of runs that pass
// stay small.
func compact(events []verdict.Event) []verdict.Event {
	const most = 60
	return events[:min(len(events), most)]
}
