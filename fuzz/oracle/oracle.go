// Package oracle is the specification as a relation: given all that was sent
// and seen so far, which results are allowed now? It shares no code with the
// reference server and prefers no reading of what the specification leaves
// open: an open point is either a choice that every result may make anew, or a
// reading that results narrow down.
//
// The files follow SPEC.md: rules.go says for each request which results are
// allowed, each rule with its requirement; effects.go what a result then means
// for the state; inbox.go judges what an inbox shows. What nobody can know is
// kept as such: a connection has a set of users it may be logged in as, a user
// may exist, a message may have been sent.
//
// When in doubt, a result is allowed: a false alarm is the worst defect.
package oracle

import (
	"bytes"
	"slices"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Class says how bad a Verdict is.
type Class uint8

// The classes of verdicts.
const (
	Broken       Class = iota // contradicts the specification in every reading
	Inconsistent              // contradicts the reading that the server itself showed before
)

// Kind is what went wrong, in one word.
type Kind string

// The kinds of verdicts.
const (
	Accepted   Kind = "accepted"   // OK, where ERROR was due
	Refused    Kind = "refused"    // ERROR, where OK was due
	Words      Kind = "words"      // the words that the specification fixes are others
	Form       Kind = "form"       // no result as WIRE-1 to WIRE-5 have it
	Empty      Kind = "empty"      // data says nothing
	Token      Kind = "token"      // the token of another session
	Silent     Kind = "silent"     // no answer on an open connection
	Closed     Kind = "closed"     // the connection was closed or reset instead of an answer
	Unasked    Kind = "unasked"    // something came that no request asked for
	Lost       Kind = "lost"       // what was sent does not show
	Doubled    Kind = "doubled"    // it shows more than once
	Leaked     Kind = "leaked"     // it shows where it was not sent
	Changed    Kind = "changed"    // its text is another
	Disordered Kind = "disordered" // it shows in another order
	Unsigned   Kind = "unsigned"   // it shows without its sender
	Unnamed    Kind = "unnamed"    // the answer does not name what it is to name
	Differs    Kind = "differs"    // a relation between two plays is broken
	Died       Kind = "died"       // the server serves nobody any more
)

// Verdict is one thing that is not allowed.
type Verdict struct {
	Class       Class
	Requirement string // as precise as the session shows it
	Also        string // a requirement that may be meant as well; "" for none
	Rule        string // the requirement of the rule that was broken; does not depend on what happened before
	Kind        Kind
	Failure     verdict.Failure // Actual and Conn are for the caller to fill in
}

// Label is what stays the same while a session is reduced.
func (v *Verdict) Label() string { return v.Rule + " " + string(v.Kind) }

// Conn is a connection: the server it leads to, 0 or 1, and its number there.
type Conn struct{ Server, N int }

// Facts is what is known of the servers before the first request.
type Facts struct {
	IDs    [2]string // what the servers call themselves; "" where unknown
	File   string    // a file that the first server has; "" where none is known
	Vacant string    // a port where nobody listens
	Mark   string    // begins the words that stand nowhere else
	Word   int       // their length
	Scope  string    // letters that every name of the session holds, and no other's; "" where names are known to be its own

	// A name and a password that each server was found to take. Others of the
	// same form have to be taken as well: nothing is known of any other.
	Names, Passwords [2]string

	// Longest is the length of a line that every server takes; 0 for 8 KiB.
	Longest int

	// Alone tells that nobody else uses the servers meanwhile. Only then can it
	// be told whether they are linked.
	Alone bool

	Judged map[string]int // counts how often each requirement was judged; may be nil
}

// tri is an answer that may not be known.
type tri uint8

const (
	no tri = iota
	maybe
	yes
)

// Model is all that was sent and seen in one session. It is for one goroutine
// at a time.
type Model struct {
	facts   Facts
	conns   []*conn
	servers [2]server
	mails   map[string]*mail   // by their word
	order   []*mail            // in the order in which they were sent
	tokens  [2]map[string]Conn // data of auth, and where it was given
	names   []*account         // every account mentioned, in order

	fit []*account // for Answered, so that not each result makes a list of its own

	filesAnywhere bool // nobody knows where a file went

	// Readings that results narrow down.
	empties  map[*rules]tri // reading an inbox empties it; maybe: not known yet
	newest   tri            // an inbox shows the newest first
	unsorted bool           // the shape of the inbox does not tell what came first
}

type server struct {
	accounts map[string]*account
	boxes    map[string]*box   // by the letters of the name, so that spellings which a server may take for one share one
	groups   map[string]*group // by the letters of the id, like boxes
	known    map[string]*known // the same
}

// account is a name on a server.
type account struct {
	name      string
	server    int
	plain     bool // a name that every server takes
	exists    tri
	passwords []password
	refused   []string // passwords of refused registrations
	sessions  int      // how often it logged in
	failures  int      // how often an auth was refused
	grouped   bool     // somebody spoke of a group of this name, which an inbox may show beside the sender
	dangling  bool     // a connection ended without logout: its session may live on
	loggedOut bool
	box       *box
}

type password struct {
	text string
	sure bool // the only one, and known
}

// conn is one open connection.
type conn struct {
	id        Conn
	who       []*account // whom it may be logged in as; nil stands for nobody
	opened    *account   // registered here: may have been logged in by that
	loggedOut bool       // a logout succeeded here
	replaced  bool       // its user logged in or out elsewhere: the session may have ended
	failed    bool       // an auth was refused here since
	erred     bool       // the last result was an ERROR
	witness   bool       // another user logged out since this one logged in
	meddled   bool       // another connection logged in, tried to, or ended since
	doubt     *Verdict   // on the result that told who is logged in, had it been another
}

// group is a group id on a server.
type group struct {
	exists   tri
	plain    bool
	spelt    string // the id as it was written first
	mixed    bool   // and later in another way, which a server may take for the same
	loose    bool   // nobody knows who its members are
	repeats  bool   // a member was listed twice: "counts once, gets everything twice"
	members  map[*account]tri
	creator  []*account
	refused  []*account // listed in refused requests for this id
	refusals int        // refused requests for this id
}

// known is a server id that somebody added.
type known struct {
	port      string
	owner     *account // whose addserver got OK last; nil where nobody can know
	apart     bool     // a message found no way there since
	connected bool     // a connect got OK since
	declined  bool     // or an ERROR: perhaps the link was there before
	spelt     string   // see group
	mixed     bool
}

// New begins a session.
func New(f Facts) *Model {
	m := &Model{facts: f, mails: map[string]*mail{}, empties: map[*rules]tri{}, newest: maybe}
	if m.facts.Longest == 0 {
		m.facts.Longest = longLine
	}
	for i := range m.servers {
		m.tokens[i] = map[string]Conn{}
		m.servers[i] = server{map[string]*account{}, map[string]*box{}, map[string]*group{}, map[string]*known{}}
	}
	return m
}

// Opened begins a connection. One that was logged out on in an earlier session
// counts as new.
func (m *Model) Opened(c Conn) {
	m.conns = append(m.conns, &conn{id: c, who: []*account{nil}})
}

// Ended notes that the connection is gone, whoever closed it. A session on it
// may live on.
func (m *Model) Ended(c Conn) {
	for i, k := range m.conns {
		if k.id == c {
			for _, a := range k.who {
				if a != nil {
					a.dangling = true
				}
			}
			m.meddle(k)
			m.conns = append(m.conns[:i], m.conns[i+1:]...)
			return
		}
	}
}

// meddle notes that something happened on k that is no business of others.
func (m *Model) meddle(k *conn) {
	for _, o := range m.conns {
		o.meddled = o.meddled || o != k && o.id.Server == k.id.Server
	}
}

func (m *Model) conn(c Conn) *conn {
	for _, k := range m.conns {
		if k.id == c {
			return k
		}
	}
	m.Opened(c)
	return m.conns[len(m.conns)-1]
}

// LoggedIn lists the users that c is logged in as, as far as is known: none, or
// one. Sure tells that there is no doubt.
func (m *Model) LoggedIn(c Conn) (user string, sure bool) {
	for _, k := range m.conns {
		if k.id == c {
			for _, a := range k.who {
				if a != nil {
					user = a.name
				}
			}
			return user, len(k.who) == 1
		}
	}
	return "", true
}

// account finds or makes the account of a name.
func (m *Model) account(srv int, name []byte) *account {
	s := &m.servers[srv]
	if a := s.accounts[string(name)]; a != nil {
		return a
	}
	a := &account{name: string(name), server: srv, plain: m.plainName(srv, name)}
	class := spelling(name)
	a.grouped = s.groups[class] != nil
	if a.box = s.boxes[class]; a.box == nil {
		a.box = &box{}
		s.boxes[class] = a.box
	}
	a.box.owners = append(a.box.owners, a)
	s.accounts[a.name] = a
	m.names = append(m.names, a)
	return a
}

// alone tells that no other spelling of the name was used, so that nothing
// depends on which spellings a server takes for one.
func (a *account) alone() bool { return len(a.box.owners) == 1 }

// named tells whether the name, where an inbox shows it, speaks of a sender: one
// of those that it may be, or another user.
func (a *account) named(senders []*account) bool {
	return a.plain && (a.exists != no && !a.grouped || slices.Contains(senders, a))
}

// elsewhere tells that the account may have a session beside the one on k.
func (m *Model) elsewhere(k *conn, a *account) bool {
	for _, o := range a.box.owners {
		if o.dangling {
			return true
		}
		for _, other := range m.conns {
			if other != k && other.id.Server == a.server && other.may(o) {
				return true
			}
		}
	}
	return false
}

func (k *conn) may(a *account) bool {
	for _, w := range k.who {
		if w == a {
			return true
		}
	}
	return false
}

// add makes a one more that k may be logged in as.
func (k *conn) add(a *account) {
	if !k.may(a) {
		k.who = append(k.who[:len(k.who):len(k.who)], a)
	}
}

// become makes a the only one.
func (k *conn) become(a *account) { k.who, k.opened, k.doubt = []*account{a}, nil, nil }

// othersIn tells whether somebody is logged in on another connection.
func (m *Model) othersIn(k *conn) bool {
	for _, o := range m.conns {
		if o != k && o.id.Server == k.id.Server && (len(o.who) > 1 || o.who[0] != nil) {
			return true
		}
	}
	return false
}

// right tells whether a password is the account's.
func (a *account) right(text []byte) tri {
	if len(a.passwords) == 0 {
		return no
	}
	for _, p := range a.passwords {
		switch {
		case p.text == string(text) && p.sure && len(a.passwords) == 1:
			return yes
		case bytes.EqualFold([]byte(p.text), text): // "letter case counts or not"
			return maybe
		}
	}
	return no
}

// plainName tells whether the server takes the name, of a user, a group or a
// server: it has the form of one that it was found to take.
func (m *Model) plainName(srv int, name []byte) bool {
	return sameForm(name, m.facts.Names[srv]) && m.ours(name)
}

// ours tells whether a name is one of this session. What another session did to
// any other nobody knows.
func (m *Model) ours(name []byte) bool {
	return m.facts.Scope == "" || bytes.Contains(bytes.ToLower(name), []byte(m.facts.Scope))
}

// absent tells whether there is no such account beyond doubt.
func (m *Model) absent(a *account) bool { return a.exists == no && a.alone() && m.ours([]byte(a.name)) }

// plainPassword tells the same of a password: no policy that takes one of them
// has reason to refuse the other.
func (m *Model) plainPassword(srv int, text []byte) bool {
	return sameForm(text, m.facts.Passwords[srv])
}

// sameForm tells whether two texts are small letters, capitals, digits and the
// same signs at the same places.
func sameForm(a []byte, b string) bool {
	if len(a) != len(b) || len(a) == 0 {
		return false
	}
	for i := range a {
		if form(a[i]) != form(b[i]) {
			return false
		}
	}
	return true
}

func form(c byte) byte {
	switch {
	case c >= 'a' && c <= 'z':
		return 'a'
	case c >= 'A' && c <= 'Z':
		return 'A'
	case c >= '0' && c <= '9':
		return '0'
	}
	return c
}

// spelling keeps of a name what is left when letter case and signs do not
// count.
func spelling(name []byte) string {
	b := make([]byte, 0, len(name))
	for _, c := range name {
		switch {
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b = append(b, c)
		}
	}
	return string(b)
}
