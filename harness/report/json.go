package report

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Schema names the form of the JSON report. Keys may be added within v1, never
// renamed, removed or given another meaning.
const Schema = "chatspec/report/v1"

// The types below are the contract; see docs of each key where its name does
// not say it. Lists are never null. Texts are in the language of the run, but
// for titles, which stand in both.
type (
	jsonReport struct {
		Schema       string            `json:"schema"`
		Version      string            `json:"version"` // of chatspec
		Lang         verdict.Lang      `json:"lang"`
		Started      time.Time         `json:"started"`
		DurationMS   float64           `json:"duration_ms"`
		Seed         uint64            `json:"seed,string"` // a string: JavaScript would round it
		Level        verdict.Level     `json:"level"`
		Gate         verdict.Level     `json:"gate"`
		ExitCode     int               `json:"exit_code"`
		Untestable   bool              `json:"untestable"`
		Stopped      string            `json:"stopped"` // why the run ended early; "" if it did not
		Target       jsonTarget        `json:"target"`
		Summary      jsonSummary       `json:"summary"`
		Deviations   []jsonDeviation   `json:"deviations"`
		Diagnoses    []jsonDiagnosis   `json:"diagnoses"`      // the sure ones first
		Findings     []jsonFinding     `json:"findings"`       // of property and fuzz
		Stale        []string          `json:"stale"`          // ids in the baseline that pass now
		Runs         int               `json:"runs,omitempty"` // with --repeat
		Unstable     []jsonUnstable    `json:"unstable,omitempty"`
		Process      *jsonProcess      `json:"process,omitempty"` // how a target that we started ended by itself
		Requirements []jsonRequirement `json:"requirements"`
		Scenarios    []jsonScenario    `json:"scenarios"`

		// Complete is the last key: a report that was cut off has none.
		Complete bool `json:"complete"`
	}
	jsonUnstable struct {
		Requirement string     `json:"requirement"`
		Verdicts    jsonCounts `json:"verdicts"` // how often each was given
	}
	jsonProcess struct {
		Ended  string `json:"ended"`
		Output string `json:"output"` // the last lines that it printed
	}
	jsonTarget struct {
		Address  string   `json:"address"`
		ServerID string   `json:"server_id"` // "" where unknown
		Peer     string   `json:"peer"`
		PeerID   string   `json:"peer_id"`
		File     string   `json:"file"`
		Findings []string `json:"findings"`
	}
	// jsonSummary counts to the letter, and in Behaviour as seen through the
	// deviations; the two are equal where there are none.
	jsonSummary struct {
		jsonLevels
		Behaviour jsonLevels `json:"behaviour"`
	}
	jsonLevels struct {
		Must   jsonCounts `json:"must"`
		Should jsonCounts `json:"should"`
		Robust jsonCounts `json:"robust"`
	}
	jsonCounts struct {
		Pass int `json:"pass"`
		Fail int `json:"fail"`
		Skip int `json:"skip"`
	}
	jsonFinding struct {
		Requirement string `json:"requirement"` // "" for what breaks none
		Kind        string `json:"kind"`
		Replay      string `json:"replay"`    // what chatspec replay takes; "" where nothing was written
		Requests    int    `json:"requests"`  // of the shortest session that shows it
		Count       int    `json:"count"`     // sessions that showed it
		Confirmed   bool   `json:"confirmed"` // it came again when its session was played alone
		Message     string `json:"message"`
	}
	jsonDeviation struct {
		Requirement string `json:"requirement"`
		Expected    string `json:"expected"`
		Seen        string `json:"seen"`
	}
	jsonRequirement struct {
		ID        string         `json:"id"`
		Area      string         `json:"area"`
		Level     verdict.Level  `json:"level"`
		Title     verdict.Text   `json:"title"`
		Source    string         `json:"source"` // the line of the specification it rests on; "" for none
		Status    verdict.Status `json:"status"`
		Behaviour verdict.Status `json:"behaviour"`
		Reason    string         `json:"reason"`
		Known     string         `json:"known"`     // the reason in the baseline; "" where there is none
		Scenarios []int          `json:"scenarios"` // indices into the report's scenarios
	}
	jsonScenario struct {
		URI         string         `json:"uri"`
		Line        int            `json:"line"`
		Name        string         `json:"name"`
		Requirement string         `json:"requirement"`
		Status      verdict.Status `json:"status"`
		Reason      string         `json:"reason"` // of a skip
		DurationMS  float64        `json:"duration_ms"`
		Failure     *jsonFailure   `json:"failure,omitempty"`
		Transcript  []jsonEvent    `json:"transcript"`
	}
	jsonFailure struct {
		Message   string   `json:"message"`
		Expected  []string `json:"expected"`
		Actual    string   `json:"actual"` // bytes that are not UTF-8 as \xNN
		Hint      string   `json:"hint"`
		Reproduce string   `json:"reproduce"`
	}
	// jsonEvent has text where the bytes are printable text, base64 where they
	// are not, and neither where the event carries none.
	jsonEvent struct {
		Conn   string      `json:"conn"`
		Dir    verdict.Dir `json:"dir"`
		AtUS   int64       `json:"at_us"`
		Text   string      `json:"text,omitempty"`
		Base64 string      `json:"base64,omitempty"`
	}
)

