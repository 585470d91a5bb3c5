package history

import (
	"cmp"
	"slices"
	"time"
)

// order finds where one sender's messages change places (SEND-13): within one
// read, where a server has the oldest first or the newest, the same way always,
// and from one read to the next. Within a read only what no other read showed
// earlier is compared: an inbox that marks what was read may sort it apart.
func (p *post) order() []finding {
	var found []finding
	type run struct {
		b    *box
		read *Operation
		ops  []*Operation // as the read ranks them
	}
	var rising, falling []run
	add := func(runs ...run) {
		var ops []*Operation
		for _, r := range runs {
			ops = append(append(ops, r.ops...), r.read)
		}
		found = append(found, finding{requirement: "SEND-13", fault: disordered, subject: runs[0].b.owner, text: runs[0].ops[0].Text, ops: ops})
	}
	for _, b := range p.boxes {
		for _, read := range b.reads {
			for _, ops := range b.ranked(read) {
				r := run{b, read, ops}
				switch byCall := func(a, b *Operation) int { return cmp.Compare(a.Call, b.Call) }; {
				case len(ops) < 2:
				case slices.IsSortedFunc(ops, byCall):
					rising = append(rising, r)
				case slices.IsSortedFunc(ops, func(a, b *Operation) int { return byCall(b, a) }):
					falling = append(falling, r)
				default:
					add(r)
				}
			}
		}
		found = append(found, b.overtaken()...)
	}
	few, many := rising, falling
	if len(few) > len(many) {
		few, many = many, few
	}
	for _, r := range few {
		if usual := slices.IndexFunc(many, func(o run) bool { return o.b == r.b }); usual >= 0 {
			add(r, many[usual])
		} else {
			add(r)
		}
	}
	return found
}

// ranked gives the letters of each sender that a read was the first to show, in
// the order in which it shows them.
func (b *box) ranked(read *Operation) map[int][]*Operation {
	ranks := map[string]int{}
	runs := map[int][]*Operation{}
	for _, s := range read.Shown {
		t := b.track[s.Text]
		if t == nil || s.Rank < 0 || t.letter.Kind != Send || t.letter.Outcome != OK || t.seen[0].read != read {
			continue
		}
		if len(t.seen) > 1 && t.seen[1].read.Call <= read.Return {
			continue
		}
		ranks[s.Text] = s.Rank
		runs[t.letter.Client] = append(runs[t.letter.Client], t.letter)
	}
	for _, run := range runs {
		slices.SortFunc(run, func(a, b *Operation) int { return ranks[a.Text] - ranks[b.Text] })
	}
	return runs
}

// shownIn tells whether a read showed the letter.
func (t *track) shownIn(read *Operation) bool {
	return slices.ContainsFunc(t.seen, func(s seen) bool { return s.read == read })
}

// overtaken finds letters that showed in a read which was over before any that
// shows an earlier letter of their sender began. Where that one shows both, the
// earlier letter was late and the inbox keeps them: they are in their places by
// then.
func (b *box) overtaken() []finding {
	var found []finding
	type mark struct {
		began time.Duration // the latest call of a first read so far
		track *track
	}
	last := map[int]mark{}
	for _, letter := range b.due {
		t := b.track[letter.Text]
		if t == nil || letter.Kind != Send {
			continue
		}
		over := slices.MinFunc(t.seen, func(a, b seen) int { return cmp.Compare(a.read.Return, b.read.Return) })
		if m, ok := last[letter.Client]; ok && over.read.Return < m.began && !t.shownIn(m.track.seen[0].read) {
			found = append(found, finding{requirement: "SEND-13", fault: disordered, subject: b.owner, text: letter.Text,
				ops: []*Operation{m.track.letter, letter, over.read, m.track.seen[0].read}})
		}
		if first := t.seen[0].read; first.Call >= last[letter.Client].began {
			last[letter.Client] = mark{first.Call, t}
		}
	}
	return found
}
