//go:build linux

package process

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func needNamespace(t *testing.T) {
	t.Helper()
	ns, err := newNamespace()
	if err != nil {
		t.Skip("no namespaces here: ", err)
	}
	ns.close()
}

func init() {
	// Forbids namespaces to itself, and wants one.
	manners["forbidden"] = func(args []string) {
		for _, kind := range []string{"user", "net"} {
			if err := os.WriteFile("/proc/sys/user/max_"+kind+"_namespaces", []byte("0"), 0o600); err != nil {
				fmt.Println("skip", err)
				return
			}
		}
		p, err := Start(context.Background(), Spec{Command: "sleep 60", Dir: args[0], Isolated: true, Port: 8889, Probe: probe})
		if err == nil {
			p.Stop()
		}
		fmt.Printf("%v", err)
	}
}

func TestThatNamespacesAreForbiddenIsSaid(t *testing.T) {
	accountable(t)
	cmd := exec.Command(testBinary(t), "serve", "forbidden", "testdata/folder")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
	}
	out, err := cmd.Output()
	if err != nil || strings.HasPrefix(string(out), "skip") {
		t.Skip("no namespaces here to forbid them in: ", err, string(out))
	}
	assert.Equal(t, "this system does not allow a network of its own to a server (the limit of namespaces is reached, or zero), so only one can use port 8889", string(out))
}

func TestIsolatedServersShareAPort(t *testing.T) {
	needNamespace(t)
	s := spec(t, "well")
	s.Port, s.Isolated = mustVacant(t), true
	s.Command += " " + strconv.Itoa(s.Port)
	p, q := start(t, s), start(t, s)
	require.NotEqual(t, p.Addr(), q.Addr())
	for range 3 {
		require.NoError(t, probe(t.Context(), p.Addr()))
		require.NoError(t, probe(t.Context(), q.Addr()))
	}
	assert.False(t, taken(s.Port), "out here nobody listens")

	addr := p.Addr()
	require.NoError(t, p.Restart(t.Context()))
	assert.Equal(t, addr, p.Addr())
	require.NoError(t, probe(t.Context(), p.Addr()))

	// One reaches the other, though both listen on the same port.
	there, err := p.Reach(q.Addr())
	require.NoError(t, err)
	again, err := p.Reach(q.Addr())
	require.NoError(t, err)
	assert.Equal(t, there, again)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	var wg sync.WaitGroup
	wg.Go(func() {
		if c, err := l.Accept(); err == nil {
			_, _ = io.WriteString(c, "hello\n")
			_ = c.Close()
		}
	})
	inside, err := p.Reach(l.Addr().String())
	require.NoError(t, err)
	got, err := ask(t.Context(), p.Addr(), "dial "+inside)
	require.NoError(t, err)
	assert.Equal(t, "hello", got)
	wg.Wait()

	got, err = ask(t.Context(), p.Addr(), "dial "+l.Addr().String()+"0")
	require.NoError(t, err)
	assert.Contains(t, got, "dial tcp", "what was not asked for is not reached")

	e := q.Stop()
	assert.Equal(t, "terminated", e.Signal)
	_, err = ask(t.Context(), q.Addr(), "chatspec")
	require.Error(t, err)
}

func TestWithoutIsolationAllIsReached(t *testing.T) {
	p := start(t, spec(t, "well"))
	got, err := p.Reach("127.0.0.1:4711")
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1:4711", got)
}

func TestAnIsolatedServerThatCannotBeRunIsSaid(t *testing.T) {
	needNamespace(t)
	s := spec(t, "exit")
	s.Isolated = true
	_, err := Start(t.Context(), s)
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, Exited, e.Kind)
	assert.Contains(t, e.Output, "no such module")

	s = spec(t, "well")
	s.Isolated, s.Command, s.Wait = true, s.Command+" "+strconv.Itoa(mustVacant(t)), 1e9
	_, err = Start(t.Context(), s)
	require.ErrorAs(t, err, &e)
	assert.Equal(t, WrongPort, e.Kind, e)
}

// What happens on one side of a gate happens on the other.
func TestAGatePassesEndsAndResets(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	far, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer far.Close()
	g := newGate(l, nil)
	defer g.close()
	g.lead(func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", far.Addr().String())
	})

	both := func() (near, other *net.TCPConn) {
		c, err := net.Dial("tcp", g.addr())
		require.NoError(t, err)
		o, err := far.Accept()
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close(); _ = o.Close() })
		return c.(*net.TCPConn), o.(*net.TCPConn)
	}
	t.Run("half-close", func(t *testing.T) {
		near, other := both()
		_, err := io.WriteString(near, "to\n")
		require.NoError(t, err)
		require.NoError(t, near.CloseWrite())
		all, err := io.ReadAll(other)
		require.NoError(t, err)
		assert.Equal(t, "to\n", string(all))
		_, err = io.WriteString(other, "fro\n")
		require.NoError(t, err)
		line, err := bufio.NewReader(near).ReadString('\n')
		require.NoError(t, err)
		assert.Equal(t, "fro\n", line)
		require.NoError(t, other.Close())
		_, err = near.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
	})
	t.Run("reset", func(t *testing.T) {
		near, other := both()
		require.NoError(t, other.SetLinger(0))
		require.NoError(t, other.Close())
		_, err := near.Read(make([]byte, 1))
		require.ErrorIs(t, err, syscall.ECONNRESET)
	})
	t.Run("nobody", func(t *testing.T) {
		require.NoError(t, far.Close())
		c, err := net.Dial("tcp", g.addr())
		if err == nil {
			defer c.Close()
			_, err = c.Read(make([]byte, 1))
		}
		require.ErrorIs(t, err, syscall.ECONNRESET)
	})
}
