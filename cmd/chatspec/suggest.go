package main

import (
	"slices"
	"strings"
)

// meant phrases suggestions: `, did you mean "run"?`, or nothing.
func meant(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return ": did you mean " + names[0] + "?"
	}
	last := len(names) - 1
	return ": did you mean " + strings.Join(names[:last], ", ") + " or " + names[last] + "?"
}

// nearest gives the candidates, three at most, that a typist may have meant by
// word: those fewest keystrokes away, and no more than a third of the word.
func nearest(word string, candidates []string) []string {
	type near struct {
		name  string
		steps int
	}
	word = strings.ToLower(word)
	var found []near
	for _, c := range candidates {
		if steps := distance(word, strings.ToLower(c)); steps <= max(len(word)/3, 1) {
			found = append(found, near{c, steps})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return a.steps - b.steps })
	var names []string
	for _, n := range found {
		if n.steps == found[0].steps && len(names) < 3 {
			names = append(names, n.name)
		}
	}
	return names
}

// distance is how many letters are to be put in, taken out or exchanged to make
// b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			step := diagonal
			if a[i] != b[j] {
				step++
			}
			diagonal = row[j+1]
			row[j+1] = min(step, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
