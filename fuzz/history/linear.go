package history

import (
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

const (
	searchLimit = 200 * time.Millisecond // for one search; one that takes longer decides nothing
	window      = 16                     // letters in one search
)

// refuted tells whether no order of the steps is legal.
func refuted(m porcupine.Model, steps []porcupine.Operation) bool {
	return porcupine.CheckOperationsTimeout(m, steps, searchLimit) == porcupine.Illegal
}

// step is what a model sees of an operation.
type step struct {
	*Operation
	part   int    // steps of different parts have nothing to do with each other
	letter int    // of a put: its number in its part
	shows  uint64 // of a read: the letters of its part that it shows
	order  []int  // of a read: the numbers of those letters, as it ranks them
	bad    bool   // of a read: it shows one of them twice
	put    bool   // the letter enters the inbox
}

// operation is the step as porcupine takes it, over by the given time.
func (s step) operation(until time.Duration) porcupine.Operation {
	return porcupine.Operation{ClientId: s.Client, Input: s, Call: int64(s.Call), Return: int64(max(until, s.Call))}
}

func model(init any, next func(state any, s step) (any, bool)) porcupine.Model {
	return porcupine.Model{
		Partition: func(ops []porcupine.Operation) [][]porcupine.Operation {
			var parts [][]porcupine.Operation
			for _, op := range ops {
				for part := op.Input.(step).part; len(parts) <= part; {
					parts = append(parts, nil)
				}
				parts[op.Input.(step).part] = append(parts[op.Input.(step).part], op)
			}
			return slices.DeleteFunc(parts, func(p []porcupine.Operation) bool { return len(p) == 0 })
		},
		Init: func() any { return init },
		Step: func(state, input, _ any) (bool, any) {
			after, ok := next(state, input.(step))
			return ok, after
		},
		DescribeOperation: func(input, _ any) string {
			s := input.(step)
			return fmt.Sprintf("#%d %s", s.Client, s)
		},
		DescribeState:             func(state any) string { return html.EscapeString(fmt.Sprint(state)) },
		DescribeOperationMetadata: func(m any) string { return html.EscapeString(fmt.Sprint(m)) },
	}
}

// claimModel is a name that has one owner: the state is the owner's password,
// or the members of the group; "" while the name is free.
var claimModel = model("", func(state any, s step) (any, bool) {
	owner, own := state.(string), s.Secret
	if s.Kind == CreateGroup {
		own = strings.Join(s.To, ",")
	}
	switch {
	case s.Kind == Auth && s.Outcome == OK:
		return owner, owner == own
	case s.Kind == Auth && s.Outcome == Refused:
		return owner, owner != own
	case s.Kind == Auth:
		return owner, true
	case s.Outcome == OK:
		return own, owner == ""
	case s.Outcome == Refused:
		return owner, owner != ""
	default: // it may have happened; if not, it comes last
		return cmp.Or(owner, own), true
	}
})

func claimSteps(ops []*Operation) []porcupine.Operation {
	steps := make([]porcupine.Operation, len(ops))
	for i, op := range ops {
		steps[i] = step{Operation: op}.operation(op.Return)
	}
	return steps
}

// bag is what lies in an inbox: the letters, without an order, as a set of bits.
type bag uint64

func (b bag) String() string {
	var numbers []string
	for i := range 64 {
		if b>>i&1 == 1 {
			numbers = append(numbers, fmt.Sprint(i+1))
		}
	}
	return "{" + strings.Join(numbers, " ") + "}"
}

// mailModel is an inbox as an unordered bag. A letter enters it at some time
// between its call and when it must have arrived, since it may show later than
// it is answered. A read shows all that is there, and empties it or does not; a
// read without an answer may do so at any time after its call.
func mailModel(r reading) porcupine.Model {
	return model(bag(0), func(state any, s step) (any, bool) {
		in := state.(bag)
		switch {
		case s.put:
			return in | 1<<s.letter, true
		case s.Kind != Inbox || s.Outcome == Refused || s.Outcome == Unknown && r == keeps:
			return in, true
		case s.Outcome == OK && (bag(s.shows) != in || s.bad):
			return in, false
		case r == keeps:
			return in, true
		default:
			return bag(0), true
		}
	})
}

// unseen is a letter that no read showed, though it had arrived when the read
// began began, and had to show in the read ended at the latest.
type unseen struct{ letter, began, ended *Operation }

// unexplained gives those of letters that the reads without an answer cannot
// have taken, each of them at one moment. Of the letters that had to show by the
// same read the last to be sent stands for all: whoever took it took them.
func (v *view) unexplained(letters []unseen) []unseen {
	var open []unseen
	for _, u := range letters { // the earliest call first, so the last of a read wins
		if n := len(open); n > 0 && open[n-1].began == u.began && open[n-1].ended == u.ended {
			open[n-1] = u
		} else {
			open = append(open, u)
		}
	}
	var found []unseen
	for part := range slices.Chunk(open, window) {
		part = slices.Clone(part)
		if !refuted(mailModel(empties), v.losses(part)) {
			continue
		}
		for i := 0; i < len(part); { // what is left is needed, all of it
			if fewer := slices.Delete(slices.Clone(part), i, i+1); refuted(mailModel(empties), v.losses(fewer)) {
				part = fewer
			} else {
				i++
			}
		}
		found = append(found, part...)
	}
	return found
}

// losses are the steps that have to do with letters that nobody saw.
func (v *view) losses(letters []unseen) []porcupine.Operation {
	var steps []porcupine.Operation
	for i, u := range letters {
		steps = append(steps,
			step{Operation: u.letter, put: true, letter: i}.operation(u.began.Call-1),
			step{Operation: u.ended}.operation(u.ended.Return))
	}
	for _, blind := range v.blind {
		steps = append(steps, step{Operation: blind}.operation(Never))
	}
	return steps
}
