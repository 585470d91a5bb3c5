package oracle

import (
	"bytes"
	"math"
	"path"
)

// mail is one message that was sent, and is known by its word.
type mail struct {
	word     string
	seq      int // in the order of sending
	text     []byte
	loose    bool // its text may arrive as another: it held bytes that a server need not take
	anywhere bool // nobody knows where it went
	refused  bool
	rule     *rules
	from     []*account
	group    *group // nil for a message to one user
	to       []*delivery
	read     bool   // an inbox was read since that it was not sent to
	escaped  []byte // its text as JSON has it; nil until asked for
}

// rules are the requirements that a kind of mail has to fulfil.
type rules struct{ arrives, whole, elsewhere, once, signed, order, refused string }

var (
	direct    = &rules{"SEND-4", "SEND-5", "SEND-6", "SEND-11", "SEND-12", "SEND-13", "SEND-10"}
	grouped   = &rules{"SENDGROUP-4", "SENDGROUP-7", "SENDGROUP-5", "SENDGROUP-8", "SEND-12", "SEND-13", "SEND-10"}
	federated = &rules{"FEDERATION-1", "FEDERATION-2", "FEDERATION-3", "FEDERATION-1", "SEND-12", "SEND-13", "SEND-10"}
)

// delivery is a mail on its way into a box.
type delivery struct {
	mail *mail
	box  *box
	sure bool // it has to arrive
	seen int  // in how many reads
	past bool // in a session that was before the present one
	sent int  // reads before it was sent
	hits int  // in the present read
	at   int  // where in the present read
}

// box is an inbox: that of an account, or of several whose names a server may
// take for one.
type box struct {
	owners     []*account
	deliveries []*delivery
	reads      int
	gap        bool // somebody may have read it unseen, now or later

	fileDue   bool // the file surely was sent here, and never showed
	fileShown bool // it did: a server may keep one of a name
	filesMost int  // how often it may have been sent here
	filesFrom []*account
	filesAt   int // reads before it was sent last
	fileRule  string
}

// renewed notes that a session began: what it shows of messages that were read
// in an earlier one is open.
func (b *box) renewed() {
	for _, d := range b.deliveries {
		d.past = d.seen > 0
	}
}

// waiting tells whether a message surely lies there that nobody saw.
func (b *box) waiting() bool {
	for _, d := range b.deliveries {
		if d.sure && d.seen == 0 && !b.gap {
			return true
		}
	}
	return false
}

// marked gives the word by which a text is found in inboxes: the first one, or
// the only one of its kind. It is nil if there is none.
func (m *Model) marked(text []byte) []byte {
	mark := []byte(m.facts.Mark)
	word, rest, _ := bytes.Cut(text, []byte(" "))
	for !bytes.HasPrefix(word, mark) {
		if len(rest) == 0 || bytes.Count(rest, mark) != 1 {
			return nil
		}
		word, rest, _ = bytes.Cut(rest, []byte(" "))
	}
	if len(word) != m.facts.Word {
		return nil
	}
	return word
}

// sent takes in a message to a user or a group that was sent, may have been, or
// was refused.
func (m *Model) sent(k *conn, q *request, sure tri) {
	word := m.marked(q.text)
	if word == nil {
		return // nothing by which it could be found
	}
	if old := m.mails[string(word)]; old != nil {
		old.anywhere = true // sent twice: nothing can be told apart
		return
	}
	l := &mail{
		word: string(word), text: bytes.Clone(q.text), loose: q.wild || q.long, rule: direct,
		from: k.senders(), refused: sure == no,
	}
	l.seq = len(m.order)
	m.mails[l.word] = l
	m.order = append(m.order, l)
	if sure == no {
		if q.command == sendgroup {
			l.group = m.groupOf(k.id.Server, q.words[0])
			l.anywhere = l.group != nil && l.group.loose // some of its members may have got it
		}
		return
	}
	if q.odd || q.wild || q.long || len(l.from) != 1 {
		sure = maybe
	}
	boxes, known := m.recipients(k, q, sure)
	l.anywhere = !known
	if q.command == sendgroup {
		l.rule, l.group = grouped, m.groupOf(k.id.Server, q.words[0])
	}
	all := make([]delivery, len(boxes))
	l.to = make([]*delivery, len(boxes))
	for i, r := range boxes {
		if r.remote {
			l.rule = federated
		}
		all[i] = delivery{mail: l, box: r.box, sure: r.sure, sent: r.box.reads}
		l.to[i] = &all[i]
		r.box.deliveries = append(r.box.deliveries, l.to[i])
	}
}

