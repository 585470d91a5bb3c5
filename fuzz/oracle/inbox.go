package oracle

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/session"
)

// read judges what an inbox shows. Words that stand nowhere else are looked for
// in the bytes as they came; only where these do not settle it is data decoded,
// and package session asked, which knows every shape that data may have.
func (m *Model) read(k *conn, q *request, r *Result) *Verdict {
	readers := k.senders()
	for _, a := range readers {
		if len(readers) < len(k.who) || a.box != readers[0].box { // nobody knows whose inbox that is
			for _, a := range readers {
				a.box.gap = true
			}
			return nil
		}
	}
	if len(readers) == 0 {
		return nil // of a request that a server need not take
	}
	b := readers[0].box
	b.reads++
	data := &shown{raw: r.Data}
	if bytes.Contains(data.raw, []byte(`\u0039`)) { // a server that escapes even what needs none
		data.raw, _ = json.Marshal(data.value())
	}
	hits, v := m.hits(b, data)
	if v == nil {
		v = m.again(b, data, hits)
	}
	if v == nil {
		v = m.contents(b, data, hits)
	}
	if v == nil {
		v = m.sequence(data, hits)
	}
	if v == nil && m.facts.File != "" {
		v = m.files(b, data)
	}
	for _, d := range hits {
		d.seen++
		d.hits = 0
	}
	for _, l := range m.order {
		l.read = l.read || !slices.ContainsFunc(l.to, func(d *delivery) bool { return d.box == b })
	}
	return v
}

// shown is the data of an inbox, decoded when somebody asks.
type shown struct {
	raw     []byte
	decoded any
}

func (s *shown) value() any {
	if s.decoded == nil {
		dec := json.NewDecoder(bytes.NewReader(s.raw))
		dec.UseNumber()
		_ = dec.Decode(&s.decoded) // valid, or it would not be here
	}
	return s.decoded
}

// lists tells, without decoding, that data is a list and that two places in it
// lie in different elements: then their order is that of the list.
func (s *shown) lists(a, b int) bool {
	if s.raw[0] != '[' {
		return false
	}
	first, last := min(a, b), max(a, b)
	for p := skip(s.raw, 1); p < first; p = skip(s.raw, p) {
		end := value(s.raw, p)
		if end > first {
			return last >= end
		}
		if p = skip(s.raw, end); s.raw[p] == ',' {
			p++
		}
	}
	return false
}

// hits finds the messages that data shows. SEND-6, SENDGROUP-5, FEDERATION-3,
// INBOX-5: none that was sent to others; SEND-10: none that was refused;
// SEND-11, SENDGROUP-8: each once.
func (m *Model) hits(b *box, data *shown) (hits []*delivery, v *Verdict) {
	mark := []byte(m.facts.Mark)
	for p := 0; ; {
		i := bytes.Index(data.raw[p:], mark)
		if i < 0 || p+i+m.facts.Word > len(data.raw) {
			break
		}
		at := p + i
		p = at + m.facts.Word
		l := m.mails[string(data.raw[at:p])]
		if l == nil || l.anywhere {
			continue
		}
		d := l.in(b)
		if d == nil {
			return hits, m.leaked(b, l)
		}
		if d.hits++; d.hits == 1 {
			d.at = at
			hits = append(hits, d)
		}
	}
	for _, d := range hits {
		if d.hits > 1 && !d.mail.repeats() && session.Copies(data.value(), d.mail.word) > 1 {
			return hits, m.doubled(d, Broken)
		}
	}
	return hits, nil
}

// repeats tells whether some may get the message more than once.
func (l *mail) repeats() bool { return l.group != nil && l.group.repeats }

func (l *mail) in(b *box) *delivery {
	for _, d := range l.to {
		if d.box == b {
			return d
		}
	}
	return nil
}

// again narrows whether reading empties the inbox, and judges against what the
// server showed before in the same session. INBOX-4, SEND-11. Messages to a user
// and to a group may be kept in different ways.
func (m *Model) again(b *box, data *shown, hits []*delivery) *Verdict {
	if len(b.owners) > 1 {
		return nil
	}
	for _, d := range b.deliveries {
		if d.seen == 0 || d.past {
			continue
		}
		empties, shown := m.empties[d.mail.rule]
		switch {
		case !shown && d.hits > 0:
			m.empties[d.mail.rule] = no
		case !shown:
			m.empties[d.mail.rule] = yes
		case d.hits > 0 && empties == yes:
			return m.doubled(d, Inconsistent)
		case d.hits == 0 && empties == no:
			return m.vanished(b, d)
		}
	}
	return nil
}

// contents judges each message that shows for the first time. SEND-5, SEND-14,
// SEND-16, SENDGROUP-7, FEDERATION-2, WIRE-12: its text is whole; SEND-12: its
// sender shows.
func (m *Model) contents(b *box, data *shown, hits []*delivery) *Verdict {
	for _, d := range hits {
		if d.seen > 0 {
			continue
		}
		l := d.mail
		m.count(l.rule.arrives)
		m.count(l.rule.whole)
		m.count(l.rule.once)
		if !l.loose && !bytes.Contains(data.raw, l.text) && !bytes.Contains(data.raw, l.json()) && !session.Contains(data.value(), string(l.text)) {
			return m.changed(l)
		}
		if len(l.from) == 1 && l.from[0].plain && l.from[0].alone() {
			m.count(l.rule.signed)
			if !m.signed(l, data) {
				return m.unsigned(l)
			}
		}
	}
	return nil
}

