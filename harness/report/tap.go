package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// writeTAP writes the Test Anything Protocol: a test point for each requirement.
// It is version 13, as readers of 14 take that and many know no other. The plan
// comes first, so a stream that was cut off has fewer points than planned. A
// known failure is a TODO, as TAP means it; a run that ended early bails out, or
// a harness would take skipped points for success.
func writeTAP(w io.Writer, r *verdict.Report, lang verdict.Lang) error {
	var b strings.Builder
	b.WriteString("TAP version 13\n")
	if len(r.Requirements) > 0 {
		fmt.Fprintf(&b, "1..%d\n", len(r.Requirements))
	}
	fmt.Fprintf(&b, "# chatspec %s  %s\n", oneLine(r.Version), named(r.Target.Address, r.Target.ServerID))
	for _, d := range r.Deviations {
		fmt.Fprintf(&b, "# %s %s: %s\n", oneLine(d.Requirement), label.Deviation.In(lang), joined(d.Seen.In(lang)))
	}
	for i, j := range r.Requirements {
		p := tapPoint{Requirement: j.ID, Level: j.Level.String(), Message: joined(j.Reason.In(lang))}
		ok, directive := "ok", ""
		switch {
		case j.Status == verdict.Skip:
			directive = " # SKIP " + tapText(p.Message)
		case j.Status == verdict.Fail:
			ok = "not ok"
			if j.Known != "" {
				directive = " # TODO " + tapText(joined(j.Known))
			}
		}
		fmt.Fprintf(&b, "%s %d - %s\n", ok, i+1, tapText(j.ID+" "+j.Level.String()+" "+oneLine(j.Title.In(lang)))+directive)
		if j.Status == verdict.Fail {
			page := newPage(r, lang, Style{})
			page.failure(j)
			p.write(&b, page.String())
		}
	}
	if outcomeOf(r) == ended || !r.Stopped.IsZero() {
		fmt.Fprintf(&b, "Bail out! %s\n", strings.TrimSuffix(ending(r, lang)+": "+joined(r.Stopped.In(lang)), ": "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ending says that a run is not whole.
func ending(r *verdict.Report, lang verdict.Lang) string {
	if r.Untestable {
		return label.Untestable.In(lang)
	}
	return label.Stopped.In(lang)
}

// tapText escapes what would begin a directive.
func tapText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `#`, `\#`).Replace(s)
}

// A tapPoint is the YAML block of a test point.
type tapPoint struct{ Requirement, Level, Message string }

// write quotes as JSON does, which YAML reads alike; nothing in the strings
// needs more, as oneLine leaves only what is printable.
func (p tapPoint) write(b *strings.Builder, text string) {
	b.WriteString("  ---\n")
	for _, pair := range [][2]string{{"requirement", p.Requirement}, {"level", p.Level}, {"message", p.Message}} {
		fmt.Fprintf(b, "  %s: %s\n", pair[0], quoted(pair[1]))
	}
	b.WriteString("  text: |\n")
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		b.WriteString(strings.TrimRight("    "+line, " ") + "\n")
	}
	b.WriteString("  ...\n")
}

func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil { // a string always encodes
		panic(err)
	}
	return strings.TrimRight(b.String(), "\n")
}
