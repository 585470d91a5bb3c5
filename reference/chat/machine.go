package chat

import (
	"context"
	"strings"
	"unicode/utf8"
)

// A Handler answers requests. Handle is called for one request of a session at
// a time, and for many sessions at once. It returns soon after ctx is done.
type Handler interface {
	Handle(ctx context.Context, s *Session, r Request) Result
}

// HandlerFunc is a function that is a Handler.
type HandlerFunc func(ctx context.Context, s *Session, r Request) Result

// Handle calls f.
func (f HandlerFunc) Handle(ctx context.Context, s *Session, r Request) Result { return f(ctx, s, r) }

// Files are the files that users can send. It is safe for concurrent use.
type Files interface {
	// Read returns the content of a file. The name is the user's: Read
	// refuses one that leads out of the folder, and a file that is too large.
	Read(name string) ([]byte, error)
}

// Mail takes messages to users of this server. It is safe for concurrent use.
type Mail interface {
	// Deliver puts a message into the mailbox of every one of the users, or,
	// if one of them cannot take it, of none.
	Deliver(m Message, users ...string) error
}

// Links lead to other servers. It is safe for concurrent use, and returns
// within a bounded time however the other server behaves.
type Links interface {
	// Connect opens a link, or makes sure that an open one is alive.
	Connect(ctx context.Context, to Server) error
	// Disconnect closes a link, if there is one.
	Disconnect(to Server)
	// Forward has a message delivered to a user of the other server. From
	// is the name alone; the other server adds whence it came. An error
	// means that the message was not delivered, or that nobody can tell.
	Forward(ctx context.Context, to Server, user string, m Message) error
}

// Machine is the server: it answers the eleven requests as the specification
// has them. It is safe for concurrent use; its fields are set before the first
// request and not changed afterwards.
type Machine struct {
	ID    string // what stands behind the @ in addresses of this server
	State *State
	Mail  Mail  // nil for State
	Files Files // nil where there are none to send
	Links Links // nil where no other server can be reached
}

// Handle answers one request. Whether there is a session is asked before
// whether the parameters are right.
func (m *Machine) Handle(ctx context.Context, s *Session, r Request) Result {
	switch {
	case !utf8.ValidString(r.Line):
		return Fail("request bukan UTF-8 yang sah")
	case strings.IndexByte(r.Line, 0) >= 0:
		return Fail("request memuat karakter NUL")
	}
	c, known := commands[r.Command]
	if !known {
		return Fail(Unrecognized)
	}
	if !c.public && s.User() == "" {
		return Fail("belum ada session; silakan auth dahulu")
	}
	p, ok := r.params(c.words, c.tail)
	if !ok {
		return Fail("parameter tidak sesuai; pemakaian: " + c.usage)
	}
	data, err := c.run(m, ctx, s, p)
	if err != nil {
		return failure(err)
	}
	return Result{OK, data}
}

// Known reports whether command is one of the eleven.
func Known(command string) bool {
	_, known := commands[command]
	return known
}

// A command is a row of the table in commands.go.
type command struct {
	usage  string
	public bool // needs no session
	words  int  // parameters that hold no space
	tail   bool // the rest of the line is one more
	run    func(*Machine, context.Context, *Session, params) (data any, err error)
}
