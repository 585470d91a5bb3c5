package variant_test

import (
	"flag"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

var soakRuns = flag.Int("soak", 0, "run the suite `N` times against servers that are hard to judge alike every time")

// soaked are the servers of TestSoak: the reference, and what makes timing
// hard.
var soaked = [][]string{nil, {"slow"}, {"trickle"}, {"backlog-one"}, {"slow-logins"}, {"one-worker"}}

// TestSoak runs the suite again and again, each server in turn, with both cores
// busy with something else, and counts the verdicts that differed: none may.
func TestSoak(t *testing.T) {
	if *soakRuns == 0 {
		t.Skip("it is asked for with -soak N, see make soak")
	}
	busy := make(chan struct{})
	var load sync.WaitGroup
	defer load.Wait()
	defer close(busy)
	for range 2 {
		load.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-busy:
					return
				default:
				}
			}
		})
	}
	folder := t.TempDir()
	var mu sync.Mutex
	repeats := make([]verdict.Repeats, len(soaked))
	next := make(chan int)
	var judges sync.WaitGroup
	for range 12 { // most of what they do is waiting
		judges.Go(func() {
			for i := range next {
				which := i % len(soaked)
				r, err := judge(t.Context(), filepath.Join(folder, strconv.Itoa(i)), soaked[which]...)
				mu.Lock()
				if err != nil {
					t.Errorf("run %d: %v", i+1, err)
				} else {
					repeats[which].Add(r)
				}
				mu.Unlock()
			}
		})
	}
	for i := range *soakRuns {
		next <- i
	}
	close(next)
	judges.Wait()
	differing := 0
	for which := range soaked {
		r := repeats[which].Report()
		if r == nil {
			continue
		}
		for _, u := range r.Unstable {
			differing++
			t.Logf("%q: %s: %v", soaked[which], u.Requirement, u.Verdicts)
		}
		for _, q := range r.Requirements {
			if q.Status == verdict.Fail {
				t.Logf("%q: %s fails: %s", soaked[which], q.ID, q.Reason.EN)
			}
		}
	}
	t.Logf("%d runs, %d differing verdicts", *soakRuns, differing)
	require.Zero(t, differing)
}
