//go:build linux

package process

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// spec describes a server that is this binary; the temporary folder is the
// test's own. When the test ends nothing may be left.
func spec(t *testing.T, manner string, args ...string) Spec {
	t.Helper()
	accountable(t)
	return Spec{
		Command: strings.Join(append([]string{shellQuote(testBinary(t)), "serve", manner}, args...), " "),
		Dir:     "testdata/folder",
		ID:      "alpha",
		Probe:   probe,
		Wait:    20 * time.Second,
	}
}

func testBinary(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	require.NoError(t, err)
	return path
}

// accountable gives the test a temporary folder, and shows in the end that it is
// empty and that no process is left that was not there in the beginning.
func accountable(t *testing.T) {
	t.Helper()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	before := children(t)
	t.Cleanup(func() {
		left, err := os.ReadDir(temp)
		assert.NoError(t, err)
		assert.Empty(t, left, "files are left")
		for _, p := range children(t) {
			if !slices.ContainsFunc(before, func(b proc) bool { return b.pid == p.pid }) {
				t.Errorf("a child is left: %+v", p)
			}
		}
		assert.Empty(t, marked(t, temp), "processes are left")
	})
}

// reap waits for the end of processes that this one inherited as a subreaper.
func reap(t *testing.T, before []proc) {
	t.Helper()
	for _, p := range children(t) {
		if slices.ContainsFunc(before, func(b proc) bool { return b.pid == p.pid }) {
			continue
		}
		assert.Eventually(t, func() bool {
			reaped, err := syscall.Wait4(p.pid, nil, syscall.WNOHANG, nil)
			return reaped == p.pid || err != nil
		}, 10*time.Second, time.Millisecond, "%v", p)
	}
}

// children gives the children of this process, zombies too.
func children(t *testing.T) []proc {
	t.Helper()
	var all []proc
	for _, p := range processes(t) {
		if p.parent == os.Getpid() {
			all = append(all, p)
		}
	}
	return all
}

// marked gives the processes that work or were started below a folder.
func marked(t *testing.T, folder string) []string {
	t.Helper()
	var all []string
	for _, p := range processes(t) {
		dir, _ := os.Readlink("/proc/" + strconv.Itoa(p.pid) + "/cwd")
		env, _ := os.ReadFile("/proc/" + strconv.Itoa(p.pid) + "/environ")
		if strings.HasPrefix(dir, folder) || strings.Contains(string(env), markName+"="+folder) {
			all = append(all, p.String())
		}
	}
	return all
}

func processes(t *testing.T) []proc {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	require.NoError(t, err)
	var all []proc
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && pid != os.Getpid() {
			if p, ok := readProc(pid); ok {
				all = append(all, p)
			}
		}
	}
	return all
}

func start(t *testing.T, s Spec) *Process {
	t.Helper()
	p, err := Start(t.Context(), s)
	require.NoError(t, err)
	t.Cleanup(func() { p.Stop() })
	return p
}

func TestStartGivesAServerThatAnswers(t *testing.T) {
	p := start(t, spec(t, "well", "{port}"))
	require.NoError(t, probe(t.Context(), p.Addr()))
	e, ended := p.Ending()
	assert.False(t, ended, "%+v", e)
	var adopts int32
	require.NoError(t, unix.Prctl(unix.PR_GET_CHILD_SUBREAPER, uintptr(unsafe.Pointer(&adopts)), 0, 0, 0))
	assert.EqualValues(t, 1, adopts, "what it leaves behind would go to init")

	u, err := p.Usage()
	require.NoError(t, err)
	assert.Equal(t, 1, u.Processes)
	assert.Positive(t, u.Resident)
	assert.GreaterOrEqual(t, u.Descriptors, 4, "three and the listener")

	e = p.Stop()
	assert.True(t, e.Stopped)
	assert.False(t, e.Killed)
	assert.Equal(t, "terminated", e.Signal)
	assert.Equal(t, e, p.Stop(), "the second time nothing happens")
	_, err = p.Usage()
	assert.Error(t, err)
	var failure *Error
	require.ErrorAs(t, p.Restart(t.Context()), &failure)
}

