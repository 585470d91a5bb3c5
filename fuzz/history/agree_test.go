package history

import (
	"fmt"
	"slices"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The single pass and the search over orders are written apart and must agree
// on one inbox, in either reading: on histories that a server may have made,
// and on such with something changed. With reads that have no answer Check
// searches a part of the history only, and may leave open what all of it
// refutes; what it does find is refuted.
func TestPassAgreesWithSearch(t *testing.T) {
	for _, r := range []reading{empties, keeps} {
		legal, illegal := 0, 0
		rapid.Check(t, func(t *rapid.T) {
			h := drawInbox(t, r)
			ops := h.inOrder()
			p := newPost(ops)
			found := append(p.strays(), p.under(r, Send)...)

			v := Violation{subject: "b", reading: r}
			for _, op := range ops {
				if op.Kind == Send {
					v.texts = append(v.texts, op.Text)
				}
			}
			part := func(text string) int { return slices.Index(v.texts, text) }
			if r == empties {
				part = func(string) int { return 0 }
			}
			broken := !porcupine.CheckOperations(mailModel(r), h.bagSteps(v, ops, part))
			if !slices.ContainsFunc(ops, func(op *Operation) bool { return op.Kind == Inbox && op.Outcome == Unknown }) {
				require.Equal(t, broken, len(found) > 0, "%v in\n%v", found, Violation{Operations: h.Operations}.Text().EN)
			}
			require.True(t, broken || len(found) == 0, "%v in\n%v", found, Violation{Operations: h.Operations}.Text().EN)
			if broken {
				illegal++
			} else {
				legal++
			}
		})
		require.Positive(t, legal)
		require.Positive(t, illegal)
	}
}

// drawInbox plays a server on one inbox, with each operation at some moment
// between its call and its return, and then may change what was seen.
func drawInbox(t *rapid.T, r reading) *History {
	type event struct {
		at   int
		text string // of a letter that arrives; "" for a read
		op   int
	}
	var events []event
	h := &History{}
	moment := rapid.IntRange(0, 20)
	for i := range rapid.IntRange(1, 4).Draw(t, "letters") {
		call := moment.Draw(t, "call")
		back := call + moment.Draw(t, "took")
		op := send(i, 2*call, 2*back+1, "b", fmt.Sprint("t", i))
		op.Outcome = rapid.SampledFrom([]Outcome{OK, OK, OK, Refused, Unknown}).Draw(t, "outcome")
		arrives := op.Outcome != Refused && (op.Outcome == OK || rapid.Bool().Draw(t, "happened"))
		if op.Outcome == Unknown {
			op.Return = Never
		}
		h.Operations = append(h.Operations, op)
		if arrives {
			events = append(events, event{call + rapid.IntRange(0, 10).Draw(t, "late"), op.Text, -1})
		}
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "reads") {
		call := moment.Draw(t, "call")
		back := call + rapid.IntRange(0, 10).Draw(t, "took")
		op := read(10+i, 2*call, 2*back+1, "b", "")
		at := rapid.IntRange(call, back).Draw(t, "at")
		if rapid.IntRange(0, 5).Draw(t, "answered") == 0 {
			op.Outcome, op.Return = Unknown, Never
		}
		op.Settled = op.Outcome == OK && rapid.IntRange(0, 3).Draw(t, "settled") == 0
		events = append(events, event{at, "", len(h.Operations)})
		h.Operations = append(h.Operations, op)
	}
	final := last(20, 100, 101, "b", "")
	events = append(events, event{50, "", len(h.Operations)})
	h.Operations = append(h.Operations, final)

	slices.SortStableFunc(events, func(a, b event) int { return a.at - b.at })
	var in []string
	for _, e := range events {
		if e.text != "" {
			in = append(in, e.text)
			continue
		}
		op := &h.Operations[e.op]
		if op.Outcome == OK {
			for _, text := range in {
				op.Shown = append(op.Shown, Sighting{text, 1, -1})
			}
		}
		if r == empties {
			in = nil
		}
	}
	if rapid.Bool().Draw(t, "spoil") {
		spoil(t, h)
	}
	return h
}

// spoil adds a text to a read, or takes one away.
func spoil(t *rapid.T, h *History) {
	var reads []*Operation
	var texts []string
	for i := range h.Operations {
		switch op := &h.Operations[i]; {
		case op.Kind == Send:
			texts = append(texts, op.Text)
		case op.Outcome == OK:
			reads = append(reads, op)
		}
	}
	op := rapid.SampledFrom(reads).Draw(t, "spoilt")
	text := rapid.SampledFrom(texts).Draw(t, "text")
	if i := slices.IndexFunc(op.Shown, func(s Sighting) bool { return s.Text == text }); i >= 0 {
		op.Shown = slices.Delete(slices.Clone(op.Shown), i, i+1)
	} else {
		op.Shown = append(slices.Clone(op.Shown), Sighting{text, 1, -1})
	}
}
