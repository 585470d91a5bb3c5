package report

import (
	"fmt"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// longestScript is what a report for people shows of a script; one that is cut
// would be worse than none.
const longestScript = 16 << 10

// failure prints a requirement that failed: its first failing scenario in full,
// a line for each further one.
func (p *page) failure(j verdict.Judged) {
	p.line("%s %s   %s", p.paint(red, "✗ "+j.ID), j.Level, p.paint(bold, oneLine(j.Title.In(p.lang))))
	if src := source(j.Requirement); src != "" {
		p.labelled(label.Source, `"`+oneLine(src)+`"`)
	} else {
		p.labelled(label.Source, label.NoSource.In(p.lang))
	}
	first := true
	for _, i := range j.Scenarios {
		s := p.r.Scenarios[i]
		switch {
		case s.Status != verdict.Fail || s.Failure == nil:
		case first:
			p.failed(s)
			first = false
		default:
			p.labelled(label.AlsoFails, place(s)+": "+joined(s.Failure.Message.In(p.lang)))
		}
	}
	if first { // judged without a scenario
		p.prose(label.Problem, j.Reason)
	}
	p.line("")
}

func place(s verdict.Scenario) string {
	return fmt.Sprintf("%s:%d  %s", s.URI, s.Line, oneLine(s.Name))
}

func (p *page) failed(s verdict.Scenario) {
	f := s.Failure
	p.labelled(label.Scenario, place(s))
	if pointed := p.exchange(s.Transcript, f); !pointed {
		p.prose(label.Problem, f.Message)
	}
	for i, e := range f.Expected {
		l := label.Expected
		if i > 0 {
			l = label.Or
		}
		p.prose(l, e)
	}
	p.prose(label.Hint, f.Hint)
	p.reproduce(f.Reproduce)
}

// reproduce prints a script so that it can be pasted as it stands: every line
// indented alike, nothing in front of it and nothing folded.
func (p *page) reproduce(s string) {
	switch {
	case strings.TrimSpace(s) == "":
		return
	case len(s) > longestScript:
		p.labelled(label.Reproduce, label.LongScript.In(p.lang))
		return
	}
	lines := script(s)
	if len(lines) == 1 {
		p.labelled(label.Reproduce, lines...)
		return
	}
	p.line("  %s", p.paint(faint, label.Reproduce.In(p.lang)))
	for _, line := range lines {
		p.line("%s", strings.TrimRight("    "+line, " "))
	}
}

// Failure gives the text of one failed requirement, as Console shows it.
func Failure(r *verdict.Report, j verdict.Judged, lang verdict.Lang) string {
	p := newPage(r, lang, Style{})
	p.failure(j)
	return p.String()
}
