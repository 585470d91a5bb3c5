package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/protokol-chat/chatspec"
	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"chatspec":      main,
		"chatspec-fake": func() { os.Exit(fakeCommand()) },
	})
}

// The scripts under testdata/script say what each command prints and how it
// exits. They know one command more: exits CODE COMMAND..., as ! exec takes any
// code but 0. chatspec-fake is chatspec with the judge replaced by what $FAKE
// says.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) < 2 {
					ts.Fatalf("usage: exits CODE COMMAND...")
				}
				code := 0
				var failed *exec.ExitError
				if err := ts.Exec(args[1], args[2:]...); errors.As(err, &failed) {
					code = failed.ExitCode()
				} else if err != nil {
					ts.Fatalf("%v", err)
				}
				if strconv.Itoa(code) != args[0] {
					ts.Fatalf("exit code %d, not %s", code, args[0])
				}
			},
		},
	})
}

func fakeCommand() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return execute(ctx, &app{out: terminal{os.Stdout}, err: terminal{os.Stderr}, getenv: os.Getenv, run: fakeRun}, os.Args[1:])
}

func fakeRun(ctx context.Context, target harness.Target, o harness.Options) (*verdict.Report, error) {
	known, err := verdict.ParseRegistry(chatspec.Spec)
	if err != nil {
		return nil, err
	}
	selected, err := known.Select(o.Level, o.Only)
	if err != nil {
		return nil, err
	}
	fake := os.Getenv("FAKE")
	var scenarios []verdict.Scenario
	for _, q := range selected {
		s := verdict.Scenario{URI: "features/x.feature", Line: 1, Name: "contoh", Requirement: q.ID, Status: verdict.Pass}
		if fake == q.ID {
			s.Status = verdict.Fail
			s.Failure = &verdict.Failure{Message: verdict.Textf("no answer", "tidak ada jawaban"), Caret: -1}
		}
		scenarios = append(scenarios, s)
	}
	r := &verdict.Report{
		Target: verdict.Target{Address: target.Address, ServerID: target.ServerID, Peer: target.Peer, PeerID: target.PeerID, File: target.File},
		Level:  o.Level, Gate: o.Gate, Seed: o.Seed, Scenarios: scenarios,
		Requirements: verdict.Judge(selected, scenarios, verdict.Text{}),
	}
	switch fake {
	case "panic":
		panic("a test of panics")
	case "usage":
		return nil, errors.New("harness says no")
	case "untestable":
		r.Untestable, r.Stopped = true, verdict.Textf("nobody listens there", "tidak ada yang mendengarkan di sana")
	case "interrupt":
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
		}
	}
	return r, nil
}
