package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// The JUnit form that Jenkins, GitLab and GitHub's actions read. Every string
// in it went through oneLine or a page, which leave nothing that XML forbids.
type (
	xmlSuites struct {
		XMLName xml.Name   `xml:"testsuites"`
		Name    string     `xml:"name,attr"`
		Suites  []xmlSuite `xml:"testsuite"`
		xmlCounts
	}
	xmlSuite struct {
		Name       string        `xml:"name,attr"`
		Timestamp  string        `xml:"timestamp,attr"`
		Properties []xmlProperty `xml:"properties>property"`
		Cases      []xmlCase     `xml:"testcase"`
		xmlCounts
	}
	xmlCounts struct {
		Tests    int     `xml:"tests,attr"`
		Failures int     `xml:"failures,attr"`
		Errors   int     `xml:"errors,attr"`
		Skipped  int     `xml:"skipped,attr"`
		Time     seconds `xml:"time,attr"`
	}
	xmlProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	xmlCase struct {
		Name    string      `xml:"name,attr"`
		Class   string      `xml:"classname,attr"`
		Time    seconds     `xml:"time,attr"`
		Behaves *xmlBehaves `xml:"properties"` // where behaviour differs from the letter
		Failure *xmlProblem `xml:"failure"`
		Error   *xmlProblem `xml:"error"`
		Skipped *xmlProblem `xml:"skipped"`
	}
	xmlBehaves struct {
		Properties []xmlProperty `xml:"property"`
	}
	xmlProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
	seconds time.Duration
)

func (s seconds) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%.3f", time.Duration(s).Seconds()), nil
}

// writeJUnit writes a suite for each area and a case for each requirement. A
// run that ended early has an error in a suite of its own, so that nobody takes
// what was judged until then for the whole.
func writeJUnit(w io.Writer, r *verdict.Report, lang verdict.Lang) error {
	out := xmlSuites{Name: "chatspec"}
	if problem := runProblem(r, lang); problem != nil {
		c := xmlCase{Name: label.Run.In(lang), Class: "RUN", Error: problem}
		out.add(newXMLSuite(r, "RUN", []xmlCase{c}))
	}
	var cases []xmlCase
	for i, j := range r.Requirements {
		cases = append(cases, newXMLCase(r, j, lang))
		if i+1 == len(r.Requirements) || r.Requirements[i+1].Area != j.Area {
			out.add(newXMLSuite(r, j.Area, cases))
			cases = nil
		}
	}
	out.Time = seconds(r.Duration)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func runProblem(r *verdict.Report, lang verdict.Lang) *xmlProblem {
	switch {
	case r.Untestable:
		return &xmlProblem{Message: label.Untestable.In(lang), Type: "untestable", Text: oneLine(r.Stopped.In(lang))}
	case !r.Stopped.IsZero():
		return &xmlProblem{Message: label.Stopped.In(lang), Type: "stopped", Text: oneLine(r.Stopped.In(lang))}
	}
	return nil
}

func newXMLSuite(r *verdict.Report, name string, cases []xmlCase) xmlSuite {
	s := xmlSuite{Name: name, Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"), Cases: cases}
	for _, p := range [][2]string{
		{"chatspec", r.Version}, {"target", r.Target.Address}, {"server-id", r.Target.ServerID}, {"seed", fmt.Sprint(r.Seed)},
	} {
		s.Properties = append(s.Properties, xmlProperty{p[0], oneLine(p[1])})
	}
	for _, c := range cases {
		s.Tests++
		s.Time += c.Time
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	return s
}

func (out *xmlSuites) add(s xmlSuite) {
	out.Suites = append(out.Suites, s)
	out.Tests += s.Tests
	out.Failures += s.Failures
	out.Errors += s.Errors
	out.Skipped += s.Skipped
}

// newXMLCase gives a known failure as skipped: it is no news, and CI servers
// have no third colour.
func newXMLCase(r *verdict.Report, j verdict.Judged, lang verdict.Lang) xmlCase {
	c := xmlCase{Name: oneLine(j.ID + " " + j.Title.In(lang)), Class: j.Area}
	for _, i := range j.Scenarios {
		c.Time += seconds(r.Scenarios[i].Duration)
	}
	if j.Behaviour != j.Status {
		c.Behaves = &xmlBehaves{[]xmlProperty{{"behaviour", string(j.Behaviour)}}}
	}
	reason := joined(j.Reason.In(lang))
	switch {
	case j.Status == verdict.Fail && j.Known != "":
		c.Skipped = &xmlProblem{Message: label.Known.In(lang) + ": " + joined(j.Known), Text: reason}
	case j.Status == verdict.Fail:
		p := newPage(r, lang, Style{})
		p.failure(j)
		c.Failure = &xmlProblem{Message: reason, Type: j.Level.String(), Text: "\n" + strings.TrimRight(p.String(), "\n") + "\n"}
	case j.Status == verdict.Skip:
		c.Skipped = &xmlProblem{Message: reason}
	}
	return c
}
