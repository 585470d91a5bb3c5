package reference_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

func addrPort(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

func asTimeout(err error, target *net.Error) bool {
	return errors.As(err, target) && (*target).Timeout()
}

const unknown = `ERROR "request tidak dikenali"`

func TestFraming(t *testing.T) {
	s := start(t, reference.Config{})

	t.Run("bytes", func(t *testing.T) {
		c := dial(t, s.addr)
		c.write("halo\r\n")
		buf := make([]byte, 100)
		n, err := c.Read(buf)
		require.NoError(t, err)
		require.Equal(t, `{"status":"ERROR","data":"request tidak dikenali"}`+"\r\n\r\n", string(buf[:n]))
	})
	t.Run("split", func(t *testing.T) {
		c := dial(t, s.addr)
		text := "hal\r\nregister é x\n"
		for i := range len(text) {
			c.write(text[i : i+1])
		}
		require.Equal(t, unknown, c.read())
		require.Equal(t, `OK "user é sudah teregistrasi"`, c.read())
	})
	t.Run("pipelined", func(t *testing.T) {
		c := s.login(t, "pipa")
		c.write(strings.Repeat("halo\r\ninbox\n\r\n\n", 500))
		for range 500 {
			require.Equal(t, unknown, c.read())
			require.Equal(t, "OK []", c.read())
		}
	})
	t.Run("half-closed", func(t *testing.T) {
		c := dial(t, s.addr)
		c.write("satu\ndua\nregister belum x")
		require.NoError(t, c.Conn.(*net.TCPConn).CloseWrite())
		require.Equal(t, unknown, c.read())
		require.Equal(t, unknown, c.read())
		c.ends()
		require.False(t, s.State().HasUser("belum"), "half a request is none")
	})
	t.Run("not text", func(t *testing.T) {
		c := s.login(t, "biner")
		c.refused("inbox \xff\xfe")
		c.refused("in\x00box")
		c.refused("\x00\x00\x00")
		require.Equal(t, "OK []", c.ask("inbox"))
		require.Equal(t, unknown, c.ask("link alpha"))
		require.Equal(t, unknown, c.ask("\x01{}"))
	})
	t.Run("every text", func(t *testing.T) {
		c := s.login(t, "teks")
		text := "a\r\rb\t\" \\ </script> \u2028 😀\x7f\x1b  "
		c.ok("send teks@alpha %s", text)
		require.Contains(t, c.ok("inbox"), `"pesan":"a\r\rb\t\" \\ </script> \u2028 😀`+"\x7f"+`\u001b  "`)
	})
}

func TestLongLines(t *testing.T) {
	s := start(t, reference.Config{MaxLine: 64 << 10})
	c := s.login(t, "budi")
	const head = len("send budi ")
	for _, n := range []int{4 << 10, 4<<10 + 1, 64<<10 - head} {
		c.ok("send budi %s", strings.Repeat("x", n))
		messages := s.State().Take("budi")
		require.Len(t, messages, 1)
		require.Len(t, messages[0].Text, n)
	}
	const tooLong = `ERROR "request terlalu panjang"`
	for _, n := range []int{64<<10 - head + 1, 64<<10 - head + 2, 100_000, 1 << 20} {
		require.Equal(t, tooLong, c.ask("send budi %s", strings.Repeat("x", n)))
	}
	require.Equal(t, "OK []", c.ask("inbox"))
}

func TestLineWithoutEnd(t *testing.T) {
	s := start(t, reference.Config{MaxLine: 1 << 10})
	c := dial(t, s.addr)
	piece := []byte(strings.Repeat("x", 1<<10))
	for {
		if _, err := c.Write(piece); err != nil {
			var timeout net.Error
			require.False(t, asTimeout(err, &timeout), "the server reads on for ever")
			break
		}
	}
	s.login(t, "budi")
}

func TestSessionsAreApart(t *testing.T) {
	s := start(t, reference.Config{})
	a, b, c := s.login(t, "budi"), s.login(t, "siti"), dial(t, s.addr)
	c.refused("inbox")
	c.ok("auth budi sandi")
	a.ok("logout")
	a.refused("inbox")
	b.ok("send budi@alpha halo")
	require.Equal(t, `OK [{"dari":"siti@alpha","pesan":"halo"}]`, c.ask("inbox"))
	require.Equal(t, "OK []", b.ask("inbox"))
}

func TestWrap(t *testing.T) {
	var machine *chat.Machine
	s := start(t, reference.Config{
		ID: "gamma",
		Wrap: func(h chat.Handler) chat.Handler {
			machine = h.(*chat.Machine)
			return chat.HandlerFunc(machine.Handle)
		},
		WrapConn: func(conn net.Conn) net.Conn { return shouting{conn} },
	})
	c := dial(t, s.addr)
	c.write("halo\n")
	buf := make([]byte, 100)
	n, err := c.Read(buf)
	require.NoError(t, err)
	require.Equal(t, `{"STATUS":"ERROR","DATA":"REQUEST TIDAK DIKENALI"}`+"\r\n\r\n", string(buf[:n]))
	require.Equal(t, "gamma", machine.ID)
	require.NotNil(t, machine.Links)
	require.Nil(t, machine.Files)
}

func TestDecorators(t *testing.T) {
	var accepted atomic.Int64
	b := start(t, reference.Config{
		ID: "beta",
		Wrap: func(h chat.Handler) chat.Handler {
			m := h.(*chat.Machine)
			m.Mail = signing{m.Mail}
			return chat.HandlerFunc(func(ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
				reference.Conn(ctx).Write([]byte("tunggu "))
				return h.Handle(ctx, s, r)
			})
		},
		WrapReceive: func(next reference.Receive) reference.Receive {
			return func(user string, m chat.Message) error {
				m.Text = strings.ToUpper(m.Text)
				return next(user, m)
			}
		},
		WrapListener: func(l net.Listener) net.Listener { return counting{l, &accepted} },
	})
	a := start(t, reference.Config{ID: "alpha"})
	require.NoError(t, b.State().Register("siti", "x"))
	budi := a.join(t, "budi", b, "beta")
	budi.ok("send siti@beta halo")
	require.Equal(t, []chat.Message{{From: "budi@" + a.addr, Text: "HALO -- beta"}}, b.State().Take("siti"))
	require.NotZero(t, accepted.Load())

	c := dial(t, b.addr)
	c.write("halo\n")
	line, err := c.r.ReadString('}')
	require.NoError(t, err)
	require.Equal(t, `tunggu {"status":"ERROR","data":"request tidak dikenali"}`, line)

	require.Nil(t, reference.Conn(t.Context()))
}

// signing is mail that has something below each text.
type signing struct{ chat.Mail }

func (s signing) Deliver(m chat.Message, users ...string) error {
	m.Text += " -- beta"
	return s.Mail.Deliver(m, users...)
}

// counting is a listener that counts what it accepts.
type counting struct {
	net.Listener
	accepted *atomic.Int64
}

func (c counting) Accept() (net.Conn, error) {
	c.accepted.Add(1)
	return c.Listener.Accept()
}

// shouting is a connection that writes capitals.
type shouting struct{ net.Conn }

func (s shouting) Write(b []byte) (int, error) {
	return s.Conn.Write([]byte(strings.ToUpper(string(b))))
}
