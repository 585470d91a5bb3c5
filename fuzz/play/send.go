package play

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

const (
	// A moment, see Target.Odd.
	oddWait = 100 * time.Millisecond
	// A pause between two pieces, so that they travel apart.
	piecePause = 300 * time.Microsecond
	// What follows at once is waited for this many round trips.
	trips = 8
	// The results of an empty line and of the request behind it come together:
	// where a server was seen to skip such lines, the second is waited for this
	// long at least.
	blankWait = 20 * time.Millisecond
	// What a link may need after connect was answered, where messages are to get
	// through at once.
	linkSettles = 150 * time.Millisecond
	// What one read takes at least, where a request is what one read takes.
	oneRead = 1 << 10
)

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte("null") // cannot be: it was decoded from JSON
	}
	return b
}

// send sends n steps from i on, which belong to one connection, and reads their
// results.
func (p *Player) send(i, n int) (*oracle.Verdict, error) {
	st := &p.script.Steps[i]
	c, err := p.conn(st.On)
	if err != nil {
		return p.unreachable(st, err)
	}
	d := c.to.Dialect
	p.turn(c, i)
	if st.How == script.Left {
		p.trace = append(p.trace, '-')
		p.tell(wire.Frame{}, nil)
		p.leave(c, false)
		return nil, nil
	}
	if n > 1 && (d.End == "" || d.Tokens()) { // one write is one request, or what is asked depends on the result before
		for j := range n {
			p.turn(c, i+j)
			lines, whole := p.render(c, i+j, 1)
			if v, err := p.exchange(c, st, lines[0], whole); v != nil || err != nil || c.err != nil {
				return v, err
			}
		}
		return nil, nil
	}
	lines, whole := p.render(c, i, n)
	if n > 1 {
		return p.batch(c, i, lines, whole)
	}
	if st.How == script.Joined { // with nothing
		st = &script.Step{On: st.On, Parts: st.Parts}
	}
	return p.exchange(c, st, lines[0], whole)
}

// render gives the requests of n steps from i on, to the letter, and all of them
// as the target wants them. They are valid until the next.
func (p *Player) render(c *conn, i, n int) (lines [][]byte, whole []byte) {
	p.line, p.lines, p.ends = p.line[:0], p.lines[:0], p.ends[:0]
	for j := range n {
		st := &p.script.Steps[i+j]
		from := len(p.line)
		p.line = p.setting.Append(p.line, st)
		p.ends = append(p.ends, from, len(p.line))
		if st.How != script.Raw {
			p.line = append(p.line, c.to.Dialect.End...)
		}
	}
	for j := 0; j < len(p.ends); j += 2 {
		p.lines = append(p.lines, p.line[p.ends[j]:p.ends[j+1]])
	}
	if whole = p.line; c.client == nil || p.script.Steps[i].How == script.Raw {
		return p.lines, whole
	}
	whole = nil
	for _, line := range p.lines {
		whole = append(whole, c.client.Render(string(line))...)
	}
	return p.lines, whole
}

// parse takes a result apart as the target means it.
func (c *conn) parse(line []byte, f wire.Frame) (r oracle.Result, faults []session.Fault) {
	clean := false
	if c.client == nil {
		r, clean = oracle.Scan(f.Body)
	}
	if !clean || f.End != wire.Terminator {
		full := session.Result{}
		if c.client == nil {
			full = session.Parse(string(line), f)
		} else { // it keeps the token
			full = c.client.Again(session.Result{Request: string(line), Frame: f})
		}
		r = oracle.Result{OK: full.OK(), Refused: full.Refused(), Data: encode(full.Data)}
		faults = full.Faults
	}
	r.Raw = f.Raw
	return r, faults
}

// exchange sends one request and reads its result.
func (p *Player) exchange(c *conn, st *script.Step, line, whole []byte) (*oracle.Verdict, error) {
	if st.How == script.Raw {
		err := p.write(c, st, whole)
		p.tell(wire.Frame{}, nil)
		p.trace = append(p.trace, '-')
		for part := range bytes.SplitSeq(line, []byte("\n")) {
			p.model.Unread(c.id, bytes.TrimSuffix(part, []byte("\r")))
		}
		p.leave(c, false)
		_ = err // a server may well close on garbage
		return nil, nil
	}
	if st.How == script.Blank && c.to.Dialect.End != "" {
		whole = append([]byte(c.to.Dialect.End), whole...)
	}
	err := p.write(c, st, whole)
	if st.How == script.Dropped || st.How == script.Reset {
		p.tell(wire.Frame{}, nil)
		p.model.Unread(c.id, line)
		p.trace = append(p.trace, '-')
		p.leave(c, st.How == script.Reset)
		return nil, nil
	}
	if oracle.Strange(line) || c.to.Dialect.End == "" && len(line) > oneRead {
		return p.strange(c, line, err)
	}
	f, err := p.read(c, line, err)
	if err == nil && st.How == script.Blank {
		f, err = p.afterBlank(c, line, f)
	}
	v, err := p.settle(c, st, line, f, err)
	if p.target.Alone.Load() && p.target.Peer != nil && v == nil && err == nil && bytes.HasPrefix(line, []byte("connect ")) {
		time.Sleep(linkSettles)
	}
	if st.How == script.Half && v == nil && err == nil {
		p.leave(c, false)
	}
	return v, err
}

