package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const runHelp = `Test the server at ADDRESS (host:port), and say which requirements it fails and
why. Without ADDRESS chatspec starts its own reference server and tests that.

What is --server-id?
  What the server calls itself, the part after @ in "send budi@alpha halo". The
  specification does not say how a client learns it. Without --server-id chatspec
  tries to find out; what it cannot find out it does not judge, and says so.

What is --peer?
  A second server of the same make, for all that needs two servers (FEDERATION and
  parts of CONNECT). How servers talk to each other is not in the specification, so
  only two of a kind can be expected to. Give its name too, with --peer-id.

What is --file?
  The name of a file that the server has and a user may send. Without it, what
  needs a file is not judged.

What is --dialect?
  Few servers keep to the letter of the specification: they put texts under
  "message", or want the token in every request. With spec (the default) all that
  depends on it fails. With auto chatspec finds out how the server speaks, reports
  each departure once, under the requirement it breaks, and judges what is behind
  it: the report then says what fails to the letter and what by behaviour. A FILE
  from chatspec probe --write says the same in advance. The exit code counts the
  letter, always.

What does --exec do?
  It starts your server itself, and a second one where both can run: in a copy of
  its folder, on a free port, and ends what it started. In the command, {port} is
  the port it shall listen on, {id} its name in user@id and {files} its folder of
  files; they also stand in the environment as CHATSPEC_PORT, CHATSPEC_ID and
  CHATSPEC_FILES. A server that was broken is started anew, and who broke it is
  found out. Is the port written into the source? It is found, or told by --port.

How does a baseline work?
  It lists failures that are known, an id and a reason a line. They are reported,
  but do not count for the exit code; one that passes now is reported too, so that
  you can take it out. Write the first one with --report baseline=known.txt, read it
  with --baseline known.txt.

How do I use it in CI?
  Let the exit code decide, and keep the reports:
    chatspec run --exec "python3 server.py {port}"
  chatspec run 127.0.0.1:8889 --report junit=chatspec.xml --report json=chatspec.json
  A report takes its name when it is whole; one that was cut off is never there.

What if I press Ctrl-C?
  What was judged until then is reported. The exit code is 1 if something failed up
  to the gate by then, otherwise 3.

` + exitCodes

const runExamples = `  chatspec run
  chatspec run 127.0.0.1:8889 --server-id alpha
  chatspec run 127.0.0.1:8889 --only SEND,AUTH-2
  chatspec run 127.0.0.1:8889 --only "@INBOX and not @should"
  chatspec run 127.0.0.1:8889 --level robust --gate should
  chatspec run 127.0.0.1:8889 --peer 127.0.0.1:8890 --peer-id beta --file notes.txt
  chatspec run 127.0.0.1:8889 --dialect auto
  chatspec run 127.0.0.1:8889 --report junit=chatspec.xml --baseline known.txt`

func newRun(a *app) *cobra.Command {
	var f runFlags
	var drawn sampling
	cmd := &cobra.Command{
		Use:     "run [ADDRESS]",
		Short:   "Test a server",
		Long:    runHelp,
		Example: runExamples,
		Args:    oneAtMost("ADDRESS"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.changed = cmd.Flags().Changed
			p, err := f.plan(cmd.Context(), a, args)
			if err != nil {
				return err
			}
			if p.tester = a.run; drawn.sessions != 0 {
				if drawn.sessions < 0 || drawn.sessions > maxSessions {
					return fmt.Errorf("--property cannot be %d: it takes 0 to %d", drawn.sessions, maxSessions)
				}
				p.tester = drawn.after(a.run)
			}
			return p.run(cmd.Context(), a)
		},
	}
	f.register(cmd)
	flags := cmd.Flags()
	flags.IntVar(&f.repeat, "repeat", 1, "run so many times, and say which verdicts differed")
	flags.IntVar(&drawn.sessions, "property", 0, "also play so many sessions that are drawn, see chatspec property")
	return cmd
}

