package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// diagnosed is the sample with a sure cause and a guess.
func diagnosed(t *testing.T, said string) *verdict.Report {
	r := sample(t)
	text := verdict.Textf("%s", "%s", said)
	r.Diagnoses = []verdict.Diagnosis{
		{Cause: "cut-at-space", Sure: true, Requirements: []string{"SEND-5"}, Scenario: 1, Says: text, Fix: verdict.Textf("Take the rest of the line.", "Ambil sisa baris.")},
		{Cause: "thread-died", Requirements: []string{"SEND-5", "SEND-12"}, Scenario: 2, Says: text, Fix: text},
	}
	return r
}

func TestDiagnosesOnTheConsole(t *testing.T) {
	var b strings.Builder
	require.NoError(t, writeConsole(&b, diagnosed(t, "pesan terpotong"), verdict.Indonesian))
	assert.Contains(t, b.String(), `Kemungkinan penyebab
  ● pasti       pesan terpotong
  perbaikan     Ambil sisa baris.
  menjelaskan   SEND-5

  ○ dugaan      pesan terpotong
  perbaikan     pesan terpotong
  menjelaskan   SEND-5 SEND-12

✗ SEND-5`, "they come before the failures")
	b.Reset()
	require.NoError(t, writeConsole(&b, sample(t), verdict.English))
	assert.NotContains(t, b.String(), "Likely causes")
}

func TestManyRequirementsOfOneCause(t *testing.T) {
	r := diagnosed(t, "x")
	for range 20 {
		r.Diagnoses[0].Requirements = append(r.Diagnoses[0].Requirements, "SEND-4")
	}
	var b strings.Builder
	require.NoError(t, writeConsole(&b, r, verdict.English))
	assert.Contains(t, b.String(), "and 9 more")
}

func TestDiagnosesInDocuments(t *testing.T) {
	var b strings.Builder
	require.NoError(t, writeMarkdown(&b, diagnosed(t, "a cause"), verdict.English))
	head, _, found := strings.Cut(b.String(), "## Failures")
	require.True(t, found)
	assert.Contains(t, head, "## Likely causes\n\n```text\n")
	assert.Contains(t, head, "● sure        a cause")

	b.Reset()
	require.NoError(t, writeHTML(&b, diagnosed(t, "a cause"), verdict.English))
	head, _, found = strings.Cut(b.String(), `id="failures"`)
	require.True(t, found)
	assert.Contains(t, head, `<section id="causes"`)
	assert.Contains(t, head, `<a href="#causes">Likely causes (2)</a>`)
	assert.Contains(t, head, `<a href="#SEND-12">SEND-12</a>`)
}

func TestDiagnosesInJSON(t *testing.T) {
	for _, r := range []*verdict.Report{diagnosed(t, "a cause"), sample(t)} {
		var b strings.Builder
		require.NoError(t, writeJSON(&b, r, verdict.English))
		var out struct{ Diagnoses []jsonDiagnosis }
		require.NoError(t, json.Unmarshal([]byte(b.String()), &out))
		require.NotNil(t, out.Diagnoses)
		require.Len(t, out.Diagnoses, len(r.Diagnoses))
		if len(out.Diagnoses) > 0 {
			want := jsonDiagnosis{Cause: "cut-at-space", Sure: true, Requirements: []string{"SEND-5"}, Says: "a cause", Fix: "Take the rest of the line.", Scenario: 1}
			assert.Equal(t, want, out.Diagnoses[0])
		}
	}
}

// What a diagnosis quotes of a server is as harmless as the rest.
func TestDiagnosesOfHostileServers(t *testing.T) {
	r := diagnosed(t, hostile+"<script>alert(1)</script>\n```\n# x")
	var b strings.Builder
	require.NoError(t, writeConsole(&b, r, verdict.English))
	assert.NotContains(t, b.String(), "\x1b")
	assert.NotContains(t, b.String(), "\u202e")
	b.Reset()
	require.NoError(t, writeHTML(&b, r, verdict.English))
	assert.NotContains(t, b.String(), "<script>alert")
	b.Reset()
	require.NoError(t, writeMarkdown(&b, r, verdict.English))
	assert.Contains(t, b.String(), "````text\n", "the fence is longer than what it holds")
}
