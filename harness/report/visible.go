package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A glyph is what one rune, or one byte that is part of none, looks like in a
// line of text. Control characters become their pictures (␍ ␊ ␛ ␀), bytes that
// are not UTF-8 become \xNN, and whatever else a terminal would obey or hide
// becomes \uNNNN: C1 controls, bidirectional overrides, zero-width and private
// characters, and the pictures themselves, so that ␍ always means one byte.
type glyph struct {
	text  string
	size  int // bytes in the source
	width int // columns on a terminal
}

func firstGlyph(b []byte) glyph {
	r, size := utf8.DecodeRune(b)
	return newGlyph(b[0], r, size)
}

func lastGlyph(b []byte) glyph {
	r, size := utf8.DecodeLastRune(b)
	return newGlyph(b[len(b)-1], r, size)
}

func newGlyph(raw byte, r rune, size int) glyph {
	escaped := func(format string, v any) glyph {
		text := fmt.Sprintf(format, v)
		return glyph{text, size, len(text)}
	}
	switch {
	case r == utf8.RuneError && size == 1:
		return escaped(`\x%02x`, raw)
	case r < 0x20:
		return glyph{string(0x2400 + r), size, 1}
	case r == 0x7f:
		return glyph{"␡", size, 1}
	case 0x2400 <= r && r <= 0x243f || !unicode.IsPrint(r):
		if r > 0xffff {
			return escaped(`\U%08x`, r)
		}
		return escaped(`\u%04x`, r)
	}
	return glyph{string(r), size, columns(r)}
}

// columns approximates how many columns a terminal gives to a rune: none for
// combining marks, two for the blocks of East Asian text and emoji. Terminals
// differ in the rest; a caret that is one column off still points.
func columns(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r < 0x1100:
		return 1
	case r <= 0x115f, // Hangul
		0x2e80 <= r && r <= 0xa4cf && r != 0x303f,              // CJK, kana
		0xac00 <= r && r <= 0xd7a3,                             // Hangul
		0xf900 <= r && r <= 0xfaff,                             // CJK
		0xfe30 <= r && r <= 0xfe6f,                             // CJK punctuation
		0xff00 <= r && r <= 0xff60, 0xffe0 <= r && r <= 0xffe6, // full width
		0x1f300 <= r && r <= 0x1f64f, 0x1f680 <= r && r <= 0x1f6ff, // emoji
		0x1f900 <= r && r <= 0x1faff, // emoji
		0x20000 <= r && r <= 0x3fffd: // CJK
		return 2
	}
	return 1
}

// forward shows b from its beginning in at most budget columns. It says how
// many columns that took and how many bytes it shows. A rune costs a column at
// least, or a text of combining marks would have no end.
func forward(b []byte, budget int) (text string, width, n int) {
	var s strings.Builder
	for cost := 0; n < len(b); {
		g := firstGlyph(b[n:])
		if cost += max(g.width, 1); cost > budget {
			break
		}
		s.WriteString(g.text)
		width += g.width
		n += g.size
	}
	return s.String(), width, n
}

// backward is forward from the end of b.
func backward(b []byte, budget int) (text string, width, n int) {
	var parts []string
	for cost := 0; n < len(b); {
		g := lastGlyph(b[:len(b)-n])
		if cost += max(g.width, 1); cost > budget {
			break
		}
		parts = append(parts, g.text)
		width += g.width
		n += g.size
	}
	var s strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		s.WriteString(parts[i])
	}
	return s.String(), width, n
}

// excerpt shows b in about budget columns. What does not fit is left out: in
// the middle, or on both sides of focus, an offset in b, where it is not
// negative. column is where focus stands in text.
func excerpt(b []byte, focus, budget int) (text string, column int) {
	whole, _, n := forward(b, budget)
	if focus < 0 {
		if n == len(b) {
			return whole, -1
		}
		head, _, n := forward(b, budget*2/3)
		tail, _, m := backward(b[n:], budget/3)
		return fmt.Sprintf("%s…(%d byte)…%s", head, len(b)-n-m, tail), -1
	}
	focus = runeStart(b, min(focus, len(b)))
	if n == len(b) {
		_, column, _ = forward(b[:focus], budget)
		return whole, column
	}
	left, column, n := backward(b[:focus], budget*2/3)
	if n < focus {
		left, column = "…"+left, column+1
	}
	right, _, n := forward(b[focus:], budget-column)
	if n < len(b)-focus {
		right += fmt.Sprintf("…(%d byte)", len(b)-focus-n)
	}
	return left + right, column
}

// Visible makes what a program printed safe to show on a terminal: its lines,
// each of at most 200 columns, with control characters visible.
func Visible(s string) string { return strings.Join(fold(s, 200), "\n") }

// runeStart moves an offset inside a rune back to where the rune begins.
func runeStart(b []byte, at int) int {
	for back := 1; back < utf8.UTFMax && back <= at && at < len(b) && !utf8.RuneStart(b[at]); back++ {
		if _, size := utf8.DecodeRune(b[at-back:]); size > back {
			return at - back
		}
	}
	return at
}
