package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/fuzz/campaign"
	"github.com/protokol-chat/chatspec/fuzz/through"
	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/probe"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// reached is a target to play sessions against: itself, or what speaks for it
// where it departs from the letter in a known way.
type reached struct {
	fuzz.Target
	id         string // what it calls itself
	deviations []verdict.Deviation
	speaker    *through.Listener // nil where nobody speaks for it
}

// reach finds out how a target speaks, or goes by the dialect of o. Call close
// once. The error says in one line why the target cannot be tested.
func reach(ctx context.Context, t verdict.Target, o harness.Options, limit time.Duration) (*reached, error) {
	if !o.Through && o.Dialect == nil {
		to, err := fuzz.Reach(ctx, t, limit)
		if err != nil {
			return nil, err
		}
		return &reached{Target: to, id: to.Server.Dialect.ServerID}, nil
	}
	to := target.New(t.Address, limit)
	var err error
	if to.Dialect = o.Dialect; o.Through {
		_, err = probe.Through(ctx, to, names.New(), t.ServerID)
	} else {
		err = probe.Reach(ctx, to, names.New())
	}
	if err != nil {
		return nil, fmt.Errorf("cannot test %s: %w", t.Address, err)
	}
	if len(to.Dialect.Accounts) > 0 {
		return nil, fmt.Errorf("cannot test %s: %w", t.Address, errors.New("its users are given in advance, and sessions need users of their own"))
	}
	r := &reached{id: to.Dialect.ServerID, deviations: to.Dialect.Deviations()}
	if r.speaker, err = through.Listen(to); err != nil {
		return nil, fmt.Errorf("cannot listen for %s: %w", t.Address, err)
	}
	r.Target = fuzz.Target{Server: target.New(r.speaker.Addr(), limit), File: t.File}
	r.Server.Dialect = r.speaker.Dialect()
	return r, nil
}

func (r *reached) close() {
	if r.speaker != nil {
		r.speaker.Close()
	}
}

// behind gives the server that was started as the campaign sees it.
func (r *reached) behind(s campaign.Server) campaign.Server {
	if s == nil || r.speaker == nil {
		return s
	}
	return spokenFor{s, r.speaker}
}

type spokenFor struct {
	campaign.Server
	speaker *through.Listener
}

func (s spokenFor) Restart(ctx context.Context) error {
	err := s.Server.Restart(ctx)
	s.speaker.Turn(s.Server.Addr())
	return err
}

func (s spokenFor) Addr() string { return s.speaker.Addr() }
