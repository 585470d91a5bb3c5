// Package probe finds out, with a few harmless requests, what a run needs to
// know and the specification leaves open: how a request ends, which names and
// passwords are taken, whether registering logs in, and how the target names
// itself in user@id. What it cannot find out it leaves unknown.
package probe

import (
	"context"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// Probe sets t.Dialect and gives what was found out, for the report. serverID
// is what the target was said to call itself, "" where nobody said. An error
// means that t answers nobody, see target.Diagnose. It registers six users at
// the most, and tries one for each form of names and passwords that is refused.
func Probe(ctx context.Context, t *target.Target, n *names.Names, serverID string) ([]verdict.Text, error) {
	p := newProber(ctx, t, n, serverID)
	if err := p.ending(); err != nil {
		return nil, err
	}
	user, ok := p.register()
	if ok {
		p.opens(user)
		p.address(user)
		p.apart(user)
	} else {
		p.dialect.Addressable = serverID != ""
	}
	t.Dialect = &p.dialect
	return p.found, nil
}

func newProber(ctx context.Context, t *target.Target, n *names.Names, serverID string) *prober {
	return &prober{ctx: ctx, target: t, names: n, scope: n.Scope(), dialect: *dialect.Spec(serverID), attempts: []attempt{
		// Nonsense comes first: that a request of the protocol brings a server
		// down is for the scenarios to show.
		{nonsense, "\r\n"}, {leave, "\r\n"}, {leave, "\r\n\r\n"}, {leave, "\n"}, {leave, ""},
	}}
}

type prober struct {
	ctx     context.Context
	target  *target.Target
	names   *names.Names
	scope   string
	dialect dialect.Dialect
	found   []verdict.Text
	shown   []string // what the target may call itself
	other   account  // a second user; its zero value where there is none yet

	attempts []attempt
	grace    time.Duration // how long to wait for the end of a first answer; 0 for as long as for the answer
}

func (p *prober) tell(en, id string, args ...any) {
	p.found = append(p.found, verdict.Textf(en, id, args...))
}

// usualGrace is how long to wait for the end of a result that is not the first.
func (p *prober) usualGrace() time.Duration {
	if p.dialect.Results.End != "" {
		return leastGrace
	}
	return p.target.Pace.First().Grace
}

// client dials with the dialect as far as it is known.
func (p *prober) client() (*session.Client, error) {
	c, err := p.target.Open(p.ctx, "chatspec", wire.NewLog(), nil)
	if err != nil {
		return nil, err
	}
	c.Dialect, c.Suspect = &p.dialect, nil
	return c, nil
}

// once sends one request on a connection of its own. It reports false where no
// result came.
func (p *prober) once(request string) (session.Result, bool) {
	c, err := p.client()
	if err != nil {
		return session.Result{}, false
	}
	defer c.Conn.Close()
	r, err := c.Do(p.ctx, request)
	return r, err == nil
}

// ending finds out how a request ends. The default is kept wherever it works.
func (p *prober) ending() error {
	end, r, err := p.firstAnswer()
	if err != nil {
		return err
	}
	p.dialect.End = end
	if r.Request == nonsense {
		var asked bool
		if r, asked = p.inSession("awal"); !asked {
			r, asked = p.once(leave)
		}
		if !asked {
			return nil
		}
	}
	if understood(r) {
		return nil
	}
	// It took the end of the line for a part of the request.
	for i, other := range []string{"\n", "\r\n\r\n", ""} {
		p.dialect.End = other
		if other == end {
			continue
		}
		r, ok := p.inSession([]string{"dua", "tiga", "empat"}[i])
		if !ok {
			r, ok = p.once(leave)
		}
		if ok && understood(r) {
			p.ends(other, "with %s it is not understood", "dengan %s request tidak dipahami", shown(end).EN)
			return nil
		}
	}
	p.dialect.End = end
	return nil
}

// inSession asks for an inbox in a session of a new user: a request of one word
// that every server has to serve. It reports false where there is no session.
func (p *prober) inSession(role string) (session.Result, bool) {
	c, err := p.client()
	if err != nil {
		return session.Result{}, false
	}
	defer c.Conn.Close()
	for _, kind := range dialect.Styles() {
		for _, style := range dialect.Styles() {
			name, password := p.names.User(style, role, p.scope), p.names.Password(kind, role, p.scope)
			r, err := c.Register(p.ctx, name, password)
			if err != nil {
				return session.Result{}, false
			}
			if !r.OK() {
				continue
			}
			// Who is logged in by register may be refused here, and is in a session
			// all the same.
			if _, err := c.Auth(p.ctx, name, password); err != nil {
				return session.Result{}, false
			}
			r, err = c.Inbox(p.ctx)
			return r, err == nil
		}
	}
	return session.Result{}, false
}

func understood(r session.Result) bool {
	text, isText := r.Data.(string)
	return !isText || !strings.EqualFold(strings.TrimSpace(text), "request tidak dikenali")
}

// ends tells how a request ends, and why it is thought so.
func (p *prober) ends(end, en, id string, args ...any) {
	p.found = append(p.found, verdict.Textf("A request ends with ", "Request diakhiri ").
		And(shown(end)).And(verdict.Textf(": "+en, ": "+id, args...)))
}

func shown(end string) verdict.Text {
	if end == "" {
		return verdict.Textf("nothing at all", "tanpa apa pun")
	}
	visible := strings.NewReplacer("\r", `\r`, "\n", `\n`).Replace(end)
	return verdict.Text{EN: visible, ID: visible}
}

// account is a user of the probe.
type account struct{ name, password string }

// register finds out which forms of names and passwords are taken.
func (p *prober) register() (account, bool) {
	unanswered := 0
	for _, password := range dialect.Styles() {
		for _, name := range dialect.Styles() {
			a := account{p.names.User(name, "probe", p.scope), p.names.Password(password, "probe", p.scope)}
			r, answered := p.once("register " + a.name + " " + a.password)
			if !answered {
				if unanswered++; unanswered == 2 {
					return account{}, false // it is not the form that it minds
				}
				continue
			}
			if !r.OK() {
				continue
			}
			p.dialect.Names, p.dialect.Passwords = name, password
			if name != dialect.Plain || password != dialect.Plain {
				p.tell("It takes names such as %s and passwords such as %s, and refuses plainer ones", "Server menerima nama seperti %s dan password seperti %s, dan menolak yang lebih sederhana", a.name, a.password)
			}
			return a, true
		}
	}
	return account{}, false
}

// opens finds out whether register also logs in. A server that answers inbox
// to anybody shows nothing by it.
func (p *prober) opens(taken account) {
	if r, ok := p.once("inbox"); !ok || r.OK() {
		return
	}
	c, err := p.client()
	if err != nil {
		return
	}
	defer c.Conn.Close()
	other := account{p.names.User(p.dialect.Names, "kedua", p.scope), taken.password}
	if r, err := c.Do(p.ctx, "register "+other.name+" "+other.password); err != nil || !r.OK() {
		return
	}
	p.other = other
	if r, err := c.Inbox(p.ctx); err == nil && r.OK() {
		p.dialect.RegisterOpens = true
		p.tell("register also logs in", "register sekaligus masuk")
	}
}

// address finds out how a local user is addressed, where nobody said it: by
// what the server shows of itself, by the name alone, or by a usual name. Each
// counts only when a message so addressed arrives.
func (p *prober) address(a account) {
	if p.dialect.ServerID != "" {
		return
	}
	p.dialect.Addressable = false
	c, err := p.client()
	if err != nil {
		return
	}
	defer c.Conn.Close()
	r, err := c.Auth(p.ctx, a.name, a.password)
	if err == nil && !r.OK() && p.dialect.RegisterOpens {
		// The session that register opened may live on and be the only one
		// allowed.
		a.name = p.names.User(p.dialect.Names, "akhir", p.scope)
		r, err = c.Register(p.ctx, a.name, a.password)
	}
	if err != nil || !r.OK() {
		return
	}
	p.learn(r, a)
	var word uint32
	arrives := func(address string) bool {
		word++
		text := p.names.Word(p.scope, word)
		r, err := c.SendMessage(p.ctx, address, text)
		if err != nil || !r.OK() {
			return false
		}
		deadline := time.Now().Add(2 * p.target.Pace.First().Wait)
		for pause := time.Millisecond; ; pause *= 2 {
			inbox, err := c.Inbox(p.ctx)
			if err != nil || !inbox.OK() {
				return false
			}
			if session.Contains(inbox.Data, text) {
				p.learn(inbox, a)
				return true
			}
			select {
			case <-time.After(pause):
			case <-p.ctx.Done():
				return false
			}
			if time.Now().After(deadline) {
				return false
			}
		}
	}
	plain := arrives(a.name)
	for _, shown := range p.shown {
		if arrives(a.name + "@" + shown) {
			p.dialect.ServerID, p.dialect.Addressable = shown, true
			p.tell("It calls itself %s: its results show so, and user@%s arrives", "Server menyebut dirinya %s: tampak di result-nya, dan user@%s sampai", shown, shown)
			return
		}
	}
	if plain {
		p.dialect.Addressable = true
		p.tell("A user of its own is addressed by the name alone, without @", "User di server ini dapat dituju dengan namanya saja, tanpa @")
		return
	}
	for _, usual := range usualNames(p.target.Address) {
		if arrives(a.name + "@" + usual) {
			p.dialect.ServerID, p.dialect.Addressable = usual, true
			p.tell("It answers to user@%s, which was tried because it is usual", "Server menerima user@%s, yang dicoba karena lazim", usual)
			return
		}
	}
	p.tell("How it names itself in user@id could not be found out: tell it with --server-id", "Nama server dalam user@id tidak ditemukan: sebutkan dengan --server-id")
}

// learn looks for what the server may call itself in what it shows: the part
// behind a name and an @, and what stands under a key that speaks of a server.
func (p *prober) learn(r session.Result, a account) {
	for _, pattern := range []string{
		regexp.QuoteMeta(a.name) + `@([\pL\pN._-]+)`,
		`(?i)"[\w-]*server[\w-]*"\s*:\s*"([\pL\pN._-]+)"`,
	} {
		m := regexp.MustCompile(pattern).FindSubmatch(r.Frame.Body)
		if m == nil {
			continue
		}
		if id := strings.TrimRight(string(m[1]), "."); !slices.Contains(p.shown, id) {
			p.shown = append(p.shown, id)
		}
	}
}

func usualNames(address string) []string {
	host, port, _ := net.SplitHostPort(address)
	return []string{"server1", "alpha", "server", "server_1", "A", "localhost", host, address, port, "1", "main", "s1"}
}
