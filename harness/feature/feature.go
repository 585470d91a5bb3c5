// Package feature reads the features as people wrote them: which scenarios show
// which requirement, and where they stand.
package feature

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v42"
	messages "github.com/cucumber/messages/go/v34"
)

// Language is the language of the keywords.
const Language = "id"

// Feature is one .feature file.
type Feature struct {
	URI         string // its path in the file system, "features/send.feature"
	Name        string
	Description string // the specification's own words, dedented
	Rules       []Rule
}

// Rule is an `Aturan`: one requirement and the scenarios that show it.
type Rule struct {
	Requirement string // the id that the rule is tagged with
	Name        string
	Line        int
	Scenarios   []Scenario
}

// Scenario is a `Skenario` or a `Garis-Besar Skenario`.
type Scenario struct {
	Name string
	Line int    // of its keyword
	Text string // as it was written, dedented, examples included
}

// Load reads all .feature files of fsys, in any folder of it, sorted by their
// paths. A file that is no Gherkin, a scenario outside a rule and a rule that is
// not tagged with one requirement are errors that name file and line.
func Load(fsys fs.FS) ([]Feature, error) {
	var features []Feature
	err := fs.WalkDir(fsys, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".feature") {
			return err
		}
		text, err := fs.ReadFile(fsys, path)
		if err != nil {
			return err
		}
		f, err := parse(path, text)
		if err != nil {
			return err
		}
		features = append(features, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(features) == 0 {
		return nil, errors.New("no .feature file found")
	}
	return features, nil
}

func parse(uri string, text []byte) (Feature, error) {
	doc, err := gherkin.ParseGherkinDocumentForLanguage(bytes.NewReader(text), Language, new(messages.Incrementing).NewId)
	if err != nil {
		return Feature{}, fmt.Errorf("%s: %s", uri, strings.Join(strings.Fields(err.Error()), " "))
	}
	if doc.Feature == nil {
		return Feature{}, fmt.Errorf("%s: holds no feature", uri)
	}
	source := source(strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"))
	f := Feature{URI: uri, Name: doc.Feature.Name, Description: dedent(strings.Split(doc.Feature.Description, "\n"))}
	for i, child := range doc.Feature.Children {
		switch {
		case child.Scenario != nil:
			return Feature{}, fmt.Errorf("%s:%d: a scenario outside an Aturan shows no requirement", uri, child.Scenario.Location.Line)
		case child.Rule == nil:
			continue
		}
		id, err := requirement(child.Rule.Tags)
		if err != nil {
			return Feature{}, fmt.Errorf("%s:%d: %w", uri, child.Rule.Location.Line, err)
		}
		end := len(source)
		if i+1 < len(doc.Feature.Children) {
			end = firstLine(doc.Feature.Children[i+1].Rule) - 1
		}
		f.Rules = append(f.Rules, Rule{
			Requirement: id, Name: child.Rule.Name, Line: int(child.Rule.Location.Line),
			Scenarios: source.scenarios(child.Rule, end),
		})
	}
	return f, nil
}

var isID = regexp.MustCompile(`^@([A-Z]+-[1-9][0-9]*)$`)

func requirement(tags []*messages.Tag) (string, error) {
	var ids []string
	for _, tag := range tags {
		if m := isID.FindStringSubmatch(tag.Name); m != nil {
			ids = append(ids, m[1])
		}
	}
	if len(ids) != 1 {
		return "", fmt.Errorf("an Aturan needs the tag of one requirement, as @AUTH-2, not %d", len(ids))
	}
	return ids[0], nil
}

// source is the lines of a file; line 1 is source[0].
type source []string

// scenarios gives the scenarios of a rule that ends at line end.
func (s source) scenarios(rule *messages.Rule, end int) []Scenario {
	var scenarios []Scenario
	for i, child := range rule.Children {
		if child.Scenario == nil {
			continue
		}
		last := end
		if i+1 < len(rule.Children) {
			last = tagged(rule.Children[i+1].Scenario.Tags, rule.Children[i+1].Scenario.Location) - 1
		}
		line := int(child.Scenario.Location.Line)
		scenarios = append(scenarios, Scenario{Name: child.Scenario.Name, Line: line, Text: dedent(s[line-1 : last])})
	}
	return scenarios
}

// firstLine is where a rule begins: at its tags. Gherkin allows nothing but
// rules behind a rule.
func firstLine(rule *messages.Rule) int { return tagged(rule.Tags, rule.Location) }

func tagged(tags []*messages.Tag, at *messages.Location) int {
	line := at.Line
	for _, tag := range tags {
		line = min(line, tag.Location.Line)
	}
	return int(line)
}

// dedent takes away the common indentation, and the empty lines and comments
// around: a comment at the end belongs to what follows.
func dedent(lines []string) string {
	blank := func(line string) bool { return strings.TrimSpace(line) == "" }
	lines = slices.Clone(lines)
	for len(lines) > 0 && (blank(lines[len(lines)-1]) || strings.HasPrefix(strings.TrimSpace(lines[len(lines)-1]), "#")) {
		lines = lines[:len(lines)-1]
	}
	for len(lines) > 0 && blank(lines[0]) {
		lines = lines[1:]
	}
	indent := -1
	for _, line := range lines {
		if n := len(line) - len(strings.TrimLeft(line, " ")); !blank(line) && (indent < 0 || n < indent) {
			indent = n
		}
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line[min(max(indent, 0), len(line)):], " \t")
	}
	return strings.Join(lines, "\n")
}
