package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/fuzz/campaign"
	"github.com/protokol-chat/chatspec/fuzz/corpus"
	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/process"
	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

const fuzzHelp = `Fuzz the server at ADDRESS (host:port): play sessions that nobody thought of, check
every result against the specification, and make of what goes wrong a short list of
findings, each with the shortest session that shows it. Without ADDRESS and --exec
chatspec fuzzes its own reference server.

What do I get?
  For each finding a folder under findings/ in --corpus (chatspec-fuzz without it): the
  session for chatspec replay, every byte with its time, a shell script, and what is
  known of it. Of one cause three examples are kept at the most. What did not come again
  when it was played alone lies under unconfirmed/ and fails nothing.

Should I let chatspec start the server?
  If you can: --exec "python3 server.py {port}". A server that died is started again, a
  suspect is played on a fresh one, and its exit status, tracebacks, memory and
  descriptors are looked at too. Otherwise chatspec waits until the server is back.

My server wants the token in front, or answers under other keys?
  --dialect auto, or the FILE that chatspec probe wrote: what departs from the letter in
  a known way is seen through, as chatspec run does it. chatspec replay takes it too.

How do I go on with a campaign?
  With --corpus DIR: sessions that showed something new are kept there, and the next
  campaign with the same DIR begins where this one ended.

How do I use many machines?
  chatspec fuzz … --seed 7 --shard 2/8 --corpus shard-2 on each, and then
  chatspec merge all shard-1 shard-2 …; docs/fuzzing.md has it for CI and Kubernetes.

May I fuzz any server?
  Only one that you may test. An address that is neither loopback nor private asks for
  --i-may-test-this; be kind to it with --rate.

What if I press Ctrl-C?
  What was found until then is there. The exit code is 1 if that fails up to the gate,
  otherwise 3.

` + exitCodes

const fuzzExamples = `  chatspec fuzz 127.0.0.1:8889 --for 10m --corpus kampanye
  chatspec fuzz --exec "python3 server.py {port}" --for 1m --report json=fuzz.json
  chatspec fuzz 127.0.0.1:8889 --findings 1 --seed 7
  chatspec fuzz 127.0.0.1:8889 --against 127.0.0.1:8890 --requests 100000
  chatspec fuzz 127.0.0.1:8889 --seeds rekaman/ --seeds laporan.json`

// fuzzFlags is the command line of fuzz, as it was typed.
type fuzzFlags struct {
	runFlags
	last                     time.Duration
	requests, findings       int
	corpus, shard            string
	rate                     float64
	against, againstID       string
	seeds                    []string
	mayTest, withoutFeedback bool
}

const (
	defaultLast   = time.Minute
	defaultCorpus = "chatspec-fuzz"
)

