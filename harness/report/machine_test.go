package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

func write(t *testing.T, kind string, r *verdict.Report, lang verdict.Lang) []byte {
	t.Helper()
	w, err := For(kind)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, w(&b, r, lang))
	return b.Bytes()
}

func decode(t *testing.T, b []byte) map[string]any {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal(b, &m))
	return m
}

func TestJSON(t *testing.T) {
	m := decode(t, write(t, "json", sample(t), verdict.Indonesian))
	assert.Equal(t, "chatspec/report/v1", m["schema"])
	assert.Equal(t, "id", m["lang"])
	assert.Equal(t, "9223372036854775809", m["seed"], "to the last digit")
	assert.Equal(t, 1.0, m["exit_code"])
	assert.Equal(t, "alpha", m["target"].(map[string]any)["server_id"])
	levels := func() map[string]any {
		return map[string]any{
			"must":   map[string]any{"pass": 1.0, "fail": 1.0, "skip": 2.0},
			"should": map[string]any{"pass": 0.0, "fail": 1.0, "skip": 0.0},
			"robust": map[string]any{"pass": 0.0, "fail": 0.0, "skip": 1.0},
		}
	}
	want := levels()
	want["behaviour"] = levels()
	assert.Equal(t, want, m["summary"])
	assert.Equal(t, []any{}, m["deviations"], "lists are never null")

	q := m["requirements"].([]any)[1].(map[string]any)
	assert.Equal(t, map[string]any{
		"id": "SEND-5", "area": "SEND", "level": "must", "source": "PARAMETER2: pesan",
		"title":  map[string]any{"en": "The message arrives whole", "id": "Pesan sampai utuh, dengan spasinya, sampai kata terakhir"},
		"status": "fail", "behaviour": "fail", "reason": `berakhir di sini; seharusnya "halo dunia"`, "known": "",
		"scenarios": []any{1.0, 2.0},
	}, q)

	s := m["scenarios"].([]any)[1].(map[string]any)
	assert.Equal(t, "features/send.feature", s["uri"])
	assert.Equal(t, 20.0, s["line"])
	assert.Equal(t, "SEND-5", s["requirement"])
	assert.Equal(t, 1.0, s["duration_ms"])
	failure := s["failure"].(map[string]any)
	assert.Equal(t, []any{`"halo dunia" di mana pun dalam data`}, failure["expected"])
	assert.Contains(t, failure["reproduce"], "nc 127.0.0.1 8889")
	assert.Equal(t, map[string]any{"conn": "budi", "dir": "sent", "at_us": 10.0, "text": "send siti@alpha halo dunia\r\n"}, s["transcript"].([]any)[1])
	assert.NotContains(t, m["scenarios"].([]any)[0], "failure")
	assert.Equal(t, []any{}, m["scenarios"].([]any)[0].(map[string]any)["transcript"])
}

func TestJSONOfHostileBytes(t *testing.T) {
	b := write(t, "json", hostileSample(t), verdict.English)
	assert.True(t, utf8.Valid(b))
	s := decode(t, b)["scenarios"].([]any)[1].(map[string]any)
	actual := s["failure"].(map[string]any)["actual"].(string)
	assert.Contains(t, actual, `\xff\xfe\xc3`)
	assert.NotContains(t, actual, "\ufffd", "nothing is lost in U+FFFD")

	event := s["transcript"].([]any)[4].(map[string]any)
	assert.NotContains(t, event, "text")
	raw, err := json.Marshal(map[string]any{"b": event["base64"]})
	require.NoError(t, err)
	var back struct{ B []byte }
	require.NoError(t, json.Unmarshal(raw, &back))
	assert.Equal(t, hostile, string(back.B))
}

func TestJSONEndsWithComplete(t *testing.T) {
	b := write(t, "json", sample(t), verdict.English)
	assert.True(t, bytes.HasSuffix(b, []byte("\"complete\": true\n}\n")))
	for n := range len(b) - 2 { // the last two bytes are "}\n"
		if n%97 == 0 && json.Valid(b[:n]) {
			t.Errorf("the first %d bytes look whole", n)
		}
	}
}