func (m *Model) sentFile(k *conn, q *request, sure tri) {
	if m.facts.File == "" || string(q.words[1]) != m.facts.File || k.id.Server != 0 {
		return
	}
	if q.odd || len(k.senders()) != 1 {
		sure = maybe
	}
	boxes, known := m.recipients(k, q, sure)
	m.filesAnywhere = m.filesAnywhere || !known
	for _, r := range boxes {
		r.box.filesMost++
		if g := m.groupOf(k.id.Server, q.words[0]); q.command == sendfilegroup && g != nil && g.repeats {
			r.box.filesMost = math.MaxInt32
		}
		r.box.filesFrom = append(r.box.filesFrom, k.senders()...)
		r.box.fileRule = areas[q.command] + "-4"
		if r.remote {
			r.box.fileRule = "FEDERATION-5"
		}
		if r.sure && !r.box.fileShown {
			r.box.fileDue = true
			r.box.filesAt = r.box.reads
		}
	}
}

type recipient struct {
	box    *box
	sure   bool
	remote bool
}

// recipients are the boxes into which a request sends. They are not known where
// the address has a form that a server may read in several ways.
func (m *Model) recipients(k *conn, q *request, sure tri) (boxes []recipient, known bool) {
	srv := k.id.Server
	if q.command == send || q.command == sendfile {
		to := parseAddress(q.words[0])
		own, other := m.facts.IDs[srv], m.facts.IDs[1-srv]
		remote := other != "" && string(to.id) == other
		switch {
		case to.odd || !to.plain && !remote && (own == "" || string(to.id) != own):
			return nil, false
		case remote:
			srv = 1 - srv
		}
		a := m.account(srv, to.user)
		return []recipient{{a.box, sure == yes && a.alone() && a.exists == yes, remote}}, true
	}
	g := m.groupOf(srv, q.words[0])
	// A request that nobody waited for may come after the group was made.
	if g == nil || g.loose || g.mixed || sure == maybe && g.exists != yes {
		return nil, false
	}
	add := func(a *account, sure bool) {
		for i := range boxes {
			if boxes[i].box == a.box {
				boxes[i].sure = boxes[i].sure && sure
				return
			}
		}
		boxes = append(boxes, recipient{a.box, sure, false})
	}
	for _, a := range m.names { // in a fixed order
		if t, listed := g.members[a]; listed {
			add(a, sure == yes && t == yes && a.alone() && !k.may(a))
		}
	}
	for _, a := range append(k.senders(), g.creator...) {
		if a != nil { // "the sender gets a copy, or not", "the creator becomes a member, or only when listed"
			add(a, false)
		}
	}
	return boxes, true
}

// Awaited tells whether something that has to be in the inbox of the user was
// not seen there yet: messages show "at once, or shortly after".
func (m *Model) Awaited(srv int, user string) bool {
	a := m.servers[srv].accounts[user]
	return a != nil && a.alone() && (a.box.waiting() || a.box.fileDue && !a.box.gap)
}

// Lost gives the first thing that was sent and never showed, in an inbox that
// was read since. Ask when the wait for it is over.
func (m *Model) Lost() *Verdict {
	for _, l := range m.order {
		for _, d := range l.to {
			if b := d.box; d.sure && d.seen == 0 && !l.anywhere && !b.gap && len(b.owners) == 1 && b.reads > d.sent {
				return m.lost(b, l)
			}
		}
	}
	for _, a := range m.names {
		if b := a.box; b.fileDue && !b.gap && len(b.owners) == 1 && b.reads > b.filesAt {
			return m.fileLost(b)
		}
	}
	return nil
}

// Readers lists the users of a server who may have an inbox, with the password
// that opens it where it is known.
func (m *Model) Readers(srv int) (users, passwords []string) {
	for _, a := range m.names {
		if a.server == srv && a.exists == yes && a.alone() && len(a.passwords) == 1 && a.passwords[0].sure {
			users, passwords = append(users, a.name), append(passwords, a.passwords[0].text)
		}
	}
	return users, passwords
}

func (m *Model) fileName() string { return path.Base(m.facts.File) }
