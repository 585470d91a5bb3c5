package variant_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/variant"
)

var wellFormed = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func registry(t *testing.T) *verdict.Registry {
	t.Helper()
	r, err := verdict.ParseRegistry(chatspec.Spec)
	require.NoError(t, err)
	return r
}

func TestNamesAndSentences(t *testing.T) {
	seen, said := map[string]bool{}, map[string]string{}
	check := func(name, en, id string) {
		require.Regexp(t, wellFormed, name)
		require.False(t, seen[name], "two are called %s", name)
		seen[name] = true
		for _, sentence := range []string{en, id} {
			require.NotEmpty(t, sentence, name)
			require.Equal(t, sentence, strings.TrimSpace(sentence), name)
			require.NotContains(t, sentence, "|", "%s: it would end a cell of a table", name)
			require.NotContains(t, "\n.", sentence[len(sentence)-1:], name)
			require.Empty(t, said[sentence], "%s says what another says", name)
			said[sentence] = name
		}
	}
	for _, f := range variant.Faults() {
		check(f.Name, f.EN, f.ID)
	}
	for _, r := range variant.Readings() {
		check(r.Name, r.EN, r.ID)
	}
	require.GreaterOrEqual(t, len(variant.Faults()), 180)
	require.GreaterOrEqual(t, len(variant.Readings()), 40)
}

func TestFaultsNameRequirements(t *testing.T) {
	known := registry(t)
	broken := map[string]bool{}
	for _, f := range variant.Faults() {
		require.NotEmpty(t, f.Breaks, f.Name)
		for _, id := range f.Breaks {
			q, ok := known.Lookup(id)
			require.True(t, ok, "%s breaks %s, which is no requirement", f.Name, id)
			require.Equal(t, q.ID, id)
			broken[id] = true
		}
		require.Equal(t, len(f.Breaks), len(slices.Compact(slices.Sorted(slices.Values(f.Breaks)))), "%s names a requirement twice", f.Name)
		for _, area := range f.Also {
			require.Contains(t, known.Areas(), area, f.Name)
		}
	}
	for _, q := range known.All() {
		require.True(t, broken[q.ID], "no fault breaks %s", q.ID)
	}
	require.True(t, slices.IsSortedFunc(variant.Faults(), func(a, b variant.Fault) int {
		return slices.Index(known.Areas(), a.Area()) - slices.Index(known.Areas(), b.Area())
	}), "faults stand in the order of their areas")
}

func TestReadingsNamePoints(t *testing.T) {
	_, table, found := strings.Cut(chatspec.Spec, "\n## Open points\n")
	require.True(t, found)
	var points []string
	for line := range strings.Lines(table) {
		cells := strings.Split(line, " | ")
		if point, row := strings.CutPrefix(cells[0], "| "); row && point != "point" && point != "---" {
			points = append(points, point)
		}
	}
	require.NotEmpty(t, points)
	settled := map[string]bool{}
	pace := 0
	for _, r := range variant.Readings() {
		if r.Point == "" {
			pace++
			continue
		}
		require.Contains(t, points, r.Point, r.Name)
		settled[r.Point] = true
	}
	require.Equal(t, 5, pace)
	for _, point := range points {
		if point != "the id of a group" { // it has one reading, which the reference has
			require.True(t, settled[point], "no reading settles %q", point)
		}
	}
}

func TestApply(t *testing.T) {
	cfg, err := variant.Apply(reference.Config{ID: "gamma"})
	require.NoError(t, err)
	require.Nil(t, cfg.Wrap, "nothing is applied")

	_, err = variant.Apply(reference.Config{}, "end-lf", "inbox-text", "late", "end-lf")
	require.NoError(t, err)

	_, err = variant.Apply(reference.Config{}, "inbox-txt")
	require.ErrorContains(t, err, `no fault or reading is called "inbox-txt"; is one of these meant: inbox-text, `)
	require.NotContains(t, err.Error(), "\n")
	_, err = variant.Apply(reference.Config{}, "zzz")
	require.EqualError(t, err, `no fault or reading is called "zzz"`)
	_, err = variant.Apply(reference.Config{}, "")
	require.Error(t, err)
	_, err = variant.Apply(reference.Config{}, "inbox-kept", "inbox-marked")
	require.EqualError(t, err, `the readings "inbox-kept" and "inbox-marked" exclude each other`)

	cfg, err = variant.Apply(reference.Config{ID: "gamma"}, "id-unusual")
	require.NoError(t, err)
	require.Equal(t, "Chat_gamma-9.example", cfg.ID)
}

func TestExcludesIsMutual(t *testing.T) {
	readings := variant.Readings()
	for _, a := range readings {
		for _, b := range readings {
			require.Equal(t, a.Excludes(b), b.Excludes(a), "%s, %s", a.Name, b.Name)
		}
	}
}
