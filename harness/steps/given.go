package steps

import (
	"strings"

	"github.com/protokol-chat/chatspec/harness/peer"
	"github.com/protokol-chat/chatspec/harness/target"
)

// given holds the steps that prepare a scenario. What they need and do not get
// is blamed on the requirement that it breaks, not on the scenario's own.
var given = []entry{
	{`user <daftar> sudah terdaftar`, func(w *World, a []string, _ [][]string) error {
		for _, role := range list(a[0]) {
			u := w.user(role)
			if err := w.register(u); err != nil {
				return err
			}
			w.disconnect(u)
		}
		return nil
	}},
	{`user <daftar> sudah masuk`, func(w *World, a []string, _ [][]string) error {
		return w.prepare(list(a[0])...)
	}},
	{`user <siapa> dan <siapa> sudah masuk( di server kedua)?, nama yang kedua diawali nama yang pertama`, func(w *World, a []string, _ [][]string) error {
		home := w.run.Target
		if a[2] != "" {
			home = w.run.Second
		}
		first, second := w.newUser(a[0], home), w.newUser(a[1], home)
		second.name = first.name
		first.name = first.name[:len(first.name)-1]
		return w.prepare(a[:2]...)
	}},
	{`<siapa> terkoneksi tanpa masuk`, func(w *World, a []string, _ [][]string) error {
		if err := w.connect(w.user(a[0])); err != nil {
			return unanswered(&reply{role: a[0], err: err})
		}
		return nil
	}},
	{`grup <siapa> buatan <siapa> berisi <daftar>`, func(w *World, a []string, _ [][]string) error {
		return blame("CREATEGROUP-1", w.ask(w.user(a[1]), w.createGroup(a[0], list(a[2]))))
	}},
	{`server memiliki sebuah file`, func(w *World, _ []string, _ [][]string) error {
		if w.run.File == "" {
			return skip("no file of the server is known; name one with --file", "tidak ada file milik server yang diketahui; sebutkan dengan --file")
		}
		return nil
	}},
	{`jika tidak ada file milik server yang diketahui, skenario ini selesai`, func(w *World, _ []string, _ [][]string) error {
		w.over = w.run.File == "" // other scenarios show the requirement without one
		return nil
	}},
	{`server lain <siapa> yang (menerima koneksi|diam saja|memutus koneksi|mengirim sampah)`, func(w *World, a []string, _ [][]string) error {
		if !w.run.Target.Local() {
			return skip("the other server is played on 127.0.0.1 of this machine, which the target does not reach: test it on its own machine",
				"server lain dimainkan di 127.0.0.1 mesin ini, yang tidak terjangkau oleh server yang diuji: uji di mesinnya sendiri")
		}
		manner := map[string]peer.Manner{
			"menerima koneksi": peer.Closing,
			"diam saja":        peer.Quiet,
			"memutus koneksi":  peer.Reset,
			"mengirim sampah":  peer.Babbling,
		}[a[1]]
		p, err := peer.Listen(manner)
		if err != nil {
			return err
		}
		w.servers[a[0]] = &server{id: w.id(a[0]), port: p.Port(), peer: p, odd: manner != peer.Closing}
		return nil
	}},
	{`server lain <siapa> yang tidak mendengarkan`, func(w *World, a []string, _ [][]string) error {
		port, free, err := peer.Vacant()
		if err != nil {
			return err
		}
		w.atEnd = append(w.atEnd, free)
		w.servers[a[0]] = &server{id: w.id(a[0]), port: port}
		return nil
	}},
	{`<siapa> sudah menambahkan server <siapa>`, func(w *World, a []string, _ [][]string) error {
		r := w.askLate(w.user(a[0]), w.addServer(a[1])) // it may try the address first, and wait for one that says nothing
		if err := w.added(w.user(a[0]), r, a[1]); err != nil {
			return err
		}
		s := w.servers[a[1]]
		if w.over = s.odd && r.err == nil && r.Refused(); w.over || s.declined {
			return nil // it may try the address first
		}
		return blame("ADDSERVER-1", r)
	}},
	{`<siapa> sudah mengirim pesan <isi> kepada <siapa>`, func(w *World, a []string, _ [][]string) error {
		m, err := w.compose(a[0], a[2], a[1])
		if err != nil {
			return err
		}
		return blame(m.serves(), m.ask(w))
	}},
}

