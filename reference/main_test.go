package reference_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/reference"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what should come at once.
const patience = 10 * time.Second

// A running server, with what tests need to know of it.
type running struct {
	*reference.Server
	addr string
	stop func() error // stops it and returns what Serve returned; may be called again
}

// start serves on a free port of loopback until the test ends.
func start(t testing.TB, cfg reference.Config) *running {
	t.Helper()
	return startAt(t, cfg, "127.0.0.1:0")
}

func startAt(t testing.TB, cfg reference.Config, addr string) *running {
	t.Helper()
	if cfg.HashIterations == 0 {
		cfg.HashIterations = 1
	}
	s, err := reference.New(cfg)
	require.NoError(t, err)
	l, err := net.Listen("tcp", addr)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	served, result := make(chan struct{}), error(nil)
	go func() {
		defer close(served)
		result = s.Serve(ctx, l)
	}()
	r := &running{Server: s, addr: l.Addr().String()}
	r.stop = func() error {
		cancel()
		select {
		case <-served:
			return result
		case <-time.After(patience):
			return fmt.Errorf("server %s does not stop", cfg.ID)
		}
	}
	t.Cleanup(func() { require.NoError(t, r.stop()) })
	return r
}

func (r *running) hostport() string { return strings.Replace(r.addr, ":", " ", 1) }

func (r *running) port() uint16 { return addrPort(r.addr).Port() }

// A client is a connection that fails the test when something takes too long.
type client struct {
	t testing.TB
	net.Conn
	r *bufio.Reader
}

func dial(t testing.TB, addr string) *client {
	t.Helper()
	conn, err := net.DialTimeout("tcp", addr, patience)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	return &client{t, conn, bufio.NewReader(conn)}
}

// login is dial, register and auth.
func (r *running) login(t testing.TB, user string) *client {
	t.Helper()
	c := dial(t, r.addr)
	c.ok("register %s sandi", user)
	c.ok("auth %s sandi", user)
	return c
}

// write sends raw bytes.
func (c *client) write(s string) {
	c.t.Helper()
	_, err := c.Write([]byte(s))
	require.NoError(c.t, err)
}

// read returns the next result as its status, a space and its data in JSON.
func (c *client) read() string {
	c.t.Helper()
	var raw []byte
	for !bytes.HasSuffix(raw, []byte("\r\n\r\n")) {
		line, err := c.r.ReadBytes('\n')
		raw = append(raw, line...)
		require.NoError(c.t, err, "after %q", raw)
	}
	var result struct {
		Status string
		Data   json.RawMessage
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	require.NoError(c.t, d.Decode(&result), "%q", raw)
	require.EqualValues(c.t, len(raw)-4, d.InputOffset(), "JSON and its end in %q", raw)
	require.NotEmpty(c.t, result.Data)
	return result.Status + " " + string(result.Data)
}

// ask sends a request and returns its result.
func (c *client) ask(format string, args ...any) string {
	c.t.Helper()
	c.write(fmt.Sprintf(format, args...) + "\r\n")
	return c.read()
}

func (c *client) ok(format string, args ...any) string {
	c.t.Helper()
	result := c.ask(format, args...)
	require.True(c.t, strings.HasPrefix(result, "OK "), "%s: %s", fmt.Sprintf(format, args...), result)
	return result
}

func (c *client) refused(format string, args ...any) string {
	c.t.Helper()
	result := c.ask(format, args...)
	require.True(c.t, strings.HasPrefix(result, "ERROR "), "%s: %s", fmt.Sprintf(format, args...), result)
	return result
}

// ends requires that the server closes the connection without another byte.
func (c *client) ends() {
	c.t.Helper()
	rest, err := c.r.ReadString(0)
	require.Error(c.t, err)
	require.Empty(c.t, rest)
	var timeout net.Error
	if ok := asTimeout(err, &timeout); ok {
		require.Fail(c.t, "the connection is still open")
	}
}
