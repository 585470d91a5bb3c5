package main

import (
	"fmt"
	"io"
	"path/filepath"
	"time"

	"golang.org/x/term"

	"github.com/protokol-chat/chatspec/fuzz/campaign"
	"github.com/protokol-chat/chatspec/fuzz/corpus"
	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// live says how a campaign stands: on a terminal in one line that is rewritten,
// into a pipe in a line now and then.
type live struct {
	w        io.Writer
	lang     verdict.Lang
	terminal bool
	shown    time.Time
	findings int
}

const (
	liveTerminal = 100 * time.Millisecond
	livePipe     = 10 * time.Second
)

func newLive(w io.Writer, lang verdict.Lang, getenv func(string) string) *live {
	t, ok := w.(terminal)
	return &live{w: w, lang: lang, terminal: ok && term.IsTerminal(int(t.Fd())) && getenv("TERM") != "dumb", shown: time.Now()}
}

func (l *live) show(s campaign.Status) {
	pause := livePipe
	if l.terminal {
		pause = liveTerminal
	}
	if time.Since(l.shown) < pause && s.Findings == l.findings {
		return
	}
	l.shown, l.findings = time.Now(), s.Findings
	line := standing(s).In(l.lang)
	if l.terminal {
		fmt.Fprint(l.w, clearLine, line)
		return
	}
	fmt.Fprintln(l.w, line)
}

func (l *live) end() {
	if l.terminal {
		fmt.Fprint(l.w, clearLine)
	}
}

func standing(s campaign.Status) verdict.Text {
	text := verdict.Textf("%s  %d requests (%.0f/s)  %d sessions  %d kinds of answers  %d findings  nothing new for %s",
		"%s  %d request (%.0f/detik)  %d session  %d jenis jawaban  %d temuan  tidak ada yang baru selama %s",
		s.Elapsed.Round(time.Second), s.Requests, float64(s.Requests)/max(s.Elapsed.Seconds(), 0.001), s.Sessions, s.Kinds, s.Findings, s.Quiet.Round(time.Second))
	if !s.Doing.IsZero() {
		text = text.And(verdict.Textf("  … ", "  … ")).And(s.Doing)
	}
	return text
}

// summarize says what a campaign came to. What a server said is in the reports.
func summarize(w io.Writer, r *campaign.Result, lang verdict.Lang, dir string) {
	say := func(en, id string, args ...any) { fmt.Fprintln(w, verdict.Textf(en, id, args...).In(lang)) }
	say("%d sessions, %d requests in %s (%.0f a second), %d kinds of answers; seed %d",
		"%d session, %d request dalam %s (%.0f per detik), %d jenis jawaban; seed %d",
		r.Sessions, r.Requests, r.Elapsed.Round(time.Millisecond), float64(r.Requests)/max(r.Elapsed.Seconds(), 0.001), r.Kinds, r.Seed)
	list := func(all []*campaign.Finding) {
		for _, f := range all {
			where := "-"
			if len(f.Folders) > 0 {
				where = f.Folders[0]
			}
			requirement := f.Requirement
			if requirement == "" {
				requirement = "-"
			}
			say("  %-14s %-11s seen %d times, %d of %d replays, %d requests  %s", "  %-14s %-11s terlihat %d kali, %d dari %d pengulangan, %d request  %s",
				requirement, f.Kind, f.Count, f.Shown, f.Replays, len(f.Script.Steps), report.Visible(where))
		}
	}
	say("%d findings", "%d temuan", len(r.Findings))
	list(r.Findings)
	if len(r.Unconfirmed) > 0 {
		say("%d did not come again when played alone", "%d tidak muncul lagi ketika diulang sendiri", len(r.Unconfirmed))
		list(r.Unconfirmed)
	}
	if len(r.Differences) > 0 {
		say("%d kinds of requests that the other server answers otherwise", "%d jenis request yang dijawab lain oleh server pembanding", len(r.Differences))
		list(r.Differences)
	}
	for _, u := range r.Unreadable {
		say("left out, and left alone: %s: %s", "dilewati, dan dibiarkan: %s: %s", report.Visible(u.Path), report.Visible(u.Err.Error()))
	}
	if !r.Stopped.IsZero() {
		say("stopped early: ", "berhenti lebih awal: ")
		fmt.Fprintln(w, "  "+report.Visible(r.Stopped.In(lang)))
	}
	if len(r.Findings) > 0 {
		say("again: chatspec replay %s ADDRESS", "ulangi: chatspec replay %s ADDRESS", report.Visible(filepath.Join(dir, corpus.Findings)))
	}
}
