package runner

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"

	"github.com/cucumber/godog"
	messages "github.com/cucumber/messages/go/v34"

	"github.com/protokol-chat/chatspec/harness/steps"
)

// definition is a step of the table as godog wants it.
type definition struct {
	pattern *regexp.Regexp
	handler any
}

// The steps, as they are and as godog wants them.
var (
	table       = steps.Table()
	definitions = define(table)
)

func define(table []steps.Step) []definition {
	list := make([]definition, len(table))
	for i, step := range table {
		list[i] = definition{step.Pattern, handler(step)}
	}
	return list
}

var (
	contextType = reflect.TypeFor[context.Context]()
	stringType  = reflect.TypeFor[string]()
	tableType   = reflect.TypeFor[*godog.Table]()
	errorType   = reflect.TypeFor[error]()
)

// handler gives a function with as many parameters as the step has captures,
// and one for the table below a step that ends with a colon. It hands the step
// to the scenario, and tells godog nothing.
func handler(step steps.Step) any {
	captures := step.Pattern.NumSubexp()
	in := []reflect.Type{contextType}
	for range captures {
		in = append(in, stringType)
	}
	if takesTable(step) {
		in = append(in, tableType)
	}
	kind := reflect.FuncOf(in, []reflect.Type{errorType}, false)
	return reflect.MakeFunc(kind, func(args []reflect.Value) []reflect.Value {
		ctx := args[0].Interface().(context.Context)
		var texts []string
		for _, v := range args[1 : 1+captures] {
			texts = append(texts, v.String())
		}
		var rows [][]string
		if takesTable(step) {
			rows = cells(args[1+captures].Interface().(*godog.Table))
		}
		if s, ok := ctx.Value(scenarioKey{}).(*scenario); ok {
			s.step(func(w *steps.World) error { return step.Do(w, texts, rows) })
		}
		return []reflect.Value{reflect.Zero(errorType)}
	}).Interface()
}

func takesTable(step steps.Step) bool { return strings.HasSuffix(step.Pattern.String(), ":$") }

func cells(t *messages.PickleTable) [][]string {
	if t == nil {
		return nil
	}
	rows := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		for _, cell := range row.Cells {
			rows[i] = append(rows[i], cell.Value)
		}
	}
	return rows
}

// find gives what a step of a pickle does, without godog.
func find(step *messages.PickleStep) (func(*steps.World) error, error) {
	for _, known := range table {
		m := known.Pattern.FindStringSubmatch(step.Text)
		if m == nil {
			continue
		}
		var rows [][]string
		if step.Argument != nil {
			rows = cells(step.Argument.DataTable)
		}
		return func(w *steps.World) error { return known.Do(w, m[1:], rows) }, nil
	}
	return nil, fmt.Errorf("no step is written %q", step.Text)
}

// silent is the name of a formatter that says nothing.
const silent = "chatspec-silent"

func init() {
	godog.Format(silent, "says nothing: chatspec has reports of its own", func(string, io.Writer) godog.Formatter { return mute{} })
}

type mute struct{}

func (mute) TestRunStarted()                                                      {}
func (mute) Feature(*messages.GherkinDocument, string, []byte)                    {}
func (mute) Pickle(*godog.Scenario)                                               {}
func (mute) Defined(*godog.Scenario, *godog.Step, *godog.StepDefinition)          {}
func (mute) Failed(*godog.Scenario, *godog.Step, *godog.StepDefinition, error)    {}
func (mute) Passed(*godog.Scenario, *godog.Step, *godog.StepDefinition)           {}
func (mute) Skipped(*godog.Scenario, *godog.Step, *godog.StepDefinition)          {}
func (mute) Undefined(*godog.Scenario, *godog.Step, *godog.StepDefinition)        {}
func (mute) Pending(*godog.Scenario, *godog.Step, *godog.StepDefinition)          {}
func (mute) Ambiguous(*godog.Scenario, *godog.Step, *godog.StepDefinition, error) {}
func (mute) Summary()                                                             {}
