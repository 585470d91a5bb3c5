package history

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Violation is one requirement that a history breaks in every legal reading.
type Violation struct {
	Requirement string       // its id in SPEC.md
	Message     verdict.Text // what is wrong, in one sentence
	Operations  []Operation  // that show it, the earliest call first

	fault   fault
	reading reading
	subject string   // the inbox, name or client concerned
	texts   []string // concerned, where it is an inbox
	count   int      // how many messages it happened to
}

// fault is a way in which a history goes wrong.
type fault int

const (
	lost       fault = iota // answered OK, and never showed
	vanished                // shown, and gone from an inbox that keeps
	doubled                 // more than once
	misplaced               // in a wrong inbox
	leaked                  // refused, and showed
	early                   // shown before it was sent
	disordered              // one sender's messages change places
	swallowed               // answered OK, and not taken by the reads without an answer either
	contested               // a name does not belong to exactly one
	unordered               // no order explains what came of the claims to a name
	usurped                 // a name belongs to somebody who was refused
	unseated                // a session ended that nobody ended
	lingering               // a session goes on that was ended
	shutOut                 // a user who logged out cannot log in
)

// examples is how many messages a violation spells out; the others are counted.
const examples = 3

// finding is one occurrence of a violation.
type finding struct {
	requirement string
	fault       fault
	subject     string
	text        string
	ops         []*Operation
	reading     reading // of the inbox concerned
}

// Check gives the requirements that the history breaks, one Violation for each
// way and each inbox, name or client. None means that a correct server may have
// behaved so. Check changes nothing and depends on nothing but h.Operations.
func (h *History) Check() []Violation {
	ops := h.inOrder()
	return gather(slices.Concat(claims(ops), sessions(ops), newPost(ops).check()))
}

// gather makes one violation of all findings of a kind.
func gather(findings []finding) []Violation {
	type key struct {
		requirement, subject string
		fault                fault
	}
	var list []*Violation
	type message struct {
		key
		text string
	}
	index := map[key]*Violation{}
	counted := map[message]bool{}
	for _, f := range findings {
		k := key{f.requirement, f.subject, f.fault}
		if m := (message{k, f.text}); f.text != "" {
			if counted[m] {
				continue
			}
			counted[m] = true
		}
		v := index[k]
		if v == nil {
			v = &Violation{Requirement: f.requirement, fault: f.fault, reading: f.reading, subject: f.subject}
			index[k] = v
			list = append(list, v)
		}
		if v.count++; v.count > examples {
			continue
		}
		if f.text != "" {
			v.texts = append(v.texts, f.text)
		}
		for _, op := range f.ops {
			same := func(o Operation) bool { return o.Client == op.Client && o.Call == op.Call }
			if !slices.ContainsFunc(v.Operations, same) {
				v.Operations = append(v.Operations, *op)
			}
		}
	}
	violations := make([]Violation, len(list))
	for i, v := range list {
		slices.SortStableFunc(v.Operations, func(a, b Operation) int { return cmp.Compare(a.Call, b.Call) })
		v.Message = v.say()
		violations[i] = *v
	}
	return violations
}

// say puts the violation into words.
func (v *Violation) say() verdict.Text {
	texts := strings.Join(v.texts, ", ")
	if v.count > len(v.texts) && len(v.texts) > 0 {
		texts += ", …"
	}
	switch v.fault {
	case lost:
		return verdict.Textf("%d messages that were answered OK never showed in the inbox of %s: %s",
			"%d pesan yang dijawab OK tidak pernah tampak di inbox %s: %s", v.count, v.subject, texts)
	case swallowed:
		return verdict.Textf("%d messages that were answered OK never showed in the inbox of %s, and its reads without an answer cannot have taken them all: %s",
			"%d pesan yang dijawab OK tidak pernah tampak di inbox %s, dan pembacaan tanpa jawaban tidak mungkin mengambil semuanya: %s", v.count, v.subject, texts)
	case vanished:
		return verdict.Textf("%d messages were in the inbox of %s, which keeps what was read, and then were not: %s",
			"%d pesan pernah tampak di inbox %s, yang menyimpan pesan terbaca, lalu hilang: %s", v.count, v.subject, texts)
	case doubled:
		return verdict.Textf("%d messages that were sent once showed more than once in the inbox of %s: %s",
			"%d pesan yang dikirim satu kali tampak lebih dari satu kali di inbox %s: %s", v.count, v.subject, texts)
	case misplaced:
		return verdict.Textf("%d messages for somebody else showed in the inbox of %s: %s",
			"%d pesan untuk user lain tampak di inbox %s: %s", v.count, v.subject, texts)
	case leaked:
		return verdict.Textf("%d messages that were answered ERROR showed in the inbox of %s: %s",
			"%d pesan yang dijawab ERROR tampak di inbox %s: %s", v.count, v.subject, texts)
	case early:
		return verdict.Textf("%d messages showed in the inbox of %s before they were sent: %s",
			"%d pesan tampak di inbox %s sebelum dikirim: %s", v.count, v.subject, texts)
	case disordered:
		return verdict.Textf("%d times one sender's messages changed places in the inbox of %s: %s",
			"%d kali pesan dari satu pengirim bertukar urutan di inbox %s: %s", v.count, v.subject, texts)
	case contested:
		return verdict.Textf("%q was claimed by several clients at once: %d were answered OK, not exactly one",
			"%q diminta beberapa client sekaligus: %d dijawab OK, bukan tepat satu", v.subject, v.successes())
	case unordered:
		return verdict.Textf("no order of the requests for %q explains their results",
			"tidak ada urutan request atas %q yang menjelaskan hasilnya", v.subject)
	case usurped:
		return verdict.Textf("%q does not belong to the client whose request was answered OK: no order of the requests explains who can auth",
			"%q bukan milik client yang permintaannya dijawab OK: tidak ada urutan request yang menjelaskan siapa yang dapat auth", v.subject)
	case unseated:
		return verdict.Textf("%s was refused %d times within a session that nobody had ended",
			"%s ditolak %d kali di dalam session yang tidak diakhiri siapa pun", v.subject, v.count)
	case lingering:
		return verdict.Textf("%s was served %d times after logout was answered OK",
			"%s dilayani %d kali setelah logout dijawab OK", v.subject, v.count)
	default:
		return verdict.Textf("%s could not auth again after logout was answered OK, %d times",
			"%s tidak dapat auth lagi setelah logout dijawab OK, %d kali", v.subject, v.count)
	}
}

func (v *Violation) successes() int {
	n := 0
	for i := range v.Operations {
		if op := &v.Operations[i]; op.Outcome == OK && (op.Kind == Register || op.Kind == CreateGroup) {
			n++
		}
	}
	return n
}

// Text renders the violation: its requirement, what is wrong, and the
// operations that show it, a line each.
func (v Violation) Text() verdict.Text {
	var ops strings.Builder
	for i := range v.Operations {
		op := &v.Operations[i]
		fmt.Fprintf(&ops, "\n  %s  #%d %-12s  %s", span(op), op.Client, op.User, op)
	}
	return verdict.Text{
		EN: v.Requirement + "  " + v.Message.EN + ops.String(),
		ID: v.Requirement + "  " + v.Message.ID + ops.String(),
	}
}

// span gives the times of an operation in milliseconds.
func span(op *Operation) string {
	end := "         …"
	if op.Return != Never {
		end = fmt.Sprintf("%10.3f", ms(op.Return))
	}
	return fmt.Sprintf("%10.3f –%s ms", ms(op.Call), end)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
