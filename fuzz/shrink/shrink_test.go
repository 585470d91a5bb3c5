package shrink_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/fuzz/shrink"
)

// session is thirty steps, of which few matter.
func session(t *testing.T, insert map[int]string) *script.Script {
	var b strings.Builder
	b.WriteString("chatspec replay 1\n")
	for i := range 30 {
		line := fmt.Sprintf("%d: send {address %s} {word %d} apa saja", i%4+1, []string{"budi", "siti", "tono"}[i%3], i)
		if s, ok := insert[i]; ok {
			line = s
		}
		b.WriteString(line + "\n")
	}
	s, err := script.Parse(b.String())
	require.NoError(t, err)
	return s
}

// holds tells where the needles stand in the script, in this order.
func holds(s *script.Script, needles ...string) (step int, all bool) {
	at := 0
	for i := range s.Steps {
		if at < len(needles) && strings.Contains(s.Steps[i].Request(), needles[at]) {
			at++
			step = i
		}
	}
	return step, at == len(needles)
}

func TestReduce(t *testing.T) {
	s := session(t, map[int]string{3: "2 dribbled: register {user wati} {password wati}", 17: "3: auth {user wati} {password wati}", 22: "3 joined: inbox"})
	tries := 0
	r, err := shrink.Reduce(t.Context(), s, shrink.Budget{}, func(_ context.Context, s *script.Script) (int, bool, error) {
		tries++
		step, all := holds(s, "register", "auth", "inbox")
		return step, all, nil
	})
	require.NoError(t, err)
	require.Equal(t, "chatspec replay 1\n\n1: register {user wati} {password wati}\n1: auth {user wati} {password wati}\n2: inbox\n", r.Script.String())
	require.Equal(t, tries, r.Replays)
	require.LessOrEqual(t, tries, 100)
	require.False(t, r.Spent)
}

func TestPairsThatNeedEachOther(t *testing.T) {
	s := session(t, map[int]string{5: "1: logout", 6: "1: auth {user budi} {password budi}", 9: "1: inbox"})
	r, err := shrink.Reduce(t.Context(), s, shrink.Budget{}, func(_ context.Context, s *script.Script) (int, bool, error) {
		step, inbox := holds(s, "inbox")
		_, logout := holds(s, "logout")
		_, auth := holds(s, "auth")
		return step, inbox && logout == auth, nil
	})
	require.NoError(t, err)
	require.Len(t, r.Script.Steps, 1)
}

func TestBudget(t *testing.T) {
	s := session(t, nil)
	r, err := shrink.Reduce(t.Context(), s, shrink.Budget{Replays: 10}, func(context.Context, *script.Script) (int, bool, error) { return 29, true, nil })
	require.NoError(t, err)
	require.LessOrEqual(t, r.Replays, 10)
	never := errors.New("the target is gone")
	r, err = shrink.Reduce(t.Context(), s, shrink.Budget{Time: time.Hour}, func(context.Context, *script.Script) (int, bool, error) { return 0, false, never })
	require.ErrorIs(t, err, never)
	require.Equal(t, 1, r.Replays)
	require.Len(t, r.Script.Steps, 30)
	r, err = shrink.Reduce(t.Context(), s, shrink.Budget{}, func(context.Context, *script.Script) (int, bool, error) { return 0, false, nil })
	require.NoError(t, err)
	require.Len(t, r.Script.Steps, 30, "what does not show it is not reduced")
}
