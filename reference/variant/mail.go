package variant

import (
	"context"
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

// A parcel is a message on its way into mailboxes of this server.
type parcel struct {
	chat.Message
	users   []string // whose mailboxes
	server  *server
	mailbox *mailbox
	depth   int
}

// A post delivers a parcel, mostly by calling next.
type post func(p *parcel) error

// next has the parcel delivered further in.
func (p *parcel) next() error {
	if p.depth == 0 {
		return p.mailbox.inner.Deliver(p.Message, p.users...)
	}
	p.depth--
	defer func() { p.depth++ }()
	return p.server.posts[p.depth](p)
}

// to has the message delivered further in to these users.
func (p *parcel) to(users ...string) error {
	own := p.users
	defer func() { p.users = own }()
	p.users = users
	return p.next()
}

// known returns an error unless every user exists.
func (p *parcel) known() error {
	for _, u := range p.users {
		if !p.server.machine.State.HasUser(u) {
			return chat.ErrUserUnknown
		}
	}
	return nil
}

// sender is the name of the sender, without its server.
func (p *parcel) sender() string {
	user, _, _ := strings.Cut(p.From, "@")
	return user
}

// kind is the command that a message was sent with.
func kind(m chat.Message) string {
	switch {
	case m.Group != "" && m.File != "":
		return "sendfilegroup"
	case m.Group != "":
		return "sendgroup"
	case m.File != "":
		return "sendfile"
	}
	return "send"
}

// posting makes a post an effect on what is sent with some commands.
func posting(commands string, do post) effect {
	kinds := strings.Fields(commands)
	return func(s *server) {
		s.posts = append(s.posts, func(p *parcel) error {
			if slices.Contains(kinds, kind(p.Message)) {
				return do(p)
			}
			return p.next()
		})
	}
}

// everySend is all commands that send something.
const everySend = "send sendgroup sendfile sendfilegroup"

// saying is a post that changes the text.
func saying(change func(string) string) post {
	return func(p *parcel) error {
		p.Text = change(p.Text)
		return p.next()
	}
}

// words keeps the first n words.
func words(n int) func(string) string {
	return func(s string) string {
		parts := strings.SplitN(s, " ", n+1)
		return strings.Join(parts[:min(len(parts), n)], " ")
	}
}

// withoutRequest takes off the first word if it is the name of a request.
func withoutRequest(s string) string {
	if word, rest, more := strings.Cut(s, " "); more && chat.Known(word) {
		return rest
	}
	return s
}

func singleSpaces(s string) string { return strings.Join(strings.Fields(s), " ") }

// until keeps what stands before a separator, or a blank.
func until(separator string) func(string) string {
	return func(s string) string {
		before, _, _ := strings.Cut(s, separator)
		return before
	}
}

// cut cuts messages after n bytes.
func cut(n int) effect { return posting("send", saying(first(n))) }

// first keeps the first n bytes, or less where a letter would be cut.
func first(n int) func(string) string {
	return func(s string) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }
}

// recipients is a post that changes who gets the message. Where that leaves
// nobody, nobody gets it.
func recipients(change func(p *parcel, users []string) []string) post {
	return func(p *parcel) error {
		if err := p.known(); err != nil {
			return err
		}
		return p.to(change(p, slices.Clone(p.users))...)
	}
}

// lose is a post that loses the message.
func lose(p *parcel) error { return p.known() }

// losing is a post that loses the message where lost holds.
func losing(lost func(p *parcel) bool) post {
	return func(p *parcel) error {
		if err := p.known(); err != nil || lost(p) {
			return err
		}
		return p.next()
	}
}

// twice delivers the message where it holds a second time.
func twice(again func(p *parcel) bool) post {
	return func(p *parcel) error {
		if err := p.next(); err != nil || !again(p) {
			return err
		}
		return p.next()
	}
}

func always(*parcel) bool { return true }

// mailbox is the chat.Mail of a server.
type mailbox struct {
	server *server
	inner  chat.Mail
}

func (m *mailbox) Deliver(message chat.Message, users ...string) error {
	p := &parcel{Message: message, users: users, server: m.server, mailbox: m, depth: len(m.server.posts)}
	return p.next()
}

// What follows decorates chat.Links, chat.Files and reference.Receive.
type (
	connect func(ctx context.Context, to chat.Server, next connectNext) error
	forward func(ctx context.Context, to chat.Server, user string, m chat.Message, next forwardNext) error
	receive func(user string, m chat.Message, next reference.Receive) error
	read    func(name string, next func(string) ([]byte, error)) ([]byte, error)

	connectNext func(ctx context.Context, to chat.Server) error
	forwardNext func(ctx context.Context, to chat.Server, user string, m chat.Message) error
)

func connecting(c connect) effect { return func(s *server) { s.connects = append(s.connects, c) } }
func forwarding(f forward) effect { return func(s *server) { s.forwards = append(s.forwards, f) } }
func receiving(r receive) effect  { return func(s *server) { s.receives = append(s.receives, r) } }

type links struct {
	server *server
	chat.Links
}

// links are the links of s without decorators.
func (s *server) links() chat.Links { return s.machine.Links.(*links).Links }

func (l *links) Connect(ctx context.Context, to chat.Server) error {
	next := connectNext(l.Links.Connect)
	for _, c := range l.server.connects {
		within := next
		next = func(ctx context.Context, to chat.Server) error { return c(ctx, to, within) }
	}
	return next(ctx, to)
}

func (l *links) Forward(ctx context.Context, to chat.Server, user string, m chat.Message) error {
	next := forwardNext(l.Links.Forward)
	for _, f := range l.server.forwards {
		within := next
		next = func(ctx context.Context, to chat.Server, user string, m chat.Message) error {
			return f(ctx, to, user, m, within)
		}
	}
	return next(ctx, to, user, m)
}

type files struct {
	server *server
	inner  chat.Files // may be nil
}

func (f *files) Read(name string) ([]byte, error) {
	next := func(name string) ([]byte, error) {
		if f.inner == nil {
			return nil, chat.Error("server ini tidak menyediakan file")
		}
		return f.inner.Read(name)
	}
	for _, r := range f.server.reads {
		within := next
		next = func(name string) ([]byte, error) { return r(name, within) }
	}
	return next(name)
}
