package fuzz_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
)

// pool has so many connections served at once: further ones are open, and wait
// for one of them to end, as where each takes a thread of a pool.
type pool struct {
	net.Listener
	threads chan struct{}
}

func (p *pool) Accept() (net.Conn, error) {
	p.threads <- struct{}{}
	c, err := p.Listener.Accept()
	if err != nil {
		release(p.threads)
		return nil, err
	}
	return &pooled{Conn: c, threads: p.threads}, nil
}

func release(threads chan struct{}) {
	select {
	case <-threads:
	default:
	}
}

type pooled struct {
	net.Conn
	once    sync.Once
	threads chan struct{}
}

func (p *pooled) Close() error {
	p.once.Do(func() { release(p.threads) })
	return p.Conn.Close()
}

// TestRoom has servers that serve few connections at once: sessions keep within
// what they serve.
func TestRoom(t *testing.T) {
	for _, threads := range []int{10, 20} {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			s, err := reference.New(reference.Config{HashIterations: 1})
			require.NoError(t, err)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			p := &pool{l, make(chan struct{}, threads)}
			ctx, stop := context.WithCancel(context.Background())
			served := make(chan error, 1)
			go func() { served <- s.Serve(ctx, p) }()
			defer func() {
				stop()
				for done := false; !done; { // who waits for a thread gets one
					select {
					case err := <-served:
						require.NoError(t, err)
						done = true
					case <-p.threads:
					}
				}
			}()
			tg, err := fuzz.Reach(t.Context(), verdict.Target{Address: l.Addr().String(), ServerID: "alpha"}, 2*time.Second)
			require.NoError(t, err)
			r, err := fuzz.Properties(t.Context(), tg, fuzz.Options{Sessions: 150, Seed: 1, Level: verdict.Robust})
			require.NoError(t, err)
			require.Empty(t, r.Findings, "%s", explain(r))
			require.Equal(t, 150, r.Sessions, r.Stopped.EN)
		})
	}
}
