//go:build unix

package variant

import (
	"net"
	"syscall"
)

// shorten lets one connection wait to be accepted, or as few as the system
// takes for one.
func shorten(l net.Listener) {
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) { syscall.Listen(int(fd), 1) })
}
