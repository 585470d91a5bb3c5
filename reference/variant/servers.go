package variant

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

var addServerFaults = []Fault{
	fault("addserver-empty", "A successful `addserver` has an empty text in data", "`addserver` yang berhasil memuat teks kosong di data", "ADDSERVER-1", "", on("addserver", success(value("")))),

	fault("addserver-port-8889", "`addserver` without a port takes 8889", "`addserver` tanpa port memakai 8889", "ADDSERVER-2", "", on("addserver", when(both(inside, lacking), func(c *call) chat.Result { return c.as(c.Line + " 8889") }))),
	fault("addserver-guest-ok", "`addserver` before `auth` adds the server", "`addserver` sebelum `auth` menambahkan server", "ADDSERVER-3 LOGOUT-3", "", on("addserver", asGuest)),

	fault("addserver-guest-keeps", "`addserver` before `auth` is refused and adds the server all the same", "`addserver` sebelum `auth` ditolak tetapi servernya tetap ditambahkan", "ADDSERVER-3", "", on("addserver", when(guest, func(c *call) chat.Result { asGuest(c); return refuse(c) }))),

	fault("addserver-port-any", "Any number is taken for a port", "Angka apa pun diterima sebagai port", "ADDSERVER-4", "", port(func(n int, err error) bool { return err == nil })),
	fault("addserver-port-65536", "Ports go up to 65536", "Port diterima sampai 65536", "ADDSERVER-4", "", port(func(n int, err error) bool { return err == nil && n == 65536 })),
	fault("addserver-port-word", "A word is taken for a port", "Sebuah kata diterima sebagai port", "ADDSERVER-4", "", port(func(n int, err error) bool { return errors.Is(err, strconv.ErrSyntax) })),
	fault("addserver-port-tail", "What follows the digits of a port is ignored", "Yang mengikuti angka port diabaikan", "ADDSERVER-4", "", on("addserver", when(inside, func(c *call) chat.Result {
		digits := c.word(2)
		if end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); end > 0 {
			return c.as("addserver " + c.word(0) + " " + c.word(1) + " " + digits[:end])
		}
		return c.next()
	}))),
	fault("addserver-port-point", "What follows a point in a port is ignored", "Yang mengikuti titik dalam port diabaikan", "ADDSERVER-4", "", on("addserver", when(inside, func(c *call) chat.Result {
		if whole, _, ok := strings.Cut(c.word(2), "."); ok {
			return c.as("addserver " + c.word(0) + " " + c.word(1) + " " + whole)
		}
		return c.next()
	}))),
	fault("addserver-port-word-hangs", "A port that is no number kills the thread: no answer, and the connection stays", "Port yang bukan angka mematikan thread: tidak dijawab dan koneksi tetap terbuka", "ADDSERVER-4", "",
		on("addserver", when(both(inside, portIs(func(_ int, err error) bool { return errors.Is(err, strconv.ErrSyntax) })), hang))),
	fault("addserver-port-large-crashes", "A port beyond 65535 brings the server down", "Port di atas 65535 mematikan server", "ADDSERVER-4", "*",
		on("addserver", when(both(inside, portIs(func(n int, err error) bool { return err == nil && n > 65535 })), crash))),

	fault("addserver-address-any", "Any text is taken for an address", "Teks apa pun diterima sebagai alamat", "ADDSERVER-5", "", on("addserver", when(both(inside, badAddress), okay))),

	fault("addserver-address-five", "An address of five numbers is taken", "Alamat dengan lima angka diterima", "ADDSERVER-5", "", on("addserver", when(both(inside, both(badAddress, func(c *call) bool { return strings.Count(c.word(1), ".") > 3 })), okay))),

	fault("addserver-forgets", "`addserver` is OK and the server is not known afterwards", "`addserver` dijawab OK tetapi servernya tidak dikenal kemudian", "ADDSERVER-6", "CONNECT FEDERATION", on("addserver", when(both(inside, goodServer), okay))),
	fault("addserver-refused-overwrites", "A known id with a port that is none is refused, and has it all the same", "Id yang dikenal dengan port yang salah ditolak tetapi portnya tetap diganti", "ADDSERVER-6", "", func(s *server) {
		var spoilt sync.Map
		on("addserver", ifRefused(func(c *call) {
			if inside(c) && !lacking(c) {
				spoilt.Store(c.word(0), true)
			}
		}))(s)
		on("addserver", ifDone(func(c *call) { spoilt.Delete(c.word(0)) }))(s)
		on("connect", when(among(&spoilt), refuse))(s)
	}),
	fault("addserver-last-only", "Only the server that was added last is known", "Hanya server yang terakhir ditambahkan yang dikenal", "ADDSERVER-6", "CONNECT FEDERATION", func(s *server) {
		var newest atomic.Value
		on("addserver", ifDone(func(c *call) { newest.Store(c.word(0)) }))(s)
		on("connect", when(func(c *call) bool { return !lacking(c) && newest.Load() != c.word(0) }, refuse))(s)
	}),
}

