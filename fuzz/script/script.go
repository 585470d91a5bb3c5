// Package script holds a session as a list of typed requests: who says what on
// which connection, and how it is sent. A request is literal text and
// references (a user, a group, a word that stands nowhere else), which get
// their names when the session is played, so that no two plays share anything.
//
// Scripts are drawn, reduced, kept as replay files (see Parse) and exported
// (see Shell and Gherkin). A script says what is sent and nothing of what is to
// come: that is package oracle's business.
package script

import "slices"

// Script is one session.
type Script struct {
	Requirement string // of the finding that it shows; "" otherwise
	Kind        string // of that finding; see oracle.Kind
	Steps       []Step
}

// Joins tells whether the step is to go out in one write with the one behind it.
func (s *Script) Joins(i int) bool {
	st := &s.Steps[i]
	return st.How == Joined && i+1 < len(s.Steps) && s.Steps[i+1].On == st.On && s.Steps[i+1].How <= Joined
}

// Step is one request and how it is sent.
type Step struct {
	On    Conn
	How   How
	Parts []Part // nil for Left
}

// Conn names a connection. It is opened when it is first used, and anew when it
// is used after its end.
type Conn struct {
	Peer bool // to the second server
	N    int  // from 1
}

// How is the way in which a request is sent.
type How uint8

// The ways of sending. After Dropped, Reset, Raw and Left the connection is
// gone: a later step opens it anew.
const (
	Whole    How = iota // in one write
	Joined              // in one write with the next step on this connection
	Pieces              // in two writes, cut in the middle
	Dribbled            // byte by byte, but for the middle
	Blank               // with an empty line before it
	Half                // and then the sending side is shut; the result is read
	Dropped             // and then the connection is closed without reading
	Reset               // and then the connection is reset without reading
	Raw                 // as it stands, without the end of a request, and then closed
	Left                // nothing is sent: the connection is closed
)

var hows = [...]string{"whole", "joined", "pieces", "dribbled", "blank", "half", "dropped", "reset", "raw", "left"}

func (h How) String() string { return hows[h] }

// Ends tells whether the connection is gone after the step.
func (h How) Ends() bool { return h >= Dropped }

// Kind is what a Part stands for.
type Kind uint8

// The kinds of parts. Those with a name of their own take an argument, as in
// {user budi}.
const (
	Literal     Kind = iota // Text, byte for byte
	User                    // the name of user Text
	Upper                   // that name in capital letters
	CutUser                 // that name without its last letter
	Password                // the password of user Text
	CutPassword             // the same without its last letter
	Address                 // how user Text is addressed by users of the same server
	Group                   // the id of group Text
	Server                  // the id of a server Text that does not exist
	Word                    // a word that stands nowhere else
	Fill                    // a long word of as many letters as Text says
	Self                    // what the target calls itself
	SelfIP                  // where the target listens
	SelfPort
	Peer // what the second server calls itself
	PeerIP
	PeerPort
	Vacant // a port on 127.0.0.1 where nobody listens
	File   // a file that the server has
)

var kinds = [...]string{"", "user", "upper", "cutuser", "password", "cutpassword", "address", "group", "server", "word", "fill",
	"self", "selfip", "selfport", "peer", "peerip", "peerport", "vacant", "file"}

// takesArgument tells whether {kind} has one.
func (k Kind) takesArgument() bool { return k >= User && k <= Fill }

// Part is a piece of a request.
type Part struct {
	Kind Kind
	Text string // the literal bytes, or the argument of the reference
}

// Lit is a literal part.
func Lit(text string) Part { return Part{Literal, text} }

// Ref is a reference.
func Ref(k Kind, argument string) Part { return Part{k, argument} }

// Clone copies the script; parts are shared, for they are never changed.
func (s *Script) Clone() *Script {
	c := *s
	c.Steps = slices.Clone(s.Steps)
	return &c
}

// Uses tells whether any step refers to k.
func (s *Script) Uses(k Kind) bool {
	return slices.ContainsFunc(s.Steps, func(st Step) bool {
		return slices.ContainsFunc(st.Parts, func(p Part) bool { return p.Kind == k })
	})
}

// NeedsPeer tells whether the script speaks of a second server.
func (s *Script) NeedsPeer() bool {
	return s.Uses(Peer) || s.Uses(PeerIP) || s.Uses(PeerPort) ||
		slices.ContainsFunc(s.Steps, func(st Step) bool { return st.On.Peer })
}

// Users lists the users that the script refers to, in the order in which they
// appear.
func (s *Script) Users() []string {
	var users []string
	for _, st := range s.Steps {
		for _, p := range st.Parts {
			switch p.Kind {
			case User, Upper, CutUser, Password, CutPassword, Address:
				if !slices.Contains(users, p.Text) {
					users = append(users, p.Text)
				}
			}
		}
	}
	return users
}
