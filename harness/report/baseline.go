package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// writeBaseline writes the present failures in the form that
// verdict.ParseBaseline reads. A failure that was known keeps its reason: a
// person wrote that.
func writeBaseline(w io.Writer, r *verdict.Report, lang verdict.Lang) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# chatspec %s, %s\n# %s\n", oneLine(r.Version), oneLine(r.Target.Address), label.BaselineHead.In(lang))
	for _, j := range r.Requirements {
		if j.Status != verdict.Fail {
			continue
		}
		reason := j.Known
		if reason == "" {
			reason = j.Reason.In(lang)
		}
		reason = joined(reason)
		if reason == "" {
			reason = label.Fail.In(lang) // an empty one could not be read back
		}
		fmt.Fprintf(&b, "%s %s\n", j.ID, reason)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
