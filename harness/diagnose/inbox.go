package diagnose

import (
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/session"
)

// inboxCauses are mistakes about what a message is and whose it is.
var inboxCauses = []cause{
	{
		slug: "cut-at-space",
		says: text("A message is cut at its first space: only one word of the request is taken for it.",
			"Pesan terpotong di spasi pertama: hanya satu kata dari request yang dianggap pesan."),
		fix: text(`PARAMETER2 is the rest of the line: split at the first two spaces only, as with line.split(" ", 2).`,
			`PARAMETER2 adalah sisa baris: pisahkan hanya di dua spasi pertama, misalnya line.split(" ", 2).`),
		sees: letterwise(func(s *scene, l letter) bool {
			if l.early || l.surplus > 0 {
				return false // one that takes each piece for a request sees no more of it
			}
			// A word beyond ASCII may be missing because its characters broke.
			rest := strings.Fields(l.text)[1:]
			if len(rest) == 0 || !ascii([]byte(rest[0])) {
				return false
			}
			rest = slices.DeleteFunc(rest, func(word string) bool { return !ascii([]byte(word)) })
			return shownAnywhere(s, l.first()) &&
				!slices.ContainsFunc(rest, func(word string) bool { return shownAnywhere(s, word) })
		}),
	},
	{
		slug: "blanks-joined",
		says: text("Several blanks in a message become one: it is split into words and put together again.",
			"Beberapa spasi dalam pesan menjadi satu: pesan dipecah menjadi kata lalu disambung lagi."),
		fix: text(`Take the rest of the line as it is, as with line.split(" ", 2), instead of " ".join of its words.`,
			`Ambil sisa baris apa adanya, misalnya line.split(" ", 2), bukan " ".join dari kata-katanya.`),
		sees: letterwise(func(s *scene, l letter) bool {
			joined := strings.Join(strings.Fields(l.text), " ")
			return joined != l.text && shownWithout(s, l, l.text) && shownAnywhere(s, joined)
		}),
	},
	{
		slug: "empty-inbox-refused",
		says: text("An empty inbox is answered with an ERROR: %s.", "Kotak masuk kosong dijawab ERROR: %s."),
		fix: text("That there is nothing to read is no mistake of the client: answer OK with an empty list.",
			"Tidak adanya pesan bukan kesalahan client: jawab OK dengan list kosong."),
		sees: seesEmpty,
	},
	{
		slug: "inbox-of-sender",
		says: text("A message is put into the inbox of its sender instead of its addressee's.", "Pesan dimasukkan ke inbox pengirimnya, bukan inbox penerimanya."),
		fix: text("Store it under the user of PARAMETER1; who is logged in is only the sender's name in it.",
			"Simpan di bawah nama user dari PARAMETER1; user yang sedang masuk hanya nama pengirim di dalamnya."),
		sees: func(b *book, s *scene) (finding, bool) {
			return sure, s.loses() && b.ownWords() && !b.guestServed() && !b.arrivesElsewhere()
		},
	},
	{
		slug: "one-inbox-for-all",
		says: text("There is one inbox for all users: whoever reads it sees the messages of others, and takes them away where reading empties it.",
			"Ada satu inbox untuk semua user: siapa pun yang membaca melihat pesan orang lain, dan mengambilnya bila membaca mengosongkan inbox."),
		fix: text("Keep a list for each user, and show and empty only the one of the user who asks.",
			"Simpan satu daftar untuk tiap user, lalu tampilkan dan kosongkan hanya milik user yang meminta."),
		sees: func(b *book, s *scene) (finding, bool) {
			// Somebody sees a message who is neither its sender nor its addressee
			// nor called alike.
			if b.guestServed() || !b.foreign() {
				return finding{}, false
			}
			if slices.ContainsFunc(s.asked, func(x *exchange) bool { return foreign(s, x) }) {
				return sure, true
			}
			return guess, s.loses()
		},
	},
	{
		slug: "reading-empties-all",
		says: text("Reading one inbox empties those of all users.", "Membaca satu inbox mengosongkan inbox semua user."),
		fix: text("Empty only the list of the user who asks, not the whole table of inboxes.",
			"Kosongkan hanya daftar milik user yang meminta, bukan seluruh tabel inbox."),
		sees: func(b *book, s *scene) (finding, bool) {
			if b.guestServed() || b.foreign() || b.ownWords() || !b.arrivesElsewhere() {
				return finding{}, false
			}
			if slices.ContainsFunc(s.letters, func(l letter) bool { return l.lost(s) && readBetween(s, l) }) {
				return sure, true
			}
			return guess, s.loses() && b.fails("INBOX-6")
		},
	},
}

