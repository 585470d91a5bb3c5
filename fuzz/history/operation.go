package history

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// History is what clients asked of one server, and what came of it.
type History struct {
	// Operations in any order. Those of one client do not overlap.
	Operations []Operation

	// Seed drew the schedule; 0 for a history made by hand.
	Seed uint64
}

// Operation is one request of one client.
type Operation struct {
	Client  int // who asked, from 0; each has a connection of its own
	Kind    Kind
	User    string // whose session it was asked in; "" outside of any
	Outcome Outcome

	// Call and Return enclose the time in which it happened, from the
	// beginning of the history. An operation without an answer returns Never.
	Call, Return time.Duration

	Name   string // Register, Auth: the user; CreateGroup, SendGroup: the group; Send: the addressed user; Inbox: whose
	Secret string // Register, Auth: the password
	Text   string // Send, SendGroup: unique in the history

	// To lists the users whose inboxes the text belongs in. May lists others
	// in whose it is tolerated: the sender to a group gets a copy, or not, and
	// its maker is a member, or not. Of a CreateGroup, To are the members.
	To, May []string

	Shown []Sighting // Inbox: the texts of this history that it showed

	// Settled marks an Inbox that was asked when everything sent before had
	// had its time to arrive.
	Settled bool
}

// Never is when an operation without an answer returns.
const Never = time.Duration(math.MaxInt64)

// Sighting is one text in an inbox.
type Sighting struct {
	Text   string
	Copies int // how many messages have it, 1 or more
	Rank   int // its place among the texts of its sender, from 0; -1 where the inbox shows no order
}

// Kind is what an operation asks for.
type Kind int

// The kinds of operations.
const (
	Register Kind = iota
	Auth
	Logout
	CreateGroup
	Send
	SendGroup
	Inbox
)

func (k Kind) String() string {
	return [...]string{"register", "auth", "logout", "creategroup", "send", "sendgroup", "inbox"}[k]
}

// Outcome is what came of an operation.
type Outcome int

// The outcomes of operations. Unknown: it got no answer, or one that says
// neither; it may have happened.
const (
	OK Outcome = iota
	Refused
	Unknown
)

func (o Outcome) String() string { return [...]string{"OK", "ERROR", "?"}[o] }

// before tells whether o was over when p began.
func (o *Operation) before(p *Operation) bool { return o.Return < p.Call }

// overlap tells whether two clients had a and b under way at once.
func overlap(a, b *Operation) bool {
	return a.Client != b.Client && !a.before(b) && !b.before(a)
}

// String gives the operation on one line, without its time.
func (o Operation) String() string {
	var b strings.Builder
	b.WriteString(o.Kind.String())
	for _, part := range []string{o.Name, o.Text} {
		if part != "" && o.Kind != Inbox {
			b.WriteString(" " + part)
		}
	}
	if o.Kind == CreateGroup {
		b.WriteString(" " + strings.Join(o.To, ","))
	}
	b.WriteString(" → " + o.Outcome.String())
	if o.Kind == Inbox && o.Outcome == OK {
		b.WriteString(" " + showing(o.Shown))
	}
	return b.String()
}

// mostShown is how many texts of an inbox are written out.
const mostShown = 8

func showing(shown []Sighting) string {
	var texts []string
	for _, s := range shown[:min(len(shown), mostShown)] {
		text := s.Text
		if s.Copies > 1 {
			text = fmt.Sprintf("%d×%s", s.Copies, s.Text)
		}
		texts = append(texts, text)
	}
	if more := len(shown) - len(texts); more > 0 {
		texts = append(texts, fmt.Sprintf("… +%d", more))
	}
	return "[" + strings.Join(texts, " ") + "]"
}

// inOrder gives pointers to the operations, the earliest call first.
func (h *History) inOrder() []*Operation {
	ops := make([]*Operation, len(h.Operations))
	for i := range h.Operations {
		ops[i] = &h.Operations[i]
	}
	slices.SortStableFunc(ops, func(a, b *Operation) int { return int(min(max(a.Call-b.Call, -1), 1)) })
	return ops
}
