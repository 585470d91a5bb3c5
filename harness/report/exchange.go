package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Of a transcript, a failure shows the last requests with what came of them.
const (
	shownRequests = 8
	shownEvents   = 24 // also where a server talks without being asked
)

// Transcript prints the events, one a line, as in a failure.
func Transcript(w io.Writer, events []verdict.Event, lang verdict.Lang, style Style) error {
	p := newPage(nil, lang, style)
	p.exchange(events, nil)
	_, err := io.WriteString(w, p.String())
	return err
}

// exchange prints what went over the connections, and under the line that f
// speaks of a caret with its message. It tells whether it printed the message.
func (p *page) exchange(events []verdict.Event, f *verdict.Failure) bool {
	wrong, offset := -1, -1
	if f != nil {
		wrong, offset = find(events, f)
	}
	same := repeats(events)
	shown := choose(events, same, wrong)
	roles := roleColumns(events, shown, f)
	omitted, pointed := 0, false
	for i, e := range events {
		if !shown[i] {
			if e.Dir != verdict.Opened && !same.hidden[i] {
				omitted++
			}
			continue
		}
		p.omitted(&omitted)
		focus := -1
		if i == wrong {
			focus, pointed = offset, true
		}
		p.event(e, roles, focus, f)
		if n := same.times[i]; n > 0 {
			p.labelled(verdict.Text{}, p.paint(faint, fmt.Sprintf(label.Same.In(p.lang), n)))
		}
	}
	p.omitted(&omitted)
	if f != nil && !pointed && f.Caret >= 0 && f.Actual != "" {
		p.bytes(label.Looked, f.Conn, roles, []byte(f.Actual), f.Caret, f)
		pointed = true
	}
	return pointed
}

func (p *page) omitted(n *int) {
	if *n > 0 {
		p.labelled(verdict.Text{}, p.paint(faint, fmt.Sprintf(label.Omitted.In(p.lang), *n)))
		*n = 0
	}
}

// find gives the last event that holds what f speaks of, and the caret's offset
// in it; -1 where there is none or f has no caret.
func find(events []verdict.Event, f *verdict.Failure) (event, offset int) {
	if f.Caret < 0 || f.Actual == "" {
		return -1, -1
	}
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		if e.Dir != verdict.Received || f.Conn != "" && e.Conn != f.Conn {
			continue
		}
		if at := bytes.Index(e.Data, []byte(f.Actual)); at >= 0 {
			return i, at + f.Caret
		}
	}
	return -1, -1
}

// choose marks the events to show: the last requests and what followed them,
// and always the one called wrong. That a connection was opened tells nothing,
// unless nothing else happened.
func choose(events []verdict.Event, same repeated, wrong int) []bool {
	shown := make([]bool, len(events))
	requests, count := 0, 0
	for i := len(events) - 1; i >= 0 && requests < shownRequests && count < shownEvents; i-- {
		if events[i].Dir == verdict.Opened && len(events) > 1 || same.hidden[i] {
			continue
		}
		if events[i].Dir == verdict.Sent {
			requests++
		}
		shown[i] = true
		count++
	}
	if wrong >= 0 {
		shown[wrong] = true
	}
	return shown
}

func roleColumns(events []verdict.Event, shown []bool, f *verdict.Failure) int {
	n := 0
	if f != nil {
		n = utf8.RuneCountInString(oneLine(f.Conn))
	}
	for i, e := range events {
		if shown[i] {
			n = max(n, utf8.RuneCountInString(oneLine(e.Conn)))
		}
	}
	return min(n, 20)
}

func (p *page) event(e verdict.Event, roles, focus int, f *verdict.Failure) {
	switch e.Dir {
	case verdict.Sent:
		p.bytes(label.Sent, e.Conn, roles, e.Data, -1, nil)
	case verdict.Received:
		p.bytes(label.Received, e.Conn, roles, e.Data, focus, f)
	default:
		happened, by := happening(e.Dir)
		p.labelled(happened, role(e.Conn, roles)+p.paint(yellow, by.In(p.lang)))
	}
}

// happening names an event that carries no bytes, and says who brought it about.
func happening(d verdict.Dir) (happened, by verdict.Text) {
	switch d {
	case verdict.Opened:
		return label.Opened, label.ByDial
	case verdict.Closed:
		return label.Closed, label.ByServer
	case verdict.Reset:
		return label.Reset, label.ByReset
	case verdict.Silent:
		return label.Silent, label.ByNobody
	}
	return label.Left, label.ByUs
}

// bytes prints one line of an exchange, and where focus is not negative a caret
// below it with the message of f.
func (p *page) bytes(l verdict.Text, conn string, roles int, data []byte, focus int, f *verdict.Failure) {
	budget := p.width - textColumn - roles - 2
	text, column := excerpt(data, focus, budget)
	p.labelled(l, role(conn, roles)+text)
	if column < 0 || f == nil {
		return
	}
	column += roles + 2
	message := joined(f.Message.In(p.lang))
	indent := strings.Repeat(" ", textColumn)
	if n := utf8.RuneCountInString(message); textColumn+column+2+n > p.width && n+1 <= column {
		// There is more room on the left.
		p.line("%s%s%s", indent, strings.Repeat(" ", column-n-1), p.paint(red, message+" ^"))
		return
	}
	lines := wrap(message, max(p.width-textColumn-column-2, 40))
	for i, line := range lines {
		mark := "^ "
		if i > 0 {
			mark = "  "
		}
		p.line("%s%s%s", indent, strings.Repeat(" ", column), p.paint(red, mark+line))
	}
}

func role(conn string, columns int) string {
	if columns == 0 {
		return "  "
	}
	return fmt.Sprintf("%-*s  ", columns, oneLine(conn))
}
