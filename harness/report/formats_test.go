package report

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	markdowntext "github.com/yuin/goldmark/text"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// A markdown block that a reader would see: its kind and its text.
type block struct{ kind, text string }

func parseMarkdown(t *testing.T, source []byte) (blocks []block) {
	t.Helper()
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(markdowntext.NewReader(source))
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		b := block{kind: n.Kind().String()}
		if n.Type() == ast.TypeBlock {
			b.text = string(n.Lines().Value(source))
		}
		blocks = append(blocks, b)
	}
	return blocks
}

func kinds(blocks []block) (kinds []string) {
	for _, b := range blocks {
		kinds = append(kinds, b.kind)
	}
	return kinds
}

func TestMarkdown(t *testing.T) {
	source := write(t, "markdown", rich(t), verdict.English)
	blocks := parseMarkdown(t, source)
	assert.Equal(t, block{"Heading", "✗ Fails: 2 failed up to must"}, blocks[0])
	assert.Contains(t, blocks[1].text, `a request ends with \r\n`)
	assert.Equal(t, "Table", blocks[2].kind)
	assert.Contains(t, string(source), "| must | 0 | 2 | 2 | 1 | 1 | 2 |\n")
	var headings, code strings.Builder
	for _, b := range blocks {
		switch b.kind {
		case "Heading":
			headings.WriteString(b.text + "\n")
		case "FencedCodeBlock":
			code.WriteString(b.text)
		}
	}
	assert.Contains(t, headings.String(), "✗ SEND-5 must: The message arrives whole\n")
	assert.Contains(t, code.String(), "  sent          siti  inbox␍␊\n")
	assert.Contains(t, code.String(), "~ SEND-12 should")
	assert.Contains(t, code.String(), "≠ SENDFILE-1")
	assert.True(t, bytes.HasSuffix(source, []byte("*level robust · seed 9223372036854775809 · 0.18 s*\n")), "the footer ends it")
	assert.Contains(t, string(write(t, "markdown", sample(t), verdict.English)), "| level | pass | fail | skip |\n")
}

// What a server says changes no block, and stands in code only.
func TestMarkdownOfHostileTextStaysCode(t *testing.T) {
	fences := "``` ```` \n```\n````\n`````\n~~~\n# heading\n<script>hacked=1</script>\n- @everyone #1\n" + strings.Repeat("`", 50)
	plain := kinds(parseMarkdown(t, write(t, "markdown", sampleSaying(t, "a plain text"), verdict.English)))
	for _, said := range []string{hostile, markup, fences, "\n\n```\n\n# x", "\r```\r", "    ```\n\t```"} {
		source := write(t, "markdown", sampleSaying(t, said), verdict.English)
		assert.Equal(t, plain, kinds(parseMarkdown(t, source)), "%q", said)
		assert.True(t, utf8.Valid(source))
		for _, r := range string(source) {
			if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
				t.Errorf("raw %U of %q", r, said)
			}
		}
		for _, b := range parseMarkdown(t, source) {
			if b.kind != "FencedCodeBlock" {
				assert.NotContains(t, b.text, "hacked")
				assert.NotContains(t, b.text, "everyone")
			}
		}
	}
}

func TestTAP(t *testing.T) {
	r := rich(t)
	r.Requirements[2].Known = "issue #13"
	text := string(write(t, "tap", r, verdict.English))
	lines := strings.Split(text, "\n")
	assert.Equal(t, []string{"TAP version 13", "1..6"}, lines[:2])
	points := 0
	for _, line := range lines {
		if strings.HasPrefix(line, "ok ") || strings.HasPrefix(line, "not ok ") {
			points++
		}
	}
	assert.Equal(t, 6, points)
	assert.Contains(t, text, "\nnot ok 2 - SEND-5 must The message arrives whole\n  ---\n  requirement: \"SEND-5\"\n")
	assert.Contains(t, text, "\nnot ok 3 - SEND-12 should The inbox shows the sender # TODO issue \\#13\n")
	assert.Contains(t, text, "\nok 4 - SENDFILE-1 must A file can be sent # SKIP no file was named: use --file\n")
	assert.NotContains(t, text, "Bail out!")

	assert.Contains(t, string(write(t, "tap", untestable(), verdict.English)), "\nBail out! the target could not be tested: nobody listens there\n")
	r = pass(t)
	r.Stopped = verdict.Textf("interrupted", "dihentikan")
	assert.Contains(t, string(write(t, "tap", r, verdict.English)), "\nBail out! stopped early: interrupted\n")
}

