package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/fuzz/history"
	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const propertyHelp = `Look where nobody thought to look: draw sessions of several users, play them against
the server at ADDRESS, check every result against all legal readings of the
specification, and race clients against each other. What is wrong is reduced to the
shortest session that shows it.

Where do I find it again?
  Each finding is saved as a replay file, a text that you can read and edit, in the
  folder of --save:
    chatspec replay chatspec-replays/SEND-11-doubled.replay 127.0.0.1:8889
  Races cannot be replayed; their history is saved as a page for a browser.

Does it find the same again?
  --seed draws the same sessions. Against a server that always answers alike, the
  findings are the same too. The seed is always printed.

` + exitCodes

// Bounds of what can be asked for.
const maxSessions = 10_000_000

// sampling says how many sessions are drawn, and where findings are saved.
type sampling struct {
	sessions int
	races    bool
	save     string // a folder; "" to save nothing
}

func newProperty(a *app) *cobra.Command {
	var f runFlags
	s := sampling{races: true}
	cmd := &cobra.Command{
		Use:   "property [ADDRESS]",
		Short: "Test a server with sessions that are drawn",
		Long:  propertyHelp,
		Example: `  chatspec property
  chatspec property 127.0.0.1:8889 --server-id alpha --sessions 5000
  chatspec property 127.0.0.1:8889 --seed 42 --level robust`,
		Args: oneAtMost("ADDRESS"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.changed = cmd.Flags().Changed
			if s.sessions < 1 || s.sessions > maxSessions {
				return fmt.Errorf("--sessions cannot be %d: it takes 1 to %d", s.sessions, maxSessions)
			}
			p, err := f.plan(cmd.Context(), a, args)
			if err != nil {
				return err
			}
			p.tester = s.judge
			return p.run(cmd.Context(), a)
		},
	}
	f.register(cmd)
	flags := cmd.Flags()
	flags.IntVar(&s.sessions, "sessions", 1000, "how many sessions are drawn")
	flags.StringVar(&s.save, "save", "chatspec-replays", "`FOLDER` for what is found, made when there is something")
	return cmd
}

// judge tests a target with drawn sessions alone.
func (s sampling) judge(ctx context.Context, t harness.Target, o harness.Options) (*verdict.Report, error) {
	known, err := registry()
	if err != nil {
		return nil, err
	}
	selected, err := known.Select(o.Level, o.Only)
	if err != nil {
		return nil, err
	}
	if o.Seed == 0 {
		o.Seed = rand.Uint64()>>1 | 1
	}
	r := &verdict.Report{
		Target:  verdict.Target{Address: t.Address, ServerID: t.ServerID, Peer: t.Peer, PeerID: t.PeerID, File: t.File},
		Started: time.Now(), Seed: o.Seed, Level: o.Level, Gate: o.Gate,
	}
	drawn, err := s.draw(ctx, r, t, o, func(id string) bool {
		return slices.ContainsFunc(selected, func(q verdict.Requirement) bool { return q.ID == id })
	})
	if err != nil {
		return nil, err
	}
	if !r.Untestable { // what no session could show is not in the report
		judged := func(q verdict.Requirement) bool {
			return slices.ContainsFunc(drawn, func(s verdict.Scenario) bool { return s.Requirement == q.ID })
		}
		selected = slices.DeleteFunc(selected, func(q verdict.Requirement) bool { return !judged(q) })
	}
	r.Scenarios = slices.DeleteFunc(drawn, func(s verdict.Scenario) bool {
		return !slices.ContainsFunc(selected, func(q verdict.Requirement) bool { return q.ID == s.Requirement })
	})
	for _, q := range known.All() {
		departs := slices.ContainsFunc(r.Deviations, func(d verdict.Deviation) bool { return d.Requirement == q.ID })
		if departs && !slices.ContainsFunc(selected, func(s verdict.Requirement) bool { return s.ID == q.ID }) {
			selected = append(selected, q)
		}
	}
	r.Requirements = verdict.Judge(selected, r.Scenarios, r.Stopped)
	verdict.Depart(r.Requirements, r.Deviations)
	r.Duration = time.Since(r.Started)
	return r, nil
}

// after has run test a target, and adds what drawn sessions show.
func (s sampling) after(run tester) tester {
	return func(ctx context.Context, t harness.Target, o harness.Options) (*verdict.Report, error) {
		if o.Seed == 0 {
			o.Seed = rand.Uint64()>>1 | 1
		}
		r, err := run(ctx, t, o)
		if err != nil || r.Untestable || !r.Stopped.IsZero() {
			return r, err
		}
		o.Progress = nil
		extra := &verdict.Report{Target: r.Target}
		drawn, err := s.draw(ctx, extra, t, o, func(id string) bool { return judged(r, id) })
		if err != nil {
			return nil, err
		}
		r.Add(drawn)
		r.Findings = append(r.Findings, extra.Findings...)
		r.Target.Findings = extra.Target.Findings
		r.Duration = time.Since(r.Started)
		return r, nil
	}
}

