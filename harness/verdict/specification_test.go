package verdict_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

func TestQuote(t *testing.T) {
	r, err := verdict.ParseRegistry(chatspec.Spec)
	require.NoError(t, err)
	for _, q := range r.All() {
		marked := 0
		for _, s := range verdict.Quote(chatspec.Spec, q) {
			if s.Mark >= 0 {
				assert.Contains(t, s.Lines[s.Mark], q.Source, q.ID)
				marked++
			}
		}
		if q.Source != "—" {
			assert.NotZero(t, marked, "%s rests on a line that the specification does not hold: %s", q.ID, q.Source)
		}
	}

	first := func(id string) (headings []string) {
		q, ok := r.Lookup(id)
		require.True(t, ok, id)
		for _, s := range verdict.Quote(chatspec.Spec, q) {
			headings = append(headings, s.Lines[0])
		}
		return headings
	}
	assert.Equal(t, []string{"## 4. send"}, first("SEND-5"))
	assert.Equal(t, []string{"## ATURAN PROTOKOL:", "## 4. send"}, first("SEND-2"))
	assert.Equal(t, []string{"## REQUEST YANG DILAYANI:"}, first("WIRE-6"))
	assert.Equal(t, []string{"## 10. connect"}, first("CONNECT-7"), "of a command, though it rests on nothing")
	assert.Empty(t, first("ROBUST-1"))
}

func TestOpenPoints(t *testing.T) {
	r, err := verdict.ParseRegistry(chatspec.Spec)
	require.NoError(t, err)
	_, table, _ := strings.Cut(chatspec.Spec, "## Open points")
	table = "\n## Open points" + table

	touched := map[string]bool{}
	for _, area := range r.Areas() {
		points := verdict.OpenPoints(chatspec.Spec, area)
		assert.NotEmpty(t, points, area)
		for _, p := range points {
			assert.NotEmpty(t, p.Readings.EN, p.Point.EN)
			assert.NotEmpty(t, p.Readings.ID, p.Point.EN)
			touched[p.Point.EN] = true
		}
	}
	for line := range strings.SplitSeq(table, "\n") {
		if cells := strings.Split(line, " | "); strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| point") && !strings.HasPrefix(line, "| ---") {
			point := strings.TrimPrefix(cells[0], "| ")
			assert.True(t, touched[point], "no area is touched by %q", point)
		}
	}
}
