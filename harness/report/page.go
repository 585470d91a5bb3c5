package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Style says how a report for people looks. The zero value is plain text of a
// common width.
type Style struct {
	Color bool // with ANSI colours; everything is readable without
	Width int  // columns of the terminal; 0 for 100
}

// A page is a text for people in the making.
type page struct {
	strings.Builder
	r     *verdict.Report
	lang  verdict.Lang
	color bool
	width int
}

func newPage(r *verdict.Report, lang verdict.Lang, style Style) *page {
	p := &page{r: r, lang: lang, color: style.Color, width: 100}
	if style.Width > 0 {
		p.width = min(max(style.Width, 60), 160) // narrower, nothing fits; wider, no eye follows
	}
	return p
}

// A paint is an ANSI colour.
type paint string

const (
	red    paint = "31"
	green  paint = "32"
	yellow paint = "33"
	bold   paint = "1"
	faint  paint = "2"
)

func (p *page) paint(c paint, s string) string {
	if !p.color || s == "" {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}

func (p *page) line(format string, args ...any) {
	fmt.Fprintf(p, format+"\n", args...)
}

// labelColumns is the width of the column of labels; their texts stand at
// textColumn.
const (
	labelColumns = 14
	textColumn   = 2 + labelColumns
)

// labelled prints the first line behind a label and the others below it.
func (p *page) labelled(l verdict.Text, lines ...string) {
	name := l.In(p.lang)
	for _, line := range lines {
		pad := strings.Repeat(" ", max(labelColumns-utf8.RuneCountInString(name), 0))
		p.line("%s", strings.TrimRight("  "+p.paint(faint, name)+pad+line, " "))
		name = ""
	}
}

// prose is labelled for a message, folded to the width of the page.
func (p *page) prose(l verdict.Text, t verdict.Text) {
	if !t.IsZero() {
		p.labelled(l, fold(t.In(p.lang), p.width-textColumn)...)
	}
}
