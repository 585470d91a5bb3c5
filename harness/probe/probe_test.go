package probe

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/peer"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	brief = 40 * time.Millisecond // for what will not come
	long  = 10 * time.Second      // for what will
)

// fake is a small server that reads the open points in some way. Its zero value
// takes lines that end with \n or \r\n, calls itself nothing, and takes plain
// names alone.
type fake struct {
	end     string // what ends a request; "" for lines, "read" where one read is one
	id      string // what it calls itself
	plain   bool   // a user may be addressed by the name alone
	shows   string // where it shows its id: "inbox", "key" or nowhere
	name    func(string) bool
	pass    func(string) bool
	opens   bool   // register logs in
	lasting bool   // a session outlives its connection, and is the only one of its user
	open    bool   // anybody may read an inbox
	fails   string // the command that is never answered
	closes  string // the command that ends the connection
	slow    string // the command that takes its time, in vain for who waits briefly
	empty   bool   // it calls an empty inbox an error
	tokens  bool   // the token is the first parameter of a request, and belongs to no connection
	global  bool   // there is one session for everybody
	ends    bool   // logout of one ends the sessions of all
	oneBox  bool   // there is one inbox for everybody
	apart   bool   // texts of errors stand under "error", all else under "result"

	mu       sync.Mutex
	users    map[string]string
	boxes    map[string][]string
	sessions map[string]bool
	current  string // who is in the one session
	logouts  int    // of anybody
}

func (f *fake) serve(t testing.TB, address string) string {
	t.Helper()
	f.users, f.boxes, f.sessions = map[string]string{}, map[string][]string{}, map[string]bool{}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skip("no such loopback address here")
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(long))
			wg.Go(func() {
				defer c.Close()
				f.talk(c)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	return l.Addr().String()
}

func (f *fake) talk(c net.Conn) {
	me, got, b := "", "", make([]byte, 4<<10)
	who, logouts := &me, 0
	if f.global {
		who = &f.current
	}
	for {
		n, err := c.Read(b)
		if err != nil {
			return
		}
		got += string(b[:n])
		for {
			line, rest, whole := f.cut(got)
			if !whole {
				break
			}
			got = rest
			if f.closes != "" && line == f.closes {
				return
			}
			if f.slow != "" && strings.HasPrefix(line, f.slow) {
				time.Sleep(quick + quick/2)
			}
			if result := f.answer(strings.Split(line, " "), who, &logouts); result != "" {
				_, _ = io.WriteString(c, result+wire.Terminator)
			}
		}
	}
}

func (f *fake) cut(got string) (line, rest string, whole bool) {
	switch f.end {
	case "":
		line, rest, whole = strings.Cut(got, "\n")
		return strings.TrimRight(line, "\r"), rest, whole
	case "read":
		return got, "", got != ""
	default:
		return strings.Cut(got, f.end)
	}
}

func (f *fake) answer(w []string, who *string, logouts *int) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ends && *logouts != f.logouts {
		*who, *logouts = "", f.logouts
	}
	if f.tokens && (w[0] == "logout" || w[0] == "inbox" || w[0] == "send") {
		nobody := ""
		if who = &nobody; len(w) > 1 {
			*who, w = strings.TrimPrefix(w[1], "token-"), slices.Delete(w, 1, 2)
		}
	}
	result := func(status string, data any) string {
		key := ""
		if f.shows == "key" {
			key = fmt.Sprintf(`, "Server_ID": %q`, f.id)
		}
		text := "data"
		if f.apart {
			text = map[string]string{"OK": "result", "ERROR": "error"}[status]
		}
		return fmt.Sprintf(`{"status": %q, %q: %q%s}`, status, text, fmt.Sprint(data), key)
	}
	if w[0] == f.fails {
		return ""
	}
	enter := func(name string) string {
		if f.lasting && f.sessions[name] {
			return result("ERROR", "sudah masuk")
		}
		*who, f.sessions[name] = name, true
		return result("OK", "token-"+name)
	}
	box := func(name string) string {
		if f.oneBox {
			return ""
		}
		return name
	}
	switch {
	case w[0] == "register" && len(w) == 3:
		if _, taken := f.users[w[1]]; taken || f.name != nil && !f.name(w[1]) || f.pass != nil && !f.pass(w[2]) {
			return result("ERROR", "ditolak")
		}
		f.users[w[1]] = w[2]
		if f.opens {
			return enter(w[1])
		}
		return result("OK", "teregistrasi")
	case w[0] == "auth" && len(w) == 3:
		if p, ok := f.users[w[1]]; !ok || p != w[2] {
			return result("ERROR", "salah")
		}
		return enter(w[1])
	case w[0] == "inbox" && f.open && *who == "":
		return result("OK", "")
	case w[0] == "logout", w[0] == "inbox", w[0] == "send":
		if *who == "" {
			return result("ERROR", "belum masuk")
		}
	default:
		return result("ERROR", "request tidak dikenali")
	}
	switch {
	case w[0] == "inbox":
		if f.empty && len(f.boxes[box(*who)]) == 0 {
			return result("ERROR", "kotak masuk kosong")
		}
		return result("OK", strings.Join(f.boxes[box(*who)], "\n"))
	case w[0] == "send" && len(w) == 3:
		name, id, addressed := strings.Cut(w[1], "@")
		if _, known := f.users[name]; !known || addressed && id != f.id || !addressed && !f.plain {
			return result("ERROR", "tidak dikenal")
		}
		from := *who
		if f.shows == "inbox" {
			from += "@" + f.id
		}
		f.boxes[box(name)] = append(f.boxes[box(name)], from+": "+w[2])
		return result("OK", "terkirim")
	}
	*who = ""
	f.logouts++
	*logouts = f.logouts
	return result("OK", "keluar")
}

