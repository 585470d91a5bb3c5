package chat

import "crypto/rand"

// A Session is what one connection is: nobody at first, a user after auth,
// nobody again after logout. It belongs to its connection and is not safe for
// concurrent use.
type Session struct {
	state *State
	user  string
	token string
}

// NewSession returns the session of a new connection to a server with state.
func NewSession(state *State) *Session { return &Session{state: state} }

// State returns the state of the server that the connection leads to.
func (s *Session) State() *State { return s.state }

// User returns the user's name, or "" where nobody is logged in.
func (s *Session) User() string { return s.user }

// Token returns the token of the session, or "" where nobody is logged in.
func (s *Session) Token() string { return s.token }

// Open makes the connection the user's, whoever's it was, and returns a new
// token: 128 random bits or more, in letters and digits. It asks for no
// password; State.Authenticate does.
func (s *Session) Open(user string) (token string) {
	s.user, s.token = user, rand.Text()
	return s.token
}

// Close makes the connection nobody's. Other sessions of the user live on.
func (s *Session) Close() { s.user, s.token = "", "" }
