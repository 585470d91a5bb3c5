// Package steps holds what the steps of the features do: a table of pattern
// and function over the World of one scenario. It knows no Gherkin library.
package steps

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"path"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/peer"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// Run is what the scenarios of one run share. It is safe for use by several
// goroutines; its exported fields are set before the first scenario.
type Run struct {
	Target *target.Target
	Second *target.Target // a server of the same make; nil without one
	File   string         // a file that the target can send; "" without one
	Names  *names.Names
	Power  Switch // turns the target off and on; nil where nobody can
	Switch Switch // does so with the second server
	Relays bool   // without a Switch: link the servers through relays, so that links can be cut

	federation federation
	absences   absences
	texts      sync.Map // the words of every message, to the requirement that it breaks elsewhere
	answered   tally
	canary     account
}

// World is one scenario under way: its users, groups and texts, and what was
// seen. It is for one goroutine at a time.
type World struct {
	run   *Run
	ctx   context.Context
	Log   *wire.Log
	Notes *session.Notes

	// Patience is how long, at least, to wait for a result or a message. It
	// is set before the first step.
	Patience time.Duration

	scope string

	users   map[string]*user
	servers map[string]*server
	extra   []*session.Client // connections beside those of the users
	atEnd   []func()
	replies []*reply // to the requests of the scenario itself, in order
	marked  int      // replies before the present batch
	texts   []*text  // the messages of the present batch: "pesan itu"
	tags    uint32
	learned map[string]*reply // see learn
	calm    time.Duration     // an answer that took less was not held up, by the pace before anybody waited
	over    bool              // what follows is not asked for of this server
	once    sync.Once
}

// user is one role.
type user struct {
	role, name, password string
	home                 *target.Target
	client               *session.Client // nil while not connected
	in                   bool            // logged in, as far as is known
	registered           bool            // so it was answered
	reads                []session.Result
	token                any
	addressed            bool // somebody was told its name
}

// server is another server, played by us.
type server struct {
	id   string
	port int
	peer *peer.Peer // nil where nobody listens
	seen int        // connections before connect was asked for
	odd  bool       // whoever tries it finds no server there

	declined bool // it was tried, and not added
}

// reply is a result, or why there is none.
type reply struct {
	session.Result
	role  string
	shape string // see World.shapeOf
	err   error
}

// text is one message, with the words by which it is found.
type text struct {
	first, last string // unique words; last may be ""
	whole       string
	from, to    string // roles; to is "" for a group
}

// NewWorld begins a scenario. It must be ended with Close.
func NewWorld(ctx context.Context, run *Run) *World {
	return &World{
		run: run, ctx: ctx,
		Log:     wire.NewLog(),
		Notes:   &session.Notes{},
		scope:   run.Names.Scope(),
		users:   map[string]*user{},
		servers: map[string]*server{},
	}
}

// Close ends every connection of the scenario. It may be called while a step
// runs, which then fails soon, and more than once.
func (w *World) Close() {
	w.once.Do(func() {
		for _, u := range w.users {
			if u.client != nil {
				u.client.Conn.Close()
			}
		}
		for _, c := range w.extra {
			c.Conn.Close()
		}
		for _, s := range w.servers {
			if s.peer != nil {
				s.peer.Close()
			}
		}
		for i := len(w.atEnd) - 1; i >= 0; i-- {
			w.atEnd[i]()
		}
	})
}

// Done is closed when the scenario has to end.
func (w *World) Done() <-chan struct{} { return w.ctx.Done() }

// Settle notes what came after the last results. Call it when all steps are
// done, before Close.
func (w *World) Settle() {
	for _, u := range w.users {
		if u.client != nil {
			u.client.Settle()
		}
	}
}

// user gives the role, unknown to the server until it is registered.
func (w *World) user(role string) *user {
	if u := w.users[role]; u != nil {
		return u
	}
	return w.newUser(role, w.run.Target)
}

func (w *World) newUser(role string, home *target.Target) *user {
	u := &user{
		role:     role,
		name:     w.run.Names.User(home.Dialect.Names, role, w.scope),
		password: w.run.Names.Password(home.Dialect.Passwords, role, w.scope),
		home:     home,
	}
	w.users[role] = u
	return u
}

// connect gives the user a connection, if there is none.
func (w *World) connect(u *user) error {
	if u.client != nil {
		return nil
	}
	c, err := u.home.Open(w.ctx, u.role, w.Log, w.Notes)
	if err != nil {
		u.home.Check(w.ctx)
		return err
	}
	c.Patience = w.Patience
	u.client = c
	return nil
}

// disconnect ends the user's connection.
func (w *World) disconnect(u *user) {
	if u.client != nil {
		u.client.Settle()
		u.client.Conn.Close()
		u.client, u.in = nil, false
	}
}

