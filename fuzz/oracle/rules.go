package oracle

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/protokol-chat/chatspec/harness/session"
)

// want is which results a rule allows, and the requirement that the other
// would break.
type want struct {
	ok, no bool
	id     string
}

var open = want{ok: true, no: true} // the specification leaves it open

func must(id string) want   { return want{ok: true, id: id} }
func refuse(id string) want { return want{no: true, id: id} }

// judge tells what is wrong with a result for somebody logged in as who (nil:
// nobody); nil where it is allowed.
func (m *Model) judge(k *conn, who *account, q *request, r *Result) *Verdict {
	switch {
	case q.wild || q.long: // ROBUST-4 to ROBUST-7 ask that the server lives on, and nothing of the result
		return nil
	case len(bytes.TrimSpace(q.line)) == 0: // "an empty line: answered (with any ERROR), skipped"
		if r.OK {
			return m.accepted(k, "WIRE-6", q)
		}
		return nil
	case q.command == unknown:
		return m.unrecognized(k, who, q, r)
	}
	w := m.want(k, who, q)
	if w == open && q.command == addserver && m.vacant(who, q) && (r.OK || exact(r.Data)) {
		w = must("ADDSERVER-1") // a server may refuse the address, and say so: not that it knows no such request
	}
	m.count(w.id)
	if q.odd || q.folded || q.blank || len(q.text) > longText {
		w.no = true // "surplus parameters", "letter case of a command", "the longest message"
	}
	switch {
	case r.OK && !w.ok:
		return m.accepted(k, w.id, q)
	case r.Refused && !w.no:
		return m.refused(k, w.id, q)
	}
	return nil
}

// count notes that a requirement is judged.
func (m *Model) count(id string) {
	if m.facts.Judged != nil && id != "" {
		m.facts.Judged[id]++
	}
}

// WIRE-6: an unknown request is answered with ERROR and exactly "request tidak
// dikenali"; before auth perhaps with the remark that one has to log in.
func (m *Model) unrecognized(k *conn, who *account, q *request, r *Result) *Verdict {
	switch {
	case bytes.IndexByte([]byte("[\"'"), q.line[0]) >= 0: // "brackets"; quotes as a shell has them
		return nil
	case r.OK:
		return m.accepted(k, "WIRE-6", q)
	case who == nil || q.odd:
		return nil
	}
	m.count("WIRE-6")
	if exact(r.Data) {
		return nil
	}
	return m.words(q)
}

// exact tells whether data is the fixed message. An object or a list may hold
// it.
func exact(data []byte) bool {
	if string(data) == unrecognized {
		return true
	}
	text := unrecognized[1 : len(unrecognized)-1]
	switch value := (&shown{raw: data}).value().(type) {
	case string:
		return value == text
	default:
		return session.Contains(value, text)
	}
}

// want gives the rule for a request of the eleven.
func (m *Model) want(k *conn, who *account, q *request) want {
	area := areas[q.command]
	needsSession := q.command != auth && q.command != register
	switch {
	case q.missing(): // AUTH-2, REGISTER-2, SEND-2, … whatever is checked first
		return refuse(area + "-2")
	case needsSession && who == nil:
		if q.command == logout || q.command == inbox {
			return refuse(area + "-2") // LOGOUT-2, INBOX-2
		}
		return refuse(area + "-3") // SEND-3, SENDGROUP-3, …
	case q.n < parameters[q.command] || q.blank && q.command.text():
		return open // a parameter of nothing, or of spaces
	}
	switch q.command {
	case auth:
		return m.wantAuth(k, who, q)
	case register:
		return m.wantRegister(k, who, q)
	case logout:
		return must("LOGOUT-1")
	case inbox:
		if who.box.waiting() {
			return must("INBOX-1")
		}
		return must("INBOX-3")
	case send:
		return m.wantAddress(who, q, "SEND-1", "SEND-8", "SEND-9")
	case sendfile:
		return m.resent(k, q, both(m.wantFile(k, q.words[1], "SENDFILE-1", "SENDFILE-8", "SENDFILE-9"),
			m.wantAddress(who, q, "SENDFILE-1", "SENDFILE-6", "SENDFILE-7")))
	case sendgroup:
		return m.wantGroup(who, q, "SENDGROUP-1", "SENDGROUP-6")
	case sendfilegroup:
		return m.resent(k, q, both(m.wantFile(k, q.words[1], "SENDFILEGROUP-1", "SENDFILEGROUP-9", "SENDFILEGROUP-10"),
			m.wantGroup(who, q, "SENDFILEGROUP-1", "SENDFILEGROUP-6")))
	case creategroup:
		return m.wantCreate(who, q)
	case addserver:
		return m.wantAddServer(q)
	default:
		return m.wantConnect(who, q)
	}
}

