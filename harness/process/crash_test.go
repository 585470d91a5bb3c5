//go:build linux

package process

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() {
	// Starts a server as chatspec does, and waits to be killed.
	manners["chatspec"] = func(args []string) {
		s := Spec{
			Command: shellQuote(os.Args[0]) + " serve brood", Dir: args[0], Isolated: args[1] == "isolated",
			Probe: probe, Wait: 20 * time.Second,
		}
		p, err := Start(context.Background(), s)
		if err != nil {
			fmt.Println("failed", err)
			return
		}
		u, err := p.Usage()
		fmt.Println("ready", u.Processes, err)
		select {}
	}
}

func TestACrashLeavesNothing(t *testing.T) {
	for _, c := range []struct{ name, network, also string }{
		{"killed", "shared", ""},
		{"killed, isolated", "isolated", ""},
		{"its watchdog too", "shared", "chatspec-watch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.network == "isolated" {
				needNamespace(t)
			}
			accountable(t)
			before := children(t)
			defer func() { reap(t, before) }()
			temp := os.Getenv("TMPDIR")
			cmd := exec.Command(testBinary(t), "serve", "chatspec", "testdata/folder", c.network)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			line, err := bufio.NewReader(out).ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, "ready 5 <nil>\n", line)
			require.Len(t, marked(t, temp), 5)
			for _, p := range processes(t) {
				args, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.pid))
				if c.also != "" && p.parent == cmd.Process.Pid && strings.Contains(string(args), c.also) {
					require.NoError(t, syscall.Kill(p.pid, syscall.SIGKILL))
				}
			}
			require.NoError(t, cmd.Process.Kill())
			require.Error(t, cmd.Wait())

			if c.also != "" {
				// The kernel ends the server; the rest waits for the next start.
				require.Eventually(t, func() bool { return len(marked(t, temp)) < 5 }, 10*time.Second, 5*time.Millisecond)
				p, err := Start(t.Context(), Spec{Command: shellQuote(testBinary(t)) + " serve well", Dir: "testdata/folder", Probe: probe})
				require.NoError(t, err)
				assert.Len(t, marked(t, temp), 1)
				p.Stop()
				return
			}
			require.Eventually(t, func() bool {
				left, err := os.ReadDir(temp)
				return err == nil && len(left) == 0 && len(marked(t, temp)) == 0
			}, 10*time.Second, 5*time.Millisecond)
		})
	}
}