// portIs looks at the port of an addserver that has one.
func portIs(kind func(n int, err error) bool) condition {
	return func(c *call) bool { return !lacking(c) && kind(strconv.Atoi(c.word(2))) }
}

// port takes ports of a kind that are none.
func port(kind func(n int, err error) bool) effect {
	return on("addserver", when(both(inside, portIs(kind)), func(c *call) chat.Result {
		if r := c.next(); r.Status == chat.OK {
			return r
		}
		return okay(c)
	}))
}

func badAddress(c *call) bool {
	_, err := netip.ParseAddr(c.word(1))
	return !lacking(c) && err != nil
}

func goodServer(c *call) bool {
	return !lacking(c) && !badAddress(c) && portIs(func(n int, err error) bool { return err == nil && n > 0 && n < 65536 })(c)
}

var connectFaults = []Fault{
	fault("connect-empty", "A successful `connect` has an empty text in data", "`connect` yang berhasil memuat teks kosong di data", "CONNECT-1", "", on("connect", success(value("")))),
	fault("connect-own-kind-refused", "A server of the same make is refused", "Server sejenis ditolak", "CONNECT-1 FEDERATION-1", "FEDERATION", connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
		if err := next(ctx, to); err != nil {
			return err
		}
		return chat.Error("server tujuan tidak dapat dipercaya")
	})),

	fault("connect-missing-ok", "`connect` without an id is OK", "`connect` tanpa id dijawab OK", "CONNECT-2", "WIRE", on("connect", when(both(inside, lacking), okay))),
	fault("connect-missing-newest", "`connect` without an id connects to what the user added last", "`connect` tanpa id menghubungi server yang terakhir ditambahkan user itu", "CONNECT-2", "WIRE", func(s *server) {
		var newest sync.Map // ids by user
		on("addserver", ifDone(func(c *call) { newest.Store(c.user(), c.word(0)) }))(s)
		on("connect", when(both(inside, lacking), func(c *call) chat.Result {
			if id, _ := newest.Load(c.user()); id != nil {
				return c.as("connect " + id.(string))
			}
			return c.next()
		}))(s)
	}),
	fault("connect-guest-ok", "`connect` before `auth` opens the link", "`connect` sebelum `auth` membuka hubungan", "CONNECT-3 LOGOUT-3", "", on("connect", asGuest)),

	fault("connect-lazy", "`connect` answers OK and opens nothing; sending does", "`connect` menjawab OK tanpa membuka apa pun; pengiriman yang membukanya", "CONNECT-4 CONNECT-6 ADDSERVER-6", "FEDERATION", func(s *server) {
		connecting(func(context.Context, chat.Server, connectNext) error { return nil })(s)
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			if err := s.links().Connect(ctx, to); err != nil {
				return err
			}
			return next(ctx, to, user, m)
		})(s)
	}),

	fault("connect-inherited-ok", "Servers are kept in an object that knows constructor from birth: it can be connected to", "Server disimpan dalam objek yang sejak awal mengenal constructor: ia dapat dihubungi", "CONNECT-5", "", on("connect", when(both(inside, func(c *call) bool { return c.word(0) == "constructor" }), okay))),
	fault("connect-unknown-ok", "`connect` to an id that was never added is OK", "`connect` ke id yang tidak pernah ditambahkan dijawab OK", "CONNECT-5", "WIRE", on("connect", when(both(inside, toNoServer), okay))),
	fault("connect-any", "`connect` to an id that was never added opens a connection to what the user added last", "`connect` ke id yang tidak pernah ditambahkan membuka koneksi ke server yang terakhir ditambahkan user itu", "CONNECT-5", "", serverLike(func(string, string) bool { return true })),
	fault("connect-prefix", "`connect` finds what the user added last by the beginning of its id", "`connect` menemukan server yang terakhir ditambahkan user itu dengan awal idnya", "CONNECT-5", "", serverLike(func(id, added string) bool { return strings.HasPrefix(added, id) })),

	fault("connect-vacant-ok", "`connect` where nobody listens is OK", "`connect` ke alamat tanpa pendengar dijawab OK", "CONNECT-6", "FEDERATION", connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
		if listens(ctx, to.Addr) {
			return next(ctx, to)
		}
		return nil
	})),
	fault("connect-vacant-hangs", "`connect` where nobody listens tries for ever", "`connect` ke alamat tanpa pendengar mencoba terus-menerus", "CONNECT-6", "FEDERATION", connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
		if listens(ctx, to.Addr) {
			return next(ctx, to)
		}
		<-ctx.Done()
		return ctx.Err()
	})),
	fault("connect-vacant-crashes", "`connect` where nobody listens brings the server down", "`connect` ke alamat tanpa pendengar mematikan server", "CONNECT-6", "*", on("connect", when(inside, ifRefused(func(c *call) {
		if to, err := c.state().Server(c.word(0)); err == nil && !listens(c.ctx, to.Addr) {
			c.server.crash()
		}
	})))),

	fault("connect-blocks", "While a user waits for another server nobody is served", "Selama seorang user menunggu server lain tidak ada yang dilayani", "CONNECT-7", "CONNECT FEDERATION", func(s *server) {
		var lock sync.RWMutex
		on("*", func(c *call) chat.Result {
			if c.Command == "connect" {
				lock.Lock()
				defer lock.Unlock()
			} else {
				lock.RLock()
				defer lock.RUnlock()
			}
			return c.next()
		})(s)
	}),

	fault("connect-failed-logs-out", "A failed `connect` ends the session of who asked for it", "`connect` yang gagal mengakhiri session yang memintanya", "CONNECT-8", "CONNECT ADDSERVER FEDERATION WIRE", on("connect", when(both(inside, func(c *call) bool { return !lacking(c) && !toNoServer(c) }), ifRefused(func(c *call) { c.session.Close() })))),
	fault("connect-reset-crashes", "A server that resets the connection brings this one down", "Server tujuan yang memutus koneksi mematikan server ini", "CONNECT-8", "*", meeting(resets, (*server).crash)),
	fault("connect-garbage-closes", "A server that talks garbage kills the thread of who asked for it, and the connection with it", "Server tujuan yang mengirim sampah mematikan thread yang memintanya bersama koneksinya", "CONNECT-8", "", on("connect", when(inside, func(c *call) chat.Result {
		r := c.next()
		if to, err := c.state().Server(c.word(0)); r.Status == chat.Failed && err == nil && greet(c.ctx, to.Addr) == babbles {
			return hangUp(c)
		}
		return r
	}))),
	fault("connect-garbage-crashes", "A server that talks garbage brings this one down", "Server tujuan yang mengirim sampah mematikan server ini", "CONNECT-8", "*", meeting(babbles, (*server).crash)),
}

