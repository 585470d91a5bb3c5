package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// terminal is an output that may be a terminal.
type terminal struct{ *os.File }

// style says how a report looks on w: in colour on a terminal only, and there
// neither with NO_COLOR nor where the terminal is a dumb one.
func style(w io.Writer, getenv func(string) string) report.Style {
	t, ok := w.(terminal)
	if !ok || !term.IsTerminal(int(t.Fd())) {
		return report.Style{}
	}
	s := report.Style{Color: getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"}
	if width, _, err := term.GetSize(int(t.Fd())); err == nil {
		s.Width = width
	}
	return s
}

// progress rewrites one line on a terminal; into a pipe it writes nothing.
type progress struct {
	w     io.Writer
	label verdict.Text
	lang  verdict.Lang
	shown time.Time
}

// newProgress gives a nil progress where w is no terminal that can rewrite a
// line; it does nothing then.
func newProgress(w io.Writer, lang verdict.Lang, getenv func(string) string) *progress {
	t, ok := w.(terminal)
	if !ok || !term.IsTerminal(int(t.Fd())) || getenv("TERM") == "dumb" {
		return nil
	}
	return &progress{w: w, lang: lang, label: verdict.Text{EN: "scenarios", ID: "skenario"}}
}

const clearLine = "\r\x1b[2K"

func (p *progress) step(done, all int) {
	if p == nil || time.Since(p.shown) < 50*time.Millisecond {
		return
	}
	p.shown = time.Now()
	fmt.Fprintf(p.w, "%s%d/%d %s", clearLine, done, all, p.label.In(p.lang))
}

func (p *progress) end() {
	if p != nil && !p.shown.IsZero() {
		fmt.Fprint(p.w, clearLine)
	}
}
