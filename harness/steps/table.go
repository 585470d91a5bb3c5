package steps

import (
	"regexp"
	"strings"
)

// Step is one kind of step: the words it goes by, and what it does with the
// parts captured from them and the table below it, if any.
type Step struct {
	Pattern *regexp.Regexp
	Do      func(w *World, args []string, table [][]string) error
}

// Table gives every step. Patterns are compiled once; they begin with a fixed
// word or a quote, so that matching stays cheap.
func Table() []Step { return table }

var table = build(given, when, sending, then, federationSteps, robustSteps, raceSteps)

// entry is a row of a table as it is written: pattern and function.
type entry struct {
	pattern string
	do      func(w *World, args []string, table [][]string) error
}

func build(groups ...[]entry) []Step {
	var steps []Step
	for _, group := range groups {
		for _, e := range group {
			pattern := strings.NewReplacer(
				"<siapa>", `"([^"]+)"`,
				"<daftar>", `("[^"]+"(?:(?:,| dan) "[^"]+")*(?:,? dan "[^"]+")?)`,
				"<isi>", `"([^"]*)"`,
			).Replace(e.pattern)
			steps = append(steps, Step{Pattern: regexp.MustCompile("^" + pattern + "$"), Do: unlessOver(e.do)})
		}
	}
	return steps
}

// unlessOver makes a step do nothing in a scenario that was declared over.
func unlessOver(do func(*World, []string, [][]string) error) func(*World, []string, [][]string) error {
	return func(w *World, args []string, table [][]string) error {
		if w.over {
			return nil
		}
		return do(w, args, table)
	}
}

var quoted = regexp.MustCompile(`"([^"]+)"`)

// list reads `"budi", "siti" dan "tono"`.
func list(s string) []string {
	var items []string
	for _, m := range quoted.FindAllStringSubmatch(s, -1) {
		items = append(items, m[1])
	}
	return items
}

// column gives the first cell of each row.
func column(table [][]string) []string {
	cells := make([]string, len(table))
	for i, row := range table {
		cells[i] = row[0]
	}
	return cells
}
