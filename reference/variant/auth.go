package variant

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/protokol-chat/chatspec/reference/chat"
)

var authFaults = []Fault{
	fault("auth-empty-token", "The token is an empty text", "Token berupa teks kosong", "AUTH-1 AUTH-7", "REGISTER LOGOUT", on("auth", success(value("")))),
	fault("auth-unanswered", "A successful `auth` opens the session and gets no answer", "`auth` yang berhasil membuka session tetapi tidak dijawab", "AUTH-1", "*",
		on("auth", then(func(c *call, r chat.Result) chat.Result {
			if r.Status == chat.OK {
				return unanswered
			}
			return r
		}))),
	fault("auth-one-user", "While one user is logged in every other `auth` is refused", "Selama satu user masuk, setiap `auth` lain ditolak", "AUTH-1 WIRE-9", "*",
		on("auth", when(func(c *call) bool { return len(c.server.online.conns("")) > 0 }, refuse))),

	fault("auth-keeps-first", "A connection stays with who logged in first on it, whoever logs in later", "Koneksi tetap milik user yang pertama masuk di sana, siapa pun yang masuk kemudian", "AUTH-1", "LOGOUT SEND INBOX",
		fresh("auth", func() step {
			var first perConn[string]
			return ifDone(func(c *call) {
				if user := first.get(c.conn); *user == "" {
					*user = c.user()
				} else {
					c.session.Open(*user)
				}
			})
		})),
	fault("auth-second-ignored", "A second `auth` in a session is OK and changes nothing", "`auth` kedua dalam sebuah session dijawab OK dan tidak mengubah apa pun", "AUTH-1", "",
		on("auth", when(inside, func(c *call) chat.Result {
			user := c.user()
			r := c.next()
			c.session.Open(user)
			return r
		}))),

	fault("auth-again-ends", "A second `auth` of the same user in a session is OK and ends it", "`auth` kedua oleh user yang sama dalam session dijawab OK dan mengakhirinya", "AUTH-1", "",
		on("auth", when(inside, func(c *call) chat.Result {
			user := c.user()
			r := c.next()
			if r.Status == chat.OK && c.user() == user {
				c.session.Close()
			}
			return r
		}))),

	fault("auth-name-enough", "`auth` with a name alone logs in", "`auth` dengan nama saja langsung masuk", "AUTH-2", "", on("auth", when(both(lacking, taken1), logIn))),
	fault("auth-missing-hangs", "`auth` with a parameter missing kills the thread: no answer, and the connection stays", "`auth` dengan parameter yang kurang mematikan thread: tidak dijawab dan koneksi tetap terbuka",
		"AUTH-2", "WIRE", on("auth", when(lacking, hang))),

	fault("auth-empty-password", "An empty password, a request that ends in a blank, logs in", "Password kosong, yaitu request yang diakhiri spasi, diterima", "AUTH-2", "",
		on("auth", when(func(c *call) bool { return taken1(c) && lacking(c) && strings.HasSuffix(c.Rest, " ") }, logIn))),

	fault("auth-any-password", "Any password will do", "Password apa pun diterima", "AUTH-3 AUTH-5 AUTH-6 REGISTER-5", "WIRE", on("auth", when(taken, logIn))),
	fault("auth-anyones-password", "The password of any user will do", "Password milik user mana pun diterima", "AUTH-3", "",
		knowing(func(c *call, passwords map[string]string) bool {
			for _, p := range passwords {
				if p == c.word(1) {
					return true
				}
			}
			return false
		})),
	fault("auth-end-enough", "The end of the right password will do", "Akhir dari password yang benar diterima", "AUTH-3", "",
		knowing(func(c *call, passwords map[string]string) bool {
			return strings.HasSuffix(passwords[c.word(0)], c.word(1))
		})),
	fault("auth-once-right", "After a user logged in once, any password will do for good", "Setelah seorang user pernah masuk, password apa pun diterima seterusnya", "AUTH-3", "WIRE AUTH REGISTER",
		fresh("auth", func() step {
			var seen sync.Map
			return func(c *call) chat.Result {
				if _, known := seen.Load(c.word(0)); known && !lacking(c) {
					return logIn(c)
				}
				r := c.next()
				if r.Status == chat.OK {
					seen.Store(c.word(0), true)
				}
				return r
			}
		})),
	fault("auth-letters-sum", "Passwords are compared by the sum of their letters", "Password dibandingkan dengan jumlah kode hurufnya", "AUTH-3", "",
		knowing(func(c *call, passwords map[string]string) bool {
			sum := func(s string) (n int) {
				for _, b := range []byte(s) {
					n += int(b)
				}
				return n
			}
			return sum(passwords[c.word(0)]) == sum(c.word(1))
		})),
	fault("auth-third-time", "The third wrong password in a row is taken", "Password salah yang ketiga berturut-turut diterima", "AUTH-3", "AUTH WIRE",
		fresh("auth", func() step {
			var tries perKey
			return when(taken, func(c *call) chat.Result {
				if r := c.next(); r.Status == chat.OK || tries.next(c.word(0))%3 != 0 {
					return r
				}
				return logIn(c)
			})
		})),
	fault("auth-wrong-hangs", "A wrong password gets no answer", "Password yang salah tidak dijawab", "AUTH-3 AUTH-5 AUTH-6 REGISTER-5", "WIRE", on("auth", when(taken, then(func(c *call, r chat.Result) chat.Result {
		if r.Status == chat.Failed {
			return hang(c)
		}
		return r
	})))),

	fault("auth-unknown-ok", "An unknown user is logged in", "User yang tidak terdaftar dapat masuk", "AUTH-4 AUTH-5", "FEDERATION", on("auth", when(nobody, logIn))),

	fault("auth-failed-opens", "A wrong password answers ERROR and opens the session all the same", "Password yang salah dijawab ERROR tetapi tetap membuka session", "AUTH-5", "AUTH LOGOUT SEND",
		on("auth", when(taken, ifRefused(func(c *call) { c.session.Open(c.word(0)) })))),

	fault("auth-failed-sends", "After a wrong password `send` works in the name that was given", "Setelah password salah, `send` berfungsi atas nama yang disebut", "AUTH-5", "", afterFailed("send")),
	fault("auth-failed-groups", "After a wrong password groups can be made", "Setelah password salah, grup dapat dibuat", "AUTH-5", "", afterFailed("creategroup")),

	fault("auth-failed-switches", "A failed `auth` in a session makes it the session of the user whom it names", "`auth` yang gagal di dalam session menjadikannya session user yang disebut", "AUTH-5", "SEND",
		on("auth", when(both(inside, taken), ifRefused(func(c *call) { c.session.Open(c.word(0)) })))),
	fault("auth-failed-reopens", "After `logout` a failed `auth` opens the session again that was there", "Setelah `logout`, `auth` yang gagal membuka lagi session yang tadi", "AUTH-5", "LOGOUT",
		fresh("auth logout", func() step {
			var left perConn[string]
			return func(c *call) chat.Result {
				user := left.get(c.conn)
				if c.Command == "logout" {
					*user = c.user()
					return c.next()
				}
				r := c.next()
				if guest(c) && *user != "" {
					c.session.Open(*user)
				}
				return r
			}
		})),

	fault("auth-prefix", "The beginning of the right password will do", "Awal dari password yang benar diterima", "AUTH-6", "",
		knowing(func(c *call, passwords map[string]string) bool {
			return strings.HasPrefix(passwords[c.word(0)], c.word(1))
		})),
	fault("auth-extension", "What begins with the right password will do", "Yang diawali password yang benar diterima", "AUTH-6", "",
		knowing(func(c *call, passwords map[string]string) bool {
			return strings.HasPrefix(c.word(1), passwords[c.word(0)])
		})),
	fault("auth-eight-letters", "Only the first eight letters of a password are compared", "Hanya delapan huruf pertama password yang dibandingkan", "AUTH-6", "AUTH REGISTER WIRE",
		knowing(func(c *call, passwords map[string]string) bool {
			cut := func(s string) string { return s[:min(len(s), 8)] }
			return cut(passwords[c.word(0)]) == cut(c.word(1))
		})),
	fault("auth-last-letter", "The last letter of a password is not compared", "Huruf terakhir password tidak dibandingkan", "AUTH-3 AUTH-6", "",
		knowing(func(c *call, passwords map[string]string) bool {
			right, given := passwords[c.word(0)], c.word(1)
			return strings.HasPrefix(given, right[:len(right)-1]) && len(given) <= len(right)
		})),
	fault("auth-sign-ignored", "Signs at the end of a password are not compared", "Tanda baca di akhir password tidak dibandingkan", "AUTH-6", "",
		knowing(func(c *call, passwords map[string]string) bool {
			bare := func(s string) string {
				return strings.TrimRightFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
			}
			return bare(passwords[c.word(0)]) == bare(c.word(1))
		})),

	fault("auth-token-constant", "Every session has the same token", "Setiap session mendapat token yang sama", "AUTH-7", "", on("auth", success(value("token-rahasia")))),
	fault("auth-token-race", "The token is kept in one place for all before it is told: two who log in at once get the same", "Token disimpan di satu tempat untuk semua sebelum disebutkan: dua yang masuk sekaligus mendapat token yang sama", "AUTH-7", "",
		fresh("auth", func() step {
			var token spot[any]
			return success(func(_ *call, data any) any { return token.through(data) })
		})),
	fault("auth-token-kept", "A user who logs in again gets the token of the last session", "User yang masuk lagi mendapat token dari session sebelumnya", "AUTH-7", "",
		fresh("auth", func() step {
			var tokens sync.Map
			return success(func(c *call, data any) any {
				token, _ := tokens.LoadOrStore(c.user(), data)
				return token
			})
		})),
	fault("auth-prefix-name", "A user is found by the beginning of the name", "User dicari dengan awal namanya", "AUTH-4", "",
		fresh("auth register", func() step {
			var mu sync.Mutex
			var names []string
			return func(c *call) chat.Result {
				mu.Lock()
				defer mu.Unlock()
				if c.Command == "register" {
					names = append(names, c.word(0))
					return c.next()
				}
				if i := slices.IndexFunc(names, func(name string) bool { return len(c.word(0)) > 2 && strings.HasPrefix(name, c.word(0)) }); i >= 0 && nobody(c) {
					return c.as("auth " + names[i] + " " + c.word(1))
				}
				return c.next()
			}
		})),
}