// json is the text as most servers encode it.
func (l *mail) json() []byte {
	if l.escaped == nil {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(string(l.text)) // into memory, a string: cannot fail
		l.escaped = b.Bytes()[1 : b.Len()-2]
	}
	return l.escaped
}

// signed tells whether data connects the message with its sender.
func (m *Model) signed(l *mail, data *shown) bool {
	sender := l.from[0].name
	if m.beside(l, data.raw) {
		return true
	}
	others := false
	var names []string
	for _, a := range m.names {
		if a.named(l.from) {
			names = append(names, a.name)
			others = others || a != l.from[0] && bytes.Contains(data.raw, []byte(a.name))
		}
	}
	if !others && bytes.Contains(data.raw, []byte(sender)) {
		return true
	}
	return slices.ContainsFunc(session.Attributed(data.value(), l.word, names), func(n string) bool { return n == sender })
}

// beside is the quick way of signed: the braces around the message hold the name
// of its sender, and of nobody else.
func (m *Model) beside(l *mail, raw []byte) bool {
	at := bytes.Index(raw, []byte(l.word))
	if at < 0 {
		return false
	}
	from, to := bytes.LastIndexByte(raw[:at], '{'), bytes.IndexByte(raw[at:], '}')
	if from < 0 || to < 0 {
		return false
	}
	part := raw[from : at+to]
	for _, a := range m.names {
		if a.named(l.from) && bytes.Contains(part, []byte(a.name)) != (a == l.from[0]) {
			return false
		}
	}
	return true
}

// sequence judges that messages of one sender to one user or group keep their
// order: oldest or newest first, the same way always. SEND-13.
func (m *Model) sequence(data *shown, hits []*delivery) *Verdict {
	for i, d := range hits {
		for _, e := range hits[i+1:] {
			if !d.comparable(e) {
				continue
			}
			newest := no
			if d.mail.seq > e.mail.seq {
				newest = yes
			}
			m.count(d.mail.rule.order)
			if m.unsorted || newest == m.newest {
				break
			}
			known, listed := true, data.lists(d.at, e.at)
			if !listed {
				var order []int
				order, known = session.Order(data.value(), []string{d.mail.word, e.mail.word})
				listed = known && (order[0] == 0) == (d.at < e.at)
			}
			switch {
			case !known:
				m.unsorted = true
			case !listed: // keys that were sorted, not events
			case m.newest == maybe:
				m.newest = newest
			default:
				return m.disordered(d.mail, e.mail)
			}
			break
		}
	}
	return nil
}

// comparable tells whether the order of two messages tells something: what was
// read before may stand behind what was not.
func (d *delivery) comparable(e *delivery) bool {
	return !d.box.gap && (d.seen > 0) == (e.seen > 0) && d.mail.rule != federated && d.sure && e.sure && len(d.mail.from) == 1 && len(e.mail.from) == 1 &&
		d.mail.from[0] == e.mail.from[0] && d.mail.group == e.mail.group && d.mail.rule == e.mail.rule
}

// files judges what the inbox shows of the one file that can be sent.
// SENDFILE-4, SENDFILE-5, SENDFILEGROUP-4, -5, -7, -8, INBOX-5. A file that was
// sent again may replace the first, or get a name that tells them apart.
func (m *Model) files(b *box, data *shown) *Verdict {
	name := m.fileName()
	stem := strings.TrimSuffix(name, path.Ext(name))
	if !bytes.Contains(data.raw, []byte(stem)) && !strings.ContainsFunc(name, func(r rune) bool { return r > '~' }) {
		return nil
	}
	n := session.CopiesByLine(data.value(), name)
	if n > 0 || b.filesMost > 1 && session.Contains(data.value(), stem) {
		b.fileDue, b.fileShown = false, true
	}
	switch {
	case n == 0 || len(b.owners) > 1 || m.filesAnywhere:
		return nil
	case n > b.filesMost:
		return m.tooManyFiles(b)
	}
	m.count(b.fileRule)
	sent := func(by string) bool {
		return slices.ContainsFunc(b.filesFrom, func(a *account) bool { return a.name == by })
	}
	var names []string
	for _, a := range m.names {
		if a.named(b.filesFrom) && (a.name != b.owners[0].name || sent(a.name)) { // it lies in a folder of its owner's name, perhaps
			names = append(names, a.name)
		}
	}
	for _, found := range session.Attributed(data.value(), name, names) {
		if sent(found) {
			return nil
		}
	}
	if slices.ContainsFunc(b.filesFrom, func(a *account) bool { return !a.plain || !a.alone() }) {
		return nil
	}
	return m.fileUnsigned(b)
}

// names9 judges that the answer to sendgroup names the members, the sender and
// the creator aside. SENDGROUP-9.
func (m *Model) names9(k *conn, q *request, r *Result) *Verdict {
	g := m.groupOf(k.id.Server, q.words[0])
	if g == nil || g.exists != yes || g.mixed {
		return nil
	}
	m.count("SENDGROUP-9")
	for a, sure := range g.members {
		if sure == yes && a.plain && a.alone() && !k.may(a) && !slices.Contains(g.creator, a) && !bytes.Contains(r.Data, []byte(a.name)) &&
			!session.Mentions((&shown{raw: r.Data}).value(), a.name) {
			return m.unnamed(q, g)
		}
	}
	return nil
}
