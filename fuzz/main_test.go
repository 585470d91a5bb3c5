package fuzz_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve runs a reference server until the test ends and gives its address.
func serve(t testing.TB, cfg reference.Config) string {
	t.Helper()
	cfg.HashIterations = 1
	if cfg.Limits != (chat.Limits{}) { // a reading has limits of its own
		cfg.Limits.Servers, cfg.Limits.MailBytes = 1<<30, 1<<40
	} else {
		cfg.Limits = chat.Limits{Users: 1 << 30, Groups: 1 << 30, Servers: 1 << 30, MailBytes: 1 << 40}
	}
	s, err := reference.New(cfg)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-served)
	})
	return l.Addr().String()
}

// quick is how much of something is done: less where tests are to be quick.
func quick(all, less int) int {
	if testing.Short() {
		return less
	}
	return all
}

// specTarget speaks as the specification suggests.
func specTarget(address, id string) fuzz.Target {
	t := fuzz.Target{Server: target.New(address, 5*time.Second)}
	t.Server.Dialect = dialect.Spec(id)
	return t
}
