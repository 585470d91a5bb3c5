//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package process

import "syscall"

// withoutReuse takes back the option by which Go's listeners bind to a port
// that an ended connection still blocks.
func withoutReuse(_, _ string, c syscall.RawConn) error {
	var err error
	if failed := c.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 0)
	}); failed != nil {
		return failed
	}
	return err
}
