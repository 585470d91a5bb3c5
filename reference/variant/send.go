package variant

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

var sendFaults = slices.Concat(sendResultFaults, sendRefusalFaults, sendDeliveryFaults, sendContentFaults)

// What `send` answers: SEND-1, -2, -3, -8 and -9.
var sendResultFaults = []Fault{
	fault("send-empty", "A successful `send` has an empty text in data", "`send` yang berhasil memuat teks kosong di data", "SEND-1", "", on("send", success(value("")))),

	fault("send-empty-text-ok", "`send` without a message is OK", "`send` tanpa pesan dijawab OK", "SEND-2", "WIRE", on("send", when(both(inside, lacking), func(c *call) chat.Result {
		if bare(c) {
			return c.next()
		}
		return okay(c)
	}))),
	fault("send-missing-crashes", "`send` with a parameter missing brings the server down", "`send` dengan parameter yang kurang mematikan server", "SEND-2", "*", on("send", when(both(inside, lacking), crash))),

	fault("send-guest-ok", "`send` before `auth` delivers", "`send` sebelum `auth` mengantarkan pesan", "SEND-3 SEND-10 LOGOUT-3", "", on("send", asGuest)),

	fault("send-unknown-ok", "A message to an unknown user is OK and goes nowhere", "Pesan kepada user yang tidak dikenal dijawab OK dan hilang", "SEND-8 FEDERATION-4", "WIRE", posting("send", func(p *parcel) error {
		if p.known() != nil {
			return nil
		}
		return p.next()
	})),

	fault("send-nameless-ok", "A message to nobody at this server, `@` and its id alone, is OK", "Pesan tanpa nama user, hanya `@` dan id server ini, dijawab OK", "SEND-8", "", on("send", when(both(inside, func(c *call) bool {
		user, here := c.here(c.word(0))
		return !lacking(c) && (here && user == "" || c.word(0) == "@"+c.server.machine.ID)
	}), okay))),
	fault("send-inherited-ok", "Users are kept in an object that knows constructor from birth: a message to it is OK", "User disimpan dalam objek yang sejak awal mengenal constructor: pesan kepadanya dijawab OK", "SEND-8", "", on("send", when(both(inside, both(toNobody, addressed("constructor"))), okay))),

	fault("send-server-ignored", "What follows the @ is ignored: every user is looked for here", "Bagian setelah @ diabaikan: setiap user dicari di sini", "SEND-9 SEND-10 FEDERATION-1", "FEDERATION",
		on("send", when(inside, func(c *call) chat.Result {
			user, _, _ := strings.Cut(c.word(0), "@")
			return c.as("send " + user + " " + c.tail())
		}))),
	fault("send-own-prefix", "An id that its own begins with counts as its own", "Id yang menjadi awal id server ini dianggap idnya", "SEND-9", "", ownID("send", func(id, own string) bool { return strings.HasPrefix(own, id) })),
	fault("send-own-extension", "An id that begins with its own counts as its own", "Id yang diawali id server ini dianggap idnya", "SEND-9", "", ownID("send", strings.HasPrefix)),
	fault("send-nowhere-ok", "A message to an unknown server is OK and goes nowhere", "Pesan ke server yang tidak dikenal dijawab OK dan hilang", "SEND-9", "FEDERATION", on("send", when(both(inside, toNowhere), okay))),
}

// ownID takes the id of no server for the own one where it is like it.
func ownID(command string, like func(id, own string) bool) effect {
	return on(command, when(both(inside, toNowhere), func(c *call) chat.Result {
		user, id, _ := chat.ParseAddress(c.word(0))
		if !like(id, c.server.machine.ID) {
			return c.next()
		}
		return c.as(command + " " + user + " " + c.tail())
	}))
}

