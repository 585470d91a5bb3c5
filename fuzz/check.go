package fuzz

import (
	"strings"
	"testing"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// CheckProperties plays sessions against the target and fails t for everything
// that is wrong, one subtest a requirement, with the shortest session that was
// found. Each run draws others; the seed is part of every failure.
func CheckProperties(t *testing.T, target verdict.Target) {
	t.Helper()
	reached, err := Reach(t.Context(), target, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Properties(t.Context(), reached, Options{Seed: uint64(time.Now().UnixNano())})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Scenarios {
		t.Run(s.Requirement, func(t *testing.T) {
			if s.Status != verdict.Fail {
				return
			}
			for _, f := range r.Findings {
				if f.Requirement == s.Requirement || f.Also == s.Requirement {
					t.Errorf("%s\nexpected %s\ngot %q\nseed %d, session %d; replay:\n%s",
						f.Failure.Message.EN, expected(f.Failure), f.Failure.Actual, r.Seed, f.Session+1, f.Script)
				}
			}
		})
	}
	if !r.Stopped.IsZero() && len(r.Findings) == 0 {
		t.Errorf("%d sessions only: %s", r.Sessions, r.Stopped.EN)
	}
}

func expected(f verdict.Failure) string {
	var all []string
	for _, e := range f.Expected {
		all = append(all, e.EN)
	}
	return strings.Join(all, ", ")
}
