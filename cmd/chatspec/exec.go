package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/probe"
	"github.com/protokol-chat/chatspec/harness/process"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// execFlags say how to start the target, and its peer.
type execFlags struct {
	command string
	port    int
}

// execIDs are what {id} stands for, in the target and in its peer.
var execIDs = [2]string{"alpha", "beta"}

const (
	answerWait  = 4 * time.Second // for the first answer, at the most, each time it is asked
	restartWait = 8 * time.Second // for a server that is started again
)

// execFile is the file that every started server has.
var execFile = map[string][]byte{selfFile: []byte("catatan untuk diuji\n")}

// startExec starts the command as target and, where its words allow two, as
// peer. told is what the command line says of them. stop ends both; call it
// once. It tells how the target ended, if it did by itself.
func startExec(ctx context.Context, f execFlags, told harness.Target) (t harness.Target, notes []verdict.Text, stop func() *verdict.Process, err error) {
	t = told
	first := &started{spec: process.Spec{
		Command: f.command, Port: f.port, ID: execIDs[0], Provide: execFile, Probe: answers,
	}}
	if told.ServerID != "" {
		first.spec.ID = told.ServerID
	}
	if t.Address, err = first.start(ctx); err != nil {
		return t, nil, nil, err
	}
	t.Switch = first
	named := strings.Contains(f.command, "{id}")
	if named {
		t.ServerID = first.spec.ID
	}
	if t.File == "" && strings.Contains(f.command, "{files}") { // else nobody knows where it looks for files
		t.File = selfFile
	}
	notes = first.process.Notes()

	second := &started{spec: first.spec}
	second.spec.ID = execIDs[1]
	if told.PeerID != "" {
		second.spec.ID = told.PeerID
	}
	switch {
	case !named && told.PeerID == "":
		notes = append(notes, verdict.Textf("a second instance was not started, as both would have one name: put {id} where the command gives the server its name, or tell --peer-id",
			"server kedua tidak dijalankan, karena keduanya akan bernama sama: tulis {id} di tempat perintah memberi nama server, atau sebutkan --peer-id"))
		second = nil
	case first.fixed:
		second.spec.Isolated = true
		fallthrough
	default:
		if !second.spec.Isolated {
			second.spec.Port = 0
		}
		if t.Peer, err = second.start(ctx); err != nil {
			notes = append(notes, verdict.Textf("a second instance could not be started: ", "server kedua tidak dapat dijalankan: ").And(says(err)))
			t.Peer, second = "", nil
			break
		}
		t.PeerID, t.PeerSwitch = second.spec.ID, second
	}
	return t, notes, func() *verdict.Process {
		if second != nil {
			_ = second.Off()
		}
		return first.end()
	}, nil
}

// answers is the probe of a server that is being started.
func answers(ctx context.Context, addr string) error {
	return probe.Answers(ctx, target.New(addr, answerWait))
}

// started is a server that we started. It is for one goroutine at a time.
type started struct {
	spec    process.Spec
	fixed   bool // its port stands in its source
	process *process.Process
	died    *verdict.Process // how it ended by itself the first time
}

// start starts the server for the first time, and finds out whether it takes
// the port that it is given.
func (s *started) start(ctx context.Context) (string, error) {
	s.fixed = s.spec.Port != 0
	if !s.fixed {
		port, err := freePort()
		if err != nil {
			return "", err
		}
		s.spec.Port = port
	}
	var err error
	s.process, err = process.Start(ctx, s.spec)
	var wrong *process.Error
	if errors.As(err, &wrong) && wrong.Kind == process.WrongPort && !s.fixed && len(wrong.Ports) > 0 {
		s.fixed, s.spec.Port = true, wrong.Ports[0]
		s.process, err = process.Start(ctx, s.spec)
	}
	if err != nil {
		return "", err
	}
	return s.process.Addr(), nil
}

// On starts the server again: on the same port if that can be had soon.
func (s *started) On() (string, error) {
	if s.process != nil {
		return s.process.Addr(), nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), restartWait)
	defer cancel()
	p, err := process.Start(ctx, s.spec)
	var blocked *process.Error
	if errors.As(err, &blocked) && blocked.Kind == process.PortTaken && !s.fixed {
		port, failed := freePort()
		if failed != nil {
			return "", failed
		}
		s.spec.Port = port
		ctx, cancel := context.WithTimeout(context.Background(), restartWait)
		defer cancel()
		p, err = process.Start(ctx, s.spec)
	}
	if err != nil {
		return "", err
	}
	s.process = p
	return p.Addr(), nil
}

// Off ends the server.
func (s *started) Off() error {
	s.end()
	return nil
}

// end ends the server and tells how it had ended by itself, now or earlier; nil
// where it never did.
func (s *started) end() *verdict.Process {
	if s.process == nil {
		return s.died
	}
	if ending, dead := s.process.Ending(); dead && s.died == nil {
		s.died = &verdict.Process{Ended: ending.Text(), Output: ending.Output}
	}
	s.process.Stop()
	s.process = nil
	return s.died
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// says gives an error in both languages.
func says(err error) verdict.Text {
	var e *process.Error
	if errors.As(err, &e) {
		return e.Text
	}
	return verdict.Text{EN: err.Error(), ID: err.Error()}
}

// startFailure is the error for a server that could not be started, with what
// it printed.
func startFailure(err error, lang verdict.Lang, visible func(string) string) error {
	text := says(err).In(lang)
	var e *process.Error
	if errors.As(err, &e) && strings.TrimSpace(e.Output) != "" {
		text += "\n" + visible(e.Output)
	}
	code := verdict.ExitUntestable
	if e != nil && (e.Kind == process.BadCommand || e.Kind == process.BadFolder || e.Kind == process.NotRunnable || e.Kind == process.Unsupported) {
		code = verdict.ExitUsage
	}
	return exit{code, fmt.Errorf("%s", text)}
}

func checkPort(port int) error {
	if port < 1 || port > 65535 {
		return fmt.Errorf("--port cannot be %d: it takes 1 to 65535", port)
	}
	return nil
}