// ask sends one request on the user's connection and waits for its result.
func (w *World) ask(u *user, request string) *reply {
	return w.exchange(u, request, (*session.Client).Receive)
}

// askLate is like ask, with the longest patience: for what may depend on a
// third party.
func (w *World) askLate(u *user, request string) *reply {
	return w.exchange(u, request, (*session.Client).ReceiveLate)
}

func (w *World) exchange(u *user, request string, receive func(*session.Client, context.Context) (session.Result, error)) *reply {
	r := w.post(u, request)
	w.collect(u, r, receive)
	return r
}

// askAll has each user ask, and only then waits for the results: in all as long
// as for one. The replies end with the first that is none.
func (w *World) askAll(users []*user, request func(*user) string) []*reply {
	replies := make([]*reply, len(users))
	for i, u := range users {
		replies[i] = w.post(u, request(u))
	}
	for i, u := range users {
		if w.collect(u, replies[i], (*session.Client).Receive); replies[i].err != nil {
			return replies[:i+1]
		}
	}
	return replies
}

// post sends one request on the user's connection. Its result is to be
// collected.
func (w *World) post(u *user, request string) *reply {
	r := &reply{role: u.role, shape: w.shapeOf(u, request), Result: session.Result{Request: request}}
	if r.err = w.connect(u); r.err == nil {
		r.err = u.client.Send(request)
	}
	return r
}

// collect waits for the result of what was posted.
func (w *World) collect(u *user, r *reply, receive func(*session.Client, context.Context) (session.Result, error)) {
	if r.err == nil {
		r.Result, r.err = receive(u.client, w.ctx)
	} else if u.client != nil {
		if early, err := u.client.Receive(w.ctx); err == nil {
			r.Result, r.err = early, nil // answered, then closed
		}
	}
	if r.err == nil {
		w.run.answered.add(r.shape)
		u.registered = u.registered || r.OK() && strings.HasPrefix(r.Request, "register ")
	}
	if r.err != nil && u.home != nil && w.ctx.Err() == nil && !errors.Is(r.err, wire.ErrSilent) {
		u.home.Check(w.ctx)
	}
}

// do is ask for a request of the scenario itself: steps judge its reply.
func (w *World) do(u *user, request string) *reply { return w.note(w.ask(u, request)) }

func (w *World) note(r *reply) *reply {
	w.replies = append(w.replies, r)
	return r
}

// last is the reply to the latest request of the scenario itself.
func (w *World) last() *reply {
	if len(w.replies) == 0 {
		return &reply{err: errors.New("nothing was asked")}
	}
	return w.replies[len(w.replies)-1]
}

// blame makes the failed preparation of a scenario a failure of requirement.
func blame(requirement string, r *reply) error {
	err := wantOK(r)
	if failed, ok := err.(*Failed); ok {
		return &Blamed{Requirement: requirement, Failed: *failed}
	}
	return err
}

// register prepares a registered user.
func (w *World) register(u *user) error {
	if len(u.home.Dialect.Accounts) > 0 {
		return w.take(u)
	}
	r := w.ask(u, "register "+u.name+" "+u.password)
	if r.err != nil && u.client == nil && u.home != w.run.Target {
		return skip("the second server cannot be reached: %v", "server kedua tidak dapat dijangkau: %v", r.err)
	}
	if err := blame("REGISTER-1", r); err != nil {
		return err
	}
	if u.home.Dialect.RegisterOpens {
		// The session is not wanted yet, and the server may allow just one.
		_ = w.ask(u, "logout")
		w.disconnect(u)
	}
	return nil
}

// login prepares a logged-in user.
func (w *World) login(u *user) error {
	r := w.ask(u, "auth "+u.name+" "+u.password)
	u.in = r.err == nil && r.OK()
	return blame("AUTH-1", r)
}

// address renders the address of u for a request of from.
func (w *World) address(from, u *user) (string, error) {
	u.addressed = true
	home := u.home.Dialect
	switch {
	case from.home != u.home && home.ServerID == "":
		return "", skip("how %s names itself in user@id is not known; tell it with --server-id or --peer-id",
			"nama server %s dalam user@id tidak diketahui; sebutkan dengan --server-id atau --peer-id", u.home.Address)
	case from.home != u.home:
		return u.name + "@" + home.ServerID, nil
	case !home.Addressable:
		return "", skip("how the server names itself in user@id could not be found out; tell it with --server-id",
			"nama server dalam user@id tidak ditemukan; sebutkan dengan --server-id")
	}
	return home.Address(u.name), nil
}

// group renders the id of a group, or of another server, within the scenario.
func (w *World) id(role string) string {
	return w.run.Names.User(w.run.Target.Dialect.Names, role, w.scope)
}

