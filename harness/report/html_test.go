package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// markup is what a server may say to become a part of the page.
const markup = `"'><img src=x onerror="hacked=1"></code></style></textarea><!--<script>hacked=1</script><b id="main">&lt;{{.}}` + "`${1}` javascript:hacked=1"

func untestable() *verdict.Report {
	return &verdict.Report{
		Version: "v1.0.0", Target: verdict.Target{Address: "127.0.0.1:9"}, Untestable: true,
		Stopped: verdict.Textf("nobody listens there", "tidak ada yang mendengarkan di sana"),
	}
}

func pass(t *testing.T) *verdict.Report {
	t.Helper()
	r := sample(t)
	r.Requirements, r.Scenarios = r.Requirements[:1], r.Scenarios[:1]
	return r
}

// A document is a page as a browser would read it.
type document struct{ root *html.Node }

func parseHTML(t *testing.T, r *verdict.Report, lang verdict.Lang) document {
	t.Helper()
	root, err := html.Parse(strings.NewReader(string(write(t, "html", r, lang))))
	require.NoError(t, err)
	return document{root}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// all gives the elements that fit, in the order of the page.
func (d document) all(fits func(*html.Node) bool) (found []*html.Node) {
	for n := range d.root.Descendants() {
		if n.Type == html.ElementNode && fits(n) {
			found = append(found, n)
		}
	}
	return found
}

func (d document) tagged(tag atom.Atom) []*html.Node {
	return d.all(func(n *html.Node) bool { return n.DataAtom == tag })
}

func (d document) id(id string) *html.Node {
	if found := d.all(func(n *html.Node) bool { return attribute(n, "id") == id }); len(found) > 0 {
		return found[0]
	}
	return nil
}

// text is what stands in an element, white space joined.
func text(n *html.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func reports(t *testing.T) map[string]*verdict.Report {
	t.Helper()
	return map[string]*verdict.Report{
		"sample": sample(t), "rich": rich(t), "pass": pass(t), "untestable": untestable(),
		"hostile": hostileSample(t), "markup": sampleSaying(t, markup), "empty": {},
	}
}

func TestHTMLIsSound(t *testing.T) {
	for name, r := range reports(t) {
		for _, lang := range []verdict.Lang{verdict.English, verdict.Indonesian} {
			t.Run(name+"."+string(lang), func(t *testing.T) {
				d := parseHTML(t, r, lang)
				assert.Equal(t, string(lang), attribute(d.tagged(atom.Html)[0], "lang"))
				ids := map[string]bool{}
				for _, n := range d.all(func(n *html.Node) bool { return has(n, "id") }) {
					id := attribute(n, "id")
					assert.False(t, ids[id], "%s stands twice", id)
					ids[id] = true
				}
				for _, n := range d.all(func(n *html.Node) bool { return true }) {
					if href := attribute(n, "href"); href != "" {
						assert.True(t, strings.HasPrefix(href, "#") && ids[href[1:]], "%s leads nowhere", href)
					}
					for _, key := range []string{"aria-labelledby", "for"} {
						assert.True(t, !has(n, key) || ids[attribute(n, key)], "%s=%q", key, attribute(n, key))
					}
					for _, a := range n.Attr {
						assert.NotContains(t, []string{"src", "style", "action", "srcset", "data"}, a.Key)
						assert.False(t, strings.HasPrefix(a.Key, "on"), a.Key)
					}
				}
				headings(t, d)
				for tag, n := range map[atom.Atom]int{atom.Main: 1, atom.Nav: min(1, len(r.Requirements)), atom.Header: 1, atom.Footer: 1, atom.H1: 1, atom.Script: 1, atom.Style: 1, atom.Title: 1} {
					assert.Len(t, d.tagged(tag), n, tag.String())
				}
			})
		}
	}
}

// headings sees to it that none is empty and that no level is left out.
func headings(t *testing.T, d document) {
	t.Helper()
	last := 0
	for _, n := range d.all(func(n *html.Node) bool { return len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] <= '6' }) {
		level := int(n.Data[1] - '0')
		assert.LessOrEqual(t, level, last+1, text(n))
		assert.NotEmpty(t, text(n))
		last = level
	}
}

// The elements of a page do not depend on what the server said.
func TestHTMLOfHostileTextHasNoOtherElements(t *testing.T) {
	elements := func(said string) map[string]int {
		count := map[string]int{}
		for _, n := range parseHTML(t, sampleSaying(t, said), verdict.English).all(func(n *html.Node) bool { return attribute(n, "class") != "control" }) {
			count[n.Data]++
		}
		return count
	}
	plain := elements("a plain text that is longer than five bytes")
	assert.Equal(t, plain, elements(markup))
	assert.Equal(t, plain, elements(hostile))
	for i := range 256 {
		assert.Equal(t, plain, elements("bytes: "+string([]byte{byte(i)})+"<b>"))
	}
}

func TestHTMLHoldsWhatWasSaid(t *testing.T) {
	d := parseHTML(t, sampleSaying(t, markup), verdict.English)
	article := text(d.id("failure-SEND-5"))
	assert.Contains(t, article, `<img src=x onerror="hacked=1">`)
	assert.Contains(t, article, `&lt;{{.}}`)
}

func TestHTMLPolicyKnowsItsOwn(t *testing.T) {
	d := parseHTML(t, sample(t), verdict.English)
	policy := ""
	for _, n := range d.tagged(atom.Meta) {
		if attribute(n, "http-equiv") == "Content-Security-Policy" {
			policy = attribute(n, "content")
		}
	}
	assert.Contains(t, policy, "default-src 'none'")
	for _, tag := range []atom.Atom{atom.Style, atom.Script} {
		inline := d.tagged(tag)[0].FirstChild.Data
		assert.Contains(t, policy, tag.String()+"-src '"+integrity(inline)+"'")
	}
}

func TestHTMLShowsTheVerdictFirst(t *testing.T) {
	for _, c := range []struct {
		name     string
		change   func(*verdict.Report)
		class    string
		headline string
	}{
		{"fails", func(*verdict.Report) {}, "verdict fail", "✗ Fails: 1 failed up to must"},
		{"passes", func(r *verdict.Report) { r.Requirements = r.Requirements[:1] }, "verdict pass", "✓ Passes: nothing failed up to must"},
		{"known", func(r *verdict.Report) { verdict.Baseline{"SEND-5": "x"}.Apply(r) }, "verdict pass", "✓ Passes: nothing failed up to must but what the baseline knows"},
		{"stopped", func(r *verdict.Report) {
			r.Requirements, r.Stopped = r.Requirements[:1], verdict.Textf("interrupted", "dihentikan")
		}, "verdict ended", "! No verdict: the run was stopped early"},
		{"untestable", func(r *verdict.Report) { *r = *untestable() }, "verdict ended", "! The target could not be tested"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sample(t)
			c.change(r)
			d := parseHTML(t, r, verdict.English)
			section := d.id("verdict")
			assert.Equal(t, c.class, attribute(section, "class"))
			assert.Equal(t, c.headline, text(d.id("verdict-title")))
			assert.Equal(t, section, d.tagged(atom.Section)[0])
			if !r.Stopped.IsZero() {
				assert.Contains(t, text(section), r.Stopped.EN)
			}
		})
	}
}

