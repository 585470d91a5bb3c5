package campaign

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/corpus"
	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Finding is one cause of failures, with its shortest example.
type Finding struct {
	Requirement string // "" for what breaks none
	Also        string // a requirement that is broken by the same; "" for none
	Kind        string // see oracle.Kind; or Traceback, Leak, Growth
	Cause       string // what its examples have in common
	Script      *script.Script
	Session     int // the number of the session that was reduced, from 0
	Count       int // sessions that showed it
	Shown       int // of Replays, alone
	Replays     int
	Tries       int  // replays that the reduction took
	Spent       bool // its budget ended it
	Failure     verdict.Failure
	Transcript  []verdict.Event
	Ended       verdict.Text // how the server ended of it, where we started it
	LastWords   string       // what it printed last, raw
	Folders     []string     // of its examples; none where nothing is kept

	examples    []*corpus.Finding
	first, last time.Time
}

// Kinds of findings beside those of package oracle.
const (
	Traceback = "traceback" // the server prints that it did not expect something, and goes on
	Leak      = "leak"      // descriptors stay open
	Growth    = "growth"    // memory is not given back
)

// ledger is what a campaign found.
type ledger struct {
	c           *campaign
	suspicions  map[string]*suspicion
	findings    []*Finding // confirmed, one a cause
	unconfirmed []*Finding // did not come again, one a suspicion
	differences []*Finding // from what the other server answers, one a cause
	known       map[string][]*corpus.Finding
	unreadable  []corpus.Unreadable
	lost        bool // a message never came
}

// suspicion is all sessions that showed the same before any was reduced.
type suspicion struct {
	count    int
	examined int
	found    *Finding // the cause of the last one that was confirmed
}

// mostExamined is how many sessions of one suspicion are reduced: the first,
// the second, the fourth and so on. All others are counted.
const mostExamined = 6

func (l *ledger) begin(c *campaign) {
	l.c, l.suspicions, l.known = c, map[string]*suspicion{}, map[string][]*corpus.Finding{}
}

// load reads the findings that are there, so that no cause gets more examples
// than it should.
func (l *ledger) load(d *corpus.Dir) error {
	found, bad, err := d.List(corpus.Findings)
	for _, f := range found {
		l.known[f.Cause] = append(l.known[f.Cause], f)
	}
	l.unreadable = append(l.unreadable, bad...)
	return err
}

// causes counts the different findings.
func (l *ledger) causes() int { return len(l.findings) }

// suspect notes that a session showed something and tells whether it is worth
// examining.
func (l *ledger) suspect(out *outcome) (*suspicion, bool) {
	key := out.finding.Label() + " " + out.finding.Requirement
	s := l.suspicions[key]
	if s == nil {
		s = &suspicion{}
		l.suspicions[key] = s
	}
	s.count++
	if s.found != nil {
		s.found.Count++
		s.found.last = time.Now()
	}
	if out.finding.Kind == oracle.Lost {
		l.lost = true
	}
	worth := s.count&(s.count-1) == 0 && s.examined < mostExamined // 1, 2, 4, …
	if worth {
		s.examined++
	}
	return s, worth
}

// confirmed enters a finding that was reduced, under its cause.
func (l *ledger) confirmed(s *suspicion, f *Finding) {
	at := slices.IndexFunc(l.findings, func(o *Finding) bool { return o.Cause == f.Cause })
	l.c.pool.last = time.Now()
	f.first, f.last = f.last, time.Now()
	if f.first.IsZero() {
		f.first = f.last
	}
	if at < 0 {
		f.Count = 1
		l.findings = append(l.findings, f)
		s.found = f
		l.example(f, f)
		return
	}
	o := l.findings[at]
	if s.found != o { // else it was counted when it was suspected
		o.Count++
	}
	s.found = o
	if len(f.Script.Steps) < len(o.Script.Steps) {
		o.Script, o.Session, o.Shown, o.Replays, o.Tries, o.Spent = f.Script, f.Session, f.Shown, f.Replays, f.Tries, f.Spent
		o.Failure, o.Transcript = f.Failure, f.Transcript
	}
	l.example(o, f)
}

// example keeps f as an example of the cause o, if it has not enough.
func (l *ledger) example(o, f *Finding) {
	d := l.c.o.Corpus
	if d == nil {
		return
	}
	if known := l.known[o.Cause]; len(o.examples) == 0 && len(known) > 0 {
		o.examples = known
		o.first = known[0].First
		for _, e := range known {
			o.Count += e.Count
			o.Folders = append(o.Folders, e.Path)
		}
	}
	text := f.Script.String()
	if len(o.examples) >= corpus.Examples || slices.ContainsFunc(o.examples, func(e *corpus.Finding) bool { return e.Script.String() == text }) {
		return
	}
	e := l.c.file(f)
	if err := d.Save(corpus.Findings, e); err != nil {
		l.c.unwritable(err)
		return
	}
	o.examples = append(o.examples, e)
	o.Folders = append(o.Folders, e.Path)
}

