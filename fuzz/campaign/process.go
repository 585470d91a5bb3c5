package campaign

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/process"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// complaint matches what a server prints that did not expect something.
var complaint = regexp.MustCompile(`(?m)^(panic:|fatal error:|goroutine \d+ \[|Traceback \(most recent call last\)|Exception in thread|Unhandled |Uncaught |.*Segmentation fault|.*ERROR: AddressSanitizer|thread '.*' panicked)`)

// complaints looks for tracebacks in what the server prints while it goes on.
// The session of the round that it comes from is found by halves.
func (c *campaign) complaints(batch []*outcome) {
	s := c.o.Server
	if s == nil || len(batch) == 0 || c.ctx.Err() != nil || !c.stopped.IsZero() || c.complained >= mostExamined {
		return
	}
	output := s.Output()
	words := lastWords(output)
	if !complaint.MatchString(output) || slices.Contains(c.heard, words) {
		return
	}
	c.heard = append(c.heard, words)
	c.complained++
	c.tell(verdict.Textf("the server prints a traceback: looking for the session that it comes from", "server mencetak traceback: mencari session asalnya"))
	shows := func(batch []*outcome) bool {
		if !c.restart() {
			return false
		}
		for _, out := range batch {
			if _, err := c.calm.Play(c.ctx, out.script, play.Care{Fresh: true, Hasty: true, Arrival: hastyArrival}); err != nil {
				break
			}
		}
		return c.mutters(words)
	}
	for len(batch) > 1 {
		half := batch[:len(batch)/2]
		if !shows(half) {
			half = batch[len(batch)/2:]
		}
		batch = half
	}
	out := batch[0]
	f := &Finding{Kind: Traceback, Script: out.script.Clone(), Session: out.index, Replays: 1, LastWords: output, Failure: verdict.Failure{
		Message: verdict.Textf("the server prints a traceback, and goes on", "server mencetak traceback, lalu berjalan terus"), Caret: -1,
		Expected: []verdict.Text{verdict.Textf("a server that expects every request", "server yang siap menerima request apa pun")},
		Actual:   output,
	}}
	if shows(batch) {
		f.Shown = 1
		c.soothe(f, shows)
	}
	f.Script.Kind = ""
	f.Failure.Reproduce = script.Shell(f.Script, c.setting())
	f.Cause = cause(f)
	if f.Shown == 0 {
		c.ledger.unshown(f)
		return
	}
	c.ledger.confirmed(&suspicion{}, f)
}

// mutters tells whether the server prints the words, or soon does.
func (c *campaign) mutters(words string) bool {
	for deadline := time.Now().Add(200 * time.Millisecond); ; {
		output := c.o.Server.Output()
		if complaint.MatchString(output) && lastWords(output) == words {
			return true
		}
		if time.Now().After(deadline) || !sleep(c.ctx, 20*time.Millisecond) {
			return false
		}
	}
}

// soothe leaves out steps as long as the traceback comes, each time on a server
// that was started again.
func (c *campaign) soothe(f *Finding, shows func([]*outcome) bool) {
	until := time.Now().Add(dearBudget / 3)
	for size := max(len(f.Script.Steps)/2, 1); size > 0; size /= 2 {
		for at := 0; at < len(f.Script.Steps) && len(f.Script.Steps) > 1; {
			if time.Now().After(until) || c.ctx.Err() != nil {
				f.Spent = true
				return
			}
			s := f.Script.Clone()
			s.Steps = slices.Delete(s.Steps, at, min(at+size, len(s.Steps)))
			f.Tries++
			if len(s.Steps) > 0 && shows([]*outcome{{script: s}}) {
				f.Script = s
			} else {
				at += size
			}
		}
	}
}

const (
	leakBatch    = 1000 // connections
	leakShare    = 5    // one descriptor in so many connections that stays is a leak
	growthBytes  = 8 << 20
	leakTime     = 12 * time.Second // for all of it: a slow server gets fewer connections
	leakShortest = 3 * time.Second  // with less there is nothing to see
	fewest       = leakBatch / 5    // from so many on there is something to see
)

