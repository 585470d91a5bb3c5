package process

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"sync/atomic"
)

// Free ports are taken from below those that systems give to outgoing
// connections, so that none of these takes one between our look and the
// server's bind.
const (
	lowPort  = 20_000
	highPort = 32_000
	claims   = 20_000 // above a port, the one of its claim
)

var lastPort atomic.Uint32

func init() { lastPort.Store(rand.Uint32N(highPort - lowPort)) }

// vacant finds a port that nobody uses, in whatever state, on any address. It
// gives none twice before all others, nor one that another chatspec on this
// machine was given, until claim is closed.
func vacant() (port int, claim io.Closer, err error) {
	config := net.ListenConfig{Control: withoutReuse}
	for range 200 {
		port := lowPort + int(lastPort.Add(1)%(highPort-lowPort))
		// Nothing is ever sent there: who holds the socket holds the port.
		var held net.PacketConn
		if held, err = net.ListenPacket("udp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port+claims))); err != nil {
			continue
		}
		var l net.Listener
		// As a server does that knows nothing of SO_REUSEADDR.
		if l, err = config.Listen(context.Background(), "tcp", ":"+strconv.Itoa(port)); err == nil {
			return port, held, l.Close()
		}
		_ = held.Close() // nothing was sent
	}
	return 0, nil, fmt.Errorf("200 were tried (%w)", err)
}
