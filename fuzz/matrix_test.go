package fuzz_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/fuzz/history"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference/variant"
)

var propertiesPage = flag.String("properties", "", "play sessions against every fault, and write what they find to this `FILE`")

const (
	matrixSessions = 2000
	sideBySide     = 3 // servers that are judged at once: many of them are waited for
)

// row is what sessions, and races, show of one fault.
type row struct {
	fault   variant.Fault
	found   *fuzz.Finding      // the first that convicts it
	raced   *history.Violation // where no session did
	others  []string           // requirements that failed and have nothing to do with it
	stopped string
	err     error
}

// TestMatrix plays sessions against every fault of the catalogue and requires
// that nine of ten are found, reduced to something a person reads.
func TestMatrix(t *testing.T) {
	if *propertiesPage == "" {
		t.Skip("it is asked for with -properties FILE, see make properties")
	}
	var rows []*row
	for _, f := range variant.Faults() {
		if selected(f.Name) {
			rows = append(rows, &row{fault: f})
		}
	}
	next := make(chan *row)
	var judges sync.WaitGroup
	for range sideBySide {
		judges.Go(func() {
			for r := range next {
				r.judge(t)
				t.Log(r.line())
			}
		})
	}
	for _, r := range rows {
		next <- r
	}
	close(next)
	judges.Wait()
	require.NoError(t, os.WriteFile(*propertiesPage, []byte(page(rows)), 0o644))
	s := sum(rows)
	require.GreaterOrEqual(t, s.found*10, len(rows)*9, "found")
	require.GreaterOrEqual(t, s.short*10, s.reduced*9, "reduced to eight requests")
}

func (r *row) judge(t *testing.T) {
	tg, err := variantTarget(t, slices.Contains([]string{"ADDSERVER", "CONNECT", "FEDERATION"}, r.fault.Area()), r.fault.Name)
	if err != nil {
		r.err = err
		return
	}
	played, err := fuzz.Properties(t.Context(), tg, fuzz.Options{Sessions: matrixSessions, Seed: *variantSeed, Level: verdict.Robust})
	if err != nil {
		r.err = err
		return
	}
	r.stopped = played.Stopped.EN
	for i := range played.Findings {
		f := &played.Findings[i]
		failed := func(id string) bool {
			return slices.ContainsFunc(played.Scenarios, func(s verdict.Scenario) bool { return s.Requirement == id && s.Status == verdict.Fail })
		}
		switch {
		case !failed(f.Requirement):
		case !convicted(r.fault, f.Requirement, f.Also):
			r.others = append(r.others, f.Requirement)
		case r.found == nil || r.found.Shown == 0 && f.Shown > 0:
			r.found = f
		}
		if *variantOnly != "" {
			t.Logf("%s (%s) %s, %d of %d, %d tries, %s\n%s\n%q\n%s", f.Requirement, f.Also, f.Kind, f.Shown, f.Replays, f.Tries, f.Took, f.Failure.Message.EN, f.Failure.Actual, f.Script)
		}
	}
	if r.found != nil || !played.Stopped.IsZero() {
		return
	}
	h, err := history.Run(t.Context(), tg.Server, history.Options{Operations: matrixSessions, Seed: *variantSeed})
	if err != nil {
		r.stopped = err.Error()
		return
	}
	for _, v := range h.Check() {
		if r.raced == nil && convicted(r.fault, v.Requirement) {
			r.raced = &v
		}
	}
}

func (r *row) line() string {
	b := func(id string) string {
		if slices.Contains(r.fault.Breaks, id) {
			return "**" + id + "**"
		}
		return id
	}
	name := "`" + r.fault.Name + "`"
	switch f := r.found; {
	case r.err != nil:
		return fmt.Sprintf("| %s | not played: %s |", name, plain(r.err.Error()))
	case f != nil:
		blamed := b(f.Requirement)
		if f.Also != "" {
			blamed += " " + b(f.Also)
		}
		replays, took := "—", "—"
		if f.Tries > 0 {
			replays, took = fmt.Sprint(f.Tries), fmt.Sprint(f.Took.Round(10*time.Millisecond))
		}
		return fmt.Sprintf("| %s | %s | %s | %d | %d | %s | %s |", name, blamed, f.Kind, f.Session+1, len(f.Script.Steps), replays, took)
	case r.raced != nil:
		return fmt.Sprintf("| %s | %s | race | — | %d | — | — |", name, b(r.raced.Requirement), len(r.raced.Operations))
	case len(r.others) > 0:
		return fmt.Sprintf("| %s | not found, but %s | | | | | |", name, strings.Join(r.others, " "))
	}
	return fmt.Sprintf("| %s | not found | | | | | |", name)
}

