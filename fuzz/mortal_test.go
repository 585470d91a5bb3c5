package fuzz_test

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
	"github.com/protokol-chat/chatspec/reference/variant"
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

// phoenix is a server with a fault that brings it down, and somebody who starts
// it again.
type phoenix struct {
	config reference.Config
	stop   context.CancelFunc
	served chan error
	starts int
	most   int // starts, before it stays down
}

// reborn runs a phoenix until the test ends.
func reborn(t *testing.T, most int, fault string) (fuzz.Target, *phoenix) {
	t.Helper()
	cfg, err := variant.Apply(reference.Config{HashIterations: 1, DrainTimeout: 1}, fault)
	require.NoError(t, err)
	s := &phoenix{config: cfg, most: most}
	address, err := s.On()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Off()) })
	tg := specTarget(address, "alpha")
	tg.Switch = s
	return tg, s
}

func (s *phoenix) On() (string, error) {
	if s.starts++; s.starts > s.most {
		return "", errors.New("it stays down")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server, err := reference.New(s.config)
	if err != nil {
		return "", errors.Join(err, l.Close())
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop, s.served = stop, make(chan error, 1)
	go func() { s.served <- server.Serve(ctx, l) }()
	return l.Addr().String(), nil
}

func (s *phoenix) Off() error {
	if s.stop == nil {
		return nil
	}
	s.stop()
	s.stop = nil
	if err := <-s.served; !errors.Is(err, variant.ErrCrashed) {
		return err
	}
	return nil
}
