package variant

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

var robustFaults = []Fault{
	fault("half-crashes", "A client that leaves in the middle of a request brings the server down", "Client yang pergi di tengah request mematikan server", "ROBUST-1", "ROBUST WIRE", whenHalf((*server).crash)),
	fault("half-joined", "Half a request of a client that left is put before the next request of another", "Setengah request dari client yang pergi digabung ke depan request client lain", "ROBUST-1 WIRE-9", "ROBUST", func(s *server) {
		var mu sync.Mutex
		var half []byte
		reading(func(c *conn, r io.Reader) io.Reader {
			return &watched{r: r, next: func(b []byte, open []byte, err error) []byte {
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					half = append(half, open...)
					return b
				}
				out := append(half, b...)
				half = nil
				return out
			}}
		})(s)
	}),

	fault("dribble-blocks", "While a client is in the middle of a request nobody else is served", "Selama seorang client di tengah mengirim request, yang lain tidak dilayani", "ROBUST-2 ROBUST-1", "WIRE ROBUST", func(s *server) {
		turn := make(chan struct{}, 1) // held by the client who is in the middle of a request
		var holding perConn[bool]
		reading(func(c *conn, r io.Reader) io.Reader {
			holds := holding.get(c)
			return &watched{r: r, next: func(b, open []byte, err error) []byte {
				switch {
				case err == nil && len(open) > 0 && !*holds:
					turn <- struct{}{}
					*holds = true
				case *holds && (err != nil || len(open) == 0):
					*holds = false
					<-turn
				}
				return b
			}}
		})(s)
		on("*", func(c *call) chat.Result {
			if !*holding.get(c.conn) {
				turn <- struct{}{}
				<-turn
			}
			return c.next()
		})(s)
	}),

	fault("idle-hundred", "More than a hundred connections at once are turned away", "Lebih dari seratus koneksi sekaligus ditolak", "ROBUST-3", "ROBUST", configure(func(c *reference.Config) { c.MaxConns = 100 })),

	fault("long-line-crashes", "A line of 64 KiB brings the server down", "Baris sepanjang 64 KiB mematikan server", "ROBUST-4 ROBUST-5", "ROBUST", whenLong(64<<10, (*server).crash)),
	fault("longer-line-crashes", "A line of 1 MiB brings the server down", "Baris sepanjang 1 MiB mematikan server", "ROBUST-5", "ROBUST", whenLong(1<<20, (*server).crash)),

	fault("bytes-crash", "Bytes that are not UTF-8 bring the server down", "Byte yang bukan UTF-8 mematikan server", "ROBUST-6", "ROBUST", whenLine(func(line string) bool { return !utf8.ValidString(line) }, (*server).crash)),

	fault("nul-crashes", "A NUL byte brings the server down", "Byte NUL mematikan server", "ROBUST-7", "ROBUST", whenLine(func(line string) bool { return strings.Contains(line, "\x00") }, (*server).crash)),

	fault("nul-file-crashes", "A NUL byte in the name of a file brings the server down", "Byte NUL dalam nama file mematikan server", "ROBUST-7", "ROBUST", whenLine(func(line string) bool {
		return strings.HasPrefix(line, "sendfile") && strings.Contains(line, "\x00")
	}, (*server).crash)),

	fault("empty-line-closes", "An empty line closes the connection", "Baris kosong menutup koneksi", "ROBUST-8", "", whenEmpty(func(c *conn) { c.Conn.Close() })),
	fault("empty-line-mutes", "After an empty line the connection is open and answers nothing more", "Setelah baris kosong koneksi tetap terbuka tetapi tidak menjawab lagi", "ROBUST-8", "", func(s *server) {
		var muted perConn[bool]
		whenEmpty(func(c *conn) { *muted.get(c) = true })(s)
		on("*", when(func(c *call) bool { return *muted.get(c.conn) }, hang))(s)
	}),

	fault("flood-swapped", "Of many results that leave together the last two change places", "Dari banyak result yang dikirim bersama, dua yang terakhir bertukar tempat", "ROBUST-9 WIRE-7", "", writing(func(_ *conn, b []byte, next func([]byte) error) error {
		parts := bytes.SplitAfter(b, []byte(end))
		if n := len(parts) - 1; n > 50 {
			for i := range n {
				if !bytes.Equal(parts[i], parts[n-1]) && i > n-12 {
					parts[i], parts[n-1] = parts[n-1], parts[i]
					break
				}
			}
		}
		return next(bytes.Join(parts, nil))
	})),

	fault("half-closed-dropped", "A client that shuts its writing side is taken to be gone and gets no answer", "Client yang menutup sisi kirimnya dianggap pergi dan tidak mendapat jawaban", "ROBUST-10", "", func(s *server) {
		writing(func(c *conn, b []byte, next func([]byte) error) error {
			if c.left(3 * time.Millisecond) {
				return net.ErrClosed
			}
			return next(b)
		})(s)
	}),

	fault("race-register", "A name is looked up, and a little later entered: two who come together both get it", "Nama diperiksa, lalu disimpan sesaat kemudian: dua yang datang bersamaan sama-sama mendapatkannya", "ROBUST-11", "", on("register", when(nobody, func(c *call) chat.Result {
		time.Sleep(30 * time.Millisecond)
		if taken(c) {
			return overwrite(c)
		}
		return c.next()
	}))),

	fault("race-send-lost", "A message to a user who is being sent to is lost", "Pesan kepada user yang sedang dikirimi pesan lain hilang", "ROBUST-12", "", racing("send", okay)),
	fault("race-send-twice", "A message to a user who is being sent to arrives twice", "Pesan kepada user yang sedang dikirimi pesan lain sampai dua kali", "ROBUST-12", "", racing("send", func(c *call) chat.Result {
		c.next()
		return c.next()
	})),
	fault("race-crossing-hangs", "Two users who send to each other at once wait for each other for ever", "Dua user yang saling mengirim sekaligus saling menunggu selamanya", "ROBUST-12", "ROBUST", fresh("send", func() step {
		var desks sync.Map
		desk := func(user string) chan struct{} {
			d, _ := desks.LoadOrStore(user, make(chan struct{}, 1))
			return d.(chan struct{})
		}
		return when(served("send"), func(c *call) chat.Result {
			user, _ := c.here(c.word(0))
			if user == c.user() {
				return c.next()
			}
			for _, d := range []chan struct{}{desk(c.user()), desk(user)} {
				select {
				case d <- struct{}{}:
					defer func() { <-d }()
				case <-c.ctx.Done():
					return refuse(c)
				}
				time.Sleep(time.Millisecond)
			}
			return c.next()
		})
	})),
	fault("race-send-crashes", "Two messages to one user at once bring the server down", "Dua pesan kepada satu user sekaligus mematikan server", "ROBUST-12", "ROBUST", racing("send", crash)),

	fault("leak-silent", "Connections that close without a request are never given back: after 900 the server takes no more", "Koneksi yang ditutup tanpa request tidak pernah dikembalikan: setelah 900 server tidak menerima lagi", "ROBUST-13", "ROBUST", leaking(900, true)),
	fault("leak-all", "Connections are never given back: after 1500 the server takes no more", "Koneksi tidak pernah dikembalikan: setelah 1500 server tidak menerima lagi", "ROBUST-13", "ROBUST", leaking(1500, false)),
}