// text makes body unique. "{kata}" in it stands for one unique word, "{angka}"
// is a number that hardly comes twice, "{desimal}" one with two places; without
// them, unique words are put before and behind. "{tab}" is a tab, "{kendali}" are
// control characters that JSON only writes as \u and four digits.
func (w *World) text(body, from, to string) *text {
	tag := func() string {
		w.tags++
		return w.run.Names.Word(w.scope, w.tags)
	}
	t := &text{from: from, to: to, first: tag()}
	w.run.texts.Store(t.first, w.meant(from, to))
	if body == "{angka}" { // begins with 0, so that a number made of it is shorter
		t.first = "0" + itoa(10_000_000+int(crc32.ChecksumIEEE([]byte(t.first))%90_000_000))
		t.whole = t.first
		return t
	}
	if body == "{desimal}" { // ends with 0 for the same reason
		t.first = itoa(10_000_000+int(crc32.ChecksumIEEE([]byte(t.first))%90_000_000)) + ".50"
		t.whole = t.first
		return t
	}
	body = strings.NewReplacer("{tab}", "\t", "{kendali}", "\x01\a\x1b").Replace(body)
	if strings.Contains(body, "{kata}") {
		t.whole = strings.ReplaceAll(body, "{kata}", t.first)
		return t
	}
	t.last = tag()
	t.whole = t.first + " " + body + " " + t.last
	return t
}

// meant gives the requirement that a message breaks which shows elsewhere.
func (w *World) meant(from, to string) string {
	sender, receiver := w.users[from], w.users[to]
	switch {
	case to == "":
		return "SENDGROUP-5"
	case sender != nil && receiver != nil && sender.home != receiver.home:
		return "FEDERATION-3"
	}
	return "SEND-6"
}

// leaks charges a message of another scenario to whoever delivered it here.
func (w *World) leaks(u *user, r *session.Result) {
	word := w.run.Names.Foreign(w.scope, string(r.Frame.Body))
	requirement, known := w.run.texts.Load(word)
	if !known || len(u.home.Dialect.Accounts) > 0 { // given users are of many scenarios
		return
	}
	failure := verdict.Failure{
		Message:  verdict.Textf("the inbox of %s shows a message between other users", "inbox %s menampilkan pesan antara user lain", u.role),
		Expected: []verdict.Text{verdict.Textf("an inbox without %q", "inbox tanpa %q", word)},
		Actual:   string(r.Frame.Raw), Caret: bytes.Index(r.Frame.Raw, []byte(word)), Conn: u.role,
	}
	// Whether it was delivered or is shown to the wrong user cannot be told.
	w.Notes.Add(session.Fault{Requirement: requirement.(string), Failure: failure}, session.Fault{Requirement: "INBOX-5", Failure: failure})
}

// fileName is the file as an inbox names it.
func (w *World) fileName() string { return path.Base(w.run.File) }

// others lists the users of the scenario but one, in a stable order.
func (w *World) others(but *user) []*user {
	var list []*user
	for _, u := range w.users {
		if u != but {
			list = append(list, u)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].role < list[j].role })
	return list
}

// absences counts messages that did not arrive, so that a server that loses
// everything is not waited for again and again.
type absences struct {
	mu sync.Mutex
	n  int
}

func (a *absences) add() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.n++
}

func (a *absences) many() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.n >= 6
}

// arrival is how long a message may take into an inbox: the specification
// gives no event to wait for.
func (w *World) arrival() time.Duration {
	wait := max(2*w.run.Target.Pace.First().Wait, w.Patience)
	if w.run.absences.many() {
		return wait / 4
	}
	return wait
}

// Canary tells whether a user is served in full on a new connection: it logs in,
// sends itself a message and reads it; the first time it also signs up. Its
// error says what it did not get. It is for one goroutine at a time.
func (r *Run) Canary(ctx context.Context) error {
	w := NewWorld(ctx, r)
	defer w.Close()
	u := w.user("kenari")
	if r.canary.name == "" {
		if err := w.register(u); err != nil {
			return err
		}
		r.canary = account{u.name, u.password}
	}
	u.name, u.password = r.canary.name, r.canary.password
	if err := w.login(u); err != nil {
		r.canary = account{} // a server that was started anew does not know it
		return err
	}
	if r.Target.Dialect.Addressable {
		m, err := w.compose(u.role, u.role, "{kata}")
		if err != nil {
			return err
		}
		if err := wantOK(m.ask(w)); err != nil {
			return err
		}
		return w.arrives(u, w.texts...)
	}
	return w.read(u)
}

// Unfit says why no scenario can be judged any more; zero while they can.
func (r *Run) Unfit() verdict.Text { return r.Target.Lost() }