func upTo(n int) func(string) bool { return func(s string) bool { return len(s) <= n } }
func needs(any string) func(string) bool {
	return func(s string) bool { return strings.ContainsAny(s, any) }
}

func TestProbe(t *testing.T) {
	const digits = "0123456789"
	plain := dialect.Dialect{End: "\r\n", Addressable: true}
	with := func(change func(d *dialect.Dialect)) dialect.Dialect {
		d := plain
		change(&d)
		return d
	}
	shared := with(func(d *dialect.Dialect) { d.Shared = true })
	for name, c := range map[string]struct {
		fake  *fake
		said  string // the server id that somebody told
		want  dialect.Dialect
		found []string // what each finding begins with
		limit time.Duration
	}{
		"lines":            {fake: &fake{plain: true}, want: plain, found: []string{"A user of its own"}},
		"exactly \\r\\n":   {fake: &fake{plain: true, end: "\r\n"}, want: plain, found: []string{"A user of its own"}},
		"\\n, keeping \\r": {fake: &fake{plain: true, end: "\n"}, want: with(func(d *dialect.Dialect) { d.End = "\n" }), found: []string{`A request ends with \n: with \r\n it is not understood`, "A user of its own"}},
		"\\r\\n\\r\\n":     {fake: &fake{plain: true, end: "\r\n\r\n"}, want: with(func(d *dialect.Dialect) { d.End = "\r\n\r\n" }), found: []string{`A request ends with \r\n\r\n: with \r\n there is no answer`, "A user of its own"}},
		"within a limit":   {fake: &fake{plain: true, end: "\r\n\r\n"}, limit: 300 * time.Millisecond, want: with(func(d *dialect.Dialect) { d.End = "\r\n\r\n" }), found: []string{`A request ends with \r\n\r\n: with \r\n there is no answer`, "A user of its own"}},
		"a read each":      {fake: &fake{plain: true, end: "read"}, want: with(func(d *dialect.Dialect) { d.End = "" }), found: []string{`A request ends with nothing at all: with \r\n it is not understood`, "A user of its own"}},

		"the id was said":                 {fake: &fake{id: "alpha", plain: true}, said: "alpha", want: with(func(d *dialect.Dialect) { d.ServerID = "alpha" })},
		"the id in the inbox":             {fake: &fake{id: "kampus-2.timur", plain: true, shows: "inbox"}, want: with(func(d *dialect.Dialect) { d.ServerID = "kampus-2.timur" }), found: []string{"It calls itself kampus-2.timur"}},
		"the id under a key":              {fake: &fake{id: "beta", shows: "key"}, want: with(func(d *dialect.Dialect) { d.ServerID = "beta" }), found: []string{"It calls itself beta"}},
		"a usual id":                      {fake: &fake{id: "alpha"}, want: with(func(d *dialect.Dialect) { d.ServerID = "alpha" }), found: []string{"It answers to user@alpha"}},
		"an id that cannot be found":      {fake: &fake{id: "x-17"}, want: with(func(d *dialect.Dialect) { d.Addressable = false }), found: []string{"How it names itself"}},
		"a shown id that does not arrive": {fake: &fake{id: "-", plain: true, shows: "key"}, want: with(func(d *dialect.Dialect) { d.ServerID = "-" }), found: []string{"It calls itself -"}},

		"short names":                {fake: &fake{plain: true, name: upTo(8)}, want: with(func(d *dialect.Dialect) { d.Names = dialect.Short }), found: []string{"It takes names such as pr", "A user of its own"}},
		"names with a digit":         {fake: &fake{plain: true, name: needs(digits)}, want: with(func(d *dialect.Dialect) { d.Names = dialect.Strict }), found: []string{"It takes names", "A user of its own"}},
		"short passwords":            {fake: &fake{plain: true, pass: upTo(8)}, want: with(func(d *dialect.Dialect) { d.Passwords = dialect.Short }), found: []string{"It takes names", "A user of its own"}},
		"passwords with a sign":      {fake: &fake{plain: true, pass: needs("-!_")}, want: with(func(d *dialect.Dialect) { d.Passwords = dialect.Strict }), found: []string{"It takes names", "A user of its own"}},
		"strict names, short secret": {fake: &fake{plain: true, name: needs(digits), pass: upTo(8)}, want: with(func(d *dialect.Dialect) { d.Names, d.Passwords = dialect.Strict, dialect.Short }), found: []string{"It takes names", "A user of its own"}},
		"nobody may register":        {fake: &fake{plain: true, name: upTo(2)}, want: with(func(d *dialect.Dialect) { d.Addressable = false })},
		"nobody, but the id is said": {fake: &fake{plain: true, name: upTo(2)}, said: "alpha", want: with(func(d *dialect.Dialect) { d.ServerID = "alpha" })},

		"register logs in":                      {fake: &fake{plain: true, opens: true}, want: with(func(d *dialect.Dialect) { d.RegisterOpens = true }), found: []string{"register also logs in", "A user of its own"}},
		"register logs in, once and for all":    {fake: &fake{plain: true, opens: true, lasting: true}, want: with(func(d *dialect.Dialect) { d.RegisterOpens = true }), found: []string{"register also logs in", "A user of its own"}},
		"an inbox for everybody":                {fake: &fake{plain: true, open: true}, want: plain, found: []string{"A user of its own"}},
		"an inbox for everybody, and logged in": {fake: &fake{plain: true, open: true, opens: true}, want: plain, found: []string{"A user of its own"}},

		"an empty inbox is an error":          {fake: &fake{plain: true, empty: true}, want: plain, found: []string{"A user of its own"}},
		"an empty inbox is an error, with id": {fake: &fake{id: "beta", shows: "key", empty: true}, want: with(func(d *dialect.Dialect) { d.ServerID = "beta" }), found: []string{"It calls itself beta"}},

		"one session for all":      {fake: &fake{plain: true, global: true}, want: shared, found: []string{"A user of its own", "What one user does"}},
		"logout ends all sessions": {fake: &fake{plain: true, ends: true}, want: shared, found: []string{"A user of its own", "What one user does"}},
		"one inbox for all":        {fake: &fake{plain: true, oneBox: true}, want: shared, found: []string{"A user of its own", "What one user does"}},

		"logout is never answered":   {fake: &fake{plain: true, fails: "logout"}, limit: 200 * time.Millisecond, want: plain, found: []string{"A user of its own"}},
		"logout ends the connection": {fake: &fake{plain: true, closes: "logout"}, want: plain, found: []string{"A user of its own"}},
		"register is never answered": {fake: &fake{plain: true, fails: "register"}, limit: brief, want: with(func(d *dialect.Dialect) { d.Addressable = false })},
		"inbox is never answered":    {fake: &fake{plain: true, fails: "inbox"}, limit: 100 * time.Millisecond, want: with(func(d *dialect.Dialect) { d.Addressable = false }), found: []string{"How it names itself"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.limit == 0 {
				c.limit = long
			}
			target := newTarget(c.fake.serve(t, "127.0.0.1:0"), c.limit)
			found, err := Probe(t.Context(), target, names.New(), c.said)
			require.NoError(t, err)
			assert.Equal(t, c.want, *target.Dialect)
			require.Len(t, found, len(c.found))
			for i, text := range found {
				assert.True(t, strings.HasPrefix(text.EN, c.found[i]), text.EN)
				assert.NotEmpty(t, text.ID)
				assert.NotContains(t, text.ID, "nothing")
			}
			assert.LessOrEqual(t, len(c.fake.users), 6)

			target = newTarget(c.fake.serve(t, "127.0.0.1:0"), c.limit)
			_, err = Through(t.Context(), target, names.New(), c.said)
			require.NoError(t, err)
			assert.Equal(t, c.want, *target.Dialect, "whoever looks for departures sees none")
			assert.LessOrEqual(t, len(c.fake.users), 3)
		})
	}
}