// Each line is what it is meant to be, whatever the server said.
func TestTAPOfHostileText(t *testing.T) {
	for _, said := range []string{hostile, "x\nok 7 - forged\nBail out!\n1..1\n  ...\n", "a # TODO b \\", "pragma +strict"} {
		inYAML := false
		for i, line := range strings.Split(strings.TrimSuffix(string(write(t, "tap", sampleSaying(t, said), verdict.English)), "\n"), "\n") {
			switch {
			case line == "  ---" || line == "  ...":
				assert.NotEqual(t, inYAML, line == "  ---")
				inYAML = !inYAML
			case inYAML:
				assert.Regexp(t, `^(  (requirement|level|message): "|  text: \||    )`, line)
			default:
				assert.Regexp(t, `^(TAP version 13|1\.\.6|# .*|(not )?ok \d - [A-Z]+-\d+ .*|Bail out! stopped early: .*)$`, line, "line %d", i)
			}
		}
	}
}

// perlTAP reads as prove does, the parser that the others are held against.
const perlTAP = `use strict; use TAP::Parser; binmode STDIN; local $/;
my $p = TAP::Parser->new({tap => scalar <STDIN>});
my ($unknown, $yaml) = (0, 0);
while (my $r = $p->next) { $unknown++ if $r->is_unknown; $yaml++ if $r->is_yaml && $r->data->{requirement} }
printf "planned %d run %d failed %d todo %d skipped %d yaml %d unknown %d errors %d",
  $p->tests_planned || 0, $p->tests_run, scalar($p->failed), scalar($p->todo), scalar($p->skipped), $yaml, $unknown, scalar($p->parse_errors);`

func TestTAPIsReadable(t *testing.T) {
	if err := exec.Command("perl", "-MTAP::Parser", "-e", "1").Run(); err != nil {
		t.Skip("no Perl with TAP::Parser is installed: apt-get install perl")
	}
	parse := func(tap []byte) string {
		cmd := exec.CommandContext(t.Context(), "perl", "-e", perlTAP)
		cmd.Stdin = bytes.NewReader(tap)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		return string(out)
	}
	whole := write(t, "tap", rich(t), verdict.English)
	assert.Equal(t, "planned 6 run 6 failed 2 todo 1 skipped 3 yaml 3 unknown 0 errors 0", parse(whole))
	for _, line := range []string{"\nnot ok 3", "\nok 6"} {
		cut := whole[:bytes.Index(whole, []byte(line))+1]
		assert.Contains(t, parse(cut), "errors 1", "one that was cut off is not good")
	}
	assert.Contains(t, parse(write(t, "tap", pass(t), verdict.Indonesian)), "planned 1 run 1 failed 0 todo 0 skipped 0 yaml 0 unknown 0 errors 0")
	assert.Contains(t, parse(write(t, "tap", sampleSaying(t, hostile), verdict.English)), "planned 6 run 6 failed 1 todo 1 skipped 3 yaml 2 unknown 0 errors 0")
	assert.Contains(t, parse(write(t, "tap", untestable(), verdict.English)), "run 0")
}

// The keys that ctrf.io's schema (July 2026) knows at each place; all objects
// are closed there.
var ctrfKeys = map[string]string{
	"":             "reportFormat specVersion reportId runId timestamp generatedBy extra results baseline insights",
	"results":      "tool summary tests environment extra",
	"tool":         "name version extra",
	"summary":      "tests passed failed skipped pending other flaky suites start stop duration extra",
	"environment":  "reportName appName appVersion osPlatform testEnvironment healthy extra",
	"tests":        "id testId executionId name status duration start stop suite message trace snippet line rawStatus tags labels type filePath retries flaky stdout stderr extra",
	"environment.": "serverId seed level gate exitCode deviations", // our own, in extra
}

