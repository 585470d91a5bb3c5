package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// namespace is a network of its own, with nothing in it but a loopback
// interface. A process without privileges cannot enter one that it has made
// unless it has but one thread. So a guest lives in there, this program run once
// more, which makes sockets and hands them out.
type namespace struct {
	guest  *exec.Cmd
	ended  chan struct{}
	asking sync.Mutex
	line   *net.UnixConn

	mu    sync.Mutex
	gates map[string]*gate // from inside to addresses outside
}

// newNamespace makes a namespace. As root it needs no user namespace, in which
// other users' files would be out of reach; where root may not, as in a
// container, it tries with one.
func newNamespace() (*namespace, error) {
	if os.Geteuid() != 0 {
		return enterNamespace(true)
	}
	n, err := enterNamespace(false)
	if err == nil {
		return n, nil
	}
	return enterNamespace(true)
}

func enterNamespace(withUser bool) (*namespace, error) {
	ours, theirs, err := pair()
	if err != nil {
		return nil, err
	}
	attr := &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL, Cloneflags: syscall.CLONE_NEWNET}
	if withUser {
		attr.Cloneflags |= syscall.CLONE_NEWUSER
		attr.AmbientCaps = []uintptr{unix.CAP_NET_ADMIN} // for the loopback interface; the user stays who it is
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}}
	}
	n := &namespace{
		guest: &exec.Cmd{Path: "/proc/self/exe", Args: []string{guestName}, Dir: "/", ExtraFiles: []*os.File{theirs}, SysProcAttr: attr},
		ended: make(chan struct{}), line: ours, gates: map[string]*gate{},
	}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // as in startChild
		defer runtime.UnlockOSThread()
		err := n.guest.Start()
		_ = theirs.Close()
		started <- err
		if err == nil {
			_ = n.guest.Wait() // it says that it was killed
		}
		close(n.ended)
	}()
	if err := <-started; err != nil {
		_ = ours.Close()
		return nil, cause(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), gateDial)
	defer cancel()
	if _, _, err := n.ask(ctx, request{Op: opUp}, nil); err != nil {
		n.close()
		return nil, err
	}
	return n, nil
}

// cause says why the kernel makes no namespace.
func cause(err error) error {
	var errno syscall.Errno
	switch {
	case !errors.As(err, &errno):
		return err
	case errno == syscall.ENOSPC || errno == syscall.EUSERS:
		return errors.New("the limit of namespaces is reached, or zero")
	}
	return errno
}

// close ends the guest. Sockets that it handed out stay usable.
func (n *namespace) close() {
	n.mu.Lock()
	gates := n.gates
	n.gates = nil
	n.mu.Unlock()
	for _, g := range gates {
		g.close()
	}
	_ = n.line.Close()
	_ = n.guest.Process.Kill()
	<-n.ended
}

// start runs a command in the namespace, as a child of this process.
func (n *namespace) start(l launchSpec, out *os.File) (*os.Process, error) {
	ctx, cancel := context.WithTimeout(context.Background(), gateDial)
	defer cancel()
	a, _, err := n.ask(ctx, request{Op: opStart, Launch: l}, out)
	if err != nil {
		return nil, err
	}
	return os.FindProcess(a.Pid)
}

// dial connects to an address inside.
func (n *namespace) dial(ctx context.Context, addr string) (net.Conn, error) {
	_, f, err := n.ask(ctx, request{Op: opDial, Addr: addr}, nil)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return net.FileConn(f)
}

// reach listens inside for what is to come to addr outside, on the same port if
// that is free there.
func (n *namespace) reach(addr string) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.gates == nil {
		return "", net.ErrClosed
	}
	if g := n.gates[addr]; g != nil {
		return g.addr(), nil
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), gateDial)
	defer cancel()
	_, f, err := n.ask(ctx, request{Op: opListen, Addr: net.JoinHostPort("127.0.0.1", port)}, nil)
	if err != nil {
		if _, f, err = n.ask(ctx, request{Op: opListen, Addr: "127.0.0.1:0"}, nil); err != nil {
			return "", err
		}
	}
	defer f.Close()
	l, err := net.FileListener(f)
	if err != nil {
		return "", err
	}
	g := newGate(l, func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", addr)
	})
	n.gates[addr] = g
	return g.addr(), nil
}

// listens tells whether anybody inside listens on the port.
func (n *namespace) listens(port int) bool {
	return slices.ContainsFunc(tcpTable(n.guest.Process.Pid), func(s socket) bool { return s.port == port && s.state == stateListen })
}

// ask sends a request, with a line of its own for the answer, so that one that
// waits does not hold up the others. The file is what was asked for, if that is
// one.
func (n *namespace) ask(ctx context.Context, r request, give *os.File) (answer, *os.File, error) {
	ours, theirs, err := pair()
	if err != nil {
		return answer{}, nil, err
	}
	defer ours.Close()
	files := []*os.File{theirs}
	if give != nil {
		files = append(files, give)
	}
	n.asking.Lock()
	err = send(n.line, r, files...)
	n.asking.Unlock()
	_ = theirs.Close()
	if err != nil {
		return answer{}, nil, err
	}
	defer context.AfterFunc(ctx, func() { _ = ours.SetReadDeadline(time.Unix(1, 0)) })()
	var a answer
	got, err := receive(ours, &a)
	if err == nil && a.Errno != 0 {
		err = fmt.Errorf("cannot %s: %w", r.Op, syscall.Errno(a.Errno))
	} else if err == nil && a.Err != "" {
		err = errors.New(a.Err)
	}
	if ctx.Err() != nil && err != nil {
		err = ctx.Err()
	}
	if err != nil {
		closeAll(got)
		return answer{}, nil, err
	}
	if len(got) == 1 {
		return a, got[0], nil
	}
	closeAll(got)
	return a, nil, nil
}

// What a guest is asked for.
const (
	opUp     = "bring up the loopback interface"
	opDial   = "dial"
	opListen = "listen"
	opStart  = "start"
)

type request struct {
	Op     string
	Addr   string     // for dial and listen
	Launch launchSpec // for start
}

type answer struct {
	Errno int    // 0, or why not
	Err   string // why not, where there is no number for it
	Pid   int    // of start
}
