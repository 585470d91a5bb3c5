package variant_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference/variant"
)

var matrixPage = flag.String("matrix", "", "write the conviction matrix to this `FILE`")

// sideBySide is how many pairs of servers are judged at once. Most of them
// wait: for answers that do not come.
const sideBySide = 16

// A row of the matrix is one variant and what the suite says of it.
type row struct {
	fault   *variant.Fault // nil for a reading
	reading *variant.Reading
	report  *verdict.Report
	err     error
	took    time.Duration
}

func (r *row) name() string {
	if r.fault != nil {
		return r.fault.Name
	}
	return r.reading.Name
}

// only selects what a variant is judged by: everything, but for the requirement
// that takes a thousand connections and a third of the time, where the fault has
// nothing to do with its area.
func (r *row) only() string {
	if r.fault == nil || r.fault.Area() == "ROBUST" || slices.Contains(r.fault.Also, "ROBUST") {
		return ""
	}
	return "not @ROBUST-13"
}

// with lists the requirements of a status.
func (r *row) with(status verdict.Status) (ids []string) {
	for _, q := range r.report.Requirements {
		if q.Status == status {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

// TestMatrix runs the suite against every fault and every reading: each fault
// is convicted, by a requirement of its own area, and nothing is blamed on what
// it does not touch; each reading passes.
func TestMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some minutes")
	}
	rows := matrix(t)
	if *matrixPage != "" {
		require.NoError(t, writePage(*matrixPage, rows))
	}
	failed := map[string]bool{}
	for _, r := range rows {
		t.Run(r.name(), func(t *testing.T) {
			t.Logf("judged in %s", r.took.Round(time.Millisecond))
			require.NoError(t, r.err)
			if r.reading != nil {
				requireInnocent(t, r.report, r.name())
				return
			}
			requireConvicted(t, r)
			for _, id := range r.with(verdict.Fail) {
				failed[id] = true
			}
		})
	}
	t.Run("every requirement", func(t *testing.T) {
		for _, q := range registry(t).All() {
			require.True(t, failed[q.ID], "no fault fails %s", q.ID)
		}
	})
}

// matrix judges all variants, those that take long first.
func matrix(t *testing.T) []*row {
	var rows []*row
	for _, f := range variant.Faults() {
		rows = append(rows, &row{fault: &f})
	}
	for _, r := range variant.Readings() {
		rows = append(rows, &row{reading: &r})
	}
	queue := slices.Clone(rows)
	slices.SortStableFunc(queue, func(a, b *row) int { return b.weight() - a.weight() })
	next := make(chan *row)
	var judges sync.WaitGroup
	for range sideBySide {
		judges.Go(func() {
			for r := range next {
				began := time.Now()
				r.report, r.err = judgeOnly(t.Context(), r.only(), filepath.Join(t.TempDir(), r.name()), r.name())
				r.took = time.Since(began)
				if r.report != nil {
					r.report.Scenarios = nil // what hundreds of servers said would fill gigabytes
				}
			}
		})
	}
	for _, r := range queue {
		next <- r
	}
	close(next)
	judges.Wait()
	return rows
}

// weight guesses how long it takes to judge a variant: long where little works.
func (r *row) weight() int {
	if r.fault != nil {
		return len(r.fault.Also)
	}
	if r.reading.Point == "" {
		return 100
	}
	return 1
}

func requireConvicted(t *testing.T, r *row) {
	known := registry(t)
	fails := r.with(verdict.Fail)
	require.NotEmpty(t, fails, "it escapes; skipped: %s; %s", reasons(r.report, verdict.Skip), r.report.Stopped.EN)
	area := func(id string) string {
		q, _ := known.Lookup(id)
		return q.Area
	}
	require.True(t, slices.ContainsFunc(fails, func(id string) bool { return area(id) == r.fault.Area() }),
		"no requirement of %s fails, but: %s", r.fault.Area(), reasons(r.report, verdict.Fail))
	for _, id := range fails {
		if !slices.Contains(r.fault.Breaks, id) && area(id) != r.fault.Area() && !slices.Contains(r.fault.Also, area(id)) {
			require.Fail(t, "wrongly blamed", "%s fails, which %s does not explain: %s", id, r.name(), reasons(r.report, verdict.Fail))
		}
	}
}

// requireInnocent requires that everything passes, but for what one of the
// readings keeps from being judged.
func requireInnocent(t interface {
	require.TestingT
	Helper()
}, report *verdict.Report, readings ...string) {
	t.Helper()
	for _, q := range report.Requirements {
		switch q.Status {
		case verdict.Fail:
			require.Fail(t, "false alarm", "%s: %s", q.ID, reasons(report, verdict.Fail))
		case verdict.Skip:
			require.True(t, slices.ContainsFunc(readings, func(name string) bool { return slices.Contains(unjudged[name], q.ID) }),
				"%s is skipped: %s", q.ID, q.Reason.EN)
		}
	}
}

// unjudged holds what cannot be judged of a server that is read in some way.
var unjudged = map[string][]string{
	// Pieces of a request, and several at once, are what they look like.
	"request-read": {"WIRE-10", "WIRE-11", "ROBUST-1", "ROBUST-2", "ROBUST-8", "ROBUST-9", "ROBUST-10"},
	// A listener of the suite is no server.
	"addserver-asks": {"ADDSERVER-1", "ADDSERVER-6", "CONNECT-4"},
	// A thousand results would take long.
	"slow": {"ROBUST-9", "ROBUST-13"},
}

// reasons tells in a line why requirements have a status.
func reasons(report *verdict.Report, status verdict.Status) string {
	var all []string
	for _, q := range report.Requirements {
		if q.Status == status && len(all) < 5 {
			all = append(all, q.ID+": "+q.Reason.EN)
		}
	}
	return strings.Join(all, "; ")
}

// TestReadingsTogether judges servers that are read in several ways at once.
func TestReadingsTogether(t *testing.T) {
	if testing.Short() {
		t.Skip("whole runs against combinations of readings take minutes: without -short")
	}
	byDefault("rapid.checks", "30")
	byDefault("rapid.nofailfile", "true")
	folder := t.TempDir()
	var n int
	whole := t
	rapid.Check(t, func(t *rapid.T) {
		var chosen []variant.Reading
		for _, r := range rapid.SliceOfNDistinct(rapid.SampledFrom(quick()), 2, 12, func(r variant.Reading) string { return r.Name }).Draw(t, "readings") {
			if !slices.ContainsFunc(chosen, r.Excludes) {
				chosen = append(chosen, r)
			}
		}
		var names []string
		for _, r := range chosen {
			names = append(names, r.Name)
		}
		n++
		report, err := judge(context.Background(), filepath.Join(folder, fmt.Sprint(n)), names...)
		require.NoError(t, err, "%q", names)
		if guilty := reasons(report, verdict.Fail); guilty != "" { // rapid keeps no message of what it cannot reproduce
			whole.Logf("%q: %s", names, guilty)
		}
		requireInnocent(t, report, names...)
	})
}

// byDefault sets a flag that was not given.
func byDefault(name, value string) {
	if f := flag.Lookup(name); f != nil && f.Value.String() == f.DefValue {
		f.Value.Set(value)
	}
}

// quick is all readings but those that only take time.
func quick() []variant.Reading {
	return slices.DeleteFunc(variant.Readings(), func(r variant.Reading) bool { return r.Name == "slow" || r.Name == "slow-logins" })
}

// writePage writes the matrix as a page.
func writePage(path string, rows []*row) error {
	var b strings.Builder
	b.WriteString(pageHead)
	var area string
	for _, r := range rows {
		if r.fault == nil || r.err != nil {
			continue
		}
		if r.fault.Area() != area {
			area = r.fault.Area()
			fmt.Fprintf(&b, "\n### %s\n\n| fault | what the server does | breaks | fails |\n| --- | --- | --- | --- |\n", area)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.fault.Name, plain(r.fault.EN), strings.Join(r.fault.Breaks, " "), few(r.with(verdict.Fail), r.fault.Breaks))
	}
	b.WriteString(readingsHead)
	for _, r := range rows {
		if r.reading == nil || r.err != nil {
			continue
		}
		point := r.reading.Point
		if point == "" {
			point = "—"
		}
		verdictOf := "passes"
		if fails := r.with(verdict.Fail); len(fails) > 0 {
			verdictOf = "**false alarm:** " + few(fails, nil)
		} else if skips := r.with(verdict.Skip); len(skips) > 0 {
			verdictOf = "passes; not judged: " + strings.Join(skips, " ")
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", point, r.reading.Name, plain(r.reading.EN), verdictOf)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

// plain keeps a sentence from being taken for more than text and code.
func plain(s string) string { return strings.NewReplacer("*", `\*`, "<", "&lt;", "|", `\|`).Replace(s) }

// few lists ids, those that were foreseen in bold, and of many others only how
// many there are.
func few(ids, foreseen []string) string {
	var shown []string
	others := 0
	for _, id := range ids {
		switch {
		case slices.Contains(foreseen, id):
			shown = append(shown, "**"+id+"**")
		case len(shown) < 8:
			shown = append(shown, id)
		default:
			others++
		}
	}
	if others > 0 {
		shown = append(shown, fmt.Sprintf("and %d more", others))
	}
	return strings.Join(shown, " ")
}

const pageHead = `# The conviction matrix

What the suite says of every fault and every legal reading in ` + "`reference/variant`" + `. This page is written by
` + "`make matrix`" + `; ` + "`go test ./reference/variant`" + ` keeps it true: every fault is convicted, by a requirement of its own
area, every requirement fails for at least one fault, and every reading passes. Try one yourself:

    chatspec serve --fault send-twice

## Faults

Under *breaks* stand the requirements that the fault is known to break, under *fails* those that failed; what was foreseen is bold.
`

const readingsHead = `
## Legal readings

| open point | reading | what the server does | verdict |
| --- | --- | --- | --- |
`
