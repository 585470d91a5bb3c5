package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// departing fails SEND-4 to the letter, by a deviation, and not by behaviour.
func departing(t *testing.T) *verdict.Report {
	r := sample(t)
	r.Deviations = []verdict.Deviation{{Requirement: "SEND-4", Expected: verdict.Textf("this", "ini"), Seen: verdict.Textf("that", "itu")}}
	require.Equal(t, verdict.Pass, r.Requirements[0].Status)
	r.Requirements[0].Status, r.Requirements[0].Reason = verdict.Fail, verdict.Textf("departs", "menyimpang")
	return r
}

func TestLetterAndBehaviour(t *testing.T) {
	r := departing(t)

	text := string(write(t, "console", r, verdict.English))
	assert.Contains(t, text, "≠ SEND-4   departs everywhere\n  accepted      this\n  seen          that\n")
	assert.NotContains(t, text, "✗ SEND-4", "it is said once")
	assert.Contains(t, text, "✗ SEND-5")
	assert.Less(t, strings.Index(text, "≠ SEND-4"), strings.Index(text, "✗ SEND-5"))
	assert.Contains(t, text, `
          to the letter  behaviour
SEND      ✗✗✗            ✓✗✗
SENDFILE  ––             ––
ROBUST    –              –
`)
	assert.Contains(t, text, `
                to the letter               behaviour
           pass   fail   skip      pass   fail   skip
must          0      2      2         1      1      2
should        0      1      0         0      1      0
robust        0      0      1         0      0      1
`)
	assert.Contains(t, text, "exit code 1: 2 failed up to must", "the letter counts")

	m := decode(t, write(t, "json", r, verdict.English))
	summary := m["summary"].(map[string]any)
	assert.Equal(t, map[string]any{"pass": 0.0, "fail": 2.0, "skip": 2.0}, summary["must"])
	assert.Equal(t, map[string]any{"pass": 1.0, "fail": 1.0, "skip": 2.0}, summary["behaviour"].(map[string]any)["must"])
	q := m["requirements"].([]any)[0].(map[string]any)
	assert.Equal(t, "fail", q["status"])
	assert.Equal(t, "pass", q["behaviour"])

	junit := string(write(t, "junit", r, verdict.English))
	assert.Equal(t, 1, strings.Count(junit, `<property name="behaviour" value="pass"></property>`))
	assert.Contains(t, string(write(t, "markdown", r, verdict.English)), "| must | 0 | 2 | 2 | 1 | 1 | 2 |")
}

func TestDialect(t *testing.T) {
	d := dialect.Spec("alpha")
	for _, c := range []struct {
		change func()
		says   []string
	}{
		{func() {}, []string{"127.0.0.1:8889 (alpha)", "found out     satu", "✓ keeps to the letter"}},
		{func() { d.Results.Text = "message" }, []string{"≠ WIRE-4", `every text under "data"`, `under "message"`}},
		{func() { d.Results.Unknown = hostile }, []string{"≠ WIRE-6"}},
	} {
		c.change()
		var b strings.Builder
		require.NoError(t, Dialect(&b, "127.0.0.1:8889", d, []verdict.Text{verdict.Textf("satu", "satu")}, verdict.English, Style{}))
		for _, want := range c.says {
			assert.Contains(t, b.String(), want)
		}
		assert.NotContains(t, b.String(), "\x1b")
		assert.NotContains(t, b.String(), "\u202e")
	}
}
