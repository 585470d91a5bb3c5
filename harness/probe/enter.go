package probe

import (
	"slices"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/session"
)

// signUp registers a user as the specification says, in every form of names and
// passwords, and where that is refused also with more words.
func (p *seer) signUp() bool {
	register := func(name, password dialect.Style) (account, session.Result, bool) {
		a := account{p.names.User(name, "probe", p.scope), p.names.Password(password, "probe", p.scope)}
		r, answered := p.afresh("register " + a.name + " " + a.password)
		return a, r, answered
	}
	a, r, answered := register(dialect.Plain, dialect.Plain)
	if answered && r.OK() {
		p.user = a
		return true
	}
	if p.wordy() {
		return true
	}
	if !answered || p.strange(r) {
		return false // it is not the form of names that it minds
	}
	for _, password := range dialect.Styles() {
		for _, name := range dialect.Styles() {
			if name == dialect.Plain && password == dialect.Plain {
				continue
			}
			if a, r, ok := register(name, password); ok && r.OK() {
				p.user = a
				p.dialect.Names, p.dialect.Passwords = name, password
				p.styled()
				return true
			}
		}
	}
	return false
}

// styled tells of names and passwords that are not plain.
func (p *seer) styled() {
	p.tell("It takes names such as %s and passwords such as %s, and refuses plainer ones", "Server menerima nama seperti %s dan password seperti %s, dan menolak yang lebih sederhana", p.user.name, p.user.password)
}

// Words that are registered beside name and password; any server takes them for
// a name or a country.
var fillers = []string{"Chatspec", "Indonesia", "chatspec"}

// wordy registers with three to five words, each fit for a name and for a
// password, and finds out by auth which two of them are. A server that also
// takes two words for what they are is not wordy.
func (p *seer) wordy() bool {
	letter := p.dialect.Form("register")
	for _, name := range aliases["register"] {
		first := 3
		if name != letter.Name() {
			first = 2
		}
		for n := first; n <= 5; n++ {
			words := make([]string, n)
			for i := range words {
				words[i] = p.names.User(dialect.Strict, string(rune('a'+i))+"probe", p.scope)
			}
			began := time.Now()
			p.dialect.WithForm("register", letter)
			r, ok := p.afresh(raw(name, words))
			took := time.Since(began)
			if !ok || !r.OK() {
				continue
			}
			user, password, found := p.which(words)
			if !found {
				continue
			}
			p.user = account{words[user], words[password]}
			if n > 2 && name == letter.Name() && p.literal(letter, took) {
				return true
			}
			p.dialect.WithForm("register", wordyForm(name, n, user, password))
			return true
		}
	}
	return false
}

// raw is a request that no form stands for.
func raw(name string, words []string) string { return name + " " + strings.Join(words, " ") }

// which finds out which of the words are name and password, most usual first.
func (p *seer) which(words []string) (user, password int, found bool) {
	type pair struct{ user, password int }
	pairs := []pair{{0, 1}}
	if len(words) > 3 {
		pairs = append(pairs, pair{2, 3})
	}
	for i := range words {
		for j := range words {
			if i != j && !slices.Contains(pairs, pair{i, j}) {
				pairs = append(pairs, pair{i, j})
			}
		}
	}
	const most = 12
	for _, q := range pairs[:min(most, len(pairs))] {
		if r, ok := p.try("auth " + words[q.user] + " " + words[q.password]); ok && r.OK() {
			return q.user, q.password, true
		}
	}
	return 0, 0, false
}

// literal tells whether the target also registers as the specification says,
// with names and passwords of the kind that it just took.
func (p *seer) literal(form dialect.Form, took time.Duration) bool {
	p.dialect.WithForm("register", form)
	patience := p.wait()
	patience.Wait = max(patience.Wait, 10*took)
	p.leave()
	name, password := p.names.User(dialect.Strict, "lagi", p.scope), p.names.User(dialect.Strict, "kata", p.scope)
	r, ok := p.tryFor("register "+name+" "+password, patience)
	if !ok || !r.OK() {
		return false
	}
	p.user = account{name, password}
	// Only the kind of name or password was wrong before. Strict is the one
	// that was taken now, but for the sign in passwords, which any may hold.
	p.dialect.Names = dialect.Strict
	p.styled()
	return true
}

func wordyForm(name string, n, user, password int) dialect.Form {
	words := []string{name}
	filler := 0
	for i := range n {
		switch i {
		case user:
			words = append(words, "{user}")
		case password:
			words = append(words, "{password}")
		default:
			words = append(words, fillers[filler%len(fillers)])
			filler++
		}
	}
	return dialect.Form(strings.Join(words, " "))
}