// prepare registers and logs in each role.
func (w *World) prepare(roles ...string) error {
	for _, role := range roles {
		u := w.user(role)
		if err := w.register(u); err != nil {
			return err
		}
		if err := w.login(u); err != nil {
			return err
		}
	}
	return nil
}

// prepareAll is prepare for many users: where nothing but register and auth is
// needed, all at once.
func (w *World) prepareAll(users []*user) error {
	home := w.run.Target.Dialect
	if len(home.Accounts) > 0 || home.RegisterOpens {
		for _, u := range users {
			if err := w.prepare(u.role); err != nil {
				return err
			}
		}
		return nil
	}
	for _, r := range w.askAll(users, func(u *user) string { return "register " + u.name + " " + u.password }) {
		if err := blame("REGISTER-1", r); err != nil {
			return err
		}
	}
	for i, r := range w.askAll(users, func(u *user) string { return "auth " + u.name + " " + u.password }) {
		users[i].in = r.err == nil && r.OK()
		if err := blame("AUTH-1", r); err != nil {
			return err
		}
	}
	return nil
}

// prepareAt is prepare for users of a server that may be the second one.
func (w *World) prepareAt(home *target.Target, roles ...string) error {
	for _, role := range roles {
		w.newUser(role, home)
	}
	return w.prepare(roles...)
}

func (w *World) createGroup(group string, members []string) string {
	names := make([]string, len(members))
	for i, role := range members {
		names[i] = w.user(role).name
	}
	return "creategroup " + w.id(group) + " " + strings.Join(names, ",")
}

func (w *World) addServer(role string) string {
	s := w.servers[role]
	return "addserver " + s.id + " 127.0.0.1 " + itoa(s.port)
}

// message is a `send` that is ready to go.
type message struct {
	sender  *user
	request string
	remote  bool // it goes to the other server, so that its answer may be late
}

// added counts the connections of another server when u added it: whether
// addserver tries the address is its own business, and where that saw no server
// of its kind it may refuse it.
func (w *World) added(u *user, r *reply, role string) (err error) {
	s := w.servers[role]
	if s == nil || s.peer == nil {
		return nil
	}
	before := s.seen
	if s.seen, err = s.peer.Settle(w.ctx); err != nil {
		return err
	}
	tried := s.seen-before > 1 // one is that of Settle
	s.declined = tried && u.in && r.err == nil && r.Refused()
	return nil
}

// missing is the reason of what cannot be judged of a server that was declined.
func (s *server) missing() error {
	return skip("addserver looks who answers at an address, and took none where no server does",
		"addserver memeriksa siapa yang menjawab di sebuah alamat, dan menolak alamat tanpa server")
}

// compose makes a message from one role to another, and adds it to the batch
// that "pesan itu" speaks of.
func (w *World) compose(from, to, body string) (message, error) {
	t := w.text(body, from, to)
	w.texts = append(w.texts, t)
	return w.addressed(w.user(from), w.user(to), t)
}

// addressed makes the message that sends a text to a user of either server.
func (w *World) addressed(sender, receiver *user, t *text) (message, error) {
	address, err := w.address(sender, receiver)
	return message{sender, "send " + address + " " + t.whole, sender.home != receiver.home}, err
}

// serves is the requirement that such a message is sent at all.
func (m message) serves() string {
	if m.remote {
		return "FEDERATION-1"
	}
	return "SEND-1"
}

func (m message) ask(w *World) *reply {
	if m.remote {
		return w.askLate(m.sender, m.request)
	}
	return w.ask(m.sender, m.request)
}
