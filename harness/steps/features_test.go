package steps

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	gherkin "github.com/cucumber/gherkin/go/v42"
	messages "github.com/cucumber/messages/go/v34"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/feature"
	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// A keyword that is misspelt or in another language turns what follows into
// description, and no runner says so. So the features are looked at as parsed.

type document struct {
	uri     string
	text    string
	feature *messages.Feature
	pickles []*messages.Pickle
}

func documents(t *testing.T) []document {
	t.Helper()
	paths, err := fs.Glob(chatspec.Features, "features/*.feature")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	var docs []document
	for _, path := range paths {
		text, err := fs.ReadFile(chatspec.Features, path)
		require.NoError(t, err)
		id := new(messages.Incrementing).NewId
		doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(text), id)
		require.NoError(t, err, path)
		require.NotNil(t, doc.Feature, path)
		docs = append(docs, document{path, string(text), doc.Feature, gherkin.Pickles(*doc, path, id)})
	}
	return docs
}

func (d document) scenarios() []*messages.Scenario {
	var list []*messages.Scenario
	for _, child := range d.feature.Children {
		if child.Rule == nil {
			continue
		}
		for _, child := range child.Rule.Children {
			if child.Scenario != nil {
				list = append(list, child.Scenario)
			}
		}
	}
	return list
}

func at(d document, l *messages.Location) string { return fmt.Sprintf("%s:%d", d.uri, l.Line) }

func TestFeaturesAreInIndonesian(t *testing.T) {
	for _, d := range documents(t) {
		assert.True(t, strings.HasPrefix(d.text, "# language: "+feature.Language+"\n"), "%s begins with another line", d.uri)
		assert.Equal(t, feature.Language, d.feature.Language, d.uri)
		assert.Equal(t, "features/"+d.feature.Name+".feature", d.uri)
		assert.NotContains(t, d.text, "\r", d.uri)
		assert.NotContains(t, d.text, "\t", d.uri)
	}
}

// Requirements are those of SPEC.md, each in the feature of its area, once, under
// its title there.
func TestFeaturesShowTheRequirements(t *testing.T) {
	registry, err := verdict.ParseRegistry(chatspec.Spec)
	require.NoError(t, err)
	features, err := feature.Load(chatspec.Features)
	require.NoError(t, err)
	var shown []string
	for _, f := range features {
		for _, r := range f.Rules {
			where := fmt.Sprintf("%s:%d", f.URI, r.Line)
			q, ok := registry.Lookup(r.Requirement)
			if !assert.True(t, ok, "%s: SPEC.md has no %s", where, r.Requirement) {
				continue
			}
			assert.Equal(t, strings.ToLower(q.Area), f.Name, where)
			assert.Equal(t, q.Title.ID, r.Name, where)
			assert.NotEmpty(t, r.Scenarios, where)
			shown = append(shown, q.ID)
		}
	}
	var all []string
	for _, q := range registry.All() {
		all = append(all, q.ID)
	}
	assert.ElementsMatch(t, all, shown, "SPEC.md and the features do not have the same requirements")
}

// keywordLike finds lines that somebody meant as more than description: with a
// keyword of a section, or, where steps stand, of a step.
func keywordLike(description string, steps bool) []string {
	var found []string
	for line := range strings.Lines(description) {
		line = strings.ToLower(strings.TrimSpace(line))
		for _, language := range []string{"id", "en"} {
			d := gherkin.DialectsBuiltin().GetDialect(language)
			for _, list := range [][]string{d.FeatureKeywords(), d.RuleKeywords(), d.BackgroundKeywords(), d.ScenarioKeywords(), d.ScenarioOutlineKeywords(), d.ExamplesKeywords()} {
				for _, keyword := range list {
					if strings.HasPrefix(line, strings.ToLower(keyword)+":") {
						found = append(found, line)
					}
				}
			}
			for _, keyword := range d.StepKeywords() {
				if steps && strings.HasPrefix(line, strings.ToLower(keyword)) {
					found = append(found, line)
				}
			}
		}
		if strings.HasPrefix(line, "@") || strings.HasPrefix(line, "|") {
			found = append(found, line)
		}
	}
	return found
}

func TestDescriptionsHideNoKeyword(t *testing.T) {
	for _, line := range []string{"skenario: x", "Scenario: x", "given x", "ketika x", "  * x", "@WIRE-1", "| a |"} {
		assert.NotEmpty(t, keywordLike(line, true), line)
	}
	assert.Empty(t, keywordLike("Jika request tidak dikenali", false), "as the specification says it")
	for _, d := range documents(t) {
		assert.Empty(t, keywordLike(d.feature.Description, false), d.uri)
		for _, child := range d.feature.Children {
			if child.Rule != nil {
				assert.Empty(t, keywordLike(child.Rule.Description, true), at(d, child.Rule.Location))
			}
			assert.Nil(t, child.Background, "%s: what a scenario needs stands in it", d.uri)
		}
		for _, s := range d.scenarios() {
			assert.Empty(t, keywordLike(s.Description, true), at(d, s.Location))
			for _, e := range s.Examples {
				assert.Empty(t, keywordLike(e.Description, true), at(d, e.Location))
			}
		}
	}
}

