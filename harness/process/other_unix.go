//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package process

import (
	"errors"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"
)

// What only Linux tells is not known here: descendants are those of the process
// group, and where a server listens is found out by connecting only.

func becomeSubreaper() {}

func childAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

func awaitExit(p *os.Process) (reap func() *os.ProcessState) {
	state, _ := p.Wait() // nil if somebody else reaped it
	return func() *os.ProcessState { return state }
}

func startTime(int) uint64 { return 0 }

func hasExited(int) bool { return false }

// cleanUp kills what is left of the group.
func cleanUp(m mark) (found []string, survived []int) {
	if m.leader == 0 {
		return nil, nil
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		switch err := syscall.Kill(-m.leader, syscall.SIGKILL); {
		case errors.Is(err, syscall.ESRCH), errors.Is(err, syscall.EPERM): // only zombies are left
			return found, nil
		case len(found) == 0:
			found = []string{"its process group"}
		}
		if time.Now().After(deadline) {
			return found, []int{m.leader}
		}
	}
}

func usage(mark) (Usage, error) { return Usage{}, errors.ErrUnsupported }

func listeners(mark) []endpoint { return nil }

func delegated(*child) bool { return false }

func lingering(int) bool { return false }

// taken tells whether somebody listens on the port already.
func taken(port int) bool {
	for _, host := range []string{"127.0.0.1", ""} {
		l, err := net.Listen("tcp4", net.JoinHostPort(host, strconv.Itoa(port)))
		if err != nil {
			return true
		}
		_ = l.Close()
	}
	return false
}
