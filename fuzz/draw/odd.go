package draw

import (
	"strings"

	"github.com/protokol-chat/chatspec/fuzz/script"
)

// body draws the text of a message behind its word: mostly a few words, now and
// then something from the awkward corners. It never names a user of the
// session, so that a name in an inbox is the sender's or the addressee's.
func (d *drawer) body() string {
	if d.chance(60) {
		return pick(d, plainBodies)
	}
	body := evenly(d, awkwardBodies)
	if d.chance(30) {
		body += pick(d, []string{" ", "  ", ""}) + pick(d, awkwardBodies)
	}
	if d.chance(30) {
		body += " akhir"
	}
	return body
}

var plainBodies = []string{
	"halo", "apa kabar?", "besok jam tujuh pagi di depan kelas", "ya", "sampai nanti, jangan lupa membawa buku", "satu dua tiga empat lima",
	"lalu ketik inbox dan logout", "1", "2024-01-01 10:00",
}

var awkwardBodies = []string{
	`kata "kutip" dan 'petik'`, `jalur C:\temp\n dan \u0041`, `\`, `"`, `\"`, `{"status": "OK", "data": ["x"]}`, `[1,2`, "dua  spasi   tiga",
	"tanya a@b, c, [d]; ok?", "@", ",", "a,b@c", "<b>tebal</b> &amp; &", "100% %s %d {0} $HOME `ls`", "'; DROP TABLE users; --",
	"é è ñ ü ß ø", "Привет 你好 مرحبا", "😀 👩‍👩‍👧 🇮🇩", "e\u0301 combining", "\u202eterbalik\u202c", "\ufeffBOM", "lebar\u00a0tetap\u3000x",
	"ｆｕｌｌ", "İıſK", "\U0001f468\u200d\U0001f4bb", "OK", "ERROR", "null", "true", "request tidak dikenali", "satu|dua;tiga:empat", `\r\n\r\n`, `\r\n`, "kamar # 2 // kiri -- sana", "0", "-1", "1e9",
	strings.Repeat("panjang ", 40), strings.Repeat("é", 300), strings.Repeat("x", 1000), strings.Repeat("abcdefgh ", 453), // 4 KiB with the word in front
}

// missing leaves out parameters, in a session or not.
func (d *drawer) missing() {
	c := 1 + d.n(conns)
	first := script.Ref(script.User, d.user())
	switch command := pick(d, []string{"auth", "register", "send", "sendgroup", "sendfile", "sendfilegroup", "creategroup", "addserver", "connect"}); {
	case d.chance(50):
		d.raw(c, script.Lit(command))
	case command == "addserver":
		d.add(c, command, script.Ref(script.Server, servers[0]), script.Lit("127.0.0.1"))
	case command != "connect":
		d.add(c, command, first)
	}
}

// namesake registers a user whose name begins with that of another, and sends
// to that one.
func (d *drawer) namesake() {
	u := d.user()
	if u == nobody || !d.menu.Addresses {
		return
	}
	d.raw(d.quiet(), script.Lit("register "), script.Ref(script.User, u), script.Lit("x "), script.Ref(script.Password, u))
	d.add(d.someone(), "send", script.Ref(script.Address, u), d.word(), script.Lit("hanya untuk satu"))
}

