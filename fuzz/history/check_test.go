package history

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
)

// Histories made by hand. Times are in milliseconds.

func at(client, call, back int, kind Kind) Operation {
	op := Operation{Client: client, Kind: kind, User: fmt.Sprint("u", client), Call: time.Duration(call) * time.Millisecond, Return: time.Duration(back) * time.Millisecond}
	if back == 0 {
		op.Outcome, op.Return = Unknown, Never
	}
	return op
}

func (o Operation) refused() Operation { o.Outcome = Refused; return o }

func send(client, call, back int, to, text string) Operation {
	op := at(client, call, back, Send)
	op.Name, op.To, op.Text = to, []string{to}, text
	return op
}

func sendGroup(client, call, back int, text string, to, may []string) Operation {
	op := at(client, call, back, SendGroup)
	op.Name, op.To, op.May, op.Text = "g", to, may, text
	return op
}

// read shows texts in their order; "2×a" is two messages with the text a.
func read(client, call, back int, owner, texts string) Operation {
	op := at(client, call, back, Inbox)
	op.Name = owner
	for i, text := range strings.Fields(texts) {
		s := Sighting{text, 1, i}
		if twice, ok := strings.CutPrefix(text, "2×"); ok {
			s = Sighting{twice, 2, i}
		}
		op.Shown = append(op.Shown, s)
	}
	return op
}

// last is a read that comes when everything had its time to arrive.
func last(client, call, back int, owner, texts string) Operation {
	op := read(client, call, back, owner, texts)
	op.Settled = true
	return op
}

func register(client, call, back int, name, secret string) Operation {
	op := at(client, call, back, Register)
	op.User, op.Name, op.Secret = "", name, secret
	return op
}

func auth(client, call, back int, name, secret string) Operation {
	op := at(client, call, back, Auth)
	op.Name, op.Secret = name, secret
	return op
}

func create(client, call, back int, name string, members ...string) Operation {
	op := at(client, call, back, CreateGroup)
	op.Name, op.To = name, members
	return op
}

func logout(client, call, back int) Operation { return at(client, call, back, Logout) }

