package history

import (
	"slices"
	"sort"
	"time"
)

// reading is what reading an inbox does to it, an open point of SPEC.md.
type reading int

const (
	empties reading = iota // what was read is gone
	keeps                  // it stays
	apart                  // each session is shown everything once
)

// post is the mail of a history.
type post struct {
	letters  map[string]*Operation // by text
	boxes    []*box
	ops      []*Operation            // all of the history
	sessions map[*Operation]*sitting // in which each inbox was read
}

// sitting is one session, from its auth on.
type sitting struct{ began time.Duration }

// box is the inbox of one user.
type box struct {
	*post
	owner   string
	reads   []*Operation // answered OK, the earliest call first
	blind   []*Operation // reads without an answer
	due     []*Operation // letters that belong in it, answered OK, the earliest call first
	refused int          // letters that were answered ERROR
	tracks  []*track     // of the texts that it showed
	track   map[string]*track
}

// track is where one text showed in one inbox.
type track struct {
	letter *Operation
	seen   []seen // the earliest call first
}

type seen struct {
	read *Operation
	Sighting
}

func newPost(ops []*Operation) *post {
	p := &post{letters: map[string]*Operation{}, ops: ops, sessions: map[*Operation]*sitting{}}
	current := map[int]*sitting{} // of each client
	index := map[string]*box{}
	get := func(owner string) *box {
		b := index[owner]
		if b == nil {
			b = &box{post: p, owner: owner, track: map[string]*track{}}
			index[owner] = b
			p.boxes = append(p.boxes, b)
		}
		return b
	}
	for _, op := range ops {
		switch op.Kind {
		case Auth:
			if op.Outcome != Refused {
				current[op.Client] = &sitting{op.Call}
			}
		case Send, SendGroup:
			p.letters[op.Text] = op
			for _, owner := range op.To {
				b := get(owner)
				switch op.Outcome {
				case OK:
					b.due = append(b.due, op)
				case Refused:
					b.refused++
				}
			}
		case Inbox:
			b := get(op.Name)
			if current[op.Client] == nil {
				current[op.Client] = &sitting{began: -1}
			}
			p.sessions[op] = current[op.Client]
			switch op.Outcome {
			case OK:
				b.reads = append(b.reads, op)
			case Unknown:
				b.blind = append(b.blind, op)
			}
		}
	}
	for _, b := range p.boxes {
		for _, read := range b.reads {
			for _, s := range read.Shown {
				p.see(b, read, s)
			}
		}
	}
	return p
}

func (p *post) see(b *box, read *Operation, s Sighting) {
	t := b.track[s.Text]
	if t == nil {
		letter := p.letters[s.Text]
		if letter == nil {
			return // somebody else's
		}
		t = &track{letter: letter}
		b.track[s.Text] = t
		b.tracks = append(b.tracks, t)
	}
	t.seen = append(t.seen, seen{read, s})
}

// check judges all mail in the readings that explain it best: one for what went
// to users, one for what went to groups, which some inboxes keep alone.
func (p *post) check() []finding {
	found := slices.Concat(p.strays(), p.order())
	for _, kind := range []Kind{Send, SendGroup} {
		best, chosen := p.under(empties, kind), empties
		for _, r := range []reading{keeps, apart} {
			if found := p.under(r, kind); len(found) < len(best) {
				best, chosen = found, r
			}
		}
		found = append(found, best...)
		for i, f := range found {
			if f.ops[0].Kind == kind {
				found[i].reading = chosen
			}
		}
	}
	return found
}

// under finds what one reading does not allow with letters of one kind.
func (p *post) under(r reading, kind Kind) []finding {
	var found []finding
	for _, b := range p.boxes {
		missed := map[*Operation]bool{}
		for _, v := range b.views(r) {
			found = append(found, v.judge(r, kind, missed)...)
		}
	}
	return found
}

// strays finds what no reading allows.
func (p *post) strays() []finding {
	var found []finding
	for _, b := range p.boxes {
		found = append(found, b.strays()...)
	}
	return found
}

func (b *box) strays() []finding {
	var found []finding
	add := func(f fault, t *track, s seen) {
		found = append(found, finding{requirement: b.requirement(f, t.letter, s.read), fault: f, subject: b.owner, text: s.Text, ops: []*Operation{t.letter, s.read}})
	}
	for _, t := range b.tracks {
		once := func(f fault, is func(s seen) bool) {
			if i := slices.IndexFunc(t.seen, is); i >= 0 {
				add(f, t, t.seen[i])
			}
		}
		switch {
		case !slices.Contains(t.letter.To, b.owner) && !slices.Contains(t.letter.May, b.owner):
			add(misplaced, t, t.seen[0])
		case t.letter.Kind == Send && t.letter.Outcome == Refused:
			add(leaked, t, t.seen[0])
		default:
			once(early, func(s seen) bool { return s.read.before(t.letter) })
		}
		once(doubled, func(s seen) bool { return s.Copies > 1 })
	}
	return found
}

