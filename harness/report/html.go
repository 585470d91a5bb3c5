package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

//go:embed html
var htmlFiles embed.FS

var (
	htmlTemplate = template.Must(template.ParseFS(htmlFiles, "html/*.tmpl"))
	htmlStyle    = template.CSS(htmlFile("style.css"))
	htmlScript   = template.JS(htmlFile("filter.js"))
)

func htmlFile(name string) string {
	b, err := htmlFiles.ReadFile("html/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(b)
}

// htmlPolicy forbids everything but the page's own style and script, by their
// hashes: what slipped through as markup could load and run nothing.
var htmlPolicy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'",
	integrity(string(htmlStyle)), integrity(string(htmlScript)))

func integrity(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// words is in every view that a template of its own shows, as $ is only that.
type words struct{ Lang verdict.Lang }

// L gives the labels; a template picks one with .In $.Lang.
func (words) L() any { return label }

// prose shows a message, laid out as it was.
func (w words) prose(t verdict.Text) []htmlGlyphs {
	return glyphs(strings.Join(fold(t.In(w.Lang), proseColumns), "\n"))
}

// Columns names the judgements that the report shows: the letter, and beside it
// the behaviour where the two can differ.
func (v *htmlView) Columns() []verdict.Text {
	if v.Two {
		return []verdict.Text{label.Letter, label.Behaviour}
	}
	return []verdict.Text{label.Status}
}

// htmlView is the whole page.
type htmlView struct {
	words
	Policy string
	Style  template.CSS
	Script template.JS

	Outcome          outcome
	Symbol, Headline string
	Ended            string       // that the run is not whole, where the headline does not say it
	Why              []htmlGlyphs // it is not
	Exit, Footer     string
	Target           []htmlFact
	Findings         [][]htmlGlyphs
	Two              bool // judged to the letter and by behaviour
	Levels           []htmlLevel
	Areas            []*htmlArea
	Failures, Known  []htmlFailure
	Diagnoses        []htmlDiagnosis
	Deviations       []htmlDeviation
	Unjudged         []htmlUnjudged
	Stale            []htmlRef
	Statuses         []htmlStatus // to filter by
	Behaviours       []htmlStatus
	Total            int

	report *verdict.Report
	listed map[string]bool // the ids that have a place on the page
	raw    int             // bytes that may still be shown as such
}

type (
	htmlFact struct {
		Name  string
		Value []htmlGlyphs
	}
	htmlStatus struct{ Key, Symbol, Name string }
	// htmlRef is an id, and whether the page has a place for it.
	htmlRef struct {
		ID     string
		Listed bool
	}
	htmlLevel struct {
		Name   string
		Is     verdict.Text
		Counts [][]int // for each column, by verdict.Statuses
	}
	htmlArea struct {
		Name         string
		Counts       [][]int
		Requirements []htmlRequirement
	}
	htmlRequirement struct {
		ID, Area, Level, Source string
		Title                   []htmlSpan
		Status                  htmlStatus
		Behaviour               htmlStatus
		Failed                  bool // and so has an article of its own
	}
	// htmlSpan is a part of a title; SPEC.md writes `code` so.
	htmlSpan struct {
		Text string
		Code bool
	}
	htmlDeviation struct {
		Ref            htmlRef
		Expected, Seen []htmlGlyphs
	}
	htmlUnjudged struct {
		Reason []htmlGlyphs
		Refs   []htmlRef
	}
)

// writeHTML writes one file that needs no network and no script but to filter.
// html/template escapes whatever reaches the page, and a policy forbids what
// would get past it.
func writeHTML(w io.Writer, r *verdict.Report, lang verdict.Lang) error {
	return htmlTemplate.ExecuteTemplate(w, "report.tmpl", newHTMLView(r, lang))
}

func newHTMLView(r *verdict.Report, lang verdict.Lang) *htmlView {
	p := newPage(r, lang, Style{})
	v := &htmlView{
		words: words{lang}, Policy: htmlPolicy, Style: htmlStyle, Script: htmlScript, report: r,
		Outcome: outcomeOf(r), Symbol: symbol(r), Headline: headline(r, lang), Exit: p.exit(), Footer: p.footer(),
		Two: twoColumns(r), Total: len(r.Requirements), raw: rawOfReport, listed: map[string]bool{},
	}
	if v.Why = v.prose(r.Stopped); !r.Stopped.IsZero() && v.Outcome != ended {
		v.Ended = label.Stopped.In(lang)
	}
	v.target()
	for _, j := range r.Requirements {
		v.listed[j.ID] = true
	}
	v.requirements()
	v.levels()
	v.Unjudged = v.unjudged()
	v.Deviations = each(r.Deviations, func(d verdict.Deviation) htmlDeviation {
		return htmlDeviation{Ref: v.ref(d.Requirement), Expected: v.prose(d.Expected), Seen: v.prose(d.Seen)}
	})
	v.Diagnoses = each(r.Diagnoses, v.diagnosis)
	v.Stale = each(r.Stale, v.ref)
	return v
}

func (v *htmlView) target() {
	t := v.report.Target
	add := func(name verdict.Text, value string) {
		if value != "" {
			v.Target = append(v.Target, htmlFact{name.In(v.Lang), glyphs(oneLine(value))})
		}
	}
	add(label.Address, t.Address)
	add(label.Server, t.ServerID)
	if t.Peer != "" {
		add(label.Peer, named(t.Peer, t.PeerID))
	}
	add(label.File, t.File)
	if !v.report.Started.IsZero() {
		add(label.Started, v.report.Started.Format(time.RFC3339))
	}
	v.Findings = each(t.Findings, v.prose)
}

func (v *htmlView) requirements() {
	for _, j := range v.report.Requirements {
		if n := len(v.Areas); n == 0 || v.Areas[n-1].Name != j.Area {
			v.Areas = append(v.Areas, &htmlArea{Name: j.Area})
		}
		q := v.requirement(j)
		area := v.Areas[len(v.Areas)-1]
		area.Requirements = append(area.Requirements, q)
		switch {
		case q.Failed && j.Known != "":
			v.Known = append(v.Known, v.failure(j, q))
		case q.Failed:
			v.Failures = append(v.Failures, v.failure(j, q))
		}
	}
	for _, area := range v.Areas {
		area.Counts = count(v.report, func(j verdict.Judged) bool { return j.Area == area.Name })
	}
	for _, s := range []verdict.Judged{{Status: verdict.Pass}, {Status: verdict.Fail}, {Status: verdict.Fail, Known: "-"}, {Status: verdict.Skip}} {
		if s.Known == "" || len(v.Known) > 0 {
			v.Statuses = append(v.Statuses, v.status(s.Status, s.Known))
		}
		if s.Known == "" {
			v.Behaviours = append(v.Behaviours, v.status(s.Status, ""))
		}
	}
}

func (v *htmlView) requirement(j verdict.Judged) htmlRequirement {
	q := htmlRequirement{
		ID: j.ID, Area: j.Area, Level: j.Level.String(), Source: oneLine(source(j.Requirement)),
		Status: v.status(j.Status, j.Known), Behaviour: v.status(j.Behaviour, ""),
		Failed: j.Status == verdict.Fail || j.Behaviour == verdict.Fail,
	}
	for i, text := range strings.Split(oneLine(j.Title.In(v.Lang)), "`") {
		q.Title = append(q.Title, htmlSpan{text, i%2 == 1})
	}
	return q
}

// status gives a known failure a status of its own.
func (v *htmlView) status(s verdict.Status, known string) htmlStatus {
	switch {
	case s == verdict.Pass:
		return htmlStatus{"pass", "✓", label.Pass.In(v.Lang)}
	case s == verdict.Skip:
		return htmlStatus{"skip", "–", label.Skip.In(v.Lang)}
	case known != "":
		return htmlStatus{"known", "~", label.KnownShort.In(v.Lang)}
	}
	return htmlStatus{"fail", "✗", label.Fail.In(v.Lang)}
}

func (v *htmlView) levels() {
	is := []verdict.Text{verdict.Must: label.MustIs, verdict.Should: label.ShouldIs, verdict.Robust: label.RobustIs}
	for _, l := range verdict.Levels {
		if l <= v.report.Level {
			v.Levels = append(v.Levels, htmlLevel{
				Name: l.String(), Is: is[l], Counts: count(v.report, func(j verdict.Judged) bool { return j.Level == l }),
			})
		}
	}
}

func (v *htmlView) unjudged() []htmlUnjudged {
	var groups []htmlUnjudged
	at := map[string]int{}
	for _, j := range v.report.Requirements {
		if j.Status != verdict.Skip {
			continue
		}
		reason := joined(j.Reason.In(v.Lang))
		i, ok := at[reason]
		if !ok {
			i = len(groups)
			at[reason] = i
			groups = append(groups, htmlUnjudged{Reason: glyphs(reason)})
		}
		groups[i].Refs = append(groups[i].Refs, v.ref(j.ID))
	}
	return groups
}

func (v *htmlView) ref(id string) htmlRef { return htmlRef{oneLine(id), v.listed[id]} }
