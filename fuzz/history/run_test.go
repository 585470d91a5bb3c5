package history

import (
	"bytes"
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

func TestUnable(t *testing.T) {
	nameless := serve(t, nil)
	nameless.Dialect = &dialect.Dialect{End: "\r\n"}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	refusing := func(command string) decorator {
		return on(command, func(chat.Handler, context.Context, *chat.Session, chat.Request) chat.Result {
			return chat.Fail("tidak")
		})
	}
	for _, c := range []struct {
		name        string
		target      *target.Target
		requirement string
	}{
		{"nobody can be addressed", nameless, ""},
		{"nobody listens", target.New(closed.Addr().String(), time.Second), ""},
		{"nobody can register", serve(t, refusing("register")), "REGISTER-1"},
		{"nobody can log in", serve(t, refusing("auth")), "AUTH-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := Run(t.Context(), c.target, Options{})
			require.Nil(t, h)
			var unable *Unable
			require.ErrorAs(t, err, &unable)
			require.Equal(t, c.requirement, unable.Requirement)
			require.NotEmpty(t, unable.Reason.In(verdict.Indonesian))
			require.NotEmpty(t, unable.Error())
		})
	}
}

func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Run(ctx, serve(t, nil), Options{})
	require.ErrorIs(t, err, context.Canceled)
}

// What goes wrong on the way ends the race, and accuses nobody.
func TestEndsEarly(t *testing.T) {
	after := func(requests int64, f func()) decorator {
		var n atomic.Int64
		return on("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			if n.Add(1) == requests {
				f()
			}
			return next.Handle(ctx, s, r)
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		h, err := Run(ctx, serve(t, after(30, cancel)), Options{Operations: 1 << 30})
		require.NoError(t, err)
		none(t, h.Check())
	})
	t.Run("the server dies", func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		s, err := reference.New(reference.Config{HashIterations: 1, Wrap: after(30, stop)})
		require.NoError(t, err)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		served := make(chan error, 1)
		go func() { served <- s.Serve(ctx, l) }()
		target := target.New(l.Addr().String(), time.Second)
		h, err := Run(t.Context(), target, Options{Operations: 1 << 30})
		require.NoError(t, err)
		require.False(t, target.Lost().IsZero())
		none(t, h.Check())
		require.NoError(t, <-served)
	})
	t.Run("the server is silent", func(t *testing.T) {
		var n atomic.Int64
		target := serve(t, on("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			if n.Add(1) > 30 {
				<-ctx.Done()
			}
			return next.Handle(ctx, s, r)
		}))
		target.Pace = wire.NewPace(100 * time.Millisecond)
		h, err := Run(t.Context(), target, Options{Operations: 1 << 30})
		require.NoError(t, err)
		none(t, h.Check())
	})
	t.Run("answers that say nothing", func(t *testing.T) {
		target := serve(t, on("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			result := next.Handle(ctx, s, r)
			result.Status = "BAIK"
			return result
		}))
		h, err := Run(t.Context(), target, Options{})
		require.NoError(t, err)
		none(t, h.Check())
	})
}

// A seed draws the same sends for every client.
func TestSeed(t *testing.T) {
	count := func(seed uint64) map[int]int {
		h, err := Run(t.Context(), serve(t, nil), Options{Seed: seed, Operations: 1})
		require.NoError(t, err)
		require.Equal(t, seed, h.Seed)
		n := map[int]int{}
		for _, op := range h.Operations {
			if op.Kind == Send || op.Kind == SendGroup {
				n[op.Client]++
			}
		}
		return n
	}
	require.Equal(t, count(7), count(7))
	require.NotEqual(t, count(7), count(8))
}

func TestFewAndManyClients(t *testing.T) {
	for _, clients := range []int{1, 2, 3, 16} {
		h, err := Run(t.Context(), serve(t, nil), Options{Clients: clients})
		require.NoError(t, err)
		none(t, h.Check())
	}
}

// However an inbox shows its messages, they are found, counted and ranked.
func TestSight(t *testing.T) {
	n := newNames(dialect.Spec("x"))
	n.mark = "qqqqqq"
	a1, a2, b1 := n.text(0, 1), n.text(0, 2), n.text(1, 1)
	ours := func(text string) bool { return text == a1 || text == a2 || text == b1 }
	one := func(text string, rank int) Sighting { return Sighting{text, 1, rank} }
	for _, c := range []struct {
		name string
		data any
		want []Sighting
	}{
		{"nothing", "kosong", nil},
		{"a list of texts", []any{a1, b1, a2}, []Sighting{one(a1, 0), one(b1, 0), one(a2, 1)}},
		{"a list of objects, the newest first", []any{map[string]any{"dari": "x", "pesan": a2}, map[string]any{"pesan": a1, "ulang": a1}}, []Sighting{one(a2, 0), one(a1, 1)}},
		{"keyed by sender", map[string]any{"x": []any{a1, a2}, "y": []any{b1}}, []Sighting{one(a1, 0), one(a2, 1), one(b1, 0)}},
		{"keyed by number", map[string]any{"1": a1, "2": a2}, []Sighting{one(a1, -1), one(a2, -1)}},
		{"one text", "1. x: " + a1 + "\n2. y: " + b1 + "\n3. x: " + a2, []Sighting{one(a1, 0), one(b1, 0), one(a2, 1)}},
		{"encoded again", `[{"pesan": "` + a1 + `"}, {"pesan": "` + a2 + `"}]`, []Sighting{one(a1, 0), one(a2, 1)}},
		{"all, and unread", map[string]any{"semua": []any{a1, a2}, "baru": []any{a2}}, []Sighting{one(a2, -1), one(a1, -1)}},
		{"twice", []any{a1, a2, a1}, []Sighting{{a1, 2, 0}, one(a2, 1)}},
		{"not ours", []any{"qqqqqqzzzzzz", "qqqqqq", a1}, []Sighting{one(a1, 0)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := known{}
			require.Equal(t, c.want, k.sight(c.data, n.mark, ours))
			for _, s := range k.sight(c.data, n.mark, ours) {
				require.Equal(t, -1, s.Rank)
			}
		})
	}
}

// A page holds what users are called without taking it for HTML.
func TestPageEscapes(t *testing.T) {
	evil := "<script>alert(1)</script>"
	h := &History{Operations: []Operation{
		send(1, 0, 1, evil, evil), last(2, 2, 3, evil, ""), register(1, 0, 5, evil, evil), register(2, 0, 5, evil, evil)}}
	violations := h.Check()
	require.Len(t, violations, 2)
	for _, v := range violations {
		page := &bytes.Buffer{}
		require.NoError(t, h.WritePage(page, v))
		require.NotContains(t, page.String(), evil)
		require.True(t, strings.Contains(page.String(), "&lt;script") || strings.Contains(page.String(), `\u0026lt;script`))
	}
}