func TestJUnit(t *testing.T) {
	r := sample(t)
	verdict.Baseline{"SEND-12": "issue 12"}.Apply(r)
	var out xmlSuites
	require.NoError(t, xml.Unmarshal(stripTimes(write(t, "junit", r, verdict.English)), &out))
	assert.Equal(t, [4]int{6, 1, 0, 4}, [4]int{out.Tests, out.Failures, out.Errors, out.Skipped})
	require.Len(t, out.Suites, 3)
	send := out.Suites[0]
	assert.Equal(t, "SEND", send.Name)
	assert.Equal(t, [4]int{3, 1, 0, 1}, [4]int{send.Tests, send.Failures, send.Errors, send.Skipped})
	c := send.Cases[1]
	assert.Equal(t, "SEND", c.Class)
	assert.Equal(t, "SEND-5 The message arrives whole", c.Name)
	assert.Equal(t, "must", c.Failure.Type)
	assert.Equal(t, `ends here; should be "halo dunia"`, c.Failure.Message)
	assert.Contains(t, c.Failure.Text, "\n  sent          siti  inbox␍␊\n")
	assert.Equal(t, "known failure: issue 12", send.Cases[2].Skipped.Message)
	assert.Nil(t, send.Cases[2].Failure)
	assert.Nil(t, send.Cases[0].Failure)
}

// stripTimes takes out what our types write but do not read.
func stripTimes(b []byte) []byte {
	s := string(b)
	for _, t := range []string{"0.000", "0.001", "0.183"} {
		s = strings.ReplaceAll(s, ` time="`+t+`"`, "")
	}
	return []byte(s)
}

func TestJUnitOfARunThatEndedEarlyIsRed(t *testing.T) {
	r := sample(t)
	r.Stopped = verdict.Textf("interrupted", "dihentikan")
	assert.Contains(t, string(write(t, "junit", r, verdict.English)), `<error message="stopped early" type="stopped"><![CDATA[interrupted]]>`)
	r.Untestable, r.Requirements = true, nil
	assert.Contains(t, string(write(t, "junit", r, verdict.English)), `errors="1"`)
}

func TestJUnitOfHostileBytesIsReadable(t *testing.T) {
	b := write(t, "junit", hostileSample(t), verdict.English)
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	// encoding/xml lets pass what other parsers refuse.
	file := filepath.Join(t.TempDir(), "junit.xml")
	require.NoError(t, os.WriteFile(file, b, 0o644))
	for _, parser := range [][]string{
		{"xmllint", "--noout", file},
		{"python3", "-c", "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])", file},
	} {
		t.Run(parser[0], func(t *testing.T) {
			if _, err := exec.LookPath(parser[0]); err != nil {
				t.Skip(err)
			}
			out, err := exec.Command(parser[0], parser[1:]...).CombinedOutput()
			assert.NoError(t, err, string(out))
		})
	}
}

// What is written as a baseline silences exactly the failures it was written of.
func TestBaselineReadsBack(t *testing.T) {
	for name, r := range map[string]*verdict.Report{"sample": sample(t), "hostile": hostileSample(t)} {
		t.Run(name, func(t *testing.T) {
			text := string(write(t, "baseline", r, verdict.English))
			baseline, err := verdict.ParseBaseline(registry(t), "b", text)
			require.NoError(t, err, text)
			r.Stopped = verdict.Text{}
			baseline.Apply(r)
			assert.Equal(t, verdict.ExitOK, r.ExitCode())
			assert.Len(t, baseline, 2)
		})
	}
	r := sample(t)
	r.Requirements[1].Reason = verdict.Text{}
	_, err := verdict.ParseBaseline(registry(t), "b", string(write(t, "baseline", r, verdict.English)))
	assert.NoError(t, err, "a failure without a message has a reason too")
}
