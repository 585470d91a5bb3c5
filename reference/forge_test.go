package reference_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/reference"
)

// These tests speak the link protocol themselves, as somebody would who wants
// to deceive a server.

// A peer is one end of a connection between servers.
type peer struct {
	t testing.TB
	net.Conn
}

// introduce opens a connection as a server does.
func introduce(t testing.TB, addr string) peer {
	t.Helper()
	c := dial(t, addr)
	c.write("\x01")
	return peer{t, c.Conn}
}

func writeFrame(w io.Writer, body string) error {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	_, err := w.Write(append(b, body...))
	return err
}

func readFrame(r io.Reader) (map[string]any, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint32(length[:]))
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	var f map[string]any
	return f, json.Unmarshal(body, &f)
}

// ask sends a frame and returns why it is refused, or "".
func (p peer) ask(format string, args ...any) string {
	p.t.Helper()
	require.NoError(p.t, writeFrame(p, fmt.Sprintf(format, args...)))
	f, err := readFrame(p)
	require.NoError(p.t, err)
	require.Equal(p.t, "answer", f["kind"])
	refusal, _ := f["refusal"].(string)
	return refusal
}

func portOf(l net.Listener) uint16 { return netip.MustParseAddrPort(l.Addr().String()).Port() }

const unproved = "asal link tidak terbukti"

func TestForgedHello(t *testing.T) {
	a, b := start(t, reference.Config{ID: "alpha"}), start(t, reference.Config{ID: "beta", LinkTimeout: 300 * time.Millisecond})
	a.join(t, "budi", b, "beta") // a real link does not help
	closed := listen(t, func(net.Conn) {})
	require.NoError(t, closed.Close())
	silent := listen(t, func(conn net.Conn) { conn.Read(make([]byte, 1<<10)); conn.Read(make([]byte, 1)) })
	no := listen(t, func(conn net.Conn) { answerVerify(conn, `{"kind":"answer","refusal":"tidak"}`) })

	for name, port := range map[string]uint16{
		"a server that knows nothing of it": a.port(),
		"the server itself":                 b.port(),
		"no server":                         portOf(closed),
		"a server that says nothing":        portOf(silent),
		"a server that says no":             portOf(no),
		"no port":                           0,
	} {
		t.Run(name, func(t *testing.T) {
			p := introduce(t, b.addr)
			require.Equal(t, unproved, p.ask(`{"kind":"hello","nonce":"ABC","port":%d}`, port))
			_, err := readFrame(p)
			require.ErrorIs(t, err, io.EOF)
		})
	}
	require.NotEmpty(t, introduce(t, a.addr).ask(`{"kind":"verify","nonce":"","port":%d}`, b.port()))
	b.login(t, "siti").ok("inbox")
}

// answerVerify reads a question and answers it as given.
func answerVerify(conn net.Conn, answer string) {
	conn.Read(make([]byte, 1))
	if f, err := readFrame(conn); err == nil && f["kind"] == "verify" {
		writeFrame(conn, answer)
	}
}

// A server that alpha connects to passes the hello on, to appear as alpha.
func TestRelayedHello(t *testing.T) {
	a, b := start(t, reference.Config{ID: "alpha"}), start(t, reference.Config{ID: "beta"})
	heard := make(chan string, 1)
	mallory := listen(t, func(conn net.Conn) {
		conn.Read(make([]byte, 1))
		f, err := readFrame(conn)
		if err != nil {
			return
		}
		relay, err := net.Dial("tcp", b.addr)
		if err != nil {
			return
		}
		defer relay.Close()
		relay.Write([]byte{1})
		writeFrame(relay, fmt.Sprintf(`{"kind":"hello","nonce":%q,"port":%v}`, f["nonce"], f["port"]))
		f, err = readFrame(relay)
		heard <- fmt.Sprint(f["refusal"], err)
	})
	c := a.login(t, "budi")
	c.ok("addserver m %s", strings.Replace(mallory.Addr().String(), ":", " ", 1))
	c.refused("connect m")
	require.Equal(t, unproved+"<nil>", <-heard)
}