// requirement names what a fault with a letter breaks.
func (b *box) requirement(f fault, letter *Operation, reads ...*Operation) string {
	group := letter.Kind == SendGroup
	pick := func(direct, grouped string) string {
		if group {
			return grouped
		}
		return direct
	}
	switch f {
	case misplaced:
		return pick("SEND-6", "SENDGROUP-5")
	case leaked:
		return "SEND-10"
	case early:
		return "SEND-4"
	case disordered:
		return "SEND-13"
	}
	if b.raced(append(reads, letter)) {
		return "ROBUST-12"
	}
	switch f {
	case doubled:
		return pick("SEND-11", "SENDGROUP-8")
	case vanished:
		return "INBOX-4"
	default:
		return pick("SEND-4", "SENDGROUP-4")
	}
}

// raced tells whether another client asked anything during one of ops.
func (p *post) raced(ops []*Operation) bool {
	for _, op := range ops {
		if slices.ContainsFunc(p.ops, func(other *Operation) bool { return overlap(op, other) }) {
			return true
		}
	}
	return false
}

// view is an inbox as all of its sessions see it, or one of them.
type view struct {
	*box
	reads []*Operation
	since time.Duration     // what was sent before need not show, if it did elsewhere
	times map[string][]seen // where each text showed
}

func (b *box) views(r reading) []*view {
	index := map[*sitting]*view{}
	var views []*view
	of := func(read *Operation) *view {
		session := &sitting{began: -1}
		if r == apart {
			session = b.sessions[read]
		} else if len(views) > 0 {
			return views[0]
		}
		v := index[session]
		if v == nil {
			v = &view{box: b, since: session.began, times: map[string][]seen{}}
			index[session] = v
			views = append(views, v)
		}
		return v
	}
	for _, read := range b.reads {
		v := of(read)
		v.reads = append(v.reads, read)
	}
	for _, t := range b.tracks {
		if r != apart {
			views[0].times[t.letter.Text] = t.seen
			continue
		}
		for _, s := range t.seen {
			v := of(s.read)
			v.times[s.Text] = append(v.times[s.Text], s)
		}
	}
	return views
}

// judge finds what the reading does not allow. missed are the letters that an
// earlier view of the same inbox was judged to miss.
func (v *view) judge(r reading, kind Kind, missed map[*Operation]bool) []finding {
	var found []finding
	add := func(f fault, letter *Operation, reads ...*Operation) {
		found = append(found, finding{requirement: v.requirement(f, letter, reads...), fault: f, subject: v.owner, text: letter.Text, ops: append([]*Operation{letter}, reads...)})
	}
	for _, t := range v.tracks {
		times := v.times[t.letter.Text]
		switch {
		case len(times) == 0 || t.letter.Kind != kind:
		case r != keeps && len(times) > 1:
			add(doubled, t.letter, times[0].read, times[1].read)
		case r == keeps:
			if gone := v.gone(times); gone != nil {
				add(vanished, t.letter, times[0].read, gone)
			}
		}
	}
	var open []unseen
	for _, letter := range v.due {
		elsewhere := letter.Call <= v.since && v.track[letter.Text] != nil
		if letter.Kind != kind || len(v.times[letter.Text]) > 0 || elsewhere || missed[letter] {
			continue
		}
		u, ok := v.miss(letter)
		if !ok {
			continue
		}
		missed[letter] = true
		if r != keeps && slices.ContainsFunc(v.blind, func(blind *Operation) bool { return !u.ended.before(blind) }) {
			open = append(open, u)
		} else {
			add(lost, letter, u.ended)
		}
	}
	for _, u := range v.unexplained(open) {
		add(swallowed, u.letter, u.ended)
	}
	return found
}

// miss tells by which reads a letter that none showed had to show; not ok where
// no settled read says so. Once one has begun the letter is there, so every read
// that begins later had to show it too.
func (v *view) miss(letter *Operation) (u unseen, ok bool) {
	u.letter = letter
	i := sort.Search(len(v.reads), func(i int) bool { return v.reads[i].Call > letter.Return })
	for _, read := range v.reads[i:] {
		switch {
		case !ok && read.Settled:
			u.began, u.ended, ok = read, read, true
		case ok && read.Return < u.ended.Return:
			u.ended = read
		}
	}
	return u, ok
}

// gone is a read after one that showed the text, which does not show it.
func (v *view) gone(times []seen) *Operation {
	shown := times[0].read.Return
	for _, s := range times {
		shown = min(shown, s.read.Return)
	}
	after := sort.Search(len(v.reads), func(i int) bool { return v.reads[i].Call > shown })
	have := 0
	for _, s := range times {
		if s.read.Call > shown {
			have++
		}
	}
	if have == len(v.reads)-after {
		return nil
	}
	for _, read := range v.reads[after:] {
		if !slices.ContainsFunc(times, func(s seen) bool { return s.read == read }) {
			return read
		}
	}
	return nil
}
