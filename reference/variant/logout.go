package variant

import (
	"sync"
	"sync/atomic"

	"github.com/protokol-chat/chatspec/reference/chat"
)

var logoutFaults = []Fault{
	fault("logout-empty", "A successful `logout` has an empty text in data", "`logout` yang berhasil memuat teks kosong di data", "LOGOUT-1", "", on("logout", success(value("")))),

	fault("logout-guest-ok", "`logout` before `auth` is OK", "`logout` sebelum `auth` dijawab OK", "LOGOUT-2 LOGOUT-6", "", on("logout", when(guest, okay))),
	fault("logout-guest-crashes", "`logout` before `auth` brings the server down", "`logout` sebelum `auth` mematikan server", "LOGOUT-2", "*", on("logout", when(guest, crash))),

	fault("logout-nothing", "`logout` answers OK and the session goes on", "`logout` menjawab OK tetapi session tetap berjalan", "LOGOUT-3 LOGOUT-6 SEND-10", "", on("logout", when(inside, okay))),
	fault("logout-leaves-inbox", "After `logout` the inbox can still be read", "Setelah `logout` kotak masuk masih dapat dibaca", "LOGOUT-3", "", lingering("inbox")),
	fault("logout-leaves-send", "After `logout` messages can still be sent", "Setelah `logout` pesan masih dapat dikirim", "LOGOUT-3 SEND-10", "", lingering("send")),
	fault("logout-leaves-groups", "After `logout` groups can still be made", "Setelah `logout` grup masih dapat dibuat", "LOGOUT-3", "", lingering("creategroup")),
	fault("logout-leaves-groups-open", "After `logout` messages can still be sent to groups", "Setelah `logout` grup masih dapat dikirimi pesan", "LOGOUT-3", "", lingering("sendgroup")),
	fault("logout-leaves-files", "After `logout` files can still be sent", "Setelah `logout` file masih dapat dikirim", "LOGOUT-3", "", lingering("sendfile sendfilegroup")),
	fault("logout-leaves-connect", "After `logout` servers can still be connected to", "Setelah `logout` server lain masih dapat dihubungi", "LOGOUT-3", "", lingering("connect")),
	fault("logout-mutes", "After `logout` the connection is open and answers nothing more", "Setelah `logout` koneksi tetap terbuka tetapi tidak menjawab lagi", "LOGOUT-3 LOGOUT-6", "SEND LOGOUT AUTH",
		fresh("*", func() step {
			var out perConn[bool]
			return func(c *call) chat.Result {
				left := out.get(c.conn)
				if *left {
					return hang(c)
				}
				r := c.next()
				*left = c.Command == "logout" && r.Status == chat.OK
				return r
			}
		})),
	fault("logout-newest", "`logout` ends the session that began last instead of one's own", "`logout` mengakhiri session yang paling akhir dimulai, bukan session sendiri", "LOGOUT-3 LOGOUT-5 LOGOUT-6", "*",
		func(s *server) {
			var newest atomic.Pointer[conn]
			endingOthers(func(c *call, end func(*conn)) chat.Result {
				if c.Command == "logout" && inside(c) {
					if last := newest.Load(); last != c.conn {
						end(last)
						return okay(c)
					}
				}
				r := c.next()
				if c.Command == "auth" && r.Status == chat.OK {
					newest.Store(c.conn)
				}
				return r
			})(s)
		}),

	fault("logout-marks-connection", "After `logout` a connection stays marked: `auth` on it is OK and no feature works", "Setelah `logout` koneksi tetap ditandai: `auth` di sana dijawab OK tetapi tidak ada fitur yang berfungsi", "LOGOUT-4", "*",
		fresh("*", func() step {
			var out perConn[bool]
			return func(c *call) chat.Result {
				left := out.get(c.conn)
				if *left && inside(c) && chat.Known(c.Command) && c.Command != "auth" {
					return refuse(c)
				}
				r := c.next()
				*left = *left || c.Command == "logout" && r.Status == chat.OK
				return r
			}
		})),

	fault("logout-for-good", "A user who logged out can never log in again", "User yang sudah logout tidak pernah dapat masuk lagi", "LOGOUT-4", "AUTH SEND SENDGROUP INBOX CREATEGROUP",
		func(s *server) {
			var gone sync.Map
			on("logout", func(c *call) chat.Result {
				if inside(c) {
					gone.Store(c.user(), true)
				}
				return c.next()
			})(s)
			on("auth", when(among(&gone), refuse))(s)
		}),

	fault("logout-all", "`logout` ends the sessions of all users", "`logout` mengakhiri session semua user", "LOGOUT-5 WIRE-9", "*",
		endingAll(func(c *call, r chat.Result) bool { return c.Command == "logout" && r.Status == chat.OK })),
	fault("logout-stops-server", "`logout` ends the thread that accepts and answers everybody", "`logout` mengakhiri thread yang melayani semua orang", "LOGOUT-5", "*", on("logout", when(inside, func(c *call) chat.Result {
		r := c.next()
		c.server.freeze()
		return r
	}))),

	fault("logout-twice-ok", "A second `logout` is OK, too", "`logout` kedua juga dijawab OK", "LOGOUT-6", "",
		fresh("logout", func() step {
			var out perConn[bool]
			return func(c *call) chat.Result {
				left := out.get(c.conn)
				if *left && guest(c) {
					return okay(c)
				}
				*left = inside(c)
				return c.next()
			}
		})),
}

// lingering leaves some commands to a user who has logged out.
func lingering(commands string) effect {
	return func(s *server) {
		var left perConn[string]
		on("logout", func(c *call) chat.Result {
			if inside(c) {
				*left.get(c.conn) = c.user()
			}
			return c.next()
		})(s)
		on(commands, when(guest, func(c *call) chat.Result {
			if user := *left.get(c.conn); user != "" {
				c.session.Open(user)
				defer c.session.Close()
			}
			return c.next()
		}))(s)
	}
}
