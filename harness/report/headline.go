package report

import (
	"fmt"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// An outcome is the verdict in one word; it agrees with the exit code.
type outcome string

const (
	passed  outcome = "pass"
	failing outcome = "fail"
	ended   outcome = "ended" // not judged to the end, and nothing failed until then
)

func outcomeOf(r *verdict.Report) outcome {
	switch r.ExitCode() {
	case verdict.ExitOK:
		return passed
	case verdict.ExitFailed:
		return failing
	}
	return ended
}

func symbol(r *verdict.Report) string {
	return map[outcome]string{passed: "✓", failing: "✗", ended: "!"}[outcomeOf(r)]
}

// headline is the verdict in one sentence, the first that a document says.
func headline(r *verdict.Report, lang verdict.Lang) string {
	failures, known := counted(r)
	switch {
	case r.Untestable:
		return label.CannotTest.In(lang)
	case outcomeOf(r) == ended:
		return label.Ended.In(lang)
	case failures > 0:
		return fmt.Sprintf(label.Fails.In(lang), failures, r.Gate)
	case known:
		return fmt.Sprintf(label.PassesKnown.In(lang), r.Gate)
	}
	return fmt.Sprintf(label.Passes.In(lang), r.Gate)
}

// counted gives the failures that make the exit code 1, and whether the
// baseline knows others.
func counted(r *verdict.Report) (failures int, known bool) {
	for _, j := range r.Requirements {
		if j.Status == verdict.Fail && j.Level <= r.Gate {
			if j.Known == "" {
				failures++
			}
			known = known || j.Known != ""
		}
	}
	return failures, known
}

// twoColumns tells whether a document shows the behaviour beside the letter:
// where they differ, or where something was seen through.
func twoColumns(r *verdict.Report) bool {
	for _, j := range r.Requirements {
		if j.Status != j.Behaviour {
			return true
		}
	}
	return len(r.Deviations) > 0
}

// count counts some requirements by status, in the order of verdict.Statuses,
// for each column.
func count(r *verdict.Report, of func(verdict.Judged) bool) [][]int {
	letter, behaviour := make([]int, len(verdict.Statuses)), make([]int, len(verdict.Statuses))
	for _, j := range r.Requirements {
		for i, s := range verdict.Statuses {
			if of(j) && j.Status == s {
				letter[i]++
			}
			if of(j) && j.Behaviour == s {
				behaviour[i]++
			}
		}
	}
	if twoColumns(r) {
		return [][]int{letter, behaviour}
	}
	return [][]int{letter}
}
