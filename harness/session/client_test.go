package session

import (
	"bufio"
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	brief = 20 * time.Millisecond // for what will not come
	long  = 10 * time.Second      // for what will
)

// server answers each line by what answer gives; it ends with the test.
func server(t testing.TB, answer func(line string, c net.Conn)) string {
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
			for lines := bufio.NewScanner(c); lines.Scan(); {
				answer(lines.Text(), c)
			}
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return l.Addr().String()
}

func client(t testing.TB, limit time.Duration, answer func(line string, c net.Conn)) *Client {
	t.Helper()
	addr := server(t, answer)
	conn, err := wire.Dial(t.Context(), addr, "budi", wire.NewLog())
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	return &Client{Conn: conn, Dialect: dialect.Spec("alpha"), Pace: wire.NewPace(limit), Noted: &Notes{}}
}

func write(c net.Conn, s string) { _, _ = c.Write([]byte(s)) }

// echo answers with the request.
func echo(line string, c net.Conn) {
	write(c, `{"status": "OK", "data": `+quote(line)+"}"+wire.Terminator)
}

func ids(n *Notes) []string {
	var list []string
	for _, f := range n.Faults() {
		list = append(list, f.Requirement)
	}
	return list
}

func TestCommands(t *testing.T) {
	c := client(t, long, echo)
	for want, do := range map[string]func(context.Context) (Result, error){
		"auth budi rahasia":           func(ctx context.Context) (Result, error) { return c.Auth(ctx, "budi", "rahasia") },
		"logout":                      c.Logout,
		"register budi rahasia":       func(ctx context.Context) (Result, error) { return c.Register(ctx, "budi", "rahasia") },
		"send siti@alpha halo  siti ": func(ctx context.Context) (Result, error) { return c.SendMessage(ctx, "siti@alpha", "halo  siti ") },
		"sendgroup kelas halo semua":  func(ctx context.Context) (Result, error) { return c.SendGroup(ctx, "kelas", "halo semua") },
		"sendfile siti@alpha a.txt":   func(ctx context.Context) (Result, error) { return c.SendFile(ctx, "siti@alpha", "a.txt") },
		"inbox":                       c.Inbox,
		"creategroup kelas budi,siti": func(ctx context.Context) (Result, error) { return c.CreateGroup(ctx, "kelas", "budi,siti") },
		"addserver timur ::1 8889":    func(ctx context.Context) (Result, error) { return c.AddServer(ctx, "timur", "::1", 8889) },
		"connect timur":               func(ctx context.Context) (Result, error) { return c.Connect(ctx, "timur") },
		"sendfilegroup kelas a.txt":   func(ctx context.Context) (Result, error) { return c.SendFileGroup(ctx, "kelas", "a.txt") },
	} {
		r, err := do(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, r.Data)
		assert.Equal(t, want, r.Request)
	}
	assert.Empty(t, c.Noted.Faults())
}

func TestResultsBelongToTheOldestRequest(t *testing.T) {
	c := client(t, long, echo)
	require.NoError(t, c.Write([]byte("satu\r\ndua\r\ntiga\r\n"), "satu", "dua", "tiga"))
	for _, want := range []string{"satu", "dua", "tiga"} {
		r, err := c.Receive(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, r.Request)
		assert.Equal(t, want, r.Data)
	}
	assert.Positive(t, c.Pace.Slowest())
}

func TestFaultsAreNoted(t *testing.T) {
	c := client(t, long, func(line string, c net.Conn) { write(c, `{"status": "ok"}`+wire.Terminator) })
	for range 2 {
		_, err := c.Do(t.Context(), "inbox")
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"WIRE-3", "WIRE-4", "WIRE-3", "WIRE-4"}, ids(c.Noted))
	c.Noted = nil
	_, err := c.Do(t.Context(), "inbox")
	assert.NoError(t, err, "nobody takes notes")
}

func TestWhatNobodyAskedForIsNoted(t *testing.T) {
	const push = `{"status": "OK", "data": "pesan baru"}` + wire.Terminator
	pushing := func(line string, c net.Conn) {
		echo(line, c)
		if line == "satu" {
			write(c, push)
		}
	}
	arrived := func(c *Client) func() bool { return func() bool { return string(c.Conn.Unread()) == push } }
	t.Run("before the next request", func(t *testing.T) {
		c := client(t, long, pushing)
		_, err := c.Do(t.Context(), "satu")
		require.NoError(t, err)
		require.Eventually(t, arrived(c), long, time.Millisecond)
		r, err := c.Do(t.Context(), "dua")
		require.NoError(t, err)
		assert.Equal(t, "dua", r.Data, "it is not taken for the next result")
		require.Equal(t, []string{"WIRE-2"}, ids(c.Noted))
		assert.Equal(t, push, c.Noted.Faults()[0].Failure.Actual)
	})
	t.Run("at the end", func(t *testing.T) {
		c := client(t, long, pushing)
		_, err := c.Do(t.Context(), "satu")
		require.NoError(t, err)
		c.Settle()
		require.Eventually(t, func() bool { c.Settle(); return len(c.Noted.Faults()) > 0 }, long, time.Millisecond)
		c.Settle()
		for _, id := range ids(c.Noted) {
			assert.Equal(t, "WIRE-2", id)
		}
	})
	t.Run("not while a result is due", func(t *testing.T) {
		c := client(t, long, echo)
		require.NoError(t, c.Send("satu"))
		require.Eventually(t, func() bool { return len(c.Conn.Unread()) > 0 }, long, time.Millisecond)
		c.Settle()
		require.NoError(t, c.Send("dua"))
		assert.Empty(t, c.Noted.Faults())
	})
}

