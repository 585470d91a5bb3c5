package variant

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// WIRE-8, after an ERROR.
var errorFaults = []Fault{
	fault("error-closes", "The connection closes after each ERROR", "Koneksi ditutup setelah setiap ERROR", "WIRE-8", "*", on("*", ifRefused((*call).last))),
	fault("error-closes-auth", "The connection closes after a failed `auth`", "Koneksi ditutup setelah `auth` yang gagal", "WIRE-8", "AUTH LOGOUT REGISTER", on("auth", ifRefused((*call).last))),
	fault("error-logs-out", "An ERROR ends the session", "ERROR mengakhiri session", "WIRE-8", "*", on("*", ifRefused(func(c *call) { c.session.Close() }))),
	fault("error-mutes", "After an ERROR the connection is open and answers nothing more", "Setelah ERROR koneksi tetap terbuka tetapi tidak menjawab lagi", "WIRE-8", "*", afterError(hang)),
}

// afterError has every request after an ERROR end in an outcome.
func afterError(outcome step) effect {
	return fresh("*", func() step {
		var failed perConn[bool]
		return func(c *call) chat.Result {
			before := failed.get(c.conn)
			if *before {
				return outcome(c)
			}
			r := c.next()
			*before = r.Status == chat.Failed
			return r
		}
	})
}

// WIRE-9, connections are apart.
var apartFaults = []Fault{
	fault("session-global", "Who is logged in is kept once for the whole server", "User yang masuk disimpan satu kali untuk seluruh server", "WIRE-9", "*",
		fresh("*", func() step {
			var mu sync.Mutex
			var current string
			return func(c *call) chat.Result {
				mu.Lock()
				if current != c.user() {
					c.session.Open(current)
				}
				mu.Unlock()
				r := c.next()
				mu.Lock()
				defer mu.Unlock()
				if c.Command == "auth" || c.Command == "logout" {
					current = c.user()
				}
				return r
			}
		})),
	fault("session-for-guests", "A connection that did not log in acts as the user who did last", "Koneksi yang belum masuk bertindak sebagai user yang terakhir masuk", "WIRE-9", "*",
		fresh("*", func() step {
			var last atomic.Value
			return func(c *call) chat.Result {
				if user, ok := last.Load().(string); ok && guest(c) && c.Command != "auth" {
					c.session.Open(user)
					defer c.session.Close()
					return c.next()
				}
				r := c.next()
				if c.Command == "auth" && inside(c) {
					last.Store(c.user())
				}
				return r
			}
		})),
	fault("auth-failed-logs-all-out", "A failed `auth` ends the sessions of all users", "`auth` yang gagal mengakhiri session semua user", "WIRE-9", "*",
		endingAll(func(c *call, r chat.Result) bool { return c.Command == "auth" && r.Status == chat.Failed })),
	fault("auth-failed-ends", "A failed `auth` ends the sessions of the user whom it names, on all connections", "`auth` yang gagal mengakhiri session user yang disebutnya di semua koneksi", "WIRE-9", "AUTH",
		endingOthers(func(c *call, end func(*conn)) chat.Result {
			r := c.next()
			if c.Command == "auth" && r.Status == chat.Failed && taken(c) {
				for _, other := range c.server.online.conns(c.word(0)) {
					end(other)
				}
			}
			return r
		})),
	fault("leaving-logs-all-out", "A connection that closes ends the sessions of all users", "Koneksi yang ditutup mengakhiri session semua user", "WIRE-9", "*",
		func(s *server) {
			var e epoch
			whenEnded(func(*conn) { e.now.Add(1) })(s)
			on("*", e.step(func(*call, chat.Result) bool { return false }))(s)
		}),
	fault("command-breaks", "A request with a parameter missing breaks its command for everybody, until restart", "Request dengan parameter yang kurang merusak perintahnya bagi semua orang, sampai server dijalankan ulang",
		"WIRE-9", "*", fresh("*", func() step {
			var broken sync.Map
			return func(c *call) chat.Result {
				if _, is := broken.Load(c.Command); is {
					return refuse(c)
				}
				if inside(c) && lacking(c) && chat.Known(c.Command) {
					broken.Store(c.Command, true)
				}
				return c.next()
			}
		})),
	fault("answer-elsewhere", "Errors go to the connection that was opened last", "Kesalahan dikirim ke koneksi yang terakhir dibuka", "WIRE-9", "*",
		func(s *server) {
			var newest atomic.Pointer[conn]
			reading(func(c *conn, r io.Reader) io.Reader { newest.Store(c); return r })(s)
			writing(func(c *conn, b []byte, next func([]byte) error) error {
				if last := newest.Load(); last != c && bytes.Contains(b, []byte(`"ERROR"`)) {
					_, err := last.Conn.Write(b)
					return err
				}
				return next(b)
			})(s)
		}),
}

// epoch ends all sessions at once.
type epoch struct {
	now atomic.Int64
	of  perConn[int64]
}

// endingAll ends all sessions after the calls for which ends holds.
func endingAll(ends func(c *call, r chat.Result) bool) effect {
	return fresh("*", func() step { return new(epoch).step(ends) })
}

func (e *epoch) step(ends func(c *call, r chat.Result) bool) step {
	return func(c *call) chat.Result {
		begun := e.of.get(c.conn)
		if *begun != e.now.Load() {
			c.session.Close()
		}
		r := c.next()
		if ends(c, r) {
			e.now.Add(1)
		}
		if c.Command == "auth" && r.Status == chat.OK {
			*begun = e.now.Load()
		}
		return r
	}
}

// endingOthers handles each call by s, which may end the sessions of other
// connections: they are told by their next request.
func endingOthers(s func(c *call, end func(*conn)) chat.Result) effect {
	return fresh("*", func() step {
		var ended sync.Map
		return func(c *call) chat.Result {
			if _, gone := ended.LoadAndDelete(c.conn); gone {
				c.session.Close()
			}
			return s(c, func(other *conn) { ended.Store(other, true) })
		}
	})
}
