package reference_test

import (
	"bytes"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/reference"
)

// join logs in a user who adds a server under an id and connects to it.
func (r *running) join(t *testing.T, user string, to *running, id string) *client {
	t.Helper()
	c := r.login(t, user)
	c.ok("addserver %s %s", id, to.hostport())
	c.ok("connect %s", id)
	return c
}

func TestLinkedServers(t *testing.T) {
	content := bytes.Repeat([]byte{0, 1, 0xff, '\n'}, 1<<18)
	dir := folder(t, map[string]string{"foto 1.png": string(content)})
	a, b := start(t, reference.Config{ID: "alpha", Files: dir}), start(t, reference.Config{ID: "beta"})
	siti, tono := b.login(t, "siti"), b.login(t, "tono")
	namesake := a.login(t, "siti")

	budi := a.login(t, "budi")
	budi.ok("addserver beta %s", b.hostport())
	require.Contains(t, budi.refused("send siti@beta halo"), "belum terkoneksi")
	budi.ok("connect beta")
	budi.ok("connect beta")

	budi.ok("send siti@beta halo  siti \"\\<😀 ")
	require.Equal(t, `OK [{"dari":"budi@`+a.addr+`","pesan":"halo  siti \"\\<😀 "}]`, siti.ask("inbox"),
		"a server that was never added goes by its address")
	require.Equal(t, `ERROR "server beta menolak: user tidak dikenal"`, budi.ask("send wati@beta halo"))

	// The other way round, where messages have names now.
	siti.ok("addserver utara %s", a.hostport())
	siti.ok("connect utara")
	siti.ok("send budi@utara balas")
	require.Equal(t, `OK [{"dari":"siti@beta","pesan":"balas"}]`, budi.ask("inbox"))
	budi.ok("send siti@beta %s", strings.Repeat("é", 2048))
	require.Equal(t, `OK [{"dari":"budi@utara","pesan":"`+strings.Repeat("é", 2048)+`"}]`, siti.ask("inbox"))

	budi.ok("sendfile siti@beta foto 1.png")
	got := b.State().Take("siti")
	require.Len(t, got, 1)
	require.Equal(t, "foto 1.png", got[0].File)
	require.Equal(t, "budi@utara", got[0].From)
	require.True(t, bytes.Equal(content, got[0].Content), "the content of the file")

	require.Equal(t, "OK []", tono.ask("inbox"))
	require.Equal(t, "OK []", namesake.ask("inbox"))
	require.Equal(t, "OK []", siti.ask("inbox"))
}

func TestServerLinkedToItself(t *testing.T) {
	s := start(t, reference.Config{})
	c := s.join(t, "budi", s, "cermin")
	c.ok("send budi@cermin halo")
	require.Equal(t, `OK [{"dari":"budi@cermin","pesan":"halo"}]`, c.ask("inbox"))
}

func TestServerGoneAndBack(t *testing.T) {
	// With so long a timeout, only what needs none comes in time.
	a, b := start(t, reference.Config{ID: "alpha", LinkTimeout: time.Hour}), start(t, reference.Config{ID: "beta"})
	b.login(t, "siti")
	budi := a.join(t, "budi", b, "beta")
	budi.ok("send siti@beta satu")

	require.NoError(t, b.stop())
	budi.refused("send siti@beta dua")
	budi.refused("connect beta")
	budi.ok("inbox")

	b = startAt(t, reference.Config{ID: "beta"}, b.addr)
	siti := b.login(t, "siti")
	budi.refused("send siti@beta tiga")
	budi.ok("connect beta")
	budi.ok("send siti@beta empat")
	require.Contains(t, siti.ok("inbox"), "empat")
}

func TestManySendersOverOneLink(t *testing.T) {
	const senders, messages = 16, 20
	a, b := start(t, reference.Config{ID: "alpha"}), start(t, reference.Config{ID: "beta"})
	require.NoError(t, b.State().Register("siti", "x"))
	a.login(t, "admin").ok("addserver beta %s", b.hostport())
	var clients []*client
	for i := range senders {
		clients = append(clients, a.login(t, "user"+string(rune('a'+i))))
	}
	var all sync.WaitGroup
	for _, c := range clients {
		all.Go(func() {
			// All connect at once, too.
			c.write("connect beta\n" + strings.Repeat("send siti@beta halo\n", messages))
			for range messages + 1 {
				if got := c.read(); !strings.HasPrefix(got, "OK") {
					t.Error(got)
				}
			}
		})
	}
	all.Wait()
	require.Len(t, b.State().Take("siti"), senders*messages)
}

