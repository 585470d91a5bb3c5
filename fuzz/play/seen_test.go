package play_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// TestSeen compares what is told of each step, however it was sent, and of the
// last look into the one inbox there is.
func TestSeen(t *testing.T) {
	to := serve(t, time.Second, func(_ int, request string) reply {
		if len(request) > 9000 {
			return reply{text: "{", then: shut}
		}
		return usual(request)
	})
	type seen struct {
		step int
		in   bool
		head string // of what came
		err  error
	}
	var got []seen
	p := player(t, to)
	p.Seen = func(a play.Answer) {
		require.GreaterOrEqual(t, a.Took, time.Duration(0))
		raw := string(a.Frame.Raw)
		got = append(got, seen{a.Step, a.User != "", raw[:min(len(raw), 15)], a.Err})
	}
	f, err := p.Play(t.Context(), read(t,
		"1: register {user budi} {password budi}",
		"1: auth {user budi} {password budi}",
		"2 joined: halo",
		"2 joined: apa",
		"2 pieces: kabar",
		"2 blank: lagi",
		"1 dropped: inbox",
		"1 raw: inbox",
		"1: {fill 9001}",
		"2 left:",
	), play.Care{})
	require.NoError(t, err)
	require.True(t, f == nil)
	const ok, no = `{"status": "OK"`, `{"status": "ERR`
	require.Equal(t, []seen{
		{0, false, ok, nil},
		{1, false, ok, nil},
		{2, false, no, nil},
		{3, false, no, nil},
		{4, false, no, nil},
		{5, false, no, nil},
		{6, true, "", nil},
		{7, false, "", nil},
		{8, false, "{", wire.ErrClosed},
		{9, false, "", nil},
		{10, false, ok, nil}, // auth, inbox, logout
		{10, true, ok, nil},
		{10, true, ok, nil},
	}, got)
	require.Equal(t, "OOEEEE----OOO", p.Trace())
}
