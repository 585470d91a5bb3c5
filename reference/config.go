package reference

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// Config says how a server is to run. The zero value of every field stands for
// its default.
type Config struct {
	// ID is what stands behind the @ in addresses of this server: 1 to 64
	// ASCII letters, digits, '_', '-', '.'. Default "alpha".
	ID string

	// Files is the folder with the files that users can send, subfolders
	// included. Default: there are none.
	Files string

	// MaxFile is the size of the largest file that is sent or received, in
	// bytes. Default 8 MiB. Servers that are linked should agree on it.
	MaxFile int

	// MaxLine is the length of the longest request, in bytes without its
	// end; a longer one is an ERROR. Default 64 KiB.
	MaxLine int

	// MaxConns is how many connections are served at once, links from other
	// servers included; one more is refused. Default 4096.
	MaxConns int

	// MaxLinks is how many links to other servers, and how many from them,
	// are open at once. Default 64.
	MaxLinks int

	// IdleTimeout is how long a client may take to finish its next request.
	// Default 10 minutes.
	IdleTimeout time.Duration

	// WriteTimeout is how long a client may take to read its results, for
	// each MiB of them. Default 10 seconds.
	WriteTimeout time.Duration

	// LinkTimeout is how long another server may take: to accept a link, or
	// to take a message or a file and acknowledge it. Default 2 seconds.
	LinkTimeout time.Duration

	// DrainTimeout is how long requests may go on after Serve was told to
	// stop. Default 1 second.
	DrainTimeout time.Duration

	// PublicPort is the port under which other servers reach this one, 1 to
	// 65535, where it is not the one that Serve listens on. Default: it is.
	PublicPort int

	// HashIterations is the work that goes into hashing a password, in
	// rounds of PBKDF2 with SHA-256. Default 10,000, some 2 ms. Tests that
	// register many users take 1.
	HashIterations int

	// Limits bound the memory of the state machine. HashIterations in it
	// gives way to the one above.
	Limits chat.Limits

	// Logger learns what happens; passwords, tokens and messages are never
	// among it. Default: nobody.
	Logger *slog.Logger

	// Wrap puts decorators around the state machine. It is called once, by
	// New, with the *chat.Machine, whose Mail, Files and Links it may wrap too.
	// Default: none.
	Wrap func(chat.Handler) chat.Handler

	// WrapConn puts a decorator around the connection of a client, once its
	// first byte has shown that it is one. Each Write carries one whole
	// result or several. Handlers find the decorated connection with Conn.
	// Default: none.
	WrapConn func(net.Conn) net.Conn

	// WrapReceive puts a decorator around the delivery of what comes over a
	// link. Default: none.
	WrapReceive func(Receive) Receive

	// WrapListener puts a decorator around what Serve is given. Default: none.
	WrapListener func(net.Listener) net.Listener
}

// Receive delivers a message from another server to a user of this one, or
// says in words for a user why not. It is safe for concurrent use.
type Receive func(user string, m chat.Message) error

// withDefaults checks the configuration and fills in what is not set.
func (c Config) withDefaults() (Config, error) {
	c.ID = cmp.Or(c.ID, "alpha")
	if !chat.ValidID(c.ID) {
		return c, fmt.Errorf("reference: %q cannot be the id of a server", c.ID)
	}
	if c.Files != "" {
		info, err := os.Stat(c.Files)
		if err != nil {
			return c, fmt.Errorf("reference: folder of files: %w", err)
		}
		if !info.IsDir() {
			return c, fmt.Errorf("reference: %s is not a folder", c.Files)
		}
	}
	if c.PublicPort < 0 || c.PublicPort > 65535 {
		return c, fmt.Errorf("reference: %d is not a port", c.PublicPort)
	}
	for name, err := range map[string]error{
		"MaxFile":        fill(&c.MaxFile, 8<<20),
		"MaxLine":        fill(&c.MaxLine, 64<<10),
		"MaxConns":       fill(&c.MaxConns, 4096),
		"MaxLinks":       fill(&c.MaxLinks, 64),
		"IdleTimeout":    fill(&c.IdleTimeout, 10*time.Minute),
		"WriteTimeout":   fill(&c.WriteTimeout, 10*time.Second),
		"LinkTimeout":    fill(&c.LinkTimeout, 2*time.Second),
		"DrainTimeout":   fill(&c.DrainTimeout, time.Second),
		"HashIterations": fill(&c.HashIterations, 10_000),
	} {
		if err != nil {
			return c, fmt.Errorf("reference: %s: %w", name, err)
		}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Limits.HashIterations = c.HashIterations
	return c, nil
}

func fill[T int | time.Duration](field *T, value T) error {
	if *field < 0 {
		return fmt.Errorf("%v is less than nothing", *field)
	}
	*field = cmp.Or(*field, value)
	return nil
}
