package steps

import (
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/session"
)

// sending are the steps that send messages and files, to users and groups.
var sending = []entry{
	{`<siapa> mengirim kepada <siapa> sepotong demi sepotong pesan: (.+)`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		address, err := w.address(u, w.user(a[1]))
		if err != nil {
			return err
		}
		t := w.text(a[2], a[0], a[1])
		w.texts = []*text{t}
		return w.pieces(u, "send "+address+" "+t.whole, 5)
	}},
	{`<siapa> mengirim pesan <isi> kepada <siapa>`, func(w *World, a []string, _ [][]string) error {
		return w.message(a[0], a[2], a[1])
	}},
	{`<siapa> mengirim pesan <isi> juga kepada <siapa>`, func(w *World, a []string, _ [][]string) error {
		m, err := w.compose(a[0], a[2], a[1])
		if err != nil {
			return err
		}
		return blame(m.serves(), w.note(m.ask(w)))
	}},
	{`<siapa> mengirim pesan lain ke grup <siapa>`, func(w *World, a []string, _ [][]string) error {
		return blame("SENDGROUP-1", w.do(w.user(a[0]), "sendgroup "+w.id(a[1])+" "+w.text("pesan lain", a[0], "").whole))
	}},
	{`<siapa> mengirim kepada <siapa> pesan: (.+)`, func(w *World, a []string, _ [][]string) error {
		return w.message(a[0], a[1], a[2])
	}},
	{`<siapa> mengirim kepada <siapa> dua kali pesan: (.+)`, func(w *World, a []string, _ [][]string) error {
		w.texts, w.marked = nil, len(w.replies)
		m, err := w.compose(a[0], a[1], a[2])
		if err != nil {
			return err
		}
		for range 2 {
			if err := blame(m.serves(), w.note(m.ask(w))); err != nil {
				return err // nothing was delivered twice
			}
		}
		return nil
	}},
	{`<siapa> mengirim isi yang sama kepada <siapa>`, func(w *World, a []string, _ [][]string) error {
		m, err := w.addressed(w.user(a[0]), w.user(a[1]), w.texts[0])
		if err != nil {
			return err
		}
		return blame(m.serves(), w.note(m.ask(w)))
	}},
	{`<siapa> mengirim pesan yang (sangat )?panjang kepada <siapa>`, func(w *World, a []string, _ [][]string) error {
		return w.message(a[0], a[2], w.long(a[1]))
	}},
	{`<siapa> mengirim pesan sepanjang tujuh KiB kepada <siapa>`, func(w *World, a []string, _ [][]string) error {
		return w.message(a[0], a[1], longBody(7<<10)) // with its request still below 8 KiB, see the longest line
	}},
	{`<siapa> mengirim kepada <siapa> pesan-pesan:`, func(w *World, a []string, table [][]string) error {
		return w.messages(a[0], a[1], column(table))
	}},
	{`<siapa> mengirim kepada <siapa> (tiga puluh|seratus sepuluh) pesan`, func(w *World, a []string, _ [][]string) error {
		bodies := make([]string, map[string]int{"tiga puluh": 30, "seratus sepuluh": 110}[a[2]])
		for i := range bodies {
			bodies[i] = "pesan ke-" + itoa(i+1)
		}
		return w.messages(a[0], a[1], bodies)
	}},
	{`<siapa> mengirim kepada <siapa> lima puluh pesan yang panjang`, func(w *World, a []string, _ [][]string) error {
		return w.messages(a[0], a[1], slices.Repeat([]string{longBody(1500)}, 50)) // an inbox beyond 64 KiB
	}},
	{`<siapa> mengirim kepada <siapa> dua pesan yang sangat panjang dalam aksara lain`, func(w *World, a []string, _ [][]string) error {
		// Of three bytes each: whatever the length of a read, a character of one
		// of the two lies across its end.
		foreign := strings.Repeat("日", (w.room()-1)/3)
		return w.messages(a[0], a[1], []string{foreign, "x" + foreign})
	}},
	{`<siapa> mengirim pesan yang (sangat )?panjang ke grup <siapa>`, func(w *World, a []string, _ [][]string) error {
		w.groupMessages(a[0], a[2], []string{w.long(a[1])})
		return nil
	}},
	{`<siapa> mengirim dua puluh pesan kepada <siapa>, yang sementara itu membaca inbox`, func(w *World, a []string, _ [][]string) error {
		return w.crossing(w.user(a[0]), w.user(a[1]), 20)
	}},
	{`<siapa> mengirim kepada <siapa> sekaligus pesan-pesan:`, func(w *World, a []string, table [][]string) error {
		u := w.user(a[0])
		address, err := w.address(u, w.user(a[1]))
		if err != nil {
			return err
		}
		w.texts = nil
		var requests []string
		for _, body := range column(table) {
			t := w.text(body, a[0], a[1])
			w.texts = append(w.texts, t)
			requests = append(requests, "send "+address+" "+t.whole)
		}
		return w.together(u, requests)
	}},
	{`<siapa> mengirim pesan <isi> kepada <siapa> di server "entah"`, func(w *World, a []string, _ [][]string) error {
		t := w.text(a[1], a[0], a[2])
		w.texts = []*text{t}
		w.do(w.user(a[0]), "send "+w.user(a[2]).name+"@"+w.id("entah")+" "+t.whole)
		return nil
	}},
	{`<siapa> mengirim pesan <isi> ke grup <siapa>`, func(w *World, a []string, _ [][]string) error {
		w.groupMessages(a[0], a[2], []string{a[1]})
		return nil
	}},
	{`<siapa> mengirim ke grup <siapa> pesan-pesan:`, func(w *World, a []string, table [][]string) error {
		w.groupMessages(a[0], a[1], column(table))
		return nil
	}},
	{`<siapa> mengirim ke grup <siapa> dua kali pesan: (.+)`, func(w *World, a []string, _ [][]string) error {
		w.groupMessages(a[0], a[1], []string{a[2]})
		if err := blame("SENDGROUP-1", w.last()); err != nil {
			return err
		}
		return blame("SENDGROUP-1", w.do(w.user(a[0]), "sendgroup "+w.id(a[1])+" "+w.texts[0].whole))
	}},
	{`<siapa> mengirim file itu kepada <siapa>`, func(w *World, a []string, _ [][]string) error {
		return w.file(w.user(a[0]), w.user(a[1]))
	}},
	{`<siapa> mengirim file itu kepada <siapa> di server kedua`, func(w *World, a []string, _ [][]string) error {
		return w.file(w.user(a[0]), w.newUser(a[1], w.run.Second))
	}},
	{`<siapa> mengirim file itu kepada <siapa> di server "entah"`, func(w *World, a []string, _ [][]string) error {
		w.do(w.user(a[0]), "sendfile "+w.user(a[1]).name+"@"+w.id("entah")+" "+w.run.File)
		return nil
	}},
	{`<siapa> mengirim file itu ke grup <siapa>`, func(w *World, a []string, _ [][]string) error {
		w.do(w.user(a[0]), "sendfilegroup "+w.id(a[1])+" "+w.run.File)
		return nil
	}},
}

