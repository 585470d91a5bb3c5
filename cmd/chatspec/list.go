package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/protokol-chat/chatspec"
	"github.com/protokol-chat/chatspec/harness/feature"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const listHelp = `List every requirement with its level, its title and the scenarios that show it.

The levels:
  must    the specification says it, or what it says has no meaning without it
  should  any server that people use would do it
  robust  nothing in the specification, but a server that fails it falls over in use`

// The form of list --json.
type (
	listing struct {
		Schema       string   `json:"schema"`
		Requirements []listed `json:"requirements"`
	}
	listed struct {
		ID        string           `json:"id"`
		Area      string           `json:"area"`
		Level     verdict.Level    `json:"level"`
		Title     verdict.Text     `json:"title"`
		Source    string           `json:"source"` // the line of the specification; — for none
		Scenarios []listedScenario `json:"scenarios"`
	}
	listedScenario struct {
		URI  string `json:"uri"`
		Line int    `json:"line"`
		Name string `json:"name"`
		text string
	}
)

func newList(a *app) *cobra.Command {
	var level, only, lang string
	var asJSON, faults, readings bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the requirements and their scenarios",
		Long:    listHelp,
		Example: "  chatspec list\n  chatspec list --level must --lang id\n  chatspec list --only SEND,AUTH-2 --json",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			language, err := a.language(lang)
			if err != nil {
				return err
			}
			switch {
			case faults && readings:
				return errors.New("--faults and --readings are two lists: ask for one")
			case faults:
				return internal(printFaults(a, language))
			case readings:
				return internal(printReadings(a, language))
			}
			upTo, err := verdict.ParseLevel(level)
			if err != nil {
				return fmt.Errorf("--level: %w", err)
			}
			known, err := registry()
			if err != nil {
				return err
			}
			selected, err := known.Select(upTo, only)
			if err != nil {
				return err
			}
			list, err := listAll(selected)
			if err != nil {
				return internal(err)
			}
			if asJSON {
				e := json.NewEncoder(a.out)
				e.SetEscapeHTML(false)
				e.SetIndent("", " ")
				return internal(e.Encode(listing{"chatspec/list/v1", list}))
			}
			return internal(printList(a, list, language))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&level, "level", "robust", "list up to this level: must, should or robust")
	flags.StringVar(&only, "only", "", `only these: ids and areas ("SEND,AUTH-2") or a tag expression`)
	addLang(cmd, &lang)
	flags.BoolVar(&faults, "faults", false, "list instead what serve --fault takes, with the requirements that each breaks")
	flags.BoolVar(&readings, "readings", false, "list instead what serve --reading takes")
	flags.BoolVar(&asJSON, "json", false, "as JSON")
	complete(cmd, "level", "must", "should", "robust")
	return cmd
}

// listAll joins requirements with the scenarios that show them.
func listAll(requirements []verdict.Requirement) ([]listed, error) {
	features, err := feature.Load(chatspec.Features)
	if err != nil {
		return nil, err
	}
	scenarios := map[string][]listedScenario{}
	for _, f := range features {
		for _, r := range f.Rules {
			for _, s := range r.Scenarios {
				scenarios[r.Requirement] = append(scenarios[r.Requirement], listedScenario{f.URI, s.Line, s.Name, s.Text})
			}
		}
	}
	list := make([]listed, 0, len(requirements))
	for _, q := range requirements {
		l := listed{ID: q.ID, Area: q.Area, Level: q.Level, Title: q.Title, Source: q.Source, Scenarios: []listedScenario{}}
		l.Scenarios = append(l.Scenarios, scenarios[q.ID]...)
		list = append(list, l)
	}
	return list, nil
}

func printList(a *app, list []listed, lang verdict.Lang) error {
	var b strings.Builder
	for i, q := range list {
		if i > 0 && list[i-1].Area != q.Area {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%-16s %-6s  %s\n", q.ID, q.Level, q.Title.In(lang))
		for _, s := range q.Scenarios {
			fmt.Fprintf(&b, "%25s%s:%d  %s\n", "", s.URI, s.Line, s.Name)
		}
	}
	_, err := a.out.Write([]byte(b.String()))
	return err
}
