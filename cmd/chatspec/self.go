package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/reference"
)

// selfFile is the file that both servers of startSelf have.
const selfFile = "catatan.txt"

// startSelf starts the reference server twice on free ports of the loopback
// interface, as target and as its peer. stop ends both and takes away what they
// left; call it once.
func startSelf(configure func(reference.Config) (reference.Config, error)) (target harness.Target, stop func() error, err error) {
	folder, err := os.MkdirTemp("", "chatspec-")
	if err != nil {
		return harness.Target{}, nil, err
	}
	var servers []*self
	stop = func() error {
		var failures []error
		for _, s := range servers {
			failures = append(failures, s.Off())
		}
		return errors.Join(append(failures, os.RemoveAll(folder))...)
	}
	for _, id := range []string{"alpha", "beta"} {
		s, err := newSelf(id, filepath.Join(folder, id), configure)
		if err == nil {
			servers = append(servers, s)
			_, err = s.On()
		}
		if err != nil {
			return harness.Target{}, nil, errors.Join(err, stop())
		}
	}
	return harness.Target{
		Address: servers[0].addr, ServerID: "alpha", Switch: servers[0],
		Peer: servers[1].addr, PeerID: "beta", PeerSwitch: servers[1],
		File: selfFile,
	}, stop, nil
}

// self is a reference server that can be turned off and on. It is for one
// goroutine at a time.
type self struct {
	config reference.Config
	addr   string
	cancel context.CancelFunc // nil while off
	served chan error
}

func newSelf(id, files string, configure func(reference.Config) (reference.Config, error)) (*self, error) {
	if err := os.Mkdir(files, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(files, selfFile), []byte("catatan dari "+id+"\n"), 0o600); err != nil {
		return nil, err
	}
	// Hundreds of users sign up in a run; their passwords guard nothing.
	config, err := configure(reference.Config{ID: id, Files: files, HashIterations: 1})
	return &self{config: config, addr: "127.0.0.1:0"}, err
}

// On starts the server, where it was before if it was on before.
func (s *self) On() (string, error) {
	if s.cancel != nil {
		return s.addr, nil
	}
	server, err := reference.New(s.config)
	if err != nil {
		return "", err
	}
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		return "", err
	}
	s.addr = listener.Addr().String()
	// A run that is interrupted still talks to it: it ends with Off alone.
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel, s.served = cancel, make(chan error, 1)
	go func() { s.served <- server.Serve(ctx, listener) }()
	return s.addr, nil
}

// Off stops the server.
func (s *self) Off() error {
	if s.cancel == nil {
		return nil
	}
	s.cancel()
	s.cancel = nil
	return <-s.served
}

// asIs changes nothing of a configuration.
func asIs(c reference.Config) (reference.Config, error) { return c, nil }