// Refused messages that arrive all the same: SEND-10.
var sendRefusalFaults = []Fault{
	fault("send-guest-arrives", "`send` before `auth` is refused and delivers all the same", "`send` sebelum `auth` ditolak tetapi pesannya tetap sampai", "SEND-10", "", on("send", when(guest, func(c *call) chat.Result {
		asGuest(c)
		return refuse(c)
	}))),
	fault("send-nowhere-arrives", "A message to an unknown server is refused and reaches the local user of that name", "Pesan ke server yang tidak dikenal ditolak tetapi sampai pada user lokal bernama sama", "SEND-10", "",
		on("send", when(both(inside, toNowhere), func(c *call) chat.Result {
			user, _, _ := strings.Cut(c.word(0), "@")
			c.as("send " + user + " " + c.tail())
			return refuse(c)
		}))),
	fault("send-unknown-arrives-later", "A message to an unknown user is refused and waits for whoever registers under the name", "Pesan kepada user yang tidak dikenal ditolak tetapi menunggu user yang kelak mendaftar dengan nama itu",
		"SEND-10", "", keepForLater("send", refuse)),
}

// keepForLater keeps what a command sends to users who do not exist, answers with
// an outcome, and delivers it when the user comes into being.
func keepForLater(command string, outcome step) effect {
	return func(s *server) {
		var mu sync.Mutex
		waiting := make(map[string][]chat.Message)
		on(command, when(both(inside, toNobody), func(c *call) chat.Result {
			mu.Lock()
			defer mu.Unlock()
			user, _ := c.here(c.word(0))
			m := chat.Message{From: c.user() + "@" + s.machine.ID, Text: c.tail()}
			if command == "sendfile" {
				m.File, m.Text = m.Text, ""
			}
			waiting[user] = append(waiting[user], m)
			return outcome(c)
		}))(s)
		on("register", ifDone(func(c *call) {
			mu.Lock()
			defer mu.Unlock()
			for _, m := range waiting[c.word(0)] {
				c.state().Deliver(m, c.word(0))
			}
			delete(waiting, c.word(0))
		}))(s)
	}
}

