//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package process

import (
	"errors"
	"syscall"
	"time"
)

// Start fails on this system before it uses any of these.

const (
	supported = false
	markName  = "CHATSPEC_RUN"
)

type (
	mark       struct{}
	launchSpec struct {
		Path string
		Args []string
		Env  []string
		Dir  string
	}
	child struct {
		pid    int
		output *output
		exited chan struct{}
		ending Ending
	}
	home     struct{ path string }
	watchdog struct{}
)

func (*child) mark() mark         { return mark{} }
func (*child) ended() bool        { return true }
func (*child) stop(time.Duration) {}

func startChild(launchSpec, *namespace, string, *watchdog) (*child, error) {
	return nil, errors.ErrUnsupported
}

func newHome() (*home, error) { return nil, errors.ErrUnsupported }
func (h *home) run() string   { return h.path }
func (*home) remove()         {}
func isHome(string) bool      { return false }

func newWatchdog(string) *watchdog { return nil }
func (*watchdog) stop()            {}

func usage(mark) (Usage, error)                          { return Usage{}, errors.ErrUnsupported }
func listeners(mark) []endpoint                          { return nil }
func delegated(*child) bool                              { return false }
func taken(int) bool                                     { return false }
func lingering(int) bool                                 { return false }
func withoutReuse(string, string, syscall.RawConn) error { return nil }
func isNoExec(error) bool                                { return false }
