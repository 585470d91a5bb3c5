// Package report writes a verdict.Report: for people (console, html, markdown),
// for programs (json), for CI servers (junit, tap, ctrf), for a gradebook
// (gradescope), and as the list of known failures that a later run takes
// (baseline).
//
// Nothing that a server said reaches an output as it came: see visible.go for
// what people read, json.go and junit.go for what programs read.
package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// A Writer writes a whole report, in lang where people read it. It changes
// nothing in the report, and gives the first error of w.
type Writer func(w io.Writer, r *verdict.Report, lang verdict.Lang) error

// writers is the one list of kinds; a new kind is one file and one line here.
var writers = map[string]Writer{
	"baseline":   writeBaseline,
	"console":    writeConsole,
	"ctrf":       writeCTRF,
	"gradescope": writeGradescope,
	"html":       writeHTML,
	"json":       writeJSON,
	"junit":      writeJUnit,
	"markdown":   writeMarkdown,
	"tap":        writeTAP,
}

// Kinds lists the kinds of reports, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(writers)) }

// For gives the writer of a kind. The error for an unknown kind lists them all.
func For(kind string) (Writer, error) {
	w, ok := writers[kind]
	if !ok {
		return nil, fmt.Errorf("no report is of kind %q; the kinds are %s", kind, strings.Join(Kinds(), ", "))
	}
	return w, nil
}