// register gives a command the flags that say what is tested, and how.
func (f *runFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.serverID, "server-id", "", "what the server calls itself in user@ID (default: find out)")
	flags.StringVar(&f.peer, "peer", "", "HOST:PORT of a second server of the same make")
	flags.StringVar(&f.peerID, "peer-id", "", "what the second server calls itself")
	flags.StringVar(&f.exec.command, "exec", "", `start the server with this COMMAND, and a second one; {port}, {id} and {files} are filled in`)
	flags.IntVar(&f.exec.port, "port", 0, "with --exec: the port that is written into the server's source")
	flags.StringVar(&f.file, "file", "", "name of a file that the server can send")
	flags.StringVar(&f.dialect, "dialect", "spec", "how the server speaks: spec, auto (find out, and see through it) or a FILE")
	flags.StringVar(&f.level, "level", "should", "judge up to this level: must, should or robust")
	flags.StringVar(&f.gate, "gate", "must", "a failure up to this level makes the exit code 1")
	flags.StringVar(&f.only, "only", "", `only these: ids and areas ("SEND,AUTH-2") or a tag expression ("@SEND and not @robust")`)
	flags.StringArrayVar(&f.reports, "report", nil, "write a report as `KIND=FILE`, - for stdout; kinds: "+strings.Join(report.Kinds(), ", ")+" (repeatable)")
	flags.StringVar(&f.baseline, "baseline", "", "FILE with known failures and their reasons")
	addLang(cmd, &f.lang)
	flags.Uint64Var(&f.seed, "seed", 0, "draw what the run that reported this seed drew (default: a new seed)")
	flags.IntVar(&f.jobs, "jobs", 0, "scenarios side by side (default: chosen for you)")
	flags.DurationVar(&f.timeout, "timeout", 0, "the longest wait for one result, such as 2s (default: chosen for you)")
	if err := cmd.RegisterFlagCompletionFunc("dialect", cobra.FixedCompletions([]string{"spec", "auto"}, cobra.ShellCompDirectiveDefault)); err != nil {
		panic(err) // there is no such flag
	}
	for _, name := range []string{"level", "gate"} {
		complete(cmd, name, "must", "should", "robust")
	}
}

// run tests the target and writes the reports.
func (p *plan) run(ctx context.Context, a *app) error {
	var runs verdict.Repeats
	for range max(p.repeat, 1) {
		r, err := p.judge(ctx, a)
		if err != nil {
			return err
		}
		runs.Add(r)
		if ctx.Err() != nil || r.Untestable {
			break
		}
	}
	return p.report(a, runs.Report())
}

// judge tests the target, which it starts where none was named.
func (p *plan) judge(ctx context.Context, a *app) (_ *verdict.Report, err error) {
	if p.self {
		target, stop, failure := startSelf(asIs)
		if failure != nil {
			return nil, internal(fmt.Errorf("cannot start the reference server: %w", failure))
		}
		defer func() {
			if failure := stop(); err == nil && failure != nil {
				err = internal(fmt.Errorf("cannot stop the reference server: %w", failure))
			}
		}()
		p.target = target
	}
	if p.exec.command != "" {
		return p.testStarted(ctx, a)
	}
	return p.test(ctx, a)
}

// testStarted starts the target, tests it and ends it.
func (p *plan) testStarted(ctx context.Context, a *app) (*verdict.Report, error) {
	target, notes, stop, err := startExec(ctx, p.exec, p.target)
	if err != nil {
		return nil, startFailure(err, p.lang, report.Visible)
	}
	p.target = target
	r, err := p.test(ctx, a)
	died := stop()
	if r != nil {
		r.Process = died
		r.Target.Findings = append(r.Target.Findings, notes...)
	}
	return r, err
}

func (p *plan) test(ctx context.Context, a *app) (*verdict.Report, error) {
	started := time.Now()
	bar := newProgress(a.err, p.lang, a.getenv)
	if bar != nil {
		p.options.Progress = bar.step
	}
	r, err := p.tester(ctx, p.target, p.options)
	bar.end()
	var fault harness.Internal
	if errors.As(err, &fault) {
		return nil, internal(err)
	}
	if err != nil {
		return nil, err
	}
	if r.Version == "" {
		r.Version = readBuild().Version
	}
	if r.Started.IsZero() {
		r.Started, r.Duration = started, time.Since(started)
	}
	if ctx.Err() != nil && r.Stopped.IsZero() {
		r.Stopped = verdict.Textf("interrupted", "dihentikan")
	}
	p.baseline.Apply(r)
	return r, nil
}

// report writes the console report and the others. The console report goes to
// stdout, or to stderr where another one goes to stdout. A report that cannot
// be written now is no mistake of the user, as it was tried before.
func (p *plan) report(a *app, r *verdict.Report) error {
	var console io.Writer = a.out
	for _, f := range p.reports {
		if f.Path == report.Stdout {
			console = a.err
			if f.Kind == "console" {
				console = nil
			}
		}
	}
	if console != nil {
		if err := report.Console(console, r, p.lang, style(console, a.getenv)); err != nil {
			return internal(err)
		}
	}
	for _, f := range p.reports {
		if err := f.Write(a.out, r, p.lang); err != nil {
			return internal(err)
		}
	}
	if code := r.ExitCode(); code != verdict.ExitOK {
		return exit{code: code}
	}
	return nil
}
