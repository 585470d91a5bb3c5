package draw_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz/draw"
	"github.com/protokol-chat/chatspec/fuzz/script"
)

var menu = draw.Menu{Pipes: true, Addresses: true, Own: true, File: true, Peer: true, Servers: true, Rough: true, Shortest: 12, Longest: 32}

func TestSameSeedSameSession(t *testing.T) {
	g, other := draw.Sessions(menu), draw.Sessions(menu)
	for seed := range uint64(200) {
		s := draw.Session(g, seed)
		require.Equal(t, s.String(), draw.Session(other, seed).String())
		require.GreaterOrEqual(t, len(s.Steps), 12)
		again, err := script.Parse(s.String())
		require.NoError(t, err, "%s", s)
		require.Equal(t, s.String(), again.String())
	}
}

// TestAll finds every way of sending and every kind of reference among
// sessions, and none that the menu leaves out.
func TestAll(t *testing.T) {
	g := draw.Sessions(menu)
	hows, kinds := map[script.How]bool{}, map[script.Kind]bool{}
	for seed := range uint64(3000) {
		for _, st := range draw.Session(g, seed).Steps {
			hows[st.How] = true
			for _, p := range st.Parts {
				kinds[p.Kind] = true
			}
		}
	}
	for h := script.Whole; h <= script.Left; h++ {
		require.True(t, hows[h], h.String())
	}
	for k := script.Literal; k <= script.File; k++ {
		require.True(t, kinds[k], "kind %d", k)
	}
	g = draw.Sessions(draw.Menu{Addresses: true, Shortest: 12, Longest: 20})
	for seed := range uint64(1000) {
		s := draw.Session(g, seed)
		require.False(t, s.NeedsPeer())
		require.False(t, s.Uses(script.File))
		require.False(t, s.Uses(script.Self))
		for _, st := range s.Steps {
			require.Contains(t, []script.How{script.Whole, script.Left}, st.How)
		}
	}
}

func BenchmarkSession(b *testing.B) {
	g := draw.Sessions(menu)
	steps := 0
	for i := range b.N {
		steps += len(draw.Session(g, uint64(i)).Steps)
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "requests/s")
}
