package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

func writeConsole(w io.Writer, r *verdict.Report, lang verdict.Lang) error {
	return Console(w, r, lang, Style{})
}

// Console writes what people read: what was tested, each deviation from the
// letter, each failure in full in the order of SPEC.md, what could not be judged and why, a mark for each
// requirement, and what the exit code will be. Where nothing failed or was
// skipped it is the target and one line.
func Console(w io.Writer, r *verdict.Report, lang verdict.Lang, style Style) error {
	p := newPage(r, lang, style)
	p.header()
	p.deviations()
	p.causes()
	p.failures()
	p.skipped()
	p.stale()
	p.unstable()
	p.marks()
	p.summary()
	_, err := io.WriteString(w, p.String())
	return err
}

func (p *page) header() {
	t := p.r.Target
	p.line("chatspec %s  %s", oneLine(p.r.Version), p.paint(bold, named(t.Address, t.ServerID)))
	if t.Peer != "" {
		p.labelled(label.Peer, named(t.Peer, t.PeerID))
	}
	if t.File != "" {
		p.labelled(label.File, oneLine(t.File))
	}
	p.findings()
	p.line("")
	p.ended()
}

func (p *page) findings() {
	l := label.Found
	for _, finding := range p.r.Target.Findings {
		p.prose(l, finding)
		l = verdict.Text{}
	}
	if end := p.r.Process; end != nil {
		p.labelled(label.ServerEnded, oneLine(end.Ended.In(p.lang)))
		p.labelled(label.ServerSaid, fold(end.Output, p.width-textColumn)...)
	}
}

// unstable lists what did not come out the same in every run.
func (p *page) unstable() {
	if p.r.Runs > 1 && len(p.r.Unstable) == 0 {
		p.line("%s", p.paint(green, fmt.Sprintf(label.Stable.In(p.lang), p.r.Runs)))
	}
	for _, u := range p.r.Unstable {
		p.line("%s %s", p.paint(yellow, "~ "+u.Requirement),
			fmt.Sprintf(label.Unstable.In(p.lang), u.Verdicts[verdict.Fail], p.r.Runs, u.Verdicts[verdict.Pass], u.Verdicts[verdict.Skip]))
	}
}

func named(address, id string) string {
	if id != "" {
		address += " (" + id + ")"
	}
	return oneLine(address)
}

// ended says loudly that the run is not whole.
func (p *page) ended() {
	var what string
	switch {
	case p.r.Untestable:
		what = label.Untestable.In(p.lang)
	case !p.r.Stopped.IsZero():
		what = label.Stopped.In(p.lang)
	default:
		return
	}
	lines := fold(what+": "+p.r.Stopped.In(p.lang), p.width-2)
	if p.r.Stopped.IsZero() {
		lines = []string{what}
	}
	for i, line := range lines {
		mark := "! "
		if i > 0 {
			mark = "  "
		}
		p.line("%s", p.paint(red, mark+line))
	}
	p.line("")
}

func (p *page) failures() {
	for _, j := range p.r.Requirements {
		if j.Status == verdict.Fail && j.Known == "" && (j.Behaviour == verdict.Fail || !p.departs(j.ID)) {
			p.failure(j)
		}
	}
	p.known()
}

func (p *page) known() {
	known := false
	for _, j := range p.r.Requirements {
		if j.Known != "" {
			known = true
			p.line("%s %s   %s (%s: %s)", p.paint(yellow, "~ "+j.ID), j.Level, oneLine(j.Title.In(p.lang)), label.Known.In(p.lang), joined(j.Known))
		}
	}
	if known {
		p.line("")
	}
}

// departs tells whether the deviations say why a requirement fails.
func (p *page) departs(id string) bool {
	return slices.ContainsFunc(p.r.Deviations, func(d verdict.Deviation) bool { return d.Requirement == id })
}

func (p *page) deviations() {
	for _, d := range p.r.Deviations {
		p.line("%s   %s", p.paint(yellow, "≠ "+oneLine(d.Requirement)), label.Deviation.In(p.lang))
		p.prose(label.Expected, d.Expected)
		p.prose(label.DeviationSeen, d.Seen)
		p.line("")
	}
}

// skipped groups what was not judged by its reason: ten times the same reason
// is said once.
func (p *page) skipped() {
	const most = 8
	var reasons []string
	ids := map[string][]string{}
	for _, j := range p.r.Requirements {
		if j.Status != verdict.Skip {
			continue
		}
		reason := joined(j.Reason.In(p.lang))
		if ids[reason] == nil {
			reasons = append(reasons, reason)
		}
		ids[reason] = append(ids[reason], j.ID)
	}
	for _, reason := range reasons {
		list := ids[reason]
		p.line("%s", p.paint(yellow, fmt.Sprintf("– %d %s: ", len(list), label.Skipped.In(p.lang)))+reason)
		more := ""
		if len(list) > most {
			more = " " + fmt.Sprintf(label.More.In(p.lang), len(list)-most)
			list = list[:most]
		}
		p.line("  %s%s", strings.Join(list, " "), more)
	}
	if len(reasons) > 0 {
		p.line("")
	}
}

func (p *page) stale() {
	if len(p.r.Stale) > 0 {
		p.line("%s", p.paint(yellow, "! "+label.Stale.In(p.lang)))
		p.line("  %s", oneLine(strings.Join(p.r.Stale, " ")))
		p.line("")
	}
}
