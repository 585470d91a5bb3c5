package harness_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// The servers under testdata/servers are written by other hands than the
// reference, in other languages, and read the open points in other ways.

// languages start a server of testdata/servers; the first word must be there.
var languages = map[string][]string{
	"warung": {"python3", "testdata/servers/warung.py"},
	"kantin": {"node", "testdata/servers/kantin.js"},
	"pasar":  {"go", "testdata/servers/pasar/main.go"},
}

const servedFile = "catatan.txt"

// startPair starts two servers of one make, both with the fault, and gives them
// as a target. They end with the test.
func startPair(t *testing.T, name, fault string) harness.Target {
	t.Helper()
	files := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(files, servedFile), []byte("catatan bersama\n"), 0o600))
	target := harness.Target{ServerID: "timur", PeerID: "barat", File: servedFile}
	target.Address = startServer(t, name, fault, target.ServerID, files)
	target.Peer = startServer(t, name, fault, target.PeerID, files)
	return target
}

func startServer(t *testing.T, name, fault, id, files string) string {
	t.Helper()
	args := append(slices.Clone(command(t, name)), "--port", "0", "--id", id, "--files", files)
	if fault != "" {
		args = append(args, "--fault", fault)
	}
	server := exec.Command(args[0], args[1:]...)
	server.Stderr = os.Stderr
	return startCommand(t, server)
}

// startCommand runs a server that says "ready" and its port, and gives its
// address. It ends with the test.
func startCommand(t *testing.T, server *exec.Cmd) string {
	t.Helper()
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill() // a fault may have ended it
		_ = server.Wait()
	})
	said := make(chan string, 1)
	go func() {
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			line = err.Error()
		}
		said <- line
	}()
	select {
	case line := <-said:
		port, ready := strings.CutPrefix(strings.TrimSpace(line), "ready ")
		require.True(t, ready, "%s says %q", server, line)
		return net.JoinHostPort("127.0.0.1", port)
	case <-time.After(20 * time.Second):
		t.Fatalf("%s is not ready", server)
		return ""
	}
}

var pasar = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "pasar-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(folder, "pasar")
	out, err := exec.Command("go", "build", "-o", binary, languages["pasar"][1]).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, out)
	}
	return binary, err
})

func command(t *testing.T, name string) []string {
	t.Helper()
	if _, err := exec.LookPath(languages[name][0]); err != nil {
		t.Skipf("%s needs %s, which is not here", name, languages[name][0])
	}
	if name != "pasar" {
		return languages[name]
	}
	binary, err := pasar()
	require.NoError(t, err)
	return []string{binary}
}

func TestMain(m *testing.M) {
	code := m.Run()
	if binary, err := pasar(); err == nil {
		_ = os.RemoveAll(filepath.Dir(binary))
	}
	os.Exit(code)
}

func TestServersOfOtherMakes(t *testing.T) {
	for name := range languages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := harness.Run(context.Background(), startPair(t, name, ""), harness.Options{Level: verdict.Robust})
			require.NoError(t, err)
			for _, j := range r.Requirements {
				// In this one an id keeps its first address: no relay can stand between.
				uncut := name == "warung" && j.Status == verdict.Skip && strings.HasPrefix(j.Reason.EN, "the link between the two servers cannot be cut")
				if j.Status != verdict.Pass && !uncut {
					t.Errorf("%s: %s: %s", j.ID, j.Status, j.Reason.EN)
				}
			}
		})
	}
}

// TestFaultsOfOtherMakes holds that with a fault the requirements that it
// breaks fail: see testdata/servers/faults.txt.
func TestFaultsOfOtherMakes(t *testing.T) {
	if raced {
		t.Skip("a catalogue of faults: run without the race detector")
	}
	t.Parallel()
	text, err := os.ReadFile("testdata/servers/faults.txt")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) != 3 || words[0] == "#" {
			continue
		}
		t.Run(words[0]+"/"+words[1], func(t *testing.T) {
			t.Parallel()
			r, err := harness.Run(context.Background(), startPair(t, words[0], words[1]), harness.Options{Level: verdict.Robust, Only: words[2]})
			require.NoError(t, err)
			for id := range strings.SplitSeq(words[2], ",") {
				i := slices.IndexFunc(r.Requirements, func(j verdict.Judged) bool { return j.ID == id })
				if i < 0 {
					t.Errorf("%s is not judged", id)
				} else if j := r.Requirements[i]; j.Status != verdict.Fail {
					t.Errorf("%s: %s: %s; in %s", id, j.Status, j.Reason.EN, r.Duration)
				}
			}
		})
	}
}
