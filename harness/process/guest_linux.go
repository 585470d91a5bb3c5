package process

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// guestName is the program name under which this program is a guest.
const guestName = "chatspec-guest-in-namespace"

// A guest never gets to main, nor to the tests of a test binary.
func init() {
	if len(os.Args) == 1 && os.Args[0] == guestName {
		guest()
		os.Exit(0)
	}
}

// guest serves requests until the line ends. Its life does not depend on that
// alone: it dies with whoever started it.
func guest() {
	f := os.NewFile(3, "line")
	c, err := net.FileConn(f)
	if err != nil {
		return
	}
	_ = f.Close()
	line, ok := c.(*net.UnixConn)
	if !ok {
		return
	}
	for {
		var r request
		files, err := receive(line, &r)
		if err != nil {
			return
		}
		go serveGuest(r, files)
	}
}

func serveGuest(r request, files []*os.File) {
	defer closeAll(files)
	if len(files) == 0 {
		return
	}
	c, err := net.FileConn(files[0])
	if err != nil {
		return
	}
	back := c.(*net.UnixConn)
	defer back.Close()
	a, given, err := r.serve(files[1:])
	if err != nil {
		a.Err = err.Error()
		var errno syscall.Errno
		if errors.As(err, &errno) {
			a.Errno = int(errno)
		}
	}
	var give []*os.File
	if given != nil {
		give = append(give, given)
		defer given.Close()
	}
	_ = send(back, a, give...) // who does not wait any more does not need it
}

func (r request) serve(files []*os.File) (a answer, given *os.File, err error) {
	switch r.Op {
	case opUp:
		return a, nil, loopbackUp()
	case opStart:
		if len(files) != 1 {
			return a, nil, syscall.EINVAL
		}
		cmd := r.Launch.cmd(files[0])
		// The host is the parent, as if it had started the server itself. For the
		// parent-death signal that would be the wrong thread; the watchdog is
		// there for that.
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Cloneflags: syscall.CLONE_PARENT}
		if err := cmd.Start(); err != nil {
			return a, nil, err
		}
		a.Pid = cmd.Process.Pid
		return a, nil, cmd.Process.Release()
	case opDial:
		ctx, cancel := context.WithTimeout(context.Background(), gateDial)
		defer cancel()
		var d net.Dialer
		c, err := d.DialContext(ctx, "tcp", r.Addr)
		if err != nil {
			return a, nil, err
		}
		defer c.Close()
		given, err = c.(*net.TCPConn).File()
		return a, given, err
	case opListen:
		l, err := net.Listen("tcp4", r.Addr)
		if err != nil {
			return a, nil, err
		}
		defer l.Close()
		given, err = l.(*net.TCPListener).File()
		return a, given, err
	}
	return a, nil, syscall.EINVAL
}

// loopbackUp gives the namespace its 127.0.0.1 and ::1.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, lo); err != nil {
		return err
	}
	lo.SetUint16(lo.Uint16() | unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}
