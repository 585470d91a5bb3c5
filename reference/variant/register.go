package variant

import (
	"slices"
	"strings"
	"sync"

	"github.com/protokol-chat/chatspec/reference/chat"
)

var registerFaults = []Fault{
	fault("register-empty", "A successful `register` has an empty text in data", "`register` yang berhasil memuat teks kosong di data", "REGISTER-1", "", on("register", success(value("")))),
	fault("register-country", "`register` wants a name and a country as well", "`register` juga meminta nama lengkap dan negara", "REGISTER-1 REGISTER-3 REGISTER-6", "*",
		on("register", when(func(c *call) bool { return len(strings.Fields(c.Rest)) < 4 }, refuse))),
	fault("register-extension-refused", "A name that begins with somebody else's is refused as taken", "Nama yang diawali nama user lain ditolak karena dianggap sudah ada", "REGISTER-1", "SEND",
		fresh("register", func() step {
			var mu sync.Mutex
			var names []string
			return func(c *call) chat.Result {
				mu.Lock()
				defer mu.Unlock()
				for _, name := range names {
					if strings.HasPrefix(c.word(0), name) {
						return chat.Fail("nama user sudah terpakai")
					}
				}
				r := c.next()
				if r.Status == chat.OK {
					names = append(names, c.word(0))
				}
				return r
			}
		})),

	fault("register-within-refused", "A name that somebody else's begins with is refused as taken", "Nama yang menjadi awal nama user lain ditolak karena dianggap sudah ada", "REGISTER-1", "", func(s *server) {
		users := registered(s)
		on("register", when(func(c *call) bool { return len(users.like(c.word(0), strings.HasPrefix)) > 0 && nobody(c) }, refuse))(s)
	}),

	fault("register-name-enough", "`register` with a name alone makes a user", "`register` dengan nama saja membuat user", "REGISTER-2", "",
		on("register", when(lacking, func(c *call) chat.Result {
			if bare(c) {
				return c.next()
			}
			return c.as(c.Line + " 123456")
		}))),
	fault("register-missing-keeps", "`register` without a password is refused and takes the name all the same", "`register` tanpa password ditolak tetapi namanya tetap terpakai", "REGISTER-2 REGISTER-1", "",
		on("register", when(lacking, ifRefused(func(c *call) { c.state().Register(c.word(0), "?") })))),

	fault("register-forgets", "`register` answers OK and makes no user", "`register` menjawab OK tetapi tidak membuat user", "REGISTER-3", "*", on("register", when(nobody, okay))),

	fault("register-taken-ok", "A name that exists is answered OK, and nothing changes", "Nama yang sudah ada dijawab OK, dan tidak ada yang berubah", "REGISTER-4 ROBUST-11", "REGISTER", on("register", when(taken, okay))),
	fault("register-same-password-ok", "A name that exists is answered OK if the password is the same", "Nama yang sudah ada dijawab OK bila passwordnya sama", "REGISTER-4 ROBUST-11", "",
		on("register", when(func(c *call) bool { return taken(c) && c.state().Authenticate(c.word(0), c.word(1)) == nil }, okay))),
	fault("register-overwrites", "A name that exists is registered again, with the new password", "Nama yang sudah ada didaftarkan lagi dengan password baru", "REGISTER-4 REGISTER-5 ROBUST-11", "", on("register", when(taken, overwrite))),

	fault("register-refused-overwrites", "A name that exists is refused and has the new password all the same", "Nama yang sudah ada ditolak tetapi passwordnya tetap diganti", "REGISTER-5", "",
		on("register", when(taken, quietlyOverwrite))),
	fault("register-over-session", "A name that exists is refused, and has the new password if its owner is logged in", "Nama yang sudah ada ditolak, dan passwordnya diganti bila pemiliknya sedang masuk", "REGISTER-5", "",
		on("register", when(both(taken, func(c *call) bool { return c.server.online.has(c.word(0)) }), quietlyOverwrite))),
	fault("register-refused-adds", "A name that exists is refused, and then both passwords will do", "Nama yang sudah ada ditolak, lalu kedua password berlaku", "REGISTER-5", "",
		func(s *server) {
			var second sync.Map
			on("register", when(taken, func(c *call) chat.Result { second.Store(c.word(0)+" "+c.word(1), true); return c.next() }))(s)
			on("auth", when(func(c *call) bool { _, added := second.Load(c.word(0) + " " + c.word(1)); return added }, logIn))(s)
		}),
	fault("register-refused-empties", "A name that exists is refused, and its inbox is emptied", "Nama yang sudah ada ditolak, dan kotak masuknya dikosongkan", "REGISTER-5", "",
		on("register", when(taken, ifRefused(func(c *call) { c.state().Take(c.word(0)) })))),
	fault("register-refused-empties-session", "A name that exists is refused, and the inbox is emptied of who is logged in under it", "Nama yang sudah ada ditolak, dan kotak masuk user yang sedang masuk dengan nama itu dikosongkan", "REGISTER-5", "",
		on("register", when(both(taken, func(c *call) bool { return c.server.online.has(c.word(0)) }), ifRefused(func(c *call) { c.state().Take(c.word(0)) })))),

	fault("register-refused-leaves-groups", "A name that exists is refused, and its user is in no group any more", "Nama yang sudah ada ditolak, dan usernya keluar dari semua grup", "REGISTER-5", "", func(s *server) {
		var out sync.Map
		on("register", when(taken, ifRefused(func(c *call) { out.Store(c.word(0), true) })))(s)
		posting("sendgroup sendfilegroup", recipients(func(_ *parcel, users []string) []string {
			return slices.DeleteFunc(users, func(u string) bool { _, is := out.Load(u); return is })
		}))(s)
	}),

	fault("register-needs-session", "`register` needs a session, which nobody can have", "`register` memerlukan session, yang tidak dapat dimiliki siapa pun", "REGISTER-6 REGISTER-1", "*", on("register", when(guest, refuse))),
}

// overwrite gives a user who exists another password.
func overwrite(c *call) chat.Result {
	c.state().SetPassword(c.word(0), c.word(1))
	return okay(c)
}

func quietlyOverwrite(c *call) chat.Result {
	overwrite(c)
	return c.next()
}
