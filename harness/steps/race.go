package steps

import (
	"slices"
	"strings"
	"sync"

	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// raceSteps have many clients ask at once.
var raceSteps = []entry{
	{`enam belas client mendaftarkan nama <siapa> sekaligus`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		if err := signsUp(u); err != nil {
			return err
		}
		clients := make([]*user, racingClients)
		requests := make([]string, racingClients)
		for i := range clients {
			clients[i] = &user{role: "pendaftar " + itoa(i+1), home: u.home}
			requests[i] = "register " + u.name + " " + u.password
		}
		return w.race(clients, requests)
	}},
	{`delapan user membuat grup <siapa> sekaligus`, func(w *World, a []string, _ [][]string) error {
		roles := anybody(8)
		clients := w.usersOf(roles)
		if err := w.orOver(w.prepareAll(clients)); err != nil || w.over {
			return err
		}
		return w.race(clients, slices.Repeat([]string{w.createGroup(a[0], roles)}, len(clients)))
	}},
	{`tepat satu (?:pendaftaran|pembuatan) berhasil`, func(w *World, _ []string, _ [][]string) error {
		successes := 0
		var last *reply
		for _, r := range w.replies {
			if r.err != nil {
				return unanswered(r)
			}
			if r.OK() {
				successes++
				last = r
			}
		}
		if successes == 1 {
			return nil
		}
		f := fail(verdict.Textf("%d of %d requests for the same were answered OK", "%d dari %d permintaan yang sama dijawab OK", successes, len(w.replies)),
			verdict.Textf("exactly one OK", "tepat satu OK")).
			hint(verdict.Textf("Check and insert under one lock.", "Periksa dan simpan di bawah satu kunci (lock)."))
		if last != nil {
			f.seen(last.role, last.Frame.Raw, statusAt(&last.Result))
		}
		return f
	}},
	{`delapan user masuk sekaligus`, func(w *World, _ []string, _ [][]string) error {
		clients := w.usersOf(anybody(8))
		requests := make([]string, len(clients))
		for i, u := range clients {
			if err := w.orOver(w.register(u)); err != nil || w.over {
				return err
			}
			requests[i] = "auth " + u.name + " " + u.password
		}
		return w.race(clients, requests)
	}},
	{`enam belas user mengirim pesan kepada <siapa> sekaligus`, func(w *World, a []string, _ [][]string) error {
		return w.sendAtOnce(anybody(racingClients), slices.Repeat([]string{a[0]}, racingClients))
	}},
	{`enam belas user saling mengirim pesan sekaligus`, func(w *World, _ []string, _ [][]string) error {
		senders := anybody(racingClients)
		receivers := make([]string, len(senders))
		for i := range senders {
			receivers[i] = senders[i^1]
		}
		return w.sendAtOnce(senders, receivers)
	}},
	{`inbox setiap user itu memuat pesan untuknya tepat satu kali`, func(w *World, _ []string, _ [][]string) error {
		for _, t := range w.texts {
			u := w.user(t.to)
			if err := w.arrives(u, t); err != nil {
				return err
			}
			if err := w.onceEach(u, session.Copies, []string{t.first}); err != nil {
				return err
			}
		}
		return nil
	}},
}

// anybody gives n roles of users who are nobody in particular.
func anybody(n int) []string {
	roles := make([]string, n)
	for i := range roles {
		roles[i] = strings.Repeat(string(rune('a'+i)), 2) + "lain"
	}
	return roles
}

func (w *World) usersOf(roles []string) []*user {
	users := make([]*user, len(roles))
	for i, role := range roles {
		users[i] = w.user(role)
	}
	return users
}

// sendAtOnce prepares the senders and has each send one message, to the receiver
// at the same place. All have to be answered OK.
func (w *World) sendAtOnce(senders, receivers []string) error {
	clients := w.usersOf(senders)
	if err := w.prepareAll(clients); err != nil {
		return err
	}
	w.texts = nil
	requests := make([]string, len(senders))
	for i, sender := range senders {
		m, err := w.compose(sender, receivers[i], "{kata}")
		if err != nil {
			return err
		}
		requests[i] = m.request
	}
	if err := w.race(clients, requests); err != nil {
		return err
	}
	return w.every(wantOK)
}

// every judges each reply of the batch.
func (w *World) every(want func(*reply) error) error {
	for _, r := range w.replies[w.marked:] {
		if err := want(r); err != nil {
			return err
		}
	}
	return nil
}

// race opens a connection for each client and then sends all requests at once.
// The replies are the batch.
func (w *World) race(clients []*user, requests []string) error {
	var fresh []*user
	for _, u := range clients {
		if u.client == nil {
			fresh = append(fresh, u)
		}
	}
	// A connection is up once it answered.
	up := w.askAll(fresh, func(*user) string { return "selamat pagi" })
	for _, u := range fresh {
		if u.client != nil {
			w.extra = append(w.extra, u.client)
		}
	}
	for i, r := range up {
		switch {
		case fresh[i].client == nil:
			return w.noMore(r.err)
		case r.err != nil:
			return unanswered(r)
		}
	}
	w.marked = len(w.replies)
	replies := make([]*reply, len(clients))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i, u := range clients {
		wg.Go(func() {
			<-start
			replies[i] = &reply{role: u.role, Result: session.Result{Request: requests[i]}}
			if err := u.client.Send(requests[i]); err != nil {
				replies[i].err = err
				return
			}
			replies[i].Result, replies[i].err = u.client.Receive(w.ctx)
		})
	}
	close(start)
	wg.Wait()
	for _, r := range replies {
		w.note(r)
	}
	return nil
}
