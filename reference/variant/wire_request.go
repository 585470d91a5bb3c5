package variant

import (
	"bytes"
	"slices"
	"strings"

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
	fault("unknown-alone", "An unknown word alone, without a parameter, kills the thread", "Satu kata tidak dikenal tanpa parameter mematikan thread", "WIRE-6", "*",
		on("*", when(both(unrecognized, bare), hang))),
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
