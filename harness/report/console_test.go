package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

var update = flag.Bool("update", false, "write testdata/*.golden")

func console(t *testing.T, r *verdict.Report, lang verdict.Lang, style Style) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, Console(&b, r, lang, style))
	return b.String()
}

func TestConsoleGolden(t *testing.T) {
	pass := sample(t)
	pass.Requirements = pass.Requirements[:1]
	pass.Scenarios = pass.Scenarios[:1]
	known := sample(t)
	verdict.Baseline{"SEND-5": "issue 12", "SEND-12": "issue 13", "SEND-4": "was broken"}.Apply(known)
	untestable := &verdict.Report{
		Version: "v1.0.0", Target: verdict.Target{Address: "127.0.0.1:9"}, Untestable: true,
		Stopped: verdict.Textf("nobody listens there", "tidak ada yang mendengarkan di sana"),
	}
	for _, c := range []struct {
		name   string
		report *verdict.Report
		lang   verdict.Lang
	}{
		{"failures.id", sample(t), verdict.Indonesian},
		{"failures.en", sample(t), verdict.English},
		{"pass.en", pass, verdict.English},
		{"known.en", known, verdict.English},
		{"untestable.id", untestable, verdict.Indonesian},
		{"hostile.en", hostileSample(t), verdict.English},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := "testdata/" + c.name + ".golden"
			got := console(t, c.report, c.lang, Style{})
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Empty(t, cmp.Diff(string(want), got))
		})
	}
}

// Nothing that a terminal obeys may reach it, whoever said it.
func TestConsoleIsNeverRaw(t *testing.T) {
	for _, lang := range []verdict.Lang{verdict.English, verdict.Indonesian} {
		text := console(t, hostileSample(t), lang, Style{})
		assert.True(t, utf8.ValidString(text))
		for _, r := range text {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("raw %U in the report", r)
			}
		}
	}
}

func TestConsoleIsBounded(t *testing.T) {
	for name, unit := range map[string]string{"text": "a", "broken": "\xff", "combining": "\u0301", "lines": "a\n", "wide": "日"} {
		t.Run(name, func(t *testing.T) {
			huge := strings.Repeat(unit, 1<<20/len(unit))
			r := sample(t)
			text := verdict.Text{EN: huge, ID: huge}
			r.Scenarios[1].Failure = &verdict.Failure{
				Message: text, Expected: []verdict.Text{text}, Hint: text, Actual: huge, Caret: len(huge) / 2, Conn: "siti", Reproduce: huge,
			}
			r.Scenarios[1].Transcript[4].Data = []byte(huge)
			r.Target.ServerID, r.Stopped = huge, text
			assert.Less(t, len(console(t, r, verdict.English, Style{})), 512<<10)
		})
	}
}

func TestConsoleShowsTheLastRequests(t *testing.T) {
	r := sample(t)
	s := &r.Scenarios[1]
	var more []verdict.Event
	for i := range 30 { // equal ones in a row are shown once
		more = append(more,
			verdict.Event{Conn: "budi", Dir: verdict.Sent, Data: fmt.Appendf(nil, "connect %d\r\n", i)},
			verdict.Event{Conn: "budi", Dir: verdict.Received, Data: []byte("{}\r\n\r\n")})
	}
	t.Run("with those before counted", func(t *testing.T) {
		s.Transcript = append(more, s.Transcript...)
		text := console(t, r, verdict.English, Style{})
		assert.Contains(t, text, "… 48 more") // 8 of 32 requests are shown
		assert.Contains(t, text, "^")
	})
	t.Run("and the wrong one, however early", func(t *testing.T) {
		s.Transcript = append(s.Transcript[60:], more...)
		text := console(t, r, verdict.English, Style{})
		assert.Contains(t, text, "… 3 more")
		assert.Contains(t, text, "… 44 more")
		assert.Contains(t, text, `ends here; should be "halo dunia" ^`)
	})
}

func TestConsoleTellsSilenceFromAnEnd(t *testing.T) {
	r := sample(t)
	s := &r.Scenarios[1]
	s.Transcript = nil
	for _, dir := range []verdict.Dir{verdict.Closed, verdict.Reset, verdict.Silent, verdict.Left} {
		s.Transcript = append(s.Transcript, verdict.Event{Conn: "siti", Dir: dir})
	}
	text := console(t, r, verdict.English, Style{})
	for _, l := range []verdict.Text{label.ByServer, label.ByReset, label.ByNobody, label.ByUs} {
		assert.Contains(t, text, l.EN)
	}
	assert.Contains(t, text, "looked at", "what Actual is stands there where no event holds it")
}

func TestConsoleColours(t *testing.T) {
	plain := console(t, sample(t), verdict.English, Style{})
	coloured := console(t, sample(t), verdict.English, Style{Color: true})
	assert.NotContains(t, plain, "\x1b")
	assert.Contains(t, coloured, "\x1b[31m")
	for _, code := range []string{"\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"} {
		coloured = strings.ReplaceAll(coloured, code, "")
	}
	assert.Equal(t, plain, coloured, "colours change nothing else")
}

// A script is pasted into a shell: it stands there to the letter.
func TestConsoleScriptIsWhole(t *testing.T) {
	r := sample(t)
	script := "x='" + strings.Repeat("panjang ", 400) + "'\n\tprintf \"$x\" | nc 127.0.0.1 8889"
	r.Scenarios[1].Failure.Reproduce = script
	assert.Contains(t, console(t, r, verdict.English, Style{}), strings.ReplaceAll("    "+script, "\n", "\n    "))
}

func TestLabelsStandInBothLanguages(t *testing.T) {
	v := reflect.ValueOf(label)
	for i := range v.NumField() {
		name, text := v.Type().Field(i).Name, v.Field(i).Interface().(verdict.Text)
		assert.NotEmpty(t, text.EN, name)
		assert.NotEmpty(t, text.ID, name)
		assert.Equal(t, verbs(text.EN), verbs(text.ID), name)
	}
}

func verbs(format string) string {
	var b strings.Builder
	for i := range len(format) - 1 {
		if format[i] == '%' {
			b.WriteByte(format[i+1])
		}
	}
	return b.String()
}

func TestTranscript(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Transcript(&b, sample(t).Scenarios[1].Transcript, verdict.English, Style{}))
	assert.Contains(t, b.String(), "sent          siti  inbox␍␊\n")
	assert.NotContains(t, b.String(), "^")
}
