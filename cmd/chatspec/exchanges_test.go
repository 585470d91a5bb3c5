package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness"
)

var writeExchanges = flag.Bool("exchanges", false, "write what clients say in the scenarios for campaigns to begin with")

// TestExchanges makes the sessions that a campaign begins with of a run of the
// whole suite.
func TestExchanges(t *testing.T) {
	if !*writeExchanges {
		t.Skip("give -args -exchanges")
	}
	report := filepath.Join(t.TempDir(), "suite.json")
	a := &app{out: io.Discard, err: io.Discard, getenv: os.Getenv, run: harness.Run}
	require.Equal(t, 0, execute(t.Context(), a, []string{"run", "--level", "robust", "--report", "json=" + report}))
	all, err := transcripts(report)
	require.NoError(t, err)
	var b strings.Builder
	seen := map[string]bool{}
	for _, s := range all {
		text := s.String()
		if len(s.Steps) <= 60 && len(text) <= 6000 && s.Local() && !seen[text] {
			seen[text] = true
			b.WriteString(strings.TrimRight(text, "\n") + "\n\n")
		}
	}
	require.NoError(t, os.WriteFile("../../fuzz/campaign/exchanges.replays", []byte(b.String()), 0o644))
}
