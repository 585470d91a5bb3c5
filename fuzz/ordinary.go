package fuzz

import (
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
)

// This file finds out, with sessions that are not drawn, what a target can bear.

// fit has no more players than the target has room for. Where one is too many
// as it is, it at least leaves no connections open.
func (c *campaign) fit() {
	room := c.target.Room(c.ctx, c.options.Jobs*play.Crowd+2)
	if jobs := (room - 2) / play.Crowd; jobs < c.options.Jobs {
		c.options.Jobs = max(jobs, 1)
		if jobs < 1 {
			c.target.Fresh.Store(true)
		}
	}
}

// together finds out whether the target takes requests that come together or in
// pieces. That it does not is one finding, not a campaign of them.
func (c *campaign) together() bool {
	if d := c.target.Server.Dialect; d.End == "" || d.Tokens() {
		return false // what is asked depends on the result before
	}
	p := play.New(c.target, c.scopes)
	defer p.Close()
	fine := true
	for _, text := range []string{
		"1: register {user budi} {password budi}\n1 joined: auth {user budi} {password budi}\n1 joined: inbox\n1: inbox",
		"1 pieces: register {user budi} {password budi}\n1 pieces: auth {user budi} {password budi}",
	} {
		s, err := script.Parse("chatspec replay 1\n" + text)
		if err != nil {
			c.err = err
			return false
		}
		f, err := p.Play(c.ctx, s, play.Care{Fresh: true})
		if f != nil && p.Unended(c.ctx) {
			return false // "what one read delivers is one request": WIRE-10 and WIRE-11 cannot be judged
		}
		if f != nil {
			fine = false
			c.shown = append(c.shown, shown{session: 0, script: s, finding: f})
		}
		if err != nil {
			return false
		}
	}
	return fine
}

// linked links the two servers, if there are two, while nobody else does.
func (c *campaign) linked() {
	if !c.peer || len(c.shown) > 0 || c.err != nil {
		return
	}
	p := play.New(c.target, c.scopes)
	defer p.Close()
	s, err := script.Parse(link)
	if err != nil {
		c.err = err
		return
	}
	if f, _ := p.Play(c.ctx, s, play.Care{Fresh: true}); f != nil { // that it cannot be reached is seen again
		c.shown = append(c.shown, shown{session: 0, script: s, finding: f})
	}
}

const link = `chatspec replay 1
p1: register {user paman} {password paman}
p1: auth {user paman} {password paman}
p1: addserver {self} {selfip} {selfport}
1: register {user budi} {password budi}
1: auth {user budi} {password budi}
1: addserver {peer} {peerip} {peerport}
1: addserver {server timur} 127.0.0.1 {vacant}
1: send {user paman}@{peer} {word 4} ada orang?
1: connect {peer}
1: send {user paman}@{peer} {word 1} salam dari jauh
1: send {user paman}@{peer} {word 2} apa kabar?
p1: connect {self}
p1: send {user budi}@{self} {word 3} baik
`