var cases = []struct {
	name string
	ops  []Operation
	want string // requirements, in alphabetical order
}{
	// Inboxes that are right in one reading or another.
	{"nothing", nil, ""},
	{"emptied by reading", []Operation{send(1, 0, 1, "b", "a"), read(2, 2, 3, "b", "a"), send(1, 4, 5, "b", "c"), last(2, 6, 7, "b", "c"), last(2, 8, 9, "b", "")}, ""},
	{"kept", []Operation{send(1, 0, 1, "b", "a"), read(2, 2, 3, "b", "a"), send(1, 4, 5, "b", "c"), last(2, 6, 7, "b", "a c"), last(2, 8, 9, "b", "a c")}, ""},
	{"marked as read, and sorted apart", []Operation{
		send(1, 0, 1, "b", "a"), send(1, 2, 3, "b", "c"), read(2, 4, 5, "b", "a c"),
		send(1, 6, 7, "b", "d"), send(1, 8, 9, "b", "e"), last(2, 10, 11, "b", "d e a c")}, ""},
	{"each session sees all once", []Operation{
		send(1, 0, 1, "b", "a"), read(2, 2, 3, "b", "a"), read(3, 2, 3, "b", "a"),
		last(2, 4, 5, "b", ""), last(3, 4, 5, "b", "")}, ""},
	{"shown before the send is answered", []Operation{send(1, 0, 9, "b", "a"), read(2, 2, 3, "b", "a"), last(2, 10, 11, "b", "")}, ""},
	{"shows later than it is answered", []Operation{send(1, 0, 1, "b", "a"), read(2, 2, 3, "b", ""), read(2, 4, 5, "b", ""), last(2, 6, 7, "b", "a")}, ""},
	{"shows later than a later one of another sender", []Operation{
		send(1, 0, 1, "b", "a"), send(3, 2, 3, "b", "c"), read(2, 4, 5, "b", "c"), last(2, 6, 7, "b", "a")}, ""},
	{"shows later, at its place in an inbox that keeps", []Operation{
		send(1, 0, 1, "b", "a"), send(1, 2, 3, "b", "c"), read(2, 4, 5, "b", "c"), read(2, 6, 7, "b", "a c"), last(2, 8, 9, "b", "a c")}, ""},
	{"no settled read says that it is lost", []Operation{send(1, 0, 1, "b", "a"), read(2, 2, 3, "b", "")}, ""},
	{"a settled read too early to say so", []Operation{send(1, 0, 5, "b", "a"), last(2, 2, 3, "b", "")}, ""},
	{"unknown and never seen", []Operation{send(1, 0, 0, "b", "a"), last(2, 6, 7, "b", "")}, ""},
	{"unknown and seen late", []Operation{send(1, 0, 0, "b", "a"), last(2, 6, 7, "b", ""), last(2, 8, 9, "b", "a")}, ""},
	{"taken by a read without an answer", []Operation{send(1, 0, 1, "b", "a"), read(2, 2, 0, "b", ""), last(3, 6, 7, "b", "")}, ""},
	{"several taken by one read without an answer", []Operation{
		send(1, 0, 1, "b", "a"), send(1, 2, 3, "b", "c"), send(4, 2, 5, "b", "d"), read(2, 1, 0, "b", ""), last(3, 6, 7, "b", "")}, ""},
	{"two reads without an answer take twice", []Operation{
		send(1, 0, 1, "b", "a"), read(2, 2, 0, "b", ""), last(3, 6, 7, "b", ""),
		send(1, 10, 11, "b", "c"), read(4, 12, 0, "b", ""), last(3, 16, 17, "b", "")}, ""},
	{"overlapping reads of an inbox that keeps", []Operation{
		send(1, 0, 9, "b", "a"), send(4, 0, 9, "b", "c"), read(2, 2, 8, "b", "a"), read(3, 3, 7, "b", "c"),
		last(2, 10, 11, "b", "a c"), last(3, 10, 11, "b", "c a")}, ""},
	{"newest first, always", []Operation{
		send(1, 0, 1, "b", "a"), send(1, 2, 3, "b", "c"), read(2, 4, 5, "b", "c a"),
		send(1, 6, 7, "b", "d"), send(1, 8, 9, "b", "e"), last(2, 10, 11, "b", "e d")}, ""},
	{"senders in any order", []Operation{send(1, 0, 1, "b", "a"), send(3, 2, 3, "b", "c"), last(2, 4, 5, "b", "c a")}, ""},
	{"a group's sender gets a copy", []Operation{sendGroup(1, 0, 1, "a", []string{"b"}, []string{"u1"}), last(2, 2, 3, "b", "a"), last(1, 2, 3, "u1", "a")}, ""},
	{"a group's sender gets none", []Operation{sendGroup(1, 0, 1, "a", []string{"b"}, []string{"u1"}), last(2, 2, 3, "b", "a"), last(1, 2, 3, "u1", "")}, ""},
	{"texts of others", []Operation{last(2, 2, 3, "b", "x y")}, ""},
	{"refused and nowhere", []Operation{send(1, 0, 1, "b", "a").refused(), last(2, 2, 3, "b", "")}, ""},
	{"an inbox that is refused has shown nothing", []Operation{send(1, 0, 1, "b", "a"), read(2, 2, 3, "b", "").refused(), last(3, 4, 5, "b", "a")}, ""},

	// Inboxes that are wrong in every reading.
	{"lost in quiet", []Operation{send(1, 0, 1, "b", "a"), last(2, 2, 3, "b", "")}, "SEND-4"},
	{"lost in a race", []Operation{send(1, 0, 2, "b", "a"), send(3, 1, 2, "b", "c"), last(2, 3, 4, "b", "c")}, "ROBUST-12"},
	{"lost, one of an inbox that keeps", []Operation{
		send(1, 0, 1, "b", "a"), read(2, 2, 3, "b", "a"), send(1, 4, 5, "b", "c"), last(2, 6, 7, "b", "a"), last(2, 8, 9, "b", "a")}, "SEND-4"},
	{"no read without an answer excuses an inbox that keeps", []Operation{
		send(1, 0, 1, "b", "a"), send(4, 0, 1, "b", "d"), read(2, 2, 3, "b", "a d"), send(1, 4, 5, "b", "c"), read(3, 6, 0, "b", ""),
		last(2, 8, 9, "b", "a d"), last(2, 10, 11, "b", "a d")}, "ROBUST-12"},
	{"one read without an answer cannot take twice", []Operation{
		send(1, 0, 1, "b", "a"), read(2, 2, 0, "b", ""), last(3, 6, 7, "b", ""),
		send(1, 10, 11, "b", "c"), last(3, 16, 17, "b", "")}, "ROBUST-12"},
	{"a read without an answer came too late to take it", []Operation{
		send(1, 0, 1, "b", "a"), last(3, 6, 7, "b", ""), read(2, 8, 0, "b", "")}, "SEND-4"},
	{"gone from an inbox that keeps", []Operation{
		send(1, 0, 1, "b", "a"), send(1, 2, 3, "b", "c"), read(2, 4, 5, "b", "a c"), read(2, 6, 7, "b", "a"), last(2, 8, 9, "b", "a c"),
		last(2, 10, 11, "b", "a c")}, "INBOX-4"},
	{"lost where each session sees all once", []Operation{
		send(1, 0, 1, "b", "a"), send(1, 2, 3, "b", "c"), send(1, 4, 5, "b", "d"), read(2, 6, 7, "b", "a c d"), read(3, 8, 9, "b", "a c"),
		last(2, 10, 11, "b", ""), last(3, 12, 13, "b", "")}, "SEND-4"},
	{"doubled in one read", []Operation{send(1, 0, 1, "b", "a"), last(2, 2, 3, "b", "2×a")}, "SEND-11"},
	{"doubled over two reads", []Operation{
		send(1, 0, 1, "b", "a"), read(2, 2, 3, "b", "a"), read(2, 4, 5, "b", ""), send(1, 6, 7, "b", "c"), read(2, 8, 9, "b", "c"),
		last(2, 10, 11, "b", "a")}, "SEND-11"},
	{"doubled by two reads at once", []Operation{
		send(1, 0, 1, "b", "a"), send(1, 2, 3, "b", "c"), read(2, 4, 7, "b", "a c"), read(3, 5, 6, "b", "c"),
		last(2, 8, 9, "b", ""), last(3, 10, 11, "b", "")}, "ROBUST-12"},
	{"doubled in one read and over two", []Operation{
		send(1, 0, 1, "b", "a"), send(1, 2, 3, "b", "d"), read(2, 4, 5, "b", "2×a d"), read(2, 6, 7, "b", "a"), read(2, 8, 9, "b", ""), last(2, 10, 11, "b", "")}, "SEND-11"},
	{"unknown and doubled", []Operation{send(1, 0, 0, "b", "a"), last(2, 2, 3, "b", "2×a")}, "ROBUST-12"},
	{"in a wrong inbox", []Operation{send(1, 0, 1, "b", "a"), last(2, 2, 3, "b", "a"), last(3, 4, 5, "c", "a")}, "SEND-6"},
	{"in a wrong inbox only", []Operation{send(1, 0, 1, "b", "a"), last(2, 2, 3, "b", ""), last(3, 4, 5, "c", "a")}, "SEND-4 SEND-6"},
	{"refused and delivered", []Operation{send(1, 0, 1, "b", "a").refused(), last(2, 2, 3, "b", "a")}, "SEND-10"},
	{"shown before it was sent", []Operation{read(2, 0, 1, "b", "a"), send(1, 2, 3, "b", "a"), last(2, 4, 5, "b", "")}, "SEND-4"},
	{"one sender's messages change places", []Operation{
		send(1, 0, 1, "b", "a"), send(1, 2, 3, "b", "c"), send(1, 4, 5, "b", "d"), last(2, 6, 7, "b", "c a d")}, "SEND-13"},
	{"one sender's messages change places between reads", []Operation{
		send(1, 0, 1, "b", "a"), send(1, 2, 3, "b", "c"), read(2, 4, 5, "b", "c"), last(2, 6, 7, "b", "a")}, "SEND-13"},
	{"newest first, but for once", []Operation{
		send(1, 0, 1, "b", "a"), send(1, 2, 3, "b", "c"), read(2, 4, 5, "b", "c a"),
		send(1, 6, 7, "b", "d"), send(1, 8, 9, "b", "e"), last(2, 10, 11, "b", "d e"),
		send(1, 12, 13, "b", "f"), send(1, 14, 15, "b", "g"), last(2, 16, 17, "b", "g f")}, "SEND-13"},
	{"a member gets nothing", []Operation{sendGroup(1, 0, 1, "a", []string{"b"}, []string{"u1"}), last(2, 2, 3, "b", "")}, "SENDGROUP-4"},
	{"a member gets two", []Operation{sendGroup(1, 0, 1, "a", []string{"b"}, nil), last(2, 2, 3, "b", "2×a")}, "SENDGROUP-8"},
	{"somebody outside the group gets it", []Operation{
		sendGroup(1, 0, 1, "a", []string{"b"}, []string{"u1"}), last(2, 2, 3, "b", "a"), last(3, 4, 5, "c", "a")}, "SENDGROUP-5"},

	// Names.
	{"one of three registers", []Operation{register(1, 0, 5, "n", "p").refused(), register(2, 0, 4, "n", "q"), register(3, 1, 6, "n", "r").refused(),
		auth(1, 10, 11, "n", "p").refused(), auth(2, 12, 13, "n", "q")}, ""},
	{"who has no answer may have registered", []Operation{register(1, 0, 0, "n", "p"), register(2, 0, 4, "n", "q").refused(), auth(1, 10, 11, "n", "p")}, ""},
	{"who has no answer may have come too late", []Operation{register(1, 0, 0, "n", "p"), register(2, 0, 4, "n", "q"), auth(2, 10, 11, "n", "q"), auth(1, 12, 13, "n", "p").refused()}, ""},
	{"two register at once", []Operation{register(1, 0, 5, "n", "p"), register(2, 0, 4, "n", "q")}, "ROBUST-11"},
	{"two register one after the other", []Operation{register(1, 0, 2, "n", "p"), register(2, 3, 4, "n", "q")}, "REGISTER-4"},
	{"nobody registers", []Operation{register(1, 0, 5, "n", "p").refused(), register(2, 0, 4, "n", "q").refused()}, "ROBUST-11"},
	{"refused before anybody asked", []Operation{register(1, 0, 1, "n", "p").refused(), register(2, 2, 4, "n", "q")}, "ROBUST-11"},
	{"the name belongs to somebody else", []Operation{register(1, 0, 5, "n", "p").refused(), register(2, 0, 4, "n", "q"),
		auth(1, 10, 11, "n", "p"), auth(2, 12, 13, "n", "q").refused()}, "REGISTER-5"},
	{"nobody can have the name", []Operation{register(1, 0, 0, "n", "p"), register(2, 0, 4, "n", "q").refused(), auth(1, 10, 11, "n", "p").refused()}, "REGISTER-5"},
	{"one of two makes the group", []Operation{create(1, 0, 5, "g", "a"), create(2, 0, 4, "g", "b").refused()}, ""},
	{"two make the group", []Operation{create(1, 0, 5, "g", "a"), create(2, 0, 4, "g", "b")}, "CREATEGROUP-5"},
	{"nobody makes the group", []Operation{create(1, 0, 5, "g", "a").refused(), create(2, 0, 4, "g", "b").refused()}, "CREATEGROUP-1"},
	{"a group and a user of one name", []Operation{create(1, 0, 5, "n", "a"), register(2, 0, 4, "n", "b")}, ""},

	// Sessions.
	{"out and in again", []Operation{auth(1, 0, 1, "u1", "p"), logout(1, 2, 3), send(1, 4, 5, "b", "a").refused(), auth(1, 6, 7, "u1", "p"), read(1, 8, 9, "u1", "")}, ""},
	{"the connection ends with the logout", []Operation{auth(1, 0, 1, "u1", "p"), logout(1, 2, 3), auth(1, 4, 0, "u1", "p"), auth(1, 6, 7, "u1", "p").refused()}, ""},
	{"served after logout", []Operation{auth(1, 0, 1, "u1", "p"), logout(1, 2, 3), read(1, 4, 5, "u1", "")}, "LOGOUT-3"},
	{"no way back in", []Operation{auth(1, 0, 1, "u1", "p"), logout(1, 2, 3), auth(1, 4, 5, "u1", "p").refused()}, "LOGOUT-4"},
	{"another's logout", []Operation{auth(1, 0, 1, "u1", "p"), auth(2, 0, 1, "u2", "p"), logout(2, 2, 3), read(1, 4, 5, "u1", "").refused()}, "LOGOUT-5"},
	{"out for no reason", []Operation{auth(1, 0, 1, "u1", "p"), logout(2, 0, 1), read(1, 2, 3, "u1", ""), read(1, 4, 5, "u1", "").refused()}, "WIRE-9"},
	{"the end of a lost connection ends the next session", []Operation{auth(1, 0, 1, "u1", "p"), send(1, 2, 0, "b", "a"), auth(1, 4, 5, "u1", "p"), read(1, 6, 7, "u1", "").refused()}, ""},
	{"one's own other session logs out", []Operation{auth(1, 0, 1, "u1", "p"), func() Operation { op := logout(2, 2, 3); op.User = "u1"; return op }(), read(1, 4, 5, "u1", "").refused()}, ""},
}

func TestCheck(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := &History{Operations: c.ops}
			violations := h.Check()
			var got []string
			for _, v := range violations {
				got = append(got, v.Requirement)
				require.NotEmpty(t, v.Operations)
				for _, text := range []string{v.Text().EN, v.Text().ID} {
					require.True(t, strings.HasPrefix(text, v.Requirement+"  "))
					require.NotContains(t, text, "%!")
				}
				page := &bytes.Buffer{}
				require.NoError(t, h.WritePage(page, v))
				require.Contains(t, page.String(), `"Tag":"`+v.Requirement+`"`)
				m, steps := h.picture(v)
				require.False(t, porcupine.CheckOperations(m, steps), "the page shows no fault: %v", v.Text().EN)
			}
			slices.Sort(got)
			require.Equal(t, c.want, strings.Join(got, " "), "%v", violations)
		})
	}
}

// The order in which operations are listed says nothing.
func TestCheckOrder(t *testing.T) {
	for _, c := range cases {
		reversed := slices.Clone(c.ops)
		slices.Reverse(reversed)
		require.Len(t, (&History{Operations: reversed}).Check(), len((&History{Operations: c.ops}).Check()), c.name)
	}
}
