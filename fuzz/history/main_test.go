package history

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// decorator plants something around the reference server.
type decorator func(next chat.Handler) chat.Handler

// serve runs the reference server, decorated, until the test ends.
func serve(t testing.TB, plant decorator) *target.Target {
	t.Helper()
	s, err := reference.New(reference.Config{HashIterations: 1, Wrap: plant})
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-served)
	})
	target := target.New(l.Addr().String(), 5*time.Second)
	target.Dialect = dialect.Spec("alpha")
	return target
}
