// Package variant makes the reference server wrong, or right in another way.
//
// A Fault breaks requirements of SPEC.md, a Reading settles one of its open
// points and breaks nothing. Both are decorators around the reference server:
// around its state machine, the mail, files and links that the machine asks
// for, and the bytes on the connections of its clients. The reference itself
// knows nothing of them.
//
//	cfg, err := variant.Apply(reference.Config{}, "send-twice", "inbox-text")
//	server, err := reference.New(cfg)
//
// What a fault does is thought up from how servers of this protocol go wrong,
// not from the checks of the harness.
package variant

import (
	"fmt"
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/reference"
)

// A Fault is one way to get the protocol wrong.
type Fault struct {
	Name string // words of small letters, joined by '-'; unique among faults and readings
	EN   string // one sentence: what the server does
	ID   string // the same in Indonesian

	// Breaks holds the requirements that the fault breaks as SPEC.md has them,
	// the one that it is about first.
	Breaks []string

	// Also holds the areas whose requirements cannot be seen to hold because
	// of it, although it does not break them: a server whose results nobody
	// can read shows nothing.
	Also []string

	effect effect
}

// Area is the area of the requirement that the fault is about.
func (f Fault) Area() string {
	area, _, _ := strings.Cut(f.Breaks[0], "-")
	return area
}

// A Reading is one way to settle what the specification leaves open. A server
// may be read in many ways at once, as far as they do not exclude each other.
type Reading struct {
	Name  string // like Fault.Name
	EN    string // one sentence: what the server does
	ID    string // the same in Indonesian
	Point string // the open point of SPEC.md, as its table names it

	// slots are what the reading settles; two that settle the same exclude
	// each other.
	slots  string
	effect effect
}

// Excludes reports whether no server can be read in both ways.
func (r Reading) Excludes(other Reading) bool {
	for slot := range strings.FieldsSeq(r.slots) {
		if slices.Contains(strings.Fields(other.slots), slot) {
			return true
		}
	}
	return false
}

// Faults lists all faults, in the order of the areas in SPEC.md.
func Faults() []Fault {
	all := slices.Concat(
		wireFaults, authFaults, logoutFaults, registerFaults, sendFaults, sendGroupFaults, sendFileFaults, inboxFaults,
		createGroupFaults, addServerFaults, connectFaults, sendFileGroupFaults, federationFaults, robustFaults,
		combinedFaults, combinedGroupFaults, // of all areas
	)
	var areas []string
	for _, f := range all {
		if !slices.Contains(areas, f.Area()) {
			areas = append(areas, f.Area())
		}
	}
	slices.SortStableFunc(all, func(a, b Fault) int { return slices.Index(areas, a.Area()) - slices.Index(areas, b.Area()) })
	return all
}

// Readings lists all readings, in the order of the open points in SPEC.md,
// those of the pace last.
func Readings() []Reading {
	return slices.Concat(requestReadings, sessionReadings, resultReadings, addressReadings, inboxReadings, groupReadings, serverReadings, paceReadings)
}

// Apply returns cfg for a server with the faults and readings of these names,
// in any order and number; what cfg wraps already stays innermost, but cfg must
// not come from Apply: give all names at once. The result is for one server
// after another, not for two that serve at once: call Apply
// again for the second. ID, MaxLine and other fields of the result may differ
// from those of cfg where a name asks for it. The error
// is one line: a name that is unknown, with those that may have been meant, or
// two readings that exclude each other.
func Apply(cfg reference.Config, names ...string) (reference.Config, error) {
	faults, readings := Faults(), Readings()
	for _, name := range names {
		if !slices.ContainsFunc(faults, func(f Fault) bool { return f.Name == name }) &&
			!slices.ContainsFunc(readings, func(r Reading) bool { return r.Name == name }) {
			return cfg, unknown(name, faults, readings)
		}
	}
	faults = slices.DeleteFunc(faults, func(f Fault) bool { return !slices.Contains(names, f.Name) })
	readings = slices.DeleteFunc(readings, func(r Reading) bool { return !slices.Contains(names, r.Name) })
	for i, r := range readings {
		for _, other := range readings[:i] {
			if r.Excludes(other) {
				return cfg, fmt.Errorf("the readings %q and %q exclude each other", other.Name, r.Name)
			}
		}
	}
	if len(names) == 0 {
		return cfg, nil
	}
	build := func(cfg *reference.Config) *server {
		s := &server{config: cfg}
		for _, f := range faults {
			f.effect(s)
		}
		for _, r := range readings {
			r.effect(s)
		}
		return s
	}
	build(&cfg) // for what it changes in the configuration
	changed := cfg
	install(&cfg, func() *server { scratch := changed; return build(&scratch) })
	return cfg, nil
}

// unknown is the error for a name that is neither a fault nor a reading.
func unknown(name string, faults []Fault, readings []Reading) error {
	var known []string
	for _, f := range faults {
		known = append(known, f.Name)
	}
	for _, r := range readings {
		known = append(known, r.Name)
	}
	near := nearest(name, known)
	if len(near) == 0 {
		return fmt.Errorf("no fault or reading is called %q", name)
	}
	return fmt.Errorf("no fault or reading is called %q; is one of these meant: %s?", name, strings.Join(near, ", "))
}

// nearest gives up to three names that share the most with word: pairs of
// letters, but no fewer than half of those of the shorter one.
func nearest(word string, names []string) []string {
	pairs := func(s string) (p []string) {
		for i := 0; i+2 <= len(s); i++ {
			p = append(p, s[i:i+2])
		}
		return p
	}
	typed := pairs(strings.ToLower(word))
	shared := func(name string) (n int) {
		for _, p := range pairs(name) {
			if slices.Contains(typed, p) {
				n++
			}
		}
		return 100 * n / max(len(typed), len(name)-1, 1)
	}
	near := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return shared(name) < 50 })
	slices.SortStableFunc(near, func(a, b string) int { return shared(b) - shared(a) })
	return near[:min(len(near), 3)]
}
