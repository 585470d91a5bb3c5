package fuzz

import (
	"slices"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// How much a server holds is open, from twice as much as this: it was tested
// before, and may hold what others left. After a run made this many users, groups
// or messages it may well refuse more.
const (
	manyUsers    = 500
	manyGroups   = 500
	manyMessages = 5_000
)

// holds is something of which a server may hold only so many.
type holds struct {
	made, many int
	rules      []string // that are broken when it refuses more
	session    string   // makes one more, and shows nothing else
	what       verdict.Text
}

func (c *campaign) holdings() []holds {
	const siti = "1: register {user siti} {password siti}\n1: auth {user siti} {password siti}\n"
	return []holds{
		{int(c.target.Users.Load()), manyUsers, []string{"REGISTER-1"}, "1: register {user budi} {password budi}", verdict.Textf("users", "user")},
		{int(c.target.Groups.Load()), manyGroups, []string{"CREATEGROUP-1"}, "2: register {user budi} {password budi}\n3: register {user wati} {password wati}\n" + siti +
			"1: creategroup {group kelas} {user siti},{user budi},{user wati}", verdict.Textf("groups", "grup")},
		{int(c.target.Messages.Load()), manyMessages, []string{"SEND-1", "SEND-15", "SENDGROUP-1", "SENDFILE-1", "SENDFILEGROUP-1"},
			siti + "1: send {address siti} {word 1} halo", verdict.Textf("messages", "pesan")},
	}
}

// holdsNoMore tells whether that may be all that a finding shows: whoever asks
// for one more is refused each time. The finding itself may be another, as a
// refusal tells who is logged in. The note says what the target holds.
func (c *campaign) holdsNoMore(p *play.Player, f *play.Finding) (note verdict.Text, full bool) {
	if f == nil {
		return note, false
	}
	for _, h := range c.holdings() {
		if h.made < h.many {
			continue
		}
		s, err := script.Parse("chatspec replay 1\n" + h.session)
		if err != nil {
			panic(err) // it stands above
		}
		refused := 0
		for range confirmations {
			more, err := p.Play(c.ctx, s, play.Care{Fresh: true, Hasty: true})
			if err != nil || more == nil || more.Kind != oracle.Refused || !slices.Contains(h.rules, more.Rule) {
				break
			}
			refused++
		}
		if refused < confirmations {
			continue
		}
		return verdict.Textf("it holds no more after %d ", "server tidak menampung lagi setelah %d ", h.made).And(h.what).
			And(verdict.Textf(" that were made in this run: no further sessions were played", " yang dibuat dalam uji ini: tidak ada session lagi yang dijalankan")), true
	}
	return note, false
}