// Whom a message reaches, and how often: SEND-4, -6, -7, -11 and -15.
var sendDeliveryFaults = []Fault{
	fault("send-lost", "`send` is OK and nothing arrives", "`send` dijawab OK tetapi tidak ada yang sampai", "SEND-4", "*", posting("send", lose)),
	fault("send-second-lost", "The second message to a user is lost", "Pesan kedua kepada seorang user hilang", "SEND-4", "*", nthTo(func(n int) bool { return n == 2 })),
	fault("send-reply-lost", "Of two users who write to each other only the first is heard", "Dari dua user yang saling berkirim hanya yang pertama yang sampai", "SEND-4", "*",
		func(s *server) {
			var pairs sync.Map
			posting("send", losing(func(p *parcel) bool {
				pairs.LoadOrStore(p.sender()+" "+p.users[0], true)
				_, other := pairs.Load(p.users[0] + " " + p.sender())
				return other && p.sender() != p.users[0]
			}))(s)
		}),
	fault("send-after-error-lost", "A message that follows an ERROR on its connection is lost", "Pesan setelah ERROR di koneksinya hilang", "SEND-4 WIRE-8", "*",
		func(s *server) {
			var failed perConn[bool]
			on("*", func(c *call) chat.Result {
				before := failed.get(c.conn)
				if user, here := c.here(c.word(0)); *before && here && c.Command == "send" && inside(c) && c.state().HasUser(user) {
					*before = false
					return okay(c)
				}
				r := c.next()
				*before = r.Status == chat.Failed
				return r
			})(s)
		}),

	fault("send-everybody", "A message reaches all users", "Pesan sampai pada semua user", "SEND-6 FEDERATION-3", "*", toAlso("send", func(string, string) bool { return true })),
	fault("send-namesakes", "A message reaches all users whose names begin with the addressee's", "Pesan sampai pada semua user yang namanya diawali nama penerima", "SEND-6 INBOX-5", "FEDERATION", toAlso("send", strings.HasPrefix)),

	fault("send-online-only", "A user who is not logged in cannot be sent to", "User yang tidak sedang masuk tidak dapat dikirimi", "SEND-7", "SENDFILE INBOX REGISTER FEDERATION", posting("send", func(p *parcel) error {
		if p.known() == nil && !p.server.online.has(p.users[0]) {
			return chat.Error("user tidak sedang terkoneksi")
		}
		return p.next()
	})),
	fault("send-offline-lost", "A message to a user who is not logged in is lost", "Pesan kepada user yang tidak sedang masuk hilang", "SEND-7", "SEND INBOX REGISTER FEDERATION",
		posting("send", losing(func(p *parcel) bool { return !p.server.online.has(p.users[0]) }))),
	fault("send-after-logout-lost", "A message to a user who was logged in and is not any more is lost", "Pesan kepada user yang pernah masuk dan sudah keluar hilang", "SEND-7", "INBOX REGISTER FEDERATION", func(s *server) {
		var seen sync.Map
		on("auth", ifDone(func(c *call) { seen.Store(c.user(), true) }))(s)
		posting("send", losing(func(p *parcel) bool {
			_, came := seen.Load(p.users[0])
			return came && !s.online.has(p.users[0])
		}))(s)
	}),

	fault("send-broken-lost", "What came while a user's connection was broken is lost when the user is back: only `logout` keeps it", "Yang tiba selagi koneksi seorang user putus hilang ketika user itu kembali: hanya `logout` yang menyimpannya", "SEND-7 INBOX-4 SENDGROUP-4", "", func(s *server) {
		var in sync.Map // users who did not log out
		on("auth", ifDone(func(c *call) {
			if _, was := in.Swap(c.user(), true); was {
				c.state().Take(c.user())
			}
		}))(s)
		on("logout", when(inside, func(c *call) chat.Result { in.Delete(c.user()); return c.next() }))(s)
	}),

	fault("send-twice", "A message arrives twice", "Pesan sampai dua kali", "SEND-11 ROBUST-12", "FEDERATION SEND", posting("send", twice(always))),

	fault("send-each-session", "A message arrives once for each session of its addressee", "Pesan sampai satu kali untuk setiap session penerimanya", "SEND-11", "", posting("send", func(p *parcel) error {
		for range max(len(p.server.online.conns(p.users[0])), 1) {
			if err := p.next(); err != nil {
				return err
			}
		}
		return nil
	})),

	fault("send-copies", "Who sends a message finds it in the own inbox, too", "Yang mengirim pesan menemukannya juga di kotak masuk sendiri", "SEND-6", "INBOX", posting("send", recipients(func(p *parcel, users []string) []string {
		if user, here, _ := strings.Cut(p.From, "@"); here == p.server.machine.ID && !slices.Contains(users, user) {
			users = append(users, user)
		}
		return users
	}))),

	fault("send-same-once", "Of messages of the same text only one arrives", "Dari pesan-pesan dengan isi yang sama hanya satu yang sampai", "SEND-11", "FEDERATION", onlyNew("send")),

	fault("send-same-read", "A text that its addressee has read before does not arrive again", "Teks yang sudah pernah dibaca penerimanya tidak sampai lagi", "SEND-11", "", func(s *server) {
		var read sync.Map
		listing(func(c *call, list []chat.Message) []chat.Message {
			for _, m := range list {
				read.Store(c.user()+" "+m.Text, true)
			}
			return list
		})(s)
		posting("send", losing(func(p *parcel) bool { _, is := read.Load(p.users[0] + " " + p.Text); return is }))(s)
	}),
	fault("send-same-others", "Of messages of the same text from several senders only the first arrives", "Dari pesan-pesan dengan isi yang sama dari beberapa pengirim hanya yang pertama yang sampai", "SEND-11", "", func(s *server) {
		var first sync.Map // senders
		posting("send", losing(func(p *parcel) bool {
			sender, _ := first.LoadOrStore(p.users[0]+" "+p.Text, p.From)
			return sender != p.From
		}))(s)
	}),

	fault("send-refused-returns", "A message to an unknown user is refused, and stands in the sender's inbox", "Pesan kepada user yang tidak dikenal ditolak, lalu ada di kotak masuk pengirimnya", "SEND-10", "INBOX", on("send", when(both(inside, both(toNobody, func(c *call) bool { return !lacking(c) })), ifRefused(func(c *call) {
		_ = c.state().Deliver(chat.Message{From: c.user() + "@" + c.server.machine.ID, Text: c.tail()}, c.user())
	})))),

	fault("send-self-refused", "A user cannot send to oneself", "User tidak dapat mengirim kepada dirinya sendiri", "SEND-15", "", posting("send", func(p *parcel) error {
		if p.sender() == p.users[0] {
			return chat.Error("tidak dapat mengirim kepada diri sendiri")
		}
		return p.next()
	})),
}

