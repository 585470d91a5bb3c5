package variant

import (
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

const (
	pointConnect = "`connect`"
	pointLink    = "a link"
	pointAdded   = "servers that were added"
	pointAgain   = "the same id added again"
	pointTwice   = "`connect` twice"
	pointTried   = "servers at an address where nobody answers as one"
	pointHost    = "a host name as address"
	pointHolds   = "how much a server holds"
)

var serverReadings = []Reading{
	settles(pointConnect, "connect-only-opens", "`connect` opens a connection and asks nothing of the other end; the first message does", "`connect` hanya membuka koneksi tanpa menanyai server tujuan; pesan pertama yang menanyainya", "connect", func(s *server) {
		connecting(func(ctx context.Context, to chat.Server, _ connectNext) error {
			if !listens(ctx, to.Addr) {
				return chat.Errorf("server %s tidak dapat dihubungi", to.ID)
			}
			return nil
		})(s)
		linked := linking(s)
		forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
			if linked.has(to) {
				if err := s.links().Connect(ctx, to); err != nil {
					return err
				}
			}
			return next(ctx, to, user, m)
		})(s)
	}),
	settles(pointConnect, "connect-answers-first", "`connect` answers when the connection is open and talks to the other end afterwards", "`connect` menjawab begitu koneksi terbuka dan baru kemudian berbicara dengan server tujuan", "connect", answersFirst),
	settles(pointConnect, "connect-checks-id", "`connect` asks the other end who it is and refuses a wrong id", "`connect` menanyakan id server tujuan dan menolak id yang salah", "connect", func(s *server) {
		aside(s, "id", func(*call) (string, bool) { return s.machine.ID, true })
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			if id, err := consult(ctx, to.Addr, "id"); err != nil || id != to.ID {
				return chat.Errorf("di alamat itu bukan server %s", to.ID)
			}
			return next(ctx, to)
		})(s)
	}),
	settles(pointConnect, "connect-strangers-refused", "A server takes links only from servers that were added to it", "Server hanya menerima hubungan dari server yang sudah ditambahkan padanya", "connect", func(s *server) {
		aside(s, "kenal", func(c *call) (string, bool) { return "kenal", !unknownServer(c, c.word(0)) })
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			if _, err := consult(ctx, to.Addr, "kenal "+s.machine.ID); err != nil {
				return chat.Errorf("server %s tidak mengenal server ini", to.ID)
			}
			return next(ctx, to)
		})(s)
	}),

	settles(pointLink, "link-both-ways", "A link carries messages both ways: the other end connects back at once", "Hubungan membawa pesan dua arah: server tujuan langsung menghubungi balik", "", bothWays),

	settles(pointAdded, "servers-per-user", "A server is known to the user who added it only", "Server hanya dikenal oleh user yang menambahkannya", "known", perUser(false)),
	settles(pointAdded, "servers-per-user-once", "A server is known to the user who added it only, who cannot add it again", "Server hanya dikenal oleh user yang menambahkannya, dan tidak dapat ditambahkannya lagi", "known again", perUser(true)),

	settles(pointAgain, "add-again-refused", "An id that was added is refused, also with the same address", "Id yang sudah ditambahkan ditolak, juga dengan alamat yang sama", "known again", on("addserver", when(func(c *call) bool {
		return inside(c) && !lacking(c) && !unknownServer(c, c.word(0))
	}, refuse))),
	settles(pointAgain, "add-again-replaces", "An id that was added can be given another address, by anybody", "Id yang sudah ditambahkan dapat diberi alamat lain, oleh siapa pun", "again", func(s *server) {
		var owners sync.Map
		on("addserver", func(c *call) chat.Result {
			if to, ok := wanted(c); ok {
				if owner, added := owners.Load(to.ID); added {
					return moved(c, to, owner.(string))
				}
			}
			return ifDone(func(c *call) { owners.LoadOrStore(c.word(0), c.user()) })(c)
		})(s)
	}),
	settles(pointAgain, "address-once", "An address that was added under one id is refused under another", "Alamat yang sudah ditambahkan dengan satu id ditolak dengan id lain", "", func(s *server) {
		var ids sync.Map // by address
		on("addserver", func(c *call) chat.Result {
			to, ok := wanted(c)
			if !ok {
				return c.next()
			}
			if id, added := ids.Load(to.Addr); added && id != to.ID {
				return chat.Fail("alamat itu sudah dikenal dengan id lain")
			}
			return ifDone(func(*call) { ids.Store(to.Addr, to.ID) })(c)
		})(s)
	}),
	settles(pointAgain, "own-id-added", "The server's own id can be added, which changes nothing", "Id server sendiri dapat ditambahkan, tanpa mengubah apa pun", "", on("addserver", when(func(c *call) bool {
		return inside(c) && goodServer(c) && c.word(0) == c.server.machine.ID
	}, okay))),

	settles(pointTwice, "connect-twice-refused", "`connect` to a server whose link is alive is an ERROR", "`connect` ke server yang hubungannya hidup adalah ERROR", "", func(s *server) {
		connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
			if alive(ctx, s.links(), to) {
				return chat.Errorf("server %s sudah terkoneksi", to.ID)
			}
			return next(ctx, to)
		})(s)
	}),

	settles(pointTried, "addserver-tries", "`addserver` opens a connection to the address at once, and refuses one where nobody listens", "`addserver` langsung membuka koneksi ke alamatnya, dan menolak bila tidak ada yang mendengarkan", "",
		on("addserver", func(c *call) chat.Result {
			if to, ok := wanted(c); ok && !listens(c.ctx, to.Addr) {
				return chat.Fail("tidak ada server di alamat itu")
			}
			return c.next()
		})),

	settles(pointTried, "addserver-asks", "`addserver` looks whether a server answers at the address, and refuses one where none does", "`addserver` memeriksa apakah ada server yang menjawab di alamatnya, dan menolak bila tidak ada", "",
		on("addserver", func(c *call) chat.Result {
			if to, ok := wanted(c); ok && !serves(c.ctx, to.Addr) {
				return chat.Fail("tidak ada server di alamat itu")
			}
			return c.next()
		})),

	settles(pointHost, "host-name-taken", "A host name is an address, too", "Nama host juga merupakan alamat", "", hostNames),

	settles(pointHolds, "holds-little", "A thousand users and a thousand groups are all that it holds", "Hanya seribu user dan seribu grup yang ditampung", "holds",
		configure(func(c *reference.Config) { c.Limits.Users, c.Limits.Groups = 1000, 1000 })),
}

