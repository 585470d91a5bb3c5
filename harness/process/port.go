package process

import (
	"context"
	"fmt"
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
)

var lastPort atomic.Uint32

func init() { lastPort.Store(rand.Uint32N(highPort - lowPort)) }

// vacant finds a port that nobody uses, in whatever state, on any address. It
// gives none twice before all others.
func vacant() (int, error) {
	config := net.ListenConfig{Control: withoutReuse}
	var err error
	for range 200 {
		port := lowPort + int(lastPort.Add(1)%(highPort-lowPort))
		var l net.Listener
		// As a server does that knows nothing of SO_REUSEADDR.
		if l, err = config.Listen(context.Background(), "tcp", ":"+strconv.Itoa(port)); err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("200 were tried (%w)", err)
}
