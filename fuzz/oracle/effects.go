package oracle

import (
	"bytes"
	"slices"
)

// Answered judges a result and takes it in. After a verdict the model is of no
// more use: nothing is known any more.
func (m *Model) Answered(c Conn, line []byte, r *Result) *Verdict {
	k, q := m.conn(c), m.parse(line)
	fit := m.fit[:0]
	var wrong *Verdict
	for _, who := range k.who {
		if v := m.judge(k, who, &q, r); v == nil {
			fit = append(fit, who)
		} else if wrong == nil || who != nil {
			wrong = v
		}
	}
	if len(fit) == 0 {
		return k.blame(wrong)
	}
	if len(fit) < len(k.who) {
		k.who, k.doubt = slices.Clone(fit), wrong // the result told who it is
	}
	m.fit = fit
	k.erred = r.Refused
	if q.wild { // nobody knows what the server made of it
		m.unclear(k, &q)
		return nil
	}
	if r.Refused {
		m.turnedDown(k, &q)
		return nil
	}
	if q.command == unknown || q.n < parameters[q.command] {
		return nil
	}
	if q.command != inbox && empty(r.Data) {
		return m.empty(&q)
	}
	return m.done(k, &q, r)
}

// blame decides which of two results is wrong that contradict each other: the
// one that told who is logged in, or the one that says otherwise now. The
// earlier, as a rule: it was taken for right only because it could be.
func (k *conn) blame(now *Verdict) *Verdict {
	if k.doubt == nil {
		return now
	}
	v := *k.doubt
	v.Class = Inconsistent
	v.Failure.Hint = text("A later result on the same connection contradicts this one.", "Result berikutnya pada koneksi yang sama bertentangan dengan ini.")
	return &v
}

// Unanswered judges that no result came and the connection was closed, or, if
// silent, stayed open. The request may have happened, or may yet.
func (m *Model) Unanswered(c Conn, line []byte, silent bool) *Verdict {
	k, q := m.conn(c), m.parse(line)
	switch {
	case q.wild || q.long: // "a longer line may get any answer or a close"
	case silent:
		return m.silent(k, &q)
	case !k.loggedOut && !k.replaced: // "after logout: the connection stays, or it is closed"; so where another session ended this one
		return m.closed(k, &q)
	}
	m.unclear(k, &q)
	return nil
}

// Unread notes a request whose result nobody waited for.
func (m *Model) Unread(c Conn, line []byte) {
	q := m.parse(line)
	m.unclear(m.conn(c), &q)
}

// unclear takes in a request that may have happened: as it stands, or as it
// reads to a server to which more than a space separates words.
func (m *Model) unclear(k *conn, q *request) {
	m.perhaps(k, q)
	if q.wild {
		other := m.parse(separated(q.line))
		other.odd, other.wild = true, true
		m.perhaps(k, &other)
	}
}

// turnedDown is what an ERROR means: nothing happened, and some requests are
// refused for one reason only.
func (m *Model) turnedDown(k *conn, q *request) {
	if q.n < parameters[q.command] {
		return
	}
	srv := k.id.Server
	switch q.command {
	case auth:
		a := m.account(srv, q.words[0])
		a.failures++
		m.meddle(k)
		k.failed = true
		if a.right(q.words[1]) != yes {
			k.add(nil) // "a second auth in a session": one that fails may end it
		}
	case register:
		a := m.account(srv, q.words[0])
		a.refused = append(a.refused, string(q.words[1]))
		if a.exists == maybe && a.plain && a.alone() && m.plainPassword(srv, q.words[1]) && !q.odd && !q.folded && !q.wild && len(k.who) == 1 && k.who[0] == nil {
			a.exists = yes // taken
		}
	case send, sendgroup:
		if s := m.other(srv, parseAddress(q.words[0]).id, false); s != nil && len(k.who) == 1 && s.owner == k.who[0] && !q.odd {
			s.apart = true
		}
		if q.command == send && m.beyond(k, q) { // whoever waits in vain for the other server has to say ERROR, and cannot know
			m.sent(k, q, maybe)
			break
		}
		m.sent(k, q, no)
	case sendfile:
		if m.beyond(k, q) {
			m.sentFile(k, q, maybe)
		}
	case addserver:
		if s := m.other(srv, q.words[0], false); s != nil {
			s.owner = nil
		}
	case connect:
		if s := m.other(srv, q.words[0], false); s != nil {
			s.declined = len(k.who) == 1 && s.owner == k.who[0] && !q.odd
		}
	case creategroup:
		g := m.group(srv, q.words[0])
		g.refusals++
		members, _, _ := m.list(srv, q.words[1])
		g.refused = append(g.refused, members...)
	}
}