// summary counts rows.
type summary struct{ found, raced, reduced, short, quick, few int }

func sum(rows []*row) (s summary) {
	for _, r := range rows {
		switch f := r.found; {
		case r.raced != nil:
			s.found++
			s.raced++
		case f != nil:
			s.found++
			if f.Shown > 0 || f.Kind == "died" {
				s.reduced++
				if len(f.Script.Steps) <= 8 {
					s.short++
				}
			}
			if f.Tries <= 300 {
				s.few++
			}
			if f.Took <= time.Second || f.Kind == "silent" {
				s.quick++
			}
		}
	}
	return s
}

func page(rows []*row) string {
	var b strings.Builder
	s := sum(rows)
	played := s.found - s.raced
	fmt.Fprintf(&b, pageHead, matrixSessions, s.found, len(rows), s.raced, s.short, s.reduced, s.few, played, s.quick, played)
	area := ""
	for _, r := range rows {
		if r.fault.Area() != area {
			area = r.fault.Area()
			fmt.Fprintf(&b, "\n### %s\n\n| fault | fails | what went wrong | session | requests | replays | time |\n| --- | --- | --- | --- | --- | --- | --- |\n", area)
		}
		b.WriteString(r.line() + "\n")
	}
	escaped := slices.DeleteFunc(slices.Clone(rows), func(r *row) bool { return r.found != nil || r.raced != nil })
	slices.SortStableFunc(escaped, func(a, b *row) int { return cmp.Compare(why(a.fault.Name), why(b.fault.Name)) })
	b.WriteString(escapedHead)
	for _, r := range escaped {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.fault.Name, plain(r.fault.EN), why(r.fault.Name))
	}
	return b.String()
}

// plain keeps a sentence from being taken for more than text and code.
func plain(s string) string {
	return strings.NewReplacer("*", `\*`, "<", "&lt;", "|", `\|`, "\n", " ").Replace(s)
}

// beyond holds what sessions cannot show, and why.
var beyond = map[string][]string{
	"it takes a server that goes away and comes back":                   {"federation-gone-ok", "federation-gone-crashes", "federation-dead-link-kept", "federation-gone-for-good"},
	"it takes a listener of ours":                                       {"connect-blocks", "connect-reset-crashes", "connect-garbage-crashes", "connect-lazy"},
	"it takes more connections than sessions open":                      {"idle-hundred", "leak-silent", "leak-all"},
	"it takes more requests at once than sessions send":                 {"flood-swapped"},
	"it can be told only of servers that were never linked before":      {"federation-connects-itself", "federation-waits-for-link"},
	"where one read is one request that is a reading of the open point": {"segment-is-request"},
	"it takes a client that stays in the middle of a request":           {"dribble-blocks"},
}

func why(name string) string {
	for reason, names := range beyond {
		if slices.Contains(names, name) {
			return reason
		}
	}
	return "within " + fmt.Sprint(matrixSessions) + " sessions of this seed"
}

const pageHead = `# What properties find

What ` + "`chatspec property`" + ` alone finds of the faults in ` + "`reference/variant`" + `, within %d drawn sessions and as many racing
operations. This page is written by ` + "`make properties`" + `, which takes some minutes. Times are those of a machine with two cores
that judged several servers at once. The suite's own matrix, of faults and legal readings, is ` + "[matrix.md](matrix.md)" + `, written by
` + "`make matrix`" + `.

- **Found:** %d of %d faults fail a requirement of the right area, %d of them by a race.
- **Short:** %d of %d findings that replays show have at most 8 requests.
- **Soon:** %d of %d took at most 300 replays to reduce, %d of %d less than a second, silences aside.

Under *fails* stand the requirements that the finding fails, bold where the catalogue names them; then the session that showed
it first, the requests of the reduced one, and what its reduction took. A server that died cannot be asked again: there the
session is what was played up to its death.
`

const escapedHead = `
## What they do not find

| fault | what the server does | why |
| --- | --- | --- |
`
