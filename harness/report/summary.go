package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// marks shows every requirement as one mark, a line for each area; nothing
// where all passed. Where behaviour differs from the letter it has marks of its
// own beside those.
func (p *page) marks() {
	if p.allPass() || len(p.r.Requirements) == 0 {
		return
	}
	var areas [][]verdict.Judged
	name, marks := 0, len([]rune(label.Letter.In(p.lang)))
	for i, j := range p.r.Requirements {
		if i == 0 || p.r.Requirements[i-1].Area != j.Area {
			areas = append(areas, nil)
		}
		last := &areas[len(areas)-1]
		*last = append(*last, j)
		name, marks = max(name, len(j.Area)), max(marks, len(*last))
	}
	two := twoColumns(p.r)
	if two {
		p.line("%s", p.paint(faint, fmt.Sprintf("%-*s  %-*s  %s", name, "", marks, label.Letter.In(p.lang), label.Behaviour.In(p.lang))))
	}
	for _, area := range areas {
		fmt.Fprintf(p, "%-*s  ", name, area[0].Area)
		for _, j := range area {
			p.WriteString(p.mark(j))
		}
		if two {
			p.WriteString(strings.Repeat(" ", marks-len(area)+2))
			for _, j := range area {
				p.WriteString(p.mark(verdict.Judged{Status: j.Behaviour}))
			}
		}
		p.line("")
	}
	p.line("")
}

func (p *page) mark(j verdict.Judged) string {
	switch {
	case j.Status == verdict.Pass:
		return p.paint(green, "✓")
	case j.Status == verdict.Skip:
		return p.paint(faint, "–")
	case j.Known != "":
		return p.paint(yellow, "~")
	default:
		return p.paint(red, "✗")
	}
}

func (p *page) allPass() bool {
	for _, j := range p.r.Requirements {
		if j.Status != verdict.Pass {
			return false
		}
	}
	return len(p.r.Requirements) > 0
}

func (p *page) summary() {
	if p.allPass() && p.r.ExitCode() == verdict.ExitOK {
		p.line("%s", p.paint(green, "✓ "+fmt.Sprintf(label.AllPass.In(p.lang), len(p.r.Requirements)))+"   "+p.paint(faint, p.footer()))
		return
	}
	sums := []map[verdict.Level]verdict.Counts{p.r.Summary()}
	if twoColumns(p.r) {
		sums = append(sums, p.r.BehaviourSummary())
		const wide = "%8s%21s   %21s"
		p.line("%s", p.paint(faint, fmt.Sprintf(wide, "", label.Letter.In(p.lang), label.Behaviour.In(p.lang))))
	}
	head := fmt.Sprintf("%8s", "")
	for i := range sums {
		head += fmt.Sprintf("%*s%7s%7s%7s", 3*min(i, 1), "", label.Pass.In(p.lang), label.Fail.In(p.lang), label.Skip.In(p.lang))
	}
	p.line("%s", p.paint(faint, head))
	for _, l := range verdict.Levels {
		if l > p.r.Level {
			break
		}
		fmt.Fprintf(p, "%-8s", l)
		for i, sum := range sums {
			fmt.Fprintf(p, "%*s", 3*min(i, 1), "")
			p.numbers(sum[l])
		}
		p.line("")
	}
	p.line("")
	p.line("%s", p.exit())
	p.line("%s", p.paint(faint, p.footer()))
}

func (p *page) numbers(counts verdict.Counts) {
	for i, status := range verdict.Statuses {
		number := fmt.Sprintf("%7d", counts[status])
		if c := [...]paint{green, red, yellow}[i]; counts[status] > 0 {
			number = p.paint(c, number)
		}
		p.WriteString(number)
	}
}

// exit says what the exit code means for this run.
func (p *page) exit() string {
	failures, known := counted(p.r)
	switch p.r.ExitCode() {
	case verdict.ExitFailed:
		return p.paint(red, fmt.Sprintf(label.ExitFailed.In(p.lang), failures, p.r.Gate))
	case verdict.ExitUntestable:
		return p.paint(red, label.ExitUntested.In(p.lang))
	}
	if known {
		return p.paint(green, fmt.Sprintf(label.ExitKnown.In(p.lang), p.r.Gate))
	}
	return p.paint(green, fmt.Sprintf(label.ExitOK.In(p.lang), p.r.Gate))
}

func (p *page) footer() string {
	took := decimal(fmt.Sprintf("%.2f s", p.r.Duration.Round(10*time.Millisecond).Seconds()), p.lang)
	parts := []string{
		label.Level.In(p.lang) + " " + p.r.Level.String(),
		label.Seed.In(p.lang) + " " + fmt.Sprint(p.r.Seed),
		took,
	}
	return strings.Join(parts, " · ")
}

// decimal writes a number as the language does.
func decimal(number string, lang verdict.Lang) string {
	if lang == verdict.Indonesian {
		return strings.Replace(number, ".", ",", 1)
	}
	return number
}
