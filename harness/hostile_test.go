package harness_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// serve runs a server of one function a connection. It ends with the test.
func serve(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var mu sync.Mutex
	conns := map[net.Conn]bool{}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns[c] = true
			mu.Unlock()
			wg.Go(func() {
				handle(c)
				c.Close()
				mu.Lock()
				delete(conns, c)
				mu.Unlock()
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for c := range conns {
			c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

// answering gives each read the same answer.
func answering(answer string) func(net.Conn) {
	return func(c net.Conn) {
		b := make([]byte, 64<<10)
		for {
			if _, err := c.Read(b); err != nil {
				return
			}
			if _, err := io.WriteString(c, answer); err != nil {
				return
			}
		}
	}
}

func TestHostileServers(t *testing.T) {
	if raced {
		t.Skip("megabytes of nonsense: run without the race detector")
	}
	t.Parallel()
	for name, tc := range map[string]struct {
		handle func(net.Conn)
		fails  string
	}{
		"garbage":                  {answering("\x00\xff\xfe\x1b[2J<script>\r\n\r\n"), "WIRE-1"},
		"no terminator":            {answering(`{"status":"ERROR","data":"request tidak dikenali"}`), "WIRE-2"},
		"terminal escapes":         {answering("{\"status\":\"\x1b]0;pwned\x07\",\"data\":\"\x1b[31m\"}\r\n\r\n"), "WIRE-1"},
		"JSON nested 100,000 deep": {answering(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "\r\n\r\n"), "WIRE-1"},
		"an object nested deep":    {answering(`{"status":"OK","data":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}\r\n\r\n"), "WIRE-1"},
		"a reset in a result": {func(c net.Conn) {
			b := make([]byte, 1024)
			if _, err := c.Read(b); err == nil {
				_, _ = io.WriteString(c, `{"status":"O`)
				_ = c.(*net.TCPConn).SetLinger(0)
			}
		}, "WIRE-2"},
		"an endless line": {func(c net.Conn) {
			b := bytes.Repeat([]byte("x"), 64<<10)
			for {
				if _, err := c.Write(b); err != nil {
					return
				}
			}
		}, "WIRE-2"},
		"a result of 1 GiB": {func(c net.Conn) {
			b := bytes.Repeat([]byte("x"), 1<<20)
			if _, err := c.Read(make([]byte, 1024)); err != nil {
				return
			}
			_, _ = io.WriteString(c, `{"status":"OK","data":"`)
			for range 1024 {
				if _, err := c.Write(b); err != nil {
					return
				}
			}
			_, _ = io.WriteString(c, "\"}\r\n\r\n")
		}, "WIRE-2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			r, err := harness.Run(ctx, harness.Target{Address: serve(t, tc.handle)}, harness.Options{Level: verdict.Must})
			require.NoError(t, err)
			assert.NoError(t, ctx.Err())
			assert.NotEqual(t, verdict.ExitOK, r.ExitCode())
			t.Logf("%s: exit code %d", r.Duration, r.ExitCode())
			if tc.fails != "" {
				var failed []string
				for _, j := range r.Requirements {
					if j.Status == verdict.Fail {
						failed = append(failed, j.ID)
					}
				}
				assert.Contains(t, failed, tc.fails)
			}
			reportsAreValid(t, r)
		})
	}
}

func reportsAreValid(t *testing.T, r *verdict.Report) {
	t.Helper()
	for _, kind := range report.Kinds() {
		write, err := report.For(kind)
		require.NoError(t, err)
		var b bytes.Buffer
		require.NoError(t, write(&b, r, verdict.Indonesian), kind)
		switch kind {
		case "json":
			var v any
			assert.NoError(t, json.Unmarshal(b.Bytes(), &v))
		case "junit":
			d := xml.NewDecoder(&b)
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if !assert.NoError(t, err) {
					break
				}
			}
		case "console":
			assert.NotContains(t, b.String(), "\x1b")
			assert.NotContains(t, b.String(), "\x07")
		}
	}
}

func TestDeadAndMuteServers(t *testing.T) {
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	dead.Close()
	for name, tc := range map[string]struct {
		address, says string
	}{
		"nobody there": {dead.Addr().String(), "nobody listens there"},
		"mute":         {serve(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }), "answers nothing"},
		"closes":       {serve(t, func(net.Conn) {}), "without an answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := harness.Run(t.Context(), harness.Target{Address: tc.address}, harness.Options{Level: verdict.Robust})
			require.NoError(t, err)
			assert.Equal(t, verdict.ExitUntestable, r.ExitCode())
			assert.Contains(t, r.Stopped.EN, tc.says)
			for _, j := range r.Requirements {
				assert.Equal(t, verdict.Skip, j.Status)
			}
			t.Log(r.Duration)
		})
	}
}

func TestUsageErrors(t *testing.T) {
	for _, tc := range []struct {
		target  harness.Target
		options harness.Options
		says    string
	}{
		{harness.Target{Address: "127.0.0.1:1"}, harness.Options{Only: "SEND-99"}, "SEND-99"},
		{harness.Target{Address: "127.0.0.1:1"}, harness.Options{Only: "ROBUST"}, "nothing selected"},
		{harness.Target{Address: "127.0.0.1:1", Peer: "127.0.0.1:2"}, harness.Options{}, "a peer needs its id"},
	} {
		_, err := harness.Run(t.Context(), tc.target, tc.options)
		assert.ErrorContains(t, err, tc.says)
	}
}