func TestHTMLShowsAFailure(t *testing.T) {
	article := parseHTML(t, sample(t), verdict.Indonesian).id("failure-SEND-5")
	require.NotNil(t, article)
	said := text(article)
	for _, part := range []string{
		"SEND-5 must Pesan sampai utuh", "PARAMETER2: pesan", "features/send.feature:20", "budi → dikirim", "send siti@alpha halo dunia␍␊",
		`"halo dunia" di mana pun dalam data`, "sisa baris, bukan satu kata", `printf 'send siti@alpha halo dunia\r\n'`,
		"73 65 6e 64 20 73 69 74", "spasi ganda", "tidak ada jawaban",
	} {
		assert.Contains(t, said, part)
	}
	d := document{article}
	mark := d.tagged(atom.Mark)
	require.Len(t, mark, 1)
	assert.Equal(t, `salah mulai di sini: "`, text(mark[0]))
	assert.Contains(t, text(mark[0].Parent), `"pesan": "halosalah mulai`)
}

func TestHTMLHasTwoColumnsWhereTheyDiffer(t *testing.T) {
	columns := func(r *verdict.Report) string {
		return text(parseHTML(t, r, verdict.English).id("requirements"))
	}
	assert.NotContains(t, columns(sample(t)), "behaviour")
	assert.Contains(t, columns(rich(t)), "idrequirementto the letterbehaviour")
	r := sample(t)
	r.Requirements[0].Behaviour = verdict.Fail
	assert.Contains(t, columns(r), "✓ pass✗ fail")

	d := parseHTML(t, rich(t), verdict.English)
	assert.Contains(t, text(d.id("deviations")), `≠ SENDFILE-1 acceptedtext under "message"`)
	assert.Contains(t, text(d.id("known")), "~ SEND-12 should The inbox shows the sender issue 13")
	assert.Contains(t, text(d.id("unjudged")), "no file was named: use --fileSENDFILE-1 SENDFILE-4")
	assert.Contains(t, text(d.id("stale")), "SENDFILE-4")
	assert.Nil(t, d.id("failure-SENDFILE-1"))
	assert.Contains(t, text(d.id("main")), `a request ends with \r\n`)
}

