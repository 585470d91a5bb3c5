package diagnose

import (
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// sessionCauses are mistakes about who is logged in where, and who may be.
var sessionCauses = []cause{
	{
		slug: "global-session",
		says: text("The user who is logged in is kept once for the whole server: what one connection logs in as, the others are too.",
			"User yang masuk disimpan satu untuk seluruh server: koneksi yang satu masuk sebagai siapa, koneksi lain ikut menjadi dia."),
		fix: text("Keep the user in a local variable of the thread or in an object of the connection, not in a global variable or an attribute that all connections share.",
			"Simpan user di variabel lokal thread atau di objek milik koneksi itu, bukan di variabel global atau atribut yang dipakai bersama."),
		sees: seesGlobal,
	},
	{
		slug: "logout-ends-all",
		says: text("`logout` of one user ends the sessions of others too.", "`logout` satu user ikut mengakhiri session user lain."),
		fix: text("Remove only the session of the connection that asked, instead of emptying the list of sessions.",
			"Hapus hanya session milik koneksi yang meminta, jangan mengosongkan seluruh daftar session."),
		sees: func(b *book, s *scene) (finding, bool) {
			ended := func(s *scene, x *exchange) bool { return b.isRobbed(s, x) && loggedOut(s, x) }
			if b.guestServed() || !b.robbed() || !b.any(ended) && !b.fails("LOGOUT-5") {
				return finding{}, false
			}
			if slices.ContainsFunc(s.asked, func(x *exchange) bool { return ended(s, x) }) {
				return sure, true
			}
			x := s.focus // may be ended by the logout of another scenario, at the same time
			return guess, x != nil && feature(x) && x.user != "" && x.refused()
		},
	},
	{
		slug: "password-prefix",
		says: text("A password that only begins like the right one, or goes on after it, is taken: the two are compared with startswith or `in`, not with ==.",
			"Password yang hanya sama di awalnya, atau lebih panjang dari yang benar, diterima: keduanya dibandingkan dengan startswith atau `in`, bukan ==."),
		fix:  text("Compare the whole password with ==.", "Bandingkan seluruh password dengan ==."),
		sees: seesPrefix,
	},
	{
		slug: "check-without-lock",
		says: text("Threads check and insert without a lock: between the look whether a name is free and the insertion another thread does the same.",
			"Thread memeriksa lalu menyimpan tanpa lock: di antara pemeriksaan apakah nama bebas dan penyimpanannya, thread lain melakukan hal yang sama."),
		fix:  text("Hold one lock around check and insertion together.", "Pegang satu lock di sekitar pemeriksaan dan penyimpanan sekaligus."),
		sees: seesRace,
	},
	{
		slug: "refused-yet-done",
		says: text("A request that is answered ERROR is carried out all the same: %s.", "Request yang dijawab ERROR tetap dijalankan: %s."),
		fix: text("Make all checks first and return at the first that fails; change the data only after the last.",
			"Lakukan semua pemeriksaan lebih dahulu dan return pada yang pertama gagal; ubah data hanya setelah pemeriksaan terakhir."),
		sees: seesRefusedDone,
	},
}

// features are the commands that need a session.
func feature(x *exchange) bool { return known(x) && !x.is("auth") && !x.is("register") }

// guestServed tells whether a connection on which nobody logged in was given
// what needs a session, while another user of the scenario is logged in.
func guestServed(s *scene, x *exchange) bool {
	if !feature(x) || !x.accepted() || x.user != "" {
		return false
	}
	others := false
	for _, y := range s.asked {
		if y.conn == x.conn && (y.is("auth") || y.is("register")) {
			return false
		}
		others = others || y.turn < x.turn && y.is("auth") && y.accepted()
	}
	return others
}

// isRobbed tells whether somebody who is logged in is refused his own inbox, in
// the words that guests are: an inbox may be refused for other reasons.
func (b *book) isRobbed(_ *scene, x *exchange) bool {
	if !x.is("inbox") || x.user == "" || !x.refused() {
		return false
	}
	guests := func(words string) bool {
		return b.any(func(_ *scene, y *exchange) bool {
			return y.is("inbox") && y.user == "" && y.refused() && (words == "" || y.said() == words)
		})
	}
	if b.fact("guests refused", func() bool { return guests("") }) {
		return b.fact("guests are told "+x.said(), func() bool { return guests(x.said()) })
	}
	return !b.fails("INBOX-3")
}

// loggedOut tells whether another connection logged out between this one's
// login and the request, and not this user.
func loggedOut(s *scene, x *exchange) bool {
	served, out := false, false
	for _, y := range s.asked {
		switch {
		case y.turn >= x.turn:
		case y.conn == x.conn && y.is("auth") && y.accepted():
			served, out = true, false
		case y.conn != x.conn && y.is("logout") && y.accepted() && y.user != x.user:
			out = true
		}
	}
	return served && out
}

// stranger tells whether an inbox shows a message to another user of the
// scenario.
func stranger(s *scene, x *exchange) bool {
	return x.is("inbox") && x.accepted() && x.user != "" && slices.ContainsFunc(s.letters, func(l letter) bool {
		return l.to != "" && l.to != x.user && l.unique() && l.turn < x.turn && x.shows(l.first()) && l.user != x.user && !alsoFor(s, l, x.user)
	})
}

// alsoFor tells whether a user was sent the same, such as a file that others got,
// too.
func alsoFor(s *scene, l letter, user string) bool {
	return slices.ContainsFunc(s.letters, func(other letter) bool { return other.first() == l.first() && other.isFor(s, user) })
}

func seesGlobal(b *book, s *scene) (finding, bool) {
	guest := b.guestServed()
	if !guest {
		return finding{}, false
	}
	// That guests are served may also come from a missing check; that those who
	// are logged in are taken for others does not.
	mixed := b.robbed() || b.stranger()
	here := slices.ContainsFunc(s.asked, func(x *exchange) bool { return guestServed(s, x) || b.isRobbed(s, x) || stranger(s, x) })
	if here {
		return finding{sure: mixed}, mixed
	}
	x := s.focus // may belong to whoever logged in last, in another scenario
	return guess, mixed && (x != nil && feature(x) || s.loses())
}

func seesPrefix(b *book, s *scene) (finding, bool) {
	like := func(a, b string) bool { return a != b && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)) }
	wrong := func(s *scene, x *exchange, how func(given, right string) bool) bool {
		if !x.is("auth") || !x.accepted() {
			return false
		}
		for _, y := range s.asked {
			if y.is("register") && y.accepted() && y.param(1) == x.param(1) && y.turn < x.turn {
				return how(x.param(2), y.param(2))
			}
		}
		return false
	}
	if b.any(func(s *scene, x *exchange) bool {
		return wrong(s, x, func(given, right string) bool { return given != right && !like(given, right) })
	}) {
		return finding{}, false // no password is looked at
	}
	return sure, slices.ContainsFunc(s.asked, func(x *exchange) bool { return wrong(s, x, like) })
}