// batch sends the steps from first on in one write and reads their results.
func (p *Player) batch(c *conn, first int, lines [][]byte, whole []byte) (*oracle.Verdict, error) {
	st := &p.script.Steps[first]
	err := p.write(c, st, whole)
	sent := p.sent
	for i, line := range lines {
		p.turn(c, first+i)
		p.sent = sent
		f, readErr := p.read(c, line, err)
		last := script.Step{On: st.On, How: script.Joined}
		if i == len(lines)-1 {
			last.How = script.Whole
		}
		v, err := p.settle(c, &last, line, f, readErr)
		if v != nil || err != nil {
			if v != nil && v.Kind != oracle.Form {
				v.Requirement, v.Also = "WIRE-11", "WIRE-7"
			}
			return v, err
		}
		if c.err != nil { // it ended, and was allowed to: so did what was still to come
			for j, line := range lines[i+1:] {
				p.turn(c, first+i+1+j)
				p.tell(wire.Frame{}, c.err)
				p.trace = append(p.trace, '-')
				p.model.Unread(c.id, line)
			}
			return nil, nil
		}
	}
	return nil, nil
}

// write sends bytes in the manner of the step.
func (p *Player) write(c *conn, st *script.Step, b []byte) error {
	p.now = time.Now()
	p.sent = p.now
	p.note(c, verdict.Sent, b)
	wait := c.to.Pace.Longest().Wait
	sent := 0
	if c.to.Dialect.End != "" {
		for _, at := range cuts(st.How, len(b)) {
			if err := c.write(b[sent:at], wait); err != nil {
				return err
			}
			sent = at
			if st.How == script.Pieces {
				time.Sleep(piecePause)
			}
		}
	}
	err := c.write(b[sent:], wait)
	if st.How == script.Half && err == nil {
		err = c.nc.CloseWrite()
	}
	return err
}

// cuts tells where n bytes are cut that are not sent in one write. What dribbles
// goes out byte by byte at both ends, where the command and the end of the
// request are, and in two pieces between: more tell no more, and are dear.
func cuts(how script.How, n int) (at []int) {
	if how != script.Pieces && how != script.Dribbled {
		return nil
	}
	const edge = 4
	for i := 1; i < n; i++ {
		if i == n/2 || how == script.Dribbled && (i <= edge || i >= n-edge) {
			at = append(at, i)
		}
	}
	return at
}

// read waits for the result of a request. A request that the server did not
// take may still have been answered.
func (p *Player) read(c *conn, line []byte, failed error) (wire.Frame, error) {
	pace := c.to.Pace
	wait := pace.First().Wait
	if bytes.HasPrefix(line, []byte("connect ")) {
		wait = pace.Longest().Wait
	}
	if failed != nil {
		wait = 50 * time.Millisecond
	}
	sent := p.now
	f, err := c.read(sent, wait)
	if errors.Is(err, wire.ErrSilent) && !p.care.Hasty && failed == nil {
		c.to.Check(p.ctx)
		if confirm := pace.Confirm().Wait; confirm > 0 && c.to.Lost().IsZero() {
			f, err = c.read(time.Now(), confirm)
		}
		if errors.Is(err, wire.ErrSilent) {
			pace.Silence()
		}
	}
	p.now = time.Now()
	if len(f.Raw) > 0 {
		p.note(c, verdict.Received, f.Raw)
	}
	if err != nil {
		p.note(c, dirOf(err), nil)
		return f, err
	}
	c.answered = true
	if f.End == c.ending { // else it took as long as we waited for one
		pace.Observe(p.now.Sub(sent))
	}
	return f, nil
}

