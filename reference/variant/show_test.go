package variant_test

import (
	"context"
	"fmt"
	"maps"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
	"github.com/protokol-chat/chatspec/reference/variant"
)

// patience is how long a test waits for what should come at once.
const patience = 10 * time.Second

// TestShown holds talks against servers of one variant each. A line is what a
// user sends, or with ":=" raw bytes as a Go string, then "=>" and what comes:
// a regular expression for all that has come on the connection since, or one of
//
//	silence   nothing, for a moment
//	closed    the end of the connection
//	gone      nobody listens any more
//
// Users register and log in when they first speak, but for those whose names
// begin with "tamu"; those with a capital live on the second server. A name of a
// talk may be several, joined by "+".
// {beta}, {vacant} and the like stand for address and port.
func TestShown(t *testing.T) {
	talks := maps.Clone(faultTalks)
	maps.Copy(talks, readingTalks)
	for name, talk := range talks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, strings.Split(name, "+")...)
			for line := range strings.Lines(talk) {
				if line = strings.TrimSpace(line); line != "" {
					s.play(line)
				}
			}
		})
	}
}

// TestUnchanged holds the same kind of talk against the reference, so that what
// the talks show is the variants' doing.
func TestUnchanged(t *testing.T) {
	s := newStage(t)
	for _, line := range []string{
		`siti inbox => OK`,
		`budi send siti halo  "dunia" => ^{"status":"OK","data":"pesan sudah terkirim kepada siti"}\r\n\r\n$`,
		`siti inbox => ^{"status":"OK","data":\[{"dari":"budi@alpha","pesan":"halo  \\"dunia\\""}\]}\r\n\r\n$`,
		`siti inbox => "data":\[\]`,
		`tamu inbox => ERROR.*auth`,
		`budi connect beta => ERROR.*tidak dikenal`,
		`budi addserver beta {beta} => OK`,
		`budi connect beta => OK`,
		`Wati inbox => \[\]`,
		`budi send Wati@beta halo => OK`,
		`Wati inbox => halo`,
	} {
		s.play(line)
	}
}

// A stage is two servers and those who talk to them.
type stage struct {
	t     *testing.T
	addrs map[string]string // of alpha and beta
	users map[string]*actor
}

func newStage(t *testing.T, names ...string) *stage {
	target, stop, err := pair(t.TempDir(), names...)
	require.NoError(t, err)
	s := &stage{t: t, addrs: map[string]string{"alpha": target.Address, "beta": target.Peer}, users: map[string]*actor{}}
	t.Cleanup(func() {
		for _, a := range s.users {
			a.conn.Close()
		}
		require.NoError(t, stop())
	})
	return s
}

var place = regexp.MustCompile(`{(\w+)}`)

// fill puts in what {places} stand for.
func (s *stage) fill(text string) string {
	return place.ReplaceAllStringFunc(text, func(p string) string {
		switch name := p[1 : len(p)-1]; name {
		case "alpha", "beta":
			return strings.Replace(s.addrs[name], ":", " ", 1)
		case "vacant":
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(s.t, err)
			require.NoError(s.t, l.Close())
			return strings.Replace(l.Addr().String(), ":", " ", 1)
		case "closing", "garbage", "resetting":
			return strings.Replace(s.listen(name), ":", " ", 1)
		default: // x{1000} in a regular expression, {long} in a text
			if n, err := strconv.Atoi(name); err == nil {
				return fmt.Sprintf("{%d}", n)
			}
			return strings.Repeat("x", 5000)
		}
	})
}

// listen plays another server until the test ends.
func (s *stage) listen(manner string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(s.t, err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			switch manner {
			case "garbage":
				c.Write([]byte("\x00\xff\xff garbage"))
			case "resetting":
				c.(*net.TCPConn).SetLinger(0)
			}
			c.Close()
		}
	}()
	s.t.Cleanup(func() { l.Close(); <-ended })
	return l.Addr().String()
}

