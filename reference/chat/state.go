package chat

import (
	"cmp"
	"sync"
)

// Limits bound what a server remembers, so that it can be left running. A
// field that is zero or less has its default.
type Limits struct {
	Users        int // accounts; default 100,000
	Groups       int // default 10,000
	Members      int // of one group; default 1,000
	Servers      int // addresses of other servers; default 1,000
	Mailbox      int // unread messages of one user; default 10,000
	MailboxBytes int // size of these, files included; default 16 MiB
	MailBytes    int // size of all unread messages; default 256 MiB

	// HashIterations is the work that goes into hashing a password, in
	// rounds of PBKDF2 with SHA-256; default 10,000, some 2 ms.
	HashIterations int
}

func (l Limits) withDefaults() Limits {
	fill := func(field *int, value int) { *field = cmp.Or(max(*field, 0), value) }
	fill(&l.Users, 100_000)
	fill(&l.Groups, 10_000)
	fill(&l.Members, 1_000)
	fill(&l.Servers, 1_000)
	fill(&l.Mailbox, 10_000)
	fill(&l.MailboxBytes, 16<<20)
	fill(&l.MailBytes, 256<<20)
	fill(&l.HashIterations, 10_000)
	return l
}

// Refusals that a caller may want to tell apart.
const (
	ErrName        = Error("nama tidak sah: 1 sampai 64 huruf, angka, _, - atau .")
	ErrUserTaken   = Error("nama user sudah terpakai")
	ErrUserUnknown = Error("user tidak dikenal")
	ErrLogin       = Error("nama user atau password salah")
	ErrFull        = Error("server penuh")
)

// State is what a server remembers: users and their mail, groups, and the
// addresses of other servers. It is safe for concurrent use; each operation is
// atomic, and one that returns an error has changed nothing.
type State struct {
	limits Limits
	hasher hasher
	decoy  secret // stands in for the secret of a user who does not exist

	mu      sync.Mutex // guards all below; never held while hashing
	users   map[string]*account
	groups  map[string][]string
	servers map[string]*entry
	mail    int // bytes in all mailboxes
	entries int // servers ever added, to tell which is older
}

type account struct {
	secret  secret
	mailbox []Message
	bytes   int
}

// NewState returns an empty state.
func NewState(limits Limits) *State {
	limits = limits.withDefaults()
	hasher := newHasher(limits.HashIterations)
	return &State{
		limits:  limits,
		hasher:  hasher,
		decoy:   hasher.conceal(""),
		users:   make(map[string]*account),
		groups:  make(map[string][]string),
		servers: make(map[string]*entry),
	}
}

// Register creates a user. It returns ErrName, ErrUserTaken or ErrFull if it
// cannot; of several calls at once with one name exactly one succeeds.
func (s *State) Register(name, password string) error {
	// Ask twice: before, since hashing is dear, and after, since meanwhile
	// somebody else may have taken the name.
	if err := s.create(name, nil); err != nil {
		return err
	}
	secret := s.hasher.conceal(password)
	return s.create(name, &secret)
}

// create makes an account with the secret, or without one only tells whether
// that would succeed.
func (s *State) create(name string, secret *secret) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !ValidName(name):
		return ErrName
	case s.users[name] != nil:
		return ErrUserTaken
	case len(s.users) >= s.limits.Users:
		return ErrFull
	case secret != nil:
		s.users[name] = &account{secret: *secret}
	}
	return nil
}

// SetPassword gives a user a new password. It returns ErrUserUnknown if there
// is no such user. No request leads here; it is for whoever runs the server.
func (s *State) SetPassword(name, password string) error {
	secret := s.hasher.conceal(password)
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[name]
	if u == nil {
		return ErrUserUnknown
	}
	u.secret = secret
	return nil
}

// Authenticate returns ErrLogin unless name has the password. It takes as long
// for a user who does not exist as for one who does.
func (s *State) Authenticate(name, password string) error {
	s.mu.Lock()
	u, secret := s.users[name], s.decoy
	if u != nil {
		secret = u.secret
	}
	s.mu.Unlock()
	if !s.hasher.matches(secret, password) || u == nil {
		return ErrLogin
	}
	return nil
}

// HasUser reports whether the user is registered.
func (s *State) HasUser(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.users[name] != nil
}