// both is OK only where each is, and an ERROR where one is.
func both(a, b want) want {
	switch {
	case !a.ok:
		return a
	case !b.ok:
		return b
	}
	return want{ok: true, no: a.no || b.no, id: a.id}
}

// patience is how many wrong passwords every server bears before it refuses the
// right one for a while.
const patience = 3

func (m *Model) wantAuth(k *conn, who *account, q *request) want {
	a := m.account(k.id.Server, q.words[0])
	right := a.right(q.words[1])
	for _, o := range a.box.owners { // "letter case counts or not"
		if o != a && o.exists != no && o.right(q.words[1]) != no {
			return open
		}
	}
	switch {
	case m.absent(a):
		return refuse("AUTH-4")
	case a.exists != yes && !m.ours(q.words[0]):
		return open
	case right == no && a.alone() || right == no && a.exists == yes:
		for _, p := range a.passwords {
			if bytes.HasPrefix([]byte(p.text), q.words[1]) || bytes.HasPrefix(q.words[1], []byte(p.text)) {
				return refuse("AUTH-6")
			}
		}
		return refuse("AUTH-3")
	case right == yes && a.exists == yes && a.alone() && who == nil && !m.elsewhere(k, a) && a.failures < patience:
		return must("AUTH-1")
	}
	return open // "several sessions of one user", "a second auth in a session"
}

func (m *Model) wantRegister(k *conn, who *account, q *request) want {
	a := m.account(k.id.Server, q.words[0])
	switch {
	case a.exists == yes:
		return refuse("REGISTER-4")
	case a.exists == no && a.alone() && a.plain && m.plainPassword(k.id.Server, q.words[1]) && who == nil:
		return must("REGISTER-1") // REGISTER-6 too
	}
	return open // "names and passwords: any characters and lengths"
}

func (m *Model) wantAddress(who *account, q *request, fine, noUser, noServer string) want {
	to := parseAddress(q.words[0])
	own, other := m.facts.IDs[who.server], m.facts.IDs[1-who.server]
	switch {
	case to.odd:
		return open // "brackets around an address"
	case to.plain || own != "" && string(to.id) == own:
		a := m.account(who.server, to.user)
		switch {
		case m.absent(a):
			return refuse(noUser)
		case to.plain: // "`user` without `@`: a local user, ERROR"
			return open
		case a.exists == yes && a.alone() && a.plain:
			if a == who && q.command == send {
				return must("SEND-15")
			}
			return must(fine)
		}
		return open
	case other != "" && string(to.id) == other:
		a := m.account(1-who.server, to.user)
		if m.absent(a) {
			return refuse("FEDERATION-4")
		}
		if s := m.acquainted(who); s != nil && q.command == send && a.exists == yes && a.alone() && a.plain {
			switch {
			case !s.connected && !s.declined:
			case who.server == 1:
				return must("FEDERATION-7")
			case s.declined: // perhaps they were linked before: then a message gets through
				return must("CONNECT-1")
			default:
				return must("FEDERATION-1")
			}
		}
		return open
	case own == "" || bytes.EqualFold(to.id, []byte(own)) || bytes.EqualFold(to.id, []byte(other)):
		return open // "how a server names itself"
	}
	switch s := m.other(who.server, to.id, false); {
	case s == nil && !m.ours(to.id):
		return open
	case s == nil:
		return refuse(noServer)
	case !s.connected && !s.mixed:
		return refuse("FEDERATION-6")
	}
	return open
}

// wantFile judges the file name: the server's own, one that holds a word which
// stands nowhere else, or one that leads away.
func (m *Model) wantFile(k *conn, name []byte, fine, missing, outside string) want {
	switch {
	case m.facts.File != "" && k.id.Server == 0 && string(name) == m.facts.File:
		return must(fine)
	case leaves(name):
		if m.facts.File != "" && path.Base(string(name)) == m.fileName() {
			return open // without its folders it is one that may be sent
		}
		return refuse(outside)
	case path.Clean(string(name)) == ".": // a folder is no file
		return refuse(missing)
	case bytes.Contains(name, []byte(m.facts.Mark)):
		return refuse(missing)
	}
	return open
}

// resent takes from w that a file has to be taken which the addressee has
// already, or which is the sender's own: a server may keep one of a name.
func (m *Model) resent(k *conn, q *request, w want) want {
	if !w.ok || w.no {
		return w
	}
	if boxes, known := m.recipients(k, q, maybe); known {
		for _, r := range boxes {
			w.no = w.no || r.box.filesMost > 0 || q.command == sendfile && k.may(r.box.owners[0])
		}
	}
	return w
}

