package steps

import (
	"bytes"
	"reflect"
	"slices"
	"time"

	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

const (
	idleClients   = 200
	briefClients  = 1000
	manyRequests  = 1000
	racingClients = 16
	longLine      = 64 << 10
	veryLongLine  = 1 << 20

	mostWork = 10 * time.Second // that is waited for, for one scenario

	idleTouch  = 5 * time.Millisecond // for an idle connection to be answered
	briefTouch = time.Second          // for a brief one: it may not be given up sooner
)

// robustSteps hold what no honest client does. Whatever the hostile connection
// gets for it, an answer, a close or nothing, is right; the others are judged.
var robustSteps = []entry{
	{`<siapa> mengirim setengah request lalu memutus koneksi`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		if err := w.connect(u); err != nil {
			return unanswered(&reply{role: u.role, err: err})
		}
		_ = u.client.Conn.Write([]byte("send "+u.name), u.home.Pace.Longest().Wait)
		w.hang(u)
		return nil
	}},
	{`<siapa> mulai mengirim request byte demi byte`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		if err := w.connect(u); err != nil {
			return unanswered(&reply{role: u.role, err: err})
		}
		u.in = false
		conn, b := u.client.Conn, u.client.Render("send "+u.name+" halo")
		if err := conn.Write(b[:3], time.Second); err != nil {
			return unanswered(&reply{role: u.role, err: err})
		}
		stop, ended := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			for _, c := range b[3 : len(b)-1] { // it never comes to an end
				select {
				case <-tick.C:
				case <-stop:
					return
				}
				if conn.Write([]byte{c}, time.Second) != nil {
					return
				}
			}
		}()
		w.atEnd = append(w.atEnd, func() { close(stop); <-ended })
		return nil
	}},
	{`dua ratus koneksi dibuka dan diam`, func(w *World, _ []string, _ [][]string) error {
		for range idleClients {
			conn, err := w.run.Target.Touch(w.ctx, idleTouch)
			if err != nil {
				return w.noMore(err)
			}
			w.atEnd = append(w.atEnd, func() { _ = conn.Close() })
		}
		return nil
	}},
	{`seribu koneksi dibuka lalu ditutup`, func(w *World, _ []string, _ [][]string) error {
		if briefClients*w.run.Target.Pace.Fastest() > mostWork {
			return tooSlow()
		}
		began := time.Now()
		for range briefClients {
			if time.Since(began) > 2*mostWork {
				return tooSlow()
			}
			silent, err := w.run.Target.Dial(w.ctx)
			if err != nil {
				return w.noMore(err)
			}
			// Whoever comes next is answered after the silent one was taken in.
			conn, err := w.run.Target.Touch(w.ctx, briefTouch)
			if err != nil {
				return w.noMore(err)
			}
			_ = silent.Close()
			_ = conn.Close()
		}
		return nil
	}},
	{`<siapa> mengirim baris yang (panjang|sangat panjang)`, func(w *World, a []string, _ [][]string) error {
		size := map[string]int{"panjang": longLine, "sangat panjang": veryLongLine}[a[1]]
		return w.hostile(a[0], bytes.Repeat([]byte("a"), size), true)
	}},
	{`<siapa> mengirim byte yang bukan UTF-8 di (perintah|pesan)`, func(w *World, a []string, _ [][]string) error {
		return w.hostileIn(a[0], a[1], "\xff\xfe\xc3(\xf0\x28\x8c\x28")
	}},
	{`<siapa> mengirim byte NUL di (perintah|pesan|nama file)`, func(w *World, a []string, _ [][]string) error {
		return w.hostileIn(a[0], a[1], "a\x00b\x00")
	}},
	{`<siapa> mengirim baris kosong`, func(w *World, a []string, _ [][]string) error {
		w.learn(w.user(a[0]))
		w.marked = len(w.replies)
		return w.hostile(a[0], nil, true)
	}},
	{`<siapa> tetap dilayani di koneksinya`, func(w *World, a []string, _ [][]string) error { return w.stillServed(w.user(a[0])) }},
	{`<siapa> mengirim seribu request sekaligus`, func(w *World, a []string, _ [][]string) error {
		requests := make([]string, manyRequests)
		for i := range requests {
			requests[i] = "selamat pagi"
			if i%10 == 9 {
				requests[i] = "inbox"
			}
		}
		u := w.user(a[0])
		work := manyRequests * u.home.Pace.Fastest()
		if work > mostWork {
			return tooSlow()
		}
		w.learn(u)
		if u.client != nil {
			u.client.Patience = u.home.Pace.First().Wait + 2*work // it may give all results together
		}
		return w.together(u, requests)
	}},
	{`seribu result datang berurutan`, func(w *World, _ []string, _ [][]string) error { return w.asLearned(manyRequests) }},
	{`<siapa> mengirim dua request lalu menutup sisi kirimnya`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		if u.home.Dialect.End == "" {
			return skip("the server takes what one read delivers as one request; two in one segment cannot be told apart",
				"server menganggap satu kali baca sebagai satu request; dua request dalam satu segmen tidak dapat dibedakan")
		}
		if err := w.connect(u); err != nil {
			return unanswered(&reply{role: u.role, err: err})
		}
		w.learn(u)
		requests := []string{"selamat pagi", "inbox"}
		all := slices.Concat(u.client.Render(requests[0]), u.client.Render(requests[1]))
		w.marked = len(w.replies)
		err := u.client.Write(all, requests...)
		if err == nil {
			err = u.client.Conn.CloseWrite()
		}
		for _, request := range requests {
			r := &reply{role: u.role, Result: session.Result{Request: request}, err: err}
			if err == nil {
				r.Result, r.err = u.client.Receive(w.ctx)
			}
			if w.note(r).err != nil {
				break
			}
		}
		return nil
	}},
	{`kedua result tetap datang`, func(w *World, _ []string, _ [][]string) error { return w.asLearned(2) }},
}

