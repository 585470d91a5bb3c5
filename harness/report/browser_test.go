package report

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

var screenshots = flag.String("screenshots", "", "write what the browser shows to this folder")

// browser starts a headless Chromium that ends with the test, and that nothing
// outlives for more than three minutes.
func browser(t *testing.T) context.Context {
	t.Helper()
	here, path := goleak.IgnoreCurrent(), ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no chromium is installed: apt-get install chromium")
	}
	t.Cleanup(func() { goleak.VerifyNone(t, here) }) // after the browser has ended
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx,
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true),
	)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx), "chromium does not start")
	return ctx
}

type step = chromedp.Action[chromedp.Void]

// A tab shows one report.
type tab struct {
	*testing.T
	ctx  context.Context
	mu   sync.Mutex
	said []string // on the console
}

// newTab opens a report after some actions. What the console says fails the
// test, unless it forgets that.
func newTab(t *testing.T, browser context.Context, r *verdict.Report, before ...step) *tab {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(file, write(t, "html", r, verdict.Indonesian), 0o600))
	ctx, cancel := chromedp.NewContext(browser)
	tab := &tab{T: t, ctx: ctx}
	t.Cleanup(func() {
		cancel()
		tab.mu.Lock()
		defer tab.mu.Unlock()
		assert.Empty(t, tab.said, "the console is silent")
	})
	require.NoError(t, chromedp.Listen(ctx, tab.hear))
	tab.run(append(before, chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String()), chromedp.WaitReady("footer"))...)
	return tab
}

func (t *tab) hear(event any) {
	said := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		said = e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		said = fmt.Sprint(e.Type, e.Args)
	case *log.EventEntryAdded:
		said = e.Entry.Text + " " + e.Entry.URL
	default:
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.said = append(t.said, said)
}

// forget gives what the console said, once there is something.
func (t *tab) forget() (said []string) {
	t.Helper()
	require.Eventually(t, func() bool {
		t.mu.Lock()
		defer t.mu.Unlock()
		said, t.said = append(said, t.said...), nil
		return len(said) > 0
	}, 10*time.Second, 10*time.Millisecond)
	return said
}

func (t *tab) run(actions ...step) {
	t.Helper()
	require.NoError(t, chromedp.Do(t.ctx, actions...))
}

// eval gives what a JavaScript expression is.
func eval[V any](t *tab, expression string) V {
	t.Helper()
	v, err := chromedp.Run(t.ctx, chromedp.Evaluate[V](expression))
	require.NoError(t, err, expression)
	return v
}

// tabTo presses the tabulator until the element that the selector names has
// the focus.
func (t *tab) tabTo(selector string) {
	t.Helper()
	for range 200 {
		t.run(chromedp.KeyEvent(kb.Tab))
		if eval[bool](t, fmt.Sprintf("document.activeElement.matches(%q)", selector)) {
			return
		}
	}
	t.Fatalf("the keyboard does not reach %s", selector)
}

func (t *tab) screenshot(name string) {
	t.Helper()
	if *screenshots == "" {
		return // they take most of the time
	}
	b, err := chromedp.Run(t.ctx, chromedp.FullScreenshot(100))
	require.NoError(t, err)
	t.keep(name+".png", b)
}

func (t *tab) keep(name string, b []byte) {
	t.Helper()
	if *screenshots != "" {
		require.NoError(t, os.WriteFile(filepath.Join(*screenshots, name), b, 0o644))
	}
}

// media makes the browser take itself for a screen or a printer, light or dark.
func media(kind, scheme string) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: kind, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
}

// rich is a report with all that a page can show.
func rich(t *testing.T) *verdict.Report {
	t.Helper()
	r := sample(t)
	text := verdict.Textf("text under \"message\"", "teks di bawah \"message\"")
	r.Deviations = []verdict.Deviation{{Requirement: "SENDFILE-1", Expected: text, Seen: text}}
	r.Requirements[0].Status, r.Requirements[0].Reason = verdict.Fail, text
	verdict.Baseline{"SEND-12": "issue 13", "ROBUST-7": "old"}.Apply(r)
	r.Stale = []string{"SENDFILE-4"}
	r.Scenarios[1].Transcript = append(r.Scenarios[1].Transcript, verdict.Event{Conn: "siti", Dir: verdict.Silent, At: 2 * time.Second})
	return r
}

