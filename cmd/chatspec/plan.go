package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// runFlags is the command line of run, as it was typed.
type runFlags struct {
	serverID, peer, peerID, file string
	level, gate, only, lang      string
	baseline, dialect            string
	reports                      []string
	exec                         execFlags
	seed                         uint64
	jobs, repeat                 int
	timeout                      time.Duration
	changed                      func(flag string) bool
}

// plan is a command line that can be followed.
type plan struct {
	self     bool // the target is the reference server, which is to be started
	exec     execFlags
	target   harness.Target
	options  harness.Options
	tester   tester
	repeat   int
	lang     verdict.Lang
	baseline verdict.Baseline
	reports  []report.File
}

// tester tests a target, as harness.Run does.
type tester func(context.Context, harness.Target, harness.Options) (*verdict.Report, error)

// Bounds of what can be asked for: more jobs than that are more than servers
// take at once, and a result that takes longer is none.
const (
	maxJobs    = 256
	maxRepeat  = 100_000
	minTimeout = 10 * time.Millisecond
	maxTimeout = 10 * time.Minute
)

// plan checks everything that can be checked before the target is troubled.
func (f *runFlags) plan(ctx context.Context, a *app, args []string) (*plan, error) {
	p := &plan{self: len(args) == 0}
	var err error
	if p.repeat = f.repeat; f.changed("repeat") && (f.repeat < 1 || f.repeat > maxRepeat) {
		return nil, fmt.Errorf("--repeat cannot be %d: it takes 1 to %d", f.repeat, maxRepeat)
	}
	if p.lang, err = a.language(f.lang); err != nil {
		return nil, err
	}
	if p.options, err = f.options(); err != nil {
		return nil, err
	}
	if err := readDialect(f.dialect, &p.options); err != nil {
		return nil, err
	}
	known, err := registry()
	if err != nil {
		return nil, err
	}
	if _, err := known.Select(p.options.Level, f.only); err != nil {
		return nil, err
	}
	switch {
	case f.changed("exec"):
		p.self, p.exec = false, f.exec
		p.target, err = f.started(args)
	case p.self:
		err = f.nothingOfATarget()
	default:
		p.target, err = f.target(ctx, args[0])
	}
	if err != nil {
		return nil, err
	}
	if f.baseline != "" {
		if p.baseline, err = readBaseline(known, f.baseline); err != nil {
			return nil, err
		}
	}
	p.reports, err = report.Open(f.reports)
	return p, err
}

func (f *runFlags) options() (harness.Options, error) {
	o := harness.Options{Only: f.only, Jobs: f.jobs, Timeout: f.timeout, Seed: f.seed}
	var err error
	if o.Level, err = verdict.ParseLevel(f.level); err != nil {
		return o, fmt.Errorf("--level: %w", err)
	}
	if o.Gate, err = verdict.ParseLevel(f.gate); err != nil {
		return o, fmt.Errorf("--gate: %w", err)
	}
	if f.changed("jobs") && (f.jobs < 1 || f.jobs > maxJobs) {
		return o, fmt.Errorf("--jobs cannot be %d: it takes 1 to %d", f.jobs, maxJobs)
	}
	if f.changed("timeout") && (f.timeout < minTimeout || f.timeout > maxTimeout) {
		return o, fmt.Errorf("--timeout cannot be %s: it takes %s to %s", f.timeout, minTimeout, maxTimeout)
	}
	return o, nil
}

// nothingOfATarget refuses what tells of a server where none is named: it
// would be ignored.
func (f *runFlags) nothingOfATarget() error {
	for _, name := range []string{"server-id", "peer", "peer-id", "file", "port", "dialect"} {
		if f.changed(name) {
			return fmt.Errorf("--%s tells of a server: give its ADDRESS too, as in chatspec run 127.0.0.1:8889 --%[1]s …", name)
		}
	}
	return nil
}

// started reads what is told of a server that we start.
func (f *runFlags) started(args []string) (harness.Target, error) {
	t := harness.Target{ServerID: f.serverID, PeerID: f.peerID, File: f.file}
	switch {
	case len(args) > 0:
		return t, fmt.Errorf("--exec starts the server itself: leave out the address %s", args[0])
	case f.changed("peer"):
		return t, errors.New("--exec starts the second server itself: leave out --peer")
	case strings.TrimSpace(f.exec.command) == "":
		return t, errors.New(`--exec needs a command, as in --exec "python3 server.py {port}"`)
	case f.changed("port"):
		if err := checkPort(f.exec.port); err != nil {
			return t, err
		}
	}
	return t, f.names()
}

// names checks the names of servers and files.
func (f *runFlags) names() error {
	for name, value := range map[string]string{"server-id": f.serverID, "peer-id": f.peerID} {
		if f.changed(name) && (value == "" || strings.ContainsFunc(value, unfit) || strings.Contains(value, "@")) {
			return fmt.Errorf("--%s cannot be %q: it is the part after @ in user@id, without spaces", name, value)
		}
	}
	if f.changed("file") && (f.file == "" || strings.ContainsFunc(f.file, unfit)) {
		return fmt.Errorf("--file cannot be %q: it is the name of a file that the server has, without spaces", f.file)
	}
	if f.peerID != "" && f.peerID == f.serverID {
		return fmt.Errorf("--peer-id and --server-id are both %q: two servers need two names", f.peerID)
	}
	return nil
}

func (f *runFlags) target(ctx context.Context, address string) (harness.Target, error) {
	t := harness.Target{Address: address, ServerID: f.serverID, Peer: f.peer, PeerID: f.peerID, File: f.file}
	if err := f.names(); err != nil {
		return t, err
	}
	switch {
	case f.changed("port"):
		return t, errors.New("--port tells of a server that --exec starts: give the port with the ADDRESS")
	case f.changed("peer") && f.peerID == "":
		return t, errors.New("--peer needs --peer-id: what the second server calls itself")
	case f.changed("peer-id") && f.peer == "":
		return t, errors.New("--peer-id needs --peer: the HOST:PORT of the second server")
	}
	target, err := lookup(ctx, address)
	if err != nil {
		return t, err
	}
	if f.changed("peer") {
		peer, err := lookup(ctx, f.peer)
		if err != nil {
			return t, fmt.Errorf("--peer: %w", err)
		}
		if peer.same(target) {
			return t, fmt.Errorf("--peer %s is the target itself: start a second server on another port", f.peer)
		}
	}
	return t, nil
}

// unfit tells which characters cannot stand in a parameter of a request.
func unfit(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

func readBaseline(known *verdict.Registry, path string) (verdict.Baseline, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no baseline %s; write one with --report baseline=%[1]s", path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the baseline: %w", err)
	}
	return verdict.ParseBaseline(known, path, string(text))
}
