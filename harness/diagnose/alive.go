package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// aliveCauses are mistakes that leave a client without an answer, or let it
// wait.
var aliveCauses = []cause{
	{
		slug: "thread-died",
		says: text("An exception seems to end the thread of the connection and to leave the socket open: no answer comes and no end, while other connections are served; it begins with %s.",
			"Sebuah exception tampaknya mengakhiri thread koneksi dan membiarkan socket terbuka: tidak ada jawaban dan tidak ada akhir koneksi, padahal koneksi lain dilayani; mulainya dari %s."),
		fix: text("Put try/except around the handling of each request and answer ERROR in it; close the socket in a finally around the loop.",
			"Pasang try/except di sekitar penanganan tiap request dan jawab ERROR di dalamnya; tutup socket di finally yang mengelilingi loop."),
		sees: seesDied,
	},
	{
		slug: "exception-closes",
		says: text("An exception seems to end the connection: it is closed without an answer, while others are served; so it goes with %s.",
			"Sebuah exception tampaknya mengakhiri koneksi: koneksi ditutup tanpa jawaban, padahal koneksi lain dilayani; itu terjadi pada %s."),
		fix: text("Check how many parameters there are before they are used, and answer ERROR where some are missing; catch what may still fail around the handling of each request, inside the loop.",
			"Periksa jumlah parameter sebelum dipakai, dan jawab ERROR bila kurang; tangkap kegagalan lain di sekitar penanganan tiap request, di dalam loop."),
		sees: seesClosed,
	},
	{
		slug: "one-connection-at-a-time",
		says: text("A new connection is accepted and not answered while others are open: the server seems to serve one connection at a time, or to be stuck in one.",
			"Koneksi baru diterima tetapi tidak dijawab selagi ada koneksi lain yang terbuka: server tampaknya melayani satu koneksi dalam satu waktu, atau macet di salah satunya."),
		fix: text("Start a thread for each accepted connection, as with threading.Thread(target=serve, args=(conn,)).start(), and go back to accept at once.",
			"Mulai satu thread untuk tiap koneksi yang diterima, misalnya threading.Thread(target=layani, args=(koneksi,)).start(), lalu segera kembali ke accept."),
		sees: func(b *book, s *scene) (finding, bool) {
			x := s.focus
			if x == nil || x.ended != verdict.Silent || !x.mute() || b.report.Stopped.IsZero() {
				return finding{}, false
			}
			answered := slices.ContainsFunc(s.asked, func(y *exchange) bool { return y.conn == x.conn && y.result != nil })
			return guess, !answered && b.any(func(_ *scene, y *exchange) bool { return y.result != nil })
		},
	},
	{
		slug: "short-backlog",
		says: text("New connections wait for a second and longer before they are accepted: the queue of the socket is short, as with listen(1), and the system tries again only after 1 s and 3 s.",
			"Koneksi baru menunggu satu detik atau lebih sebelum diterima: antrean socket pendek, seperti pada listen(1), dan sistem baru mencoba lagi setelah 1 dan 3 detik."),
		fix: text("Use listen(128) or more, and let the accepting loop do nothing but accept and start a thread.",
			"Gunakan listen(128) atau lebih, dan biarkan loop penerima hanya menerima lalu memulai thread."),
		sees: seesBacklog,
	},
}

func seesDied(b *book, s *scene) (finding, bool) {
	x := s.focus
	if x == nil || x.ended != verdict.Silent || !x.mute() || len(x.cuts) > 0 {
		return finding{}, false
	}
	// The first that got no answer on this connection.
	first, later := x, false
	for _, y := range s.asked {
		if y.conn == x.conn && y.mute() {
			if y.turn < first.turn {
				first = y
			}
		}
	}
	if !s.alone(first) || first.hasty {
		return finding{}, false // several requests at once are a cause of their own
	}
	served := b.report.Stopped.IsZero()
	for _, y := range s.asked {
		if y.conn != x.conn && y.result != nil && y.answered > first.answered {
			served = true
		}
		// A request that is answered elsewhere is not answered here either.
		if y.conn == x.conn && y.turn > first.turn && y.mute() && y.command != first.command {
			later = later || b.any(func(_ *scene, z *exchange) bool { return z.is(y.command) && z.result != nil })
		}
	}
	fresh := !slices.ContainsFunc(s.asked, func(y *exchange) bool { return y.conn == x.conn && y.result != nil })
	if !served || fresh && (!known(first) || slices.ContainsFunc(b.scenes, dialledSlowly)) {
		return finding{}, false
	}
	return finding{later, described(first)}, true
}

func seesClosed(b *book, s *scene) (finding, bool) {
	x := s.focus
	if x == nil || x.ended != verdict.Closed && x.ended != verdict.Reset || !x.mute() || x.is("logout") || !s.alone(x) || len(x.cuts) > 0 || !b.report.Stopped.IsZero() {
		return finding{}, false
	}
	// One that ends with the whole server is no exception of this connection.
	for _, y := range s.asked {
		if y.conn != x.conn && y.turn > x.turn && y.result == nil {
			return finding{}, false
		}
	}
	return finding{seen: described(x)}, true
}

// described tells a request by its command and what is special about it.
func described(x *exchange) verdict.Text {
	name := fmt.Sprintf("`%s`", x.name())
	if !known(x) {
		return verdict.Textf("an unknown request", "request yang tidak dikenali")
	}
	switch {
	case len(x.words) <= parameters[x.command]:
		return verdict.Textf("%s that lacks parameters", "%s yang kurang parameternya", name)
	case !ascii(x.request):
		return verdict.Textf("%s with characters beyond ASCII", "%s dengan karakter di luar ASCII", name)
	}
	return same(name)
}

// slowDial tells whether a connection took as long as one that was not accepted
// at once: the system tries again after 1 s, and after 3 s.
func slowDial(took time.Duration) bool {
	const soon = 60 * time.Millisecond // after it was tried again; more than that is a machine with much to do
	return took >= time.Second && took < time.Second+soon || took >= 3*time.Second && took < 3*time.Second+soon
}

func seesBacklog(b *book, s *scene) (finding, bool) {
	x := s.focus
	missed := x == nil && s.Failure.Actual == "" && slices.Contains(crowds, s.Requirement)
	if x != nil && x.mute() { // a connection that was served before is in no queue
		missed = !slices.ContainsFunc(s.asked, func(y *exchange) bool { return y.conn == x.conn && y.result != nil })
	}
	return guess, missed && slices.ContainsFunc(b.scenes, dialledSlowly)
}

// crowds are the requirements that many connections show.
var crowds = strings.Fields("ROBUST-3 ROBUST-11 ROBUST-12 ROBUST-13")

// dialledSlowly tells whether a connection of the scenario took long to come
// about.
func dialledSlowly(s *scene) bool {
	return slices.ContainsFunc(s.Transcript, func(e verdict.Event) bool {
		return e.Dir == verdict.Opened && slowDial(e.Took)
	})
}
