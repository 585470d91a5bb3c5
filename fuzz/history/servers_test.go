package history

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/target"
)

const servers = "../../harness/testdata/servers"

// Correct servers of other makes, in threads, on an event loop and around one
// goroutine, which read the open points in ways of their own.
func TestServersAreClean(t *testing.T) {
	for _, c := range []struct {
		name    string
		command func(t *testing.T) []string
		dialect dialect.Dialect
	}{
		{"warung", script("python3", "warung.py"), dialect.Dialect{End: "\r\n", ServerID: "warung", Addressable: true}},
		{"kantin", script("node", "kantin.js"), dialect.Dialect{End: "\r\n\r\n", ServerID: "kantin", Addressable: true, RegisterOpens: true}},
		{"pasar", built("pasar"), dialect.Dialect{End: "\r\n", ServerID: "pasar", Addressable: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			target := startServer(t, c.command(t), &c.dialect)
			for seed := range seeds(3) {
				h, violations := raceOn(t, target, seed+1)
				require.Contains(t, h.Judged(), "ROBUST-12")
				require.Contains(t, h.Judged(), "ROBUST-11")
				none(t, violations)
			}
		})
	}
}

// Servers with a fault of theirs that only shows where clients meet.
func TestServersWithFaults(t *testing.T) {
	for _, c := range []struct {
		name, fault string
		command     func(t *testing.T) []string
		dialect     dialect.Dialect
		want        string
	}{
		{"kantin", "register-balapan", script("node", "kantin.js"), dialect.Dialect{End: "\r\n\r\n", ServerID: "kantin", Addressable: true, RegisterOpens: true}, "ROBUST-11"},
		{"kantin", "send-ganda", script("node", "kantin.js"), dialect.Dialect{End: "\r\n\r\n", ServerID: "kantin", Addressable: true, RegisterOpens: true}, "ROBUST-12"},
		{"pasar", "send-urutan-acak", built("pasar"), dialect.Dialect{End: "\r\n", ServerID: "pasar", Addressable: true}, "SEND-13"},
		{"pasar", "sesi-bersama", built("pasar"), dialect.Dialect{End: "\r\n", ServerID: "pasar", Addressable: true}, "SEND-6"},
		{"warung", "logout-semua", script("python3", "warung.py"), dialect.Dialect{End: "\r\n", ServerID: "warung", Addressable: true}, "LOGOUT-5"},
		{"warung", "inbox-kosongkan-semua", script("python3", "warung.py"), dialect.Dialect{End: "\r\n", ServerID: "warung", Addressable: true}, "ROBUST-12"},
	} {
		t.Run(c.name+" "+c.fault, func(t *testing.T) {
			t.Parallel()
			target := startServer(t, append(c.command(t), "--fault", c.fault), &c.dialect)
			_, violations := raceOn(t, target, 1)
			require.Contains(t, requirements(violations), c.want)
		})
	}
}

func script(interpreter, file string) func(t *testing.T) []string {
	return func(t *testing.T) []string {
		path, err := exec.LookPath(interpreter)
		if err != nil {
			t.Skipf("%s is not installed", interpreter)
		}
		return []string{path, filepath.Join(servers, file)}
	}
}

func built(name string) func(t *testing.T) []string {
	return func(t *testing.T) []string {
		binary := filepath.Join(t.TempDir(), name)
		out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./"+filepath.Join(servers, name)).CombinedOutput()
		require.NoError(t, err, "%s", out)
		return []string{binary}
	}
}

// startServer runs a command until the test ends.
func startServer(t *testing.T, command []string, d *dialect.Dialect) *target.Target {
	t.Helper()
	cmd := exec.Command(command[0], append(command[1:], "--port", "0", "--files", t.TempDir())...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		_ = cmd.Wait()
	})
	said := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		said <- line
	}()
	var port string
	select {
	case line := <-said:
		var ready bool
		port, ready = strings.CutPrefix(strings.TrimSpace(line), "ready ")
		require.True(t, ready, line)
	case <-time.After(20 * time.Second):
		require.Fail(t, "the server does not get ready")
	}
	target := target.New(net.JoinHostPort("127.0.0.1", port), 5*time.Second)
	target.Dialect = d
	return target
}