// onlyNew keeps no text that its addressee was sent before.
func onlyNew(commands string) effect {
	return func(s *server) {
		var sent perKey
		posting(commands, losing(func(p *parcel) bool { return sent.next(p.users[0]+" "+p.Text) > 1 }))(s)
	}
}

// nthTo loses the messages to a user by their number.
func nthTo(lost func(n int) bool) effect {
	return func(s *server) {
		var sent perKey
		posting("send", losing(func(p *parcel) bool { return lost(sent.next(p.users[0])) }))(s)
	}
}

// toAlso sends to those users, too, whose name is like that of an addressee.
func toAlso(commands string, like func(name, addressee string) bool) effect {
	return func(s *server) {
		names := registered(s)
		posting(commands, recipients(func(_ *parcel, users []string) []string {
			for _, user := range users {
				for _, name := range names.like(user, like) {
					if !slices.Contains(users, name) {
						users = append(users, name)
					}
				}
			}
			return users
		}))(s)
	}
}

// roll is the users who registered, in that order.
type roll struct {
	mu    sync.Mutex
	names []string
}

func registered(s *server) *roll {
	r := new(roll)
	on("register", ifDone(func(c *call) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.names = append(r.names, c.word(0))
	}))(s)
	return r
}

// like lists the users whose names are like another.
func (r *roll) like(other string, like func(name, other string) bool) (users []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range r.names {
		if like(name, other) {
			users = append(users, name)
		}
	}
	return users
}