// nearly draws a request with one thing wrong or unusual about it.
func (d *drawer) nearly() {
	c := d.someone()
	u, other := d.user(), d.user()
	user, password := script.Ref(script.User, u), script.Ref(script.Password, u)
	sp := script.Lit(" ")
	switch d.even(26) {
	case 0: // a parameter missing
		d.raw(c, script.Lit(pick(d, []string{"auth", "register", "send", "sendgroup", "sendfile", "sendfilegroup", "creategroup", "addserver", "connect"})))
	case 1:
		d.raw(c, script.Lit(pick(d, []string{"auth ", "send ", "sendfile ", "sendgroup ", "creategroup ", "addserver "})), user)
	case 2:
		d.add(d.quiet(), "register", script.Ref(script.User, pick(d, users)))
	case 3:
		d.add(c, "addserver", script.Ref(script.Server, servers[0]), script.Lit("127.0.0.1"))
	case 4: // surplus parameters
		if d.chance(30) {
			d.raw(c, script.Lit("inbox "), user)
			return
		}
		d.raw(c, script.Lit(pick(d, []string{"inbox x", "connect {} y", "inbox 1 2 3"})))
	case 5:
		q := d.quiet()
		d.raw(q, script.Lit(pick(d, []string{"auth ", "register "})), user, sp, password, script.Lit(" lagi"))
	case 6: // spaces
		d.raw(c, script.Lit("send  "), script.Ref(script.Address, u), sp, d.word(), script.Lit(" dua spasi"))
	case 7:
		d.raw(c, script.Lit("send "), script.Ref(script.Address, u), script.Lit("  "), d.word(), script.Lit(" spasi di depan"))
	case 8:
		d.raw(c, script.Lit("send "), script.Ref(script.Address, u), sp, d.word(), script.Lit(" spasi di belakang  "))
	case 9:
		d.raw(c, script.Lit(pick(d, []string{" inbox", "inbox ", "  inbox  "})))
	case 10: // addresses
		if d.menu.Own {
			d.raw(c, script.Lit("send "), user, script.Lit("@"), script.Ref(script.Self, ""), script.Lit("@"), user, sp, d.word(), script.Lit(" dua @"))
		}
	case 11:
		d.raw(c, script.Lit("send "), user, sp, d.word(), script.Lit(" tanpa @"))
	case 12:
		d.raw(c, script.Lit("send ["), script.Ref(script.Address, u), script.Lit("] "), d.word(), script.Lit(" kurung"))
	case 13, 14:
		if d.menu.Own {
			d.raw(c, script.Lit(pick(d, []string{"send ", "sendfile "})), user, script.Lit("@"), script.Ref(script.Server, "zebra"), sp, d.word(), script.Lit(" entah"))
		}
	case 15: // names that need not be taken
		q := d.quiet()
		name := pick(d, []string{"é", "_", "-", ".", "O'", "名", "x@", "a,", "\""})
		d.raw(q, script.Lit("register "+name), user, sp, password)
		d.raw(q, script.Lit("auth "+name), user, sp, password)
		if d.chance(50) {
			d.raw(c, script.Lit("send "+name), script.Ref(script.Address, u), sp, d.word(), script.Lit(" nama aneh"))
		}
	case 16:
		d.raw(d.quiet(), script.Lit("register "), script.Ref(script.Upper, u), sp, password)
	case 17: // lists
		d.raw(c, script.Lit("creategroup "), script.Ref(script.Group, pick(d, groups)), sp, user, script.Lit(","), user, script.Lit(","), script.Ref(script.User, other))
	case 18:
		d.raw(c, script.Lit("creategroup "), script.Ref(script.Group, pick(d, groups)), script.Lit(" ["), user, script.Lit(","), script.Ref(script.User, other), script.Lit("]"))
	case 19: // letter case of a command
		d.raw(c, script.Lit(pick(d, []string{"INBOX", "Inbox", "LOGIN"})))
	case 20, 21: // what an error may quote
		quote := script.Lit(pick(d, []string{`"`, `\`, `"\`, `\u00"`}))
		d.raw(c, pick(d, [][]script.Part{
			{script.Lit("sendgroup "), script.Ref(script.Group, noGroup), quote, sp, d.word()},
			{script.Lit("sendfilegroup "), script.Ref(script.Group, noGroup), quote, sp, script.Lit("tidakada.txt")},
			{script.Lit("auth "), script.Ref(script.User, nobody), quote, sp, password},
			{script.Lit("send "), script.Ref(script.User, nobody), quote, script.Ref(script.Address, u), sp, d.word()},
			{script.Lit("connect "), script.Ref(script.Server, servers[0]), quote},
			{script.Lit("creategroup "), script.Ref(script.Group, pick(d, groups)), sp, script.Ref(script.User, nobody), quote},
		})...)
	case 22: // the beginning of a name
		d.raw(c, script.Lit("sendgroup "), script.Ref(script.Group, pick(d, groups)), script.Lit("x "), d.word(), script.Lit(" grup lain"))
	case 23: // what a text may begin with
		d.raw(c, script.Lit("send "), script.Ref(script.Address, u), sp, script.Lit(pick(d, []string{"send ", "inbox ", "logout ", ":", ": ", "/", "#", "exit ", "-", "{"})), d.word(), script.Lit(" "+d.body()))
	case 24: // nobody, and what every object of JavaScript knows
		if d.menu.Own {
			d.raw(c, script.Lit(pick(d, []string{"send @", "send constructor@"})), script.Ref(script.Self, ""), sp, d.word(), script.Lit(" siapa"))
		}
	case 25:
		d.raw(c, pick(d, [][]script.Part{
			{script.Lit("sendgroup constructor "), d.word()},
			{script.Lit("sendgroup __proto__ "), d.word()},
			{script.Lit("connect constructor")},
			{script.Lit("creategroup "), script.Ref(script.Group, pick(d, groups)), script.Lit(" constructor,"), script.Ref(script.User, other)},
		})...)
	}
}

// rude draws what no client should do, where the session may hold it.
func (d *drawer) rude() {
	c := 1 + d.n(conns)
	if !d.rough {
		if c := d.busy(); c != 0 && d.menu.Pipes && d.chance(40) {
			d.say(script.Conn{N: c}, script.Blank, script.Lit("inbox"))
		}
		return
	}
	on := script.Conn{N: c}
	lit := func(how script.How, text string) {
		d.say(on, how, script.Lit(text))
		d.state.in[c] = ""
	}
	switch d.n(9) {
	case 0:
		lit(script.Raw, pick(d, []string{"sen", "inbox", "auth a", "\x00", "\r", "{\"", "register "}))
	case 1:
		lit(script.Whole, pick(d, []string{"\xff\xfe", "send \xc3\x28 x", "inbox\xa0", "\xe2\x82"}))
	case 2:
		lit(script.Whole, pick(d, []string{"\x00", "inbox\x00", "send a\x00b c", "\x00\x00\x00"}))
	case 3:
		lit(script.Whole, pick(d, []string{"\x1b[2J", "inbox\t", "send\ta\tb", "a\rb", "\x7f", "\x01"}))
	case 4:
		d.say(on, script.Whole, script.Lit("send x "), script.Ref(script.Fill, pick(d, []string{"9000", "70000", "70000", "1100000"})))
		d.state.in[c] = ""
	case 5:
		d.s.Steps = append(d.s.Steps, script.Step{On: on, How: script.Left})
		d.state.in[c] = ""
	case 6, 7: // dropped in the middle of something that may have happened
		if b := d.busy(); b != 0 {
			how := []script.How{script.Dropped, script.Reset, script.Half}[d.n(3)]
			d.say(script.Conn{N: b}, how, script.Lit("send "), d.address(), script.Lit(" "), d.word(), script.Lit(" putus"))
			d.state.in[b] = ""
		}
	case 8:
		if c := d.busy(); c != 0 && d.menu.Pipes {
			d.say(script.Conn{N: c}, script.Blank, script.Lit("inbox"))
		}
	}
}

// link has the two servers know each other, and connects the first to the
// second.
func (d *drawer) link() {
	there := script.Conn{Peer: true, N: 1}
	on := func(c script.Conn, parts ...script.Part) { d.say(c, script.Whole, parts...) }
	sp := script.Lit(" ")
	on(there, script.Lit("register "), script.Ref(script.User, "paman"), sp, script.Ref(script.Password, "paman"))
	on(there, script.Lit("auth "), script.Ref(script.User, "paman"), sp, script.Ref(script.Password, "paman"))
	on(there, script.Lit("addserver "), script.Ref(script.Self, ""), sp, script.Ref(script.SelfIP, ""), sp, script.Ref(script.SelfPort, ""))
	d.away = d.chance(30)
	if d.away { // somebody who is not there
		on(there, script.Lit("register "), script.Ref(script.User, "bibi"), sp, script.Ref(script.Password, "bibi"))
	}
	if d.chance(30) { // a namesake on this side
		on(script.Conn{N: d.quiet()}, script.Lit("register "), script.Ref(script.User, "paman"), sp, script.Ref(script.Password, "paman"))
	}
	c := script.Conn{N: d.someone()}
	on(c, script.Lit("addserver "), script.Ref(script.Peer, ""), sp, script.Ref(script.PeerIP, ""), sp, script.Ref(script.PeerPort, ""))
	if d.chance(30) {
		on(script.Conn{N: d.quiet()}, script.Lit("connect "), script.Ref(script.Peer, ""))
	}
	on(c, script.Lit("connect "), script.Ref(script.Peer, ""))
	if d.back = d.chance(50); d.back { // the other way round
		on(there, script.Lit("connect "), script.Ref(script.Self, ""))
	}
	on(c, script.Lit("send "), script.Ref(script.User, "paman"), script.Lit("@"), script.Ref(script.Peer, ""), sp, d.word(), script.Lit(" salam dari jauh"))
}

// abroad does something with the second server.
func (d *drawer) abroad() {
	there, sp := script.Conn{Peer: true, N: 1}, script.Lit(" ")
	c := d.someone()
	to := pick(d, []string{"paman", "paman", "paman", nobody})
	if d.away && d.chance(40) {
		to = "bibi"
	}
	switch d.even(8) {
	case 7:
		d.raw(c, script.Lit("send "), script.Ref(script.User, to), script.Lit("@"), script.Ref(script.Peer, ""), script.Lit(" send "), d.word(), script.Lit(" "+d.body()))
	case 6: // a server that is not known, whose id begins with that of one that is
		d.raw(c, script.Lit("send "), script.Ref(script.User, to), script.Lit("@"), script.Ref(script.Peer, ""), script.Lit("x "), d.word(), script.Lit(" "+d.body()))
	case 5:
		d.raw(c, script.Lit("send "), script.Ref(script.CutUser, "paman"), script.Lit("@"), script.Ref(script.Peer, ""), sp, d.word(), script.Lit(" "+d.body()))
	case 0, 1:
		d.raw(c, script.Lit("send "), script.Ref(script.User, to), script.Lit("@"), script.Ref(script.Peer, ""), sp, d.word(), script.Lit(" "+d.body()))
	case 2:
		d.say(there, script.Whole, script.Lit("inbox"))
	case 4:
		if d.back && len(d.state.registered) > 0 {
			d.say(there, script.Whole, script.Lit("send "), script.Ref(script.User, pick(d, d.state.registered)), script.Lit("@"), script.Ref(script.Self, ""), sp, d.word(), script.Lit(" "+d.body()))
		}
	case 3:
		if d.menu.File {
			d.raw(c, script.Lit("sendfile "), script.Ref(script.User, to), script.Lit("@"), script.Ref(script.Peer, ""), sp, script.Ref(script.File, ""))
		}
	}
}
