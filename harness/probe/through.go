package probe

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// Through is like Probe, and also finds out in what the target departs from the
// letter, so that a run can go on through it: see dialect.Deviations. What works
// as the specification says is never taken for a departure, whatever else works
// too. It sends fewer than 50 requests, signs up two users, three at the most,
// and makes no group where one of unknown members is refused.
func Through(ctx context.Context, t *target.Target, n *names.Names, serverID string) ([]verdict.Text, error) {
	for patience := quick; ; patience = min(patient, patience*calmer) {
		p := newSeer(ctx, t, n, serverID)
		p.patience = patience
		if slow, err := p.look(); !slow || patience >= patient {
			return p.found, err
		}
	}
}

func newSeer(ctx context.Context, t *target.Target, n *names.Names, serverID string) *seer {
	p := &seer{prober: newProber(ctx, t, n, serverID)}
	p.attempts = []attempt{
		{nonsense, "\r\n"}, {leave, "\r\n"}, {nonsense, "\r\n\r\n"}, {nonsense, "\n"}, {nonsense, ""},
	}
	p.grace = shortGrace
	return p
}

// look finds out everything. It tells whether the target was too slow for it:
// an answer that was taken for missing came late.
func (p *seer) look() (slow bool, err error) {
	end, first, err := p.firstAnswer()
	if err != nil {
		return false, err
	}
	p.sent = 1
	p.dialect.End = end
	p.target.Dialect = &p.dialect
	p.form(first)
	p.ending()
	whole := p.explore()
	if !whole && end != "" {
		// Perhaps it takes the end for a part of the last word.
		p.dialect.End = ""
		if _, answered := p.afresh("auth " + nonsense + " " + nonsense); answered && p.explore() {
			whole = true
			p.ends("", "with %s no user can log in", "dengan %s tidak ada user yang dapat masuk", shown(end).EN)
		} else {
			p.dialect.End = end
		}
	}
	p.leave()
	return p.late(whole && p.dialect.Addressable && len(p.dialect.Deviations()) == 0), nil
}

// Reach tells whether the target answers at all in the dialect that it has: an
// error means that it answers nobody, see target.Diagnose.
func Reach(ctx context.Context, t *target.Target, n *names.Names) error {
	p := newProber(ctx, t, n, "")
	p.dialect = *t.Dialect
	p.grace = shortGrace
	if t.Dialect.Results.End != "" {
		t.Pace.Unterminated()
	}
	p.attempts = []attempt{{nonsense, t.Dialect.End}, {leave, t.Dialect.End}}
	_, _, err := p.firstAnswer()
	return err
}

const (
	nonsense    = "chatspec" // no command of anybody
	leave       = "logout"   // a command of almost everybody, refused to a guest
	specUnknown = "request tidak dikenali"
	shortGrace  = 60 * time.Millisecond
	longGrace   = 250 * time.Millisecond // no server takes that long between a result and its end
	leastGrace  = 3 * time.Millisecond   // where none came in that time

	quick   = 60 * time.Millisecond // how long, at least, to wait for one answer
	calmer  = 8                     // how much longer, where the server was too slow for that
	patient = 3 * time.Second       // and at the most
	// surely is how long, at least, a silence lasts that anything is concluded
	// from. Meanwhile other requests are answered.
	surely = 250 * time.Millisecond

	mostRequests = 48
)

// seer is a prober that looks for departures. It has one connection, which it
// dials anew when the last was lost.
type seer struct {
	*prober
	client *session.Client // nil where none is open
	user   account
	in     bool // the user logged in once
	silent []silence

	patience time.Duration
	sent     int
	unknown  string // what is said to nonsense, see dialect.Results; before logging in, until then
	word     uint32
	refused  bool // the latest message was
}

// silence is a request, as the specification writes it, that was not answered
// when it was last looked at.
type silence struct {
	client *session.Client
	sent   time.Time
}

// late tells whether a silence ended after all. Where nothing was concluded from
// any, there is nothing to wait for.
func (p *seer) late(moot bool) bool {
	slow := false
	for _, s := range p.silent {
		if !moot {
			wait := time.Until(s.sent.Add(max(surely, slowly*p.target.Pace.Slowest())))
			f, err := s.client.Conn.Read(p.ctx, wire.Patience{Wait: max(wait, 0)})
			slow = slow || err == nil || len(f.Raw) > 0
		}
		s.client.Conn.Close()
	}
	p.silent = nil
	return slow
}

// slowly is how much longer than the slowest answer none takes.
const slowly = 20

// explore goes as far as the target lets it. It tells whether a user could log
// in and read an inbox.
func (p *seer) explore() bool {
	ok := p.signUp()
	if !ok {
		ok = p.given()
	}
	registered := ok && len(p.dialect.Accounts) == 0
	entered := ok && p.enter()
	if ok = entered; ok {
		p.said()
		ok = p.tokens()
	}
	const opening = 3 // requests
	if p.sent+opening < mostRequests && registered && (!entered || ok && !p.dialect.Form("inbox").Token()) {
		p.opens(p.user)
		p.sent += opening
		if p.dialect.RegisterOpens {
			p.prober.address(p.user) // its session may be the only one allowed
			return true
		}
	}
	if !ok {
		p.dialect.Addressable = p.dialect.ServerID != ""
		return false
	}
	p.where()
	p.others()
	p.goodbye()
	if registered && p.sent+apartCosts < mostRequests {
		p.leave()
		p.apart(p.user)
	}
	return true
}