// done is what an OK means.
func (m *Model) done(k *conn, q *request, r *Result) *Verdict {
	srv := k.id.Server
	switch q.command {
	case auth:
		return m.loggedIn(k, q, r)
	case logout:
		m.loggedOut(k)
	case register:
		a := m.account(srv, q.words[0])
		a.exists = yes
		a.passwords = variants(q)
		k.add(a) // "registering also logs in, or not"
		k.opened = a
	case send, sendgroup:
		m.sent(k, q, yes)
		if q.command == sendgroup {
			return m.names9(k, q, r)
		}
	case sendfile, sendfilegroup:
		m.sentFile(k, q, yes)
	case inbox:
		return m.read(k, q, r)
	case creategroup:
		m.created(k, q, yes)
	case addserver:
		s := m.other(srv, q.words[0], true)
		s.port, s.apart, s.connected, s.declined, s.owner = string(q.words[2]), false, false, false, nil
		if len(k.who) == 1 && !q.odd {
			s.owner = k.who[0]
		}
	case connect:
		if s := m.other(srv, q.words[0], false); s != nil {
			s.connected = true
		}
	}
	return nil
}

// beyond tells whether a message of a user goes to the other server, on a link
// that was made here or, perhaps, in a session beside this one.
func (m *Model) beyond(k *conn, q *request) bool {
	to := parseAddress(q.words[0])
	s := m.other(k.id.Server, to.id, false)
	return (!m.facts.Alone || s != nil && s.connected) && len(to.id) > 0 && string(to.id) == m.facts.IDs[1-k.id.Server] && !slices.Contains(k.who, nil)
}

// acquainted gives what who did to link the servers, if it has to work: who
// added the other server, which knows this one.
func (m *Model) acquainted(who *account) *known {
	if !m.facts.Alone {
		return nil
	}
	there, here := m.other(who.server, []byte(m.facts.IDs[1-who.server]), false), m.other(1-who.server, []byte(m.facts.IDs[who.server]), false)
	if there == nil || here == nil || here.owner == nil || there.owner != who || there.mixed || here.mixed {
		return nil
	}
	return there
}

// other finds the server of an id that somebody added; make makes it.
func (m *Model) other(srv int, id []byte, make bool) *known {
	all, class := m.servers[srv].known, spelling(id)
	s := all[class]
	if s == nil && make {
		s = &known{spelt: string(id)}
		all[class] = s
	}
	if s != nil {
		s.mixed = s.mixed || s.spelt != string(id)
	}
	return s
}

// perhaps is what a request means that may have happened, or may yet.
func (m *Model) perhaps(k *conn, q *request) {
	if q.n < parameters[q.command] {
		return
	}
	srv := k.id.Server
	switch q.command {
	case auth:
		a := m.account(srv, q.words[0])
		a.dangling = true
		m.othersOf(k, a)
		k.add(nil)
		k.add(a)
	case register:
		a := m.account(srv, q.words[0])
		a.dangling = true
		if a.exists != yes {
			a.exists = maybe
			for _, p := range variants(q) {
				a.passwords = append(a.passwords, password{p.text, false})
			}
		}
	case send, sendgroup:
		m.sent(k, q, maybe)
	case sendfile, sendfilegroup:
		m.sentFile(k, q, maybe)
	case inbox:
		for _, a := range k.who {
			if a != nil {
				a.box.gap = true
			}
		}
	case creategroup:
		m.created(k, q, maybe)
	case logout:
		for _, a := range k.who {
			if a != nil {
				m.othersOf(k, a)
			}
		}
		k.add(nil)
	case addserver, connect:
		s := m.other(srv, q.words[0], true)
		s.port, s.connected, s.owner = "", true, nil // nothing is asked of it any more
	}
}

