package variant

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

var federationFaults = []Fault{
	fault("federation-lost", "What arrives from another server is acknowledged and thrown away", "Yang tiba dari server lain diakui lalu dibuang", "FEDERATION-1 FEDERATION-2 FEDERATION-5 FEDERATION-7 FEDERATION-10", "FEDERATION", receiving(func(user string, m chat.Message, next reference.Receive) error {
		return nil
	})),
	fault("federation-second-lost", "The second message from another server to a user is lost", "Pesan kedua dari server lain kepada seorang user hilang", "FEDERATION-1", "FEDERATION", func(s *server) {
		var came perKey
		receiving(func(user string, m chat.Message, next reference.Receive) error {
			if came.next(user) == 2 {
				return nil
			}
			return next(user, m)
		})(s)
	}),
	fault("federation-offline-lost", "A message from another server to a user who is not logged in is lost", "Pesan dari server lain kepada user yang tidak sedang masuk hilang", "FEDERATION-1", "", func(s *server) {
		receiving(func(user string, m chat.Message, next reference.Receive) error {
			if s.machine.State.HasUser(user) && !s.online.has(user) {
				return nil
			}
			return next(user, m)
		})(s)
	}),

	fault("federation-again-twice", "A message arrives once for each `connect` that was answered OK", "Pesan sampai satu kali untuk setiap `connect` yang dijawab OK", "FEDERATION-1", "FEDERATION", func(s *server) {
		var times perKey
		var count sync.Map
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			err := next(ctx, to)
			if err == nil {
				count.Store(to.ID, times.next(to.ID))
			}
			return err
		})(s)
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			err := next(ctx, to, user, m)
			if n, _ := count.Load(to.ID); err == nil && n != nil && n.(int) > 1 {
				return next(ctx, to, user, m)
			}
			return err
		})(s)
	}),

	fault("federation-added-again-lost", "Once a connected server is added again, messages to it are OK and lost until the next `connect`", "Setelah server yang terhubung ditambahkan lagi, pesan ke sana dijawab OK lalu hilang sampai `connect` berikutnya", "FEDERATION-1", "", func(s *server) {
		var stale linked
		linked := linking(s)
		on("addserver", ifDone(func(c *call) {
			if _, is := linked.Load(c.word(0)); is {
				stale.Store(c.word(0), true)
			}
		}))(s)
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			stale.Delete(to.ID)
			return next(ctx, to)
		})(s)
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			if stale.has(to) {
				return nil
			}
			return next(ctx, to, user, m)
		})(s)
	}),
	fault("federation-both-ways-twice", "Messages to a server are sent twice once it was heard of from its own side, too", "Pesan ke server lain dikirim dua kali setelah server itu terdengar pula dari arahnya sendiri", "FEDERATION-1", "", func(s *server) {
		var heard linked
		receiving(func(user string, m chat.Message, next reference.Receive) error {
			_, id, _ := strings.Cut(m.From, "@")
			heard.Store(id, true)
			return next(user, m)
		})(s)
		linked := linking(s)
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			err := next(ctx, to, user, m)
			if err == nil && linked.has(to) && heard.has(to) {
				return next(ctx, to, user, m)
			}
			return err
		})(s)
	}),

	fault("federation-first-word", "Between servers only the first word of a message arrives", "Antar server hanya kata pertama pesan yang sampai", "FEDERATION-2", "", abroad(words(1))),
	fault("federation-cut-1024", "Between servers a message is cut after 1024 bytes", "Antar server pesan terpotong setelah 1024 byte", "FEDERATION-2", "", abroad(first(1024))),
	fault("federation-cut-2048", "Between servers a message is cut after 2048 bytes", "Antar server pesan terpotong setelah 2048 byte", "FEDERATION-2", "", abroad(first(2048))),
	fault("federation-bar-cuts", "Between servers a message is cut at a bar, which separates the fields there", "Antar server pesan terpotong di garis tegak, pemisah kolomnya", "FEDERATION-2", "", abroad(func(s string) string {
		before, _, _ := strings.Cut(s, "|")
		return before
	})),
	fault("federation-command-word", "Between servers a message that begins with a request loses that word", "Antar server pesan yang diawali nama request kehilangan kata itu", "FEDERATION-2", "", abroad(withoutRequest)),
	fault("federation-single-spaces", "Between servers several spaces in a row become one", "Antar server beberapa spasi berturut-turut menjadi satu", "FEDERATION-2", "", abroad(singleSpaces)),
	fault("federation-plus", "Between servers spaces become plus signs", "Antar server spasi menjadi tanda tambah", "FEDERATION-2", "", abroad(func(s string) string { return strings.ReplaceAll(s, " ", "+") })),

	fault("federation-everybody", "A message from another server reaches all users", "Pesan dari server lain sampai pada semua user", "FEDERATION-3 INBOX-5", "FEDERATION", receivedAlso(func(chat.Message, string, string) bool { return true })),
	fault("federation-namesakes", "A message from another server reaches all users whose names begin with the addressee's", "Pesan dari server lain sampai pada semua user yang namanya diawali nama penerima", "FEDERATION-3 INBOX-5", "", receivedAlso(func(_ chat.Message, name, addressee string) bool { return strings.HasPrefix(name, addressee) })),
	fault("federation-copies", "Who sends to another server finds the message in the own inbox, too", "Yang mengirim ke server lain menemukan pesannya juga di kotak masuk sendiri", "FEDERATION-3", "", func(s *server) {
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			err := next(ctx, to, user, m)
			if err == nil && m.File == "" {
				sender, _, _ := strings.Cut(m.From, "@")
				_ = s.machine.State.Deliver(m, sender)
			}
			return err
		})(s)
	}),
	fault("federation-namesake", "A message to another server also reaches the local user of that name", "Pesan ke server lain juga sampai pada user lokal bernama sama", "FEDERATION-3", "", func(s *server) {
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			s.machine.Mail.Deliver(m, user)
			return next(ctx, to, user, m)
		})(s)
	}),

	fault("federation-refused-here", "A message that the other server refuses is delivered to the local user of that name", "Pesan yang ditolak server lain diantarkan kepada user lokal bernama sama", "FEDERATION-3", "", func(s *server) {
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			err := next(ctx, to, user, m)
			if err != nil && refused(err) {
				_ = s.machine.State.Deliver(m, user)
			}
			return err
		})(s)
	}),

	fault("federation-unacknowledged", "A message to a user who does not exist on the other server is OK", "Pesan kepada user yang tidak ada di server lain dijawab OK", "FEDERATION-4", "", func(s *server) {
		receiving(func(user string, m chat.Message, next reference.Receive) error {
			if !s.machine.State.HasUser(user) {
				return nil
			}
			return next(user, m)
		})(s)
	}),

	fault("federation-prefix", "A user of the other server is found by the beginning of the name", "User di server lain dicari dengan awal namanya", "FEDERATION-4", "", func(s *server) {
		users := registered(s)
		receiving(func(user string, m chat.Message, next reference.Receive) error {
			if others := users.like(user, strings.HasPrefix); len(others) > 0 && !s.machine.State.HasUser(user) {
				return next(others[0], m)
			}
			return next(user, m)
		})(s)
	}),
	fault("federation-answers-mixed", "Of two messages to the other server at once both get the answer that came last", "Dari dua pesan ke server lain sekaligus keduanya mendapat jawaban yang datang terakhir", "FEDERATION-4", "", func(s *server) {
		var answer spot[error]
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			return answer.through(next(ctx, to, user, m))
		})(s)
	}),
	fault("federation-file-unacknowledged", "A file to a user who does not exist on the other server is OK", "File kepada user yang tidak ada di server lain dijawab OK", "FEDERATION-4", "", func(s *server) {
		receiving(func(user string, m chat.Message, next reference.Receive) error {
			if m.File != "" && !s.machine.State.HasUser(user) {
				return nil
			}
			return next(user, m)
		})(s)
	}),

	fault("federation-id-prefix", "Another server is found by the beginning of its id", "Server lain dicari dengan awal idnya", "FEDERATION-4", "", func(s *server) {
		var added sync.Map
		on("addserver", ifDone(func(c *call) { added.Store(c.word(0), true) }))(s)
		on("send", when(both(inside, toNowhere), func(c *call) chat.Result {
			user, short, _ := chat.ParseAddress(c.word(0))
			for id := range added.Range {
				if strings.HasPrefix(id.(string), short) {
					return c.as("send " + user + "@" + id.(string) + " " + c.tail())
				}
			}
			return c.next()
		}))(s)
	}),
	fault("federation-unknown-later", "A message from another server to an unknown user is refused and waits for whoever registers under the name", "Pesan dari server lain kepada user yang tidak dikenal ditolak tetapi menunggu user yang kelak mendaftar dengan nama itu", "FEDERATION-4", "", func(s *server) {
		var waiting sync.Map // by user
		receiving(func(user string, m chat.Message, next reference.Receive) error {
			err := next(user, m)
			if err != nil {
				waiting.Store(user, m)
			}
			return err
		})(s)
		on("register", ifDone(func(c *call) {
			if m, is := waiting.LoadAndDelete(c.word(0)); is {
				c.state().Deliver(m.(chat.Message), c.word(0))
			}
		}))(s)
	}),
	fault("federation-answers-swapped", "What the other server answers goes to the user who sent last, not to whom it is for", "Jawaban server lain diberikan kepada user yang terakhir mengirim, bukan kepada yang dijawab", "FEDERATION-4", "FEDERATION", func(s *server) {
		var mu sync.Mutex
		var asking []chan error
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			mine := make(chan error, 1)
			mu.Lock()
			asking = append(asking, mine)
			mu.Unlock()
			time.Sleep(20 * time.Millisecond) // the way there
			err := next(ctx, to, user, m)
			mu.Lock()
			asking[len(asking)-1] <- err
			asking = asking[:len(asking)-1]
			mu.Unlock()
			return <-mine
		})(s)
	}),

	fault("federation-file-lost", "A file to a user of another server is OK and does not arrive", "File kepada user di server lain dijawab OK tetapi tidak sampai", "FEDERATION-5", "", forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
		if m.File != "" {
			return nil
		}
		return next(ctx, to, user, m)
	})),
	fault("federation-file-everybody", "A file from another server reaches all users", "File dari server lain sampai pada semua user", "FEDERATION-5", "*", receivedAlso(func(m chat.Message, _, _ string) bool { return m.File != "" })),
	fault("federation-file-unnamed", "A file arrives on the other server as its content, without its name", "File tiba di server lain sebagai isinya, tanpa nama", "FEDERATION-5", "", forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
		if m.File != "" {
			m = chat.Message{From: m.From, Text: "lampiran: " + string(m.Content)}
		}
		return next(ctx, to, user, m)
	})),

	fault("federation-unconnected-ok", "Before `connect` a message to another server is OK and lost", "Sebelum `connect` pesan ke server lain dijawab OK lalu hilang", "FEDERATION-6", "", func(s *server) {
		linked := linking(s)
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			if !linked.has(to) {
				return nil
			}
			return next(ctx, to, user, m)
		})(s)
	}),
	fault("federation-connects-itself", "A message to a server that was added but not connected opens the link", "Pesan ke server yang ditambahkan tetapi belum terkoneksi membuka hubungannya sendiri", "FEDERATION-6", "", func(s *server) {
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			if err := s.links().Connect(ctx, to); err != nil {
				return err
			}
			return next(ctx, to, user, m)
		})(s)
	}),
	fault("federation-waits-for-link", "Before `connect` a message to another server is OK and waits for the link", "Sebelum `connect` pesan ke server lain dijawab OK dan menunggu hubungan", "FEDERATION-6", "FEDERATION", func(s *server) {
		type letter struct {
			user string
			m    chat.Message
		}
		var mu sync.Mutex
		held := make(map[string][]letter)
		linked := linking(s)
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			err := next(ctx, to)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				for _, l := range held[to.ID] {
					s.links().Forward(ctx, to, l.user, l.m)
				}
				delete(held, to.ID)
			}
			return err
		})(s)
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			if linked.has(to) {
				return next(ctx, to, user, m)
			}
			mu.Lock()
			defer mu.Unlock()
			held[to.ID] = append(held[to.ID], letter{user, m})
			return nil
		})(s)
	}),

	fault("federation-one-way", "Of two linked servers only the one with the smaller id is heard", "Dari dua server yang terhubung hanya yang idnya lebih kecil yang sampai", "FEDERATION-7", "FEDERATION", func(s *server) {
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			if s.machine.ID > to.ID {
				return nil
			}
			return next(ctx, to, user, m)
		})(s)
	}),
	fault("federation-dials-or-listens", "A server that another one with a smaller id may connect to cannot connect back", "Server yang dihubungi server ber-id lebih kecil tidak dapat menghubungi balik", "FEDERATION-7", "", func(s *server) {
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			if s.machine.ID > to.ID {
				return chat.Error("server sudah terhubung dari arah lain")
			}
			return next(ctx, to)
		})(s)
	}),

	fault("federation-gone-ok", "A message to a server that is gone is OK and lost", "Pesan ke server yang hilang dijawab OK lalu hilang", "FEDERATION-8", "FEDERATION", whenGone(func(*server, chat.Server) error { return nil })),
	fault("federation-gone-crashes", "A message to a server that is gone brings this one down", "Pesan ke server yang hilang mematikan server ini", "FEDERATION-9", "FEDERATION ROBUST CONNECT", whenGone(func(s *server, _ chat.Server) error {
		s.crash()
		return chat.Error("server tidak menjawab")
	})),

	fault("federation-dead-link-kept", "`connect` to a server that was connected before is OK and uses the old link, dead or not", "`connect` ke server yang pernah terhubung dijawab OK dan memakai hubungan lama, walaupun sudah mati", "FEDERATION-10", "FEDERATION", func(s *server) {
		linked := linking(s)
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			if linked.has(to) {
				return nil
			}
			return next(ctx, to)
		})(s)
	}),
	fault("federation-vain-for-good", "A server that could not be connected to once is refused for ever", "Server yang pernah gagal dihubungi ditolak selamanya", "FEDERATION-10", "FEDERATION CONNECT ADDSERVER", func(s *server) {
		var vain linked
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			if vain.has(to) {
				return chat.Error("server sudah ditandai mati")
			}
			err := next(ctx, to)
			if err != nil {
				vain.Store(to.ID, true)
			}
			return err
		})(s)
	}),
	fault("federation-gone-for-good", "A server that was gone once cannot be connected to again", "Server yang pernah hilang tidak dapat dihubungi lagi", "FEDERATION-10", "FEDERATION", func(s *server) {
		var gone linked
		whenGone(func(_ *server, to chat.Server) error {
			gone.Store(to.ID, true)
			return chat.Error("server tidak menjawab")
		})(s)
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			if gone.has(to) {
				return chat.Error("server sudah ditandai mati")
			}
			return next(ctx, to)
		})(s)
	}),
}

