package verdict

import (
	"fmt"
	"strings"
)

// Baseline holds known failures: requirement id to reason.
type Baseline map[string]string

// ParseBaseline reads a baseline: a line each, an id and the reason why it is
// known to fail; empty lines and lines that begin with # are skipped. name
// stands in errors, with the line.
func ParseBaseline(r *Registry, name, text string) (Baseline, error) {
	b := Baseline{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, reason, _ := strings.Cut(line, " ")
		reason = strings.TrimSpace(reason)
		q, ok := r.Lookup(id)
		switch {
		case !ok:
			return nil, fmt.Errorf("%s:%d: no requirement is called %q; see chatspec list", name, i+1, id)
		case reason == "":
			return nil, fmt.Errorf("%s:%d: %s needs a reason after it", name, i+1, q.ID)
		case b[q.ID] != "":
			return nil, fmt.Errorf("%s:%d: %s stands twice", name, i+1, q.ID)
		}
		b[q.ID] = reason
	}
	return b, nil
}

// Apply marks the failures that the baseline knows, and lists in Stale those
// of its entries that pass now.
func (b Baseline) Apply(r *Report) {
	r.Stale = nil
	for i, j := range r.Requirements {
		reason, known := b[j.ID]
		switch {
		case known && j.Status == Fail:
			r.Requirements[i].Known = reason
		case known && j.Status == Pass:
			r.Stale = append(r.Stale, j.ID)
		}
	}
}
