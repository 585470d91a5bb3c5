package steps

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/protokol-chat/chatspec/harness/session"
)

// segmentPause lets a segment leave before the next one is written. Where the
// kernel joins them all the same, the scenario sees less; it raises no alarm.
const segmentPause = 2 * time.Millisecond

// when holds the steps that do what a scenario is about. They do not judge.
var when = []entry{
	{`<siapa> mengirim request: (.+)`, func(w *World, a []string, _ [][]string) error {
		return w.request(a[0], a[1])
	}},
	{`<siapa> mengirim request berikut satu per satu:`, func(w *World, a []string, table [][]string) error {
		w.marked = len(w.replies)
		for _, template := range column(table) {
			if err := w.request(a[0], template); err != nil {
				return err
			}
			if w.last().err != nil {
				break // what comes now may answer this one
			}
		}
		return nil
	}},
	{`<siapa> mengirim request berikut sekaligus:`, func(w *World, a []string, table [][]string) error {
		u := w.user(a[0])
		var requests []string
		for _, template := range column(table) {
			request, err := w.expand(u, template)
			if err != nil {
				return err
			}
			requests = append(requests, request)
		}
		return w.together(u, requests)
	}},
	{`<siapa> mengirim request berikut tanpa menunggu result:`, func(w *World, a []string, table [][]string) error {
		return w.hastily(w.user(a[0]), column(table))
	}},
	{`<siapa> mengirim dua request dalam dua segmen, yang kedua terbelah:`, func(w *World, a []string, table [][]string) error {
		return w.straddle(w.user(a[0]), column(table))
	}},
	{`<siapa> mengirim request terpotong-potong: (.+)`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		request, err := w.expand(u, a[1])
		if err != nil {
			return err
		}
		return w.pieces(u, request, len(request)/2)
	}},
	{`<siapa> membuat grup <siapa> berisi <daftar>`, func(w *World, a []string, _ [][]string) error {
		w.do(w.user(a[0]), w.createGroup(a[1], list(a[2])))
		return nil
	}},
	{`<siapa> membuat grup <siapa> berisi <siapa> dan sebelas user lain`, func(w *World, a []string, _ [][]string) error {
		roles := anybody(11)
		if err := w.orOver(w.prepareAll(w.usersOf(roles))); err != nil || w.over {
			return err
		}
		w.do(w.user(a[0]), w.createGroup(a[1], append(roles, a[2])))
		return nil
	}},
	{`<siapa> mendaftar`, func(w *World, a []string, _ [][]string) error {
		return w.signUp(w.user(a[0]), w.user(a[0]).password)
	}},
	{`<siapa> mendaftar dengan nama <siapa> tanpa huruf terakhir`, func(w *World, a []string, _ [][]string) error {
		u, name := w.user(a[0]), w.user(a[1]).name
		u.name = name[:len(name)-1]
		return w.signUp(u, u.password)
	}},
	{`<siapa> mendaftar dan masuk`, func(w *World, a []string, _ [][]string) error {
		return w.prepare(a...)
	}},
	{`<siapa> mendaftar lagi dengan password (yang sama|lain)`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		password := u.password
		if a[1] == "lain" {
			password = w.otherPassword(u)
		}
		if err := w.signUp(u, password); err != nil {
			return err
		}
		w.disconnect(u)
		return nil
	}},
	{`<siapa> masuk`, func(w *World, a []string, _ [][]string) error {
		w.disconnect(w.user(a[0]))
		w.enter(w.user(a[0]), w.user(a[0]).password)
		return nil
	}},
	{`<siapa> masuk di koneksi yang sama`, func(w *World, a []string, _ [][]string) error {
		w.enter(w.user(a[0]), w.user(a[0]).password)
		return nil
	}},
	{`<siapa> masuk dengan password (yang salah|lain)`, func(w *World, a []string, _ [][]string) error {
		w.enter(w.user(a[0]), w.otherPassword(w.user(a[0])))
		return nil
	}},
	{`<siapa> masuk sebagai <siapa> dengan password yang salah`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		u.name = w.user(a[1]).name
		w.enter(u, w.otherPassword(u))
		return nil
	}},
	{`<siapa> masuk sebagai <siapa> di koneksi lain`, func(w *World, a []string, _ [][]string) error {
		u, as := w.user(a[0]), w.user(a[1])
		u.name, u.password = as.name, as.password
		w.enter(u, u.password)
		return nil
	}},
	{`<siapa> masuk dengan nama (tanpa huruf terakhir|dengan huruf tambahan)`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		other := &user{role: u.role, password: u.password, home: u.home, client: u.client, name: u.name + "x"}
		if a[1] == "tanpa huruf terakhir" {
			other.name = u.name[:len(u.name)-1]
		}
		w.enter(other, u.password)
		u.client = other.client
		return nil
	}},
	{`<siapa> masuk dengan password milik <siapa>`, func(w *World, a []string, _ [][]string) error {
		if w.user(a[0]).password == w.user(a[1]).password {
			return skip("the given users all have the same password", "user yang sudah ditentukan semuanya memakai password yang sama")
		}
		w.enter(w.user(a[0]), w.user(a[1]).password)
		return nil
	}},
	{`<siapa> masuk dengan password (tanpa huruf pertama|tanpa huruf terakhir|yang hanya separuh|dengan huruf tambahan|dengan tanda tambahan|yang dua hurufnya ditukar|yang kosong)`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		w.enter(u, map[string]string{
			"tanpa huruf pertama":       u.password[1:],
			"tanpa huruf terakhir":      u.password[:len(u.password)-1],
			"yang hanya separuh":        u.password[:len(u.password)/2],
			"dengan huruf tambahan":     u.password + "x",
			"dengan tanda tambahan":     u.password + "!",
			"yang dua hurufnya ditukar": swapped(u.password),
			"yang kosong":               "",
		}[a[1]])
		return nil
	}},
	{`<siapa> memutus koneksi`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		w.disconnect(u)
		// Whoever comes next is answered after the end was seen, mostly.
		if conn, err := u.home.Touch(w.ctx, u.home.Pace.First().Wait); err == nil {
			_ = conn.Close()
		}
		return nil
	}},
	{`<siapa> keluar`, func(w *World, a []string, _ [][]string) error {
		w.do(w.user(a[0]), "logout")
		w.user(a[0]).in = false
		return nil
	}},
	{`<siapa> membaca inbox`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		if r := w.do(u, "inbox"); r.err == nil && r.OK() {
			u.reads = append(u.reads, r.Result)
			w.leaks(u, &r.Result)
		}
		return nil
	}},
	{`<siapa> menambahkan server <siapa>`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		if err := w.added(u, w.do(u, w.addServer(a[1])), a[1]); err != nil {
			return err
		}
		if s := w.servers[a[1]]; s.declined {
			return s.missing()
		}
		return nil
	}},
	{`<siapa> menghubungi server <siapa>`, func(w *World, a []string, _ [][]string) error {
		w.doLate(w.user(a[0]), "connect "+w.servers[a[1]].id)
		return nil
	}},
	{`<siapa> mulai menghubungi server <siapa>`, func(w *World, a []string, _ [][]string) error {
		return w.begin(w.user(a[0]), "connect "+w.servers[a[1]].id, w.servers[a[1]])
	}},
}

