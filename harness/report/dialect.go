package report

import (
	"io"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Dialect writes what people read of how a target speaks: what was found out of
// the points that the specification leaves open, and each departure from its
// letter.
func Dialect(w io.Writer, address string, d *dialect.Dialect, findings []verdict.Text, lang verdict.Lang, style Style) error {
	r := &verdict.Report{
		Target:     verdict.Target{Address: address, ServerID: d.ServerID, Findings: findings},
		Deviations: d.Deviations(),
	}
	p := newPage(r, lang, style)
	p.line("%s", p.paint(bold, named(address, d.ServerID)))
	p.findings()
	p.line("")
	if len(r.Deviations) == 0 {
		p.line("%s", p.paint(green, "✓ "+label.NoDeviation.In(lang)))
	}
	p.deviations()
	_, err := io.WriteString(w, p.String())
	return err
}