func TestTheServerRunsInACopyAndIsToldWhatItNeeds(t *testing.T) {
	s := spec(t, "here")
	s.Provide = map[string][]byte{"catatan.txt": []byte("isi"), "data.txt": []byte("not this")}
	p := start(t, s)
	assert.Contains(t, p.Output(), "in "+p.Dir())
	_, port, _ := net.SplitHostPort(p.Addr())
	assert.Contains(t, p.Output(), "id alpha files "+p.Dir()+" port "+port)
	assert.FileExists(t, filepath.Join(p.Dir(), "written"))
	assert.NoFileExists(t, "testdata/folder/written")
	content, err := os.ReadFile(filepath.Join(p.Dir(), "data.txt"))
	require.NoError(t, err)
	assert.Equal(t, "original\n", string(content))
	assert.FileExists(t, filepath.Join(p.Dir(), "catatan.txt"))
}

func TestRestartIsAFreshServerInAFreshCopy(t *testing.T) {
	p := start(t, spec(t, "here"))
	first, exited := p.Pid(), p.Exited()
	require.NoError(t, os.WriteFile(filepath.Join(p.Dir(), "data.txt"), []byte("broken"), 0o600))
	_, err := ask(t.Context(), p.Addr(), "die")
	require.Error(t, err)
	<-exited
	e, ended := p.Ending()
	require.True(t, ended)
	assert.Equal(t, 7, e.Code)
	assert.Equal(t, "exit status 7", e.Text().EN)
	assert.True(t, strings.HasSuffix(e.Output, "Traceback: KeyError"), e.Output)

	require.NoError(t, p.Restart(t.Context()))
	assert.NotEqual(t, first, p.Pid())
	require.NoError(t, probe(t.Context(), p.Addr()))
	content, err := os.ReadFile(filepath.Join(p.Dir(), "data.txt"))
	require.NoError(t, err)
	assert.Equal(t, "original\n", string(content))
	require.NoError(t, p.Restart(t.Context()), "also while it runs")
	require.NoError(t, probe(t.Context(), p.Addr()))
}

func TestWhatGoesWrongIsSaid(t *testing.T) {
	wait := func(d time.Duration) func(*Spec) { return func(s *Spec) { s.Wait = d } }
	command := func(c string) func(*Spec) { return func(s *Spec) { s.Command = c } }
	other := strconv.Itoa(mustVacant(t))
	for _, c := range []struct {
		name   string
		manner string
		change func(*Spec)
		kind   Kind
		says   string
		output string
	}{
		{"no command", "well", command("chatspek-server --port {port}"), NotRunnable, `there is no command "chatspek-server"`, ""},
		{"no program", "well", command("./srver {port}"), NotRunnable, `there is no command "./srver"`, ""},
		{"no command for the shell", "well", command("chatspek-server; exit $?"), NotRunnable, "the shell does not find a command", "chatspek-server"},
		{"not executable", "well", command("./data.txt"), NotRunnable, `"./data.txt" is not executable`, ""},
		{"no #! line", "well", command("./nohead"), NotRunnable, `"./nohead" cannot be run by itself`, ""},
		{"a folder", "well", command("./sub"), NotRunnable, `"./sub" is a folder`, ""},
		{"empty", "well", command("  "), BadCommand, "the command is empty", ""},
		{"open quote", "well", command("python3 'server.py"), BadCommand, "quotation mark", ""},
		{"no folder", "well", func(s *Spec) { s.Dir = "testdata/none" }, BadFolder, "there is no folder", ""},
		{"no port", "well", func(s *Spec) { s.Port = 70000 }, BadCommand, "70000 is no port", ""},
		{"exits", "exit", nil, Exited, "the server ended before it answered (exit status 3)", "no such module"},
		{"crashes", "well", command("kill -SEGV $$"), Exited, "(signal: segmentation fault)", ""},
		{"shell script that exits", "well", command("echo gone; exit 5"), Exited, "(exit status 5)", "gone"},
		{"never listens", "deaf", wait(time.Second), Silent, "does not listen on port", "I am deaf"},
		{"another port", "well", func(s *Spec) { s.Command += " " + other; s.Wait = time.Second }, WrongPort, "listens on port " + other + " and not on port", ""},
		{"not the port that was said", "well", func(s *Spec) { s.Command += " " + other; s.Wait = time.Second; s.Port = mustVacant(t) }, WrongPort, "listens on port " + other, ""},
		{"another address", "away", wait(time.Second), WrongPort, "listens on 127.0.0.2:", ""},
		{"never answers", "mute", wait(time.Second), NoAnswer, "accepts connections on port", "I am mute"},
		{"prints without end", "flood", wait(2 * time.Second), Flood, "it prints without end", "xxxx"},
		{"forks", "fork", nil, Background, "left the server running in the background", ""},
		{"shell that forks", "well", func(s *Spec) { s.Command += " {port} & sleep 0" }, Background, "left the server running", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := spec(t, c.manner)
			if c.change != nil {
				c.change(&s)
			}
			p, err := Start(t.Context(), s)
			if p != nil {
				p.Stop()
			}
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, c.kind, e.Kind, e.Text.EN)
			assert.Contains(t, e.Text.EN, c.says)
			assert.NotEmpty(t, e.Text.ID)
			assert.NotContains(t, e.Text.EN+e.Text.ID, "%!")
			assert.Contains(t, e.Output, c.output)
			if c.kind == WrongPort && c.name != "another address" {
				assert.Equal(t, other, strconv.Itoa(e.Ports[0]))
			}
		})
	}
}