func (w *World) message(from, to, body string) error {
	return w.messages(from, to, []string{body})
}

func (w *World) messages(from, to string, bodies []string) error {
	w.texts = nil
	w.marked = len(w.replies)
	for _, body := range bodies {
		m, err := w.compose(from, to, body)
		if err != nil {
			return err
		}
		if w.note(m.ask(w)).err != nil {
			break // what comes now may answer this one
		}
	}
	return nil
}

// groupMessages sends one message after another to a group.
func (w *World) groupMessages(from, group string, bodies []string) {
	w.texts, w.marked = nil, len(w.replies)
	for _, body := range bodies {
		t := w.text(body, from, "")
		w.texts = append(w.texts, t)
		w.do(w.user(from), "sendgroup "+w.id(group)+" "+t.whole)
	}
}

// crossing sends messages one by one to a user who asks for the inbox at the
// same time, each with one request under way.
func (w *World) crossing(sender, reader *user, n int) error {
	w.texts, w.marked = nil, len(w.replies)
	for i := range n {
		m, err := w.compose(sender.role, reader.role, "pesan ke-"+itoa(i+1))
		if err != nil {
			return err
		}
		var sent, read *reply
		if i%2 == 0 {
			sent, read = w.post(sender, m.request), w.post(reader, "inbox")
		} else {
			read, sent = w.post(reader, "inbox"), w.post(sender, m.request)
		}
		w.collect(sender, sent, (*session.Client).Receive)
		w.collect(reader, read, (*session.Client).Receive)
		if err := blame(m.serves(), w.note(sent)); err != nil {
			return err
		}
		if err := wantOK(read); err != nil {
			return err
		}
		reader.reads = append(reader.reads, read.Result)
		w.leaks(reader, &read.Result)
	}
	return nil
}

// file sends the server's file, to a user of either server.
func (w *World) file(sender, receiver *user) error {
	address, err := w.address(sender, receiver)
	if err != nil {
		return err
	}
	ask := w.do
	if sender.home != receiver.home {
		ask = w.doLate
	}
	ask(sender, "sendfile "+address+" "+w.run.File)
	return nil
}

// room is how many bytes between its marks make a text of 4 KiB (SEND-16), and
// not one more: a server may refuse what is longer.
func (w *World) room() int { return 4<<10 - 2*len(w.run.Names.Word(w.scope, 0)+" ") }

// long is a body of more than one read of 1 KiB, or where it is very long of as
// much as there is room for.
func (w *World) long(very string) string {
	if very == "" {
		return longBody(1500)
	}
	return longBody(w.room())
}

// longBody is a text of as many bytes.
func longBody(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		b.WriteString("kata" + itoa(i) + " ")
	}
	return b.String()[:size-1] + "."
}
