package variant

import (
	"math/rand/v2"
	"strings"
	"sync"
	"unicode"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

const (
	pointToken    = "the token"
	pointSeveral  = "several sessions of one user"
	pointSecond   = "a second `auth` in a session"
	pointRegister = "registering"
	pointLogout   = "after `logout`"
	pointGone     = "a session when its connection ends"
	pointNames    = "names and passwords"
	pointID       = "how a server names itself"
	pointBare     = "`user` without `@`"
	pointBrackets = "brackets around an address or a list"
)

var sessionReadings = []Reading{
	settles(pointToken, "token-number", "The token is a number", "Token berupa angka", "token", on("auth", success(func(*call, any) any { return rand.Int64N(1 << 52) }))),
	settles(pointToken, "token-object", "The token is an object with the user in it", "Token berupa objek yang memuat user", "token", on("auth", success(func(c *call, token any) any {
		return map[string]any{"token": token, "user": c.user()}
	}))),
	settles(pointToken, "token-sentence", "The token stands in a sentence", "Token ada di dalam sebuah kalimat", "token", on("auth", success(func(c *call, token any) any {
		return "selamat datang, token: " + token.(string)
	}))),

	settles(pointSeveral, "one-session", "A user has one session at most: a second one is refused while the first lasts", "Satu user hanya memiliki satu session: yang kedua ditolak selama yang pertama berjalan", "several", on("auth", when(func(c *call) bool {
		for _, other := range c.server.online.conns(c.word(0)) {
			if other != c.conn {
				return true
			}
		}
		return false
	}, refuse))),
	settles(pointSeveral, "newest-session", "A user has one session at most: a second one ends the first", "Satu user hanya memiliki satu session: yang kedua mengakhiri yang pertama", "several", newestOnly(func(*conn) {})),
	settles(pointSeveral, "newest-session-closes", "A user has one session at most: a second one closes the connection of the first", "Satu user hanya memiliki satu session: yang kedua menutup koneksi yang pertama", "several", newestOnly(func(older *conn) { older.Conn.Close() })),

	settles(pointSecond, "second-auth-refused", "A second `auth` in a session is an ERROR", "`auth` kedua dalam satu session adalah ERROR", "", on("auth", when(inside, refuse))),

	settles(pointRegister, "register-logs-in", "`register` also logs in", "`register` sekaligus masuk", "", on("register", ifDone(func(c *call) { c.session.Open(c.word(0)) }))),

	settles(pointLogout, "logout-closes", "`logout` closes the connection after its answer", "`logout` menutup koneksi setelah jawabannya", "", on("logout", ifDone((*call).last))),

	settles(pointGone, "session-outlives", "A session lives on when its connection ends, until `logout`: meanwhile the user can have no other", "Session tetap hidup saat koneksinya berakhir, sampai `logout`: selama itu user tidak dapat memiliki yang lain", "several", func(s *server) {
		var mu sync.Mutex
		holder := make(map[string]*conn)
		on("*", func(c *call) chat.Result {
			was := c.user()
			mu.Lock()
			other := holder[c.word(0)]
			mu.Unlock()
			if c.Command == "auth" && other != nil && other != c.conn {
				return refuse(c)
			}
			r := c.next()
			mu.Lock()
			defer mu.Unlock()
			if now := c.user(); now != was {
				delete(holder, was)
				if now != "" {
					holder[now] = c.conn
				}
			}
			return r
		})(s)
	}),

	settles(pointNames, "names-any-case", "The letter case of names does not count", "Huruf besar dan kecil pada nama tidak dibedakan", "", on("auth register send sendfile creategroup", func(c *call) chat.Result {
		first, rest, spaced := strings.Cut(strings.TrimLeft(c.Rest, " "), " ")
		user, at, id := partition(first, "@")
		line := c.Command + " " + strings.ToLower(user) + at + id
		if c.Command == "creategroup" {
			line, rest = c.Command+" "+first, strings.ToLower(rest)
		}
		if spaced {
			line += " " + rest
		}
		return c.as(line)
	})),
	settles(pointNames, "names-twelve", "Names have up to twelve small letters and nothing else", "Nama terdiri atas paling banyak dua belas huruf kecil saja", "names", named(12)),
	settles(pointNames, "names-eight", "Names have up to eight small letters and nothing else", "Nama terdiri atas paling banyak delapan huruf kecil saja", "names", named(8)),
	settles(pointNames, "passwords-any-case", "The letter case of passwords does not count", "Huruf besar dan kecil pada password tidak dibedakan", "", on("auth register", func(c *call) chat.Result {
		if len(strings.Fields(c.Rest)) != 2 {
			return c.next()
		}
		return c.as(c.Command + " " + c.word(0) + " " + strings.ToLower(c.word(1)))
	})),
	settles(pointNames, "passwords-strict", "A password needs eight characters, a capital, a small letter, a digit and a sign", "Password memerlukan delapan karakter, huruf besar, huruf kecil, angka, dan tanda", "passwords", onPassword(func(p string) bool {
		return len(p) >= 8 && strings.ContainsFunc(p, unicode.IsUpper) && strings.ContainsFunc(p, unicode.IsLower) && strings.ContainsFunc(p, unicode.IsDigit) && strings.ContainsFunc(p, sign)
	})),
	settles(pointNames, "passwords-plain", "A password has letters and digits only, eight to sixteen", "Password hanya memuat huruf dan angka, delapan sampai enam belas", "passwords", onPassword(func(p string) bool {
		return len(p) >= 8 && len(p) <= 16 && !strings.ContainsFunc(p, sign)
	})),
}

func sign(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func partition(s, separator string) (before, at, after string) {
	before, after, found := strings.Cut(s, separator)
	if found {
		at = separator
	}
	return before, at, after
}

// named has `register` take names of so many small letters at most.
func named(most int) effect {
	return on("register", when(func(c *call) bool {
		return !lacking(c) && (len(c.word(0)) > most || strings.ContainsFunc(c.word(0), func(r rune) bool { return r < 'a' || r > 'z' }))
	}, func(*call) chat.Result { return chat.Fail("nama tidak sah") }))
}

// onPassword has `register` take passwords that are good.
func onPassword(good func(string) bool) effect {
	return on("register", when(func(c *call) bool { return !lacking(c) && !good(c.word(1)) }, func(*call) chat.Result { return chat.Fail("password terlalu lemah") }))
}

var addressReadings = []Reading{
	settles(pointID, "id-unusual", "The server has a name that nobody would guess", "Server memiliki nama yang tidak mudah ditebak", "", configure(func(c *reference.Config) {
		if c.ID == "" {
			c.ID = "alpha"
		}
		c.ID = "Chat_" + c.ID + "-9.example"
	})),
	settles(pointBare, "bare-user-refused", "`user` without `@` is an ERROR", "`user` tanpa `@` adalah ERROR", "", on("send sendfile", when(func(c *call) bool {
		return !lacking(c) && !strings.Contains(c.word(0), "@")
	}, refuse))),
	settles(pointBrackets, "brackets-refused", "Brackets around an address or a list are an ERROR", "Kurung siku di sekitar alamat atau daftar adalah ERROR", "", on("send sendfile creategroup", when(func(c *call) bool {
		return strings.HasPrefix(c.word(0), "[") || c.Command == "creategroup" && strings.HasPrefix(c.word(1), "[")
	}, refuse))),
}

// newestOnly ends the other sessions of a user who logs in, and does more to
// their connections.
func newestOnly(more func(older *conn)) effect {
	return endingOthers(func(c *call, end func(*conn)) chat.Result {
		r := c.next()
		if c.Command == "auth" && r.Status == chat.OK {
			for _, other := range c.server.online.conns(c.user()) {
				if other != c.conn {
					end(other)
					more(other)
				}
			}
		}
		return r
	})
}