// serverLike has `connect` to an unknown id open a connection, and nothing more,
// to what the user added last, where the id is like that one's.
func serverLike(like func(id, added string) bool) effect {
	return func(s *server) {
		var newest sync.Map // ids by user
		on("addserver", ifDone(func(c *call) { newest.Store(c.user(), c.word(0)) }))(s)
		on("connect", when(both(inside, toNoServer), func(c *call) chat.Result {
			added, _ := newest.Load(c.user())
			id, _ := added.(string)
			if to, err := c.state().Server(id); err == nil && like(c.word(0), id) && listens(c.ctx, to.Addr) {
				return okay(c)
			}
			return c.next()
		}))(s)
	}
}

// meeting calls after when `connect` failed at a server of some manner.
func meeting(manner manner, after func(*server)) effect {
	return func(s *server) {
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			err := next(ctx, to)
			if err != nil && greet(ctx, to.Addr) == manner {
				after(s)
			}
			return err
		})(s)
	}
}

// manner is how another server answers a greeting.
type manner int

const (
	vacant   manner = iota // nobody listens
	closing                // closes, or says nothing for a while
	resets                 // resets the connection
	babbles                // says what is no result
	answers                // says what may be one
	patience = 300 * time.Millisecond
)

// reach opens a connection to addr, for no longer than patience.
func reach(ctx context.Context, addr netip.AddrPort) (net.Conn, error) {
	dialer := net.Dialer{Timeout: patience}
	conn, err := dialer.DialContext(ctx, "tcp", addr.String())
	if err == nil {
		_ = conn.SetDeadline(time.Now().Add(patience)) // where it fails, the first read tells
	}
	return conn, err
}

// greet finds out how whoever listens at addr answers a client.
func greet(ctx context.Context, addr netip.AddrPort) manner {
	conn, err := reach(ctx, addr)
	if err != nil {
		return vacant
	}
	defer conn.Close()
	if _, err = conn.Write([]byte("halo\r\n")); err == nil {
		first := make([]byte, 1)
		if _, err = conn.Read(first); err == nil {
			if first[0] == '{' {
				return answers
			}
			return babbles
		}
	}
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		return resets
	}
	return closing
}

// listens reports whether somebody listens at addr.
func listens(ctx context.Context, addr netip.AddrPort) bool {
	conn, err := reach(ctx, addr)
	if err == nil {
		conn.Close()
	}
	return err == nil
}

// serves tells whether a server of the protocol answers at an address, however
// it wants a request to end.
func serves(ctx context.Context, addr netip.AddrPort) bool {
	conn, err := reach(ctx, addr)
	if err != nil {
		return false
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "siapa\r\n\r\n"); err != nil {
		return false
	}
	var first [1]byte
	for first[0] <= ' ' {
		if _, err := io.ReadFull(conn, first[:]); err != nil {
			return false
		}
	}
	return first[0] == '{'
}