func seesRace(b *book, s *scene) (finding, bool) {
	taken := map[string]int{}
	for _, x := range s.asked {
		if x.is("register") && x.accepted() {
			taken[x.param(1)]++
		}
	}
	for _, n := range taken {
		if n > 1 && s.Requirement == "ROBUST-11" && !b.fails("REGISTER-4") {
			return sure, true
		}
	}
	return guess, s.Requirement == "ROBUST-12" && s.loses() && !b.fails("SEND-4")
}

func seesRefusedDone(b *book, s *scene) (finding, bool) {
	if b.guestServed() || b.robbed() {
		return finding{}, false // who is logged in is not told apart
	}
	for _, l := range s.letters {
		again := slices.ContainsFunc(s.letters, func(m letter) bool { return m.exchange != l.exchange && m.first() == l.first() })
		if l.refused() && l.unique() && !again && len(l.seenBy(s)) > 0 {
			return done("a refused `%s` delivered its message", "`%s` yang ditolak tetap mengantarkan pesannya", l.command), true
		}
	}
	refused := func(of string, id *exchange) *exchange {
		for _, y := range s.asked {
			if y.is(of) && y.refused() && y.turn < id.turn && y.param(1) == id.param(1) {
				return y
			}
		}
		return nil
	}
	made := func(of string, x *exchange) bool {
		return slices.ContainsFunc(s.asked, func(y *exchange) bool {
			return y.is(of) && y.accepted() && y.turn < x.turn && y.param(1) == x.param(1)
		})
	}
	for _, x := range s.asked {
		switch {
		case x.is("auth") && x.accepted():
			if y := refused("register", x); y != nil && y.param(2) == x.param(2) && changed(s, y) {
				return done("a refused `%s` changed the password", "`%s` yang ditolak tetap mengganti password", "register"), true
			}
		case x.is("sendgroup") && x.accepted():
			y := refused("creategroup", x)
			if y != nil && !made("creategroup", x) {
				return done("a refused `%s` left a group behind", "`%s` yang ditolak tetap meninggalkan grup", "creategroup"), true
			}
			l, ok := x.letter()
			if y != nil && ok && (reached(s, l, y) && !b.fails("SENDGROUP-5") || l.lost(s) && !b.fails("SENDGROUP-4")) {
				return done("a refused `%s` changed the members", "`%s` yang ditolak tetap mengganti anggota", "creategroup"), true
			}
		case x.is("inbox") && x.accepted() && x.user == "":
			before := func(does func(*exchange) bool) bool {
				return slices.ContainsFunc(s.asked, func(y *exchange) bool { return y.conn == x.conn && y.is("auth") && does(y) && y.turn < x.turn })
			}
			if before((*exchange).refused) && !before((*exchange).accepted) {
				return done("a refused `%s` opened a session", "`%s` yang ditolak tetap membuka session", "auth"), true
			}
		case x == s.focus && x.refused() && (x.is("register") || x.is("creategroup")):
			if refused(x.command, x) != nil && !made(x.command, x) {
				f := done("a refused `%s` seems to have taken the name", "`%s` yang ditolak tampaknya tetap memakai namanya", x.command)
				f.sure = false
				return f, true
			}
		}
	}
	return finding{}, false
}

func done(en, id, command string) finding {
	return finding{true, verdict.Textf(en, id, command)}
}

// changed tells whether the refused register gave another password than the one
// that was taken.
func changed(s *scene, refused *exchange) bool {
	return slices.ContainsFunc(s.asked, func(y *exchange) bool {
		return y.is("register") && y.accepted() && y.param(1) == refused.param(1) && y.param(2) != refused.param(2)
	})
}

// reached tells whether a message to a group shows with somebody whom only the
// refused creategroup names.
func reached(s *scene, l letter, refused *exchange) bool {
	members := ""
	for _, y := range s.asked {
		if y.is("creategroup") && y.accepted() && y.param(1) == l.group {
			members += "," + y.rest(2)
		}
	}
	return slices.ContainsFunc(l.seenBy(s), func(user string) bool {
		return !strings.Contains(members, user) && strings.Contains(string(refused.request), user)
	})
}