// wait is how long to wait for one answer.
func (p *seer) wait() wire.Patience {
	pace := p.target.Pace
	wait := max(p.patience, slowly*pace.Slowest())
	return wire.Patience{Wait: min(wait, pace.Longest().Wait), Grace: p.usualGrace()}
}

// try sends a request of the specification on the connection. It reports false
// where no result came; then the connection is given up.
func (p *seer) try(request string) (session.Result, bool) {
	return p.tryFor(request, p.wait())
}

func (p *seer) tryFor(request string, patience wire.Patience) (session.Result, bool) {
	if p.sent >= mostRequests || p.ctx.Err() != nil {
		return session.Result{}, false
	}
	if p.client == nil {
		c, err := p.prober.client()
		if err != nil {
			return session.Result{}, false
		}
		p.client = c
		if p.in && !strings.HasPrefix(request, "auth ") {
			if r, ok := p.try("auth " + p.user.name + " " + p.user.password); !ok || !r.OK() {
				return session.Result{}, false
			}
		}
	}
	p.sent++
	sent := time.Now()
	r, err := p.client.Try(p.ctx, request, patience)
	if err != nil {
		word := command(request)
		if errors.Is(err, wire.ErrSilent) && p.dialect.Form(word) == dialect.Letter(word) && len(r.Frame.Raw) == 0 {
			p.silent = append(p.silent, silence{p.client, sent})
			p.client = nil
		}
		p.leave()
		return r, false
	}
	if r.Frame.End == wire.Terminator {
		p.dialect.Results.End = "" // it was only late before
	}
	p.success(r)
	return r, true
}

// afresh is try on a new connection, where nobody is logged in.
func (p *seer) afresh(request string) (session.Result, bool) {
	p.leave()
	return p.try(request)
}

func (p *seer) leave() {
	if p.client != nil {
		p.client.Conn.Close()
		p.client = nil
	}
}

func command(request string) string {
	word, _, _ := strings.Cut(request, " ")
	return word
}

// ending finds out how a request ends, and what auth is called: a wrong
// password is told from nonsense by whoever understands.
func (p *seer) ending() {
	if p.unknown == "" {
		return
	}
	request := "auth " + nonsense + " " + nonsense
	if strings.EqualFold(strings.TrimSpace(p.unknown), specUnknown) {
		request = leave // nothing else shows what became of the end of the line
	}
	understood := func(end string) bool {
		p.dialect.End = end
		r, ok := p.afresh(request)
		return ok && !p.strange(r)
	}
	end := p.dialect.End
	r, ok := p.afresh(request)
	if !ok || !p.strange(r) || request != leave && p.usual("auth", func() bool { return understood(end) }) {
		return
	}
	for _, other := range []string{"\n", "\r\n\r\n", ""} {
		if other != end && understood(other) {
			p.ends(other, "with %s it is not understood", "dengan %s request tidak dipahami", shown(end).EN)
			return
		}
	}
	p.dialect.End = end
}

// aliases are what servers were seen to call commands, the specification's own
// name first.
var aliases = map[string][]string{
	"auth":          {"auth", "login"},
	"register":      {"register", "signup"},
	"inbox":         {"inbox", "getinbox", "read"},
	"send":          {"send", "sendmessage", "sendprivate"},
	"creategroup":   {"creategroup", "addgroup", "create_group", "add_group", "makegroup"},
	"sendgroup":     {"sendgroup", "send_group", "sendmessagegroup", "groupsend"},
	"sendfile":      {"sendfile", "send_file"},
	"sendfilegroup": {"sendfilegroup", "send_file_group", "sendgroupfile"},
	"connect":       {"connect", "connectserver", "connectrealm"},
}

// usual tries the names of a command until one works. Where none does, the
// command keeps its form.
func (p *seer) usual(command string, works func() bool) bool {
	form := p.dialect.Form(command)
	for _, name := range aliases[command] {
		p.dialect.WithForm(command, form.Named(name))
		if works() {
			return true
		}
	}
	p.dialect.WithForm(command, form)
	return false
}

// others finds out what the commands that were not needed so far are called.
// What is asked for is unknown everywhere, so that nothing comes of it.
func (p *seer) others() {
	nobody := p.names.User(p.dialect.Names, "entah", p.scope)
	for _, request := range []string{
		"creategroup " + nobody + " " + nobody,
		"sendgroup " + nobody + " " + nonsense,
		"sendfile " + p.dialect.Address(nobody) + " " + nobody,
		"sendfilegroup " + nobody + " " + nobody,
		"connect " + nobody,
	} {
		p.usual(command(request), func() bool {
			r, ok := p.try(request)
			if word := command(request); !ok && p.dialect.Form(word).Name() != word {
				r, ok = p.try(request) // that it is known by another name does not follow from one late answer
			}
			return !ok && p.sent < mostRequests || ok && !p.strange(r)
		})
	}
}

// goodbye logs out, and finds out whether that wants the token.
func (p *seer) goodbye() {
	r, ok := p.try("logout")
	if !ok || r.OK() || !p.dialect.Form("logout").Token() {
		return
	}
	form := p.dialect.Form("logout")
	p.dialect.WithForm("logout", form.Tokenless())
	if r, ok := p.try("logout"); !ok || !r.OK() {
		p.dialect.WithForm("logout", form)
	}
}
