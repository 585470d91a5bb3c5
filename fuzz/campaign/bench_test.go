package campaign

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// BenchmarkCampaign measures checked requests a second of whole campaigns.
func BenchmarkCampaign(b *testing.B) {
	for b.Loop() {
		tg, err := serve(b)
		require.NoError(b, err)
		began := time.Now()
		r, err := Run(b.Context(), tg, Options{Seed: 1, For: 5 * time.Second, Level: verdict.Robust})
		require.NoError(b, err)
		require.Empty(b, explain(r))
		b.ReportMetric(float64(r.Requests)/time.Since(began).Seconds(), "requests/s")
	}
}
