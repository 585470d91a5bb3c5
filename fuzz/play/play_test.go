package play_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// hurried bounds the waits for servers that never answer; no more than a busy
// machine needs.
const hurried = 300 * time.Millisecond

// TestFindings plays scripts against servers that answer well but for what bad
// does. It compares the finding and its step, and how the transcript ends.
func TestFindings(t *testing.T) {
	t.Parallel()
	never := func(string) reply { return reply{} }
	says := func(text string) func(string) reply { return func(string) reply { return reply{text: text} } }
	ends := func(text string, then fate) func(string) reply {
		return func(string) reply { return reply{text: text, then: then} }
	}
	for name, c := range map[string]struct {
		script []string
		to     string // requests that begin so get what bad says
		bad    func(request string) reply
		want   string // requirement and kind; "" for nothing
		step   int
		last   verdict.Dir
	}{
		"good":              {script: []string{"1: halo", "2: register {user budi} {password budi}", "1: auth {user budi} {password budi}"}},
		"closes":            {script: []string{"1: inboxx", "1: halo"}, to: "halo", bad: ends("", shut), want: "WIRE-8 closed", step: 1, last: verdict.Closed},
		"closes at once":    {script: []string{"1: halo"}, to: "halo", bad: ends("", shut), want: "WIRE-7 closed", last: verdict.Closed},
		"closes in between": {script: []string{"1: halo"}, to: "halo", bad: ends(`{"status`, shut), want: "WIRE-7 closed", last: verdict.Closed},
		"resets":            {script: []string{"2: halo"}, to: "halo", bad: ends("", reset), want: "WIRE-7 closed", last: verdict.Reset},
		"hangs":             {script: []string{"1: apa", "1: halo"}, to: "halo", bad: never, want: "WIRE-7 silent", step: 1, last: verdict.Silent},
		"hangs for all":     {script: []string{"1: halo"}, bad: never, want: "WIRE-7 died", last: verdict.Silent},
		"answers twice":     {script: []string{"1: halo", "1: halo"}, to: "halo", bad: says(what + wrong), want: "WIRE-2 unasked", last: verdict.Received},
		"garbage":           {script: []string{"1: halo"}, to: "halo", bad: says("apa?\r\n\r\n"), want: "WIRE-1 form", last: verdict.Received},
		"no end":            {script: []string{"1: halo"}, to: "halo", bad: ends(strings.TrimSpace(what), shut), want: "WIRE-2 form", last: verdict.Received},
		"no data":           {script: []string{"1: halo"}, to: "halo", bad: says("{\"status\": \"ERROR\"}\r\n\r\n"), want: "WIRE-4 form", last: verdict.Received},
		"other words":       {script: []string{"1: register {user budi} {password budi}", "1: auth {user budi} {password budi}", "1: halo"}, to: "halo", bad: says(wrong), want: "WIRE-6 words", step: 2, last: verdict.Received},
		"accepts anything":  {script: []string{"1: halo"}, to: "halo", bad: says(fine), want: "WIRE-6 accepted", last: verdict.Received},
		"control bytes":     {script: []string{`1: \x00`}, to: "\x00", bad: never},
		"answers \\x00":     {script: []string{`1: \x00`}, to: "\x00", bad: says(wrong)},
		"a long line":       {script: []string{"1: {fill 9000}", "1: halo"}, to: "abcd", bad: ends("", reset)},

		// How a request was sent names the requirement.
		"joined":  {script: []string{"1 joined: halo", "1: apa"}, to: "apa", bad: never, want: "WIRE-11 silent", step: 1, last: verdict.Silent},
		"pieces":  {script: []string{"1 pieces: halo"}, to: "halo", bad: says(fine), want: "WIRE-10 accepted", last: verdict.Received},
		"half":    {script: []string{"1 half: halo"}, to: "halo", bad: ends("", shut), want: "ROBUST-10 closed", last: verdict.Closed},
		"refused": {script: []string{"1 joined: halo", "1: {fill 9000}", "1: halo"}, to: "abcd", bad: ends(wrong, shut)}, // a line that is too long
		"ended":   {script: []string{"1 joined: {fill 9000}", "1: halo"}, to: "abcd", bad: ends("", shut)},
		"dropped": {script: []string{"1 dropped: halo", "1 reset: halo", "1 raw: ha", "1: apa"}},

		// An empty line is answered with an ERROR, or skipped.
		"blank answered": {script: []string{"1 blank: halo", "1: apa"}},
		"blank skipped":  {script: []string{"1 blank: halo", "1: apa"}, to: "\n", bad: never},
		"blank closes":   {script: []string{"1 blank: halo"}, to: "\n", bad: ends("", shut), want: "ROBUST-8 closed", last: verdict.Closed},
		"blank accepted": {script: []string{"1: halo", "1 blank: halo"}, to: "\n", bad: says(none), want: "WIRE-2 unasked", step: 1, last: verdict.Received},

		"blank answered, escaped": {script: []string{"1 blank: halo", "1: apa"}, bad: says(`{"st\u0061tus": "ERROR", "\u0064ata": "request\u0020tidak dikenali"}` + "\r\n\r\n")},

		// Nothing goes out behind a logout: results would be lost in the reset.
		"closes behind logout": {
			script: []string{"1: register {user budi} {password budi}", "1: auth {user budi} {password budi}", "1 joined: inbox", "1 joined: logout", "1: apa"},
			to:     "logout", bad: ends(fine, shut),
		},
		"silent behind logout": {
			script: []string{"1: register {user budi} {password budi}", "1: auth {user budi} {password budi}", "1 joined: logout", "1: apa"},
			to:     "apa", bad: never, want: "WIRE-7 silent", step: 3, last: verdict.Silent,
		},

		// What the last look into the inboxes shows stands behind the script.
		"inbox hangs": {script: []string{"1: register {user budi} {password budi}"}, to: "inbox", bad: never, want: "WIRE-7 silent", step: 1, last: verdict.Silent},
		"lost": {
			script: []string{"1: register {user budi} {password budi}", "1: auth {user budi} {password budi}", "1: send {address budi} {word 1} halo"},
			to:     "send", bad: says(fine), want: "SEND-4 lost", step: 3, last: verdict.Received,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := serve(t, hurried, func(_ int, request string) reply {
				if c.bad != nil && strings.HasPrefix(request+"\n", c.to) {
					return c.bad(request)
				}
				return usual(request)
			})
			p := player(t, to)
			f, err := p.Play(t.Context(), read(t, c.script...), play.Care{Arrival: time.Millisecond})
			require.NoError(t, err)
			if c.want == "" {
				require.True(t, f == nil, "%s", shows(f))
				return
			}
			require.Equal(t, c.want, shows(f))
			require.Equal(t, c.step, f.Step)
			require.Equal(t, c.last, f.Events[len(f.Events)-1].Dir)
			require.NotEmpty(t, f.Failure.Message.EN)
			require.NotEmpty(t, f.Failure.Message.ID)
		})
	}
}