// What arrives: SEND-5, -12, -13, -14 and -16.
var sendContentFaults = []Fault{
	fault("send-first-word", "Of a message only the first word arrives", "Dari sebuah pesan hanya kata pertama yang sampai", "SEND-5 SEND-14 SEND-16 WIRE-12", "WIRE FEDERATION", posting("send", saying(words(1)))),
	fault("send-last-word-lost", "The last word of a message is lost", "Kata terakhir sebuah pesan hilang", "SEND-5 SEND-14 SEND-16 WIRE-12", "WIRE FEDERATION ROBUST",
		posting("send", saying(func(s string) string { return s[:max(strings.LastIndexByte(s, ' '), 0)] }))),

	fault("send-command-word", "A message that begins with a request loses that word", "Pesan yang diawali nama request kehilangan kata itu", "SEND-5", "FEDERATION", posting("send", saying(withoutRequest))),

	fault("send-nameless", "The inbox does not tell who a message is from", "Kotak masuk tidak menyebut pengirim pesan", "SEND-12", "", posting("send", func(p *parcel) error {
		p.From = "seseorang"
		return p.next()
	})),
	fault("send-from-addressee", "The inbox names the addressee as the sender", "Kotak masuk menyebut penerima sebagai pengirimnya", "SEND-12", "", posting("send", func(p *parcel) error {
		p.From = p.users[0]
		return p.next()
	})),

	fault("send-from-failed", "After a failed `auth` in a session messages are from the user whom it named", "Setelah `auth` yang gagal dalam session, pesan berasal dari user yang disebutnya", "SEND-12", "", func(s *server) {
		var named sync.Map // by user
		on("auth", when(both(inside, taken), ifRefused(func(c *call) { named.Store(c.user(), c.word(0)) })))(s)
		posting("send", from(&named))(s)
	}),
	fault("send-abroad-nameless", "A message from another server is shown as that server's", "Pesan dari server lain ditampilkan sebagai kiriman server itu", "SEND-12", "SENDFILE", receiving(func(user string, m chat.Message, next reference.Receive) error {
		_, m.From, _ = strings.Cut(m.From, "@")
		return next(user, m)
	})),
	fault("send-abroad-connecter", "A message to another server is from who connected to it", "Pesan ke server lain berasal dari user yang menghubungkannya", "SEND-12 SENDFILE-5", "", func(s *server) {
		var by sync.Map // users by server
		on("connect", ifDone(func(c *call) { by.Store(c.word(0), c.user()) }))(s)
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			if who, ok := by.Load(to.ID); ok {
				m.From = who.(string)
			}
			return next(ctx, to, user, m)
		})(s)
	}),
	fault("send-from-first", "Messages are from who logged in first on the connection", "Pesan berasal dari user yang pertama masuk di koneksi itu", "SEND-12", "", func(s *server) {
		var first perConn[string]
		var named sync.Map // by user
		on("auth", ifDone(func(c *call) {
			if user := first.get(c.conn); *user == "" {
				*user = c.user()
			} else {
				named.Store(c.user(), *user)
			}
		}))(s)
		posting("send", from(&named))(s)
	}),

	fault("send-sorted", "The inbox is sorted by text", "Kotak masuk diurutkan menurut teks", "SEND-13", "FEDERATION SEND", listing(func(_ *call, list []chat.Message) []chat.Message {
		slices.SortFunc(list, func(a, b chat.Message) int { return cmp.Compare(a.Text, b.Text) })
		return list
	})),

	fault("send-abroad-overtakes", "Of messages from another server the latest stands before the one that came before it", "Di antara pesan dari server lain yang terakhir berdiri di depan pesan sebelumnya", "SEND-13", "", func(s *server) {
		receiving(func(user string, m chat.Message, next reference.Receive) error {
			waiting := s.machine.State.Take(user)
			n := len(waiting)
			for i, before := range waiting {
				if i == n-1 {
					break
				}
				_ = s.machine.State.Deliver(before, user)
			}
			err := next(user, m)
			if n > 0 {
				_ = s.machine.State.Deliver(waiting[n-1], user)
			}
			return err
		})(s)
	}),
	fault("send-turned", "From the eleventh message on an inbox begins in the middle", "Mulai pesan kesebelas kotak masuk dimulai dari tengah", "SEND-13", "", listing(func(_ *call, list []chat.Message) []chat.Message {
		if half := len(list) / 2; len(list) > 10 {
			return slices.Concat(list[half:], list[:half])
		}
		return list
	})),

	fault("send-single-spaces", "Several spaces in a row become one", "Beberapa spasi berturut-turut menjadi satu", "SEND-14", "FEDERATION SEND WIRE", posting("send", saying(singleSpaces))),
	fault("send-tabs", "Tabs become spaces", "Tab menjadi spasi", "SEND-14", "", posting("send", saying(func(s string) string { return strings.ReplaceAll(s, "\t", " ") }))),
	fault("send-lowercase", "Messages become small letters", "Pesan menjadi huruf kecil", "SEND-14", "WIRE SEND FEDERATION", posting("send", saying(strings.ToLower))),
	fault("send-at-cuts", "A message is cut at an @, because the whole request is split there", "Pesan terpotong di @, karena seluruh request dipecah di sana", "SEND-14", "", posting("send", saying(until("@")))),
	fault("send-hash-cuts", "A message is cut at a #, as if a comment began there", "Pesan terpotong di #, seolah-olah di sana mulai komentar", "SEND-14", "FEDERATION", posting("send", saying(until("#")))),
	fault("send-quotes-off", "Quotes around a whole message are taken off", "Tanda kutip yang mengapit seluruh pesan dibuang", "SEND-14", "", posting("send", saying(func(s string) string {
		if len(s) > 1 && strings.HasPrefix(s, `"`) && strings.HasSuffix(s, `"`) {
			return s[1 : len(s)-1]
		}
		return s
	}))),

	fault("send-numbers", "A message of digits alone becomes a number: 007 arrives as 7", "Pesan yang hanya berisi angka menjadi bilangan: 007 tiba sebagai 7", "SEND-14", "", posting("send", saying(func(s string) string {
		if strings.Trim(s, "0123456789") == "" {
			return strings.TrimLeft(s, "0")
		}
		return s
	}))),
	fault("send-decimals", "A message that is a number with a point is kept as a number: 12.50 arrives as 12.5", "Pesan yang berupa bilangan desimal disimpan sebagai bilangan: 12.50 tiba sebagai 12.5", "SEND-14", "", posting("send", saying(func(s string) string {
		if before, after, ok := strings.Cut(s, "."); ok && strings.Trim(before+after, "0123456789") == "" {
			return strings.TrimRight(s, "0")
		}
		return s
	}))),
	fault("send-comment-cuts", "A message is cut at // with a blank before it, as if a comment began there", "Pesan terpotong di // yang didahului spasi, seolah-olah di sana mulai komentar", "SEND-14", "", posting("send", saying(until(" //")))),
	fault("send-joiners-lost", "Joiners of zero width are taken out of messages, as if they were blanks", "Penyambung tanpa lebar dibuang dari pesan, seolah-olah spasi", "SEND-14", "", posting("send", saying(strings.NewReplacer("\u200c", "", "\u200d", "").Replace))),
	fault("send-last-signs-lost", "Full stops, commas and marks at the end of a message are lost", "Titik, koma, dan tanda lain di akhir pesan hilang", "SEND-14", "", posting("send", saying(func(s string) string { return strings.TrimRight(s, ".,!?") }))),

	fault("send-reads-4096", "Each read of 4096 bytes is decoded by itself: a letter across its end becomes question marks", "Setiap 4096 byte yang dibaca diterjemahkan sendiri: huruf di batasnya menjadi tanda tanya", "SEND-16", "",
		reading(chunked(func(_ *conn, b []byte) []byte {
			if len(b) < 4096 {
				return b
			}
			return bytes.ToValidUTF8(b, []byte("??"))
		}))),
	fault("send-cut-1024", "A message is cut after 1024 letters", "Pesan terpotong setelah 1024 huruf", "SEND-16", "FEDERATION", cut(1024)),
	fault("send-cut-4000", "A message is cut after 4000 letters", "Pesan terpotong setelah 4000 huruf", "SEND-16", "FEDERATION", cut(4000)),
	fault("send-cut-6000", "A message is cut after 6000 letters", "Pesan terpotong setelah 6000 huruf", "SEND-16", "", cut(6000)),
	fault("send-long-refused", "A request longer than 4096 bytes is refused", "Request yang lebih dari 4096 byte ditolak", "SEND-16", "", configure(func(c *reference.Config) { c.MaxLine = 4096 })),
}

// from is a post that changes who a message is from, by who sent it.
func from(named *sync.Map) post {
	return func(p *parcel) error {
		if user, ok := named.Load(p.sender()); ok {
			p.From = user.(string) + "@" + p.server.machine.ID
		}
		return p.next()
	}
}
