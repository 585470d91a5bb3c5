package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const replayHelp = `Play a replay file again, or all replay files of a folder, and say what became of each:
  FIXED    the session shows nothing wrong any more
  FAILED   it shows what the file says
  CHANGED  it shows something else that is wrong

Without ADDRESS the reference server is asked. A folder of replay files is the
regression gate of a server: the exit code is 1 while one of them is not FIXED.

What is in a replay file?
  A line a request, with names and texts that are drawn anew each time:
    chatspec replay 1
    shows SEND-11 doubled
    1: register {user budi} {password budi}
    1: auth {user budi} {password budi}
    1: send {address budi} {word 1} halo
    1: inbox
  Edit it as you like; a mistake is told with its line and column.

` + exitCodes

func newReplay(a *app) *cobra.Command {
	var f runFlags
	var shell, gherkin bool
	cmd := &cobra.Command{
		Use:   "replay FILE|FOLDER [ADDRESS]",
		Short: "Play what was found again",
		Long:  replayHelp,
		Example: `  chatspec replay chatspec-replays 127.0.0.1:8889
  chatspec replay chatspec-replays/SEND-11-doubled-1.replay --gherkin`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return fmt.Errorf("%s takes a FILE or FOLDER, and an ADDRESS at most; see %[1]s --help", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f.changed = cmd.Flags().Changed
			scripts, err := readScripts(args[0])
			if err != nil {
				return err
			}
			if gherkin {
				for _, s := range scripts {
					if _, err := fmt.Fprintln(a.out, script.Gherkin(s.script)); err != nil {
						return internal(err)
					}
				}
				return nil
			}
			p, err := f.plan(cmd.Context(), a, args[1:])
			if err != nil {
				return err
			}
			r := replayer{scripts: scripts, shell: shell, a: a}
			p.tester = r.judge
			return p.run(cmd.Context(), a)
		},
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&shell, "shell", false, "print shell scripts that do the same, and play nothing")
	cmd.Flags().BoolVar(&gherkin, "gherkin", false, "print scenarios that say the same, and play nothing")
	return cmd
}

// named is a script and the file that it was read from.
type named struct {
	path   string
	script *script.Script
}

// readScripts reads a replay file, or all of a folder and the folders in it.
func readScripts(path string) ([]named, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no replay file or folder %s", path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	var files []string
	if !info.IsDir() {
		files = []string{path}
	} else if err := filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, ".replay") {
			files = append(files, path)
		}
		return err
	}); err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no file that ends with .replay", path)
	}
	var scripts []named
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", file, err)
		}
		s, err := script.Parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		scripts = append(scripts, named{file, s})
	}
	return scripts, nil
}

// replayer plays scripts.
type replayer struct {
	scripts []named
	shell   bool
	a       *app
}

func (p replayer) judge(ctx context.Context, t harness.Target, o harness.Options) (*verdict.Report, error) {
	known, err := registry()
	if err != nil {
		return nil, err
	}
	r := &verdict.Report{
		Target:  verdict.Target{Address: t.Address, ServerID: t.ServerID, Peer: t.Peer, PeerID: t.PeerID, File: t.File},
		Started: time.Now(), Level: verdict.Robust, Gate: verdict.Robust,
	}
	reached, err := reach(ctx, r.Target, o)
	if err != nil {
		r.Untestable, r.Stopped = true, verdict.Text{EN: err.Error(), ID: err.Error()}
		return r, nil
	}
	reached.Switch, reached.PeerSwitch = t.Switch, t.PeerSwitch
	for _, s := range p.scripts {
		if p.shell {
			text, err := fuzz.Shell(s.script, reached)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.path, err)
			}
			if _, err := fmt.Fprintln(p.a.out, text); err != nil {
				return nil, internal(err)
			}
			continue
		}
		played, err := fuzz.Replay(ctx, s.script, reached)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.path, err)
		}
		if _, err := fmt.Fprintf(p.a.out, "%-7s %s\n", played.Outcome, s.path); err != nil {
			return nil, internal(err)
		}
		scenario := played.Report(s.path)
		scenario.Requirement = cmp.Or(scenario.Requirement, s.script.Requirement)
		q, ok := known.Lookup(scenario.Requirement)
		if !ok {
			continue // nothing says which requirement, and nothing is wrong
		}
		if !judged(r, q.ID) {
			r.Requirements = append(r.Requirements, verdict.Judged{Requirement: q, Status: verdict.Pass, Behaviour: verdict.Pass})
		}
		r.Add([]verdict.Scenario{scenario})
	}
	if p.shell {
		return nil, exit{code: verdict.ExitOK}
	}
	r.Duration = time.Since(r.Started)
	return r, nil
}

func judged(r *verdict.Report, id string) bool {
	for _, j := range r.Requirements {
		if j.ID == id {
			return true
		}
	}
	return false
}
