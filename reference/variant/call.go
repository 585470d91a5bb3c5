package variant

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// A call is one request on its way to the machine.
type call struct {
	chat.Request
	ctx     context.Context
	session *chat.Session
	server  *server
	conn    *conn
	depth   int // how many steps are still to come
}

// A step handles a call, mostly by calling next, once, never or more often.
type step func(c *call) chat.Result

// next has the call handled further in.
func (c *call) next() chat.Result {
	if c.depth == 0 {
		return c.server.handler.Handle(c.ctx, c.session, c.Request)
	}
	c.depth--
	defer func() { c.depth++ }()
	return c.server.steps[c.depth](c)
}

// as has another line handled further in, in place of the call's own.
func (c *call) as(line string) chat.Result {
	own := c.Request
	defer func() { c.Request = own }()
	c.Request = chat.Parse(line)
	return c.next()
}

// user is who is logged in, "" if nobody is.
func (c *call) user() string { return c.session.User() }

func (c *call) state() *chat.State { return c.server.machine.State }

// word is the nth parameter, the first being 0, or "".
func (c *call) word(n int) string {
	if words := strings.Fields(c.Rest); n < len(words) {
		return words[n]
	}
	return ""
}

// tail is the last parameter of a request that takes a text, a file or a list.
func (c *call) tail() string {
	_, tail, _ := strings.Cut(strings.TrimLeft(c.Rest, " "), " ")
	return tail
}

// arity is how many parameters each command takes.
var arity = map[string]int{
	"auth": 2, "logout": 0, "register": 2, "send": 2, "sendgroup": 2, "sendfile": 2, "inbox": 0,
	"creategroup": 2, "addserver": 3, "connect": 1, "sendfilegroup": 2,
}

// on makes a step an effect on some commands: their names, or "*" for all
// requests.
func on(commands string, s step) effect {
	names := strings.Fields(commands)
	return func(v *server) {
		v.steps = append(v.steps, func(c *call) chat.Result {
			if commands == "*" || slices.Contains(names, c.Command) {
				return s(c)
			}
			return c.next()
		})
	}
}

// fresh is like on for a step that remembers something: each server has its
// own.
func fresh(commands string, make func() step) effect {
	return func(v *server) { on(commands, make())(v) }
}

// A condition looks at a call before it is handled.
type condition func(c *call) bool

// when does then where the condition holds.
func when(holds condition, then step) step {
	return func(c *call) chat.Result {
		if holds(c) {
			return then(c)
		}
		return c.next()
	}
}

func both(a, b condition) condition { return func(c *call) bool { return a(c) && b(c) } }

// among: the first parameter is a key of what was noted.
func among(noted *sync.Map) condition {
	return func(c *call) bool { _, is := noted.Load(c.word(0)); return is }
}

// guest: nobody is logged in.
func guest(c *call) bool { return c.user() == "" }

// inside: somebody is.
func inside(c *call) bool { return c.user() != "" }

// lacking: a parameter is missing.
func lacking(c *call) bool { return len(strings.Fields(c.Rest)) < arity[c.Command] }

// bare: all parameters are missing.
func bare(c *call) bool { return c.word(0) == "" }

// unrecognized: the command is none of the eleven.
func unrecognized(c *call) bool { return !chat.Known(c.Command) }

// here reports whether an address leads to this server, to a user who need not
// exist, and to whom.
func (c *call) here(address string) (user string, ok bool) {
	user, id, ok := chat.ParseAddress(address)
	return user, ok && (id == "" || id == c.server.machine.ID)
}

// toNobody: the addressee would be a user of this server, but does not exist.
func toNobody(c *call) bool {
	user, ok := c.here(c.word(0))
	return ok && !c.state().HasUser(user)
}

// addressed: the address is of that user, of this server.
func addressed(name string) condition {
	return func(c *call) bool { user, here := c.here(c.word(0)); return here && user == name }
}

// toNowhere: the addressee's server is unknown.
func toNowhere(c *call) bool {
	_, id, ok := chat.ParseAddress(c.word(0))
	return ok && id != "" && id != c.server.machine.ID && unknownServer(c, id)
}

func unknownServer(c *call, id string) bool {
	_, err := c.state().Server(id)
	return err != nil
}

// toNoServer: the first parameter is the id of no server.
func toNoServer(c *call) bool { return !lacking(c) && unknownServer(c, c.word(0)) }

// noGroup: the first parameter is the id of no group, someGroup: of one.
func noGroup(c *call) bool   { return !lacking(c) && c.state().Members(c.word(0)) == nil }
func someGroup(c *call) bool { return c.state().Members(c.word(0)) != nil }

// taken: the first parameter is the name of a user.
func taken(c *call) bool { return !lacking(c) && c.state().HasUser(c.word(0)) }

// strangers: among the listed members is one who does not exist.
func strangers(c *call) bool { return !lacking(c) && len(known(c)) < len(listed(c)) }

// listed is who stands in the list of creategroup; known are those who exist.
func listed(c *call) []string { return strings.Split(c.tail(), ",") }

func known(c *call) []string {
	return slices.DeleteFunc(listed(c), func(name string) bool { return !c.state().HasUser(name) })
}

// Outcomes are steps that go no further.

// okay answers OK with a message, as if all had gone well.
func okay(c *call) chat.Result { return chat.Result{Status: chat.OK, Data: c.Command + " berhasil"} }

// refuse answers ERROR with a message.
func refuse(c *call) chat.Result { return chat.Fail(c.Command + " ditolak") }

// hang gives no answer and keeps the connection open, as a thread that died.
func hang(c *call) chat.Result {
	<-c.ctx.Done()
	return chat.Fail("server berhenti")
}

// silent gives no answer; the connection goes on.
func silent(*call) chat.Result { return unanswered }

// unanswered is the result that is not written.
var unanswered = chat.Result{}

// hangUp closes the connection without an answer.
func hangUp(c *call) chat.Result {
	c.conn.Close()
	return refuse(c)
}

// last has the connection closed after the result of this call.
func (c *call) last() { c.conn.closing.Store(true) }

// crash ends the server.
func crash(c *call) chat.Result { c.server.crash(); return refuse(c) }

// asGuest does the request for a session of nobody in particular.
func asGuest(c *call) chat.Result {
	if c.user() == "" {
		c.session.Open("tamu")
		defer c.session.Close()
	}
	return c.next()
}

// Steps that change the result.

// then changes the result.
func then(change func(c *call, r chat.Result) chat.Result) step {
	return func(c *call) chat.Result { return change(c, c.next()) }
}

// success changes the data of an OK, failure that of an ERROR.
func success(change func(c *call, data any) any) step { return data(chat.OK, change) }
func failure(change func(c *call, data any) any) step { return data(chat.Failed, change) }

func data(status string, change func(c *call, data any) any) step {
	return then(func(c *call, r chat.Result) chat.Result {
		if r.Status == status {
			r.Data = change(c, r.Data)
		}
		return r
	})
}

// value is a change of data that does not look at it.
func value(v any) func(*call, any) any { return func(*call, any) any { return v } }

// ifRefused does what follows a refusal, and then answers with it.
func ifRefused(after func(c *call)) step {
	return then(func(c *call, r chat.Result) chat.Result {
		if r.Status == chat.Failed {
			after(c)
		}
		return r
	})
}

// ifDone does what follows a success.
func ifDone(after func(c *call)) step {
	return then(func(c *call, r chat.Result) chat.Result {
		if r.Status == chat.OK {
			after(c)
		}
		return r
	})
}
