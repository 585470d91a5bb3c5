package campaign

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

	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference/variant"
)

var (
	matrixOf   = flag.String("matrix", "", "run campaigns against all `faults` or readings, or both")
	matrixPage = flag.String("page", "", "write the table of the faults to this `FILE`")
	only       = flag.String("only", "", "take only faults and readings of these names")
	lasting    = flag.Duration("lasting", 5*time.Second, "how long a campaign is")
	seeds      = flag.Int("seeds", 1, "how many campaigns for each")
	beside     = flag.Int("beside", 2, "how many campaigns at once")
)

func chosen(name string) bool { return *only == "" || slices.Contains(strings.Split(*only, ","), name) }

// A row is what the campaigns against one fault came to, one for each seed.
type row struct {
	fault variant.Fault
	runs  []look
}

type look struct {
	took     time.Duration // until the finding was reduced, finding out how the server speaks included
	requests int
	finding  *Finding // nil for none
	said     string   // why there was no campaign, or what was not confirmed
}

// median gives the look in the middle: those that found nothing are last.
func (r *row) median() look {
	sorted := slices.SortedFunc(slices.Values(r.runs), func(a, b look) int {
		if (a.finding == nil) != (b.finding == nil) {
			return cmp.Compare(b2i(a.finding == nil), b2i(b.finding == nil))
		}
		return cmp.Compare(a.took, b.took)
	})
	return sorted[len(sorted)/2]
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestMatrix runs campaigns against two servers of every fault, or reading, of
// the catalogue:
//
//	go test ./fuzz/campaign -run TestMatrix -timeout 2h -v -args -matrix=faults -lasting=60s -seeds=5 -page=FILE
func TestMatrix(t *testing.T) {
	if *matrixOf == "" {
		t.Skip("give -args -matrix=faults, or readings")
	}
	if strings.Contains(*matrixOf, "readings") {
		for _, v := range variant.Readings() {
			if chosen(v.Name) {
				t.Run(v.Name, func(t *testing.T) { requireQuiet(t, v.Name) })
			}
		}
	}
	if !strings.Contains(*matrixOf, "faults") {
		return
	}
	var rows []*row
	for _, f := range variant.Faults() {
		if chosen(f.Name) {
			rows = append(rows, &row{fault: f})
		}
	}
	next := make(chan *row)
	var mu sync.Mutex
	var lookers sync.WaitGroup
	for range *beside {
		lookers.Go(func() {
			for r := range next {
				for seed := range *seeds {
					var one look
					t.Run(r.fault.Name, func(t *testing.T) { one = lookAt(t, r.fault.Name, uint64(seed+1)) })
					mu.Lock()
					r.runs = append(r.runs, one)
					t.Logf("%-30s %s", r.fault.Name, one)
					if f := one.finding; f != nil && *only != "" {
						t.Logf("%s\n%.500q\n%.2500s", f.Failure.Message.EN, f.Failure.Actual, f.Script)
					}
					mu.Unlock()
				}
			}
		})
	}
	for _, r := range rows {
		next <- r
	}
	close(next)
	lookers.Wait()
	page := tabulate(rows)
	t.Log(page[strings.LastIndex(strings.TrimSpace(page), "\n")+1:])
	if *matrixPage != "" {
		require.NoError(t, os.WriteFile(*matrixPage, []byte(page), 0o644))
	}
}

func lookAt(t *testing.T, name string, seed uint64) (one look) {
	began := time.Now()
	defer func() { one.took = time.Since(began) }()
	tg, server, err := pair(t, name)
	if err != nil {
		one.said = err.Error()
		return one
	}
	r, err := Run(t.Context(), tg, Options{Seed: seed, For: *lasting - time.Since(began), Findings: 1, Level: verdict.Robust, Server: server})
	if err != nil {
		one.said = err.Error()
		return one
	}
	one.requests = r.Requests
	for _, f := range r.Unconfirmed {
		one.said += "? " + f.Requirement + " " + f.Kind + " "
	}
	one.said += r.Stopped.EN
	if len(r.Findings) > 0 {
		one.finding = r.Findings[0]
	}
	return one
}

func (l look) String() string {
	if f := l.finding; f != nil {
		return fmt.Sprintf("FOUND %s %s, %d requests of %d in %s %s", f.Requirement, f.Kind, len(f.Script.Steps), l.requests, l.took.Round(time.Millisecond), l.said)
	}
	return fmt.Sprintf("MISSED, %d requests in %s %s", l.requests, l.took.Round(time.Millisecond), l.said)
}

// tabulate makes a page of Markdown.
func tabulate(rows []*row) string {
	var b strings.Builder
	var within [2]int
	fmt.Fprintf(&b, "| fault | found as | its requests | requests until then | seconds |\n| --- | --- | --- | --- | --- |\n")
	for _, r := range rows {
		m := r.median()
		if m.finding == nil {
			fmt.Fprintf(&b, "| `%s` | - | | %d | |\n", r.fault.Name, m.requests)
			continue
		}
		for i, limit := range []time.Duration{5 * time.Second, time.Minute} {
			within[i] += b2i(m.took <= limit)
		}
		fmt.Fprintf(&b, "| `%s` | %s %s | %d | %d | %.1f |\n", r.fault.Name, m.finding.Requirement, m.finding.Kind, len(m.finding.Script.Steps), m.requests, m.took.Seconds())
	}
	fmt.Fprintf(&b, "\n%d of %d within 5 s, %d within 60 s (median of %d seeds).\n", within[0], len(rows), within[1], *seeds)
	return b.String()
}

// requireQuiet requires that a campaign against a reading finds nothing.
func requireQuiet(t *testing.T, name string) {
	tg, _, err := pair(t, name)
	require.NoError(t, err)
	for seed := range *seeds {
		r, err := Run(t.Context(), tg, Options{Seed: uint64(seed + 1), For: *lasting, Level: verdict.Robust})
		require.NoError(t, err)
		t.Logf("%d sessions, %d requests %s", r.Sessions, r.Requests, r.Stopped.EN)
		for _, f := range r.Findings {
			t.Errorf("ALARM %s: %s %s count %d shown %d/%d: %s\n%.300q\n%.1500s", name, f.Requirement, f.Kind, f.Count, f.Shown, f.Replays, f.Failure.Message.EN, f.Failure.Actual, f.Script)
		}
		for _, f := range r.Unconfirmed {
			t.Logf("UNCONFIRMED %s: %s %s count %d: %s\n%.300q", name, f.Requirement, f.Kind, f.Count, f.Failure.Message.EN, f.Failure.Actual)
		}
	}
}
