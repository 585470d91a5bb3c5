package verdict

import (
	"fmt"
	"slices"
	"strings"

	tagexpressions "github.com/cucumber/tag-expressions/go/v6"
)

// Select gives the requirements up to level that only names: ids and areas
// separated by commas ("SEND,AUTH-2"), or a tag expression over @AREA-N, @AREA
// and @level ("@SEND and not @robust"). An empty only selects all. A name that
// is no id, area or level, and a selection of nothing, are errors that say what
// to write instead.
func (r *Registry) Select(level Level, only string) ([]Requirement, error) {
	matches, err := r.matcher(only)
	if err != nil {
		return nil, err
	}
	var selected []Requirement
	lowest := Level(-1)
	for _, q := range r.all {
		switch {
		case !matches(q):
		case q.Level <= level:
			selected = append(selected, q)
		case lowest < 0 || q.Level < lowest:
			lowest = q.Level
		}
	}
	switch {
	case len(selected) > 0:
		return selected, nil
	case lowest >= 0:
		return nil, fmt.Errorf("nothing selected: what %q names is of level %s; add --level %s", only, lowest, lowest)
	default:
		return nil, fmt.Errorf("nothing selected: no requirement matches %q; see chatspec list", only)
	}
}

func (r *Registry) matcher(only string) (func(Requirement) bool, error) {
	only = strings.TrimSpace(only)
	if only == "" {
		return func(Requirement) bool { return true }, nil
	}
	if !strings.Contains(only, "@") {
		var names []string
		for name := range strings.SplitSeq(only, ",") {
			name = strings.ToUpper(strings.TrimSpace(name))
			if err := r.known(name); err != nil {
				return nil, err
			}
			names = append(names, name)
		}
		return func(q Requirement) bool {
			return slices.Contains(names, q.ID) || slices.Contains(names, q.Area)
		}, nil
	}
	for _, word := range strings.FieldsFunc(only, func(c rune) bool { return strings.ContainsRune(" ()", c) }) {
		if name, isTag := strings.CutPrefix(word, "@"); isTag {
			if err := r.known(name); err != nil {
				return nil, err
			}
		}
	}
	expr, err := parseTags(only)
	if err != nil {
		return nil, fmt.Errorf("cannot read the tag expression %q: %s", only, strings.Join(strings.Fields(err.Error()), " "))
	}
	return func(q Requirement) bool {
		return expr.Evaluate([]string{"@" + q.ID, "@" + q.Area, "@" + q.Level.String()})
	}, nil
}

// parseTags reads a tag expression. The library panics at some that have no end.
func parseTags(only string) (expr tagexpressions.Evaluatable, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("it is not whole (%v)", fault)
		}
	}()
	return tagexpressions.Parse(only)
}

func (r *Registry) known(name string) error {
	if _, ok := r.byID[name]; ok || slices.Contains(r.Areas(), name) {
		return nil
	}
	if _, err := ParseLevel(name); err == nil {
		return nil
	}
	return fmt.Errorf("no requirement or area is called %q; the areas are %s, see chatspec list", name, strings.Join(r.Areas(), ", "))
}