// variants are the passwords that a register may have set: "the last parameter
// may hold spaces", or what follows is ignored.
func variants(q *request) []password {
	first := string(q.words[1])
	if !q.odd && !q.wild {
		return []password{{first, true}}
	}
	all := []password{{first, false}}
	if i := bytes.Index(q.line, q.words[1]); i >= 0 {
		all = append(all, password{string(q.line[i:]), false})
	}
	return all
}

func (m *Model) loggedIn(k *conn, q *request, r *Result) *Verdict {
	a := m.account(k.id.Server, q.words[0])
	again := k.may(a)
	a.exists = yes
	if !q.odd {
		a.passwords = []password{{string(q.words[1]), true}}
	}
	a.sessions++
	a.failures = 0
	a.box.renewed()
	m.othersOf(k, a) // a newer session may end the older
	k.become(a)
	k.replaced = false
	for _, o := range a.box.owners {
		if o.exists != no {
			k.add(o)
		}
	}
	m.meddle(k)
	k.failed, k.witness, k.meddled = false, false, false
	tokens := m.tokens[k.id.Server] // another server may well count from one, too
	if at, seen := tokens[string(r.Data)]; seen && !(again && at == k.id) {
		return m.token()
	}
	tokens[string(r.Data)] = k.id
	return nil
}

// othersOf makes it possible that other sessions of the user have ended, and
// their connections with them.
func (m *Model) othersOf(k *conn, a *account) {
	for _, o := range m.conns {
		if o != k && o.id.Server == a.server && slices.ContainsFunc(a.box.owners, o.may) {
			o.add(nil)
			o.replaced = true
		}
	}
}

func (m *Model) loggedOut(k *conn) {
	for _, a := range k.who {
		if a != nil {
			a.loggedOut = true
			m.othersOf(k, a)
		}
	}
	for _, o := range m.conns {
		if o != k && o.id.Server == k.id.Server {
			o.witness = true
		}
	}
	k.become(nil)
	k.loggedOut, k.failed = true, false
}

// group finds or makes the group of an id.
func (m *Model) group(srv int, id []byte) *group {
	g := m.groupOf(srv, id)
	if g == nil {
		g = &group{plain: m.plainName(srv, id), spelt: string(id), members: map[*account]tri{}}
		class := spelling(id)
		m.servers[srv].groups[class] = g
		if b := m.servers[srv].boxes[class]; b != nil {
			for _, a := range b.owners {
				a.grouped = true
			}
		}
	}
	return g
}

// groupOf finds the group of an id; nil where nobody spoke of it. In another
// spelling it may or may not be the same.
func (m *Model) groupOf(srv int, id []byte) *group {
	g := m.servers[srv].groups[spelling(id)]
	if g != nil {
		g.mixed = g.mixed || g.spelt != string(id)
	}
	return g
}

func (m *Model) created(k *conn, q *request, sure tri) {
	g := m.group(k.id.Server, q.words[0])
	members, _, odd := m.list(k.id.Server, q.words[1])
	if g.exists != no || g.mixed || odd || q.odd || q.wild {
		sure = min(sure, maybe)
	}
	g.loose = g.loose || g.mixed || q.odd || q.wild || bytes.ContainsAny(q.words[1], listSigns)
	for i, a := range members {
		g.members[a] = max(g.members[a], sure)
		g.repeats = g.repeats || slices.Contains(members[:i], a)
	}
	g.exists = max(g.exists, sure)
	g.creator = append(g.creator, k.who...)
}

// senders are those who may be speaking on k. The list is not to be changed.
func (k *conn) senders() []*account {
	if !slices.Contains(k.who, nil) {
		return k.who[:len(k.who):len(k.who)] // which changes by giving way to another
	}
	return slices.DeleteFunc(slices.Clone(k.who), func(a *account) bool { return a == nil })
}
