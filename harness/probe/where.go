package probe

import (
	"slices"
	"time"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/session"
)

// where finds out how a user of the target is addressed, and with that how send
// is written. Each way counts only when the message arrives.
func (p *seer) where() {
	d := &p.dialect
	told := d.ServerID
	if told != "" {
		switch address := p.user.name + "@" + told; {
		case p.arrives(address) || !p.refused: // a message may be slow
		case p.arrives(p.user.name):
			d.Plain = !p.calls()
		case p.otherSend(p.user.name):
			d.Plain = !p.arrives(address)
		}
		return
	}
	plain := p.arrives(p.user.name)
	if p.calls() {
		return
	}
	plain = plain || d.Form("inbox").Token() && p.otherSend(p.user.name)
	usual := usualNames(p.target.Address)
	if plain {
		usual = usual[:4]
	}
	if !plain || d.Form("inbox").Token() {
		for _, id := range usual {
			if p.arrives(p.user.name + "@" + id) {
				d.ServerID = id
				p.tell("It answers to user@%s, which was tried because it is usual", "Server menerima user@%s, yang dicoba karena lazim", id)
				return
			}
		}
	}
	d.Addressable = plain
	switch {
	case plain && d.Form("inbox").Token():
		// Who wants the token in every request keeps to no letter; nothing
		// speaks for an id that was not found.
		d.Plain = true
	case plain:
		p.tell("A user of its own is addressed by the name alone, without @", "User di server ini dapat dituju dengan namanya saja, tanpa @")
	default:
		p.tell("How it names itself in user@id could not be found out: tell it with --server-id", "Nama server dalam user@id tidak ditemukan: sebutkan dengan --server-id")
	}
}

// calls tells whether a message arrives at what the target showed of itself;
// then that is its id, whatever was told.
func (p *seer) calls() bool {
	for _, id := range slices.Clone(p.shown) {
		if p.arrives(p.user.name + "@" + id) {
			p.dialect.ServerID = id
			p.tell("It calls itself %s: its results show so, and user@%s arrives", "Server menyebut dirinya %s: tampak di result-nya, dan user@%s sampai", id, id)
			return true
		}
	}
	return false
}

// otherSend looks for a form of send in which a message arrives: the token
// last, or between, the parameters exchanged, another name.
func (p *seer) otherSend(address string) bool {
	before := p.dialect.Form("send")
	forms := []string{"send {address} {message} {token}", "send {address} {token} {message}", "send {token} {message} {address}"}
	if !before.Token() {
		forms = []string{"send {message} {address}"}
	}
	for _, f := range forms {
		p.dialect.WithForm("send", dialect.Form(f))
		if p.arrives(address) {
			if f == forms[0] && before.Token() {
				p.place(true)
			}
			return true
		}
	}
	p.dialect.WithForm("send", before)
	return p.usual("send", func() bool { return p.arrives(address) })
}

// arrives sends the user a message and tells whether it shows in the inbox.
func (p *seer) arrives(address string) bool {
	p.word++
	text := p.names.Word(p.scope, p.word)
	r, ok := p.try("send " + address + " " + text)
	if p.refused = ok && !r.OK(); !ok || p.refused {
		return false
	}
	deadline := time.Now().Add(p.wait().Wait)
	for pause := 5 * time.Millisecond; ; pause *= 3 {
		inbox, ok := p.try("inbox")
		if !ok || !inbox.OK() {
			return false
		}
		p.learnInbox(inbox)
		if inbox = p.client.Again(inbox); session.Contains(inbox.Data, text) {
			p.learn(inbox, p.user)
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
		select {
		case <-time.After(pause):
		case <-p.ctx.Done():
			return false
		}
	}
}