// Without JavaScript everything stands there but the filter.
func TestHTMLHidesOnlyTheFilter(t *testing.T) {
	d := parseHTML(t, rich(t), verdict.English)
	var hidden []string
	for _, n := range d.all(func(n *html.Node) bool { return has(n, "hidden") }) {
		hidden = append(hidden, attribute(n, "id"))
	}
	assert.Equal(t, []string{"filter", "filter-none"}, hidden)
}

func TestHTMLIsBounded(t *testing.T) {
	for name, unit := range map[string]string{"text": "a", "broken": "\xff", "control": "\r", "markup": "<&\"", "combining": "\u0301", "lines": "a\n", "wide": "日"} {
		t.Run(name, func(t *testing.T) {
			r := sampleSaying(t, strings.Repeat(unit, 1<<20/len(unit)))
			r.Scenarios[1].Failure.Caret = 1 << 19
			assert.Less(t, len(write(t, "html", r, verdict.English)), 1<<20)
		})
	}
	t.Run("raw bytes in all", func(t *testing.T) {
		r := sample(t)
		s := r.Scenarios[1]
		for range 1000 {
			s.Transcript[4].Data = []byte(strings.Repeat("a", 1<<16))
			r.Scenarios = append(r.Scenarios, s)
			r.Requirements[1].Scenarios = append(r.Requirements[1].Scenarios, len(r.Scenarios)-1)
		}
		page := string(write(t, "html", r, verdict.English))
		assert.Less(t, strings.Count(page, "\n000"), rawOfReport/16*2)
		assert.Contains(t, page, label.RawMore.EN)
	})
}

func TestAround(t *testing.T) {
	for _, c := range []struct {
		in            string
		focus, budget int
		want          [3]string
	}{
		{"halo", 2, 10, [3]string{"ha", "l", "o"}},
		{"halo", 0, 10, [3]string{"", "h", "alo"}},
		{"halo", 4, 10, [3]string{"halo", "", ""}},
		{"halo", 99, 10, [3]string{"halo", "", ""}},
		{"", 0, 10, [3]string{"", "", ""}},
		{"a\r\n", 1, 10, [3]string{"a", "␍", "␊"}},
		{"日本", 4, 10, [3]string{"日", "本", ""}},
		{strings.Repeat("a", 50) + "X" + strings.Repeat("b", 50), 50, 9, [3]string{"…aaaaaa", "X", "bbb…(47 byte)"}},
	} {
		before, at, after := around([]byte(c.in), c.focus, c.budget)
		assert.Equal(t, c.want, [3]string{before, at, after}, c.in)
	}
}

func TestGlyphsPartText(t *testing.T) {
	assert.Equal(t, []htmlGlyphs{{Text: "a"}, {Text: "␍", Control: "CR"}, {Text: "␊", Control: "LF"}, {Text: "é"}, {Text: "␡", Control: "DEL"}}, glyphs("a␍␊é␡"))
	assert.Nil(t, glyphs(""))
	for r := range rune(0x20) {
		assert.NotEmpty(t, glyphs(newGlyph(byte(r), r, 1).text)[0].Control)
	}
}
