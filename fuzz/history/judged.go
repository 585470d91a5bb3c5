package history

import (
	"maps"
	"slices"
)

// Judged lists, in alphabetical order, the requirements on which the history
// has evidence: one that Check does not name was seen to hold. A history in
// which nothing overlapped says nothing about races.
func (h *History) Judged() []string {
	ops := h.inOrder()
	judged := map[string]bool{}
	for _, op := range ops {
		if op.Kind == Auth && op.Outcome == OK {
			judged["WIRE-9"] = true // the session was used from here on
		}
	}
	judgedClaims(ops, judged)
	judgedMail(ops, judged)
	judgedLogouts(ops, judged)
	return slices.Sorted(maps.Keys(judged))
}

func judgedClaims(ops []*Operation, judged map[string]bool) {
	names := map[string][]*Operation{}
	for _, op := range ops {
		if isClaim(op) && op.Outcome != Unknown {
			key := op.Kind.String() + " " + op.Name
			for _, other := range names[key] {
				switch {
				case !overlap(op, other):
				case op.Kind == Register:
					judged["ROBUST-11"] = true
				default:
					judged["CREATEGROUP-5"] = true
				}
			}
			names[key] = append(names[key], op)
		}
	}
	for _, op := range ops {
		if op.Kind == Auth && len(names["register "+op.Name]) > 1 {
			judged["REGISTER-5"] = true
		}
	}
}

func judgedMail(ops []*Operation, judged map[string]bool) {
	for _, b := range newPost(ops).boxes {
		if !slices.ContainsFunc(b.reads, func(read *Operation) bool { return read.Settled }) {
			continue
		}
		for i, letter := range b.due {
			if letter.Kind == SendGroup {
				judged["SENDGROUP-5"] = true
				continue
			}
			judged["SEND-6"] = true
			if i > 0 && overlap(letter, b.due[i-1]) {
				judged["ROBUST-12"] = true
			}
		}
		for _, read := range b.reads {
			for _, run := range b.ranked(read) {
				judged["SEND-13"] = judged["SEND-13"] || len(run) > 1
			}
		}
		judged["SEND-10"] = judged["SEND-10"] || b.refused > 0
	}
	maps.DeleteFunc(judged, func(_ string, yes bool) bool { return !yes })
}

func judgedLogouts(ops []*Operation, judged map[string]bool) {
	out := map[int]bool{}
	for _, op := range ops {
		switch {
		case op.Kind == Logout && op.Outcome == OK:
			out[op.Client] = true
			judged["LOGOUT-5"] = true
		case !out[op.Client] || op.Outcome == Unknown:
		case op.Kind == Auth:
			judged["LOGOUT-4"] = true
		default:
			judged["LOGOUT-3"] = true
		}
		if op.Kind != Logout {
			out[op.Client] = false
		}
	}
}
