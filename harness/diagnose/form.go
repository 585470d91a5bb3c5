package diagnose

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// formCauses are mistakes in the form of every result: one of them fails a
// requirement in every area.
var formCauses = []cause{
	{
		slug:   "result-end",
		letter: "WIRE-2",
		says:   text(`Results do not end with \r\n\r\n: behind the JSON comes %s.`, `Result tidak diakhiri \r\n\r\n: di belakang JSON ada %s.`),
		fix: text(`Send the JSON and "\r\n\r\n" behind it, once, in one place that all results pass through.`,
			`Kirim JSON lalu "\r\n\r\n" di belakangnya, satu kali, di satu tempat yang dilewati semua result.`),
		sees: seesEnd,
	},
	{
		slug:   "dict-printed",
		letter: "WIRE-1",
		says: text("Results have single quotes: a Python dict was turned into text with str() or an f-string, and that is no JSON.",
			"Result memakai tanda kutip tunggal: dict Python diubah menjadi teks dengan str() atau f-string, dan itu bukan JSON."),
		fix: text("Use json.dumps(result) instead of str(result).", "Gunakan json.dumps(result), bukan str(result)."),
		sees: form(func(x *exchange) (finding, bool) {
			return sure, bytes.HasPrefix(bytes.TrimSpace(x.raw), []byte("{'"))
		}),
	},
	{
		slug: "plain-text",
		says: text("Some or all results are plain text instead of JSON.", "Sebagian atau semua result adalah teks biasa, bukan JSON."),
		fix: text(`Put the text under "data" of a JSON object with a "status", for errors too: {"status": "ERROR", "data": "…"}.`,
			`Letakkan teksnya di "data" pada objek JSON yang punya "status", juga untuk kesalahan: {"status": "ERROR", "data": "…"}.`),
		sees: form(func(x *exchange) (finding, bool) {
			raw := bytes.TrimSpace(x.raw)
			return sure, len(raw) > 0 && x.object() == nil && !bytes.ContainsAny(raw, "{[") && bytes.ContainsFunc(raw, letters) && !leaked.Match(raw)
		}),
	},
	{
		slug:   "text-under-other-key",
		letter: "WIRE-4",
		says:   text(`Results have no "data": what belongs there stands under %s.`, `Result tidak memuat "data": isinya ada di %s.`),
		fix: text(`Name the key "data" in every result, for texts, tokens and the inbox alike.`,
			`Beri nama kuncinya "data" di setiap result, baik untuk teks, token, maupun inbox.`),
		sees: formAlone(func(x *exchange) (finding, bool) {
			object, _ := x.object().(map[string]any)
			if object == nil || object["data"] != nil {
				return finding{}, false
			}
			for _, key := range otherKeys {
				if object[key] != nil {
					return finding{true, same(`"` + key + `"`)}, true
				}
			}
			return finding{}, false
		}),
	},
	{
		slug:   "status-letter-case",
		letter: "WIRE-3",
		says:   text("The status is written %s: letter case counts, it is OK or ERROR.", "Status ditulis %s: huruf besar dan kecil dibedakan, seharusnya OK atau ERROR."),
		fix:    text(`Write "OK" and "ERROR" in capital letters, without blanks.`, `Tulis "OK" dan "ERROR" dengan huruf besar, tanpa spasi.`),
		sees: formAlone(func(x *exchange) (finding, bool) {
			if x.result == nil {
				return finding{}, false
			}
			status := x.result.Status
			up := strings.ToUpper(strings.TrimSpace(status))
			return finding{true, quoted(status)}, up != status && (up == "OK" || up == "ERROR")
		}),
	},
	{
		slug: "leaked-exception",
		says: text("Instead of a result comes what a program says when it fails: %s.", "Alih-alih result, yang datang adalah keluaran program yang gagal: %s."),
		fix: text("Find the mistake that the text names; check the parameters before they are used, and answer a mistake of the client with an ERROR in your own words.",
			"Cari kesalahan yang disebut teks itu; periksa parameter sebelum dipakai, dan jawab kesalahan client dengan ERROR memakai kata-kata sendiri."),
		sees: func(b *book, s *scene) (finding, bool) {
			if f, ok := seesPort(b, s); ok && f.sure {
				return finding{}, false // that is what the text tells of
			}
			return form(func(x *exchange) (finding, bool) {
				found := leaked.Find(x.raw)
				return finding{true, quoted(string(found))}, found != nil
			})(b, s)
		},
	},
	{
		slug:   "unknown-in-other-words",
		letter: "WIRE-6",
		says:   text(`An unknown request is refused in other words than the specification's: %s.`, `Request yang tidak dikenali ditolak dengan kata-kata lain dari spesifikasi: %s.`),
		fix: text(`Answer {"status": "ERROR", "data": "request tidak dikenali"}, letter by letter.`,
			`Jawab {"status": "ERROR", "data": "request tidak dikenali"}, huruf demi huruf.`),
		sees: seesOtherWords,
	},
	{
		slug: "command-missing",
		says: text("The server has no %s: it is answered like a request that nobody knows.", "Server tidak punya %s: dijawab seperti request yang tidak dikenali."),
		fix: text("Write the command, or, where it is there under another name, give it the specification's.",
			"Buat perintahnya, atau bila sudah ada dengan nama lain, pakai nama dari spesifikasi."),
		sees: seesMissing,
	},
}

func seesMissing(b *book, s *scene) (finding, bool) {
	for _, x := range s.asked {
		if s.focus != nil && x != s.focus || s.focus == nil && !x.is(s.about()) || !b.missing(x) {
			continue
		}
		return finding{true, same("`" + x.name() + "`")}, true
	}
	return finding{}, false
}