// perUser keeps the servers of each user apart. With once, nobody adds a server
// a second time.
func perUser(once bool) effect {
	return func(s *server) {
		var added sync.Map
		known := func(c *call, id string) bool { _, is := added.Load(c.user() + " " + id); return is }
		on("addserver", func(c *call) chat.Result {
			if once && inside(c) && known(c, c.word(0)) {
				return refuse(c)
			}
			return ifDone(func(c *call) { added.Store(c.user()+" "+c.word(0), true) })(c)
		})(s)
		on("connect send sendfile", func(c *call) chat.Result {
			id := c.word(0)
			if c.Command != "connect" {
				_, id, _ = chat.ParseAddress(id)
			}
			if inside(c) && !lacking(c) && id != "" && id != s.machine.ID && !known(c, id) {
				return chat.Fail("server tidak dikenal")
			}
			return c.next()
		})(s)
	}
}

// alive reports whether there is a link that answers: to a message that cannot
// be delivered it answers with a refusal.
func alive(ctx context.Context, l chat.Links, to chat.Server) bool {
	err := l.Forward(ctx, to, "", chat.Message{})
	return err == nil || refused(err)
}

// answersFirst opens the link after `connect` has answered; messages wait for
// it.
func answersFirst(s *server) {
	ctx, stop := context.WithCancel(context.Background())
	var busy sync.WaitGroup
	s.atEnd = append(s.atEnd, stop, busy.Wait)
	var mu sync.Mutex
	opening := make(map[chat.Server]chan struct{})
	connecting(func(asked context.Context, to chat.Server, next connectNext) error {
		if !listens(asked, to.Addr) {
			return chat.Errorf("server %s tidak dapat dihubungi", to.ID)
		}
		done := make(chan struct{})
		mu.Lock()
		before := opening[to]
		opening[to] = done
		mu.Unlock()
		busy.Go(func() {
			defer close(done)
			if before != nil {
				<-before
			}
			next(ctx, to)
		})
		return nil
	})(s)
	forwarding(func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error {
		mu.Lock()
		done := opening[to]
		mu.Unlock()
		if done != nil {
			select {
			case <-done:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return next(ctx, to, user, m)
	})(s)
}

// wanted is the server that an `addserver` of a user would add.
func wanted(c *call) (to chat.Server, ok bool) {
	if !inside(c) || !goodServer(c) || c.word(0) == c.server.machine.ID {
		return to, false
	}
	addr, err := netip.ParseAddrPort(net.JoinHostPort(c.word(1), c.word(2)))
	return chat.Server{ID: c.word(0), Addr: addr}, err == nil
}

// moved gives a server that owner added another address. Then it can be added
// with that.
func moved(c *call, to chat.Server, owner string) chat.Result {
	replaced, err := c.state().AddServer(to, owner)
	if err == nil && replaced.IsValid() {
		c.server.machine.Links.Disconnect(chat.Server{ID: to.ID, Addr: replaced})
	}
	return c.next()
}

// bothWays has the other end of a link open one in return. It learns id and
// port of this server, which may be added to it all the same later.
func bothWays(s *server) {
	var learned sync.Map
	aside(s, "balik", func(c *call) (string, bool) {
		to, err := c.state().Server(c.word(0))
		if err != nil {
			host, _, _ := net.SplitHostPort(c.conn.RemoteAddr().String())
			addr, err := netip.ParseAddrPort(net.JoinHostPort(host, c.word(1)))
			if err != nil {
				return "", false
			}
			to = chat.Server{ID: c.word(0), Addr: addr}
			if _, err := c.state().AddServer(to, ""); err != nil {
				return "", false
			}
			learned.Store(to.ID, true)
		}
		return "balik", s.links().Connect(c.ctx, to) == nil
	})
	on("addserver", func(c *call) chat.Result {
		if to, ok := wanted(c); ok {
			if _, is := learned.LoadAndDelete(to.ID); is {
				return moved(c, to, "")
			}
		}
		return c.next()
	})(s)
	connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
		if err := next(ctx, to); err != nil {
			return err
		}
		// That it will not is no reason to undo the link.
		consult(ctx, to.Addr, "balik "+s.machine.ID+" "+strconv.Itoa(int(s.alive.addr().Port())))
		return nil
	})(s)
}