// watched is an input that sees the lines go by: next gets each piece that was
// read, with what stands open behind the last end of a line, and returns what
// is to be read in its place. At the end it gets the error.
type watched struct {
	r    io.Reader
	next func(b, open []byte, err error) []byte
	open []byte
	left []byte
	err  error
}

func (w *watched) Read(b []byte) (int, error) {
	for len(w.left) == 0 {
		if w.err != nil {
			return 0, w.err
		}
		piece := make([]byte, 4096)
		n, err := w.r.Read(piece)
		piece = piece[:n]
		if n > 0 {
			w.open = append(w.open, piece...)
			w.open = w.open[bytes.LastIndexByte(w.open, '\n')+1:]
			w.left = w.next(piece, w.open, nil)
		}
		if err != nil {
			w.err = err
			w.left = append(w.left, w.next(nil, w.open, err)...)
		}
	}
	n := copy(b, w.left)
	w.left = w.left[n:]
	return n, nil
}

// watching calls see with what stands open after each piece that was read, and
// with the error at the end.
func watching(see func(c *conn, b, open []byte, err error)) effect {
	return reading(func(c *conn, r io.Reader) io.Reader {
		return &watched{r: r, next: func(b, open []byte, err error) []byte {
			see(c, b, open, err)
			return b
		}}
	})
}

