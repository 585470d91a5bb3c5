package campaign

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/protokol-chat/chatspec/fuzz/corpus"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Result is what a campaign came to.
type Result struct {
	Status
	Seed        uint64
	Findings    []*Finding // one a cause, those that break a requirement first
	Unconfirmed []*Finding // what did not come again; it breaks nothing
	Differences []*Finding // from what the other server answers; the specification may well leave them open
	Unreadable  []corpus.Unreadable
	Judged      map[string]int // how often each requirement was judged
	Stopped     verdict.Text   // why the campaign ended before it should; zero if it did not
}

// Scenarios makes verdicts of the findings up to a level, and of what was judged
// without one. level gives that of a requirement.
func (r *Result) Scenarios(wanted func(requirement string) bool) []verdict.Scenario {
	var all []verdict.Scenario
	failed := map[string]bool{}
	for _, f := range r.Findings {
		uri := "fuzz"
		if len(f.Folders) > 0 {
			uri = filepath.ToSlash(f.Folders[0])
		}
		for _, id := range []string{f.Requirement, f.Also} {
			if !wanted(id) {
				continue
			}
			failed[id] = true
			failure := f.Failure
			all = append(all, verdict.Scenario{
				URI: uri, Line: 1, Name: fmt.Sprintf("%s, seed %d, session %d", f.Kind, r.Seed, f.Session), Requirement: id,
				Status: verdict.Fail, Failure: &failure, Transcript: f.Transcript,
			})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(r.Judged)) {
		if !failed[id] && wanted(id) {
			all = append(all, verdict.Scenario{
				URI: "fuzz", Name: fmt.Sprintf("%d of %d results, seed %d", r.Judged[id], r.Requests, r.Seed), Requirement: id, Status: verdict.Pass,
			})
		}
	}
	return all
}
