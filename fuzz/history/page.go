package history

import (
	"cmp"
	"fmt"
	"html"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

const (
	pageLimit   = 2 * time.Second // for the search that fills a page
	pageContext = 12              // reads of the inbox that a page shows beside those that matter
)

// WritePage writes an HTML page on one violation that Check found in h: the
// operations that matter, a row a client, with the longest legal order there
// is, and marked where it ends. The page needs nothing but a browser.
func (h *History) WritePage(w io.Writer, v Violation) error {
	m, steps := h.picture(v)
	last := time.Duration(0)
	for _, s := range steps {
		for _, t := range []int64{s.Call, s.Return} {
			if t != int64(Never) {
				last = max(last, time.Duration(t))
			}
		}
	}
	var rows []int // the clients that are on the page
	for _, s := range steps {
		rows = append(rows, s.ClientId)
	}
	slices.Sort(rows)
	rows = slices.Compact(rows)
	for i, s := range steps {
		steps[i].ClientId, _ = slices.BinarySearch(rows, s.ClientId)
		steps[i].Return = min(s.Return, int64(last)+1) // what never returned ends with the page
		steps[i].Metadata = span(s.Input.(step).Operation)
	}
	_, info := porcupine.CheckOperationsVerbose(m, steps, pageLimit)
	info.AddAnnotations([]porcupine.Annotation{{
		Tag:         v.Requirement,
		Start:       steps[0].Call,
		End:         int64(last),
		Description: v.Message.EN,
		Details:     v.Message.EN + "\n\n" + v.Message.ID,
	}})
	return porcupine.Visualize(m, info, w)
}

// picture gives the model that a violation contradicts and the steps to show.
func (h *History) picture(v Violation) (porcupine.Model, []porcupine.Operation) {
	ops := (&History{Operations: v.Operations}).inOrder()
	switch v.fault {
	case contested, unordered, usurped:
		return claimModel, claimSteps(ops)
	case unseated, lingering, shutOut:
		return sessionModel, claimSteps(ops)
	case disordered:
		return orderModel, h.orderSteps(v, ops)
	case swallowed:
		return labelled(mailModel(empties), v), h.bagSteps(v, ops, func(string) int { return 0 })
	default:
		return labelled(mailModel(v.reading), v), h.bagSteps(v, ops, func(text string) int { return slices.Index(v.texts, text) })
	}
}

// labelled has the states of an inbox say whose it is.
func labelled(m porcupine.Model, v Violation) porcupine.Model {
	m.DescribeState = func(state any) string {
		if state.(bag) == 0 {
			return "inbox " + html.EscapeString(v.subject) + ": –"
		}
		return fmt.Sprintf("inbox %s: %v", html.EscapeString(v.subject), state)
	}
	return m
}

// bagSteps shows the violation's texts alone: how each was sent and what the
// reads of the inbox showed of it. part tells which texts are shown together.
func (h *History) bagSteps(v Violation, ops []*Operation, part func(text string) int) []porcupine.Operation {
	parts := map[int][]string{}
	for _, text := range v.texts {
		parts[part(text)] = append(parts[part(text)], text)
	}
	var steps []porcupine.Operation
	for p := 0; p < len(parts); p++ {
		reads := h.readsAround(v, ops, parts[p])
		for _, op := range ops {
			i := slices.Index(parts[p], op.Text)
			switch {
			case i < 0:
			case !slices.Contains(op.To, v.subject) || op.Outcome == Refused:
				steps = append(steps, step{Operation: op, part: p}.operation(op.Return))
			default:
				steps = append(steps, step{Operation: op, part: p, letter: i, put: true}.operation(arrival(op, reads)))
			}
		}
		for _, read := range reads {
			s := step{Operation: read, part: p}
			for _, shown := range read.Shown {
				if i := slices.Index(parts[p], shown.Text); i >= 0 {
					s.shows |= 1 << i
					s.bad = s.bad || shown.Copies > 1
				}
			}
			steps = append(steps, s.operation(read.Return))
		}
	}
	return steps
}

// arrival is when a letter was in the inbox at the latest: when the first read
// that shows it returned, or when the one began that had to.
func arrival(letter *Operation, reads []*Operation) time.Duration {
	latest, settled := Never, Never
	for _, read := range reads {
		switch {
		case slices.ContainsFunc(read.Shown, func(s Sighting) bool { return s.Text == letter.Text }):
			latest = min(latest, read.Return)
		case read.Settled && letter.before(read):
			settled = min(settled, read.Call-1)
		}
	}
	if latest == Never && letter.Outcome == OK {
		return settled
	}
	return latest
}

// readsAround picks the reads of the violation's inbox that concern texts, and
// some of those between them.
func (h *History) readsAround(v Violation, ops []*Operation, texts []string) []*Operation {
	var reads, between []*Operation
	first, last := Never, time.Duration(0)
	client := -1
	for _, op := range ops {
		if slices.Contains(texts, op.Text) || op.Kind == Inbox {
			first, last = min(first, op.Call), max(last, op.Call)
		}
		if op.Kind == Inbox {
			client = op.Client
		}
	}
	for _, op := range h.inOrder() {
		concerns := slices.ContainsFunc(op.Shown, func(s Sighting) bool { return slices.Contains(texts, s.Text) }) ||
			slices.ContainsFunc(ops, func(o *Operation) bool { return o.Client == op.Client && o.Call == op.Call })
		switch {
		case op.Kind != Inbox || op.Name != v.subject || v.reading == apart && op.Client != client:
		case op.Outcome == Unknown || concerns && len(reads) < 4*pageContext:
			reads = append(reads, op)
		case op.Outcome == OK && op.Call >= first && op.Call <= last && len(between) < pageContext:
			between = append(between, op)
		}
	}
	return append(reads, between...)
}

// ranks is how far the messages of one sender have shown, and in which
// direction inboxes list them: 0 while nothing tells.
type ranks struct{ last, direction int }

func (r ranks) String() string {
	return fmt.Sprintf("%d (%s)", r.last, [...]string{"newest first", "?", "oldest first"}[r.direction+1])
}

// orderModel is what SEND-13 asks: the messages of one sender, numbered as they
// were sent, show in that order or, within a read, all the other way round.
var orderModel = model(ranks{}, func(state any, s step) (any, bool) {
	r := state.(ranks)
	for i, n := range s.order {
		if i == 0 {
			continue
		}
		direction := cmp.Compare(n, s.order[i-1])
		if r.direction == -direction {
			return r, false
		}
		r.direction = direction
	}
	if len(s.order) > 0 {
		if slices.Min(s.order) < r.last {
			return r, false
		}
		r.last = slices.Max(s.order)
	}
	return r, true
})

// orderSteps shows the messages of each sender with the reads that were the
// first to show them.
func (h *History) orderSteps(v Violation, ops []*Operation) []porcupine.Operation {
	boxes := newPost(h.inOrder()).boxes
	b := boxes[slices.IndexFunc(boxes, func(b *box) bool { return b.owner == v.subject })]
	var steps []porcupine.Operation
	parts := map[int]int{} // by sender
	numbers := map[int]int{}
	for _, op := range ops {
		if op.Kind != Send {
			continue
		}
		if _, ok := parts[op.Client]; !ok {
			parts[op.Client] = len(parts)
		}
		numbers[op.Client]++
		steps = append(steps, step{Operation: op, part: parts[op.Client], letter: numbers[op.Client]}.operation(op.Return))
	}
	letters := slices.Clone(steps)
	for _, read := range ops {
		if read.Kind != Inbox {
			continue
		}
		// The recorded operation may be a copy: it is found by who asked when.
		at := slices.IndexFunc(b.reads, func(o *Operation) bool { return o.Client == read.Client && o.Call == read.Call })
		for _, client := range slices.Sorted(maps.Keys(parts)) {
			s := step{Operation: read, part: parts[client]}
			for _, letter := range b.firsts(b.reads[at], client) {
				for _, l := range letters {
					if l := l.Input.(step); l.Text == letter {
						s.order = append(s.order, l.letter)
					}
				}
			}
			if len(s.order) > 0 {
				steps = append(steps, s.operation(read.Return))
			}
		}
	}
	return steps
}

// firsts gives the letters of a sender that showed in the read first of all, as
// it ranks them.
func (b *box) firsts(read *Operation, client int) []string {
	shown := slices.DeleteFunc(slices.Clone(read.Shown), func(s Sighting) bool {
		t := b.track[s.Text]
		return t == nil || t.letter.Client != client || t.seen[0].read != read
	})
	slices.SortStableFunc(shown, func(a, b Sighting) int { return cmp.Compare(a.Rank, b.Rank) })
	texts := make([]string, len(shown))
	for i, s := range shown {
		texts[i] = s.Text
	}
	return texts
}

// sessionModel is one connection: "" while nothing is known, then in or out.
var sessionModel = model("", func(state any, s step) (any, bool) {
	const in, out = "in session", "logged out"
	switch at := state.(string); {
	case s.Outcome == Unknown:
		return "", true
	case s.Kind == Auth && s.Outcome == OK:
		return in, true
	case s.Kind == Auth:
		return "", at != out
	case s.Kind == Logout && s.Outcome == OK:
		return out, true
	case s.Kind == Register || s.Kind == Logout:
		return at, true
	case s.Outcome == OK:
		return in, at != out
	default:
		return at, s.Kind != Inbox || at != in
	}
})