func shows(f *play.Finding) string {
	if f == nil {
		return ""
	}
	return f.Requirement + " " + string(f.Kind)
}

// TestLate has a message show when the inbox is read for the second time.
func TestLate(t *testing.T) {
	t.Parallel()
	var name, text string
	reads := 0
	to := serve(t, time.Second, func(_ int, request string) reply {
		switch words := strings.Fields(request); {
		case words[0] == "register":
			name = words[1]
		case words[0] == "send":
			_, text, _ = strings.Cut(strings.TrimPrefix(request, "send "), " ")
			return reply{text: fine}
		case request == "inbox":
			if reads++; reads > 1 {
				return reply{text: `{"status": "OK", "data": [{"dari": "` + name + `", "pesan": "` + text + "\"}]}\r\n\r\n"}
			}
		}
		return usual(request)
	})
	f, err := player(t, to).Play(t.Context(), read(t,
		"1: register {user budi} {password budi}",
		"1: auth {user budi} {password budi}",
		"1: send {address budi} {word 1} halo",
	), play.Care{})
	require.NoError(t, err)
	require.Empty(t, shows(f))
	require.Equal(t, 2, reads)
}

// TestKept has connections serve the next session, and tells what an earlier
// session did to them from what the server does wrong.
func TestKept(t *testing.T) {
	t.Parallel()
	to := serve(t, time.Second, func(_ int, request string) reply {
		r := usual(request)
		if request == "tutup" { // answered, and then closed behind the session's back
			r.then = shut
		}
		return r
	})
	p := player(t, to)
	for _, s := range []string{"1: halo", "1: tutup", "1: halo"} {
		f, err := p.Play(t.Context(), read(t, s), play.Care{})
		require.NoError(t, err)
		require.Empty(t, shows(f))
	}
	require.True(t, to.Fresh.Load(), "a server that closes connections gets new ones")
	require.Equal(t, 3, p.Requests)
}

// TestGone has the server go away between two steps.
func TestGone(t *testing.T) {
	t.Parallel()
	to := serve(t, hurried, func(_ int, request string) reply { return usual(request) })
	p := player(t, to)
	p.Seen = func(a play.Answer) {
		if a.Step == 0 {
			to.Server.Address = vacant(t)
		}
	}
	f, err := p.Play(t.Context(), read(t, "1: halo", "2: halo"), play.Care{})
	require.NoError(t, err)
	require.Equal(t, "WIRE-7 died", shows(f))
	require.Equal(t, 1, f.Step)
	require.NotEmpty(t, f.Failure.Hint.EN, "how nobody can be reached")

	_, err = p.Play(t.Context(), read(t, "1: halo"), play.Care{Fresh: true})
	require.Error(t, err, "that cannot be reached at all")
}

// vacant gives an address where nobody listens.
func vacant(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// TestInterrupted ends the context while a server hangs.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	to := serve(t, hurried, func(int, string) reply {
		stop()
		return reply{}
	})
	f, err := player(t, to).Play(ctx, read(t, "1: halo"), play.Care{})
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, f == nil)
}

// TestUnended tells servers that take what one read delivers for a request.
func TestUnended(t *testing.T) {
	t.Parallel()
	to := serve(t, hurried, func(_ int, request string) reply { return usual(request) })
	require.False(t, player(t, to).Unended(t.Context()))
}

// TestPeer says that a script needs a second server.
func TestPeer(t *testing.T) {
	t.Parallel()
	to := serve(t, hurried, func(_ int, request string) reply { return usual(request) })
	_, err := player(t, to).Play(t.Context(), read(t, "p1: halo"), play.Care{})
	require.ErrorContains(t, err, "--peer")
	to.Peer = to.Server
	f, err := player(t, to).Play(t.Context(), read(t, "p1: halo", "1: halo"), play.Care{})
	require.NoError(t, err)
	require.Empty(t, shows(f))
}