// newTarget is target.New, where a variable is called target.
var newTarget = target.New

// A server may be known by its own address.
func TestProbeTriesTheAddress(t *testing.T) {
	for _, loopback := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(loopback, func(t *testing.T) {
			host, _, _ := net.SplitHostPort(loopback)
			f := &fake{id: host}
			target := target.New(f.serve(t, loopback), long)
			_, err := Probe(t.Context(), target, names.New(), "")
			require.NoError(t, err)
			assert.Equal(t, host, target.Dialect.ServerID)
		})
	}
}

// Half an answer is no silence: the run says what is wrong with it.
func TestProbeOfWhatSpeaksNoProtocol(t *testing.T) {
	p, err := peer.Listen(peer.Babbling)
	require.NoError(t, err)
	defer p.Close()
	target := target.New("127.0.0.1:"+strconv.Itoa(p.Port()), brief)
	_, err = Probe(t.Context(), target, names.New(), "")
	require.NoError(t, err)
	assert.False(t, target.Dialect.Addressable)
}

func TestProbeOfWhatAnswersNobody(t *testing.T) {
	for name, c := range map[string]struct {
		manner peer.Manner
		want   error
	}{
		"mute":      {peer.Quiet, wire.ErrSilent},
		"resetting": {peer.Reset, wire.ErrReset},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := peer.Listen(c.manner)
			require.NoError(t, err)
			defer p.Close()
			target := target.New("127.0.0.1:"+strconv.Itoa(p.Port()), brief)
			_, err = Probe(t.Context(), target, names.New(), "")
			require.ErrorIs(t, err, c.want)
		})
	}
	t.Run("refusing", func(t *testing.T) {
		port, free, err := peer.Vacant()
		require.NoError(t, err)
		defer free()
		_, err = Probe(t.Context(), target.New("127.0.0.1:"+strconv.Itoa(port), long), names.New(), "")
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
	})
	t.Run("out of time", func(t *testing.T) {
		p, err := peer.Listen(peer.Quiet)
		require.NoError(t, err)
		defer p.Close()
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer cancel()
			_ = p.Await(t.Context(), 0)
		}()
		_, err = Probe(ctx, target.New("127.0.0.1:"+strconv.Itoa(p.Port()), long), names.New(), "")
		require.ErrorIs(t, err, context.Canceled)
	})
}