func TestBrowser(t *testing.T) {
	b := browser(t)
	patience := chromedp.WithPollingTimeout(10 * time.Second)
	phone := chromedp.EmulateViewport(390, 844, chromedp.EmulateScale(2))

	t.Run("every report opens", func(t *testing.T) {
		for name, r := range map[string]*verdict.Report{
			"sample": sample(t), "rich": rich(t), "hostile": hostileSample(t), "markup": sampleSaying(t, markup),
			"untestable": untestable(), "pass": pass(t),
		} {
			tab := newTab(t, b, r)
			tab.screenshot(name)
			assert.Equal(t, 1, eval[int](tab, "document.scripts.length"), name)
			assert.Zero(t, eval[int](tab, "document.querySelectorAll('img, svg, iframe, object, link, base, body style, b[id], [onerror], [onload], [style]').length"), name)
			assert.Equal(t, "undefined", eval[string](tab, "typeof hacked"), name)
			assert.False(t, eval[bool](tab, "document.body.innerText.includes('undefined')"), name)
		}
	})

	t.Run("the policy forbids what is not its own", func(t *testing.T) {
		tab := newTab(t, b, sample(t))
		tab.run(chromedp.Evaluate[chromedp.Void](`{
			const script = document.createElement("script");
			script.textContent = "hacked = 1";
			document.body.append(script);
			document.body.innerHTML += "<img src=data:, onerror='hacked = 1'>";
		}`))
		assert.Contains(t, fmt.Sprint(tab.forget()), "Content Security Policy")
		assert.Equal(t, "undefined", eval[string](tab, "typeof hacked"))
	})

	t.Run("the keyboard filters", func(t *testing.T) {
		tab := newTab(t, b, rich(t))
		ids := func() string {
			return eval[string](tab, `[...document.querySelectorAll("tr[data-level]")].filter(e => e.checkVisibility()).map(e => e.id).join(" ")`)
		}
		count := func() string { return eval[string](tab, `document.getElementById("filter-count").innerText`) }
		const all = "SEND-4 SEND-5 SEND-12 SENDFILE-1 SENDFILE-4 ROBUST-7"
		assert.Equal(t, all, ids())

		tab.tabTo(`[name=level][value=must]`)
		tab.run(chromedp.KeyEvent(" "))
		assert.Equal(t, "SEND-12 ROBUST-7", ids())
		assert.Equal(t, "2 dari 6 persyaratan ditampilkan", count())
		assert.True(t, eval[bool](tab, `document.getElementById("filter-none").checkVisibility()`), "no failure is left")
		assert.False(t, eval[bool](tab, `document.getElementById("area-SENDFILE").checkVisibility()`), "nor anything of this area")

		tab.run(chromedp.KeyEvent(" "))
		tab.tabTo(`[name=status][value=known]`)
		tab.run(chromedp.KeyEvent(" "))
		assert.Equal(t, "SEND-4 SEND-5 SENDFILE-1 SENDFILE-4 ROBUST-7", ids())
		assert.False(t, eval[bool](tab, `document.getElementById("failure-SEND-12").checkVisibility()`))

		tab.tabTo(`[name=behaviour][value=pass]`)
		tab.run(chromedp.KeyEvent(" "))
		assert.Equal(t, "SEND-5 SENDFILE-1 SENDFILE-4 ROBUST-7", ids())

		tab.tabTo("select")
		tab.run(chromedp.KeyEvent(kb.ArrowDown))
		assert.Equal(t, "SEND-5", ids())

		tab.tabTo("button")
		tab.run(chromedp.KeyEvent(kb.Enter), chromedp.Poll[chromedp.Void](`document.getElementById("SEND-4").checkVisibility()`, patience))
		assert.Equal(t, all, ids())
	})

	t.Run("a link shows what the filter hides", func(t *testing.T) {
		tab := newTab(t, b, rich(t))
		tab.tabTo(`[name=level][value=should]`)
		tab.run(chromedp.KeyEvent(" "))
		assert.False(t, eval[bool](tab, `document.getElementById("failure-SEND-12").checkVisibility()`))
		tab.run(chromedp.Evaluate[chromedp.Void](`location.hash = "#failure-SEND-12"`),
			chromedp.Poll[chromedp.Void](`document.querySelector("#failure-SEND-12[open]")?.checkVisibility()`, patience))
	})

	t.Run("the keyboard finds its way", func(t *testing.T) {
		tab := newTab(t, b, rich(t))
		tab.run(chromedp.KeyEvent(kb.Tab))
		assert.True(t, eval[bool](tab, `document.activeElement.matches(".jump") && document.activeElement.getBoundingClientRect().left >= 0`))
		tab.run(chromedp.KeyEvent(kb.Enter))
		assert.Equal(t, "main", eval[string](tab, `document.activeElement.id`))
		for _, selector := range []string{"nav a", "select", "button", "article a", "details.scenario summary", "details.raw summary"} {
			tab.tabTo(selector)
			assert.Equal(t, "solid 3px", eval[string](tab, `(s => s.outlineStyle + " " + s.outlineWidth)(getComputedStyle(document.activeElement))`), selector)
		}
		tab.run(chromedp.KeyEvent(kb.Enter))
		assert.True(t, eval[bool](tab, `document.activeElement.parentElement.open`), "Enter unfolds")
	})

	t.Run("the colours can be read", func(t *testing.T) {
		for name, before := range map[string][]step{"light": nil, "dark": {media("screen", "dark")}} {
			tab := newTab(t, b, rich(t), before...)
			tab.screenshot(name)
			assert.Empty(t, eval[[]string](tab, poorContrast), name)
		}
	})

	t.Run("a phone shows it without scrolling sideways", func(t *testing.T) {
		for name, r := range map[string]*verdict.Report{
			"rich": rich(t), "hostile": hostileSample(t), "long": sampleSaying(t, strings.Repeat("panjang", 100)), "untestable": untestable(),
		} {
			tab := newTab(t, b, r, phone)
			tab.screenshot("phone-" + name)
			assert.LessOrEqual(t, eval[int](tab, "document.documentElement.scrollWidth"), 390, name)
		}
	})

	t.Run("paper is white and has no controls", func(t *testing.T) {
		tab := newTab(t, b, rich(t), media("print", "dark"))
		tab.screenshot("print")
		assert.Equal(t, "rgb(255, 255, 255)", eval[string](tab, "getComputedStyle(document.body).backgroundColor"))
		assert.False(t, eval[bool](tab, `["nav", "form", ".raw"].some(s => document.querySelector(s).checkVisibility())`))
		pdf, err := chromedp.Run(tab.ctx, chromedp.PrintToPDF(chromedp.PDFPrintBackground()))
		require.NoError(t, err)
		assert.Greater(t, len(pdf), 1000)
		tab.keep("print.pdf", pdf)
	})
}

// poorContrast lists the texts whose colour is too near to what is behind them:
// less than 4.5 to 1, as WCAG 2 counts.
const poorContrast = `(() => {
	const rgba = (css) => { const n = css.match(/[\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
	const light = (rgb) => rgb.slice(0, 3).map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = (e) => {
		for (; e; e = e.parentElement) {
			const c = rgba(getComputedStyle(e).backgroundColor);
			if (c[3] === 1) return c;
		}
		return matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255];
	};
	const poor = [];
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) {
		const e = texts.currentNode.parentElement;
		if (!texts.currentNode.data.trim() || !e.checkVisibility() || e.matches("script, .control")) continue;
		const [a, b] = [light(rgba(getComputedStyle(e).color)), light(behind(e))];
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) poor.push(ratio.toFixed(2) + " " + e.outerHTML.slice(0, 80));
	}
	return poor;
})()`
