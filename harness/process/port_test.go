//go:build linux

package process

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFreePortIsFreeOnEveryAddress(t *testing.T) {
	next := lowPort + int((lastPort.Load()+1)%(highPort-lowPort))
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.2", strconv.Itoa(next)))
	if err != nil {
		t.Skip("no such address here: ", err)
	}
	defer l.Close()
	assert.NotEqual(t, next, mustVacant(t))
}

// What another chatspec on this machine was given is not given again.
func TestAClaimedPortIsNotFree(t *testing.T) {
	next := lowPort + int((lastPort.Load()+1)%(highPort-lowPort))
	held, err := net.ListenPacket("udp", net.JoinHostPort("127.0.0.1", strconv.Itoa(next+claims)))
	if err != nil {
		t.Skip("it is taken: ", err)
	}
	defer held.Close()
	assert.NotEqual(t, next, mustVacant(t))
}

// A port on which a connection lingers keeps servers from listening that do not
// set SO_REUSEADDR, as most of Python do not.
func TestAServerWithItsPortInItsSource(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here")
	}
	accountable(t)
	port := mustVacant(t)
	folder := t.TempDir()
	source, err := os.ReadFile("testdata/fixed.py")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "server.py"), []byte(strings.ReplaceAll(string(source), "8889", strconv.Itoa(port))), 0o600))
	s := Spec{Command: python + " server.py", Dir: folder, Port: port, Probe: probe}
	p := start(t, s)
	assert.Equal(t, "127.0.0.1:"+strconv.Itoa(port), p.Addr())

	s.Isolated = true
	second, err := Start(t.Context(), s)
	var e *Error
	if errors.As(err, &e) && e.Kind == NoNamespace {
		t.Log("not isolated:", e)
	} else {
		require.NoError(t, err)
		require.NoError(t, probe(t.Context(), second.Addr()))
		assert.NotEqual(t, p.Addr(), second.Addr())
		second.Stop()
	}

	_, err = ask(t.Context(), p.Addr(), "close") // now it lingers
	require.Error(t, err)
	require.True(t, lingering(port))
	if os.Getenv("CHATSPEC_PATIENT") != "" { // the minute that the kernel takes
		require.NoError(t, p.Restart(t.Context()))
		require.NoError(t, probe(t.Context(), p.Addr()))
		return
	}
	// It has to come as far as to find the port blocked, be it on a busy machine.
	for wait := time.Second; ; wait *= 2 {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		err := p.Restart(ctx)
		cancel()
		if errors.As(err, &e) {
			break
		}
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Less(t, wait, 30*time.Second)
	}
	assert.Equal(t, PortTaken, e.Kind)
	assert.Contains(t, e.Output, "in use")
}