// unshown enters a session that did not show it again.
func (l *ledger) unshown(f *Finding) {
	f.Count = 1
	f.Cause = cause(f)
	if at := slices.IndexFunc(l.unconfirmed, func(o *Finding) bool { return o.Cause == f.Cause }); at >= 0 {
		l.unconfirmed[at].Count++
		return
	}
	f.first, f.last = time.Now(), time.Now()
	l.unconfirmed = append(l.unconfirmed, f)
	l.keep(corpus.Unconfirmed, f)
}

// differ enters a session that the other server answers in another way.
func (l *ledger) differ(f *Finding) {
	if at := slices.IndexFunc(l.differences, func(o *Finding) bool { return o.Cause == f.Cause }); at >= 0 {
		l.differences[at].Count++
		return
	}
	f.Count, f.first, f.last = 1, time.Now(), time.Now()
	l.differences = append(l.differences, f)
	l.c.pool.last = time.Now()
	l.keep(corpus.Differences, f)
}

func (l *ledger) keep(in string, f *Finding) {
	if d := l.c.o.Corpus; d != nil {
		e := l.c.file(f)
		l.c.unwritable(d.Save(in, e))
		f.examples, f.Folders = []*corpus.Finding{e}, []string{e.Path}
	}
}

// close writes how often each was seen.
func (l *ledger) close() {
	for _, f := range slices.Concat(l.findings, l.unconfirmed, l.differences) {
		for i, e := range f.examples {
			if e.Count, e.Last = 0, f.last; i == 0 {
				e.Count, e.First = f.Count, f.first
			}
			l.c.unwritable(e.SaveMetadata())
		}
	}
}

// file is a finding as a corpus has it.
func (c *campaign) file(f *Finding) *corpus.Finding {
	var dialect strings.Builder
	_ = c.target.Server.Dialect.Write(&dialect) // a strings.Builder takes everything
	return &corpus.Finding{
		Requirement: f.Requirement, Also: f.Also, Kind: f.Kind, Cause: f.Cause, Message: f.Failure.Message.EN,
		Requests: len(f.Script.Steps), Count: f.Count, Shown: f.Shown, Replays: f.Replays, Seed: c.o.Seed, Session: f.Session,
		First: f.first, Last: f.last, Address: c.target.Server.Address, ServerID: c.target.Server.Dialect.ServerID, Dialect: dialect.String(),
		Ended: f.Ended.EN, LastWords: f.LastWords, Script: f.Script, Transcript: f.Transcript, Shell: f.Failure.Reproduce,
	}
}

// cause is what findings that have one cause have in common: the requirement,
// what went wrong, the kinds of requests where that says no more of the command
// than that there was no good answer, and the server's last words.
func cause(f *Finding) string {
	parts := []string{f.Requirement, f.Kind}
	switch oracle.Kind(f.Kind) {
	case oracle.Silent, oracle.Closed, oracle.Died, oracle.Unasked, Traceback:
		parts = append(parts, traits(f.Script)...)
	}
	if words := lastWords(f.LastWords); words != "" {
		parts = append(parts, words)
	}
	return strings.Join(parts, " ")
}

// traits are the kinds of requests in a session, but for those that only lead
// up to it, and how they were sent.
func traits(s *script.Script) []string {
	var all []string
	for i := range s.Steps {
		st := &s.Steps[i]
		if command, _ := shapeOf(st); command != "register" && command != "auth" || i == len(s.Steps)-1 {
			all = append(all, command)
		}
		if st.How != script.Whole {
			all = append(all, st.How.String())
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// varying is what differs in last words that mean the same.
var varying = regexp.MustCompile(`0x[0-9a-fA-F]+|[0-9]+|'[^']*'|"[^"]*"`)

// lastWords is the line that says most of how a server failed, without what
// varies in it.
func lastWords(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	line := lines[len(lines)-1]
	for _, l := range lines {
		if strings.HasPrefix(l, "panic:") || strings.HasPrefix(l, "fatal error:") {
			line = l
		}
	}
	line = varying.ReplaceAllString(strings.TrimSpace(line), "N")
	return line[:min(len(line), 120)]
}

// result puts together what a campaign came to.
func (c *campaign) result() *Result {
	c.ledger.close()
	c.save()
	slices.SortStableFunc(c.ledger.findings, func(a, b *Finding) int { return cmp.Compare(rank(a), rank(b)) })
	return &Result{
		Status: c.status(verdict.Text{}), Seed: c.o.Seed, Findings: c.ledger.findings, Unconfirmed: c.ledger.unconfirmed,
		Differences: c.ledger.differences, Unreadable: c.ledger.unreadable, Judged: c.judged, Stopped: c.stopped,
	}
}

// rank puts what breaks a requirement first.
func rank(f *Finding) int {
	if f.Requirement == "" {
		return 1
	}
	return 0
}