func mustVacant(t *testing.T) int {
	t.Helper()
	port, claim, err := vacant()
	require.NoError(t, err)
	t.Cleanup(func() { claim.Close() })
	return port
}

func TestAPortInUseIsSaid(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	s := spec(t, "well")
	s.Port = l.Addr().(*net.TCPAddr).Port
	_, err = Start(t.Context(), s)
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, PortTaken, e.Kind)
}

func TestAServerOnIPv6IsFound(t *testing.T) {
	if l, err := net.Listen("tcp", "[::1]:0"); err != nil {
		t.Skip("no IPv6 here")
	} else {
		_ = l.Close()
	}
	p := start(t, spec(t, "ipv6"))
	assert.True(t, strings.HasPrefix(p.Addr(), "[::1]:"), p.Addr())
}

func TestAServerThatPrintsWithoutEndWorks(t *testing.T) {
	p := start(t, spec(t, "chatty"))
	require.NoError(t, probe(t.Context(), p.Addr()))
	assert.LessOrEqual(t, len(p.Output()), lastBytes)
	require.Eventually(t, func() bool { return p.current().output.total() > flood }, 20*time.Second, 10*time.Millisecond)
	require.NotEmpty(t, p.Notes())
	assert.Contains(t, p.Notes()[0].EN, "prints without end")
	e := p.Stop()
	assert.Positive(t, e.Printed)
}

func TestTheStopSignalMayNotBeIgnored(t *testing.T) {
	s := spec(t, "stubborn")
	s.Grace = 50 * time.Millisecond
	p := start(t, s)
	e := p.Stop()
	assert.True(t, e.Stopped)
	assert.True(t, e.Killed)
	assert.Equal(t, "killed", e.Signal)
	require.NotEmpty(t, p.Notes())
	assert.Contains(t, p.Notes()[0].EN, "ignored the stop signal")
}

func TestTheWholeGroupIsAsked(t *testing.T) {
	s := spec(t, "polite", "{port}")
	s.Command = "trap wait TERM; " + s.Command + " & wait"
	s.Grace = 20 * time.Second
	p := start(t, s)
	e := p.Stop()
	assert.False(t, e.Killed)
	assert.Contains(t, e.Output, "I was asked to end")
}

func TestChildrenThatHideAreEnded(t *testing.T) {
	for _, how := range []string{"stopped", "died", "restarted"} {
		t.Run(how, func(t *testing.T) {
			p := start(t, spec(t, "brood"))
			u, err := p.Usage()
			require.NoError(t, err)
			assert.Equal(t, 5, u.Processes)
			switch how {
			case "died":
				exited := p.Exited()
				_, err := ask(t.Context(), p.Addr(), "die")
				require.Error(t, err)
				<-exited
				e, _ := p.Ending()
				assert.Len(t, e.Orphans, 4)
				assert.Empty(t, e.Survived)
			case "restarted":
				require.NoError(t, p.Restart(t.Context()))
				u, err := p.Usage()
				require.NoError(t, err)
				assert.Equal(t, 5, u.Processes)
			}
			p.Stop()
		})
	}
}

func TestTheServerOutlivesTheThreadThatStartedIt(t *testing.T) {
	s := spec(t, "well")
	got := make(chan *Process, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		runtime.LockOSThread() // the thread ends with the goroutine
		p, err := Start(t.Context(), s)
		assert.NoError(t, err)
		got <- p
	}()
	p := <-got
	<-ended
	t.Cleanup(func() { p.Stop() })
	for range 20 {
		require.NoError(t, probe(t.Context(), p.Addr()))
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	s := spec(t, "deaf")
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan struct{}, 1)
	s.Probe = func(context.Context, string) error {
		select {
		case asked <- struct{}{}:
			cancel()
		default:
		}
		return errors.New("nobody")
	}
	_, err := Start(ctx, s)
	require.ErrorIs(t, err, context.Canceled)
}
