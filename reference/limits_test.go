package reference_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

func TestManyConnections(t *testing.T) {
	s := start(t, reference.Config{})
	for range 200 {
		dial(t, s.addr)
	}
	for range 1000 {
		conn, err := net.Dial("tcp", s.addr)
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	}
	s.login(t, "budi").ok("inbox")
}

func TestMaxConns(t *testing.T) {
	s := start(t, reference.Config{MaxConns: 2})
	a, b := s.login(t, "budi"), s.login(t, "siti")
	dial(t, s.addr).ends()
	a.ok("inbox")
	b.ok("inbox")
	require.NoError(t, a.Close())
	require.Eventually(t, func() bool { // as soon as the server sees it
		c := dial(t, s.addr)
		c.Write([]byte("halo\n"))
		_, err := c.r.ReadByte()
		return err == nil
	}, patience, time.Millisecond)
}

func TestIdleTimeout(t *testing.T) {
	s := start(t, reference.Config{IdleTimeout: 50 * time.Millisecond})
	silent := dial(t, s.addr)
	chatty := dial(t, s.addr)
	require.Equal(t, unknown, chatty.ask("halo"))
	silent.ends()
	chatty.ends()

	// Bytes that make no request are as good as none.
	dribbling := dial(t, s.addr)
	begun := time.Now()
	for time.Since(begun) < patience {
		dribbling.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		var timeout net.Error
		if _, err := dribbling.Read(make([]byte, 1)); !asTimeout(err, &timeout) {
			return
		}
		dribbling.Write([]byte("x"))
	}
	require.Fail(t, "the connection is still open")
}

func TestClientThatDoesNotRead(t *testing.T) {
	// flood sends requests until the connection takes no more, and returns why.
	flood := func(c *client, patience time.Duration) error {
		requests := []byte(strings.Repeat("halo\n", 10_000))
		for {
			c.SetWriteDeadline(time.Now().Add(patience))
			if _, err := c.Write(requests); err != nil {
				return err
			}
		}
	}
	var timeout net.Error
	t.Run("holds up nobody", func(t *testing.T) {
		s := start(t, reference.Config{WriteTimeout: time.Hour, DrainTimeout: time.Millisecond})
		deaf := dial(t, s.addr)
		require.True(t, asTimeout(flood(deaf, 200*time.Millisecond), &timeout))
		s.login(t, "siti").ok("inbox")
		require.NoError(t, s.stop())
	})
	t.Run("is given up", func(t *testing.T) {
		s := start(t, reference.Config{WriteTimeout: 100 * time.Millisecond})
		deaf := dial(t, s.addr)
		require.False(t, asTimeout(flood(deaf, patience), &timeout), "the server waits for ever")
	})
}

func TestHalfRequests(t *testing.T) {
	s := start(t, reference.Config{})
	dribbling := dial(t, s.addr)
	dribbling.write("registe")
	leaving := dial(t, s.addr)
	leaving.write("register budi san")
	require.NoError(t, leaving.Close())
	s.login(t, "siti").ok("inbox")
	dribbling.write("r budi x\n")
	require.Equal(t, `OK "user budi sudah teregistrasi"`, dribbling.read())
}

func TestRegisterByManyClients(t *testing.T) {
	s := start(t, reference.Config{HashIterations: 100})
	var clients []*client
	for range 16 {
		clients = append(clients, dial(t, s.addr))
	}
	for _, c := range clients {
		c.write("register budi sandi\n")
	}
	var ok int
	for _, c := range clients {
		if strings.HasPrefix(c.read(), "OK") {
			ok++
		}
	}
	require.Equal(t, 1, ok)
}

