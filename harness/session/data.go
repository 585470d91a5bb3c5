package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The shape of data is open: a list, an object keyed by sender or number, one
// long text, JSON within a text. So a message is found by its text alone,
// wherever it stands, and these functions say only what every shape shows.

// Empty tells whether data says nothing: null, blank text, an empty list or an
// empty object.
func Empty(data any) bool {
	switch v := data.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// Contains tells whether text stands anywhere in data.
func Contains(data any, text string) bool { return len(places(data, text)) > 0 }

// Mentions tells whether name stands anywhere in data, letter case aside.
func Mentions(data any, name string) bool {
	found := false
	name = strings.ToLower(name)
	walk(data, nil, func(_ []step, leaf string) {
		found = found || strings.Contains(strings.ToLower(leaf), name)
	})
	return found
}

// Copies counts how many times a message with this text stands in data. Several
// mentions within one element of a list are one message, and so are an element
// here and one in another list (say, all and unread).
func Copies(data any, text string) int {
	return copies(places(data, text))
}

// CopiesByLine is like Copies, but several mentions in one line of a text are
// one: for a file's name, which a message may repeat.
func CopiesByLine(data any, text string) int {
	var lines []place
	for _, p := range places(data, text) {
		p.times = 0
		for line := range strings.Lines(p.leaf) {
			if strings.Contains(line, text) {
				p.times++
			}
		}
		lines = append(lines, p)
	}
	return copies(lines)
}

// Occurrences tells how often data shows text, wherever: at least as often as
// there are messages with it.
func Occurrences(data any, text string) int {
	n := 0
	for _, p := range places(data, text) {
		n += p.times
	}
	return n
}

func copies(found []place) int {
	lists := map[string]map[string]int{}
	for _, p := range found {
		list, element := p.element()
		if lists[list] == nil {
			lists[list] = map[string]int{}
		}
		lists[list][element] = max(lists[list][element], p.times)
	}
	most := 0
	for _, elements := range lists {
		sum := 0
		for _, n := range elements {
			sum += n
		}
		most = max(most, sum)
	}
	return most
}

// Order gives the texts in the order in which data shows them. It is not known
// where one is missing, or where an object's keys alone tell them apart.
func Order(data any, texts []string) (order []int, known bool) {
	first := make([]place, len(texts))
	for i, text := range texts {
		all := places(data, text)
		if len(all) == 0 {
			return nil, false
		}
		first[i] = all[0]
		order = append(order, i)
	}
	known = true
	slices.SortStableFunc(order, func(i, j int) int {
		c, ok := first[i].compare(first[j])
		known = known && ok
		return c
	})
	return order, known
}

// Attributed gives those of names that data connects with the message of this
// text: the ones mentioned in the smallest part around it that mentions any.
func Attributed(data any, text string, names []string) []string {
	found := places(data, text)
	found = found[:min(len(found), maxAttributed)]
	depths := make([][]int, len(found)) // of the smallest part that holds the place and the name
	for i := range found {
		depths[i] = slices.Repeat([]int{-1}, len(names))
	}
	walk(data, nil, func(path []step, leaf string) {
		leaf = strings.ToLower(leaf)
		for n, name := range names {
			if !strings.Contains(leaf, strings.ToLower(name)) {
				continue
			}
			for i, p := range found {
				depths[i][n] = max(depths[i][n], shared(path, p.path))
			}
		}
	})
	var attributed []string
	for _, depth := range depths {
		for n, name := range names {
			if depth[n] >= 0 && depth[n] == slices.Max(depth) {
				attributed = append(attributed, name)
			}
		}
	}
	slices.Sort(attributed)
	return slices.Compact(attributed)
}

// shared counts the steps that two paths begin with.
func shared(a, b []step) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// No server that people use shows more than this; one that does costs no more
// time and memory than it sent.
const (
	maxDepth      = 100  // of parts within parts
	maxPlaces     = 1000 // of one text
	maxAttributed = 20   // places that are looked at for a name
)

// step leads from a value into one of its parts.
type step struct {
	key   string // of an object; or the index of a list
	index int    // of a list; -1 in an object
}

// place is where a text stands.
type place struct {
	path  []step
	leaf  string
	at    int // offset within the leaf
	times int // how often the leaf has it
}

// element names the list that holds the place and the element within it. The
// innermost list counts; without any, the leaf is the list.
func (p place) element() (list, element string) {
	last := -1
	for i, s := range p.path {
		if s.index >= 0 || isNumber(s.key) {
			last = i
		}
	}
	path := p.path
	if last >= 0 {
		// What stands below the element is its own business: a text may stand
		// in it twice.
		path = path[:last+1]
	}
	var l, e strings.Builder
	for _, s := range path {
		key := strconv.Quote(s.key) + "/"
		e.WriteString(key)
		if s.index >= 0 || isNumber(s.key) {
			key = "*/"
		}
		l.WriteString(key)
	}
	return l.String(), e.String()
}

func isNumber(key string) bool {
	_, err := strconv.ParseUint(key, 10, 64)
	return err == nil
}

// compare orders two places as a reader meets them; not ok where only the keys
// of an object part them.
func (p place) compare(q place) (int, bool) {
	for i := 0; i < len(p.path) && i < len(q.path); i++ {
		a, b := p.path[i], q.path[i]
		switch {
		case a.index >= 0 && b.index >= 0 && a.index != b.index:
			return a.index - b.index, true
		case a.key != b.key:
			return 0, false
		}
	}
	return p.at - q.at, true
}

func places(data any, text string) []place {
	var found []place
	plain := []string{text}
	var quoted []string // nil until asked for
	walk(data, nil, func(path []step, leaf string) {
		try := plain
		if isDump(leaf) {
			if quoted == nil {
				quoted = inDump(text)
			}
			try = quoted
		}
		for _, v := range try {
			if len(found) == maxPlaces {
				return
			}
			if i := strings.Index(leaf, v); i >= 0 {
				found = append(found, place{path: slices.Clone(path), leaf: leaf, at: i, times: strings.Count(leaf, v)})
				return
			}
		}
	})
	return found
}

var dumpEscapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`)

// inDump gives the forms that text may have in a list printed as text, which
// shows its strings quoted.
func inDump(text string) []string {
	forms := []string{text}
	escaped := dumpEscapes.Replace(text)
	for _, v := range []string{escaped, strings.ReplaceAll(escaped, `'`, `\'`), strings.ReplaceAll(escaped, `"`, `\"`)} {
		if !slices.Contains(forms, v) {
			forms = append(forms, v)
		}
	}
	return forms
}