// whenHalf calls do when a client leaves in the middle of a request.
func whenHalf(do func(*server)) effect {
	return watching(func(c *conn, _, open []byte, err error) {
		var timeout net.Error
		if err != nil && len(open) > 0 && !(errors.As(err, &timeout) && timeout.Timeout()) {
			do(c.server)
		}
	})
}

// whenLong calls do when a line has so many bytes.
func whenLong(many int, do func(*server)) effect {
	return onLong(many, func(c *conn) { do(c.server) })
}

func onLong(many int, do func(*conn)) effect {
	return func(s *server) {
		var long perConn[int]
		watching(func(c *conn, b, _ []byte, _ error) {
			before := long.get(c)
			for len(b) > 0 {
				line, rest, ended := bytes.Cut(b, []byte{'\n'})
				if *before += len(line); *before >= many {
					do(c)
				}
				if ended {
					*before = 0
				}
				b = rest
			}
		})(s)
	}
}

// whenEmpty calls do after an empty line.
func whenEmpty(do func(*conn)) effect {
	return func(s *server) {
		var last perConn[byte]
		watching(func(c *conn, b, _ []byte, _ error) {
			before := last.get(c)
			for _, x := range bytes.ReplaceAll(b, []byte{'\r'}, nil) {
				if x == '\n' && (*before == '\n' || *before == 0) {
					do(c)
				}
				*before = x
			}
		})(s)
	}
}

// whenLine calls do for a request of some kind, which then hangs.
func whenLine(kind func(line string) bool, do func(*server)) effect {
	return on("*", when(func(c *call) bool { return kind(c.Line) }, func(c *call) chat.Result {
		do(c.server)
		return hang(c)
	}))
}

// leaking counts connections that were closed, all or only those that said
// nothing, and crashes the server when there are more than most.
func leaking(most int, silent bool) effect {
	return func(s *server) {
		var lost counter
		accepting(func(l net.Listener) net.Listener {
			return &counting{Listener: l, changed: func(_ int, closed bool, said int) {
				if closed && (!silent || said == 0) && lost.next() > most {
					s.crash()
				}
			}}
		})(s)
	}
}

// counting is a listener that tells when a connection opens or closes: how
// many are open now, and of a closed one how many bytes it had said.
type counting struct {
	net.Listener
	changed func(open int, closed bool, said int)

	mu   sync.Mutex
	open int
}

func (l *counting) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.open++
	open := l.open
	l.mu.Unlock()
	l.changed(open, false, 0)
	return &counted{Conn: c, l: l}, nil
}

type counted struct {
	net.Conn
	l    *counting
	said int
	once sync.Once
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.said += n
	return n, err
}

func (c *counted) Close() error {
	c.once.Do(func() {
		c.l.mu.Lock()
		c.l.open--
		open := c.l.open
		c.l.mu.Unlock()
		c.l.changed(open, true, c.said)
	})
	return c.Conn.Close()
}

// racing has a request whose first parameter another request is busy with end
// in an outcome.
func racing(command string, outcome step) effect {
	return fresh(command, func() step {
		var busy sync.Map
		return when(served(command), func(c *call) chat.Result {
			if _, taken := busy.LoadOrStore(c.word(0), true); taken {
				return outcome(c)
			}
			defer busy.Delete(c.word(0))
			time.Sleep(5 * time.Millisecond)
			return c.next()
		})
	})
}

// served is what a command would succeed with: a new name, or a message to a
// user of this server.
func served(command string) condition {
	if command == "register" {
		return nobody
	}
	return func(c *call) bool {
		user, ok := c.here(c.word(0))
		return ok && inside(c) && !lacking(c) && c.state().HasUser(user)
	}
}

// left reports whether the client has shut its writing side, as far as can be
// seen within d. It is for writes: nobody reads meanwhile.
func (c *conn) left(d time.Duration) bool {
	if c.Conn.SetReadDeadline(time.Now().Add(d)) != nil {
		return true
	}
	b := make([]byte, 4096)
	n, err := c.in.Read(b)
	if n > 0 {
		c.in = io.MultiReader(bytes.NewReader(b[:n]), c.in)
	}
	return errors.Is(err, io.EOF)
}