// afterFailed has a command done for whom a failed `auth` on the connection
// named.
func afterFailed(command string) effect {
	return fresh("auth "+command, func() step {
		var named perConn[string]
		return func(c *call) chat.Result {
			user := named.get(c.conn)
			if c.Command == "auth" {
				r := c.next()
				if *user = ""; r.Status == chat.Failed && taken(c) {
					*user = c.word(0)
				}
				return r
			}
			if guest(c) && *user != "" {
				c.session.Open(*user)
				defer c.session.Close()
			}
			return c.next()
		}
	})
}

// logIn logs in without looking at the password.
func logIn(c *call) chat.Result { return chat.Result{Status: chat.OK, Data: c.session.Open(c.word(0))} }

// taken1 is like taken, for a request that has nothing but a name.
func taken1(c *call) bool { return c.state().HasUser(c.word(0)) }

// nobody: name and password are there, and no such user.
func nobody(c *call) bool { return !lacking(c) && !c.state().HasUser(c.word(0)) }

// knowing has a password accepted also where right holds for it. Passwords
// holds those of all users who registered.
func knowing(right func(c *call, passwords map[string]string) bool) effect {
	return fresh("auth register", func() step {
		var mu sync.Mutex
		passwords := make(map[string]string)
		return func(c *call) chat.Result {
			if c.Command == "register" {
				r := c.next()
				if r.Status == chat.OK {
					mu.Lock()
					defer mu.Unlock()
					passwords[c.word(0)] = c.word(1)
				}
				return r
			}
			mu.Lock()
			passes := taken(c) && passwords[c.word(0)] != "" && right(c, passwords)
			mu.Unlock()
			if passes {
				return logIn(c)
			}
			return c.next()
		}
	})
}
