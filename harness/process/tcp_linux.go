package process

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
)

// stateListen is TCP_LISTEN in the kernel's include/net/tcp_states.h.
const stateListen = "0A"

// socket is one line of the kernel's table of TCP sockets.
type socket struct {
	endpoint // local
	state    string
	inode    string
}

// tcpTable reads the sockets of the network in which a process is; 0 is this
// one.
func tcpTable(pid int) []socket {
	who := "self"
	if pid != 0 {
		who = strconv.Itoa(pid)
	}
	var all []socket
	for _, kind := range []string{"tcp", "tcp6"} {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%s/net/%s", who, kind))
		if err != nil {
			continue
		}
		for line := range bytes.Lines(b) {
			f := strings.Fields(string(line))
			if len(f) < 10 {
				continue
			}
			if e, ok := parseEndpoint(f[1]); ok {
				all = append(all, socket{e, f[3], f[9]})
			}
		}
	}
	return all
}

// parseEndpoint reads "0100007F:1F90": an address as 32-bit words in the
// machine's byte order, and a port.
func parseEndpoint(s string) (endpoint, bool) {
	host, port, _ := strings.Cut(s, ":")
	n, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return endpoint{}, false
	}
	ip, err := hex.DecodeString(host)
	if err != nil || len(ip) != net.IPv4len && len(ip) != net.IPv6len {
		return endpoint{}, false
	}
	for word := range slices.Chunk(ip, 4) {
		binary.NativeEndian.PutUint32(word, binary.BigEndian.Uint32(word))
	}
	return endpoint{ip, int(n)}, true
}

func distinct(all []endpoint) []endpoint {
	var some []endpoint
	for _, e := range all {
		if !slices.ContainsFunc(some, func(o endpoint) bool { return o.String() == e.String() }) {
			some = append(some, e)
		}
	}
	return some
}

// taken tells whether somebody listens on the port already.
func taken(port int) bool {
	return slices.ContainsFunc(tcpTable(0), func(s socket) bool { return s.port == port && s.state == stateListen })
}

// lingering tells whether a connection to a server that has ended still blocks
// the port.
func lingering(port int) bool {
	return slices.ContainsFunc(tcpTable(0), func(s socket) bool { return s.port == port && s.state != stateListen })
}