// abroad changes the texts that come from other servers.
func abroad(change func(string) string) effect {
	return receiving(func(user string, m chat.Message, next reference.Receive) error {
		m.Text = change(m.Text)
		return next(user, m)
	})
}

// linked is the servers that a `connect` succeeded for.
type linked struct{ sync.Map }

func (l *linked) has(to chat.Server) bool { _, ok := l.Load(to.ID); return ok }

// linking keeps for which servers `connect` succeeded.
func linking(s *server) *linked {
	var l linked
	connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
		err := next(ctx, to)
		if err == nil {
			l.Store(to.ID, true)
		}
		return err
	})(s)
	return &l
}

// whenGone answers for a message to a server that was connected and is gone.
func whenGone(answer func(*server, chat.Server) error) effect {
	return func(s *server) {
		linked := linking(s)
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			err := next(ctx, to, user, m)
			if err != nil && linked.has(to) && !refused(err) {
				return answer(s, to)
			}
			return err
		})(s)
	}
}

// refused reports whether another server was there and would not have a
// message.
func refused(err error) bool { return strings.Contains(err.Error(), "menolak") }

// receivedAlso delivers what comes from another server to those users, too, whom
// a message to its addressee is said to be for.
func receivedAlso(isFor func(m chat.Message, name, addressee string) bool) effect {
	return func(s *server) {
		users := registered(s)
		receiving(func(user string, m chat.Message, next reference.Receive) error {
			for _, other := range users.like(user, func(name, addressee string) bool { return isFor(m, name, addressee) }) {
				if other != user {
					_ = next(other, m) // of a user who is there: it cannot fail
				}
			}
			return next(user, m)
		})(s)
	}
}