// seesEmpty tells an inbox that is refused because it is empty from one that is
// refused to a guest: other words, and another inbox of the run is there.
func seesEmpty(b *book, s *scene) (finding, bool) {
	x := s.focus
	if x == nil || !x.is("inbox") || x.param(1) != "" || x.user == "" || !x.refused() || !b.fails("INBOX-3") || b.unknown(x) {
		return finding{}, false
	}
	for _, l := range s.letters {
		if l.accepted() && l.turn < x.turn && l.isFor(s, x.user) && !l.read(s, x) {
			return finding{}, false
		}
	}
	words := x.said()
	full := b.fact("an inbox is there", func() bool {
		return b.any(func(_ *scene, y *exchange) bool { return y.is("inbox") && y.user != "" && y.accepted() })
	})
	guest := b.any(func(_ *scene, y *exchange) bool {
		return y.is("inbox") && y.user == "" && y.refused() && y.said() == words
	})
	return finding{full, quoted(words)}, full && !guest
}

// read tells whether the message was shown to its addressee before x.
func (l letter) read(s *scene, x *exchange) bool {
	return slices.ContainsFunc(s.asked, func(y *exchange) bool {
		return y.is("inbox") && y.user == x.user && y.turn < x.turn && y.turn > l.turn && y.accepted()
	})
}

// letterwise is a sure cause that one message of the scenario shows.
func letterwise(so func(*scene, letter) bool) func(*book, *scene) (finding, bool) {
	return func(_ *book, s *scene) (finding, bool) {
		return sure, slices.ContainsFunc(s.letters, func(l letter) bool { return l.unique() && l.accepted() && so(s, l) })
	}
}

// shownWithout tells whether the message shows in an inbox, and in none with
// text.
func shownWithout(s *scene, l letter, text string) bool {
	return shownAnywhere(s, l.first()) && !shownAnywhere(s, text)
}

func shownAnywhere(s *scene, text string) bool {
	return slices.ContainsFunc(s.asked, func(x *exchange) bool { return x.is("inbox") && x.shows(text) })
}

// ownWords tells whether an inbox shows what its user sent to others, and
// nobody sent him.
func ownWords(s *scene, x *exchange) bool {
	if !x.is("inbox") || !x.accepted() || x.user == "" {
		return false
	}
	mine := func(l letter) bool { return l.user == x.user && l.turn < x.turn }
	return slices.ContainsFunc(s.letters, func(l letter) bool {
		if !mine(l) || l.to == "" || l.to == x.user || !session.Contains(x.result.Data, l.text) {
			return false
		}
		return !slices.ContainsFunc(s.letters, func(m letter) bool { return m.text == l.text && m.to != l.to })
	})
}

// foreign tells whether an inbox shows a message that its user neither sent nor
// got, and whose addressee is not called alike.
func foreign(s *scene, x *exchange) bool {
	return stranger(s, x) && slices.ContainsFunc(s.letters, func(l letter) bool {
		return l.to != "" && l.to != x.user && l.user != x.user && l.accepted() && l.unique() && l.turn < x.turn && x.shows(l.first()) && !alike(l.to, x.user) && !alsoFor(s, l, x.user)
	})
}

// readBetween tells whether somebody else read an inbox between the sending of
// the message and its addressee's first look.
func readBetween(s *scene, l letter) bool {
	for _, x := range s.asked {
		if !x.is("inbox") || x.turn < l.turn {
			continue
		}
		return !l.isFor(s, x.user)
	}
	return false
}

// arrivesElsewhere tells whether a message of the report reached its addressee.
func (b *book) arrivesElsewhere() bool {
	return b.fact("arrives", func() bool {
		return slices.ContainsFunc(b.scenes, func(s *scene) bool {
			return slices.ContainsFunc(s.letters, func(l letter) bool {
				return l.unique() && l.to != l.user && slices.Contains(l.seenBy(s), l.to)
			})
		})
	})
}
