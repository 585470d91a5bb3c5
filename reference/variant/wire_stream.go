package variant

import (
	"bytes"
	"html"
	"strconv"
	"strings"
	"unicode"
)

// WIRE-10 and WIRE-11, TCP is a stream.
var segmentFaults = []Fault{
	fault("pieces-lost", "What a read delivers without the end of its request is thrown away", "Yang diterima satu kali baca tanpa akhir request dibuang", "WIRE-10 ROBUST-9", "SEND ROBUST",
		reading(chunked(func(_ *conn, b []byte) []byte { return b[:bytes.LastIndexByte(b, '\n')+1] }))),
	fault("pieces-replaced", "Each read is decoded by itself: a letter of several bytes that is cut becomes two question marks", "Setiap hasil baca diterjemahkan sendiri: huruf beberapa byte yang terpotong menjadi tanda tanya",
		"WIRE-10", "ROBUST SEND", reading(chunked(func(_ *conn, b []byte) []byte { return bytes.ToValidUTF8(b, []byte("??")) }))),
	fault("segment-is-request", "What one read delivers is taken for one request, less the end of its line", "Yang diterima satu kali baca dianggap satu request, tanpa akhir barisnya", "WIRE-10 WIRE-11 ROBUST-9", "WIRE ROBUST",
		onceARead(func(request []byte) []byte { return bytes.TrimRight(request, "\r\n") })),
	fault("segment-rest-lost", "What stands behind a whole request in one segment without its own end is thrown away", "Yang tersisa di belakang request utuh dalam satu segmen, tanpa akhirnya sendiri, dibuang",
		"WIRE-11 ROBUST-9", "WIRE ROBUST", reading(chunked(func(_ *conn, b []byte) []byte {
			if done := bytes.LastIndexByte(b, '\n') + 1; done > 0 {
				return b[:done]
			}
			return b
		}))),
	fault("segment-first-only", "Of several requests in one segment only the first is served", "Dari beberapa request dalam satu segmen hanya yang pertama dilayani", "WIRE-11 ROBUST-9", "ROBUST", segments(func(lines [][]byte) [][]byte { return lines[:min(len(lines), 1)] })),
	fault("segment-two", "Of three requests in one segment the third is lost", "Dari tiga request dalam satu segmen yang ketiga hilang", "WIRE-11 ROBUST-9", "ROBUST", segments(func(lines [][]byte) [][]byte { return lines[:min(len(lines), 2)] })),
	fault("segment-eight", "Of more than eight requests in one segment the rest is lost", "Dari lebih dari delapan request dalam satu segmen sisanya hilang", "WIRE-11 ROBUST-9", "ROBUST", segments(func(lines [][]byte) [][]byte { return lines[:min(len(lines), 8)] })),
}

// segments changes the finished lines that one read delivers. What stands
// behind them is kept.
func segments(change func(lines [][]byte) [][]byte) effect {
	return reading(chunked(func(_ *conn, b []byte) []byte {
		done := bytes.LastIndexByte(b, '\n') + 1
		lines := bytes.SplitAfter(b[:done], []byte{'\n'})
		lines = lines[:len(lines)-1]
		for i := range lines {
			lines[i] = bytes.Clone(lines[i])
		}
		return append(bytes.Join(change(lines), nil), b[done:]...)
	}))
}

// WIRE-12, texts.
var textFaults = []Fault{
	fault("text-latin1", "Results are written in Latin-1", "Result ditulis dalam Latin-1", "WIRE-12 WIRE-1 SEND-14 SEND-16", "FEDERATION SENDGROUP",
		bodies(func(_ *conn, b []byte) (out []byte) {
			for _, r := range string(b) {
				if r > 0xff {
					r = '?'
				}
				out = append(out, byte(r))
			}
			return out
		})),
	fault("text-no-emoji", "Characters beyond U+FFFF, emoji for one, become question marks", "Karakter di atas U+FFFF, misalnya emoji, menjadi tanda tanya", "WIRE-12 SEND-14", "SENDGROUP FEDERATION", texts(beyond(0x10000, "?"))),
	fault("text-quotes-by-hand", "JSON is put together by hand: quotes and backslashes in a text stand as they are", "JSON disusun dengan tangan: tanda kutip dan garis miring terbalik dalam teks dibiarkan", "WIRE-12 WIRE-1 SEND-14", "FEDERATION SENDGROUP",
		bodies(text(strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace))),
	fault("text-control-by-hand", "Control characters stand in results with two digits, \\x01, as in Go or Python", "Karakter kendali dalam result ditulis dengan dua angka, \\x01, seperti dalam Go atau Python", "WIRE-12 WIRE-1 SEND-14", "",
		bodies(text(func(s string) string { return strings.ReplaceAll(s, `\u00`, `\x`) }))),
	fault("text-errors-by-hand", "Errors name what was not found, and are put together by hand: quotes and backslashes stand as they are", "Kesalahan menyebut yang tidak ditemukan dan disusun dengan tangan: tanda kutip dan garis miring terbalik dibiarkan", "WIRE-12 WIRE-1", "",
		all(on("send sendgroup sendfile sendfilegroup", when(inside, failure(func(c *call, data any) any {
			return "tidak ditemukan: " + c.word(0)
		}))), objectsByHand())),
	fault("text-other-spaces", "Blanks beyond ASCII become plain ones, as split makes them", "Spasi di luar ASCII menjadi spasi biasa, akibat split", "WIRE-12 SEND-14", "", texts(func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return ' '
			}
			return r
		}, s)
	})),
	fault("text-quotes-dropped", "Quotes in a text are dropped, as by a shell", "Tanda kutip dalam teks dibuang, seperti oleh shell", "WIRE-12 SEND-14", "SENDGROUP FEDERATION", texts(strings.NewReplacer(`"`, ``, `'`, ``).Replace)),
	fault("text-backslashes-read", "Backslashes in a text are taken for escapes", "Garis miring terbalik dalam teks dianggap escape", "WIRE-12 SEND-14", "SENDGROUP FEDERATION", texts(func(s string) string {
		if read, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`); err == nil {
			return read
		}
		return strings.ReplaceAll(s, `\`, ``)
	})),
	fault("text-html", "Texts are escaped for HTML", "Teks diubah untuk HTML", "WIRE-12 SEND-14", "SENDGROUP FEDERATION", texts(html.EscapeString)),
}

// beyond replaces runes from limit on.
func beyond(limit rune, by string) func(string) string {
	return func(s string) string {
		var out strings.Builder
		for _, r := range s {
			if r >= limit {
				out.WriteString(by)
			} else {
				out.WriteRune(r)
			}
		}
		return out.String()
	}
}

// objectsByHand writes errors as if no text needed an escape.
func objectsByHand() effect {
	unescape := strings.NewReplacer(`\"`, `"`, `\\`, `\`)
	return rendered(func(o object) string {
		if o.failed() {
			return unescape.Replace(string(o.encode()))
		}
		return string(o.encode())
	})
}

// texts changes every text that is sent.
func texts(change func(string) string) effect { return posting("send sendgroup", saying(change)) }