func TestSilence(t *testing.T) {
	t.Parallel()
	c := client(t, brief, func(string, net.Conn) {})
	suspected := 0
	c.Suspect = func(context.Context) { suspected++ }
	for i := range 9 {
		r, err := c.Do(t.Context(), "inbox")
		require.ErrorIs(t, err, wire.ErrSilent)
		assert.Equal(t, "inbox", r.Request)
		assert.Equal(t, i+1, suspected)
		assert.Equal(t, i < 7, c.Pace.Patient(), "the ninth silence is believed at once")
	}
	assert.False(t, c.Pace.Patient())
	assert.Zero(t, c.Pace.Slowest())
	assert.Empty(t, c.Noted.Faults())
}

// What comes while a silence is looked into is the result all the same.
func TestLateResult(t *testing.T) {
	answer := make(chan struct{})
	c := client(t, long, func(line string, c net.Conn) {
		<-answer
		echo(line, c)
	})
	c.Pace = wire.NewPace(brief)
	c.Suspect = func(context.Context) {
		c.Pace = wire.NewPace(long)
		close(answer)
		select {
		case <-c.Conn.Answered():
		case <-time.After(long):
		}
	}
	r, err := c.Do(t.Context(), "inbox")
	require.NoError(t, err)
	assert.Equal(t, "inbox", r.Data)
}

func TestHalfAResult(t *testing.T) {
	for name, answer := range map[string]func(string, net.Conn){
		"then silence": func(_ string, c net.Conn) { write(c, `{"status": "OK", `) },
		"then the end": func(_ string, c net.Conn) { write(c, `{"status": "OK", `); _ = c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, brief, answer)
			r, err := c.Do(t.Context(), "inbox")
			require.Error(t, err)
			assert.Equal(t, `{"status": "OK", `, string(r.Frame.Raw))
			require.Equal(t, []string{"WIRE-2"}, ids(c.Noted))
			f := c.Noted.Faults()[0].Failure
			assert.Equal(t, len(f.Actual), f.Caret)
		})
	}
}

func TestUnterminatedResultsAreNotWaitedForTwice(t *testing.T) {
	t.Parallel()
	c := client(t, 5*brief, func(_ string, c net.Conn) { write(c, `{"status": "OK", "data": 1}`+"\n") })
	require.True(t, c.Pace.Terminated())
	for range 3 {
		r, err := c.Do(t.Context(), "inbox")
		require.NoError(t, err)
		assert.True(t, r.OK())
		assert.False(t, c.Pace.Terminated())
	}
	assert.Equal(t, []string{"WIRE-2", "WIRE-2", "WIRE-2"}, ids(c.Noted))
	assert.Zero(t, c.Pace.Slowest(), "the wait for a terminator is not the target's pace")
}

// TestCutOffResultsSayNothingOfTheRest has a server close the connection where a
// result is whole but for its end: as one does that a long line makes close.
func TestCutOffResultsSayNothingOfTheRest(t *testing.T) {
	c := client(t, long, func(_ string, conn net.Conn) {
		write(conn, `{"status": "ERROR", "data": "baris terlalu panjang"}`)
		_ = conn.Close()
	})
	_, err := c.Do(t.Context(), "inbox")
	require.NoError(t, err)
	require.Equal(t, []string{"WIRE-2"}, ids(c.Noted))
	require.True(t, c.Pace.Terminated())
}

func TestLateResultsSayNothingOfThePace(t *testing.T) {
	c := client(t, long, echo)
	_, err := c.Connect(t.Context(), "timur")
	require.NoError(t, err)
	assert.Zero(t, c.Pace.Slowest())
}

func TestAwait(t *testing.T) {
	c := client(t, long, func(string, net.Conn) {})
	require.NoError(t, c.Send("logout"))
	_, err := c.Await(t.Context(), brief)
	require.ErrorIs(t, err, wire.ErrSilent)
}

func TestContextEndsAWait(t *testing.T) {
	c := client(t, time.Hour, func(string, net.Conn) {})
	c.Patience = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	require.NoError(t, c.Send("inbox"))
	cancel()
	_, err := c.Receive(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestServerThatDoesNotRead(t *testing.T) {
	stop := make(chan struct{})
	defer close(stop)
	c := client(t, brief, func(string, net.Conn) { <-stop })
	require.NoError(t, c.Send("inbox"))
	_, err := c.Do(t.Context(), "send siti@alpha "+strings.Repeat("x", 32<<20))
	require.ErrorIs(t, err, wire.ErrSilent)
}