// about is the command that the requirement is about; "" where it is about none.
func (s *scene) about() string {
	area, _, _ := strings.Cut(s.Requirement, "-")
	return strings.ToLower(area)
}

// missing tells whether the command of a request is never answered otherwise than
// what nobody knows.
func (b *book) missing(x *exchange) bool {
	return known(x) && b.unknown(x) && b.fact("there is no "+x.command, func() bool {
		return !b.any(func(_ *scene, y *exchange) bool { return y.is(x.command) && y.result != nil && !b.unknown(y) })
	})
}

// unknown tells whether a request is refused in the words for what nobody knows.
func (b *book) unknown(x *exchange) bool {
	if !x.refused() {
		return false
	}
	words := x.said()
	return words == "request tidak dikenali" || b.fact("nonsense is told "+words, func() bool {
		return b.any(func(s *scene, y *exchange) bool {
			return y.command != "" && !known(y) && y.refused() && y.said() == words && !y.hasty && s.alone(y)
		})
	})
}

func seesOtherWords(b *book, s *scene) (finding, bool) {
	refusal := func(_ *scene, x *exchange) string {
		if known(x) || !x.refused() || leaked.Match(x.raw) || len(x.cuts) > 0 {
			return ""
		}
		words, _ := x.result.Data.(string)
		return words
	}
	x, ok := s.form(func(x *exchange) bool {
		words := refusal(s, x)
		return strings.TrimSpace(words) != "" && words != "request tidak dikenali"
	})
	if !ok {
		return finding{}, false
	}
	words := refusal(s, x)
	// Among several requests the words may belong to another.
	own := b.fact("unknown is told "+words, func() bool {
		return b.any(func(t *scene, y *exchange) bool { return refusal(t, y) == words && !y.hasty && t.alone(y) })
	})
	return finding{true, quoted(words)}, own
}

// endings are the requirements whose scenarios tell results apart by their end.
var endings = strings.Fields("WIRE-1 WIRE-2 WIRE-7 WIRE-11 ROBUST-8 ROBUST-9 ROBUST-10")

func seesEnd(_ *book, s *scene) (finding, bool) {
	if !slices.Contains(endings, s.Requirement) {
		return finding{}, false
	}
	for _, x := range s.asked {
		if x.blank {
			return finding{true, verdict.Textf(`\r\n\r\n and more line breaks`, `\r\n\r\n dan ganti baris yang berlebih`)}, true
		}
		if x.result == nil || x.object() == nil || x.result.Frame.End == wire.Terminator {
			continue
		}
		switch end := x.result.Frame.End; {
		case end == "":
			return finding{true, verdict.Textf("nothing", "tidak ada apa pun")}, true
		case strings.HasPrefix(end, `\r\n`):
			return finding{true, verdict.Textf(`the text \r\n, backslashes and letters, instead of line breaks`, `teks \r\n, yaitu garis miring terbalik dan huruf, bukan ganti baris`)}, true
		default:
			return finding{true, visible(end)}, true
		}
	}
	return finding{}, false
}

var otherKeys = []string{"message", "messages", "msg", "pesan", "tokenid", "token_id", "token", "result", "Data", "DATA"}

// leaked is what runtimes and frameworks say of a failure, and no person would.
var leaked = regexp.MustCompile(strings.Join([]string{
	`Traceback \(most recent call last\)`,
	`(?i)<(!doctype|html)\b[^>]{0,20}`,
	`\b[A-Z]\w+(Error|Exception): [^"\\\r\n]{1,60}`,
	`'\w+' object (has no attribute|is not|cannot be|does not)[^"\\\r\n]{0,40}`,
	`(list|string|tuple) index out of range`,
	`not enough values to unpack[^"\\\r\n]{0,30}`,
	`invalid literal for int\(\)[^"\\\r\n]{0,40}`,
	`(an integer is required|str, bytes or bytearray expected|must be str, not )[^"\\\r\n]{0,30}`,
	`Cannot read propert(y|ies) of (undefined|null)`,
	`is not a function\b`,
	`(runtime error|panic): [^"\\\r\n]{1,60}`,
	`java\.\w+\.[\w.]+Exception`,
	`strconv\.\w+: parsing [^\r\n]{1,40}`,
}, "|"))

// form is a cause that one result shows.
func form(has func(*exchange) (finding, bool)) func(*book, *scene) (finding, bool) {
	return func(_ *book, s *scene) (finding, bool) {
		x, ok := s.form(func(x *exchange) bool { _, ok := has(x); return ok })
		if !ok {
			return finding{}, false
		}
		return has(x)
	}
}

// formAlone is a cause that one result shows, and that does not make a request
// succeed or fail.
func formAlone(has func(*exchange) (finding, bool)) func(*book, *scene) (finding, bool) {
	sees := form(has)
	return func(b *book, s *scene) (finding, bool) {
		if x := s.focus; x != nil && s.otherStatus(x) {
			return finding{}, false
		}
		return sees(b, s)
	}
}

func letters(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// longestQuote is how many runes of a server's words a diagnosis repeats.
const longestQuote = 60

func quoted(s string) verdict.Text {
	if r := []rune(s); len(r) > longestQuote {
		s = string(r[:longestQuote]) + "…"
	}
	return same(fmt.Sprintf("%q", s))
}

// visible shows line breaks as a program's text has them.
func visible(s string) verdict.Text {
	return same(strings.Trim(quoted(s[:min(len(s), longestQuote)]).EN, `"`))
}

// nonASCII lists the runes of s beyond ASCII.
func nonASCII(s string) (all []rune) {
	return slices.DeleteFunc([]rune(s), func(r rune) bool { return r < 0x80 })
}
