package campaign

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

var feedback = flag.String("feedback", "", "measure feedback with these `faults` of the catalogue")

var most = flag.Int("most", 100_000, "give a campaign up after so many `requests`")

// TestFeedback measures after how many requests faults are found with feedback
// and without, and prints the medians:
//
//	go test ./fuzz/campaign -run TestFeedback -timeout 1h -v -args -feedback=send-twice,send-sorted -seeds=5 -most=200000
func TestFeedback(t *testing.T) {
	if *feedback == "" {
		t.Skip("give -args -feedback=names")
	}
	for name := range strings.SplitSeq(*feedback, ",") {
		var with, without []int
		for seed := range *seeds {
			for _, plain := range []bool{false, true} {
				t.Run(name, func(t *testing.T) {
					tg, err := serve(t, name)
					require.NoError(t, err)
					c, err := begin(t.Context(), tg, Options{Seed: uint64(seed + 1), Requests: *most, Findings: 1, Level: verdict.Robust, Plain: plain})
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
						played = *most // or more
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
