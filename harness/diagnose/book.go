package diagnose

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// scene is a scenario, as its transcript tells it.
type scene struct {
	*verdict.Scenario
	index   int
	asked   []*exchange // in the order in which they were asked
	letters []letter
	focus   *exchange // the one that the failure speaks of; nil where there is none
}

// letter is a message or a file that somebody sent.
type letter struct {
	*exchange
	to    string // the user, without what stands behind @; "" for a group
	group string
	text  string // of a file its name
}

// book is a whole report, read.
type book struct {
	report *verdict.Report
	scenes []*scene
	facts  map[string]bool // about the whole report, as far as they were asked for
}

func newBook(r *verdict.Report, d *dialect.Dialect) *book {
	b := &book{report: r, facts: map[string]bool{}}
	whole := !slices.ContainsFunc(r.Scenarios, func(s verdict.Scenario) bool {
		return slices.ContainsFunc(s.Transcript, func(e verdict.Event) bool {
			return e.Dir == verdict.Sent && bytes.ContainsRune(e.Data, '\n')
		})
	})
	spell := newSpelling(d)
	for i := range r.Scenarios {
		s := &scene{Scenario: &r.Scenarios[i], index: i}
		s.asked = (&reader{whole: whole, spell: spell}).read(s.Transcript)
		for _, x := range s.asked {
			if l, ok := x.letter(); ok {
				s.letters = append(s.letters, l)
			}
		}
		s.focus = s.speaksOf()
		b.scenes = append(b.scenes, s)
	}
	return b
}

func (x *exchange) letter() (letter, bool) {
	command, isFile := strings.CutPrefix(x.command, "sendfile")
	if !isFile {
		command, isFile = strings.CutPrefix(x.command, "send")
		if !isFile {
			return letter{}, false
		}
	}
	if command != "" && command != "group" || len(x.words) < 3 {
		return letter{}, false
	}
	l := letter{exchange: x, text: x.rest(2)}
	if strings.HasPrefix(x.command, "sendfile") {
		l.text = path.Base(l.text)
	}
	if command == "group" {
		l.group = x.words[1]
	} else {
		l.to, _, _ = strings.Cut(x.words[1], "@")
	}
	return l, true
}

// first is the first word of the text, unique within a run but for a few.
func (l letter) first() string {
	word, _, _ := strings.Cut(l.text, " ")
	return word
}

// end is the last word of the text, which the harness made as well.
func (l letter) end() string { return l.text[strings.LastIndexByte(l.text, ' ')+1:] }

// unique tells whether the first word of the text is one that the harness made
// to find it by.
func (l letter) unique() bool { return len(l.first()) >= 8 }

// seenBy lists the users whose inbox shows the message, in its own scenario.
func (l letter) seenBy(s *scene) (users []string) {
	for _, x := range s.asked {
		if x.is("inbox") && x.turn > l.turn && x.user != "" && !slices.Contains(users, x.user) && x.shows(l.first()) {
			users = append(users, x.user)
		}
	}
	return users
}

// lost tells whether the message was taken, and somebody whom it is for looked
// for it in vain.
func (l letter) lost(s *scene) bool {
	if !l.accepted() || !l.unique() {
		return false
	}
	looked := map[string]bool{} // and whether it was seen
	for _, x := range s.asked {
		if x.is("inbox") && x.turn > l.turn && x.user != "" && x.accepted() && l.isFor(s, x.user) {
			looked[x.user] = looked[x.user] || x.shows(l.first())
		}
	}
	for _, seen := range looked {
		if !seen {
			return true
		}
	}
	return false
}

// isFor tells whether the message is addressed to the user, or to a group that
// was made with him.
func (l letter) isFor(s *scene, user string) bool {
	if l.group == "" {
		return l.to == user
	}
	return slices.ContainsFunc(s.asked, func(y *exchange) bool {
		return y.is("creategroup") && y.accepted() && y.turn < l.turn && y.param(1) == l.group &&
			slices.Contains(strings.Split(y.param(2), ","), user) && l.user != user
	})
}

