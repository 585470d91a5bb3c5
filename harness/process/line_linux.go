package process

import (
	"encoding/json"
	"net"
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// pair makes the two ends of a line that carries messages and files.
func pair() (*net.UnixConn, *os.File, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "guest"), os.NewFile(uintptr(fds[1]), "host")
	defer ours.Close()
	c, err := net.FileConn(ours)
	if err != nil {
		_ = theirs.Close()
		return nil, nil, err
	}
	return c.(*net.UnixConn), theirs, nil
}

// maxMessage holds a command line and an environment.
const maxMessage = 4 << 20

func send(c *net.UnixConn, message any, files ...*os.File) error {
	b, err := json.Marshal(message)
	if err != nil {
		return err
	}
	var fds []int
	for _, f := range files {
		raw, err := f.SyscallConn()
		if err != nil {
			return err
		}
		if err := raw.Control(func(fd uintptr) { fds = append(fds, int(fd)) }); err != nil {
			return err
		}
	}
	var rights []byte
	if len(fds) > 0 {
		rights = unix.UnixRights(fds...)
	}
	if len(b) > 64<<10 { // a packet must fit into the buffer of the socket
		_ = c.SetWriteBuffer(min(len(b)*2, maxMessage))
	}
	_, _, err = c.WriteMsgUnix(b, rights, nil)
	runtime.KeepAlive(files)
	return err
}

func receive(c *net.UnixConn, message any) ([]*os.File, error) {
	b, rights := make([]byte, maxMessage), make([]byte, unix.CmsgSpace(8*4))
	n, nr, _, _, err := c.ReadMsgUnix(b, rights)
	if err != nil {
		return nil, err
	}
	var files []*os.File
	controls, err := unix.ParseSocketControlMessage(rights[:nr])
	for _, control := range controls {
		fds, err := unix.ParseUnixRights(&control)
		if err != nil {
			continue
		}
		for _, fd := range fds {
			files = append(files, os.NewFile(uintptr(fd), "passed "+strconv.Itoa(fd)))
		}
	}
	if n == 0 {
		closeAll(files)
		return nil, net.ErrClosed
	}
	if err == nil {
		err = json.Unmarshal(b[:n], message)
	}
	return files, err
}

func closeAll(files []*os.File) {
	for _, f := range files {
		_ = f.Close()
	}
}