func newFuzz(a *app) *cobra.Command {
	var f fuzzFlags
	cmd := &cobra.Command{
		Use: "fuzz [ADDRESS]", Short: "Look for faults with sessions that nobody thought of", Long: fuzzHelp, Example: fuzzExamples,
		Args: oneAtMost("ADDRESS"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.changed = cmd.Flags().Changed
			return f.fuzz(cmd.Context(), a, args)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.DurationVar(&f.last, "for", defaultLast, "how long, such as 10m; 0 for until it is stopped")
	flags.IntVar(&f.requests, "requests", 0, "end after so many requests (default: no limit)")
	flags.IntVar(&f.findings, "findings", 0, "end after so many different findings (default: no limit)")
	flags.StringVar(&f.corpus, "corpus", "", "DIR to keep sessions and findings in, and to go on from (default: findings only, in "+defaultCorpus+")")
	flags.StringArrayVar(&f.seeds, "seeds", nil, "sessions to begin with: a replay file, a folder of them, or a JSON report (repeatable)")
	flags.Uint64Var(&f.seed, "seed", 0, "draw what the campaign that reported this seed drew (default: a new seed)")
	flags.StringVar(&f.shard, "shard", "1/1", "`I/N`: play the I-th of N parts of the sessions")
	flags.Float64Var(&f.rate, "rate", 0, "requests a second at most (default: no limit)")
	flags.StringVar(&f.against, "against", "", "HOST:PORT of another server: say where its results are of another class")
	flags.StringVar(&f.againstID, "against-id", "", "what that server calls itself")
	flags.BoolVar(&f.withoutFeedback, "no-feedback", false, "do not vary what showed something new; to compare")
	flags.BoolVar(&f.mayTest, "i-may-test-this", false, "the server is mine, or its owner allows this: needed for addresses that are neither loopback nor private")
	flags.StringVar(&f.serverID, "server-id", "", "what the server calls itself in user@ID (default: find out)")
	flags.StringVar(&f.dialect, "dialect", "spec", "how the server speaks: spec, auto (find out, and see through it) or a FILE")
	flags.StringVar(&f.peer, "peer", "", "HOST:PORT of a second server of the same make")
	flags.StringVar(&f.peerID, "peer-id", "", "what the second server calls itself")
	flags.StringVar(&f.file, "file", "", "name of a file that the server can send")
	flags.StringVar(&f.exec.command, "exec", "", "start the server with this COMMAND; {port}, {id} and {files} are filled in")
	flags.IntVar(&f.exec.port, "port", 0, "with --exec: the port that is written into the server's source")
	flags.StringVar(&f.level, "level", "robust", "judge up to this level: must, should or robust; below robust no session is rough")
	flags.StringVar(&f.gate, "gate", "robust", "a failure up to this level makes the exit code 1")
	flags.StringArrayVar(&f.reports, "report", nil, "write a report as `KIND=FILE`, - for stdout; kinds: "+strings.Join(report.Kinds(), ", ")+" (repeatable)")
	flags.StringVar(&f.baseline, "baseline", "", "FILE with known failures and their reasons")
	addLang(cmd, &f.lang)
	flags.IntVar(&f.jobs, "jobs", 0, "sessions side by side (default: 8)")
	flags.DurationVar(&f.timeout, "timeout", 0, "the longest wait for one result, such as 2s (default: 5s)")
	for _, name := range []string{"level", "gate"} {
		complete(cmd, name, "must", "should", "robust")
	}
	return cmd
}

// fuzz checks the command line, reaches the target, runs the campaign and
// reports.
func (f *fuzzFlags) fuzz(ctx context.Context, a *app, args []string) error {
	if f.dialect != "spec" && f.peer != "" {
		return errors.New("--peer and --dialect cannot be used together: servers are linked to the letter")
	}
	p, err := f.plan(ctx, a, args)
	if err != nil {
		return err
	}
	o, err := f.campaign(ctx, p)
	if err != nil {
		return err
	}
	if !f.changed("seed") {
		p.options.Seed = rand.Uint64()>>1 | 1
	}
	o.Seed = p.options.Seed
	dir := f.corpus
	if dir == "" {
		dir = defaultCorpus
	}
	if o.Corpus, err = corpus.Open(dir); err != nil {
		return err
	}
	defer func() { _ = os.Remove(dir) }() // unless something lies in it
	if err := f.goOn(o); err != nil {
		return err
	}
	if o.Seeds, err = readSeeds(a.err, f.seeds); err != nil {
		return err
	}

	told, stop, err := f.start(ctx, p, o)
	if err != nil {
		return err
	}
	defer stop()
	t, err := reach(ctx, told, p.options)
	if err != nil {
		return f.unreached(p, told.Address, err, ctx)
	}
	if len(t.Server.Dialect.Accounts) > 0 {
		return exit{verdict.ExitUntestable, fmt.Errorf("%s: sessions need users of their own, and the server has no register", told.Address)}
	}
	if f.against != "" {
		other, err := reach(ctx, verdict.Target{Address: f.against, ServerID: f.againstID}, harness.Options{Timeout: p.options.Timeout})
		if err != nil {
			return f.unreached(p, f.against, err, ctx)
		}
		o.Against = &other
	}
	live := newLive(a.err, p.lang, a.getenv)
	o.Progress = live.show
	started := time.Now()
	found, err := campaign.Run(ctx, t, *o)
	live.end()
	if err != nil {
		return internal(err)
	}
	if ctx.Err() != nil {
		found.Stopped = verdict.Textf("interrupted", "dihentikan")
	}
	r, err := f.report(p, t, told, found)
	if err != nil {
		return internal(err)
	}
	r.Started, r.Duration = started, time.Since(started)
	summarize(a.err, found, p.lang, dir)
	return p.report(a, r)
}

func (f *fuzzFlags) unreached(p *plan, address string, err error, ctx context.Context) error {
	why := target.Diagnose(errors.Unwrap(err))
	if ctx.Err() != nil {
		why = verdict.Textf("interrupted", "dihentikan")
	}
	return exit{verdict.ExitUntestable, fmt.Errorf("%s: %s", address, why.In(p.lang))}
}

// campaign reads the flags that say how the campaign goes.
func (f *fuzzFlags) campaign(ctx context.Context, p *plan) (*campaign.Options, error) {
	o := &campaign.Options{
		Jobs: f.jobs, For: f.last, Requests: f.requests, Findings: f.findings, Rate: f.rate, Plain: f.withoutFeedback,
		Level: p.options.Level, Timeout: f.timeout, Keep: f.corpus != "",
	}
	switch {
	case f.last < 0:
		return nil, fmt.Errorf("--for cannot be %s: it takes a time such as 10m, or 0", f.last)
	case f.requests < 0 || f.changed("requests") && f.requests == 0:
		return nil, fmt.Errorf("--requests cannot be %d: it takes 1 or more", f.requests)
	case f.findings < 0 || f.changed("findings") && f.findings == 0:
		return nil, fmt.Errorf("--findings cannot be %d: it takes 1 or more", f.findings)
	case f.rate < 0 || f.changed("rate") && f.rate == 0:
		return nil, fmt.Errorf("--rate cannot be %v: it takes a number above 0", f.rate)
	case f.changed("against-id") && f.against == "":
		return nil, errors.New("--against-id needs --against: the HOST:PORT of the other server")
	}
	if f.requests > 0 && !f.changed("for") {
		o.For = 0
	}
	i, n, ok := strings.Cut(f.shard, "/")
	var err, err2 error
	o.Shard, err = strconv.Atoi(i)
	o.Shards, err2 = strconv.Atoi(n)
	if !ok || err != nil || err2 != nil || o.Shard < 1 || o.Shard > o.Shards {
		return nil, fmt.Errorf("--shard cannot be %q: it takes I/N, from 1/N to N/N, as in 2/8", f.shard)
	}
	for name, address := range map[string]string{"the server": p.target.Address, "--peer": f.peer, "--against": f.against} {
		if address == "" || f.exec.command != "" && name == "the server" {
			continue
		}
		e, err := lookup(ctx, address)
		if err != nil {
			return nil, err
		}
		if !f.mayTest && !near(e) {
			return nil, fmt.Errorf("%s (%s) is neither on this machine nor in a private network: if it is yours, or its owner allows it, say so with --i-may-test-this", name, address)
		}
	}
	return o, nil
}

// near tells whether an address leads to this machine or a private network.
func near(e endpoint) bool {
	for _, ip := range e.ips {
		if ip = netip.Addr.Unmap(ip); !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsLinkLocalUnicast() {
			return false
		}
	}
	return true
}

// goOn takes the seed of the campaign in the corpus, unless another is asked
// for.
func (f *fuzzFlags) goOn(o *campaign.Options) error {
	if !o.Keep {
		return nil
	}
	s, ok, err := o.Corpus.State()
	switch {
	case err != nil:
		return fmt.Errorf("%w; remove that file to begin anew with the same sessions", err)
	case ok && f.changed("shard") && (s.Shard != o.Shard || s.Shards != o.Shards):
		return fmt.Errorf("%s holds shard %d/%d: give each shard a folder of its own", o.Corpus.Path(), s.Shard, s.Shards)
	case ok && !f.changed("seed"):
		o.Seed = s.Seed
	}
	return nil
}

// start starts the target where none was named.
func (f *fuzzFlags) start(ctx context.Context, p *plan, o *campaign.Options) (told verdict.Target, stop func(), err error) {
	told = verdict.Target{Address: p.target.Address, ServerID: f.serverID, Peer: f.peer, PeerID: f.peerID, File: f.file}
	switch {
	case p.self:
		self, stopSelf, err := startSelf(func(c reference.Config) (reference.Config, error) {
			c.Limits = chat.Limits{Users: 1 << 30, Groups: 1 << 30, Servers: 1 << 30, MailBytes: 1 << 30}
			return c, nil
		})
		if err != nil {
			return told, nil, internal(fmt.Errorf("cannot start the reference server: %w", err))
		}
		told.Address, told.ServerID, told.File = self.Address, self.ServerID, self.File
		return told, func() { _ = stopSelf() }, nil // what was found counts
	case f.exec.command != "":
		s := &started{spec: process.Spec{Command: f.exec.command, Port: f.exec.port, ID: execIDs[0], Provide: execFile, Probe: answers}}
		if told.ServerID != "" {
			s.spec.ID = told.ServerID
		}
		if told.Address, err = s.start(ctx); err != nil {
			return told, nil, startFailure(err, p.lang, report.Visible)
		}
		if strings.Contains(f.exec.command, "{id}") {
			told.ServerID = s.spec.ID
		}
		if told.File == "" {
			told.File = selfFile
		}
		o.Server = s.process
		return told, func() { s.process.Stop() }, nil
	}
	return told, func() {}, nil
}

// report makes the report of what a campaign found.
func (f *fuzzFlags) report(p *plan, t fuzz.Target, told verdict.Target, found *campaign.Result) (*verdict.Report, error) {
	known, err := registry()
	if err != nil {
		return nil, err
	}
	selected, err := known.Select(p.options.Level, "")
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, q := range selected {
		wanted[q.ID] = true
	}
	scenarios := found.Scenarios(func(id string) bool { return wanted[id] })
	told.ServerID = t.Server.Dialect.ServerID
	r := &verdict.Report{
		Version: readBuild().Version, Target: told, Seed: found.Seed, Level: p.options.Level, Gate: p.options.Gate,
		Scenarios: scenarios, Stopped: found.Stopped, Deviations: t.Server.Dialect.Deviations(),
		Requirements: verdict.Judge(selected, scenarios, verdict.Textf("no session of this campaign shows it", "tidak ada session dalam fuzzing ini yang menunjukkannya")),
	}
	add := func(all []*campaign.Finding, confirmed bool) {
		for _, x := range all {
			one := verdict.Finding{Requirement: x.Requirement, Kind: x.Kind, Requests: len(x.Script.Steps), Count: x.Count, Confirmed: confirmed, Message: x.Failure.Message}
			if len(x.Folders) > 0 {
				one.Replay = x.Folders[0]
			}
			r.Findings = append(r.Findings, one)
		}
	}
	add(found.Findings, true)
	add(found.Unconfirmed, false)
	add(found.Differences, false)
	p.baseline.Apply(r)
	return r, nil
}
