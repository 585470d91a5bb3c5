package fuzz_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

// mortal runs a server that stops listening and closes all connections at its
// hundredth request.
func mortal(t *testing.T) (fuzz.Target, func()) {
	t.Helper()
	ctx, die := context.WithCancel(context.Background())
	var requests atomic.Int32
	s, err := reference.New(reference.Config{HashIterations: 1, DrainTimeout: 1, Wrap: wrap(func(next chat.Handler, s *chat.Session, r chat.Request) chat.Result {
		if requests.Add(1) >= 100 {
			die()
			<-ctx.Done()
		}
		return next.Handle(context.Background(), s, r)
	})})
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	return specTarget(l.Addr().String(), "alpha"), func() {
		die()
		require.NoError(t, <-served)
	}
}
