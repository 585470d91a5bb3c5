package wire

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/harness/peer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	brief = 10 * time.Millisecond // for what will not come
	long  = 10 * time.Second      // for what will
)

// serve gives the address of a server that treats each connection so, and closes
// it then. It ends with the test.
func serve(t testing.TB, treat func(c *net.TCPConn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(long))
			treat(c.(*net.TCPConn))
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return l.Addr().String()
}

// dial connects to a server that says something and then does the rest, when the
// test is over at the latest.
func dial(t testing.TB, says string, then func(c *net.TCPConn, over <-chan struct{})) (*Conn, *Log) {
	t.Helper()
	dialled, over := make(chan struct{}), make(chan struct{})
	addr := serve(t, func(c *net.TCPConn) {
		<-dialled
		_, _ = c.Write([]byte(says))
		then(c, over)
	})
	log := NewLog()
	c, err := Dial(t.Context(), addr, "budi", log)
	close(dialled)
	require.NoError(t, err)
	t.Cleanup(func() {
		close(over)
		c.Close()
	})
	return c, log
}

func stays(_ *net.TCPConn, over <-chan struct{}) { <-over }
func closes(*net.TCPConn, <-chan struct{})       {}
func resets(c *net.TCPConn, _ <-chan struct{})   { _ = c.SetLinger(0) }

// piped is a connection on which each write is one segment.
func piped(t *testing.T) (c *Conn, server net.Conn) {
	t.Helper()
	client, server := net.Pipe()
	c = over(client, "budi", NewLog())
	t.Cleanup(func() {
		c.Close()
		_ = server.Close()
	})
	return c, server
}

func TestReadWhereverSegmentsAreCut(t *testing.T) {
	const first, second = `{"status": "OK", "data": "é"}`, ` {"status": "ERROR"}`
	stream := []byte(first + Terminator + second + Terminator)
	for i := range len(stream) {
		c, server := piped(t)
		go func() {
			_, _ = server.Write(stream[:i])
			_, _ = server.Write(stream[i:])
		}()
		for _, want := range []string{first, second} {
			f, err := c.Read(t.Context(), Patience{Wait: long})
			require.NoError(t, err, "cut at %d", i)
			assert.Equal(t, want, string(f.Body), "cut at %d", i)
			assert.Equal(t, want+Terminator, string(f.Raw), "cut at %d", i)
			assert.Equal(t, Terminator, f.End, "cut at %d", i)
		}
		assert.Empty(t, c.Unread(), "cut at %d", i)
	}
}

func TestReadByteByByte(t *testing.T) {
	c, server := piped(t)
	stream := []byte("{\"a\":\r\n1}" + Terminator + Terminator + "x" + Terminator)
	go func() {
		for i := range stream {
			_, _ = server.Write(stream[i : i+1])
		}
	}()
	for _, want := range []string{"{\"a\":\r\n1}", "", "x"} {
		f, err := c.Read(t.Context(), Patience{Wait: long})
		require.NoError(t, err)
		assert.Equal(t, want, string(f.Body))
	}
}

