package report

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// What a page shows of one event, and of raw bytes in one event and in all.
const (
	saidColumns = 400
	rawOfEvent  = 1 << 10
	rawOfReport = 128 << 10
)

type (
	// htmlFailure is an article: a requirement that failed.
	htmlFailure struct {
		words
		htmlRequirement
		NoSource  bool
		Known     []htmlGlyphs // the reason in the baseline
		Reason    []htmlGlyphs // where no scenario tells more
		Scenarios []htmlScenario
	}
	// htmlScenario is one way in which it failed.
	htmlScenario struct {
		words
		Place, Name string
		Message     []htmlGlyphs
		Turns       []htmlTurn
		Expected    [][]htmlGlyphs
		Hint        []htmlGlyphs
		Script      []htmlGlyphs
		LongScript  bool // too long to show
		Raw         []htmlRaw
		RawMore     bool // some raw bytes are not shown
	}
	// htmlTurn is one event of a dialogue, or events left out.
	htmlTurn struct {
		Kind  string // sent, received, event or omitted
		Who   string
		Label verdict.Text
		At    string

		Before, Focus, After []htmlGlyphs // what was said, around the first wrong character
		Wrong                bool         // Focus is one
		Message              []htmlGlyphs // what is wrong there
		Note                 string       // instead of what was said
	}
	// htmlGlyphs is text, or the picture of one control character.
	htmlGlyphs struct {
		Text    string
		Control string // its name, as in "CR"
	}
	htmlRaw struct {
		Who   string
		Label verdict.Text
		Part  string // which bytes these are, where not all
		Dump  string
	}
)

func (v *htmlView) failure(j verdict.Judged, q htmlRequirement) htmlFailure {
	f := htmlFailure{
		words: v.words, htmlRequirement: q, NoSource: q.Source == "", Known: glyphs(joined(j.Known)), Reason: v.prose(j.Reason),
	}
	for _, i := range j.Scenarios {
		if s := v.report.Scenarios[i]; s.Status == verdict.Fail && s.Failure != nil {
			f.Scenarios = append(f.Scenarios, v.scenario(s))
		}
	}
	return f
}

func (v *htmlView) scenario(s verdict.Scenario) htmlScenario {
	f := s.Failure
	out := htmlScenario{
		words: v.words, Place: fmt.Sprintf("%s:%d", oneLine(s.URI), s.Line), Name: oneLine(s.Name),
		Message: v.prose(f.Message), Hint: v.prose(f.Hint),
		Expected: each(f.Expected, v.prose),
	}
	switch {
	case strings.TrimSpace(f.Reproduce) == "":
	case len(f.Reproduce) > longestScript:
		out.LongScript = true
	default:
		out.Script = glyphs(strings.Join(script(f.Reproduce), "\n"))
	}
	v.dialogue(&out, s.Transcript, f)
	return out
}

// dialogue shows the events that the console shows, and their raw bytes.
func (v *htmlView) dialogue(out *htmlScenario, events []verdict.Event, f *verdict.Failure) {
	wrong, offset := find(events, f)
	same := repeats(events)
	shown := choose(events, same, wrong)
	omitted := 0
	flush := func() {
		if omitted > 0 {
			out.Turns = append(out.Turns, htmlTurn{Kind: "omitted", Note: fmt.Sprintf(label.Omitted.In(v.Lang), omitted)})
			omitted = 0
		}
	}
	for i, e := range events {
		if !shown[i] {
			if e.Dir != verdict.Opened && !same.hidden[i] {
				omitted++
			}
			continue
		}
		flush()
		focus := -1
		if i == wrong {
			focus = offset
		}
		t := v.turn(e, focus, f)
		out.Turns = append(out.Turns, t)
		v.dump(out, t, e.Data, focus)
		if n := same.times[i]; n > 0 {
			out.Turns = append(out.Turns, htmlTurn{Kind: "omitted", Note: fmt.Sprintf(label.Same.In(v.Lang), n)})
		}
	}
	flush()
	if wrong < 0 && f.Caret >= 0 && f.Actual != "" {
		t := htmlTurn{Kind: "received", Who: oneLine(f.Conn), Label: label.Looked}
		v.say(&t, []byte(f.Actual), f.Caret, f)
		out.Turns = append(out.Turns, t)
		v.dump(out, t, []byte(f.Actual), f.Caret)
	}
}