func newJSONProcess(p *verdict.Process, in func(verdict.Text) string) *jsonProcess {
	if p == nil {
		return nil
	}
	return &jsonProcess{Ended: in(p.Ended), Output: utf8Only(p.Output)}
}

func writeJSON(w io.Writer, r *verdict.Report, lang verdict.Lang) error {
	in := func(t verdict.Text) string { return utf8Only(t.In(lang)) }
	t := r.Target
	out := jsonReport{
		Schema: Schema, Version: r.Version, Lang: lang, Started: r.Started, DurationMS: milliseconds(r.Duration),
		Seed: r.Seed, Level: r.Level, Gate: r.Gate,
		ExitCode: r.ExitCode(), Untestable: r.Untestable, Stopped: in(r.Stopped),
		Target: jsonTarget{
			Address: t.Address, ServerID: utf8Only(t.ServerID), Peer: t.Peer, PeerID: utf8Only(t.PeerID), File: utf8Only(t.File),
			Findings: each(t.Findings, in),
		},
		Summary: jsonSummary{levels(r.Summary()), levels(r.BehaviourSummary())},
		Deviations: each(r.Deviations, func(d verdict.Deviation) jsonDeviation {
			return jsonDeviation{Requirement: d.Requirement, Expected: in(d.Expected), Seen: in(d.Seen)}
		}),
		Diagnoses: each(r.Diagnoses, func(d verdict.Diagnosis) jsonDiagnosis {
			return jsonDiagnosis{
				Cause: d.Cause, Sure: d.Sure, Requirements: each(d.Requirements, utf8Only), Says: in(d.Says), Fix: in(d.Fix), Scenario: d.Scenario,
			}
		}),
		Findings: each(r.Findings, func(f verdict.Finding) jsonFinding {
			return jsonFinding{f.Requirement, f.Kind, utf8Only(f.Replay), f.Requests, f.Count, f.Confirmed, in(f.Message)}
		}),
		Stale: each(r.Stale, utf8Only),
		Runs:  r.Runs,
		Unstable: each(r.Unstable, func(u verdict.Unstable) jsonUnstable {
			return jsonUnstable{u.Requirement, jsonCounts{u.Verdicts[verdict.Pass], u.Verdicts[verdict.Fail], u.Verdicts[verdict.Skip]}}
		}),
		Process: newJSONProcess(r.Process, in),
		Requirements: each(r.Requirements, func(j verdict.Judged) jsonRequirement {
			return jsonRequirement{
				ID: j.ID, Area: j.Area, Level: j.Level, Title: j.Title, Source: source(j.Requirement),
				Status: j.Status, Behaviour: j.Behaviour, Reason: in(j.Reason), Known: utf8Only(j.Known),
				Scenarios: each(j.Scenarios, func(i int) int { return i }),
			}
		}),
		Scenarios: each(r.Scenarios, func(s verdict.Scenario) jsonScenario {
			return newJSONScenario(s, in)
		}),
		Complete: true,
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
}

func levels(sum map[verdict.Level]verdict.Counts) jsonLevels {
	counts := func(l verdict.Level) jsonCounts {
		return jsonCounts{Pass: sum[l][verdict.Pass], Fail: sum[l][verdict.Fail], Skip: sum[l][verdict.Skip]}
	}
	return jsonLevels{counts(verdict.Must), counts(verdict.Should), counts(verdict.Robust)}
}

func newJSONScenario(s verdict.Scenario, in func(verdict.Text) string) jsonScenario {
	out := jsonScenario{
		URI: s.URI, Line: s.Line, Name: utf8Only(s.Name), Requirement: s.Requirement,
		Status: s.Status, Reason: in(s.Reason), DurationMS: milliseconds(s.Duration),
		Transcript: each(s.Transcript, newJSONEvent),
	}
	if f := s.Failure; f != nil {
		out.Failure = &jsonFailure{
			Message: in(f.Message), Expected: each(f.Expected, in), Actual: utf8Only(f.Actual),
			Hint: in(f.Hint), Reproduce: utf8Only(f.Reproduce),
		}
	}
	return out
}

func newJSONEvent(e verdict.Event) jsonEvent {
	out := jsonEvent{Conn: e.Conn, Dir: e.Dir, AtUS: e.At.Microseconds()}
	if printable(e.Data) {
		out.Text = string(e.Data)
	} else {
		out.Base64 = base64.StdEncoding.EncodeToString(e.Data)
	}
	return out
}

// printable tells whether the bytes are text that JSON carries unchanged and
// that a terminal shows as it is; the ends of lines count as such.
func printable(b []byte) bool {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 || !unicode.IsPrint(r) && !strings.ContainsRune("\r\n\t", r) {
			return false
		}
		i += size
	}
	return true
}

// utf8Only shows bytes that are no UTF-8 as \xNN; encoding/json would put
// U+FFFD in their place, which hides what they were.
func utf8Only(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			b.WriteString(firstGlyph([]byte(s[:1])).text)
		} else {
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}

// source is the line that a requirement rests on, "" where it rests on none.
func source(q verdict.Requirement) string {
	if q.Source == "—" {
		return ""
	}
	return q.Source
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// each maps a list to one that is never nil, as JSON would call that null.
func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, 0, len(list))
	for _, a := range list {
		out = append(out, f(a))
	}
	return out
}
