package fuzz_test

import (
	"bufio"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// departing starts a server of harness/testdata/dialects until the test ends.
func departing(t *testing.T, name string) verdict.Target {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("it needs python3, which is not here")
	}
	server := exec.Command(python, "../harness/testdata/dialects/"+name+".py", "0")
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill() // it may have ended
		_ = server.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "it says when it is ready")
	return verdict.Target{Address: net.JoinHostPort("127.0.0.1", strings.TrimPrefix(strings.TrimSpace(line), "ready "))}
}

// TestThrough finds behind departures what expected.txt says of those servers,
// and none of the departures.
func TestThrough(t *testing.T) {
	for name, want := range map[string][]string{
		"negara": {"ADDSERVER-1", "SENDGROUP-9"},
		"kutip":  {"ADDSERVER-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tg, err := fuzz.Through(t.Context(), departing(t, name), nil, 5*time.Second)
			require.NoError(t, err)
			r, err := fuzz.Properties(t.Context(), tg, fuzz.Options{Sessions: 60, Seed: 3})
			require.NoError(t, err)
			require.True(t, r.Stopped.IsZero(), r.Stopped.EN)
			var got []string
			for _, f := range r.Findings {
				got = append(got, f.Requirement)
				require.Equal(t, tg.Server.Dialect.Commands == nil, f.Failure.Reproduce != "", "no shell script speaks the dialect")
			}
			require.ElementsMatch(t, want, got, "%s", explain(r))

			own := *tg.Server.Dialect // as read from a file
			again, err := fuzz.Through(t.Context(), verdict.Target{Address: tg.Server.Address}, &own, 5*time.Second)
			require.NoError(t, err)
			replayed, err := fuzz.Replay(t.Context(), r.Findings[0].Script, again)
			require.NoError(t, err)
			require.Equal(t, fuzz.Failed, replayed.Outcome)
		})
	}
	t.Run("no register", func(t *testing.T) {
		t.Parallel()
		tg, err := fuzz.Through(t.Context(), departing(t, "tetap"), nil, 5*time.Second)
		require.NoError(t, err)
		r, err := fuzz.Properties(t.Context(), tg, fuzz.Options{Sessions: 60})
		require.NoError(t, err)
		require.Zero(t, r.Sessions)
		require.Contains(t, r.Stopped.EN, "no register")
	})
}
