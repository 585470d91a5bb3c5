package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// writeMarkdown writes what a pull request or a job's summary shows: the
// verdict, the counts, each failure as on the console. What may quote a server
// stands in fenced code only, where neither markup nor @names nor #numbers mean
// anything; headings and the table hold our own words and numbers. The last
// line is the footer: a text without it was cut off.
func writeMarkdown(w io.Writer, r *verdict.Report, lang verdict.Lang) error {
	m := markdown{r: r, lang: lang}
	m.block("# " + symbol(r) + " " + headline(r, lang))
	m.fence(func(p *page) { p.header() })
	m.table()
	m.section(label.Causes, (*page).diagnoses)
	m.failures()
	m.section(label.Deviations, (*page).deviations)
	m.section(label.Unjudged, (*page).skipped)
	m.section(label.StaleHead, (*page).stale)
	m.block(newPage(r, lang, Style{}).exit())
	m.block("*" + newPage(r, lang, Style{}).footer() + "*")
	_, err := io.WriteString(w, strings.TrimRight(m.String(), "\n")+"\n")
	return err
}

type markdown struct {
	strings.Builder
	r    *verdict.Report
	lang verdict.Lang
}

func (m *markdown) block(text string) { m.WriteString(text + "\n\n") }

// fence prints what fill writes as code. No line of it can end the block, as
// the fence is longer than any run of backticks in it.
func (m *markdown) fence(fill func(*page)) {
	p := newPage(m.r, m.lang, Style{})
	fill(p)
	text := strings.Trim(p.String(), "\n")
	if text == "" {
		return
	}
	marks := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	m.block(marks + "text\n" + text + "\n" + marks)
}

func longestRun(s string, c rune) int {
	longest, run := 0, 0
	for _, r := range s {
		if r != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// section is fence under a heading, and nothing where there is nothing to say.
func (m *markdown) section(heading verdict.Text, fill func(*page)) {
	p := newPage(m.r, m.lang, Style{})
	if fill(p); p.Len() > 0 {
		m.block("## " + heading.In(m.lang))
		m.fence(fill)
	}
}

func (m *markdown) failures() {
	first, known := true, false
	for _, j := range m.r.Requirements {
		known = known || j.Known != ""
		if j.Status != verdict.Fail || j.Known != "" {
			continue
		}
		if first {
			m.block("## " + label.Failures.In(m.lang))
			first = false
		}
		m.block(fmt.Sprintf("### ✗ %s %s: %s", j.ID, j.Level, oneLine(j.Title.In(m.lang))))
		m.fence(func(p *page) { p.failure(j) })
	}
	if known {
		m.block("## " + label.KnownFailures.In(m.lang))
		m.fence((*page).known)
	}
}

func (m *markdown) table() {
	head, line := "| "+label.Level.In(m.lang)+" |", "| --- |"
	columns := []string{""}
	if twoColumns(m.r) {
		columns = []string{label.Letter.In(m.lang) + ": ", label.Behaviour.In(m.lang) + ": "}
	}
	for _, column := range columns {
		for _, status := range []verdict.Text{label.Pass, label.Fail, label.Skip} {
			head, line = head+" "+column+status.In(m.lang)+" |", line+" ---: |"
		}
	}
	fmt.Fprintf(m, "%s\n%s\n", head, line)
	for _, l := range verdict.Levels {
		if l > m.r.Level {
			break
		}
		fmt.Fprintf(m, "| %s |", l)
		for _, numbers := range count(m.r, func(j verdict.Judged) bool { return j.Level == l }) {
			for _, n := range numbers {
				fmt.Fprintf(m, " %d |", n)
			}
		}
		m.WriteString("\n")
	}
	m.WriteString("\n")
}
