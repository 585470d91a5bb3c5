package fuzz_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

// sometimes goes wrong in so many of a hundred cases of a command, by dice of its
// own.
func sometimes(command string, percent int, wrong func(next chat.Handler, s *chat.Session, r chat.Request) (chat.Result, bool)) func(chat.Handler) chat.Handler {
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(3, uint64(percent)))
	return wrap(func(next chat.Handler, s *chat.Session, r chat.Request) chat.Result {
		if r.Command != command {
			return next.Handle(context.Background(), s, r)
		}
		mu.Lock()
		now := dice.IntN(100) < percent
		mu.Unlock()
		if now {
			if result, done := wrong(next, s, r); done {
				return result
			}
		}
		return next.Handle(context.Background(), s, r)
	})
}

// TestRandom has servers that are wrong now and then: the session that shows it
// is reduced as far as replays show it again, and says how many did.
func TestRandom(t *testing.T) {
	for _, c := range []struct {
		name     string
		command  string
		sessions int
		percent  int
		area     string
		wrong    func(next chat.Handler, s *chat.Session, r chat.Request) (chat.Result, bool)
	}{
		{"a wrong password will do", "auth", 30, 60, "AUTH", func(next chat.Handler, s *chat.Session, r chat.Request) (chat.Result, bool) {
			name, _, _ := strings.Cut(r.Rest, " ")
			if !s.State().HasUser(name) {
				return chat.Result{}, false
			}
			s.Open(name)
			return chat.Result{Status: chat.OK, Data: fmt.Sprint(rand.Uint64())}, true
		}},
		{"a message is lost", "send", 10, 40, "SEND", func(_ chat.Handler, s *chat.Session, r chat.Request) (chat.Result, bool) {
			to, _, _ := strings.Cut(r.Rest, "@")
			return chat.Result{Status: chat.OK, Data: "pesan sudah terkirim"}, s.User() != "" && s.State().HasUser(to)
		}},
		{"an unknown user is taken", "send", 300, 25, "SEND", func(_ chat.Handler, s *chat.Session, r chat.Request) (chat.Result, bool) {
			return chat.Result{Status: chat.OK, Data: "pesan sudah terkirim"}, s.User() != "" && strings.Contains(r.Rest, "hant")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.name == "a message is lost" {
				t.Skip("a lost message shows only when the wait for it is over, many times: without -short")
			}
			t.Parallel()
			tg := specTarget(serve(t, reference.Config{Wrap: sometimes(c.command, c.percent, c.wrong)}), "alpha")
			r, err := fuzz.Properties(t.Context(), tg, fuzz.Options{Sessions: c.sessions, Seed: 1, Jobs: 1, Findings: 2})
			require.NoError(t, err)
			rated := 0
			for _, f := range r.Findings {
				if f.Shown == 0 || f.Shown == f.Replays {
					continue
				}
				rated++
				require.GreaterOrEqual(t, f.Replays, 10)
				require.Contains(t, f.Failure.Hint.EN, fmt.Sprintf("%d of %d replays showed it", f.Shown, f.Replays))
				require.Contains(t, f.Failure.Hint.ID, fmt.Sprintf("%d dari %d pengulangan", f.Shown, f.Replays))
			}
			require.Positive(t, rated, "%s", explain(r))
			failed := map[string]bool{}
			for _, s := range r.Scenarios {
				area, _, _ := strings.Cut(s.Requirement, "-")
				failed[area] = failed[area] || s.Status == verdict.Fail
			}
			require.True(t, failed[c.area], "%s", explain(r))
			shortest := len(r.Findings[0].Script.Steps)
			for _, f := range r.Findings {
				shortest = min(shortest, len(f.Script.Steps))
			}
			require.LessOrEqual(t, shortest, 8, "%s", explain(r))
		})
	}
}
