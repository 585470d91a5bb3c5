package script

import (
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/protokol-chat/chatspec/harness/dialect"
)

// Setting is what the references of a script stand for in one play.
type Setting struct {
	Scope   string // ScopeLength small letters that no other play has
	Dialect *dialect.Dialect
	IP      string
	Port    int

	Peer     *dialect.Dialect // nil without a second server
	PeerIP   string
	PeerPort int

	Vacant int    // a port where nobody listens
	File   string // a file that the server has; "" without one
}

// ScopeLength is how many letters a Setting's Scope has.
const ScopeLength = nonceLength + countLength

const (
	letters     = "abcdefghijklmnopqrstuvwxyz"
	nonceLength = 4
	countLength = 4
	wordLength  = 2
)

// Scopes gives each play a scope of its own. It is safe for use by several
// goroutines.
type Scopes struct {
	nonce string
	count atomic.Uint32
}

// NewScopes begins with a nonce that sets this run apart from all others. It is
// made from whatever random number it is given.
func NewScopes(random uint64) *Scopes {
	return &Scopes{nonce: string(spell(nil, uint32(random%(26*26*26*26)), nonceLength))}
}

// Next gives a new scope. Its last letter changes last: a name that was cut is
// the beginning of no other, for a long time.
func (s *Scopes) Next() string {
	b := spell([]byte(s.nonce), s.count.Add(1), countLength)
	slices.Reverse(b[nonceLength:])
	return string(b)
}

// spell appends a number in letters.
func spell(b []byte, n uint32, length int) []byte {
	at := len(b)
	for range length {
		b = append(b, 0)
	}
	for i := at + length - 1; i >= at; i-- {
		b[i] = letters[n%26]
		n /= 26
	}
	return b
}

// Mark begins every {word} of the play and stands in nothing else.
func (s *Setting) Mark() string { return "9" + s.Scope }

// Code stands in every name of the play, also in one that was cut, and in those
// of no other for a long time.
func (s *Setting) Code() string { return s.Scope[nonceLength-2 : len(s.Scope)-1] }

// WordSize is the length of a {word}.
const WordSize = 1 + ScopeLength + wordLength

// Append renders the request of a step, without its end.
func (s *Setting) Append(b []byte, st *Step) []byte {
	for i := range st.Parts {
		b = s.part(b, st.On, &st.Parts[i])
	}
	return b
}

func (s *Setting) part(b []byte, on Conn, p *Part) []byte {
	here := s.Dialect
	if on.Peer && s.Peer != nil {
		here = s.Peer
	}
	switch p.Kind {
	case Literal:
		return append(b, p.Text...)
	case User:
		return s.user(b, here, p.Text)
	case Upper:
		at := len(b)
		b = s.user(b, here, p.Text)
		for i, c := range b[at:] {
			switch {
			case c >= 'a' && c <= 'z':
				b[at+i] = c - 'a' + 'A'
			case c >= scopeMark[0]: // of Shell's scope
				b[at+i] = c - ScopeLength
			}
		}
		return b
	case CutUser:
		b = s.user(b, here, p.Text)
		return b[:len(b)-1]
	case Password:
		return s.password(b, here, p.Text)
	case CutPassword:
		b = s.password(b, here, p.Text)
		return b[:len(b)-1]
	case Address:
		b = s.user(b, here, p.Text)
		if here.ServerID != "" && !here.Plain {
			b = append(append(b, '@'), here.ServerID...)
		}
		return b
	case Group, Server:
		return s.user(b, here, p.Text)
	case Word:
		n, _ := strconv.Atoi(p.Text) // checked by Parse
		return spell(append(append(b, '9'), s.Scope...), uint32(n), wordLength)
	case Fill:
		n, _ := strconv.Atoi(p.Text)
		for i := range min(n, MaxFill) {
			b = append(b, letters[i%26])
		}
		return b
	case Self:
		return append(b, s.Dialect.ServerID...)
	case SelfIP:
		return append(b, s.IP...)
	case SelfPort:
		return strconv.AppendInt(b, int64(s.Port), 10)
	case Peer:
		if s.Peer != nil {
			b = append(b, s.Peer.ServerID...)
		}
		return b
	case PeerIP:
		return append(b, s.PeerIP...)
	case PeerPort:
		return strconv.AppendInt(b, int64(s.PeerPort), 10)
	case Vacant:
		return strconv.AppendInt(b, int64(s.Vacant), 10)
	case File:
		return append(b, s.File...)
	}
	return b
}

// User renders the name of a role. All names of a style have one length, so
// that none stands within another, and roles differ in their first two letters.
func (s *Setting) User(d *dialect.Dialect, role string) string { return string(s.user(nil, d, role)) }

func (s *Setting) user(b []byte, d *dialect.Dialect, role string) []byte {
	if d.Names == dialect.Short {
		b = append(append(b, role[0], role[1]), s.Scope[nonceLength-2:]...)
		return b
	}
	for i := range 4 {
		if i < len(role) {
			b = append(b, role[i])
		} else {
			b = append(b, 'x')
		}
	}
	if d.Names == dialect.Strict {
		return append(append(b, s.Scope[1:]...), '7')
	}
	return append(b, s.Scope...)
}

// Password renders the password of a role: one that no policy has reason to
// refuse.
func (s *Setting) Password(d *dialect.Dialect, role string) string {
	return string(s.password(nil, d, role))
}

func (s *Setting) password(b []byte, d *dialect.Dialect, role string) []byte {
	b = append(b, role[0]-'a'+'A', role[1], '7')
	switch d.Passwords {
	case dialect.Short:
		return append(append(b, s.Scope[nonceLength:]...), '2')
	case dialect.Strict:
		b = append(b, '-')
	}
	return append(append(b, s.Scope...), '2')
}
