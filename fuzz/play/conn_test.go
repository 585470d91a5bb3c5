package play

import (
	"bytes"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// pipe gives both ends of a connection.
func pipe(t *testing.T) (*conn, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	to := &Target{Server: target.New(l.Addr().String(), time.Second)}
	to.Server.Dialect = dialect.Spec("")
	c, err := to.dial(t.Context(), to.Server)
	require.NoError(t, err)
	far, err := l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = c.nc.Close() // either may be closed already
		_ = far.Close()
	})
	return c, far
}

// TestRead has results come in pieces of all kinds.
func TestRead(t *testing.T) {
	const end = wire.Terminator
	big := `{"data":"` + strings.Repeat("x", 100<<10) + `"}`
	for name, c := range map[string]struct {
		pieces []string
		want   []string // bodies
		err    error    // behind them
		rest   string   // that came without an end
	}{
		"one":                {[]string{"{}" + end}, []string{"{}"}, wire.ErrClosed, ""},
		"two at once":        {[]string{"{}" + end + `{"a":1}` + end}, []string{"{}", `{"a":1}`}, wire.ErrClosed, ""},
		"in pieces":          {[]string{"{", "}\r", "\n\r", "\n{", "}" + end}, []string{"{}", "{}"}, wire.ErrClosed, ""},
		"big":                {[]string{"{}" + end, big, end, "{}" + end}, []string{"{}", big, "{}"}, wire.ErrClosed, ""},
		"big in one":         {[]string{big + end + big + end}, []string{big, big}, wire.ErrClosed, ""},
		"without an end":     {[]string{"{}"}, []string{"{}"}, wire.ErrClosed, ""},
		"half an end":        {[]string{"{}\r\n"}, []string{"{}"}, wire.ErrClosed, ""},
		"two without an end": {[]string{"{}\r\n{}"}, []string{"{}", "{}"}, wire.ErrClosed, ""},
		"cut off":            {[]string{"{}" + end + `{"a`}, []string{"{}"}, wire.ErrClosed, `{"a`},
		"no JSON":            {[]string{"apa?"}, nil, wire.ErrClosed, "apa?"},
		"nothing":            {nil, nil, wire.ErrClosed, ""},
		"endless":            {[]string{strings.Repeat("x", wire.MaxResult+64<<10)}, nil, wire.ErrTooLong, strings.Repeat("x", wire.MaxResult+1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c1, far := pipe(t)
			wrote := make(chan error, 1)
			go func() {
				var err error
				for _, piece := range c.pieces {
					if _, failed := far.Write([]byte(piece)); failed != nil {
						err = failed
					}
				}
				_ = far.Close() // the test sees it if this fails
				wrote <- err
			}()
			for _, body := range c.want {
				f, err := c1.read(time.Now(), 10*time.Second)
				require.NoError(t, err)
				require.True(t, body == string(f.Body), "%.100q", f.Body)
				require.True(t, bytes.HasPrefix(f.Raw, f.Body) && bytes.HasSuffix(f.Raw, []byte(f.End)))
			}
			f, err := c1.read(time.Now(), 10*time.Second)
			require.ErrorIs(t, err, c.err)
			require.GreaterOrEqual(t, len(f.Raw), len(c.rest))
			require.True(t, strings.HasPrefix(string(f.Raw), c.rest), "%.100q", f.Raw)
			_ = c1.nc.Close() // so that nobody writes for ever
			if err := <-wrote; c.err != wire.ErrTooLong {
				require.NoError(t, err)
			}
		})
	}
}

// TestSilence tells a silence from an end, and reads on behind it.
func TestSilence(t *testing.T) {
	c, far := pipe(t)
	_, err := c.read(time.Now(), time.Millisecond)
	require.ErrorIs(t, err, wire.ErrSilent)
	require.Empty(t, c.extra(time.Millisecond))
	_, err = far.Write([]byte("{}" + wire.Terminator + "lagi"))
	require.NoError(t, err)
	f, err := c.read(time.Now(), 10*time.Second)
	require.NoError(t, err)
	require.Equal(t, "{}", string(f.Body))
	require.Equal(t, "lagi", string(c.extra(10*time.Second)))
	require.NoError(t, far.(*net.TCPConn).SetLinger(0))
	require.NoError(t, far.Close())
	_, err = c.read(time.Now(), 10*time.Second)
	require.ErrorIs(t, err, wire.ErrReset)
	require.ErrorIs(t, c.write([]byte("halo"), time.Second), wire.ErrReset)
}

func TestCuts(t *testing.T) {
	for _, c := range []struct {
		how  script.How
		n    int
		want []int
	}{
		{script.Whole, 20, nil},
		{script.Joined, 20, nil},
		{script.Pieces, 20, []int{10}},
		{script.Pieces, 1, nil},
		{script.Dribbled, 1, nil},
		{script.Dribbled, 3, []int{1, 2}},
		{script.Dribbled, 7, []int{1, 2, 3, 4, 5, 6}},
		{script.Dribbled, 100, []int{1, 2, 3, 4, 50, 96, 97, 98, 99}},
	} {
		require.Equal(t, c.want, cuts(c.how, c.n), "%s %d", c.how, c.n)
	}
}
