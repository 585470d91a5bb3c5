package variant_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/variant"
)

// theFile is a file that both servers of a pair have.
const theFile = "catatan.txt"

// judge runs the suite, all levels, against two servers that are varied in the
// same way.
func judge(ctx context.Context, folder string, names ...string) (*verdict.Report, error) {
	return judgeOnly(ctx, "", folder, names...)
}

// judgeOnly is judge for what only selects, see verdict.Registry.Select.
func judgeOnly(ctx context.Context, only, folder string, names ...string) (report *verdict.Report, err error) {
	target, stop, err := pair(folder, names...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if fault := recover(); fault != nil { // of the suite: the other rows are still worth having
			err = fmt.Errorf("the suite panicked: %v\n%s", fault, debug.Stack())
		}
		err = errors.Join(err, stop())
	}()
	return harness.Run(ctx, target, harness.Options{Level: verdict.Robust, Only: only})
}

// pair starts two servers of the same variant, which find their files below
// folder. Call stop once.
func pair(folder string, names ...string) (target harness.Target, stop func() error, err error) {
	var servers []*one
	stop = func() error {
		var failures []error
		for _, s := range servers {
			failures = append(failures, s.Off())
		}
		return errors.Join(failures...)
	}
	for _, id := range []string{"alpha", "beta"} {
		files := filepath.Join(folder, id)
		if err := errors.Join(os.MkdirAll(files, 0o700), os.WriteFile(filepath.Join(files, theFile), []byte("dari "+id), 0o600)); err != nil {
			return target, nil, errors.Join(err, stop())
		}
		config, err := variant.Apply(reference.Config{ID: id, Files: files, HashIterations: 1, DrainTimeout: time.Millisecond}, names...)
		if err != nil {
			return target, nil, errors.Join(err, stop())
		}
		s := &one{config: config, addr: "127.0.0.1:0"}
		if _, err := s.On(); err != nil {
			return target, nil, errors.Join(err, stop())
		}
		servers = append(servers, s)
	}
	return harness.Target{
		Address: servers[0].addr, ServerID: servers[0].config.ID, Switch: servers[0],
		Peer: servers[1].addr, PeerID: servers[1].config.ID, PeerSwitch: servers[1],
		File: theFile,
	}, stop, nil
}

// one is one server of a pair. It can be turned off and on.
type one struct {
	config reference.Config
	addr   string
	cancel context.CancelFunc // nil while off
	served chan error
}

// On starts the server, where it was before, and gives its address.
func (s *one) On() (string, error) {
	if s.cancel != nil {
		return s.addr, nil
	}
	server, err := reference.New(s.config)
	if err != nil {
		return "", err
	}
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return "", err
	}
	s.addr = l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel, s.served = cancel, make(chan error, 1)
	go func() { s.served <- server.Serve(ctx, l) }()
	return s.addr, nil
}

// Off stops the server. That it crashed, as a fault may have it, is no error.
func (s *one) Off() error {
	if s.cancel == nil {
		return nil
	}
	s.cancel()
	s.cancel = nil
	if err := <-s.served; !errors.Is(err, variant.ErrCrashed) {
		return err
	}
	return nil
}