// courseAccounts are the users that the course's own example has built in.
var courseAccounts = []dialect.Account{{User: "messi", Password: "surabaya"}, {User: "henderson", Password: "surabaya"}, {User: "lineker", Password: "surabaya"}}

// given tries, on a server that registers nobody, the users of the course's own
// example.
func (p *seer) given() bool {
	var there []dialect.Account
	for _, a := range courseAccounts {
		if r, ok := p.afresh("auth " + a.User + " " + a.Password); ok && r.OK() {
			there = append(there, a)
		}
	}
	if len(there) == 0 {
		return false
	}
	p.dialect.Accounts = there
	p.user = account{there[0].User, there[0].Password}
	p.tell("It registers nobody; %d users of the course's example are there", "Server tidak menerima pendaftaran; %d user dari contoh mata kuliah tersedia", len(there))
	return true
}

// enter logs in and learns the key of the token.
func (p *seer) enter() bool {
	request := "auth " + p.user.name + " " + p.user.password
	r, ok := p.afresh(request)
	if !ok || !r.OK() {
		return false
	}
	p.in = true
	p.learn(r, p.user)
	if fields := p.fields(r); fields[dialect.Data] == nil {
		results := &p.dialect.Results
		results.Token = pick(fields, tokenKeys, anything)
		if results.Token == "" {
			return true // it gives none
		}
		if results.Token == results.Text {
			// The only text is the token: what stands there is where every
			// text stands.
			for key, v := range fields {
				if s, ok := v.(string); ok && key != "status" && key != results.Text && len(s) > 0 {
					results.Token = key
				}
			}
		}
		p.client.Again(r)
	}
	return true
}

// said learns what the target says to an unknown request, in a session: before
// one it may say something else.
func (p *seer) said() {
	r, ok := p.try(nonsense)
	if !ok {
		return
	}
	text := p.text(p.fields(r))
	if text == "" {
		return
	}
	request := nonsense + " " + p.names.Word(p.scope, 0)
	if strings.Contains(text, nonsense) { // the word, or the whole request?
		if r, ok := p.try(request); ok {
			text = p.text(p.fields(r))
		}
	}
	p.unknown = dialect.UnknownAs(request, text)
	if r.Refused() && text != specUnknown {
		p.dialect.Results.Unknown = p.unknown
	}
}

// tokens finds out whether the session belongs to the connection or the token
// stands in every request, by the inbox.
func (p *seer) tokens() bool {
	reads := func() bool {
		r, ok := p.try("inbox")
		if ok && r.OK() {
			p.learnInbox(r)
		}
		return ok && r.OK()
	}
	if reads() {
		return true
	}
	if p.usualInbox(reads) {
		if p.dialect.Form("inbox").Token() {
			p.place(false)
		}
		return true
	}
	return p.full()
}

// usualInbox tries the inbox with the token and under other names.
func (p *seer) usualInbox(reads func() bool) bool {
	return p.usual("inbox", func() bool {
		form := p.dialect.Form("inbox")
		p.dialect.WithForm("inbox", form.WithToken(false))
		if reads() {
			return true
		}
		p.dialect.WithForm("inbox", form)
		return form != dialect.Letter("inbox") && reads()
	})
}

// full is for a target that calls an empty inbox an error: with a message in it,
// there is none.
func (p *seer) full() bool {
	for _, place := range []func(){func() {}, func() { p.place(false) }, func() { p.place(true) }} {
		if place(); p.arrives(p.user.name) || p.calls() {
			return true
		}
	}
	for _, command := range dialect.Commands {
		p.dialect.WithForm(command, p.dialect.Form(command).Tokenless())
	}
	return false
}

// place puts the token into every command that needs a session.
func (p *seer) place(last bool) {
	for _, command := range dialect.Commands {
		if command != "auth" && command != "register" {
			p.dialect.WithForm(command, p.dialect.Form(command).Tokenless().WithToken(last))
		}
	}
}

// learnInbox learns under which key the inbox stands.
func (p *seer) learnInbox(r session.Result) {
	fields := p.fields(r)
	results := &p.dialect.Results
	if fields[dialect.Data] != nil || fields[results.Inbox] != nil {
		return
	}
	if key := pick(fields, inboxKeys, anything); key != "" {
		results.Inbox = key
	}
}