func TestServerMoved(t *testing.T) {
	a, b, c := start(t, reference.Config{}), start(t, reference.Config{ID: "b"}), start(t, reference.Config{ID: "c"})
	require.NoError(t, c.State().Register("siti", "x"))
	budi, other := a.join(t, "budi", b, "tujuan"), a.login(t, "lain")
	other.refused("addserver tujuan %s", c.hostport())
	budi.ok("addserver tujuan %s", c.hostport())
	budi.refused("send siti@tujuan halo")
	budi.ok("connect tujuan")
	budi.ok("send siti@tujuan halo")
	require.Len(t, c.State().Take("siti"), 1)
}

func TestMaxLinks(t *testing.T) {
	a, b, c := start(t, reference.Config{MaxLinks: 1}), start(t, reference.Config{ID: "b"}), start(t, reference.Config{ID: "c", MaxLinks: 1})
	budi := a.join(t, "budi", b, "b")
	budi.ok("addserver c %s", c.hostport())
	require.Contains(t, budi.refused("connect c"), "terlalu banyak")

	b.join(t, "siti", c, "c")
	d := start(t, reference.Config{ID: "d"})
	wati := d.login(t, "wati")
	wati.ok("addserver c %s", c.hostport())
	wati.refused("connect c")
}

// Peers that do not behave.
func TestBadPeers(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(net.Conn) // with a connection, before it closes
	}{
		{"silent", func(conn net.Conn) { conn.Read(make([]byte, 1<<10)); conn.Read(make([]byte, 1)) }},
		{"closing", func(conn net.Conn) {}},
		{"resetting", func(conn net.Conn) { conn.(*net.TCPConn).SetLinger(0) }},
		{"talking garbage", func(conn net.Conn) { conn.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) }},
		{"answering no JSON", func(conn net.Conn) { conn.Write([]byte("\x00\x00\x00\x03foo")) }},
		{"announcing too much", func(conn net.Conn) { conn.Write([]byte("\xff\xff\xff\xff{}")) }},
		{"answering another way", func(conn net.Conn) { conn.Write([]byte("\x00\x00\x00\x0f{\"kind\":\"ping\"}")) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			const timeout = 300 * time.Millisecond
			s := start(t, reference.Config{LinkTimeout: timeout})
			l := listen(t, test.do)
			budi, siti := s.login(t, "budi"), s.login(t, "siti")
			budi.ok("addserver b %s", strings.Replace(l.Addr().String(), ":", " ", 1))
			begun := time.Now()
			budi.write("connect b\n")
			for range 100 { // others are served meanwhile
				siti.ok("inbox")
			}
			require.Less(t, time.Since(begun), patience/2)
			require.Equal(t, `ERROR "server b tidak dapat dihubungi"`, budi.read())
			require.Less(t, time.Since(begun), patience/2)
			budi.refused("send siti@b halo")
			budi.ok("inbox")
		})
	}
}

// listen lets do have each connection to a port on loopback, and closes it
// then.
func listen(t *testing.T, do func(net.Conn)) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var busy sync.WaitGroup
	busy.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			busy.Go(func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(patience))
				do(conn)
			})
		}
	})
	t.Cleanup(busy.Wait)
	t.Cleanup(func() { l.Close() })
	return l
}

func TestNobodyListens(t *testing.T) {
	s := start(t, reference.Config{LinkTimeout: time.Hour})
	l := listen(t, func(net.Conn) {})
	require.NoError(t, l.Close())
	c := s.login(t, "budi")
	c.ok("addserver b %s", strings.Replace(l.Addr().String(), ":", " ", 1))
	c.refused("connect b")
}

// A server that accepts a connection and is silent, for as long as it takes.
func TestShutdownWhileConnecting(t *testing.T) {
	dialled := make(chan struct{}, 1)
	l := listen(t, func(conn net.Conn) {
		dialled <- struct{}{}
		conn.Read(make([]byte, 1<<10))
		conn.Read(make([]byte, 1))
	})
	s := start(t, reference.Config{LinkTimeout: time.Hour, DrainTimeout: time.Millisecond})
	c := s.login(t, "budi")
	c.ok("addserver b %s", strings.Replace(l.Addr().String(), ":", " ", 1))
	c.write("connect b\n")
	<-dialled
	s.login(t, "siti").ok("inbox") // only budi waits
	require.NoError(t, s.stop())
}
