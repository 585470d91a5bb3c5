package history

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// limit is how long the check of 5,000 operations may take.
const limit = time.Second

// BenchmarkCheck checks 5,000 operations of 8 clients, half of all messages in
// one inbox. used/limit is the part of a second that one check takes.
func BenchmarkCheck(b *testing.B) {
	for _, keep := range []bool{false, true} {
		for _, broken := range []bool{false, true} {
			h := play(5000, 8, keep, broken)
			b.Run(fmt.Sprintf("keeps=%t/broken=%t", keep, broken), func(b *testing.B) {
				violations := 0
				for b.Loop() {
					violations = len(h.Check())
				}
				require.Equal(b, broken, violations > 0)
				b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(limit), "used/limit")
			})
		}
	}
}

// play makes a history of clients that work side by side on a server which is
// right, or loses and doubles a message now and then, and where a read in a
// hundred has no answer.
func play(operations, clients int, keep, broken bool) *History {
	rng := rand.New(rand.NewPCG(1, 2))
	h := &History{}
	inboxes := make([][]string, clients)
	owner := func(i int) string { return fmt.Sprint("u", i) }
	shown := func(i int) []Sighting {
		s := make([]Sighting, len(inboxes[i]))
		for rank, text := range inboxes[i] {
			s[rank] = Sighting{text, 1, rank}
		}
		if !keep {
			inboxes[i] = nil
		}
		return s
	}
	for n := range operations {
		client := n % clients
		op := Operation{Client: client, User: owner(client)}
		// Each takes effect at n, and overlaps those of the other clients.
		op.Call = time.Duration(2*n - rng.IntN(clients))
		op.Return = time.Duration(2*n + rng.IntN(clients))
		if rng.IntN(3) == 0 {
			op.Kind, op.Name = Inbox, op.User
			op.Shown = shown(client)
			if rng.IntN(100) == 0 {
				op.Outcome, op.Return, op.Shown = Unknown, Never, nil
			}
		} else {
			to := max(rng.IntN(2*clients)-clients, 0)
			op.Kind, op.Name, op.To, op.Text = Send, owner(to), []string{owner(to)}, fmt.Sprint("t", n)
			for range copies(rng, broken) {
				inboxes[to] = append(inboxes[to], op.Text)
			}
		}
		h.Operations = append(h.Operations, op)
	}
	for i := range clients {
		now := time.Duration(2*operations + 100*(i+1))
		h.Operations = append(h.Operations, Operation{Client: i, User: owner(i), Kind: Inbox, Name: owner(i), Call: now, Return: now + 1, Shown: shown(i), Settled: true})
	}
	return h
}

func copies(rng *rand.Rand, broken bool) int {
	switch chance := rng.IntN(200); {
	case broken && chance == 0:
		return 0
	case broken && chance == 1:
		return 2
	default:
		return 1
	}
}

// BenchmarkRun races on the reference: operations a second, drawing, sending
// and recording included.
func BenchmarkRun(b *testing.B) {
	t := serve(b, nil)
	operations := 0
	for b.Loop() {
		h, err := Run(b.Context(), t, Options{Operations: 2000})
		require.NoError(b, err)
		operations += len(h.Operations)
	}
	b.ReportMetric(float64(operations)/b.Elapsed().Seconds(), "operations/s")
}
