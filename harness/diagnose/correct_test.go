package diagnose_test

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/diagnose"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
)

// A correct server has none of the causes: not as it passes, and not even when
// everything that it did is said to have failed.
func TestCorrectServers(t *testing.T) {
	for name, start := range map[string]func(*testing.T) harness.Target{
		"mini":      func(t *testing.T) harness.Target { return startMini(t) },
		"reference": startReference,
		"warung":    func(t *testing.T) harness.Target { return startProgram(t, "python3", "warung.py") },
		"kantin":    func(t *testing.T) harness.Target { return startProgram(t, "node", "kantin.js") },
		"pasar":     func(t *testing.T) harness.Target { return startProgram(t, "go", "pasar/main.go") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := harness.Run(t.Context(), start(t), harness.Options{Level: verdict.Robust})
			require.NoError(t, err)
			require.Empty(t, failed(r))
			assert.Empty(t, r.Diagnoses)
			fail(r)
			for _, d := range diagnose.Diagnose(r, nil) {
				assert.False(t, d.Sure, "%s at %s: %s", d.Cause, r.Scenarios[d.Scenario].Name, d.Says.EN)
			}
		})
	}
}

// fail calls everything failed, at what was received last.
func fail(r *verdict.Report) {
	for i := range r.Requirements {
		r.Requirements[i].Status = verdict.Fail
	}
	for i := range r.Scenarios {
		s := &r.Scenarios[i]
		s.Status, s.Failure = verdict.Fail, &verdict.Failure{Caret: -1}
		for _, e := range s.Transcript {
			if e.Dir == verdict.Received {
				s.Failure.Conn, s.Failure.Actual = e.Conn, string(e.Data)
			}
		}
	}
}

func files(t *testing.T) string {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, miniFile), []byte("catatan\n"), 0o600))
	return folder
}

func startReference(t *testing.T) harness.Target {
	server, err := reference.New(reference.Config{ID: "alpha", Files: files(t), HashIterations: 1})
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return harness.Target{Address: l.Addr().String(), ServerID: "alpha", File: miniFile}
}

// startProgram starts a server of the harness's test data.
func startProgram(t *testing.T, language, source string) harness.Target {
	if _, err := exec.LookPath(language); err != nil {
		t.Skipf("%s needs %s, which is not here", source, language)
	}
	source = filepath.Join("..", "testdata", "servers", source)
	args := []string{language, source}
	if language == "go" {
		binary := filepath.Join(t.TempDir(), "server")
		out, err := exec.Command("go", "build", "-o", binary, source).CombinedOutput()
		require.NoError(t, err, "%s", out)
		args = []string{binary}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	server := exec.Command(args[0], append(args[1:], "--port", port, "--id", "timur", "--files", files(t))...)
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill() // it may have ended
		_ = server.Wait()
	})
	ready := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		ready <- line
	}()
	select {
	case line := <-ready:
		require.Equal(t, "ready "+port+"\n", line)
	case <-time.After(20 * time.Second):
		t.Fatalf("%s is not ready", source)
	}
	return harness.Target{Address: address, ServerID: "timur", File: miniFile}
}
