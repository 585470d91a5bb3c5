// Package verdict turns what scenarios observed into judgements on numbered
// requirements: the registry of requirements, selections, statuses, baselines,
// gates and exit codes. It is pure: no input or output, no clock.
package verdict

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Level says how much a requirement weighs. Levels are ordered: a run "up to
// Should" holds Must and Should.
type Level int

// The levels of requirements, see SPEC.md.
const (
	Must   Level = iota // the specification says it
	Should              // any server that people use would do it
	Robust              // nothing in the specification, but a server without it falls over in use
)

// Levels lists all levels, the weightiest first.
var Levels = []Level{Must, Should, Robust}

// ParseLevel reads "must", "should" or "robust".
func ParseLevel(s string) (Level, error) {
	for _, l := range Levels {
		if s == l.String() {
			return l, nil
		}
	}
	return 0, fmt.Errorf("unknown level %q: use must, should or robust", s)
}

func (l Level) String() string { return [...]string{"must", "should", "robust"}[l] }

// MarshalText writes the level as its name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Requirement is one numbered thing that a server must show.
type Requirement struct {
	ID     string // AREA-N, stable for ever
	Area   string
	Number int
	Level  Level
	Title  Text   // one sentence
	Source string // the line of the specification it rests on; "—" for none
}

// Registry holds all requirements in the order of SPEC.md. It is immutable.
type Registry struct {
	all  []Requirement
	byID map[string]int
}

var (
	requirementRow = regexp.MustCompile(`^\| ([A-Z]+)-([1-9][0-9]*) \| (\w+) \| (.+?) \| (.+?) \| (.+?) \|$`)
	looksLikeRow   = regexp.MustCompile(`^\| *[A-Z]+-[0-9]`)
)

// ParseRegistry reads the requirement tables of SPEC.md. A row that looks like
// a requirement but cannot be read, an id that stands twice and a registry
// without any requirement are errors that name the line.
func ParseRegistry(spec string) (*Registry, error) {
	r := &Registry{byID: map[string]int{}}
	for i, line := range strings.Split(spec, "\n") {
		if !looksLikeRow.MatchString(line) {
			continue
		}
		m := requirementRow.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("SPEC.md:%d: not a row of id, level, English, Indonesia, specification", i+1)
		}
		level, err := ParseLevel(m[3])
		if err != nil {
			return nil, fmt.Errorf("SPEC.md:%d: %w", i+1, err)
		}
		number, err := strconv.Atoi(m[2])
		if err != nil {
			return nil, fmt.Errorf("SPEC.md:%d: %w", i+1, err)
		}
		id := m[1] + "-" + m[2]
		if _, twice := r.byID[id]; twice {
			return nil, fmt.Errorf("SPEC.md:%d: %s stands twice", i+1, id)
		}
		r.byID[id] = len(r.all)
		r.all = append(r.all, Requirement{
			ID: id, Area: m[1], Number: number, Level: level,
			Title: Text{EN: m[4], ID: m[5]}, Source: m[6],
		})
	}
	if len(r.all) == 0 {
		return nil, fmt.Errorf("SPEC.md holds no requirement")
	}
	return r, nil
}

// All gives every requirement in the order of SPEC.md.
func (r *Registry) All() []Requirement { return slices.Clone(r.all) }

// Lookup finds a requirement by its id, in any letter case.
func (r *Registry) Lookup(id string) (Requirement, bool) {
	i, ok := r.byID[strings.ToUpper(id)]
	if !ok {
		return Requirement{}, false
	}
	return r.all[i], true
}

// Areas lists the areas in the order of SPEC.md.
func (r *Registry) Areas() []string {
	var areas []string
	for _, q := range r.all {
		if !slices.Contains(areas, q.Area) {
			areas = append(areas, q.Area)
		}
	}
	return areas
}
