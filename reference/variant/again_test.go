package variant_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// TestRunAgain judges servers twice that chatspec did not start and that give no
// id another address: what the first run told them has to serve the second.
func TestRunAgain(t *testing.T) {
	t.Parallel()
	target, stop, err := pair(t.TempDir(), "add-again-refused")
	require.NoError(t, err)
	defer func() { require.NoError(t, stop()) }()
	target.Switch, target.PeerSwitch = nil, nil
	for run := range 2 {
		report, err := harness.Run(context.Background(), target, harness.Options{Level: verdict.Robust, Only: "FEDERATION-1,FEDERATION-7,CONNECT-1"})
		require.NoError(t, err)
		for _, q := range report.Requirements {
			want := verdict.Pass
			if run > 0 && q.ID == "CONNECT-1" { // they are linked already
				want = verdict.Skip
			}
			require.Equal(t, want, q.Status, "run %d: %s: %s", run+1, q.ID, q.Reason.EN)
		}
	}
}
