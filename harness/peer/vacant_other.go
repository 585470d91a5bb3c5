//go:build !unix

package peer

import "net"

// Vacant finds a port on 127.0.0.1 on which nobody listens. Elsewhere than on
// Unix it cannot be reserved; that it is taken meanwhile is unlikely.
func Vacant() (port int, free func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, nil, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, func() {}, nil
}