func TestNoHello(t *testing.T) {
	s := start(t, reference.Config{LinkTimeout: 100 * time.Millisecond})
	require.NoError(t, s.State().Register("siti", "x"))
	for name, bytes := range map[string]string{
		"message": "\x00\x00\x00\x4b" + `{"kind":"message","to":"siti","message":{"dari":"budi","pesan":"palsu ya"}}`,
		"garbage": "inbox\r\ninbox\r\n",
		"large":   "\x7f\x00\x00\x00{",
		"half":    "\x00\x00",
		"no JSON": "\x00\x00\x00\x02[]",
		"nothing": "",
	} {
		t.Run(name, func(t *testing.T) {
			p := introduce(t, s.addr)
			_, err := p.Write([]byte(bytes))
			require.NoError(t, err)
			rest, err := io.ReadAll(p)
			require.Empty(t, rest)
			if err != nil {
				require.NotErrorIs(t, err, net.ErrClosed)
				var timeout net.Error
				require.False(t, asTimeout(err, &timeout), "the connection is still open")
			}
			require.Empty(t, s.State().Peek("siti"))
		})
	}
}

// A server may lie about its users, but not about where they are.
func TestForgedSender(t *testing.T) {
	b := start(t, reference.Config{ID: "beta", MaxLine: 1000, MaxFile: 1000})
	siti := b.login(t, "siti")
	liar := listen(t, func(conn net.Conn) { answerVerify(conn, `{"kind":"answer"}`) })
	p := introduce(t, b.addr)
	require.Empty(t, p.ask(`{"kind":"hello","nonce":"ABC","port":%d}`, portOf(liar)))
	require.Empty(t, p.ask(`{"kind":"ping","seq":1}`))

	const send = `{"kind":"message","to":"siti","message":%s}`
	for _, message := range []string{
		`null`, `{}`, `{"pesan":"x"}`, `{"dari":"budi"}`,
		`{"dari":"budi@beta","pesan":"x"}`, `{"dari":"tono@","pesan":"x"}`, `{"dari":"budi, x","pesan":"x"}`,
		`{"dari":"budi","pesan":"x","file":"x"}`,
		`{"dari":"budi","pesan":"` + strings.Repeat("x", 1001) + `"}`,
		`{"dari":"budi","file":"x","isi":"` + strings.Repeat("eHh4", 334) + `"}`,
	} {
		require.NotEmpty(t, p.ask(send, message), message)
	}
	require.NotEmpty(t, p.ask(`{"kind":"message","to":"wati","message":{"dari":"budi","pesan":"x"}}`))
	require.Equal(t, "OK []", siti.ask("inbox"))

	where := liar.Addr().String()
	require.Empty(t, p.ask(send, `{"dari":"siti","pesan":"x","grup":"g"}`))
	require.Equal(t, `OK [{"dari":"siti@`+where+`","pesan":"x"}]`, siti.ask("inbox"))
	siti.ok("addserver jauh %s", strings.Replace(where, ":", " ", 1))
	require.Empty(t, p.ask(send, `{"dari":"siti","pesan":"x"}`))
	require.Equal(t, `OK [{"dari":"siti@jauh","pesan":"x"}]`, siti.ask("inbox"))

	// What is no frame ends the link, and nothing else.
	require.NoError(t, writeFrame(p, "["))
	_, err := readFrame(p)
	require.Error(t, err)
	siti.ok("inbox")
}

// A server that accepts a link and then says nothing more.
func TestPeerThatStopsAnswering(t *testing.T) {
	l := listen(t, func(conn net.Conn) {
		conn.Read(make([]byte, 1))
		if _, err := readFrame(conn); err == nil {
			writeFrame(conn, `{"kind":"answer"}`)
			writeFrame(conn, `{"kind":"answer","seq":99}`) // nobody asked
			io.Copy(io.Discard, conn)
		}
	})
	s := start(t, reference.Config{LinkTimeout: 200 * time.Millisecond})
	c, other := s.login(t, "budi"), s.login(t, "siti")
	c.ok("addserver b %s", strings.Replace(l.Addr().String(), ":", " ", 1))
	c.ok("connect b")
	c.write("send siti@b halo\n")
	for range 100 {
		other.ok("inbox")
	}
	require.Equal(t, `ERROR "server b tidak menjawab"`, c.read())
	require.Contains(t, c.refused("send siti@b halo"), "server b") // at once, the link is closed
	c.ok("connect b")
	c.ok("connect b") // finds out that the link is dead, and opens another
}