// Every step is one of the table, and every step of the table is one of a
// feature.
func TestStepsAreThoseOfTheTable(t *testing.T) {
	used := map[string]bool{}
	for _, d := range documents(t) {
		for _, p := range d.pickles {
			where := fmt.Sprintf("%s: %s", d.uri, p.Name)
			require.NotEmpty(t, p.Steps, where)
			for _, step := range p.Steps {
				var matching []string
				for _, known := range Table() {
					if known.Pattern.MatchString(step.Text) {
						matching = append(matching, known.Pattern.String())
					}
				}
				if !assert.Len(t, matching, 1, "%s: %q", where, step.Text) {
					continue
				}
				used[matching[0]] = true
				table := step.Argument != nil && step.Argument.DataTable != nil
				assert.Equal(t, strings.HasSuffix(matching[0], ":$"), table, "%s: a table stands below %q, or is missing", where, step.Text)
				assert.True(t, step.Argument == nil || step.Argument.DocString == nil, "%s: nobody reads the text below %q", where, step.Text)
			}
		}
	}
	seen := map[string]bool{}
	for _, known := range Table() {
		pattern := known.Pattern.String()
		assert.False(t, seen[pattern], "%s stands twice", pattern)
		assert.True(t, used[pattern], "%s is in no feature", pattern)
		assert.NotNil(t, known.Do, pattern)
		assert.Regexp(t, `^\^("|\(|[a-z])`, pattern, "matching stays cheap")
		assert.False(t, strings.HasPrefix(pattern, "^(."), "%s: matching stays cheap", pattern)
		seen[pattern] = true
	}
}

var placeholder = regexp.MustCompile(`<([^<>]+)>`)

// Every column of an example is used, and every place has a column.
func TestExamplesAreUsed(t *testing.T) {
	for _, d := range documents(t) {
		for _, s := range d.scenarios() {
			where := at(d, s.Location)
			var text strings.Builder
			text.WriteString(s.Name)
			for _, step := range s.Steps {
				text.WriteString("\n" + step.Text)
				if step.DataTable != nil {
					for _, row := range step.DataTable.Rows {
						for _, cell := range row.Cells {
							text.WriteString("\n" + cell.Value)
						}
					}
				}
			}
			var places []string
			for _, m := range placeholder.FindAllStringSubmatch(text.String(), -1) {
				places = append(places, m[1])
			}
			slices.Sort(places)
			places = slices.Compact(places)
			outline := s.Keyword == "Garis-Besar Skenario"
			assert.Equal(t, outline, len(s.Examples) > 0, "%s: an outline has examples, a scenario has none", where)
			if !outline {
				assert.Empty(t, places, where)
			}
			for _, e := range s.Examples {
				require.NotNil(t, e.TableHeader, where)
				assert.NotEmpty(t, e.TableBody, where)
				var columns []string
				for _, cell := range e.TableHeader.Cells {
					columns = append(columns, cell.Value)
				}
				assert.ElementsMatch(t, places, columns, where)
				assert.Contains(t, s.Name, "<", "%s: its rows are told apart by their names", where)
			}
		}
	}
}

// Reports name a scenario by its name: within a requirement no two are alike.
func TestScenariosAreToldApart(t *testing.T) {
	for _, d := range documents(t) {
		seen := map[string]bool{}
		for _, p := range d.pickles {
			var tags []string
			for _, tag := range p.Tags {
				tags = append(tags, tag.Name)
			}
			name := strings.Join(tags, " ") + " " + p.Name
			assert.False(t, seen[name], "%s: %s stands twice", d.uri, name)
			assert.NotEmpty(t, strings.TrimSpace(p.Name), d.uri)
			seen[name] = true
		}
	}
}

// A scenario that needs more than seven steps is two scenarios, mostly: it is
// told, and does not fail.
func TestScenariosAreShort(t *testing.T) {
	all, long := 0, 0
	for _, d := range documents(t) {
		for _, s := range d.scenarios() {
			if all++; len(s.Steps) > 7 {
				long++
				t.Logf("%s: %q has %d steps", at(d, s.Location), s.Name, len(s.Steps))
			}
		}
	}
	assert.Less(t, long, all/10, "scenarios of more than seven steps are the exception")
}

var (
	aText = regexp.MustCompile(`(pesan|isi|hasilnya|datanya)( yang sama)? "[^"]*"`)
	aRole = regexp.MustCompile(`"([a-z]+)"|\{(?:nama|alamat|grup|server|ip|port) ([a-z]+)\}`)
)

// Where a server takes short names alone, two letters tell the roles of a scenario
// apart.
func TestRolesHaveNamesOfTheirOwn(t *testing.T) {
	named := []string{"kembaran", "sitinur"} // by a step of their own
	n := names.New()
	for _, d := range documents(t) {
		for _, p := range d.pickles {
			roles := map[string]string{}
			note := func(text string) {
				for _, m := range aRole.FindAllStringSubmatch(aText.ReplaceAllString(text, ""), -1) {
					role := m[1] + m[2]
					if slices.Contains(named, role) {
						continue
					}
					for _, style := range dialect.Styles() {
						name := n.User(style, role, "aaa")
						assert.True(t, roles[name] == "" || roles[name] == role, "%s: %s: %s and %s are both %s", d.uri, p.Name, roles[name], role, name)
						roles[name] = role
					}
				}
			}
			for _, step := range p.Steps {
				note(step.Text)
				if step.Argument != nil && step.Argument.DataTable != nil {
					for _, row := range step.Argument.DataTable.Rows {
						for _, cell := range row.Cells {
							note(cell.Value)
						}
					}
				}
			}
		}
	}
}