func TestCTRF(t *testing.T) {
	for name, r := range reports(t) {
		t.Run(name, func(t *testing.T) {
			b := write(t, "ctrf", r, verdict.English)
			assert.True(t, utf8.Valid(b))
			m := decode(t, b)
			assert.Equal(t, "CTRF", m["reportFormat"])
			assert.Regexp(t, `^\d+\.\d+\.\d+$`, m["specVersion"])
			results := m["results"].(map[string]any)
			summary, environment := results["summary"].(map[string]any), results["environment"].(map[string]any)
			for key, object := range map[string]any{
				"": m, "results": results, "tool": results["tool"], "summary": summary, "environment": environment, "environment.": environment["extra"],
			} {
				for k := range object.(map[string]any) {
					assert.Contains(t, strings.Fields(ctrfKeys[key]), k)
				}
			}
			for k, v := range summary {
				assert.Equal(t, float64(int64(v.(float64))), v, "%s is an integer", k)
				assert.GreaterOrEqual(t, v, 0.0, k)
			}
			counts := map[string]float64{"passed": 0, "failed": 0, "skipped": 0, "pending": 0, "other": 0, "tests": 0}
			for _, test := range results["tests"].([]any) {
				test := test.(map[string]any)
				for k := range test {
					assert.Contains(t, strings.Fields(ctrfKeys["tests"]), k)
				}
				assert.NotEmpty(t, test["name"])
				assert.Contains(t, counts, test["status"])
				assert.Len(t, test["suite"], 1)
				counts[test["status"].(string)]++
				counts["tests"]++
			}
			for k, n := range counts {
				assert.Equal(t, n, summary[k], k)
			}
		})
	}
	r := rich(t)
	m := decode(t, write(t, "ctrf", r, verdict.English))["results"].(map[string]any)
	test := func(i int) map[string]any { return m["tests"].([]any)[i].(map[string]any) }
	assert.Equal(t, "failed", test(1)["status"])
	assert.Equal(t, "SEND-5", test(1)["testId"])
	assert.Equal(t, `ends here; should be "halo dunia"`, test(1)["message"])
	assert.Contains(t, test(1)["trace"], "sent          siti  inbox␍␊")
	assert.Equal(t, "other", test(2)["status"])
	assert.Equal(t, "known failure: issue 13", test(2)["message"])
	assert.Equal(t, "skipped", test(3)["status"])
	assert.Equal(t, 3.0, m["summary"].(map[string]any)["suites"])

	m = decode(t, write(t, "ctrf", untestable(), verdict.English))["results"].(map[string]any)
	assert.Equal(t, 1.0, m["summary"].(map[string]any)["failed"], "a run that ended early is never green")
}

func TestGradescope(t *testing.T) {
	type graded struct {
		Score  float64
		Output string
		Format string `json:"output_format"`
		Tests  []struct {
			Score  *float64
			Max    *float64 `json:"max_score"`
			Status string
			Number string
			Output string
		}
	}
	grade := func(r *verdict.Report) (g graded) {
		require.NoError(t, json.Unmarshal(write(t, "gradescope", r, verdict.English), &g))
		return g
	}
	r := sample(t) // must: one passes, one fails, two are skipped; should: one fails; robust: skipped
	g := grade(r)
	assert.Equal(t, 40.0, g.Score)
	assert.Contains(t, g.Output, "Fails: 1 failed up to must\n40 of 100 (4 of 10 points)\n")
	assert.Equal(t, "text", g.Format)
	assert.Equal(t, []float64{4, 4}, []float64{*g.Tests[0].Score, *g.Tests[0].Max})
	assert.Equal(t, []float64{0, 4}, []float64{*g.Tests[1].Score, *g.Tests[1].Max})
	assert.Equal(t, "SEND-5", g.Tests[1].Number)
	assert.Equal(t, "failed", g.Tests[1].Status)
	assert.Contains(t, g.Tests[1].Output, "PARAMETER2 is the rest of the line")
	assert.Nil(t, g.Tests[3].Score, "what could not be judged costs nothing")
	assert.Nil(t, g.Tests[3].Max)
	assert.Contains(t, g.Tests[3].Output, "no file was named")

	verdict.Baseline{"SEND-12": "issue 13"}.Apply(r)
	assert.Equal(t, 50.0, grade(r).Score, "a known failure counts neither way")
	r.Stopped = verdict.Textf("the server died", "server mati")
	g = grade(r)
	assert.Equal(t, 23.53, g.Score, "4 of 17: dying early pays nothing")
	assert.Contains(t, g.Output, label.ScoreEnded.EN)
	assert.Equal(t, 100.0, grade(pass(t)).Score)
	assert.Zero(t, grade(untestable()).Score)
	assert.Zero(t, grade(&verdict.Report{}).Score)
}

// Every kind is bounded, is UTF-8, and holds nothing that a terminal obeys.
func TestFormatsOfHostileText(t *testing.T) {
	for _, kind := range []string{"ctrf", "gradescope", "html", "markdown", "tap"} {
		t.Run(kind, func(t *testing.T) {
			huge := strings.Repeat(hostile+markup, 1<<20/len(hostile+markup))
			b := write(t, kind, sampleSaying(t, huge), verdict.English)
			assert.Less(t, len(b), 1<<20)
			assert.True(t, utf8.Valid(b))
			for _, r := range string(b) {
				if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
					t.Fatalf("raw %U", r)
				}
			}
			if kind == "ctrf" || kind == "gradescope" {
				for n := range len(b) - 2 {
					if n%977 == 0 && json.Valid(b[:n]) {
						t.Errorf("the first %d bytes look whole", n)
					}
				}
			}
		})
	}
}