// leakTime is how much of a campaign's time is left to look at what connections
// leave behind: none of a short one.
func (c *campaign) leakTime() time.Duration {
	if c.o.Server == nil || c.o.For/5 < leakShortest {
		return 0
	}
	return min(c.o.For/5, leakTime)
}

// leakPart is how long a batch of connections may take; what was opened has half
// of it to end.
func (c *campaign) leakPart() time.Duration {
	if c.o.For == 0 {
		return leakTime / 4
	}
	return c.leakTime() / 4
}

// leaks opens and ends up to a thousand connections, twice, and looks at what
// the server holds before and after. Nothing that it is asked there gives it
// reason to keep anything.
func (c *campaign) leaks() {
	s := c.o.Server
	if s == nil || c.o.For > 0 && c.leakTime() == 0 || c.overdue() {
		return
	}
	c.tell(verdict.Textf("opening connections, to see what they leave behind", "membuka koneksi, untuk melihat apa yang tertinggal"))
	c.touch(leakBatch / 10) // what it allocates once
	before, err := s.Usage()
	if err != nil {
		return
	}
	first := c.touch(leakBatch)
	middle, err := c.settled(before)
	if err != nil || first < fewest {
		return
	}
	second := c.touch(leakBatch)
	after, err := c.settled(middle)
	if err != nil || second < fewest {
		return
	}
	fds := [2]int{(middle.Descriptors - before.Descriptors) * leakShare, (after.Descriptors - middle.Descriptors) * leakShare}
	if fds[0] > first && fds[1] > second {
		c.held(Leak, verdict.Textf("of %d connections that ended, %d descriptors stay open", "dari %d koneksi yang berakhir, %d descriptor tetap terbuka", second, after.Descriptors-middle.Descriptors))
	}
	memory := [2]int64{middle.Resident - before.Resident, after.Resident - middle.Resident}
	if memory[0]*leakBatch > growthBytes*int64(first) && memory[1]*leakBatch > growthBytes*int64(second) {
		c.held(Growth, verdict.Textf("%d connections that ended leave %d MiB of memory behind", "%d koneksi yang berakhir meninggalkan %d MiB memori", second, memory[1]>>20))
	}
}

// settled gives what the server holds once it had time to let go.
func (c *campaign) settled(before process.Usage) (process.Usage, error) {
	for deadline := time.Now().Add(c.leakPart() / 2); ; {
		now, err := c.o.Server.Usage()
		if err != nil || now.Descriptors-before.Descriptors <= leakBatch/leakShare || time.Now().After(deadline) || !sleep(c.ctx, 50*time.Millisecond) {
			return now, err
		}
	}
}

// touch opens and ends connections, one after the other, in the ways in which
// clients end them. It gives how many it came to.
func (c *campaign) touch(n int) int {
	hows := []script.How{script.Whole, script.Half, script.Dropped, script.Reset}
	until := time.Now().Add(c.leakPart())
	for i := range n {
		st := script.Step{On: script.Conn{N: 1}, How: hows[i%len(hows)], Parts: []script.Part{script.Lit("halo")}}
		if _, err := c.calm.Play(c.ctx, &script.Script{Steps: []script.Step{st}}, play.Care{Fresh: true, Hasty: true}); err != nil || time.Now().After(until) {
			return i
		}
	}
	return n
}

// held enters a finding about what connections leave behind. Its session opens
// some and ends them.
func (c *campaign) held(kind string, message verdict.Text) {
	f := &Finding{Kind: kind, Session: -1, Shown: 2, Replays: 2, Script: &script.Script{}, Failure: verdict.Failure{
		Message: message, Caret: -1, Expected: []verdict.Text{verdict.Textf("what a connection took is given back when it ends", "yang dipakai sebuah koneksi dilepas ketika koneksi berakhir")},
	}}
	for n := range script.MaxConns {
		f.Script.Steps = append(f.Script.Steps, script.Step{On: script.Conn{N: n + 1}, How: script.Reset, Parts: []script.Part{script.Lit("halo")}})
	}
	f.Failure.Actual = strings.TrimSpace(message.EN)
	f.Failure.Reproduce = script.Shell(f.Script, c.setting())
	f.Cause = kind
	c.ledger.confirmed(&suspicion{}, f)
}