func TestShutdown(t *testing.T) {
	t.Run("idle connections close", func(t *testing.T) {
		s := start(t, reference.Config{DrainTimeout: time.Hour})
		c, half := s.login(t, "budi"), dial(t, s.addr)
		half.write("inb")
		require.NoError(t, s.stop())
		c.ends()
		half.ends()
		_, err := net.Dial("tcp", s.addr)
		require.Error(t, err)
	})
	t.Run("a request in progress is answered", func(t *testing.T) {
		begun, finish := make(chan struct{}), make(chan struct{})
		s := start(t, reference.Config{DrainTimeout: time.Hour, Wrap: func(chat.Handler) chat.Handler {
			return chat.HandlerFunc(func(context.Context, *chat.Session, chat.Request) chat.Result {
				close(begun)
				<-finish
				return chat.Fail("selesai")
			})
		}})
		c := dial(t, s.addr)
		c.write("halo\n")
		<-begun
		stopped := make(chan error)
		go func() { stopped <- s.stop() }()
		requireClosed(t, s.addr)
		close(finish)
		require.Equal(t, `ERROR "selesai"`, c.read())
		c.ends()
		require.NoError(t, <-stopped)
	})
	t.Run("but not for ever", func(t *testing.T) {
		begun := make(chan struct{})
		s := start(t, reference.Config{DrainTimeout: time.Millisecond, Wrap: func(chat.Handler) chat.Handler {
			return chat.HandlerFunc(func(ctx context.Context, _ *chat.Session, _ chat.Request) chat.Result {
				close(begun)
				<-ctx.Done()
				return chat.Fail("dibatalkan")
			})
		}})
		c := dial(t, s.addr)
		c.write("halo\n")
		<-begun
		require.NoError(t, s.stop())
	})
	t.Run("once", func(t *testing.T) {
		s := start(t, reference.Config{})
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		require.Eventually(t, func() bool { // until the first Serve is under way
			conn, err := net.Dial("tcp", s.addr)
			return err == nil && conn.Close() == nil
		}, patience, time.Millisecond)
		s.login(t, "budi")
		require.Error(t, s.Serve(t.Context(), l))
	})
}

// requireClosed waits until nobody listens at addr.
func requireClosed(t *testing.T, addr string) {
	t.Helper()
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
		}
		return err != nil
	}, patience, time.Millisecond)
}

// failing is a listener that has no descriptors at first, and then is closed
// by somebody else.
type failing struct {
	net.Listener
	left int
}

func (f *failing) Accept() (net.Conn, error) {
	if f.left--; f.left < 0 {
		return nil, net.ErrClosed
	}
	return nil, errors.New("too many open files")
}

func TestListenerFails(t *testing.T) {
	s, err := reference.New(reference.Config{})
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.ErrorIs(t, s.Serve(t.Context(), &failing{l, 3}), net.ErrClosed)
}

func TestNothingSecretIsLogged(t *testing.T) {
	var log syncBuffer
	s := start(t, reference.Config{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	c := dial(t, s.addr)
	c.ok("register budi kata-sandi")
	c.refused("auth budi kata-sandi-lain")
	token := strings.Trim(strings.TrimPrefix(c.ok("auth budi kata-sandi"), "OK "), `"`)
	c.ok("send budi surat-rahasia")
	c.ok("inbox")
	c.refused("kata-sandi")
	c.refused("logout kata-sandi")
	require.NoError(t, s.stop())
	require.Contains(t, log.String(), "command=auth status=OK user=budi")
	for _, secret := range []string{"kata-sandi", token, "surat-rahasia"} {
		require.NotContains(t, log.String(), secret)
	}
}

type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestConfig(t *testing.T) {
	for name, cfg := range map[string]reference.Config{
		"id":        {ID: "a@b"},
		"no folder": {Files: "tidak/ada"},
		"a file":    {Files: "limits_test.go"},
		"port":      {PublicPort: 70_000},
		"negative":  {IdleTimeout: -1},
		"lines":     {MaxLine: -1},
	} {
		_, err := reference.New(cfg)
		require.ErrorContains(t, err, "reference: ", name)
	}
}