// swapped is word with two letters in each other's place.
func swapped(word string) string {
	b := []byte(word)
	for i := range b[1:] {
		if b[i] != b[i+1] {
			b[i], b[i+1] = b[i+1], b[i]
			return string(b)
		}
	}
	return word + "x"
}

// doLate is do, with the longest patience.
func (w *World) doLate(u *user, request string) *reply { return w.note(w.askLate(u, request)) }

func (w *World) request(role, template string) error {
	u := w.user(role)
	request, err := w.expand(u, template)
	if err != nil {
		return err
	}
	w.do(u, request)
	return nil
}

// together sends several requests in one write and waits for all results.
func (w *World) together(u *user, requests []string) error {
	w.marked = len(w.replies)
	if u.home.Dialect.End == "" {
		return skip("the server takes what one read delivers as one request; without an end of a request several in one segment cannot be told apart",
			"server menganggap satu kali baca sebagai satu request; tanpa akhir request, beberapa request dalam satu segmen tidak dapat dibedakan")
	}
	if err := w.connect(u); err != nil {
		w.note(&reply{role: u.role, err: err, Result: session.Result{Request: requests[0]}})
		return nil
	}
	var all []byte
	for _, request := range requests {
		all = append(all, u.client.Render(request)...)
	}
	sent := u.client.Write(all, requests...)
	for _, request := range requests {
		r := &reply{role: u.role, Result: session.Result{Request: request}, err: sent}
		if sent == nil {
			r.Result, r.err = u.client.Receive(w.ctx)
		}
		w.note(r)
		if r.err != nil {
			break
		}
	}
	return nil
}