func (s *stage) play(line string) {
	s.t.Helper()
	said, want, judged := strings.Cut(line, " => ")
	name, request, _ := strings.Cut(said, " ")
	a := s.user(strings.TrimSuffix(name, ":="))
	text := s.fill(request) + "\r\n"
	if strings.HasSuffix(name, ":=") {
		var err error
		text, err = strconv.Unquote(request)
		require.NoError(s.t, err, line)
	}
	a.seen = nil
	if want != "gone" {
		_, err := a.conn.Write([]byte(text))
		require.NoError(s.t, err, line)
	}
	if !judged {
		return
	}
	switch want {
	case "silence":
		a.read(50 * time.Millisecond)
		require.Empty(s.t, string(a.seen), line)
	case "closed":
		require.Eventually(s.t, func() bool { return a.read(patience) != nil && !os.IsTimeout(a.err) }, patience, time.Microsecond, line)
	case "gone":
		require.Eventually(s.t, func() bool {
			c, err := net.Dial("tcp", a.home)
			if err == nil {
				c.Close()
			}
			return err != nil
		}, patience, time.Millisecond, line)
	default:
		pattern, err := regexp.Compile(`(?s)` + s.fill(want))
		require.NoError(s.t, err, line)
		for !pattern.Match(a.seen) {
			require.NoError(s.t, a.read(patience/2), "%s, after %q", line, a.seen)
		}
	}
}

// user gives the actor of a name a connection, a name on the server, and a
// session.
func (s *stage) user(name string) *actor {
	if a := s.users[name]; a != nil {
		return a
	}
	a := &actor{home: s.addrs["alpha"]}
	if name[0] >= 'A' && name[0] <= 'Z' {
		a.home = s.addrs["beta"]
	}
	s.users[name] = a
	var err error
	a.conn, err = net.DialTimeout("tcp", a.home, patience)
	require.NoError(s.t, err)
	if !strings.HasPrefix(name, "tamu") {
		for _, request := range []string{"register " + name + " Sandi777", "auth " + name + " Sandi777"} {
			_, err := a.conn.Write([]byte(request + "\r\n"))
			require.NoError(s.t, err)
			require.NoError(s.t, a.read(patience))
			for a.read(20*time.Millisecond) == nil {
				continue // until it is quiet
			}
		}
	}
	return a
}

type actor struct {
	home string
	conn net.Conn
	seen []byte
	err  error
}

// read takes what comes within d. It returns an error if nothing does.
func (a *actor) read(d time.Duration) error {
	a.conn.SetReadDeadline(time.Now().Add(d))
	b := make([]byte, 64<<10)
	n, err := a.conn.Read(b)
	a.seen = append(a.seen, b[:n]...)
	a.err = err
	if n > 0 {
		return nil
	}
	return err
}

// A configuration that is used for one server after another starts each anew.
func TestAnewEachTime(t *testing.T) {
	config, err := variant.Apply(reference.Config{HashIterations: 1, DrainTimeout: time.Millisecond}, "send-missing-crashes", "send-second-lost")
	require.NoError(t, err)
	s := &one{config: config, addr: "127.0.0.1:0"}
	for range 2 {
		_, err := s.On()
		require.NoError(t, err)
		st := &stage{t: t, addrs: map[string]string{"alpha": s.addr}, users: map[string]*actor{}}
		st.play(`budi send budi satu => OK`)
		st.play(`budi inbox => satu`)
		st.play(`budi send => closed`)
		st.play(`budi halo => gone`)
		for _, a := range st.users {
			a.conn.Close()
		}
		require.NoError(t, s.Off())
	}
}

// What was wrapped before stays innermost.
func TestApplyOnTop(t *testing.T) {
	config, err := variant.Apply(reference.Config{HashIterations: 1, DrainTimeout: time.Millisecond, Wrap: func(next chat.Handler) chat.Handler {
		return chat.HandlerFunc(func(ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			if r.Command == "halo" {
				return chat.Result{Status: chat.OK, Data: "halo juga"}
			}
			return next.Handle(ctx, s, r)
		})
	}}, "status-lowercase")
	require.NoError(t, err)
	s := &one{config: config, addr: "127.0.0.1:0"}
	_, err = s.On()
	require.NoError(t, err)
	st := &stage{t: t, addrs: map[string]string{"alpha": s.addr}, users: map[string]*actor{}}
	st.play(`tamu halo => {"status":"ok","data":"halo juga"}`)
	st.users["tamu"].conn.Close()
	require.NoError(t, s.Off())
}
