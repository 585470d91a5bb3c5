//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package process

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const supported = true

// markName is the environment variable that the server's processes bear: its
// value is the path of the home.
const markName = "CHATSPEC_RUN"

// mark is by what the processes of one server are known.
type mark struct {
	leader int    // process id, group and session; 0 for none
	since  uint64 // start time of the leader, in the kernel's unit
	folder string // the home
}

// launchSpec is a command that is ready to be run.
type launchSpec struct {
	Path string
	Args []string
	Env  []string
	Dir  string
}

func (l launchSpec) cmd(out *os.File) *exec.Cmd {
	return &exec.Cmd{Path: l.Path, Args: l.Args, Env: l.Env, Dir: l.Dir, Stdout: out, Stderr: out}
}

// child is one life of a server.
type child struct {
	pid    int
	since  uint64
	folder string
	output *output
	began  time.Time
	exited chan struct{} // closed when it ended and all was cleaned up
	ending Ending        // to be read once exited is closed

	mu      sync.Mutex
	reaped  bool // pid may mean somebody else by now
	stopped bool
	killed  bool
}

func (c *child) mark() mark { return mark{leader: c.pid, since: c.since, folder: c.folder} }

func (c *child) ended() bool {
	select {
	case <-c.exited:
		return true
	default:
		return false
	}
}

// startChild runs a command, in ns if that is not nil, and watches over it until
// it has ended.
func startChild(l launchSpec, ns *namespace, folder string, w *watchdog) (*child, error) {
	becomeSubreaper()
	r, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	c := &child{folder: folder, began: time.Now(), exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The parent-death signal is sent when the thread ends that started the
		// child. So that thread lives as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		proc, err := begin(l, ns, out)
		_ = out.Close() // the child has its own
		if err == nil {
			c.pid = proc.Pid
			c.since = startTime(proc.Pid)
			w.leads(c.pid)
		}
		started <- err
		if err == nil {
			<-started
			c.watch(proc, r, w)
		}
	}()
	if err := <-started; err != nil {
		_ = r.Close()
		return nil, err
	}
	c.output = drain(r)
	started <- nil
	return c, nil
}

func begin(l launchSpec, ns *namespace, out *os.File) (*os.Process, error) {
	if ns != nil {
		return ns.start(l, out)
	}
	cmd := l.cmd(out)
	cmd.SysProcAttr = childAttr()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return cmd.Process, nil
}

// watch waits for the end of the leader and cleans up.
func (c *child) watch(proc *os.Process, r *os.File, w *watchdog) {
	reap := awaitExit(proc)
	after := time.Since(c.began)
	// Until it is reaped its number means nobody else.
	orphans, survived := cleanUp(c.mark())
	w.leads(0)
	c.mu.Lock()
	state := reap()
	c.reaped = true
	e := Ending{Code: -1, Stopped: c.stopped, Killed: c.killed, After: after, Orphans: orphans, Survived: survived}
	c.mu.Unlock()
	if e.Stopped {
		e.Orphans = nil // workers of a server that was asked to end are no fault
	}
	if state != nil {
		e.Code = state.ExitCode()
		if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			e.Signal = status.Signal().String()
		}
	}
	_ = r.SetReadDeadline(time.Now().Add(time.Second)) // who may still hold the other end is none of ours
	<-c.output.drained
	e.Output, e.Printed = c.output.last(), c.output.total()
	c.ending = e
	close(c.exited)
}

// stop asks the server to end, insists after grace, and returns when it has.
func (c *child) stop(grace time.Duration) {
	if c.signal(syscall.SIGTERM, &c.stopped) {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-c.exited:
		case <-timer.C:
			c.signal(syscall.SIGKILL, &c.killed)
		}
	}
	<-c.exited
}

// signal sends sig to the process group, unless the server has ended, and notes
// that it did.
func (c *child) signal(sig syscall.Signal, noted *bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reaped || hasExited(c.pid) {
		return false
	}
	*noted = true
	_ = syscall.Kill(-c.pid, sig)
	// A leader may have left its group, or be stopped.
	_ = syscall.Kill(c.pid, sig)
	_ = syscall.Kill(-c.pid, syscall.SIGCONT)
	return true
}

func isNoExec(err error) bool { return errors.Is(err, syscall.ENOEXEC) }