func (v *htmlView) turn(e verdict.Event, focus int, f *verdict.Failure) htmlTurn {
	t := htmlTurn{Kind: "event", Who: oneLine(e.Conn), At: v.after(e.At)}
	switch e.Dir {
	case verdict.Sent:
		t.Kind, t.Label = "sent", label.Sent
		v.say(&t, e.Data, -1, nil)
	case verdict.Received:
		t.Kind, t.Label = "received", label.Received
		v.say(&t, e.Data, focus, f)
	default:
		happened, by := happening(e.Dir)
		t.Label, t.Note = happened, by.In(v.Lang)
	}
	return t
}

func (v *htmlView) after(d time.Duration) string {
	if d >= 10*time.Millisecond {
		return fmt.Sprintf("+%d ms", d.Milliseconds())
	}
	return decimal(fmt.Sprintf("+%.1f ms", milliseconds(d)), v.Lang)
}

func (v *htmlView) say(t *htmlTurn, data []byte, focus int, f *verdict.Failure) {
	if focus < 0 {
		text, _ := excerpt(data, -1, saidColumns)
		t.Before = glyphs(text)
		return
	}
	before, at, after := around(data, focus, saidColumns)
	t.Before, t.Focus, t.After = glyphs(before), glyphs(at), glyphs(after)
	t.Wrong, t.Message = true, v.prose(f.Message)
}

var controlNames = strings.Fields(`NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI
	DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US SP DEL`)

// glyphs parts an excerpt at the pictures that newGlyph gave control characters.
func glyphs(s string) []htmlGlyphs {
	var parts []htmlGlyphs
	text := 0 // where the text before a picture begins
	for i, r := range s {
		at := int(r) - 0x2400
		if at < 0 || at >= len(controlNames) {
			continue
		}
		if i > text {
			parts = append(parts, htmlGlyphs{Text: s[text:i]})
		}
		parts = append(parts, htmlGlyphs{Text: string(r), Control: controlNames[at]})
		text = i + utf8.RuneLen(r)
	}
	if text < len(s) {
		parts = append(parts, htmlGlyphs{Text: s[text:]})
	}
	return parts
}

// around is excerpt in three parts: what stands at focus is the middle one, ""
// where b ends there.
func around(b []byte, focus, budget int) (before, at, after string) {
	focus = runeStart(b, min(focus, len(b)))
	before, width, n := backward(b[:focus], budget*2/3)
	if n < focus {
		before = "…" + before
	}
	if focus == len(b) {
		return before, "", ""
	}
	g := firstGlyph(b[focus:])
	rest := b[focus+g.size:]
	after, _, n = forward(rest, budget-width)
	if n < len(rest) {
		after += fmt.Sprintf("…(%d byte)", len(rest)-n)
	}
	return before, g.text, after
}

// dump adds the bytes of an event to the raw ones, as long as there is room:
// those around focus, or the first.
func (v *htmlView) dump(out *htmlScenario, t htmlTurn, data []byte, focus int) {
	if len(data) == 0 {
		return
	}
	n := min(len(data), rawOfEvent, v.raw)
	from := max(0, min(focus-n/2, len(data)-n))
	if n < len(data) {
		out.RawMore = true
	}
	if n <= 0 {
		return
	}
	v.raw -= n
	raw := htmlRaw{Who: t.Who, Label: t.Label, Dump: strings.TrimRight(hex.Dump(data[from:from+n]), "\n")}
	if n < len(data) {
		raw.Part = fmt.Sprintf(label.RawPart.In(v.Lang), from, from+n-1, len(data))
	}
	out.Raw = append(out.Raw, raw)
}
