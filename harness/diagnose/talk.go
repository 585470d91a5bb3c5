package diagnose

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// exchange is one request of a scenario with what came for it.
type exchange struct {
	role    string   // who asked, as the scenario calls him
	conn    int      // the connection; a role may have several, one after the other
	request []byte   // as it was sent, without its end
	line    string   // as the specification writes it, without a token
	token   string   // that it carried
	words   []string // of the line
	command string   // the first of them, in small letters
	turn    int      // its place among the requests of the scenario
	write   int      // the write that completed it; requests of one write share it
	cuts    []int    // offsets in request at which a further write went on
	user    string
	// user is who was logged in on the connection when this was asked, as far
	// as its answers tell; "" for nobody.

	result   *session.Result // nil where none came
	form     dialect.Encoding
	decoded  bool          // whole is known
	whole    any           // see object
	raw      []byte        // what came, be it a result or not
	hasty    bool          // it was asked before the one before it was answered
	early    bool          // the answer began before the request was whole
	surplus  int           // results beyond the one
	blank    bool          // empty results followed: a terminator too many
	ended    verdict.Dir   // Silent, Closed or Reset, where no result came
	answered time.Duration // when
}

// param is the i-th parameter, the first being 1; "" where there is none.
func (x *exchange) param(i int) string {
	if i < len(x.words) {
		return x.words[i]
	}
	return ""
}

// rest is the request from the i-th parameter on, blanks and all.
func (x *exchange) rest(i int) string {
	s := x.line
	for ; i > 0; i-- {
		_, after, ok := strings.Cut(strings.TrimLeft(s, " "), " ")
		if !ok {
			return ""
		}
		s = after
	}
	return s
}

func (x *exchange) is(command string) bool { return x.command == command }

// accepted and refused see through the letter case of the status.
func (x *exchange) accepted() bool {
	return x.result != nil && strings.EqualFold(x.result.Status, "OK")
}

func (x *exchange) refused() bool {
	return x.result != nil && strings.EqualFold(x.result.Status, "ERROR")
}

// shows tells whether text stands anywhere in the result.
func (x *exchange) shows(text string) bool { return session.Contains(x.object(), text) }

// object is the whole result, decoded; nil where it is no JSON.
func (x *exchange) object() any {
	if x.result != nil && !x.decoded {
		x.decoded = true
		x.whole = decode(x.result.Frame.Body, x.form)
	}
	return x.whole
}

func decode(body []byte, form dialect.Encoding) (object any) {
	if form != dialect.JSON {
		if fields := session.Fields(body, form); fields != nil {
			return fields
		}
	}
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimSpace(body)))
	dec.UseNumber()
	if dec.Decode(&object) != nil {
		return nil
	}
	return object
}

// name is what the target calls the command.
func (x *exchange) name() string {
	name, _, _ := strings.Cut(string(x.request), " ")
	return name
}

// said is what the result says, in one text.
func (x *exchange) said() string { return fmt.Sprint(x.result.Data) }

// mute tells that nothing at all came.
func (x *exchange) mute() bool { return x.result == nil && len(x.raw) == 0 && x.ended != "" }

// line is one connection while a transcript is read.
type line struct {
	conn    int
	partial []byte
	cuts    []int
	early   []byte
	waiting []*exchange
	last    *exchange
	buf     []byte
	bufAt   time.Duration
}

// reader takes a transcript apart.
type reader struct {
	whole  bool // every write is one request: no request of this run has an end
	spell  *spelling
	lines  map[string]*line
	conns  int
	writes int
	asked  []*exchange
}

func (r *reader) read(events []verdict.Event) []*exchange {
	r.lines = map[string]*line{}
	for _, e := range events {
		l := r.lines[e.Conn]
		if l == nil || e.Dir == verdict.Opened {
			if l != nil {
				r.flush(l)
			}
			l = &line{conn: r.conns}
			r.conns++
			r.lines[e.Conn] = l
		}
		switch e.Dir {
		case verdict.Sent:
			r.flush(l)
			r.sent(l, e)
		case verdict.Received:
			if len(l.buf) == 0 {
				l.bufAt = e.At
			}
			l.buf = append(l.buf, e.Data...)
		case verdict.Silent, verdict.Closed, verdict.Reset:
			r.flush(l)
			l.end(e)
		}
	}
	for _, l := range r.lines {
		r.flush(l)
	}
	users(r.asked)
	return r.asked
}