// reach finds out how the target speaks: to the letter, or as --dialect says.
func reach(ctx context.Context, t verdict.Target, o harness.Options) (fuzz.Target, error) {
	limit := cmp.Or(o.Timeout, 5*time.Second)
	if o.Through || o.Dialect != nil {
		return fuzz.Through(ctx, t, o.Dialect, limit)
	}
	return fuzz.Reach(ctx, t, limit)
}

// draw plays drawn sessions against the target of r, and notes there what was
// found of the requirements that are wanted, and why it ended early.
func (s sampling) draw(ctx context.Context, r *verdict.Report, t harness.Target, o harness.Options, wanted func(id string) bool) ([]verdict.Scenario, error) {
	reached, err := reach(ctx, r.Target, o)
	if err != nil {
		r.Untestable, r.Stopped = true, target.Diagnose(errors.Unwrap(err))
		return nil, nil
	}
	r.Deviations = reached.Server.Dialect.Deviations()
	reached.Switch, reached.PeerSwitch = t.Switch, t.PeerSwitch
	found, err := fuzz.Properties(ctx, reached, fuzz.Options{
		Sessions: s.sessions, Jobs: o.Jobs, Seed: o.Seed, Level: o.Level, Wanted: wanted, Progress: o.Progress,
	})
	if err != nil {
		return nil, internal(err)
	}
	r.Stopped = found.Stopped
	if !found.Full.IsZero() {
		r.Target.Findings = append(r.Target.Findings, found.Full)
	}
	scenarios := found.Scenarios
	for i, f := range found.Findings {
		if !wanted(f.Requirement) && !wanted(f.Also) {
			continue
		}
		text := f.Script.String()
		file, err := s.write(fmt.Sprintf("%s-%s-%d.replay", f.Requirement, f.Kind, i+1), []byte(text))
		if err != nil {
			return nil, err
		}
		r.Findings = append(r.Findings, verdict.Finding{
			Requirement: f.Requirement, Kind: f.Kind, Replay: file, Requests: len(f.Script.Steps),
			Count: f.Count, Confirmed: f.Shown > 0, Message: f.Failure.Message,
		})
	}
	if s.races && ctx.Err() == nil && found.Stopped.IsZero() && found.Full.IsZero() {
		raced, err := s.race(ctx, r, reached, o, wanted)
		if err != nil {
			return nil, err
		}
		scenarios = append(scenarios, raced...)
	}
	return scenarios, nil
}

// race has clients race, and judges the history.
func (s sampling) race(ctx context.Context, r *verdict.Report, reached fuzz.Target, o harness.Options, wanted func(id string) bool) ([]verdict.Scenario, error) {
	h, err := history.Run(ctx, reached.Server, history.Options{Operations: min(s.sessions, 5000), Seed: o.Seed})
	var unable *history.Unable
	switch {
	case errors.As(err, &unable), ctx.Err() != nil:
		return nil, nil // nothing was raced: nothing is judged
	case err != nil:
		return nil, internal(err)
	}
	var scenarios []verdict.Scenario
	broken := map[string]bool{}
	for i, v := range h.Check() {
		if broken[v.Requirement] = true; !wanted(v.Requirement) {
			continue
		}
		page, err := s.page(h, v, fmt.Sprintf("%s-race-%d.html", v.Requirement, i+1))
		if err != nil {
			return nil, err
		}
		scenarios = append(scenarios, verdict.Scenario{
			URI: "property", Name: "race", Requirement: v.Requirement, Status: verdict.Fail,
			Failure: &verdict.Failure{Message: v.Text(), Caret: -1},
		})
		r.Findings = append(r.Findings, verdict.Finding{
			Requirement: v.Requirement, Kind: "race", Replay: page, Requests: len(v.Operations), Count: 1, Confirmed: true, Message: v.Message,
		})
	}
	for _, id := range h.Judged() {
		if !broken[id] {
			scenarios = append(scenarios, verdict.Scenario{URI: "property", Name: "race", Requirement: id, Status: verdict.Pass})
		}
	}
	return scenarios, nil
}

func (s sampling) page(h *history.History, v history.Violation, name string) (string, error) {
	var page bytes.Buffer
	if err := h.WritePage(&page, v); err != nil {
		return "", internal(err)
	}
	return s.write(name, page.Bytes())
}

// write saves a finding, and gives where.
func (s sampling) write(name string, content []byte) (string, error) {
	if s.save == "" {
		return "", nil
	}
	if err := os.MkdirAll(s.save, 0o755); err != nil {
		return "", fmt.Errorf("--save: %w", err)
	}
	path := filepath.Join(s.save, name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		return "", fmt.Errorf("--save: %w", err)
	}
	return path, nil
}