// loses tells whether a message of the scenario was lost.
func (s *scene) loses() bool {
	return slices.ContainsFunc(s.letters, func(l letter) bool { return l.lost(s) })
}

// speaksOf finds the exchange that the failure speaks of; nil where it speaks of
// none.
func (s *scene) speaksOf() *exchange {
	f := s.Failure
	if f == nil || f.Conn == "" {
		return nil
	}
	var last *exchange
	for _, x := range s.asked {
		switch {
		case x.role != f.Conn:
		case f.Actual == "" && x.ended != "", f.Actual != "" && bytes.Contains(x.raw, []byte(f.Actual)):
			last = x
		}
	}
	return last
}

// form gives the exchange whose result has the form that the failure is about:
// its focus, or any where the requirement is about every result.
func (s *scene) form(has func(*exchange) bool) (*exchange, bool) {
	if x := s.focus; x != nil {
		return x, has(x)
	}
	if !strings.HasPrefix(s.Requirement, "WIRE-") {
		return nil, false
	}
	i := slices.IndexFunc(s.asked, has)
	if i < 0 {
		return nil, false
	}
	return s.asked[i], true
}

// fact looks once for what several causes ask, many times.
func (b *book) fact(name string, look func() bool) bool {
	known, ok := b.facts[name]
	if !ok {
		known = look()
		b.facts[name] = known
	}
	return known
}

// What the report shows anywhere; see the functions of these names.
func (b *book) guestServed() bool {
	return b.fact("guest served", func() bool { return b.any(guestServed) })
}
func (b *book) robbed() bool   { return b.fact("robbed", func() bool { return b.any(b.isRobbed) }) }
func (b *book) stranger() bool { return b.fact("stranger", func() bool { return b.any(stranger) }) }
func (b *book) foreign() bool  { return b.fact("foreign", func() bool { return b.any(foreign) }) }
func (b *book) ownWords() bool { return b.fact("own words", func() bool { return b.any(ownWords) }) }

// any tells whether an exchange of the report is so.
func (b *book) any(so func(*scene, *exchange) bool) bool {
	return slices.ContainsFunc(b.scenes, func(s *scene) bool {
		return slices.ContainsFunc(s.asked, func(x *exchange) bool { return so(s, x) })
	})
}

// seesThrough tells whether the run sees through the breach of a requirement.
func (b *book) seesThrough(id string) bool {
	return slices.ContainsFunc(b.report.Deviations, func(d verdict.Deviation) bool { return d.Requirement == id })
}

// otherStatus tells whether the failure is that a request succeeded or failed
// which ought not: then the form of its result explains nothing.
func (s *scene) otherStatus(x *exchange) bool {
	return s.Failure != nil && slices.ContainsFunc(s.Failure.Expected, func(t verdict.Text) bool {
		return strings.Contains(t.EN, `"status": "OK"`) && x.refused() || strings.Contains(t.EN, `"status": "ERROR"`) && x.accepted()
	})
}

// fails tells whether a requirement of the report fails.
func (b *book) fails(id string) bool {
	return slices.ContainsFunc(b.report.Requirements, func(j verdict.Judged) bool { return j.ID == id && j.Status == verdict.Fail })
}

// alone tells whether a request was the only one of its write.
func (s *scene) alone(x *exchange) bool { return len(s.together(x)) == 1 }

// together lists the requests of one write.
func (s *scene) together(x *exchange) (all []*exchange) {
	for _, y := range s.asked {
		if y.write == x.write && y.conn == x.conn {
			all = append(all, y)
		}
	}
	return all
}

// parameters holds the commands of the protocol with how many parameters each
// needs.
var parameters = map[string]int{
	"auth": 2, "logout": 0, "register": 2, "send": 2, "sendgroup": 2, "sendfile": 2, "inbox": 0, "creategroup": 2,
	"addserver": 3, "connect": 1, "sendfilegroup": 2,
}

func known(x *exchange) bool {
	_, ok := parameters[x.command]
	return ok
}

func ascii(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
}