var hostName = regexp.MustCompile(`^[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)

// hostNames takes host names as addresses. Only localhost is looked up: what
// else a name may mean is not asked of any network.
func hostNames(s *server) {
	var unresolved sync.Map
	on("addserver", when(func(c *call) bool { return inside(c) && !lacking(c) && hostName.MatchString(c.word(1)) }, func(c *call) chat.Result {
		r := c.as(strings.Join([]string{"addserver", c.word(0), "127.0.0.1", c.word(2)}, " "))
		if r.Status == chat.OK && !strings.EqualFold(c.word(1), "localhost") {
			unresolved.Store(c.word(0), true)
		}
		return r
	}))(s)
	connecting(func(ctx context.Context, to chat.Server, next connectNext) error {
		if _, is := unresolved.Load(to.ID); is {
			return chat.Errorf("nama host dari server %s tidak dikenal", to.ID)
		}
		return next(ctx, to)
	})(s)
}

// asideMark begins what servers of this make ask each other as clients.
const asideMark = "\x02"

// aside answers a question of another server, ahead of everything else.
func aside(s *server, question string, answer func(c *call) (string, bool)) {
	s.front = append(s.front, when(func(c *call) bool { return c.Command == asideMark+question }, func(c *call) chat.Result {
		own := c.Request
		defer func() { c.Request = own }()
		c.Request = chat.Parse(strings.TrimSpace(c.Line))
		if text, ok := answer(c); ok {
			return chat.Result{Status: chat.OK, Data: text}
		}
		return chat.Fail("tidak")
	}))
}

// consult asks the server at addr a question, as a client, in whatever way it
// has requests end.
func consult(ctx context.Context, addr netip.AddrPort, question string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr.String())
	if err != nil {
		return "", err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	if _, err := conn.Write([]byte(asideMark + question + " \r\n\r\n")); err != nil {
		return "", err
	}
	var r struct {
		Status string
		Data   string
	}
	if err := json.NewDecoder(conn).Decode(&r); err != nil {
		return "", err
	}
	if r.Status != chat.OK {
		return "", chat.Error("tidak")
	}
	return r.Data, nil
}