// leaves tells whether a name leads out of the folder that it is looked for in,
// as it stands or once every "../" was taken out of it.
func leaves(name []byte) bool {
	slashed := strings.ReplaceAll(string(name), `\`, "/")
	return leadsOut(slashed) || leadsOut(strings.ReplaceAll(slashed, "../", ""))
}

func leadsOut(name string) bool {
	clean := path.Clean(name)
	return clean[0] == '/' || clean == ".." || strings.HasPrefix(clean, "../")
}

func (m *Model) wantGroup(who *account, q *request, fine, noGroup string) want {
	g := m.groupOf(who.server, q.words[0])
	switch {
	case g == nil && !m.plainName(who.server, q.words[0]) || !m.ours(q.words[0]) || g != nil && g.mixed:
		return open
	case g == nil || g.exists == no:
		return refuse(noGroup)
	case g.exists == yes && g.plain && g.members[who] == yes && len(g.creator) == 1 && g.creator[0] == who:
		return must(fine)
	}
	return open // "who may send to a group: anybody, members only, its creator only"
}

func (m *Model) wantCreate(who *account, q *request) want {
	g := m.groupOf(who.server, q.words[0])
	if g != nil && g.exists == yes && !g.mixed {
		return refuse("CREATEGROUP-5")
	}
	members, unknown, odd := m.list(who.server, q.words[1])
	switch {
	case unknown:
		return refuse("CREATEGROUP-7")
	// "how many members a group needs": three at most
	case odd || len(members) < 3 || g != nil && (g.exists == maybe || g.mixed) || !m.plainName(who.server, q.words[0]):
		return open
	case !slices.Contains(members, who): // "the creator of a group": may have to be listed
		return open
	}
	return must("CREATEGROUP-1")
}

// listSigns make a member something else than a name, in some readings.
const listSigns = "@[]\"'"

// list reads a list of members: those who are registered; whether one surely is
// not; whether the list has a form that need not be taken, or a member that may
// or may not be.
func (m *Model) list(srv int, list []byte) (members []*account, unknown, odd bool) {
	for name := range bytes.SplitSeq(list, []byte(",")) {
		if len(name) == 0 || bytes.ContainsAny(name, listSigns) {
			odd = true // "brackets around a list", "members on other servers"
			continue
		}
		a := m.account(srv, name)
		switch {
		case m.absent(a):
			unknown = true
		case a.exists != yes || !a.alone() || !a.plain:
			odd = true
		}
		for _, listed := range members {
			odd = odd || listed == a
		}
		members = append(members, a)
	}
	return members, unknown, odd
}

func (m *Model) wantAddServer(q *request) want {
	ip, port := q.words[1], q.words[2]
	switch {
	case badPort(port):
		return refuse("ADDSERVER-4")
	case badIP(ip):
		return refuse("ADDSERVER-5")
	}
	// "the same id added again: OK, ERROR", "a host name as address: taken,
	// refused"; where nobody listens, or who was added under another id, a server
	// may refuse as well.
	return open
}

// vacant tells whether a server with a fine name is added at the address where
// nobody listens.
func (m *Model) vacant(who *account, q *request) bool {
	return m.plainName(who.server, q.words[0]) && string(q.words[1]) == "127.0.0.1" && string(q.words[2]) == m.facts.Vacant
}

func (m *Model) isServer(id []byte) bool {
	return bytes.EqualFold(id, []byte(m.facts.IDs[0])) || bytes.EqualFold(id, []byte(m.facts.IDs[1]))
}

func (m *Model) wantConnect(who *account, q *request) want {
	s := m.other(who.server, q.words[0], false)
	switch {
	case s != nil && s == m.acquainted(who) && s.apart && !s.connected && !s.declined:
		return must("CONNECT-1")
	case m.isServer(q.words[0]) || !m.plainName(who.server, q.words[0]) || s != nil && s.mixed:
		return open // "connect: only opens a connection, or also asks the other end who it is"
	case s == nil:
		return refuse("CONNECT-5")
	case m.facts.Vacant != "" && s.port == m.facts.Vacant:
		return refuse("CONNECT-6")
	}
	return open
}

// badPort tells whether b is none in any notation.
func badPort(b []byte) bool {
	if n, err := strconv.Atoi(string(b)); err == nil && b[0] != '+' {
		return n < 1 || n > 65535
	}
	return bytes.ContainsAny(b, "ghijklmnpqrstuvw") // letters that are no digits in any notation
}

// badIP tells whether b can be neither an address nor the name of a host.
func badIP(b []byte) bool { return bytes.ContainsAny(b, "!*$%&/") }