// afterBlank finds out whether f answers the empty line or the request: an
// empty line is answered with an ERROR, or skipped. What the target did before
// tells how long a second result is worth waiting for.
func (p *Player) afterBlank(c *conn, line []byte, f wire.Frame) (wire.Frame, error) {
	r, faults := c.parse(line, f)
	if r.OK { // to an empty line it would be an ERROR
		p.target.skips.Store(true)
	}
	if len(faults) > 0 || r.OK || c.to.Dialect.End == "" {
		return f, nil
	}
	wait := c.to.Pace.First().Wait
	if p.target.skips.Load() {
		wait = min(wait, max(trips*c.to.Pace.Typical(), blankWait))
	}
	kept := wire.Frame{Raw: bytes.Clone(f.Raw), Body: bytes.Clone(f.Body), End: f.End}
	second, err := c.read(time.Now(), wait)
	p.now = time.Now()
	if errors.Is(err, wire.ErrSilent) {
		return kept, nil
	}
	p.target.skips.Store(false)
	if err == nil {
		p.note(c, verdict.Received, second.Raw)
	}
	return second, err
}

// settle has the result, or its absence, judged.
func (p *Player) settle(c *conn, st *script.Step, line []byte, f wire.Frame, err error) (*oracle.Verdict, error) {
	if p.ctx.Err() != nil {
		return nil, p.ctx.Err()
	}
	p.tell(f, err)
	if err != nil {
		return p.missing(c, st, line, f, err)
	}
	v := p.check(c, line, f)
	switch {
	case v != nil:
		wait := 3 * time.Millisecond
		if !p.care.Hasty {
			wait = 20 * time.Millisecond
		}
		if st.How != script.Joined && v.Kind != oracle.Form {
			if extra := c.extra(wait); len(extra) > 0 {
				return p.unasked(c, extra), nil
			}
		}
		v.Failure.Conn = c.name
		if v.Failure.Actual == "" {
			v.Failure.Actual = string(f.Raw)
		}
		p.sending(v, st)
		return v, nil
	case st.How != script.Joined && c.from != c.at && len(c.extra(0)) > 0:
		return p.unasked(c, c.extra(0)), nil
	}
	return nil, nil
}

// sending says what is special about how the request was sent.
func (p *Player) sending(v *oracle.Verdict, st *script.Step) {
	switch st.How {
	case script.Pieces, script.Dribbled:
		v.Requirement = "WIRE-10"
	case script.Half:
		v.Requirement = "ROBUST-10"
	case script.Blank:
		v.Requirement = "ROBUST-8"
	}
}

func (p *Player) unasked(c *conn, extra []byte) *oracle.Verdict {
	p.now = time.Now()
	p.note(c, verdict.Received, extra)
	return &oracle.Verdict{Requirement: "WIRE-2", Rule: "WIRE-2", Kind: oracle.Unasked, Failure: verdict.Failure{
		Message:  verdict.Textf("the server sent something that no request asked for", "server mengirim sesuatu yang tidak diminta"),
		Expected: []verdict.Text{verdict.Textf("nothing until the next request", "tidak ada kiriman sampai request berikutnya")},
		Actual:   string(extra), Conn: c.name,
	}}
}

// missing judges that no result came.
func (p *Player) missing(c *conn, st *script.Step, line []byte, f wire.Frame, err error) (*oracle.Verdict, error) {
	if c.used && !c.answered && !errors.Is(err, wire.ErrSilent) {
		return nil, errStale
	}
	v := p.model.Unanswered(c.id, line, errors.Is(err, wire.ErrSilent))
	if v == nil {
		p.trace = append(p.trace, '-')
		if c.err == nil {
			c.err = err
		}
		p.forget(c)
		return nil, nil
	}
	v.Failure.Conn, v.Failure.Actual = c.name, string(f.Raw)
	p.sending(v, st)
	p.diagnose(v, c)
	return v, nil
}

// strange waits a little for what a server makes of bytes that it need not
// take. Whatever it does is allowed, and the connection is not used again.
func (p *Player) strange(c *conn, line []byte, failed error) (*oracle.Verdict, error) {
	p.trace = append(p.trace, '-')
	if failed != nil {
		p.tell(wire.Frame{}, failed)
	} else {
		f, err := c.read(p.now, cmp.Or(p.target.Odd, oddWait))
		p.now = time.Now()
		p.tell(f, err)
		if err == nil {
			p.note(c, verdict.Received, f.Raw)
			if r, clean := oracle.Scan(f.Body); clean && c.from == c.at {
				p.Requests++
				if v := p.model.Answered(c.id, line, &r); v != nil {
					v.Failure.Conn, v.Failure.Actual = c.name, string(f.Raw)
					return v, nil
				}
				p.leave(c, false)
				return nil, nil
			}
		}
	}
	p.model.Unread(c.id, line)
	p.leave(c, false)
	return nil, nil
}
