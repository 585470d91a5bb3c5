package verdict

import (
	"regexp"
	"strings"
)

// Section is a part of the specification, as SPEC.md quotes it.
type Section struct {
	Lines []string // its heading first
	Mark  int      // index in Lines of the line that a requirement rests on; -1 where it is not here
}

// Quote gives what the specification says of a requirement: the section with
// the line that it rests on, if it rests on one, and the section of its
// command, if it is of one. Where these are one, so is the result.
func Quote(spec string, q Requirement) []Section {
	sections := quoted(spec)
	own, rests := -1, -1
	for i, s := range sections {
		if isCommand(s.Lines[0], q.Area) {
			own = i
		}
		if s.mark(q.Source); s.Mark >= 0 && (rests < 0 || i == own) {
			rests = i
		}
		sections[i] = s
	}
	var out []Section
	for _, i := range []int{rests, own} {
		if i >= 0 && (len(out) == 0 || i != rests) {
			out = append(out, sections[i])
		}
	}
	return out
}

// quoted cuts the quotation into its sections of the second level.
func quoted(spec string) []Section {
	const fence = "````"
	_, text, _ := strings.Cut(spec, "\n"+fence+"markdown\n")
	text, _, _ = strings.Cut(text, "\n"+fence)
	var sections []Section
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "## ") || sections == nil {
			sections = append(sections, Section{Mark: -1})
		}
		s := &sections[len(sections)-1]
		s.Lines = append(s.Lines, strings.TrimRight(line, " "))
	}
	for i, s := range sections {
		for len(s.Lines) > 1 && s.Lines[len(s.Lines)-1] == "" {
			s.Lines = s.Lines[:len(s.Lines)-1]
		}
		sections[i] = s
	}
	return sections
}

var commandHeading = regexp.MustCompile(`^## [0-9]+\. ([a-z]+)$`)

func isCommand(heading, area string) bool {
	m := commandHeading.FindStringSubmatch(heading)
	return m != nil && strings.EqualFold(m[1], area)
}

func (s *Section) mark(source string) {
	for i, line := range s.Lines {
		if s.Mark < 0 && strings.HasPrefix(strings.TrimLeft(line, " -*"), source) {
			s.Mark = i
		}
	}
}

// OpenPoint is something that the specification leaves open.
type OpenPoint struct {
	Point    Text
	Readings Text // that all pass
}

// OpenPoints gives the points of SPEC.md that touch an area.
func OpenPoints(spec, area string) []OpenPoint {
	var points []OpenPoint
	for _, p := range openPoints(spec) {
		for _, word := range touching[area] {
			if strings.Contains(p.Point.EN, word) {
				points = append(points, p)
				break
			}
		}
	}
	return points
}

func openPoints(spec string) []OpenPoint {
	_, text, _ := strings.Cut(spec, "\n## Open points\n")
	var points []OpenPoint
	for line := range strings.SplitSeq(text, "\n") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if !strings.HasPrefix(line, "| ") || len(cells) != 4 || cells[0] == "point" || strings.HasPrefix(cells[0], "---") {
			continue
		}
		points = append(points, OpenPoint{Point: Text{EN: cells[0], ID: cells[2]}, Readings: Text{EN: cells[1], ID: cells[3]}})
	}
	return points
}

// touching names, for each area, words of the points that touch it. A test
// holds it against SPEC.md, both ways.
var touching = map[string][]string{
	"WIRE":          {"request", "line", "parameter", "checked first", "letter case", "further commands", "keys of a result", "shape of `data`"},
	"AUTH":          {"token", "session", "registering", "names and passwords"},
	"LOGOUT":        {"logout", "a session when"},
	"REGISTER":      {"registering", "names and passwords", "server holds"},
	"SEND":          {"names itself", "without `@`", "address or a list", "longest message", "message shows", "inbox", "server holds"},
	"SENDGROUP":     {"group", "is listed", "longest message", "message shows", "inbox"},
	"SENDFILE":      {"names itself", "without `@`", "file", "inbox"},
	"INBOX":         {"inbox", "message shows"},
	"CREATEGROUP":   {"group", "address or a list", "members", "is listed", "server holds"},
	"ADDSERVER":     {"servers", "same id", "host name"},
	"CONNECT":       {"connect", "a link", "servers", "same id"},
	"SENDFILEGROUP": {"group", "is listed", "file", "inbox"},
	"FEDERATION":    {"names itself", "connect", "a link", "servers", "same id", "message shows"},
	"ROBUST":        {"how a request ends", "line"},
}
