package harness_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/probe"
	probed "github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/variant"
)

// No reading of an open point is a departure from the letter, and who looks for
// departures finds out of the open points what others do.
func TestFindOnEveryReading(t *testing.T) {
	for _, reading := range variant.Readings() {
		t.Run(reading.Name, func(t *testing.T) {
			t.Parallel()
			target := startReference(t, func(c *reference.Config) {
				changed, err := variant.Apply(*c, reading.Name)
				require.NoError(t, err)
				*c = changed
			})
			for _, told := range []string{target.ServerID, ""} {
				found, err := harness.Find(t.Context(), harness.Target{Address: target.Address, ServerID: told}, 0)
				require.NoError(t, err)
				assert.Empty(t, cmp.Diff([]string(nil), deviations(found.Dialect)), "told %q", told)
				if told == "" || reading.Name != "id-unusual" { // there it is not the id
					plain := probed.New(target.Address, 5*time.Second)
					_, err := probe.Probe(t.Context(), plain, names.New(), told)
					require.NoError(t, err)
					assert.Empty(t, cmp.Diff(plain.Dialect, found.Dialect), "told %q", told)
				}
			}
		})
	}
}

func deviations(d *dialect.Dialect) (list []string) {
	for _, v := range d.Deviations() {
		list = append(list, v.Requirement+": "+v.Seen.EN)
	}
	return list
}

// Readings that hide from each other how a request ends.
func TestProbeOnReadingsTogether(t *testing.T) {
	for _, c := range []struct {
		readings []string
		end      string
	}{
		{[]string{"unknown-login-first", "request-lf", "passwords-strict", "names-eight"}, "\n"},
		{[]string{"unknown-login-first", "request-read", "passwords-strict", "names-eight"}, ""},
	} {
		t.Run(strings.Join(c.readings, " "), func(t *testing.T) {
			t.Parallel()
			target := startReference(t, func(config *reference.Config) {
				changed, err := variant.Apply(*config, c.readings...)
				require.NoError(t, err)
				*config = changed
			})
			plain := probed.New(target.Address, 5*time.Second)
			_, err := probe.Probe(t.Context(), plain, names.New(), "")
			require.NoError(t, err)
			assert.Equal(t, c.end, plain.Dialect.End)
			assert.True(t, plain.Dialect.Addressable)
		})
	}
}