func isDump(leaf string) bool {
	s := strings.TrimLeftFunc(leaf, unicode.IsSpace)
	return s != "" && strings.ContainsRune("[{(", rune(s[0]))
}

// walk visits every text of data: strings, numbers and the keys of objects. A
// string that is itself JSON is visited as what it encodes, several values in
// one string as a list.
func walk(data any, path []step, visit func(path []step, leaf string)) {
	if len(path) > maxDepth {
		return
	}
	switch v := data.(type) {
	case string:
		if inner, ok := encoded(v); ok {
			walk(inner, path, visit)
			return
		}
		visit(path, v)
	case json.Number:
		visit(path, v.String())
	case []any:
		for i, e := range v {
			walk(e, append(path, step{key: strconv.Itoa(i), index: i}), visit)
		}
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			below := append(path, step{key: k, index: -1})
			visit(below, k)
			walk(v[k], below, visit)
		}
	}
}

func encoded(s string) (any, bool) {
	var inner string
	if strings.HasPrefix(s, `"`) && json.Unmarshal([]byte(s), &inner) == nil && isDump(inner) {
		s = inner // encoded twice
	}
	if start := strings.TrimLeftFunc(s, unicode.IsSpace); start == "" || start[0] != '{' && start[0] != '[' {
		return nil, false
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(s)))
	dec.UseNumber()
	var values []any
	for {
		var v any
		switch err := dec.Decode(&v); {
		case err == nil:
			values = append(values, v)
		case !errors.Is(err, io.EOF):
			return nil, false
		case len(values) == 1:
			return values[0], true
		default:
			return values, true
		}
	}
}
