package variant

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

// combinedFaults show only when two requests meet: one that was refused and one
// after it, the same one twice, or those of two users.
var combinedFaults = []Fault{
	fault("auth-wrong-locks", "After one wrong password the right one is refused, too", "Setelah satu password salah, password yang benar pun ditolak", "AUTH-1", "WIRE AUTH REGISTER INBOX", func(s *server) {
		var locked sync.Map
		on("auth", when(taken, ifRefused(func(c *call) { locked.Store(c.word(0), true) })))(s)
		on("auth", when(among(&locked), refuse))(s)
	}),
	fault("auth-name-as-password", "The name of a user will do as the password", "Nama user diterima sebagai passwordnya", "AUTH-3", "",
		on("auth", when(func(c *call) bool { return taken(c) && c.word(0) == c.word(1) }, logIn))),
	fault("auth-unknown-registers", "An unknown user is refused, and registered with that password", "User yang tidak terdaftar ditolak, lalu terdaftar dengan password itu", "AUTH-4", "REGISTER",
		on("auth", when(nobody, ifRefused(func(c *call) { _ = c.state().Register(c.word(0), c.word(1)) })))),
	fault("auth-missing-opens", "`auth` with a name alone is refused, and opens the session all the same", "`auth` dengan nama saja ditolak tetapi tetap membuka session", "AUTH-5", "",
		on("auth", when(both(lacking, taken1), ifRefused(func(c *call) { c.session.Open(c.word(0)) })))),

	fault("logout-second-unregisters", "A user who has logged out twice is not known any more", "User yang sudah dua kali logout tidak dikenal lagi", "LOGOUT-4", "INBOX", func(s *server) {
		var times perKey
		var gone sync.Map
		on("logout", when(inside, func(c *call) chat.Result {
			if times.next(c.user()) == 2 {
				gone.Store(c.user(), true)
			}
			return c.next()
		}))(s)
		on("auth", when(among(&gone), refuse))(s)
	}),
	fault("logout-guest-ends-newest", "`logout` before `auth` is refused, and ends the session that began last", "`logout` sebelum `auth` ditolak, lalu mengakhiri session yang terakhir dimulai", "LOGOUT-5", "*", func(s *server) {
		var newest atomic.Pointer[conn]
		endingOthers(func(c *call, end func(*conn)) chat.Result {
			if last := newest.Load(); c.Command == "logout" && guest(c) && last != nil {
				end(last)
			}
			r := c.next()
			if c.Command == "auth" && r.Status == chat.OK {
				newest.Store(c.conn)
			}
			return r
		})(s)
	}),
	fault("logout-second-reopens", "A second `logout` is refused, and opens the session again", "`logout` kedua ditolak, lalu membuka kembali session itu", "LOGOUT-6", "LOGOUT", func(s *server) {
		var left perConn[string]
		on("logout", func(c *call) chat.Result {
			user := left.get(c.conn)
			if inside(c) {
				*user = c.user()
				return c.next()
			}
			r := c.next()
			if *user != "" {
				c.session.Open(*user)
			}
			return r
		})(s)
	}),

	fault("register-second-refusal-overwrites", "A name that exists is refused, and has the new password once it was refused twice", "Nama yang sudah ada ditolak, dan passwordnya diganti setelah dua kali ditolak", "REGISTER-5", "", func(s *server) {
		var times perKey
		on("register", when(both(taken, func(c *call) bool { return times.next(c.word(0)) == 2 }), quietlyOverwrite))(s)
	}),
	fault("register-refused-logs-out", "A name that exists is refused, and the session that asked for it ends", "Nama yang sudah ada ditolak, dan session yang memintanya berakhir", "REGISTER-5", "",
		on("register", when(taken, ifRefused(func(c *call) { c.session.Close() })))),
	fault("register-inside-forgets", "`register` in a session answers OK and makes no user", "`register` di dalam session menjawab OK tetapi tidak membuat user", "REGISTER-3", "", on("register", when(both(inside, nobody), okay))),

	fault("send-sender-gone", "The name of a sender is looked up when a message is read: who has logged out has none", "Nama pengirim dicari saat pesan dibaca: yang sudah logout tidak bernama", "SEND-12", "*", func(s *server) {
		listing(func(_ *call, list []chat.Message) []chat.Message {
			list = slices.Clone(list)
			for i := range list {
				if user, id, _ := strings.Cut(list[i].From, "@"); id == s.machine.ID && !s.online.has(user) {
					list[i].From = ""
				}
			}
			return list
		})(s)
	}),
	fault("send-order-turns", "Inboxes keep what was read, and are turned round each time: the list itself, not a copy", "Kotak masuk menyimpan yang sudah dibaca, dan dibalik setiap kali: daftarnya sendiri, bukan salinannya", "SEND-13", "", func(s *server) {
		var reads perKey
		kept(func(list []chat.Message, _ int) any { return list })(s)
		listing(func(c *call, list []chat.Message) []chat.Message {
			if list = slices.Clone(list); reads.next(c.user())%2 == 0 {
				slices.Reverse(list)
			}
			return list
		})(s)
	}),

	fault("inbox-read-null", "An inbox that was emptied by reading is null", "Kotak masuk yang kosong setelah dibaca adalah null", "INBOX-7 WIRE-4", "", func(s *server) {
		var read sync.Map
		on("inbox", success(func(c *call, data any) any {
			list, _ := data.([]chat.Message)
			if _, before := read.LoadOrStore(c.user(), true); before && len(list) == 0 {
				return nil
			}
			return data
		}))(s)
	}),
	fault("inbox-longer-names", "A user also sees the messages of users whose names begin with one's own", "User juga melihat pesan user yang namanya diawali namanya sendiri", "INBOX-5 SEND-6", "", func(s *server) {
		users := registered(s)
		listing(func(c *call, list []chat.Message) []chat.Message {
			for _, other := range users.like(c.user(), strings.HasPrefix) {
				if other != c.user() {
					list = append(list, c.state().Peek(other)...)
				}
			}
			return list
		})(s)
	}),
	fault("inbox-guest-empties", "`inbox` before `auth` is refused, and empties the inbox of who logged in last", "`inbox` sebelum `auth` ditolak, lalu mengosongkan kotak masuk user yang terakhir masuk", "INBOX-6", "*", func(s *server) {
		var last atomic.Value
		on("auth", ifDone(func(c *call) { last.Store(c.word(0)) }))(s)
		on("inbox", when(guest, ifRefused(func(c *call) {
			if user, _ := last.Load().(string); user != "" {
				c.state().Take(user)
			}
		})))(s)
	}),
	fault("inbox-register-empties", "Whenever somebody registers all inboxes are emptied", "Setiap kali ada yang mendaftar, semua kotak masuk dikosongkan", "INBOX-4", "*", emptiesAll("register")),
	fault("inbox-failed-auth-empties", "A wrong password is refused, and empties the inbox", "Password yang salah ditolak, lalu mengosongkan kotak masuk", "INBOX-4", "",
		on("auth", when(taken, ifRefused(func(c *call) { c.state().Take(c.word(0)) })))),

	fault("sendfile-behind-messages", "While a message waits no file shows, and those that wait with it are lost", "Selama ada pesan, file tidak tampak, dan yang menunggu bersamanya hilang", "SENDFILE-4", "SENDFILEGROUP FEDERATION", listing(func(_ *call, list []chat.Message) []chat.Message {
		texts := slices.DeleteFunc(slices.Clone(list), func(m chat.Message) bool { return m.File != "" })
		if len(texts) == 0 {
			return list
		}
		return texts
	})),
	fault("sendfile-copy", "The sender gets a copy of the file, too", "Pengirim ikut mendapat salinan file", "SENDFILE-4", "", posting("sendfile", recipients(func(p *parcel, users []string) []string {
		if sender := p.sender(); sender != users[0] && p.server.machine.State.HasUser(sender) {
			users = append(users, sender)
		}
		return users
	}))),
	fault("sendfile-unknown-arrives-later", "A file to an unknown user is refused and waits for whoever registers under the name", "File kepada user yang tidak dikenal ditolak tetapi menunggu user yang kelak mendaftar dengan nama itu", "SENDFILE-6", "",
		keepForLater("sendfile", refuse)),
	fault("unknown-word-added", "A command with a whole word added is taken for the command without its parameters", "Perintah yang ditambah sebuah kata dianggap perintah itu tanpa parameter", "WIRE-6", "",
		likened(func(word, command string) bool { return len(word) > len(command)+2 && strings.HasPrefix(word, command) })),

	fault("addserver-two", "Only the two servers that the user added last are known", "Hanya dua server yang terakhir ditambahkan user yang dikenal", "ADDSERVER-6", "", func(s *server) {
		var mu sync.Mutex
		added := make(map[string][]string) // by user, the newest last
		on("addserver", ifDone(func(c *call) {
			mu.Lock()
			defer mu.Unlock()
			added[c.user()] = append(added[c.user()], c.word(0))
		}))(s)
		on("connect", when(both(inside, func(c *call) bool {
			mu.Lock()
			defer mu.Unlock()
			ids := added[c.user()]
			return slices.Contains(ids[:max(len(ids)-2, 0)], c.word(0))
		}), refuse))(s)
	}),
	fault("addserver-missing-forgets", "`addserver` without a port is refused, and the server of that id is not known any more", "`addserver` tanpa port ditolak, dan server dengan id itu tidak dikenal lagi", "ADDSERVER-6", "", func(s *server) {
		var forgotten sync.Map
		on("addserver", when(both(inside, lacking), ifRefused(func(c *call) { forgotten.Store(c.word(0), true) })))(s)
		on("addserver", ifDone(func(c *call) { forgotten.Delete(c.word(0)) }))(s)
		on("connect", when(both(both(inside, among(&forgotten)), func(c *call) bool { return !lacking(c) }), refuse))(s)
	}),
	fault("connect-prefix-refused", "`connect` to the beginning of an id is refused, and opens a connection to that server all the same", "`connect` ke awal sebuah id ditolak tetapi tetap membuka koneksi ke server itu", "CONNECT-5", "", func(s *server) {
		serverLike(func(id, added string) bool { return strings.HasPrefix(added, id) })(s)
		on("connect", when(both(inside, toNoServer), func(c *call) chat.Result { c.next(); return refuse(c) }))(s)
	}),
	fault("connect-second-ok", "`connect` where nobody listens is OK the second time", "`connect` kedua ke alamat tanpa pendengar dijawab OK", "CONNECT-6", "FEDERATION", func(s *server) {
		var failed perKey
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			err := next(ctx, to)
			if err != nil && !listens(ctx, to.Addr) && failed.next(to.ID) > 1 {
				return nil
			}
			return err
		})(s)
	}),
	fault("federation-failed-connect-cuts", "A failed `connect` cuts the connections to all servers", "`connect` yang gagal memutus koneksi ke semua server", "FEDERATION-1", "FEDERATION SEND SENDFILE", func(s *server) {
		var connected sync.Map
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			err := next(ctx, to)
			if err != nil {
				connected.Clear()
			} else {
				connected.Store(to.ID, true)
			}
			return err
		})(s)
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			if _, is := connected.Load(to.ID); !is {
				return chat.Error("server belum terkoneksi")
			}
			return next(ctx, to, user, m)
		})(s)
	}),
	fault("federation-same-once", "A user gets a text from another server only once", "User menerima teks yang sama dari server lain hanya satu kali", "FEDERATION-1", "", func(s *server) {
		var came perKey
		receiving(func(user string, m chat.Message, next reference.Receive) error {
			if m.File == "" && came.next(user+" "+m.Text) > 1 {
				return nil
			}
			return next(user, m)
		})(s)
	}),
	fault("federation-gone-second-ok", "The second message to a server that is gone is OK and lost", "Pesan kedua ke server yang hilang dijawab OK lalu hilang", "FEDERATION-8", "FEDERATION", func(s *server) {
		var times perKey
		whenGone(func(_ *server, to chat.Server) error {
			if times.next(to.ID) > 1 {
				return nil
			}
			return chat.Error("server tujuan tidak menjawab")
		})(s)
	}),
}
