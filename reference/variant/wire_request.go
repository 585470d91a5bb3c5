package variant

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// WIRE-6, unknown requests.
var unknownFaults = []Fault{
	fault("unknown-other-words", "Unknown requests are answered **Protocol Tidak Benar", "Request tidak dikenal dijawab **Protocol Tidak Benar", "WIRE-6", "", unknownAs("**Protocol Tidak Benar")),
	fault("unknown-capital", "The message for unknown requests begins with a capital", "Pesan untuk request tidak dikenal diawali huruf besar", "WIRE-6", "", unknownAs("Request tidak dikenali")),
	fault("unknown-ok", "Unknown requests are answered OK", "Request tidak dikenal dijawab OK", "WIRE-6", "",
		on("*", when(unrecognized, then(func(_ *call, r chat.Result) chat.Result { r.Status = chat.OK; return r })))),
	fault("unknown-silent", "Unknown requests get no answer", "Request tidak dikenal tidak dijawab", "WIRE-6 WIRE-7", "*", on("*", when(unrecognized, silent))),
	fault("unknown-closes", "Unknown requests close the connection", "Request tidak dikenal menutup koneksi", "WIRE-6 WIRE-8", "*", on("*", when(unrecognized, hangUp))),
	fault("unknown-guest-closes", "An unknown request before `auth` is answered, and closes the connection", "Request tidak dikenal sebelum `auth` dijawab, lalu koneksinya ditutup", "WIRE-8", "*",
		on("*", when(both(unrecognized, guest), then(func(c *call, r chat.Result) chat.Result { c.last(); return r })))),
	fault("unknown-alone", "An unknown word alone, without a parameter, kills the thread", "Satu kata tidak dikenal tanpa parameter mematikan thread", "WIRE-6", "*",
		on("*", when(both(unrecognized, bare), hang))),
	fault("unknown-foreign-closes", "An unknown word with letters beyond ASCII kills the thread, and the connection with it", "Kata tidak dikenal dengan huruf di luar ASCII mematikan thread bersama koneksinya", "WIRE-6", "",
		on("*", when(both(unrecognized, foreign), hangUp))),
	fault("unknown-long-closes", "An unknown word beyond 256 letters closes the connection", "Kata tidak dikenal yang lebih dari 256 huruf menutup koneksi", "WIRE-6", "",
		on("*", when(both(unrecognized, func(c *call) bool { return len(c.Command) > 256 }), hangUp))),
	fault("unknown-inherited", "Commands are looked up in an object that inherits: constructor is one", "Perintah dicari di objek yang mewarisi: constructor dianggap perintah", "WIRE-6", "",
		on("*", when(func(c *call) bool { return c.Command == "constructor" }, okay))),
	fault("unknown-begins", "A request that begins with a command is taken for it, inboxx for inbox", "Request yang diawali sebuah perintah dianggap perintah itu, inboxx sebagai inbox", "WIRE-6", "",
		likened(strings.HasPrefix)),
	fault("unknown-anywhere", "A command anywhere in a request is taken for it, in a message too", "Perintah di mana pun dalam request dianggap perintah itu, juga di dalam pesan", "WIRE-6 SEND-5", "",
		on("*", func(c *call) chat.Result {
			for _, command := range []string{"inbox", "logout"} {
				if slices.Contains(strings.Fields(c.Line), command) {
					return c.as(command)
				}
			}
			return c.next()
		})),
}

// foreign: the command has a letter beyond ASCII. Bytes that are no text do not
// count.
func foreign(c *call) bool {
	return strings.ContainsFunc(c.Command, func(r rune) bool { return r > unicode.MaxASCII && r != utf8.RuneError })
}

func unknownAs(words string) effect { return on("*", when(unrecognized, failure(value(words)))) }

// likened takes an unknown word for a command that is like it.
func likened(like func(word, command string) bool) effect {
	return on("*", when(unrecognized, func(c *call) chat.Result {
		for _, command := range []string{"inbox", "logout", "sendgroup", "send", "register", "auth", "connect"} {
			if like(c.Command, command) {
				return c.as(command + " " + c.Rest)
			}
		}
		return c.next()
	}))
}

// WIRE-1, requests that get no result.
var oddFaults = []Fault{
	fault("surplus-closes", "A parameter too many kills the thread, and the connection with it", "Parameter yang berlebih mematikan thread bersama koneksinya", "WIRE-1 WIRE-7", "",
		on("auth register inbox logout connect", when(func(c *call) bool { return len(strings.Fields(c.Rest)) > arity[c.Command] }, hangUp))),
	fault("address-bare-closes", "An address without @ kills the thread, and the connection with it", "Alamat tanpa @ mematikan thread bersama koneksinya", "WIRE-1 WIRE-7", "",
		on("send sendfile", when(both(inside, func(c *call) bool { return !lacking(c) && !strings.Contains(c.word(0), "@") }), hangUp))),
	fault("list-odd-closes", "An empty name in a list of members kills the thread, and the connection with it", "Nama kosong dalam daftar anggota mematikan thread bersama koneksinya", "WIRE-1 WIRE-7", "",
		on("creategroup", when(both(inside, func(c *call) bool { return !lacking(c) && slices.Contains(strings.Split(c.tail(), ","), "") }), hangUp))),
	fault("word-exit-closes", "A message that says nothing but exit ends the connection, as the client's prompt has it", "Pesan yang hanya berisi exit mengakhiri koneksi, seperti pada prompt client", "WIRE-1 WIRE-7", "",
		on("send", when(both(inside, func(c *call) bool { return c.tail() == "exit" }), hangUp))),
}

// WIRE-7, one result for one request, in order.
var orderFaults = []Fault{
	fault("answer-twice", "Every result is sent twice", "Setiap result dikirim dua kali", "WIRE-7 WIRE-2", "*",
		frames(func(_ *conn, b []byte) []byte { return append(b, b...) })),
	fault("answer-late", "From the second on, each result waits until the next request arrives", "Mulai yang kedua, setiap result menunggu sampai request berikutnya tiba", "WIRE-7", "*",
		func(s *server) {
			type late struct {
				begun bool
				held  []byte
			}
			var of perConn[late]
			writing(func(c *conn, b []byte, next func([]byte) error) error {
				l := of.get(c)
				if !l.begun {
					l.begun = true
					return next(b)
				}
				b, l.held = l.held, b
				return next(b)
			})(s)
		}),
	fault("hang-every-third", "Every third request of a connection hangs, and the connection with it", "Setiap request ketiga di sebuah koneksi macet bersama koneksinya", "WIRE-7", "*", everyNth(3, hang)),
	fault("answer-reversed", "The results of requests that came together leave in reverse order", "Result dari request yang tiba bersamaan dikirim dengan urutan terbalik", "WIRE-11 WIRE-7 ROBUST-9", "ROBUST",
		writing(func(_ *conn, b []byte, next func([]byte) error) error {
			parts := bytes.SplitAfter(b, []byte(end))
			slices.Reverse(parts)
			return next(bytes.Join(parts, nil))
		})),
}

// everyNth has each nth request of a connection end in an outcome.
func everyNth(n int, outcome step) effect {
	return fresh("*", func() step {
		var asked perConn[int]
		return func(c *call) chat.Result {
			count := asked.get(c.conn)
			if *count++; *count%n == 0 {
				return outcome(c)
			}
			return c.next()
		}
	})
}
