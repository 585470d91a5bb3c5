package history

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// TestExplained has what a race shows come down from hundreds of operations to
// the few that somebody has to read, in words and as a page.
func TestExplained(t *testing.T) {
	for name, requirement := range map[string]string{
		"two register one name":                "ROBUST-11",
		"a send writes back the inbox it read": "ROBUST-12",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var h *History
			var found []Violation
			for try := uint64(1); len(found) == 0 && try <= 5; try++ {
				h, found = raceOn(t, serve(t, races[name].plant), try)
				found = slices.DeleteFunc(found, func(v Violation) bool { return v.Requirement != requirement })
			}
			require.NotEmpty(t, found)
			v := slices.MinFunc(found, func(a, b Violation) int { return len(a.Operations) - len(b.Operations) })
			require.Greater(t, len(h.Operations), 200)
			require.LessOrEqual(t, len(v.Operations), 10)
			for _, lang := range []verdict.Lang{verdict.English, verdict.Indonesian} {
				text := v.Text().In(lang)
				require.Contains(t, text, requirement)
				require.Contains(t, text, v.Message.In(lang))
				for _, op := range v.Operations {
					require.Contains(t, text, op.Name)
				}
			}
			var page bytes.Buffer
			require.NoError(t, h.WritePage(&page, v))
			require.Contains(t, page.String(), v.Operations[0].Name)
		})
	}
}
