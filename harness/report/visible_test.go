package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGlyphs(t *testing.T) {
	for in, want := range map[string]string{
		"halo":           "halo",
		"\r\n\t\x00\x1b": "␍␊␉␀␛",
		"\x7f":           "␡",
		"\xff\xc3":       `\xff\xc3`,
		"\u0085\u009b":   `\u0085\u009b`,
		"\u202e\u2066":   `\u202e\u2066`,
		"\u200b\ufeff":   `\u200b\ufeff`,
		"␍":              `\u240d`, // or it would look like a byte 0x0d
		"\U000e0001":     `\U000e0001`,
		"日本 👍 é":         "日本 👍 é",
		"\ufffd":         "\ufffd",
	} {
		there, _, n := forward([]byte(in), 1000)
		assert.Equal(t, want, there)
		assert.Equal(t, len(in), n)
		back, _, n := backward([]byte(in), 1000)
		assert.Equal(t, want, back)
		assert.Equal(t, len(in), n)
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("a", 200) + "X" + strings.Repeat("b", 200)
	for _, c := range []struct {
		name          string
		in            string
		focus, budget int
		want          string
		column        int
	}{
		{"fits", "halo", 2, 10, "halo", 2},
		{"no focus", "halo", -1, 10, "halo", -1},
		{"behind the end", "halo", 4, 10, "halo", 4},
		{"far behind the end", "halo", 40, 10, "halo", 4},
		{"empty", "", 0, 10, "", 0},
		{"pictures are one wide", "\r\nX", 2, 10, "␍␊X", 2},
		{"wide runes are two", "日本X", 6, 10, "日本X", 4},
		{"combining marks are none", "e\u0301X", 3, 10, "e\u0301X", 1},
		{"escapes are as long as they look", "\xffX", 1, 10, `\xffX`, 4},
		{"inside a rune", "日本", 4, 10, "日本", 2},
		{"cut in the middle", "aaaaaaaaaabbbbbbbbbbcccccccccc", -1, 9, "aaaaaa…(21 byte)…ccc", -1},
		{"cut on both sides", long, 200, 12, "…aaaaaaaaXbb…(198 byte)", 9},
		{"cut on the right", long, 2, 12, "aaaaaaaaaaaa…(389 byte)", 2},
		{"cut on the left", long, 401, 12, "…bbbbbbbb", 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, column := excerpt([]byte(c.in), c.focus, c.budget)
			assert.Equal(t, c.want, text)
			assert.Equal(t, c.column, column)
		})
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add([]byte(hostile), 5, 40)
	f.Add([]byte("日本\xff"), 4, 3)
	f.Fuzz(func(t *testing.T, b []byte, focus, budget int) {
		budget = 10 + budget&0x7f
		text, column := excerpt(b, focus, budget)
		switch {
		case focus >= 0 && (column < 0 || column > budget+1):
			t.Errorf("the caret stands at %d of %d columns", column, budget)
		case len(text) > 16*budget+40:
			t.Errorf("%d bytes for %d columns", len(text), budget)
		case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || 0x7f <= r && r < 0xa0 }):
			t.Errorf("raw control characters in %q", text)
		}
	})
}

func TestFold(t *testing.T) {
	assert.Equal(t, []string{"satu dua", "tiga"}, fold("satu dua tiga", 9))
	assert.Equal(t, []string{"satu", "  dua   tiga"}, fold("satu\n  dua   tiga\n", 5), "what was laid out stays")
	assert.Equal(t, []string{"a b"}, fold("a\u00a0b", 9), "cmp.Diff sprinkles no-break spaces")
	assert.Equal(t, []string{""}, fold("", 9))
}