func TestRead(t *testing.T) {
	type then = func(*net.TCPConn, <-chan struct{})
	for name, c := range map[string]struct {
		says string
		then then
		body string // of the frame
		end  string
		raw  string // of what came without being a frame
		err  error
	}{
		"whole":                         {says: "{}" + Terminator, then: stays, body: "{}", end: Terminator},
		"whole, then closed":            {says: "{}" + Terminator, then: closes, body: "{}", end: Terminator},
		"no JSON":                       {says: "halo" + Terminator, then: stays, body: "halo", end: Terminator},
		"several in a segment":          {says: "{}" + Terminator + "{}" + Terminator, then: stays, body: "{}", end: Terminator},
		"more than one terminator":      {says: "{}" + Terminator + "\r\n", then: stays, body: "{}", end: Terminator},
		"no terminator":                 {says: `{"a": 1}`, then: stays, body: `{"a": 1}`},
		"no terminator, then closed":    {says: `{"a": 1}`, then: closes, body: `{"a": 1}`},
		"half a terminator":             {says: "{}\r\n", then: stays, body: "{}", end: "\r\n"},
		"half a terminator, closed":     {says: "{}\r\n", then: closes, body: "{}", end: "\r\n"},
		"three quarters of it":          {says: "{}\r\n\r", then: stays, body: "{}", end: "\r\n\r"},
		"another one":                   {says: "{}\n\n", then: stays, body: "{}", end: "\n\n"},
		"two without":                   {says: "{}\n{}\n", then: stays, body: "{}", end: "\n"},
		"half an object":                {says: `{"a": `, then: stays, raw: `{"a": `, err: ErrSilent},
		"half an object, closed":        {says: `{"a": `, then: closes, raw: `{"a": `, err: ErrClosed},
		"half an object, reset":         {says: `{"a": `, then: resets, raw: `{"a": `, err: ErrReset},
		"text without end":              {says: "halo\r\n", then: stays, raw: "halo\r\n", err: ErrSilent},
		"a list without end":            {says: "[1]\r\n", then: stays, raw: "[1]\r\n", err: ErrSilent},
		"nothing":                       {then: stays, err: ErrSilent},
		"nothing, closed":               {then: closes, err: ErrClosed},
		"nothing, reset":                {then: resets, err: ErrReset},
		"a hundred thousand lists deep": {says: strings.Repeat("[", 100_000), then: closes, raw: strings.Repeat("[", maxHead), err: ErrClosed},
		"as many objects deep":          {says: strings.Repeat(`{"a":`, 100_000), then: closes, raw: strings.Repeat(`{"a":`, maxHead)[:maxHead], err: ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, _ := dial(t, c.says, c.then)
			wait := brief
			if c.err == ErrClosed || c.err == ErrReset || c.end == Terminator {
				wait = long
			}
			if wait == brief { // the event that there is: all has come
				require.Eventually(t, func() bool { return len(conn.Unread()) == len(c.says) }, long, time.Millisecond)
			}
			f, err := conn.Read(t.Context(), Patience{Wait: wait})
			if c.err != nil {
				require.ErrorIs(t, err, c.err)
				if c.err == ErrReset { // it may overtake what was sent
					assert.True(t, strings.HasPrefix(c.raw, string(f.Raw)), "%q", f.Raw)
				} else {
					assert.Equal(t, c.raw, string(f.Raw))
				}
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.body, string(f.Body))
			assert.Equal(t, c.end, f.End)
			assert.Equal(t, c.body+c.end, string(f.Raw))
		})
	}
}

// A terminator is found also when it comes just when the wait is over.
func TestReadAfterALateTerminator(t *testing.T) {
	c, server := piped(t)
	_, err := c.Read(t.Context(), Patience{Wait: brief})
	require.ErrorIs(t, err, ErrSilent)
	_, err = server.Write([]byte("hal"))
	require.NoError(t, err)
	_, err = server.Write([]byte("o" + Terminator))
	require.NoError(t, err)
	_, _, err = c.take(cutUnterminated)
	require.ErrorIs(t, err, errPartial)
	f, err := c.Read(t.Context(), Patience{Wait: long})
	require.NoError(t, err)
	assert.Equal(t, "halo", string(f.Body))
}

// What is known to end without a terminator is not waited for longer than the
// grace, and a value that is not whole is.
func TestReadWithGrace(t *testing.T) {
	c, server := piped(t)
	go func() { _, _ = server.Write([]byte("{}\n")) }()
	f, err := c.Read(t.Context(), Patience{Wait: time.Hour, Grace: time.Millisecond})
	require.NoError(t, err)
	assert.Equal(t, Frame{Raw: []byte("{}\n"), Body: []byte("{}"), End: "\n"}, f)

	// Nor is there anything to wait for once the next has begun.
	go func() { _, _ = server.Write([]byte("{}\n{\"a\":1}\n{")) }()
	for _, body := range []string{"{}", `{"a":1}`} {
		f, err := c.Read(t.Context(), Patience{Wait: time.Hour, Grace: time.Hour})
		require.NoError(t, err)
		assert.Equal(t, body, string(f.Body))
	}
	c.Discard()

	read := make(chan Frame, 1)
	go func() {
		f, _ := c.Read(t.Context(), Patience{Wait: long, Grace: time.Microsecond})
		read <- f
	}()
	for _, piece := range []string{`{"a`, `": `, `1`, `}`} {
		_, err := server.Write([]byte(piece))
		require.NoError(t, err)
	}
	assert.Equal(t, `{"a": 1}`, string((<-read).Body))
}

func TestEndlessAnswer(t *testing.T) {
	for name, piece := range map[string]string{
		"text":      "halo ",
		"an object": `{"a":`,
		"a string":  `{"data": "` + strings.Repeat("x", 1<<10),
	} {
		t.Run(name, func(t *testing.T) {
			chunk := bytes.Repeat([]byte(piece), 1+(64<<10)/len(piece))
			c, log := dial(t, "", func(c *net.TCPConn, over <-chan struct{}) {
				for {
					if _, err := c.Write(chunk); err != nil {
						return
					}
				}
			})
			f, err := c.Read(t.Context(), Patience{Wait: long})
			require.ErrorIs(t, err, ErrTooLong)
			assert.Len(t, f.Raw, maxHead)
			c.mu.Lock()
			assert.LessOrEqual(t, len(c.buf), MaxResult+16<<10, "no more is taken in")
			c.mu.Unlock()
			_, err = c.Read(t.Context(), Patience{Wait: long})
			require.ErrorIs(t, err, ErrTooLong, "it stays so")
			size := 0
			for _, e := range log.Events() {
				size += len(e.Data)
			}
			assert.LessOrEqual(t, size, maxLogBytes)
			c.Discard()
			require.Eventually(t, func() bool { return len(c.Unread()) > 0 }, long, time.Millisecond, "there is room again")
			c.Close() // also while there is none: goleak sees whether the pump ended
		})
	}
}

