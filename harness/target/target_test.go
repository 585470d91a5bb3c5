package target

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/harness/peer"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	brief = 20 * time.Millisecond // for what will not come
	long  = 10 * time.Second      // for what will
)

// serve gives the address of a server that treats its connections so, one after
// the other, until the test ends.
func serve(t testing.TB, treat func(c net.Conn)) string {
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
			treat(c)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return l.Addr().String()
}

// says answers each piece that comes with the same text.
func says(text string) func(c net.Conn) {
	return func(c net.Conn) {
		b := make([]byte, 1<<10)
		for {
			if _, err := c.Read(b); err != nil {
				return
			}
			if _, err := c.Write([]byte(text)); err != nil {
				return
			}
		}
	}
}

func played(t testing.TB, manner peer.Manner) string {
	t.Helper()
	p, err := peer.Listen(manner)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return fmt.Sprintf("127.0.0.1:%d", p.Port())
}

func vacant(t testing.TB) string {
	t.Helper()
	port, free, err := peer.Vacant()
	require.NoError(t, err)
	t.Cleanup(free)
	return fmt.Sprintf("127.0.0.1:%d", port)
}

const result = `{"status": "ERROR", "data": "request tidak dikenali"}` + wire.Terminator

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		address string
		lost    string // in English; "" for a target that answers
	}{
		"alive":              {serve(t, says(result)), ""},
		"no protocol at all": {serve(t, says("apa?\n")), ""},
		"half a result":      {serve(t, says(`{"status": `)), ""},
		"garbage":            {played(t, peer.Babbling), ""},
		"one answer, closed": {serve(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 64)); _, _ = c.Write([]byte(result)) }), ""},
		"dead":               {vacant(t), "nobody listens there: the connection is refused"},
		"mute":               {played(t, peer.Quiet), "it accepts connections and answers nothing"},
		"closing":            {serve(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 64)) }), "it closes the connection without an answer"},
		"resetting":          {played(t, peer.Reset), "it resets the connection without an answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limit := brief
			if c.lost == "" {
				limit = 10 * brief // the answer is to come within it
			}
			target := New(c.address, limit)
			require.True(t, target.Lost().IsZero())
			target.Check(t.Context())
			assert.Equal(t, c.lost, target.Lost().EN)
			assert.Equal(t, c.lost == "", target.Lost().ID == "")
			if c.lost != "" {
				target.Check(t.Context())
				assert.Equal(t, c.lost, target.Lost().EN, "it stays lost")
			}
		})
	}
}

func TestCheckWithoutTime(t *testing.T) {
	target := New(played(t, peer.Quiet), long)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	target.Check(ctx)
	assert.True(t, target.Lost().IsZero(), "what was not seen is not held against it")
}

func TestLose(t *testing.T) {
	target := New("127.0.0.1:1", brief)
	why := verdict.Textf("it exited", "server berhenti")
	target.Lose(why)
	assert.Equal(t, why, target.Lost())
	target.Check(t.Context())
	assert.Equal(t, why, target.Lost(), "what is known is not asked again")
}

func TestDiagnose(t *testing.T) {
	wrapped := func(err error) error { return fmt.Errorf("dial: %w", &net.OpError{Op: "dial", Err: err}) }
	_, dialled := (&net.Dialer{Deadline: time.Now().Add(-time.Second)}).Dial("tcp", "127.0.0.1:1")
	for name, c := range map[string]struct {
		err    error
		en, id string
	}{
		"refused":    {wrapped(syscall.ECONNREFUSED), "nobody listens", "tidak ada yang mendengarkan"},
		"silent":     {fmt.Errorf("inbox: %w", wire.ErrSilent), "answers nothing", "tidak menjawab apa pun"},
		"closed":     {wire.ErrClosed, "closes the connection", "menutup koneksi"},
		"reset":      {wire.ErrReset, "resets the connection", "memutus paksa"},
		"no name":    {wrapped(&net.DNSError{Err: "no such host", Name: "tidakada"}), "the name tidakada is not known", "nama tidakada tidak dikenal"},
		"no time":    {context.DeadlineExceeded, "does not accept the connection in time", "tidak menerima koneksi pada waktunya"},
		"dial limit": {dialled, "does not accept the connection in time", "tidak menerima koneksi pada waktunya"},
		"another":    {errors.New("no route"), "no route", "no route"},
	} {
		t.Run(name, func(t *testing.T) {
			text := Diagnose(c.err)
			assert.Contains(t, text.EN, c.en)
			assert.Contains(t, text.ID, c.id)
		})
	}
}

func TestOpen(t *testing.T) {
	target := New(serve(t, says(result)), long)
	log := wire.NewLog()
	c, err := target.Open(t.Context(), "budi", log, nil)
	require.NoError(t, err)
	defer c.Conn.Close()
	assert.NotNil(t, c.Suspect)
	r, err := c.Do(t.Context(), "halo")
	require.NoError(t, err)
	assert.True(t, r.Refused())
	assert.Equal(t, "budi", log.Events()[0].Conn)
	assert.Positive(t, target.Pace.Slowest())
}

// Dials take turns: the next begins when the last was answered, or never will be.
func TestOpenTakesTurns(t *testing.T) {
	target := New(serve(t, says(result)), long)
	target.dialling <- struct{}{} // a dial that is under way
	ctx, cancel := context.WithCancel(t.Context())
	opened := make(chan error, 1)
	go func() {
		_, err := target.Open(ctx, "budi", wire.NewLog(), nil)
		opened <- err
	}()
	cancel()
	require.ErrorIs(t, <-opened, context.Canceled)
	_, err := target.Touch(ctx, time.Second)
	require.ErrorIs(t, err, context.Canceled)

	<-target.dialling
	mute := New(played(t, peer.Quiet), long)
	for range 3 {
		c, err := mute.Open(t.Context(), "budi", wire.NewLog(), nil)
		require.NoError(t, err, "one that is never answered holds up nobody for long")
		defer c.Conn.Close()
	}
	dead := New(vacant(t), long)
	for range 3 {
		_, err := dead.Open(t.Context(), "budi", wire.NewLog(), nil)
		require.ErrorIs(t, err, syscall.ECONNREFUSED, "nor does one that fails")
	}
}

func TestTouch(t *testing.T) {
	for name, address := range map[string]string{
		"alive":     serve(t, says(result)),
		"mute":      played(t, peer.Quiet),
		"closing":   played(t, peer.Closing),
		"garbage":   played(t, peer.Babbling),
		"not reads": serve(t, func(c net.Conn) { _, _ = c.Write([]byte(result)) }),
	} {
		t.Run(name, func(t *testing.T) {
			target := New(address, long)
			for range 3 {
				c, err := target.Touch(t.Context(), 10*time.Millisecond)
				require.NoError(t, err)
				require.NoError(t, c.Close())
			}
		})
	}
	_, err := New(vacant(t), long).Touch(t.Context(), time.Second)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
}

func TestLocal(t *testing.T) {
	for address, local := range map[string]bool{
		"127.0.0.1:1": true, "[::1]:1": true, "localhost:1": true, "192.0.2.1:1": false, "[2001:db8::1]:1": false, "nothing": false,
	} {
		assert.Equal(t, local, New(address, time.Second).Local(), address)
	}
}
