package peer

import (
	"context"
	"io"
	"net"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const long = 10 * time.Second // for what will come

func dial(t testing.TB, addr string) *net.TCPConn {
	t.Helper()
	c, err := net.DialTimeout("tcp", addr, long)
	require.NoError(t, err)
	require.NoError(t, c.SetDeadline(time.Now().Add(long)))
	t.Cleanup(func() { _ = c.Close() })
	return c.(*net.TCPConn)
}

func at(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

func listen(t testing.TB, manner Manner) *Peer {
	t.Helper()
	p, err := Listen(manner)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

func accepted(t testing.TB, p *Peer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	require.NoError(t, p.Await(ctx, 0), "the connection is not noted")
}

func TestManners(t *testing.T) {
	for name, c := range map[string]struct {
		manner Manner
		sees   func(t *testing.T, p *Peer, c net.Conn)
	}{
		"quiet": {Quiet, func(t *testing.T, p *Peer, c net.Conn) {
			accepted(t, p)
			p.Release()
			b, err := io.ReadAll(c)
			require.NoError(t, err)
			assert.Empty(t, b)
		}},
		"closing": {Closing, func(t *testing.T, p *Peer, c net.Conn) {
			accepted(t, p)
			b, err := io.ReadAll(c)
			require.NoError(t, err)
			assert.Empty(t, b)
		}},
		"reset": {Reset, func(t *testing.T, p *Peer, c net.Conn) {
			accepted(t, p)
			_, err := io.ReadAll(c)
			require.ErrorIs(t, err, syscall.ECONNRESET)
		}},
		"babbling": {Babbling, func(t *testing.T, p *Peer, c net.Conn) {
			accepted(t, p)
			b := make([]byte, len(garbage))
			_, err := io.ReadFull(c, b)
			require.NoError(t, err)
			assert.Equal(t, garbage, b)
			p.Release()
			rest, err := io.ReadAll(c)
			require.NoError(t, err)
			assert.Empty(t, rest)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p := listen(t, c.manner)
			require.Zero(t, p.Connections(), "nobody has connected")
			conn, err := net.DialTimeout("tcp", at(p.Port()), long)
			if c.manner == Reset && err != nil { // it may be as quick as that
				require.ErrorIs(t, err, syscall.ECONNRESET)
				return
			}
			require.NoError(t, err)
			defer conn.Close()
			require.NoError(t, conn.SetDeadline(time.Now().Add(long)))
			c.sees(t, p, conn)
		})
	}
}

func TestReleasedPeerClosesNewConnections(t *testing.T) {
	p := listen(t, Quiet)
	first := dial(t, at(p.Port()))
	accepted(t, p)
	p.Release()
	p.Release()
	for _, c := range []net.Conn{first, dial(t, at(p.Port()))} {
		_, err := c.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
	}
}

func TestClosedPeerIsGone(t *testing.T) {
	for _, manner := range []Manner{Quiet, Closing, Reset, Babbling} {
		p, err := Listen(manner)
		require.NoError(t, err)
		var conns []net.Conn
		for range 5 {
			if c, err := net.DialTimeout("tcp", at(p.Port()), long); err == nil {
				conns = append(conns, c)
			}
		}
		p.Close() // returns although all are open
		p.Close()
		_, err = net.DialTimeout("tcp", at(p.Port()), long)
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		for _, c := range conns {
			_ = c.Close()
		}
	}
}

func TestVacant(t *testing.T) {
	port, free, err := Vacant()
	require.NoError(t, err)
	for range 3 {
		_, err = net.DialTimeout("tcp", at(port), long)
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
	}
	_, err = net.Listen("tcp", at(port))
	require.Error(t, err, "it is reserved")
	other, freeOther, err := Vacant()
	require.NoError(t, err)
	assert.NotEqual(t, port, other)
	freeOther()
	free()
	l, err := net.Listen("tcp", at(port))
	require.NoError(t, err, "it is free again")
	require.NoError(t, l.Close())
}

// echo is a server that answers what it got once the other end is done.
func echo(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(long))
				_, _ = io.Copy(c, c)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	return l.Addr().String()
}

func relay(t testing.TB, to string) *Relay {
	t.Helper()
	r, err := NewRelay(to)
	require.NoError(t, err)
	t.Cleanup(r.Cut)
	return r
}

func says(t testing.TB, c *net.TCPConn, text string) {
	t.Helper()
	_, err := c.Write([]byte(text))
	require.NoError(t, err)
	b := make([]byte, len(text))
	_, err = io.ReadFull(c, b)
	require.NoError(t, err)
	assert.Equal(t, text, string(b))
}

func TestRelay(t *testing.T) {
	r := relay(t, echo(t))
	a, b := dial(t, r.Addr()), dial(t, r.Addr())
	says(t, a, "dari a")
	says(t, b, "dari b")
	says(t, a, "lagi\x00\xff\r\n\r\n")
	require.NoError(t, a.CloseWrite(), "one half ends")
	_, err := a.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	says(t, b, "masih")
}

func TestRelayCutAndRestored(t *testing.T) {
	r := relay(t, echo(t))
	addr := r.Addr()
	for range 3 {
		c := dial(t, addr)
		says(t, c, "halo")
		r.Cut()
		r.Cut()
		_, err := c.Read(make([]byte, 1))
		require.Error(t, err, "the connection has ended")
		_, err = net.DialTimeout("tcp", addr, long)
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		assert.Equal(t, addr, r.Addr())
		require.NoError(t, r.Restore())
		require.NoError(t, r.Restore())
		says(t, dial(t, addr), "lagi")
	}
}

func TestRelayToNobody(t *testing.T) {
	port, free, err := Vacant()
	require.NoError(t, err)
	defer free()
	r := relay(t, at(port))
	_, err = dial(t, r.Addr()).Read(make([]byte, 1))
	require.Error(t, err)
}

func TestRelayIsSharedByGoroutines(t *testing.T) {
	r := relay(t, echo(t))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				r.Cut()
				_ = r.Restore()
			}
		})
		wg.Go(func() {
			for range 20 {
				if c, err := net.DialTimeout("tcp", r.Addr(), long); err == nil {
					_, _ = c.Write([]byte("x"))
					_ = c.Close()
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, r.Restore())
	says(t, dial(t, r.Addr()), "halo")
}

// What was opened before Settle is called is counted, whatever the scheduler
// does.
func TestSettle(t *testing.T) {
	for _, manner := range []Manner{Quiet, Closing, Reset, Babbling} {
		p := listen(t, manner)
		for i := range 20 {
			var conns []net.Conn
			for range i {
				conn, err := net.DialTimeout("tcp", at(p.Port()), long)
				if err != nil { // reset at once: it counts all the same
					require.ErrorIs(t, err, syscall.ECONNRESET)
					continue
				}
				conns = append(conns, conn)
			}
			n, err := p.Settle(t.Context())
			require.NoError(t, err)
			require.GreaterOrEqual(t, n, (i+1)*(i+2)/2)
			require.Equal(t, n, p.Connections())
			for _, conn := range conns {
				conn.Close()
			}
		}
	}
	p := listen(t, Quiet)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, p.Await(ctx, 0), context.Canceled)
}