// hastily sends several requests, each in a segment of its own, and then waits
// for all results.
func (w *World) hastily(u *user, templates []string) error {
	if err := w.connect(u); err != nil {
		return unanswered(&reply{role: u.role, err: err})
	}
	w.marked = len(w.replies)
	var requests []string
	for _, template := range templates {
		request, err := w.expand(u, template)
		if err != nil {
			return err
		}
		requests = append(requests, request)
		if err := u.client.Send(request); err != nil {
			break // what has an answer is judged
		}
		time.Sleep(segmentPause)
	}
	for _, request := range requests {
		r := &reply{role: u.role, Result: session.Result{Request: request}}
		r.Result, r.err = u.client.Receive(w.ctx)
		if w.note(r).err != nil {
			break
		}
	}
	return nil
}

// pieces sends one request in several segments, the first of size bytes.
func (w *World) pieces(u *user, request string, size int) error {
	if u.home.Dialect.End == "" {
		return skip("the server takes what one read delivers as one request; without an end of a request its pieces cannot be told from requests",
			"server menganggap satu kali baca sebagai satu request; tanpa akhir request, potongannya tidak dapat dibedakan dari request")
	}
	r := &reply{role: u.role, Result: session.Result{Request: request}}
	if r.err = w.connect(u); r.err == nil {
		b := u.client.Render(request)
		for first := true; len(b) > 0 && r.err == nil; first = false {
			n := min(size, len(b))
			if first {
				r.err = u.client.Write(b[:n], request)
			} else {
				r.err = u.client.Write(b[:n])
			}
			b = b[n:]
			time.Sleep(segmentPause)
		}
		if r.err == nil {
			r.Result, r.err = u.client.Receive(w.ctx)
		}
		if r.err == nil && !r.OK() {
			w.hang(u) // it may have answered a piece, and the others yet: WIRE-10, not WIRE-2
		}
	}
	w.note(r)
	return nil
}

// straddle sends two requests in two segments, of which the first ends in the
// middle of the second request.
func (w *World) straddle(u *user, requests []string) error {
	w.marked = len(w.replies)
	if u.home.Dialect.End == "" {
		return skip("the server takes what one read delivers as one request; without an end of a request several in one segment cannot be told apart",
			"server menganggap satu kali baca sebagai satu request; tanpa akhir request, beberapa request dalam satu segmen tidak dapat dibedakan")
	}
	if err := w.connect(u); err != nil {
		w.note(&reply{role: u.role, err: err, Result: session.Result{Request: requests[0]}})
		return nil
	}
	first, second := u.client.Render(requests[0]), u.client.Render(requests[1])
	half := len(second) / 2
	sent := u.client.Write(slices.Concat(first, second[:half]), requests...)
	time.Sleep(segmentPause)
	if sent == nil {
		sent = u.client.Write(second[half:])
	}
	for _, request := range requests {
		r := &reply{role: u.role, Result: session.Result{Request: request}, err: sent}
		if sent == nil {
			r.Result, r.err = u.client.Receive(w.ctx)
		}
		if w.note(r).err != nil {
			break
		}
	}
	return nil
}

// begin sends a request and does not wait for its result, only for the
// connection to another server, if any, that shows it is under way.
func (w *World) begin(u *user, request string, to *server) error {
	w.calm = max(250*time.Millisecond, 10*w.run.Target.Pace.Typical())
	if err := w.connect(u); err != nil {
		return unanswered(&reply{role: u.role, err: err, Result: session.Result{Request: request}})
	}
	if err := u.client.Send(request); err != nil {
		return unanswered(&reply{role: u.role, err: err, Result: session.Result{Request: request}})
	}
	if to == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(w.ctx, u.home.Pace.First().Wait)
	defer cancel()
	_ = to.peer.Await(ctx, to.seen) // where none comes, the answer is judged
	return w.ctx.Err()
}

// signUp registers on the user's connection, as what the scenario is about.
func (w *World) signUp(u *user, password string) error {
	if err := signsUp(u); err != nil {
		return err
	}
	r := w.do(u, "register "+u.name+" "+password)
	if r.err == nil && r.OK() && u.home.Dialect.RegisterOpens {
		_ = w.ask(u, "logout") // the session is not wanted, and one may be all that is allowed
		w.disconnect(u)
	}
	return nil
}

// enter logs in, as what the scenario is about.
func (w *World) enter(u *user, password string) {
	r := w.do(u, "auth "+u.name+" "+password)
	if r.err == nil && r.OK() {
		u.in, u.token = true, r.Data
	}
}

func (w *World) otherPassword(u *user) string {
	return w.run.Names.Password(u.home.Dialect.Passwords, "lain", w.scope)
}

var errNoReply = errors.New("no request was sent")
