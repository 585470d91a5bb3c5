package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// points is what a requirement of each level earns when it passes: what the
// specification says weighs most.
var points = map[verdict.Level]float64{verdict.Must: 4, verdict.Should: 2, verdict.Robust: 1}

// The results.json of a Gradescope autograder. Every text in it is declared to
// be text, so that nothing in it is read as HTML, Markdown or ANSI colours.
type (
	gradescopeReport struct {
		Score            float64          `json:"score"` // of 100; overrides the sum of the tests
		Time             float64          `json:"execution_time"`
		Output           string           `json:"output"`
		OutputFormat     string           `json:"output_format"`
		TestOutputFormat string           `json:"test_output_format"`
		TestNameFormat   string           `json:"test_name_format"`
		Visibility       string           `json:"visibility"`
		StdoutVisibility string           `json:"stdout_visibility"`
		Tests            []gradescopeTest `json:"tests"`
		Extra            map[string]any   `json:"extra_data"`
	}
	// gradescopeTest has no points at all where the requirement does not count.
	gradescopeTest struct {
		Score      *float64       `json:"score,omitempty"`
		MaxScore   *float64       `json:"max_score,omitempty"`
		Status     string         `json:"status,omitempty"`
		Name       string         `json:"name"`
		Number     string         `json:"number"`
		Output     string         `json:"output,omitempty"`
		Tags       []string       `json:"tags"`
		Visibility string         `json:"visibility"`
		Extra      map[string]any `json:"extra_data"`
	}
)

// writeGradescope scores to the letter: 100 times the points earned, divided by
// the points that could be, to two places. A requirement that was skipped, or
// whose failure the baseline knows, counts neither way; in a run that ended
// early a skipped one counts as failed, or a server that dies at once would
// have the best of scores. A target that could not be tested has 0.
func writeGradescope(w io.Writer, r *verdict.Report, lang verdict.Lang) error {
	whole := r.Stopped.IsZero() && !r.Untestable
	out := gradescopeReport{
		Time: r.Duration.Seconds(), OutputFormat: "text", TestOutputFormat: "text", TestNameFormat: "text",
		Visibility: "visible", StdoutVisibility: "hidden", Tests: []gradescopeTest{},
		Extra: map[string]any{"version": oneLine(r.Version), "seed": strconv.FormatUint(r.Seed, 10), "exit_code": r.ExitCode()},
	}
	var earned, possible float64
	for _, j := range r.Requirements {
		t := newGradescopeTest(r, j, lang)
		if j.Known == "" && (j.Status != verdict.Skip || !whole) {
			most, score := points[j.Level], 0.0
			if j.Status == verdict.Pass {
				score = most
			}
			t.Score, t.MaxScore = &score, &most
			earned, possible = earned+score, possible+most
		} else {
			t.Output = strings.TrimSpace("(" + label.NotCounted.In(lang) + ")\n" + t.Output)
		}
		out.Tests = append(out.Tests, t)
	}
	if possible > 0 && !r.Untestable {
		out.Score = math.Round(10000*earned/possible) / 100
	}
	out.Output = gradescopeOutput(r, lang, fmt.Sprintf(label.Score.In(lang), number(out.Score, lang), number(earned, lang), number(possible, lang)))
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
}

func newGradescopeTest(r *verdict.Report, j verdict.Judged, lang verdict.Lang) gradescopeTest {
	t := gradescopeTest{
		Name: oneLine(j.Level.String() + ": " + j.Title.In(lang)), Number: j.ID,
		Tags: []string{j.Area, j.Level.String()}, Visibility: "visible",
		Extra: map[string]any{"status": j.Status, "behaviour": j.Behaviour},
	}
	switch j.Status {
	case verdict.Pass:
		t.Status = "passed"
	case verdict.Skip:
		t.Output = label.Skipped.In(lang) + ": " + joined(j.Reason.In(lang))
	case verdict.Fail:
		t.Status = "failed"
		p := newPage(r, lang, Style{})
		p.failure(j)
		t.Output = strings.TrimRight(p.String(), "\n")
		if j.Known != "" {
			t.Output = label.Known.In(lang) + ": " + joined(j.Known) + "\n" + t.Output
		}
	}
	return t
}

// gradescopeOutput is what stands above the tests.
func gradescopeOutput(r *verdict.Report, lang verdict.Lang, score string) string {
	p := newPage(r, lang, Style{})
	p.line("%s", headline(r, lang))
	p.line("%s", score)
	if !r.Stopped.IsZero() && !r.Untestable {
		p.line("%s", label.ScoreEnded.In(lang))
	}
	p.line("")
	p.header()
	p.deviations()
	p.line("%s", p.footer())
	return p.String()
}

func number(f float64, lang verdict.Lang) string {
	return decimal(strconv.FormatFloat(f, 'f', -1, 64), lang)
}