func (w *World) noMore(err error) error {
	return fail(verdict.Textf("no further connection could be opened: ", "koneksi berikutnya tidak dapat dibuka: ")).because(err)
}

// hang ends the user's connection for good, in the middle of a request.
func (w *World) hang(u *user) {
	u.client.Conn.Close()
	u.client, u.in = nil, false
}

// hostileIn sends bad bytes where a command or a message belongs.
func (w *World) hostileIn(role, where, bad string) error {
	u := w.user(role)
	if where == "perintah" {
		return w.hostile(role, []byte(bad), true)
	}
	address, err := w.address(u, u)
	if err != nil {
		return err
	}
	command := "send "
	if where == "nama file" {
		command = "sendfile "
	}
	return w.hostile(role, []byte(command+address+" "+bad), true)
}

// hostile sends a line on the user's connection and gives the server time to
// take it in: until an answer or a close, or for the first wait.
func (w *World) hostile(role string, line []byte, end bool) error {
	u := w.user(role)
	if err := w.connect(u); err != nil {
		return unanswered(&reply{role: role, err: err})
	}
	if end {
		line = append(line, u.home.Dialect.End...)
	}
	if len(line) == 0 {
		return skip("the server takes what one read delivers as one request: there is no empty line",
			"server menganggap satu kali baca sebagai satu request: tidak ada baris kosong")
	}
	_ = u.client.Conn.Write(line, u.home.Pace.First().Wait)
	_, _ = u.client.Conn.Read(w.ctx, wire.Patience{Wait: quiet})
	return nil
}

// quiet is how long a hostile line may go without an answer before the
// scenario goes on. It decides nothing.
const quiet = 100 * time.Millisecond

func tooSlow() error {
	return skip("at the server's pace a thousand results take too long to wait for", "dengan kecepatan server ini, seribu result terlalu lama untuk ditunggu")
}

// learn asks what the server answers to the requests that hostile scenarios
// use, whatever it is: only that it stays the same is judged there.
func (w *World) learn(u *user) {
	w.learned = map[string]*reply{}
	for _, request := range []string{"selamat pagi", "inbox"} {
		w.learned[request] = w.ask(u, request)
	}
}

// same tells whether a request got the answer that it got before.
func (w *World) same(r *reply) bool {
	before := w.learned[r.Request]
	return before != nil && before.err == nil && r.Status == before.Status &&
		(r.Request == "inbox" || reflect.DeepEqual(r.Data, before.Data))
}

// asLearned judges that the batch has so many results, each the one of its
// request.
func (w *World) asLearned(want int) error {
	got := w.replies[w.marked:]
	for i := range want {
		if i >= len(got) {
			return fail(verdict.Textf("only %d of %d requests were answered", "hanya %d dari %d request yang dijawab", len(got), want), anyResult)
		}
		switch r := got[i]; {
		case r.err != nil:
			return unanswered(r)
		case !w.same(r):
			return fail(verdict.Textf("%q got another result than before: that of another request, or a broken one", "%q mendapat result yang lain daripada sebelumnya: milik request lain, atau rusak", r.Request),
				verdict.Textf("the same result as when it was asked alone", "result yang sama seperti saat diminta sendiri")).
				seen(r.role, r.Frame.Raw, -1)
		}
	}
	return nil
}

// stillServed judges that a connection answers after an empty line, which may
// have been answered or skipped: the answer to the request after it comes as
// the next, or as the one after.
func (w *World) stillServed(u *user) error {
	r := w.do(u, "selamat pagi")
	if r.err != nil || w.same(r) {
		return w.asLearned(1)
	}
	if late, err := u.client.Conn.Read(w.ctx, u.home.Pace.First()); err == nil {
		w.note(&reply{role: u.role, Result: u.client.Parse("selamat pagi", late)})
		w.marked = len(w.replies) - 1
	}
	return w.asLearned(1)
}