func (r *reader) sent(l *line, e verdict.Event) {
	r.writes++
	data := e.Data
	for len(data) > 0 {
		if len(l.partial) > 0 && len(l.waiting) == 0 {
			l.cuts = append(l.cuts, len(l.partial))
		}
		n := bytes.IndexByte(data, '\n')
		if n < 0 && !r.whole {
			l.partial = append(l.partial, data...)
			return
		}
		head := data
		if n >= 0 && !r.whole {
			head, data = data[:n], data[n+1:]
		} else {
			data = nil
		}
		request := bytes.TrimRight(append(l.partial, head...), "\r\n")
		cuts, early := l.cuts, l.early
		l.partial, l.cuts, l.early = nil, nil, nil
		if len(request) == 0 {
			continue // the rest of a longer end, or an empty line
		}
		x := &exchange{role: e.Conn, conn: l.conn, request: request, turn: len(r.asked), write: r.writes, cuts: cuts}
		x.line, x.token = r.spell.line(string(request))
		if x.words = strings.Fields(x.line); len(x.words) > 0 {
			x.command = strings.ToLower(x.words[0])
		}
		x.hasty = len(l.waiting) > 0
		r.asked = append(r.asked, x)
		l.waiting, l.last = append(l.waiting, x), x
		if len(early) > 0 {
			x.early = true
			l.buf, l.bufAt = early, e.At
			r.flush(l)
		}
	}
}

// flush gives what has arrived to the requests that wait.
func (r *reader) flush(l *line) {
	if len(l.partial) > 0 && len(l.waiting) == 0 {
		l.early = append(l.early, l.buf...)
		l.buf = nil
		return
	}
	for len(l.buf) > 0 {
		f, rest := frame(l.buf)
		l.buf = rest
		blank := len(bytes.TrimSpace(f.Body)) == 0
		switch {
		case blank || len(l.waiting) == 0:
			if l.last != nil && len(l.waiting) == 0 {
				l.last.blank = l.last.blank || blank
				if !blank {
					l.last.surplus++
				}
			}
			continue
		}
		x := l.waiting[0]
		l.waiting = l.waiting[1:]
		x.take(f, l.bufAt, r.spell.dialect)
	}
}

func (x *exchange) take(f wire.Frame, at time.Duration, d *dialect.Dialect) {
	result := (&session.Client{Dialect: d}).Parse(x.line, f)
	x.raw, x.answered = f.Raw, at
	x.result, x.form = &result, d.Results.Form
}

func (l *line) end(e verdict.Event) {
	n := len(l.waiting)
	if e.Dir == verdict.Silent {
		n = min(n, 1) // the harness gives up one at a time
	}
	for _, x := range l.waiting[:n] {
		x.ended, x.answered = e.Dir, e.At
	}
	l.waiting = l.waiting[n:]
}

// frame cuts one result off b, which is not empty, be it ended rightly or not.
func frame(b []byte) (f wire.Frame, rest []byte) {
	cut := func(body, end int) (wire.Frame, []byte) {
		return wire.Frame{Raw: b[:end:end], Body: b[:body:body], End: string(b[body:end])}, b[end:]
	}
	blanks := len(b) - len(bytes.TrimLeft(b, " \r\n\t"))
	terminator := bytes.Index(b, []byte(wire.Terminator))
	if terminator >= blanks && json.Valid(b[blanks:terminator]) {
		return cut(terminator, terminator+len(wire.Terminator))
	}
	dec := json.NewDecoder(bytes.NewReader(b[blanks:]))
	var value json.RawMessage
	if dec.Decode(&value) != nil {
		if terminator < 0 {
			return cut(len(b), len(b))
		}
		return cut(terminator, terminator+len(wire.Terminator))
	}
	body := blanks + int(dec.InputOffset())
	tail := b[body:]
	if next := bytes.IndexByte(tail, '{'); next >= 0 {
		tail = tail[:next]
	}
	if i := bytes.Index(tail, []byte(wire.Terminator)); i >= 0 {
		return cut(body+i, body+i+len(wire.Terminator))
	}
	return cut(body, body+len(tail))
}

// users notes who was logged in when each request was asked: on its connection,
// or by the token that it carried.
func users(asked []*exchange) {
	in := map[int]string{}
	var logins []login
	for _, x := range asked {
		x.user = in[x.conn]
		held := -1
		if x.token != "" {
			x.user = ""
			for i, l := range logins {
				if bytes.Contains(l.raw, []byte(x.token)) {
					x.user, held = l.user, i
				}
			}
		}
		switch {
		case x.is("auth") && x.accepted():
			in[x.conn] = x.param(1)
			logins = append(logins, login{x.param(1), x.raw})
		case x.is("logout") && held >= 0 && x.accepted():
			logins = slices.Delete(logins, held, held+1)
		case x.is("auth") && x.refused(), x.is("logout") && x.result != nil:
			delete(in, x.conn)
		}
	}
}

// login is a result of auth, which holds a token.
type login struct {
	user string
	raw  []byte
}
