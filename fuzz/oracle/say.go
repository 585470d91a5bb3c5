package oracle

import (
	"bytes"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// This file puts verdicts into words, and names the requirement as precisely as
// the session shows it.

var (
	text      = verdict.Textf
	wantOK    = text(`a result with "status": "OK"`, `result dengan "status": "OK"`)
	wantERROR = text(`a result with "status": "ERROR" and a message in "data"`, `result dengan "status": "ERROR" dan pesan kesalahan di "data"`)
	orClosed  = text("or the connection closed", "atau koneksi ditutup")
)

func say(requirement, rule string, kind Kind, message verdict.Text, expected ...verdict.Text) *Verdict {
	return &Verdict{
		Requirement: requirement, Rule: rule, Kind: kind,
		Failure: verdict.Failure{Message: message, Expected: expected, Caret: -1},
	}
}

// shorten keeps a request readable in a sentence.
func shorten(line []byte) string {
	if len(line) > 120 {
		return string(line[:100]) + "…"
	}
	return string(line)
}

// accepted: OK, where an ERROR was due.
func (m *Model) accepted(k *conn, rule string, q *request) *Verdict {
	id := rule
	var g *group
	if q.command == sendgroup || q.command == sendfilegroup {
		g = m.groupOf(k.id.Server, q.words[0])
	}
	hint, also := verdict.Text{}, ""
	switch {
	case needsNoSession(rule):
	case (rule == "SENDGROUP-6" || rule == "SENDFILEGROUP-6") && g != nil && g.refusals > 0:
		id = "CREATEGROUP-8"
	case rule == "AUTH-3" && m.replaced(k, q):
		id = "REGISTER-5"
		hint = text("A register that was refused changed the password.", "Register yang ditolak mengganti password.")
	case rule == "LOGOUT-2" && k.loggedOut:
		id = "LOGOUT-6"
	case !withoutSession(rule):
	case k.loggedOut:
		id = "LOGOUT-3"
	case k.failed:
		id = "AUTH-5"
	case m.othersIn(k) && (q.command == inbox || q.command == logout):
		id, also = "WIRE-9", rule
	case m.othersIn(k):
		also = "WIRE-9"
	}
	v := say(id, rule, Accepted, text("the server accepted %q, which had to be refused", "server menerima %q, yang harus ditolak", shorten(q.line)), wantERROR)
	if k.loggedOut && withoutSession(rule) {
		v.Failure.Expected = append(v.Failure.Expected, orClosed)
	}
	v.Failure.Hint, v.Also = hint, also
	return v
}

func needsNoSession(rule string) bool { return rule == "WIRE-6" }

// withoutSession tells whether a rule says that there has to be a session.
func withoutSession(rule string) bool {
	switch rule {
	case "LOGOUT-2", "INBOX-2", "SEND-3", "SENDGROUP-3", "SENDFILE-3", "CREATEGROUP-3", "ADDSERVER-3", "CONNECT-3", "SENDFILEGROUP-3":
		return true
	}
	return false
}

// replaced tells whether a password is that of a refused register.
func (m *Model) replaced(k *conn, q *request) bool {
	for _, p := range m.account(k.id.Server, q.words[0]).refused {
		if p == string(q.words[1]) {
			return true
		}
	}
	return false
}

// refused: ERROR, where OK was due.
func (m *Model) refused(k *conn, rule string, q *request) *Verdict {
	id := rule
	switch q.command {
	case auth:
		a := m.account(k.id.Server, q.words[0])
		switch {
		case len(a.refused) > 0:
			id = "REGISTER-5"
		case a.loggedOut:
			id = "LOGOUT-4"
		case a.sessions == 0:
			id = "REGISTER-3"
		}
	case sendgroup, sendfilegroup:
		if g := m.groupOf(k.id.Server, q.words[0]); g != nil && g.refusals > 0 {
			id = "CREATEGROUP-6"
		}
	case creategroup:
		if g := m.groupOf(k.id.Server, q.words[0]); g != nil && g.refusals > 0 {
			id = "CREATEGROUP-8"
		}
	case send:
		if a := m.account(k.id.Server, parseAddress(q.words[0]).user); rule == "SEND-1" && !m.present(a) {
			id = "SEND-7"
		}
	}
	also := ""
	if q.command != register && q.command != auth { // what can end a session
		switch {
		case k.witness:
			id, also = "LOGOUT-5", "WIRE-9"
		case k.erred:
			also = "WIRE-8"
		case k.meddled:
			also = "WIRE-9"
		}
	}
	if id == "CONNECT-1" {
		also = "ADDSERVER-6"
	}
	v := say(id, rule, Refused, text("the server refused %q, which had to succeed", "server menolak %q, yang harus berhasil", shorten(q.line)), wantOK)
	v.Also = also
	return v
}

// present tells whether the user may be logged in somewhere.
func (m *Model) present(a *account) bool {
	for _, k := range m.conns {
		if k.may(a) {
			return true
		}
	}
	return false
}

func (m *Model) words(q *request) *Verdict {
	return say("WIRE-6", "WIRE-6", Words, text("the answer to the unknown request %q has other words", "jawaban atas request tak dikenal %q memakai kata lain", shorten(q.line)),
		text(`"data": "request tidak dikenali", to the letter`, `"data": "request tidak dikenali", tepat seperti itu`))
}

func (m *Model) empty(q *request) *Verdict {
	id := areas[q.command] + "-1"
	return say(id, id, Empty, text("the answer to %q is OK, but data says nothing", "jawaban atas %q OK, tetapi data kosong", shorten(q.line)),
		text("data that is not empty", "data yang terisi"))
}

func (m *Model) token() *Verdict {
	return say("AUTH-7", "AUTH-7", Token, text("two sessions got the same token", "dua session mendapat token yang sama"),
		text("a token of its own for each session", "token tersendiri untuk setiap session"))
}

func (m *Model) silent(k *conn, q *request) *Verdict {
	v := say("WIRE-7", "WIRE-7", Silent, text("%q got no answer; the connection stayed open", "%q tidak dijawab; koneksi tetap terbuka", shorten(q.line)),
		text("one result for each request", "satu result untuk setiap request"))
	v.Also = m.due(k, q)
	if k.erred {
		v.Also = "WIRE-8"
	}
	return v
}

// due is the requirement that says what the result of a request had to be; ""
// where that is open.
func (m *Model) due(k *conn, q *request) string {
	switch {
	case k.loggedOut && len(k.who) == 1 && k.who[0] == nil && q.command == auth:
		return "LOGOUT-4"
	case k.loggedOut && len(k.who) == 1 && k.who[0] == nil:
		return "LOGOUT-3"
	case len(bytes.TrimSpace(q.line)) == 0:
		return ""
	case q.command == unknown:
		return "WIRE-6"
	}
	return m.want(k, k.who[len(k.who)-1], q).id
}

func (m *Model) closed(k *conn, q *request) *Verdict {
	id := "WIRE-7"
	if k.erred {
		id = "WIRE-8"
	}
	v := say(id, "WIRE-7", Closed, text("the server ended the connection instead of answering %q", "server mengakhiri koneksi, bukannya menjawab %q", shorten(q.line)),
		text("one result for each request", "satu result untuk setiap request"))
	if !k.erred {
		v.Also = m.due(k, q)
	}
	return v
}

func (m *Model) leaked(b *box, l *mail) *Verdict {
	rule, id := l.rule.elsewhere, l.rule.elsewhere
	switch {
	case l.refused:
		rule, id = l.rule.refused, l.rule.refused
	case l.group != nil:
		for _, a := range l.group.refused {
			if a.box == b {
				id = "CREATEGROUP-6"
			}
		}
	case b.owners[0].server == 1 || l.from[0].server == 1:
		id = "FEDERATION-3"
	}
	v := say(id, rule, Leaked, text("the inbox of %s shows a message that was not delivered to it: %q", "inbox %s memuat pesan yang tidak dikirim kepadanya: %q", b.owners[0].name, shorten(l.text)),
		text("only messages that were sent to this user, and accepted", "hanya pesan yang dikirim kepada user ini dan diterima"))
	if !l.refused {
		v.Also = "INBOX-5"
	}
	return v
}

func (m *Model) doubled(d *delivery, class Class) *Verdict {
	rule := d.mail.rule.once
	v := say(rule, rule, Doubled, text("a message shows more than once: %q", "sebuah pesan tampak lebih dari sekali: %q", shorten(d.mail.text)),
		text("each message once", "setiap pesan satu kali"))
	if v.Class = class; class == Inconsistent {
		v.Failure.Hint = text("Reading emptied the inbox before, and this message had been read already.", "Sebelumnya pembacaan mengosongkan inbox, dan pesan ini sudah pernah dibaca.")
	}
	return v
}

func (m *Model) vanished(b *box, d *delivery) *Verdict {
	v := say("INBOX-4", "INBOX-4", Lost, text("a message that the inbox of %s showed before is gone: %q", "pesan yang tadinya ada di inbox %s hilang: %q", b.owners[0].name, shorten(d.mail.text)),
		text("all messages, as before", "semua pesan, seperti sebelumnya"))
	v.Class = Inconsistent
	v.Failure.Hint = text("Reading did not empty the inbox before.", "Sebelumnya pembacaan tidak mengosongkan inbox.")
	return v
}

func (m *Model) lost(b *box, l *mail) *Verdict {
	rule, id := l.rule.arrives, l.rule.arrives
	switch {
	case l.group != nil && l.group.refusals > 0:
		id = "CREATEGROUP-6"
	case l.rule == federated && b.owners[0].server == 0:
		id = "FEDERATION-7"
	}
	v := say(id, rule, Lost, text("a message that was accepted never shows in the inbox of %s: %q", "pesan yang diterima server tidak pernah tampak di inbox %s: %q", b.owners[0].name, shorten(l.text)),
		text("the message, at once or shortly after", "pesan itu, langsung atau sesaat kemudian"))
	v.Also = "INBOX-4"
	switch {
	case len(b.owners[0].refused) > 0:
		v.Requirement, v.Also = "REGISTER-5", id
	case l.read:
		v.Also = "INBOX-6"
	}
	return v
}

func (m *Model) changed(l *mail) *Verdict {
	rule, id, also := l.rule.whole, l.rule.whole, ""
	if !ordinary(l.text) && !bytes.Contains(l.text, []byte("  ")) {
		also = "WIRE-12"
	}
	switch {
	case l.rule != direct:
	case len(l.text) >= 4000:
		id = "SEND-16"
	case !ordinary(l.text):
		id = "SEND-14"
	}
	v := say(id, rule, Changed, text("a message arrived with another text", "sebuah pesan sampai dengan isi yang berubah"),
		text("%q", "%q", shorten(l.text)))
	v.Also = also
	return v
}

// ordinary tells whether a text is words of ASCII with single spaces.
func ordinary(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return !bytes.Contains(b, []byte("  "))
}

func (m *Model) unsigned(l *mail) *Verdict {
	return say(l.rule.signed, l.rule.signed, Unsigned, text("the inbox does not show %s as the sender of %q", "inbox tidak menyebut %s sebagai pengirim %q", l.from[0].name, shorten(l.text)),
		text("the name of the sender with the message", "nama pengirim bersama pesannya"))
}

func (m *Model) disordered(first, second *mail) *Verdict {
	return say(first.rule.order, first.rule.order, Disordered, text("messages of one sender show in another order: %q before %q", "pesan dari satu pengirim tampak dengan urutan lain: %q sebelum %q", shorten(first.text), shorten(second.text)),
		text("the order in which they were sent, or its reverse, the same way always", "urutan pengiriman, atau kebalikannya, selalu sama"))
}

func (m *Model) unnamed(q *request, g *group) *Verdict {
	return say("SENDGROUP-9", "SENDGROUP-9", Unnamed, text("the answer to %q does not name all members", "jawaban atas %q tidak menyebut semua anggota", shorten(q.line)),
		text("data that names the members of the group", "data yang menyebut anggota grup"))
}

func (m *Model) fileLost(b *box) *Verdict {
	return say(b.fileRule, "SENDFILE-4", Lost, text("a file that was sent never shows in the inbox of %s", "file yang dikirim tidak pernah tampak di inbox %s", b.owners[0].name),
		text("the name of the file", "nama file itu"))
}

func (m *Model) tooManyFiles(b *box) *Verdict {
	if b.filesMost == 0 {
		return say("SENDFILEGROUP-5", "SENDFILEGROUP-5", Leaked, text("the inbox of %s shows a file that was not sent to it", "inbox %s memuat file yang tidak dikirim kepadanya", b.owners[0].name),
			text("no file", "tidak ada file"))
	}
	return say("SENDFILEGROUP-7", "SENDFILEGROUP-7", Doubled, text("the inbox of %s shows a file more often than it was sent", "inbox %s memuat file lebih sering daripada dikirim", b.owners[0].name),
		text("the file once, each time it was sent", "file itu satu kali, setiap kali dikirim"))
}

func (m *Model) fileUnsigned(b *box) *Verdict {
	id := "SENDFILE-5"
	if b.fileRule == "SENDFILEGROUP-4" {
		id = "SENDFILEGROUP-8"
	}
	return say(id, "SENDFILE-5", Unsigned, text("the inbox of %s does not show who sent the file", "inbox %s tidak menyebut pengirim file", b.owners[0].name),
		text("the name of the sender with the file", "nama pengirim bersama filenya"))
}
