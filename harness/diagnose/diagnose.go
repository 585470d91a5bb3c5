// Package diagnose recognises the usual causes of failures, and joins the
// failures of one cause: whoever reads a report of thirty failures wants the
// two mistakes that made them.
//
// It looks only at what a report holds, the transcripts above all, and reads
// them in the target's dialect. A cause is
// sure where the exchange shows it and nothing else does that; otherwise it is
// said to be a guess. Where nothing failed, nothing is diagnosed, whatever a
// server looks like: it may be right in a way of its own.
package diagnose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// cause is one usual mistake.
type cause struct {
	slug string       // stable: reports and CI refer to it
	says verdict.Text // %s stands for what was seen, see finding
	fix  verdict.Text

	// letter is the requirement that the cause breaks in every result; "" where
	// it breaks none. Where a run sees through that, it explains no failure.
	letter string

	// sees tells whether the failure of a scenario comes from this cause.
	sees func(*book, *scene) (finding, bool)
}

// finding is what a cause saw in one scenario.
type finding struct {
	sure bool
	seen verdict.Text // what differs from case to case, for says; zero for none
}

// sure and guess are the findings that need no more words.
var (
	sure  = finding{sure: true}
	guess = finding{}
)

var causes = slices.Concat(formCauses, streamCauses, aliveCauses, sessionCauses, inboxCauses, nameCauses, serverCauses)

// Diagnose gives the causes that explain failures of the report: the sure ones
// first, and of these the ones that explain most. A failure may have several
// causes, but no guess is made at one that a sure cause explains. d is the
// dialect that the target was spoken to in; nil for the specification's.
func Diagnose(r *verdict.Report, d *dialect.Dialect) []verdict.Diagnosis {
	if d == nil {
		d = dialect.Spec("")
	}
	b := newBook(r, d)
	cases := make([]diagnosis, len(causes))
	for _, s := range b.scenes {
		if s.Status != verdict.Fail || s.Failure == nil {
			continue
		}
		found := map[int]finding{}
		isSure := false
		for i, c := range causes {
			if b.seesThrough(c.letter) {
				continue
			}
			if f, ok := c.sees(b, s); ok {
				found[i] = f
				isSure = isSure || f.sure
			}
		}
		for i, f := range found {
			if f.sure || !isSure {
				cases[i].add(s, f)
			}
		}
	}
	var out []verdict.Diagnosis
	for i, c := range causes {
		if d := cases[i]; len(d.requirements) > 0 {
			out = append(out, d.of(c, r))
		}
	}
	slices.SortStableFunc(out, func(a, b verdict.Diagnosis) int {
		return cmp.Or(cmp.Compare(weight(b), weight(a)), len(b.Requirements)-len(a.Requirements))
	})
	return out
}

func weight(d verdict.Diagnosis) int {
	if d.Sure {
		return 1
	}
	return 0
}

// diagnosis is a cause with all that it explains, in the making.
type diagnosis struct {
	requirements map[string]bool
	best         *scene
	sure         bool
	seen         []verdict.Text
}

func (d *diagnosis) add(s *scene, f finding) {
	if d.requirements == nil {
		d.requirements = map[string]bool{}
	}
	d.requirements[s.Requirement] = true
	if d.best == nil || f.sure && !d.sure {
		d.best, d.sure = s, f.sure
	}
	if !f.seen.IsZero() && !slices.Contains(d.seen, f.seen) {
		d.seen = append(d.seen, f.seen)
	}
}

// mostSeen is how many kinds of what was seen a sentence names.
const mostSeen = 3

func (d *diagnosis) of(c cause, r *verdict.Report) verdict.Diagnosis {
	out := verdict.Diagnosis{Cause: c.slug, Sure: d.sure, Says: c.says, Fix: c.fix, Scenario: d.best.index}
	out.Says.EN = strings.Replace(c.says.EN, "%s", listed(d.seen, verdict.English), 1)
	out.Says.ID = strings.Replace(c.says.ID, "%s", listed(d.seen, verdict.Indonesian), 1)
	for _, j := range r.Requirements {
		if d.requirements[j.ID] {
			out.Requirements = append(out.Requirements, j.ID)
		}
	}
	return out
}

func listed(seen []verdict.Text, lang verdict.Lang) string {
	var words []string
	for _, t := range seen[:min(len(seen), mostSeen)] {
		words = append(words, t.In(lang))
	}
	if len(seen) > mostSeen {
		words = append(words, "…")
	}
	return strings.Join(words, ", ")
}

// text is one that is formatted later, or not at all.
func text(en, id string) verdict.Text { return verdict.Text{EN: en, ID: id} }

// same is what was seen, where it is the same in both languages.
func same(s string) verdict.Text { return verdict.Text{EN: s, ID: s} }
