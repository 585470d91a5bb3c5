package variant

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// listing changes the messages that an inbox shows.
func listing(change func(c *call, list []chat.Message) []chat.Message) effect {
	return on("inbox", success(func(c *call, data any) any {
		list, ok := data.([]chat.Message)
		if !ok {
			return data
		}
		if list = change(c, list); list == nil {
			list = []chat.Message{}
		}
		return list
	}))
}

// empty: the user has nothing to read.
func empty(c *call) bool { return len(c.state().Peek(c.user())) == 0 }

func waiting(c *call) bool { return !empty(c) }

var inboxFaults = []Fault{

	fault("inbox-guest-ok", "`inbox` before `auth` shows an empty inbox", "`inbox` sebelum `auth` menampilkan kotak masuk kosong", "INBOX-2 LOGOUT-3 AUTH-5 WIRE-9", "WIRE", on("inbox", asGuest)),

	fault("inbox-empty-error", "An empty inbox is an ERROR", "Kotak masuk kosong dijawab ERROR", "INBOX-3 INBOX-7", "*", on("inbox", when(both(inside, empty), refuse))),
	fault("inbox-empty-hangs", "An empty inbox gets no answer: the server waits for a message", "Kotak masuk kosong tidak dijawab: server menunggu pesan", "INBOX-3 INBOX-7", "*", on("inbox", when(both(inside, empty), hang))),
	fault("inbox-read-error", "An inbox that was emptied by reading is an ERROR", "Kotak masuk yang kosong setelah dibaca dijawab ERROR", "INBOX-3", "*", fresh("inbox", func() step {
		var read sync.Map
		return func(c *call) chat.Result {
			if _, before := read.Load(c.user()); before && inside(c) && empty(c) {
				return refuse(c)
			}
			if inside(c) && waiting(c) {
				read.Store(c.user(), true)
			}
			return c.next()
		}
	})),

	fault("inbox-newest-only", "The inbox shows the newest message, the others are lost", "Kotak masuk hanya menampilkan pesan terbaru, yang lain hilang", "INBOX-4", "SEND WIRE ROBUST SENDGROUP SENDFILE FEDERATION", listing(func(_ *call, list []chat.Message) []chat.Message { return list[max(len(list)-1, 0):] })),
	fault("inbox-one-each", "The inbox is kept by sender and holds the last message of each", "Kotak masuk disimpan per pengirim dan hanya memuat pesan terakhir masing-masing", "INBOX-4", "SEND WIRE SENDGROUP SENDFILE FEDERATION", listing(func(_ *call, list []chat.Message) (some []chat.Message) {
		for i, m := range list {
			if !slices.ContainsFunc(list[i+1:], func(later chat.Message) bool { return later.From == m.From }) {
				some = append(some, m)
			}
		}
		return some
	})),
	fault("inbox-ten", "An inbox holds ten messages, further ones are lost", "Kotak masuk memuat sepuluh pesan, selebihnya hilang", "INBOX-4 ROBUST-12", "SEND", holding(10)),
	fault("inbox-one-sender", "Of more than five messages only those of the sender who came first show, the others are lost", "Dari lebih dari lima pesan hanya yang dari pengirim pertama tampak, yang lain hilang", "INBOX-4 ROBUST-12", "SENDGROUP", listing(func(_ *call, list []chat.Message) []chat.Message {
		if len(list) > 5 {
			sender := list[0].From
			return slices.DeleteFunc(slices.Clone(list), func(m chat.Message) bool { return m.From != sender })
		}
		return list
	})),
	fault("inbox-hundred", "An inbox holds a hundred messages, further ones are lost", "Kotak masuk memuat seratus pesan, selebihnya hilang", "INBOX-4", "", holding(100)),
	fault("inbox-two-senders", "The inbox shows messages of two senders, those of others are lost", "Kotak masuk menampilkan pesan dua pengirim, pesan pengirim lain hilang", "INBOX-4 ROBUST-12", "", listing(func(_ *call, list []chat.Message) []chat.Message {
		var senders []string
		return slices.DeleteFunc(list, func(m chat.Message) bool {
			if !slices.Contains(senders, m.From) {
				senders = append(senders, m.From)
			}
			return slices.Index(senders, m.From) > 1
		})
	})),
	fault("inbox-file-hides", "A file takes the place of the messages that wait", "Sebuah file menggantikan pesan-pesan yang menunggu", "INBOX-4", "SENDFILE", posting("sendfile", func(p *parcel) error {
		if p.known() == nil {
			p.server.machine.State.Take(p.users[0])
		}
		return p.next()
	})),
	fault("inbox-read-race", "An inbox is read, and a little later emptied: what arrives between is lost", "Kotak masuk dibaca, lalu dikosongkan sesaat kemudian: yang tiba di antaranya hilang", "INBOX-4", "", on("inbox", when(inside, func(c *call) chat.Result {
		r := c.next()
		time.Sleep(time.Millisecond)
		c.state().Take(c.user())
		return r
	}))),
	fault("inbox-leaving-empties", "A connection that ends without `logout` empties the inbox", "Koneksi yang berakhir tanpa `logout` mengosongkan kotak masuk", "INBOX-4", "SEND", func(s *server) {
		var in sync.Map // users by connection
		on("*", func(c *call) chat.Result {
			r := c.next()
			in.Store(c.conn, c.user())
			return r
		})(s)
		whenEnded(func(c *conn) {
			if user, _ := in.Load(c); user != nil && user != "" {
				s.machine.State.Take(user.(string))
			}
		})(s)
	}),
	fault("inbox-group-hides", "While a message to a group waits, others do not show and are lost", "Selama ada pesan grup, pesan lain tidak tampak dan hilang", "INBOX-4", "SENDGROUP", listing(func(_ *call, list []chat.Message) []chat.Message {
		some := slices.DeleteFunc(slices.Clone(list), func(m chat.Message) bool { return m.Group == "" })
		if len(some) == 0 {
			return list
		}
		return some
	})),
	fault("inbox-logout-drops-groups", "`logout` takes the messages of groups out of the inbox", "`logout` membuang pesan grup dari kotak masuk", "INBOX-4", "", on("logout", when(inside, func(c *call) chat.Result {
		user := c.user()
		for _, m := range c.state().Take(user) {
			if m.Group == "" {
				c.state().Deliver(m, user)
			}
		}
		return c.next()
	}))),
	fault("inbox-logout-empties", "`logout` empties the inbox", "`logout` mengosongkan kotak masuk", "INBOX-4", "", on("logout", func(c *call) chat.Result {
		c.state().Take(c.user())
		return c.next()
	})),

	fault("inbox-everybodys", "The inbox shows the messages of all users", "Kotak masuk menampilkan pesan semua user", "INBOX-5 SEND-6 WIRE-9", "*", func(s *server) {
		var mu sync.Mutex
		var all []chat.Message
		posting(everySend, func(p *parcel) error {
			mu.Lock()
			defer mu.Unlock()
			if p.known() == nil {
				all = append(all, p.Message)
			}
			return p.next()
		})(s)
		listing(func(*call, []chat.Message) []chat.Message {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(all)
		})(s)
	}),
	fault("inbox-of-anybody", "`inbox` with the name of another user shows that user's inbox", "`inbox` dengan nama user lain menampilkan kotak masuk user itu", "INBOX-5", "", on("inbox", when(func(c *call) bool { return inside(c) && c.state().HasUser(c.word(0)) }, func(c *call) chat.Result {
		return chat.Result{Status: chat.OK, Data: c.state().Peek(c.word(0))}
	}))),
	fault("inbox-last-readers", "An empty inbox shows what the last reader saw", "Kotak masuk kosong menampilkan yang dilihat pembaca sebelumnya", "INBOX-5 SEND-6", "*", func(s *server) {
		var shown atomic.Value
		listing(func(_ *call, list []chat.Message) []chat.Message {
			if before, ok := shown.Load().([]chat.Message); ok && len(list) == 0 {
				return before
			}
			shown.Store(list)
			return list
		})(s)
	}),
	fault("inbox-shorter-names", "A user also sees the messages of users whose names one's own begins with", "User juga melihat pesan user yang namanya menjadi awal namanya sendiri", "INBOX-5 SEND-6", "SENDGROUP FEDERATION", func(s *server) {
		var mu sync.Mutex
		of := make(map[string][]chat.Message)
		posting(everySend, func(p *parcel) error {
			mu.Lock()
			defer mu.Unlock()
			for _, u := range p.users {
				of[u] = append(of[u], p.Message)
			}
			return p.next()
		})(s)
		listing(func(c *call, list []chat.Message) []chat.Message {
			mu.Lock()
			defer mu.Unlock()
			for user, theirs := range of {
				if user != c.user() && strings.HasPrefix(c.user(), user) {
					list = append(list, theirs...)
				}
			}
			return list
		})(s)
	}),

	fault("inbox-empties-all", "Reading empties the inboxes of all users", "Membaca mengosongkan kotak masuk semua user", "INBOX-6", "*", emptiesAll("inbox")),
	fault("inbox-empties-senders", "Reading empties the inboxes of those whose messages were read", "Membaca mengosongkan kotak masuk para pengirim pesannya", "INBOX-6 SEND-4", "SEND WIRE INBOX ROBUST", listing(func(c *call, list []chat.Message) []chat.Message {
		for _, m := range list {
			user, _, _ := strings.Cut(m.From, "@")
			c.state().Take(user)
		}
		return list
	})),

	fault("inbox-empties-same-sender", "Reading a message also takes what its sender wrote to others", "Membaca sebuah pesan juga mengambil pesan pengirimnya untuk user lain", "INBOX-6", "ROBUST", func(s *server) {
		var mu sync.Mutex
		wrote := make(map[string][]string) // to whom, by sender
		posting("send", func(p *parcel) error {
			mu.Lock()
			defer mu.Unlock()
			wrote[p.From] = append(wrote[p.From], p.users...)
			return p.next()
		})(s)
		listing(func(c *call, list []chat.Message) []chat.Message {
			mu.Lock()
			defer mu.Unlock()
			for _, read := range list {
				for _, other := range wrote[read.From] {
					if other == c.user() {
						continue
					}
					for _, m := range c.state().Take(other) {
						if m.From != read.From || kind(m) != "send" {
							c.state().Deliver(m, other)
						}
					}
				}
				delete(wrote, read.From)
			}
			return list
		})(s)
	}),

	fault("inbox-null", "An empty inbox has null in data", "Kotak masuk kosong memuat null di data", "INBOX-7", "WIRE INBOX", on("inbox", when(both(inside, empty), success(value(nil))))),
	fault("inbox-missing", "An empty inbox has no data", "Kotak masuk kosong tidak memuat data", "INBOX-7 WIRE-4", "*", objects(func(_ *conn, o object) object {
		if string(o.get("data")) == "[]" {
			return o.without("data")
		}
		return o
	})),
	fault("inbox-messages-key", "The inbox stands under messages, never under data", "Kotak masuk ada di messages, bukan di data", "INBOX-7 WIRE-4 INBOX-1", "*", objects(func(_ *conn, o object) object {
		if strings.HasPrefix(string(o.get("data")), "[") {
			return o.renamed("data", "messages")
		}
		return o
	})),
}

// holding loses what comes to an inbox that holds n messages.
func holding(n int) effect {
	return posting(everySend, losing(func(p *parcel) bool {
		return len(p.server.machine.State.Peek(p.users[0])) >= n
	}))
}

// emptiesAll has a command empty the inboxes of all users.
func emptiesAll(command string) effect {
	return func(s *server) {
		users := registered(s)
		on(command, ifDone(func(c *call) {
			for _, user := range users.like("", strings.HasPrefix) {
				c.state().Take(user)
			}
		}))(s)
	}
}
