package report

import (
	"fmt"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// causes prints the likely causes under their heading.
func (p *page) causes() {
	if len(p.r.Diagnoses) > 0 {
		p.line("%s", p.paint(bold, label.Causes.In(p.lang)))
		p.diagnoses()
	}
}

// diagnoses prints what is wrong, what to change and which failures it explains,
// and tells the sure from the guessed.
func (p *page) diagnoses() {
	const most = 12
	for _, d := range p.r.Diagnoses {
		p.prose(certainty(d), d.Says)
		p.prose(label.Fix, d.Fix)
		ids, more := d.Requirements, ""
		if len(ids) > most {
			more = " " + fmt.Sprintf(label.More.In(p.lang), len(ids)-most)
			ids = ids[:most]
		}
		p.labelled(label.Explains, fold(strings.Join(ids, " ")+more, p.width-textColumn)...)
		p.line("")
	}
}

func certainty(d verdict.Diagnosis) verdict.Text {
	if d.Sure {
		return label.SureCause
	}
	return label.GuessedCause
}

// htmlDiagnosis is a likely cause on the page.
type htmlDiagnosis struct {
	Sure      bool
	Certainty verdict.Text
	Says, Fix []htmlCoded
	Refs      []htmlRef
}

func (v *htmlView) diagnosis(d verdict.Diagnosis) htmlDiagnosis {
	return htmlDiagnosis{
		Sure: d.Sure, Certainty: certainty(d), Says: v.coded(d.Says), Fix: v.coded(d.Fix), Refs: each(d.Requirements, v.ref),
	}
}

// htmlCoded is text of ours, or a piece of code in it.
type htmlCoded struct {
	Text []htmlGlyphs
	Code bool
}

// coded is prose in which backticks enclose code.
func (v *htmlView) coded(t verdict.Text) (all []htmlCoded) {
	pieces := strings.Split(t.In(v.Lang), "`")
	if len(pieces)%2 == 0 { // one has no end
		return []htmlCoded{{Text: v.prose(t)}}
	}
	for i, piece := range pieces {
		all = append(all, htmlCoded{glyphs(oneLine(piece)), i%2 == 1})
	}
	return all
}

// jsonDiagnosis is a likely cause in the JSON report.
type jsonDiagnosis struct {
	Cause        string   `json:"cause"`        // a stable slug
	Sure         bool     `json:"sure"`         // told from a guess
	Requirements []string `json:"requirements"` // the failing ones that it explains
	Says         string   `json:"says"`
	Fix          string   `json:"fix"`
	Scenario     int      `json:"scenario"` // index into the report's scenarios: where it is seen best
}
