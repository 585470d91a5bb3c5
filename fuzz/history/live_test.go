package history

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/target"
)

// raceOn runs clients against a target and checks what they saw.
func raceOn(t *testing.T, target *target.Target, seed uint64) (*History, []Violation) {
	t.Helper()
	h, err := Run(t.Context(), target, Options{Operations: 600, Seed: seed})
	require.NoError(t, err)
	return h, h.Check()
}

// seeds is how many runs show that nothing is found: one where tests are to be
// quick.
func seeds(all uint64) uint64 {
	if testing.Short() {
		return 1
	}
	return all
}

func TestReferenceIsClean(t *testing.T) {
	target := serve(t, nil)
	for seed := range seeds(3) {
		h, violations := raceOn(t, target, seed+1)
		require.GreaterOrEqual(t, len(h.Operations), 600)
		for _, want := range []string{"CREATEGROUP-5", "LOGOUT-3", "LOGOUT-5", "REGISTER-5", "ROBUST-11", "ROBUST-12", "SEND-6", "SEND-13", "WIRE-9"} {
			require.Contains(t, h.Judged(), want)
		}
		none(t, violations)
	}
}

// requirements lists what is broken.
func requirements(violations []Violation) []string {
	var ids []string
	for _, v := range violations {
		ids = append(ids, v.Requirement)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func none(t *testing.T, violations []Violation) {
	t.Helper()
	for _, v := range violations {
		t.Error(v.Text().EN)
	}
}

func TestReadingsAreClean(t *testing.T) {
	for name, plant := range readings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := serve(t, plant)
			for seed := range seeds(2) {
				_, violations := raceOn(t, target, seed+1)
				none(t, violations)
			}
		})
	}
}

// A race is a matter of luck, so each has some tries.
func TestRacesAreFound(t *testing.T) {
	const tries = 5
	for name, race := range races {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for try := range uint64(tries) {
				_, violations := raceOn(t, serve(t, race.plant), try+1)
				if slices.ContainsFunc(violations, func(v Violation) bool { return slices.Contains(race.want, v.Requirement) }) {
					t.Logf("try %d: %s", try+1, requirements(violations))
					return
				}
			}
			require.Fail(t, "not found")
		})
	}
}