// Many results in a stream that never pauses are taken one by one.
func TestEndlessResults(t *testing.T) {
	chunk := bytes.Repeat([]byte("{}"+Terminator), 1<<12)
	c, _ := dial(t, "", func(c *net.TCPConn, over <-chan struct{}) {
		for {
			if _, err := c.Write(chunk); err != nil {
				return
			}
		}
	})
	for range 10_000 {
		f, err := c.Read(t.Context(), Patience{Wait: long})
		require.NoError(t, err)
		require.Equal(t, "{}", string(f.Body))
	}
}

// A result that drips for ever has an end all the same.
func TestDrippingAnswer(t *testing.T) {
	c, server := piped(t)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			if _, err := server.Write([]byte("x")); err != nil {
				return
			}
		}
	}()
	_, err := c.Read(t.Context(), Patience{Wait: brief})
	require.ErrorIs(t, err, ErrSilent)
	c.Close()
	<-stopped
}

func TestReadGivesUp(t *testing.T) {
	t.Run("when it is closed", func(t *testing.T) {
		c, log := dial(t, "", stays)
		read := make(chan error, 1)
		go func() {
			_, err := c.Read(context.Background(), Patience{Wait: time.Hour})
			read <- err
		}()
		c.Close()
		c.Close()
		require.ErrorIs(t, <-read, ErrReset)
		assert.ErrorIs(t, c.Ended(), ErrReset)
		assert.Equal(t, []string{"opened", "left"}, kinds(log), "our own end is not blamed on the server")
	})
	t.Run("when its context ends", func(t *testing.T) {
		c, _ := dial(t, "", stays)
		ctx, cancel := context.WithCancel(t.Context())
		read := make(chan error, 1)
		go func() {
			_, err := c.Read(ctx, Patience{Wait: time.Hour})
			read <- err
		}()
		cancel()
		require.ErrorIs(t, <-read, context.Canceled)
		assert.NoError(t, c.Ended())
	})
}

func TestWrite(t *testing.T) {
	t.Run("whoever never reads", func(t *testing.T) {
		c, _ := dial(t, "", stays)
		require.ErrorIs(t, c.Write(make([]byte, 32<<20), brief), ErrSilent)
	})
	t.Run("whoever has closed", func(t *testing.T) {
		c, _ := dial(t, "", closes)
		_, err := c.Read(t.Context(), Patience{Wait: long})
		require.ErrorIs(t, err, ErrClosed)
		require.Eventually(t, func() bool { err = c.Write([]byte("x"), long); return err != nil }, long, time.Millisecond)
		require.ErrorIs(t, err, ErrReset)
	})
	t.Run("on what is closed", func(t *testing.T) {
		c, _ := dial(t, "", stays)
		c.Close()
		require.ErrorIs(t, c.Write([]byte("x"), long), ErrReset)
	})
	t.Run("then no more", func(t *testing.T) {
		addr := serve(t, func(c *net.TCPConn) {
			var b bytes.Buffer
			_, _ = b.ReadFrom(c)
			_, _ = c.Write([]byte(b.String() + Terminator))
		})
		c, err := Dial(t.Context(), addr, "budi", NewLog())
		require.NoError(t, err)
		defer c.Close()
		require.NoError(t, c.Write([]byte("halo"), long))
		require.NoError(t, c.CloseWrite())
		f, err := c.Read(t.Context(), Patience{Wait: long})
		require.NoError(t, err)
		assert.Equal(t, "halo", string(f.Body))
	})
}

func TestAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		says string
		then func(*net.TCPConn, <-chan struct{})
	}{"by a byte": {"x", stays}, "by the end": {"", closes}} {
		t.Run(name, func(t *testing.T) {
			conn, _ := dial(t, c.says, c.then)
			select {
			case <-conn.Answered():
			case <-time.After(long):
				t.Fatal("nothing")
			}
			assert.Equal(t, c.says, string(conn.Unread()))
			conn.Discard()
			assert.Empty(t, conn.Unread())
		})
	}
}

func TestDialRefused(t *testing.T) {
	port, free, err := peer.Vacant()
	require.NoError(t, err)
	defer free()
	log := NewLog()
	_, err = Dial(t.Context(), fmt.Sprintf("127.0.0.1:%d", port), "budi", log)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	assert.Empty(t, log.Events())
}
