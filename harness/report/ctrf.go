package report

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// The Common Test Report Format, ctrf.io. Every string that can quote a server
// went through oneLine or a page. A document that was cut off is no JSON.
type (
	ctrfReport struct {
		Format      string      `json:"reportFormat"`
		SpecVersion string      `json:"specVersion"`
		Timestamp   time.Time   `json:"timestamp"`
		GeneratedBy string      `json:"generatedBy"`
		Results     ctrfResults `json:"results"`
	}
	ctrfResults struct {
		Tool        ctrfTool        `json:"tool"`
		Summary     ctrfSummary     `json:"summary"`
		Tests       []ctrfTest      `json:"tests"`
		Environment ctrfEnvironment `json:"environment"`
	}
	ctrfTool struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	ctrfSummary struct {
		Tests    int   `json:"tests"`
		Passed   int   `json:"passed"`
		Failed   int   `json:"failed"`
		Skipped  int   `json:"skipped"`
		Pending  int   `json:"pending"`
		Other    int   `json:"other"`
		Suites   int   `json:"suites"`
		Start    int64 `json:"start"` // ms since 1970
		Stop     int64 `json:"stop"`
		Duration int64 `json:"duration"` // ms
	}
	ctrfTest struct {
		ID       string            `json:"testId"`
		Name     string            `json:"name"`
		Status   string            `json:"status"`
		Duration int64             `json:"duration"`
		Suite    []string          `json:"suite"`
		Message  string            `json:"message,omitempty"`
		Trace    string            `json:"trace,omitempty"`
		File     string            `json:"filePath,omitempty"`
		Line     int               `json:"line,omitempty"`
		Raw      string            `json:"rawStatus"`
		Tags     []string          `json:"tags"`
		Labels   map[string]string `json:"labels,omitempty"`
	}
	ctrfEnvironment struct {
		App   string    `json:"appName"`
		Extra ctrfExtra `json:"extra"`
	}
	ctrfExtra struct {
		ServerID   string          `json:"serverId"`
		Seed       string          `json:"seed"` // a string: JavaScript would round it
		Level      verdict.Level   `json:"level"`
		Gate       verdict.Level   `json:"gate"`
		ExitCode   int             `json:"exitCode"`
		Deviations []jsonDeviation `json:"deviations"`
	}
)

// writeCTRF writes a test for each requirement. A known failure is "other":
// readers count it and nobody takes it for news. A run that ended early has a
// failed test of its own, as in JUnit.
func writeCTRF(w io.Writer, r *verdict.Report, lang verdict.Lang) error {
	in := func(t verdict.Text) string { return joined(t.In(lang)) }
	start := max(r.Started.UnixMilli(), 0) // a report without a time is not of the year 1
	out := ctrfReport{
		Format: "CTRF", SpecVersion: "1.0.0", Timestamp: r.Started.UTC(), GeneratedBy: "chatspec",
		Results: ctrfResults{
			Tool:    ctrfTool{Name: "chatspec", Version: oneLine(r.Version)},
			Summary: ctrfSummary{Start: start, Stop: start + r.Duration.Milliseconds(), Duration: r.Duration.Milliseconds()},
			Tests:   []ctrfTest{},
			Environment: ctrfEnvironment{
				App: oneLine(r.Target.Address),
				Extra: ctrfExtra{
					ServerID: oneLine(r.Target.ServerID), Seed: strconv.FormatUint(r.Seed, 10),
					Level: r.Level, Gate: r.Gate, ExitCode: r.ExitCode(),
					Deviations: each(r.Deviations, func(d verdict.Deviation) jsonDeviation {
						return jsonDeviation{Requirement: oneLine(d.Requirement), Expected: in(d.Expected), Seen: in(d.Seen)}
					}),
				},
			},
		},
	}
	if problem := runProblem(r, lang); problem != nil {
		out.Results.add(ctrfTest{
			ID: "RUN", Name: label.Run.In(lang), Status: "failed", Raw: problem.Type, Suite: []string{"RUN"}, Tags: []string{},
			Message: problem.Message, Trace: problem.Text,
		})
	}
	for _, j := range r.Requirements {
		out.Results.add(newCTRFTest(r, j, lang))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
}

func (results *ctrfResults) add(t ctrfTest) {
	s := &results.Summary
	if n := len(results.Tests); n == 0 || results.Tests[n-1].Suite[0] != t.Suite[0] {
		s.Suites++
	}
	results.Tests = append(results.Tests, t)
	s.Tests++
	switch t.Status {
	case "passed":
		s.Passed++
	case "failed":
		s.Failed++
	case "skipped":
		s.Skipped++
	default:
		s.Other++
	}
}

func newCTRFTest(r *verdict.Report, j verdict.Judged, lang verdict.Lang) ctrfTest {
	t := ctrfTest{
		ID: j.ID, Name: oneLine(j.ID + " " + j.Title.In(lang)), Raw: string(j.Status), Suite: []string{j.Area},
		Tags:    []string{j.Level.String()},
		Labels:  map[string]string{"area": j.Area, "level": j.Level.String(), "behaviour": string(j.Behaviour)},
		Message: joined(j.Reason.In(lang)),
	}
	var took time.Duration
	for _, i := range j.Scenarios {
		took += r.Scenarios[i].Duration
	}
	t.Duration = took.Milliseconds()
	if len(j.Scenarios) > 0 {
		s := r.Scenarios[j.Scenarios[0]]
		t.File, t.Line = s.URI, s.Line
	}
	switch j.Status {
	case verdict.Pass:
		t.Status = "passed"
	case verdict.Skip:
		t.Status = "skipped"
	case verdict.Fail:
		t.Status = "failed"
		if j.Known != "" {
			t.Status, t.Raw = "other", "known failure"
			t.Message = label.Known.In(lang) + ": " + joined(j.Known)
		}
		p := newPage(r, lang, Style{})
		p.failure(j)
		t.Trace = strings.TrimRight(p.String(), "\n")
	}
	return t
}
