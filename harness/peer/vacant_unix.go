//go:build unix

package peer

import (
	"net"
	"syscall"
)

// Vacant reserves a port on 127.0.0.1 on which nobody listens: whoever connects
// is refused. It stays so until free is called.
func Vacant() (port int, free func(), err error) {
	syscall.ForkLock.RLock() // no process that is started meanwhile may inherit it
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return 0, nil, err
	}
	free = func() { _ = syscall.Close(fd) }
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte(net.IPv4(127, 0, 0, 1).To4())}); err != nil {
		free()
		return 0, nil, err
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		free()
		return 0, nil, err
	}
	return name.(*syscall.SockaddrInet4).Port, free, nil
}
