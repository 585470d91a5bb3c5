package campaign

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// TestFeedback measures after how many requests faults are found with feedback
// and without: FEEDBACK=names of the catalogue, SEEDS each, SECONDS at most. It
// prints the medians.
func TestFeedback(t *testing.T) {
	names := os.Getenv("FEEDBACK")
	if names == "" {
		t.Skip("set FEEDBACK to names of the catalogue of faults")
	}
	limit := time.Duration(number("SECONDS", 10)) * time.Second
	for name := range strings.SplitSeq(names, ",") {
		var with, without []int
		for seed := range number("SEEDS", 5) {
			for _, plain := range []bool{false, true} {
				t.Run(name, func(t *testing.T) {
					tg, err := serve(t, name)
					require.NoError(t, err)
					c, err := begin(t.Context(), tg, Options{Seed: uint64(seed + 1), For: limit, Findings: 1, Level: verdict.Robust, Plain: plain})
					require.NoError(t, err)
					defer c.close()
					c.together()
					played, found := 0, false
					for c.goes() && !found {
						before := int(c.requests.Load())
						c.inspect = func(batch []*outcome) { // the campaign would go on to reduce it
							for _, out := range batch {
								if found = found || out.finding != nil; !found {
									before += out.requests
								}
							}
						}
						c.round()
						played = before
					}
					if !found {
						played = 1 << 30
					}
					if plain {
						without = append(without, played)
					} else {
						with = append(with, played)
					}
				})
			}
		}
		slices.Sort(with)
		slices.Sort(without)
		t.Logf("| `%s` | %d | %d |", name, with[len(with)/2], without[len(without)/2])
	}
}
