package report

import (
	"strings"
	"unicode/utf8"
)

// Messages are written by chatspec, but they quote servers: no message is
// longer than this on a report for people.
const (
	proseColumns = 2000
	proseLines   = 40
)

// oneLine makes a message safe to print, on one line. No-break spaces become
// spaces: cmp.Diff sprinkles them at random.
func oneLine(s string) string {
	text, _ := excerpt([]byte(strings.ReplaceAll(s, "\u00a0", " ")), -1, proseColumns)
	return text
}

// joined is oneLine for a text that may have several lines: their ends become
// spaces.
func joined(s string) string { return oneLine(strings.Join(strings.Fields(s), " ")) }

// fold breaks a message into safe lines of at most width runes, at spaces where
// there are some. Lines that were laid out by hand, with an indentation or
// tabs, stay as they are.
func fold(s string, width int) []string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		if len(lines) >= proseLines {
			return append(lines, "…")
		}
		if strings.HasPrefix(line, " ") || strings.Contains(line, "\t") {
			lines = append(lines, oneLine(strings.ReplaceAll(line, "\t", "    ")))
			continue
		}
		lines = append(lines, wrap(oneLine(line), width)...)
	}
	return lines
}

func wrap(line string, width int) []string {
	lines, columns := []string{""}, 0
	for word := range strings.FieldsSeq(line) {
		n, last := utf8.RuneCountInString(word), len(lines)-1
		switch {
		case columns == 0:
			lines[last], columns = word, n
		case columns+1+n <= width:
			lines[last], columns = lines[last]+" "+word, columns+1+n
		default:
			lines, columns = append(lines, word), n
		}
	}
	return lines
}

// script makes a shell script safe to print, without changing one that holds
// what a keyboard types.
func script(s string) []string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, line := range lines {
		cells := strings.Split(line, "\t")
		for j, cell := range cells {
			cells[j], _, _ = forward([]byte(cell), len(s)*len(`\U00000000`))
		}
		lines[i] = strings.Join(cells, "\t")
	}
	return lines
}
