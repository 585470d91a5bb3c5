package fuzz

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/fuzz/shrink"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// A relation says that a session and another made of it get the same results.
// It needs no model: what is compared is which requests succeeded. So it sees
// what the oracle leaves open, as long as the server does the same each time.
type relation struct {
	name        string
	requirement string
	message     verdict.Text
	// derive makes the other session of s, given what s showed (a letter a
	// result), and the results of it that have to be those of s: for each of
	// them the step in the other session. It gives nil where it does not apply.
	derive func(s *script.Script, trace string) (other *script.Script, at []int)
}

// relations gives those that are tried; other is a session to weave in.
func relations(other *script.Script) []*relation {
	return []*relation{
		{
			name: "cut", requirement: "WIRE-10",
			message: verdict.Textf("sent in pieces the same requests get other results", "request yang sama, dikirim sepotong-sepotong, mendapat result lain"),
			derive: func(s *script.Script, _ string) (*script.Script, []int) {
				c := s.Clone()
				for i := range c.Steps {
					if c.Steps[i].How = script.Whole; i%3 == 0 { // each would be dear, and tell no more
						c.Steps[i].How = script.Dribbled
					}
				}
				return c, upTo(len(c.Steps))
			},
		},
		{
			name: "renamed", requirement: "REGISTER-1",
			message: verdict.Textf("under other names the same requests get other results", "dengan nama lain, request yang sama mendapat result lain"),
			derive:  func(s *script.Script, _ string) (*script.Script, []int) { return rename(s), upTo(len(s.Steps)) },
		},
		{
			name: "refused", requirement: "WIRE-8",
			message: verdict.Textf("a request that was refused changed what later requests get", "request yang ditolak mengubah result request sesudahnya"),
			derive:  withoutRefused,
		},
		{
			name: "woven", requirement: "WIRE-9",
			message: verdict.Textf("a session gets other results while an independent one goes on", "sebuah session mendapat result lain selama ada session lain yang tidak berkaitan"),
			derive: func(s *script.Script, _ string) (*script.Script, []int) {
				if other == nil {
					return nil, nil
				}
				return weave(s, rename(other))
			},
		},
	}
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// withoutRefused leaves out what was refused: all of it at once, but for auth. A
// server may end the session in which one fails, and count failures.
func withoutRefused(s *script.Script, trace string) (*script.Script, []int) {
	c := s.Clone()
	c.Steps = nil
	var at []int
	for i, st := range s.Steps {
		if i < len(trace) && trace[i] == 'E' && !strings.HasPrefix(st.Parts[0].Text, "auth") {
			at = append(at, -1)
			continue
		}
		at = append(at, len(c.Steps))
		c.Steps = append(c.Steps, st)
	}
	if len(c.Steps) == len(s.Steps) {
		return nil, nil
	}
	return c, at
}

// rename gives every user, group and server another role.
func rename(s *script.Script) *script.Script {
	roles := map[string]string{}
	c := s.Clone()
	for i := range c.Steps {
		parts := slices.Clone(c.Steps[i].Parts)
		for j, p := range parts {
			switch p.Kind {
			case script.Literal, script.Word, script.Fill:
			default:
				if p.Text == "" {
					continue
				}
				if roles[p.Text] == "" {
					roles[p.Text] = "q" + string(rune('a'+len(roles))) + "role"
				}
				parts[j].Text = roles[p.Text]
			}
		}
		c.Steps[i].Parts = parts
	}
	return c
}

// weave puts the steps of two sessions between each other, on connections and
// with words of their own. It gives where those of the first went.
func weave(a, b *script.Script) (*script.Script, []int) {
	c := a.Clone()
	c.Steps = nil
	var at []int
	for i := range max(len(a.Steps), len(b.Steps)) {
		if i < len(a.Steps) {
			at = append(at, len(c.Steps))
			st := a.Steps[i]
			if st.How == script.Joined {
				st.How = script.Whole
			}
			c.Steps = append(c.Steps, st)
		}
		if i < len(b.Steps) {
			st := b.Steps[i]
			st.On.N += script.MaxConns / 2
			st.How = script.Whole
			st.Parts = slices.Clone(st.Parts)
			for j := range st.Parts {
				if p := &st.Parts[j]; p.Kind == script.Word {
					p.Text = "6" + strings.Repeat("0", 2-min(len(p.Text), 2)) + p.Text[max(len(p.Text)-2, 0):]
				}
			}
			c.Steps = append(c.Steps, st)
		}
	}
	return c, at
}

// calm tells whether a session does the same each time it is played: nothing
// goes on behind our back, and each step has one result.
func calm(s *script.Script) bool {
	return !s.NeedsPeer() && !slices.ContainsFunc(s.Steps, func(st script.Step) bool {
		return st.How >= script.Blank || slices.ContainsFunc(st.Parts, func(p script.Part) bool {
			return p.Kind == script.Fill || p.Kind == script.Literal && oracle.Strange([]byte(p.Text))
		})
	})
}

// relate plays a session in another way. It gives the relation that is broken,
// or nil.
func (c *campaign) relate(p *play.Player, s, other *script.Script, i int) (*relation, error) {
	if !calm(s) || !calm(other) {
		return nil, nil
	}
	all := relations(other)
	r := all[i/related%len(all)]
	if r.name == "cut" && !c.pipes {
		return nil, nil
	}
	first := p.Trace()
	_, broken, err := r.compare(c.ctx, p, s, first)
	if !broken || err != nil {
		return nil, err
	}
	for range 2 { // is that so each time?
		if _, err := p.Play(c.ctx, s, play.Care{}); err != nil || p.Trace() != first {
			return nil, err
		}
		if _, broken, err = r.compare(c.ctx, p, s, first); !broken || err != nil {
			return nil, err
		}
	}
	return r, nil
}

// compare plays what r makes of s and tells at which step of s the results
// differ, if they do. What the oracle finds is none of its business.
func (r *relation) compare(ctx context.Context, p *play.Player, s *script.Script, trace string) (step int, differs bool, err error) {
	other, at := r.derive(s, trace)
	if other == nil || len(trace) < len(s.Steps) {
		return 0, false, nil
	}
	f, err := p.Play(ctx, other, play.Care{})
	if err != nil || f != nil {
		return 0, false, err
	}
	second := p.Trace()
	for i, j := range at {
		switch {
		case j < 0:
		case j >= len(second) || second[j] == '-' || trace[i] == '-':
			return 0, false, nil // a connection ended: nothing can be compared any more
		case second[j] != trace[i]:
			return i, true, nil
		}
	}
	return 0, false, nil
}

// broken gives the first relation of the script's requirement that is broken
// after the script was played and got trace; nil where all hold. The session that
// was woven in is not kept: the script itself takes its place, under other names.
func broken(ctx context.Context, p *play.Player, s *script.Script, trace string) (*relation, error) {
	for _, r := range relations(s) {
		if r.requirement != s.Requirement {
			continue
		}
		if _, differs, err := r.compare(ctx, p, s, trace); differs || err != nil {
			return r, err
		}
	}
	return nil, nil
}

// failure is what there is to say of a relation that is broken.
func (r *relation) failure() verdict.Failure {
	return verdict.Failure{Message: r.message, Caret: -1, Expected: []verdict.Text{verdict.Textf("the same results", "result yang sama")}}
}

// related reduces a session that breaks a relation.
func (c *campaign) related(s *shown) Finding {
	r := s.relation
	p := play.New(c.target, c.scopes)
	defer p.Close()
	f := Finding{
		Requirement: r.requirement, Kind: string(oracle.Differs), Relation: r.name, Script: s.script, Session: s.session, Count: 1,
		Failure: r.failure(),
	}
	again := func(ctx context.Context, sc *script.Script) (int, bool, error) {
		found, err := p.Play(ctx, sc, play.Care{Fresh: true})
		if found != nil || err != nil {
			return 0, false, err
		}
		return r.compare(ctx, p, sc, p.Trace())
	}
	began := time.Now()
	reduced, _ := shrink.Reduce(c.ctx, s.script, shrink.Budget{}, again)
	f.Script, f.Tries, f.Took, f.Spent = reduced.Script.Clone(), reduced.Replays, time.Since(began), reduced.Spent
	for range confirmations {
		f.Replays++
		if _, differs, _ := again(c.ctx, f.Script); differs {
			f.Shown++
		}
	}
	f.Script.Requirement, f.Script.Kind = f.Requirement, f.Kind
	if found, err := p.Play(c.ctx, f.Script, play.Care{Fresh: true}); err == nil && found == nil {
		if other, _ := r.derive(f.Script, p.Trace()); other != nil {
			f.Failure.Actual = other.String()
		}
	}
	f.Failure.Reproduce = shell(f.Script, c.setting())
	return f
}
