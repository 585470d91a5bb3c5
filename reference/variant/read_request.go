package variant

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

// settles is a row of the tables of readings. Slots are as in Reading.
func settles(point, name, en, id, slots string, e effect) Reading {
	return Reading{Name: name, EN: en, ID: id, Point: point, slots: slots, effect: e}
}

const (
	pointEnd     = "how a request ends"
	pointEmpty   = "an empty line"
	pointSurplus = "surplus parameters"
	pointLast    = "the last parameter"
	pointLongest = "the longest line"
	pointMessage = "the longest message"
	pointFirst   = "which is checked first"
	pointUnknown = "an unknown request before `auth`"
	pointMore    = "further commands"
	pointCase    = "letter case of a command"
)

var requestReadings = []Reading{
	settles(pointEnd, "request-crlf", `Only \r\n ends a request; \n alone is part of it`, `Hanya \r\n yang mengakhiri request; \n saja menjadi bagiannya`, "end", ended([]byte("\r\n"))),
	settles(pointEnd, "request-lf", `Only \n ends a request; a \r before it is part of it`, `Hanya \n yang mengakhiri request; \r di depannya menjadi bagiannya`, "end",
		reading(chunked(func(_ *conn, b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\r\r\n")) }))),
	settles(pointEnd, "request-crlfcrlf", `Only \r\n\r\n ends a request`, `Hanya \r\n\r\n yang mengakhiri request`, "end empty", ended([]byte("\r\n\r\n"))),
	settles(pointEnd, "request-read", "What one read delivers is one request, and an end of a line is part of it", "Yang diterima satu kali baca adalah satu request, dan akhir baris menjadi bagiannya", "end empty line",
		onceARead(func(request []byte) []byte { return append(request, '\r') })),

	settles(pointEmpty, "empty-line-answered", "An empty line is answered with an ERROR", "Baris kosong dijawab dengan ERROR", "empty", func(s *server) {
		reading(func(_ *conn, r io.Reader) io.Reader {
			return &delimited{r: r, end: []byte("\n"), each: func(line []byte) []byte {
				if len(bytes.TrimSuffix(line, []byte{'\r'})) == 0 {
					return []byte(emptyLine)
				}
				return line
			}}
		})(s)
		s.front = append(s.front, when(func(c *call) bool { return c.Line == emptyLine }, func(*call) chat.Result { return chat.Fail("request kosong") }))
	}),

	settles(pointSurplus, "surplus-ignored", "Parameters beyond those that a request takes are ignored", "Parameter yang berlebih diabaikan", "", on("auth logout register inbox addserver connect", func(c *call) chat.Result {
		if words := strings.Fields(c.Rest); len(words) > arity[c.Command] {
			return c.as(strings.Join(append([]string{c.Command}, words[:arity[c.Command]]...), " "))
		}
		return c.next()
	})),

	settles(pointLast, "last-word-only", "The last parameter holds no spaces where it is no message: it is an ERROR", "Parameter terakhir yang bukan pesan tidak boleh memuat spasi: menjadi ERROR", "last",
		on("sendfile creategroup sendfilegroup", when(func(c *call) bool { return len(strings.Fields(c.Rest)) > 2 }, refuse))),
	settles(pointLast, "last-word-cut", "The last parameter ends at a space where it is no message; what follows is ignored", "Parameter terakhir yang bukan pesan berakhir di spasi; sisanya diabaikan", "last",
		on("sendfile creategroup sendfilegroup", func(c *call) chat.Result {
			if words := strings.Fields(c.Rest); len(words) > 2 {
				return c.as(c.Command + " " + words[0] + " " + words[1])
			}
			return c.next()
		})),

	settles(pointLongest, "line-8k", "A line longer than 8 KiB is an ERROR", "Baris yang lebih dari 8 KiB adalah ERROR", "line", configure(func(c *reference.Config) { c.MaxLine = 8 << 10 })),
	settles(pointLongest, "line-8k-closes", "A line longer than 8 KiB closes the connection", "Baris yang lebih dari 8 KiB menutup koneksi", "line", onLong(8<<10+2, func(c *conn) { c.Conn.Close() })),

	settles(pointMessage, "message-4k", "A message of more than 4 KiB is an ERROR", "Pesan yang lebih dari 4 KiB adalah ERROR", "",
		on("send sendgroup", when(func(c *call) bool {
			_, text, _ := strings.Cut(c.Rest, " ")
			return len(text) > 4<<10
		}, refuse))),

	settles(pointFirst, "parameters-first", "Parameters are checked before the session", "Parameter diperiksa sebelum session", "", on("*", when(func(c *call) bool {
		return guest(c) && chat.Known(c.Command) && lacking(c)
	}, func(*call) chat.Result { return chat.Fail("parameter kurang") }))),

	settles(pointUnknown, "unknown-login-first", "An unknown request before `auth` is told to log in first", "Request tidak dikenal sebelum `auth` diminta masuk dahulu", "",
		on("*", when(both(guest, unrecognized), func(*call) chat.Result { return chat.Fail("silakan auth dahulu") }))),

	settles(pointMore, "more-commands", "There are further commands: help, quit, exit", "Ada perintah lain: help, quit, exit", "", on("help quit exit", func(*call) chat.Result {
		return chat.Result{Status: chat.OK, Data: "sampai jumpa"}
	})),

	settles(pointCase, "command-any-case", "The letter case of a command does not count", "Huruf besar dan kecil pada perintah tidak dibedakan", "", func(s *server) {
		s.front = append(s.front, func(c *call) chat.Result {
			if lower := strings.ToLower(c.Command); lower != c.Command && chat.Known(lower) {
				return c.as(lower + strings.TrimPrefix(c.Line, c.Command))
			}
			return c.next()
		})
	}),
}

const (
	folded    = "\uf8fe"         // stands for an end of line that is part of a request
	emptyLine = "\uf8ff(kosong)" // stands for an empty line
)

// unfold gives requests their ends of lines back.
func unfold(s *server) {
	s.front = append(s.front, when(func(c *call) bool { return strings.Contains(c.Line, folded) }, func(c *call) chat.Result {
		return c.as(strings.ReplaceAll(c.Line, folded, "\n"))
	}))
}

// ended has requests end with nothing but end.
func ended(end []byte) effect {
	return all(reading(func(_ *conn, r io.Reader) io.Reader {
		return &delimited{r: r, end: end, each: func(line []byte) []byte { return bytes.ReplaceAll(line, []byte{'\n'}, []byte(folded)) }}
	}), unfold)
}

// delimited reads lines with an end of their own and gives them the usual one.
type delimited struct {
	r    io.Reader
	end  []byte
	each func(line []byte) []byte
	open []byte
	left []byte
	err  error
}

func (d *delimited) Read(b []byte) (int, error) {
	for len(d.left) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		piece := make([]byte, 4096)
		var n int
		n, d.err = d.r.Read(piece)
		d.open = append(d.open, piece[:n]...)
		for {
			line, rest, found := bytes.Cut(d.open, d.end)
			if !found {
				break
			}
			d.left = append(append(d.left, d.each(line)...), '\n')
			d.open = rest
		}
		switch {
		case d.err != nil:
			d.left = append(d.left, d.open...) // half a request
		case len(d.open) > 1<<20:
			d.err = io.ErrUnexpectedEOF // no line is that long
		}
	}
	n := copy(b, d.left)
	d.left = d.left[n:]
	return n, nil
}

// onceARead has each read deliver one request, which trim gives an end of its
// own or none.
func onceARead(trim func(request []byte) []byte) effect {
	return all(reading(func(_ *conn, r io.Reader) io.Reader { return &onceRead{r: r, trim: trim} }), unfold)
}

type onceRead struct {
	r    io.Reader
	trim func([]byte) []byte
	left []byte
	err  error
}

func (o *onceRead) Read(b []byte) (int, error) {
	for len(o.left) == 0 {
		if o.err != nil {
			return 0, o.err
		}
		piece := make([]byte, 64<<10)
		var n int
		n, o.err = o.r.Read(piece)
		if n == 0 {
			continue
		}
		o.left = append(bytes.ReplaceAll(o.trim(piece[:n]), []byte{'\n'}, []byte(folded)), '\n')
	}
	n := copy(b, o.left)
	o.left = o.left[n:]
	return n, nil
}

const (
	pointKeys  = "keys of a result"
	pointShape = "the shape of `data`"
)

var resultReadings = []Reading{
	settles(pointKeys, "keys-data-first", "data stands before status", "data ditulis sebelum status", "", objects(func(_ *conn, o object) object {
		data := o.get("data")
		return append(object{{"data", data}}, o.without("data")...)
	})),
	settles(pointKeys, "keys-extra", "Other keys stand beside status and data", "Ada kunci lain di samping status dan data", "", objects(func(_ *conn, o object) object {
		o = append(object{{"versi", encode("1.0")}}, o...)
		return o.with("waktu", 1686602520).with("meta", map[string]any{"status": "ok", "data": nil})
	})),
	settles(pointKeys, "json-spaces", "Spaces stand after colons and commas", "Ada spasi setelah titik dua dan koma", "space", bodies(func(_ *conn, b []byte) []byte { return spaced(b) })),
	settles(pointKeys, "json-lines", `Results are indented over several lines, parted by \n`, `Result ditulis dalam beberapa baris yang dipisahkan \n`, "space", bodies(func(_ *conn, b []byte) []byte {
		var out bytes.Buffer
		if json.Indent(&out, b, "", "  ") != nil {
			return b
		}
		return out.Bytes()
	})),
	settles(pointKeys, "json-crlf-lines", `Results are indented over several lines, parted by \r\n`, `Result ditulis dalam beberapa baris yang dipisahkan \r\n`, "space", bodies(func(_ *conn, b []byte) []byte {
		var out bytes.Buffer
		if json.Indent(&out, b, "", "\t") != nil {
			return b
		}
		return bytes.ReplaceAll(out.Bytes(), []byte("\n"), []byte("\r\n"))
	})),
	settles(pointKeys, "json-padded", "White space stands around the object", "Ada spasi dan tab di sekitar objeknya", "", bodies(func(_ *conn, b []byte) []byte { return []byte(" \t" + string(b) + "  ") })),
	settles(pointKeys, "json-ascii", "What is not ASCII is written as \\u escapes", "Yang bukan ASCII ditulis sebagai escape \\u", "", bodies(func(_ *conn, b []byte) []byte { return escaped(b) })),
	settles(pointKeys, "json-slashes", "Slashes, and < > &, are written as escapes", "Garis miring, dan < > &, ditulis sebagai escape", "", bodies(func(_ *conn, b []byte) []byte {
		b = bytes.ReplaceAll(b, []byte("/"), []byte(`\/`))
		var out bytes.Buffer
		json.HTMLEscape(&out, b)
		return out.Bytes()
	})),

	settles(pointShape, "data-object", "data is an object with a message in it", "data berupa objek yang memuat pesan", "shape", shaped(func(c *call, _ bool, text string) any {
		return map[string]any{"pesan": text, "perintah": c.Command}
	})),
	settles(pointShape, "data-list", "data is a list with a message in it", "data berupa daftar yang memuat pesan", "shape", shaped(func(_ *call, _ bool, text string) any { return []any{text} })),
	settles(pointShape, "data-nested", "data is an object with a list of objects in it", "data berupa objek yang memuat daftar objek", "shape", shaped(func(_ *call, _ bool, text string) any {
		return map[string]any{"hasil": []any{map[string]any{"teks": text, "kode": 7}}}
	})),
	settles(pointShape, "data-encoded", "data is a text that holds JSON", "data berupa teks yang memuat JSON", "shape", shaped(func(_ *call, _ bool, text string) any {
		return string(encode(map[string]any{"pesan": text}))
	})),
	settles(pointShape, "data-number", "data of a success without more to tell is a number", "data dari keberhasilan tanpa keterangan lain berupa angka", "shape", shaped(func(c *call, failed bool, text string) any {
		if c.Command == "sendgroup" || failed {
			return text
		}
		return 1
	})),
}

// shaped gives every text another shape, but for a token, whose shape is
// another point, and for what the specification has word for word.
func shaped(shape func(c *call, failed bool, text string) any) effect {
	return func(s *server) {
		s.shapers = append(s.shapers, then(func(c *call, r chat.Result) chat.Result {
			text, is := r.Data.(string)
			if is && text != chat.Unrecognized && !(c.Command == "auth" && r.Status == chat.OK) {
				r.Data = shape(c, r.Status == chat.Failed, text)
			}
			return r
		}))
	}
}

// spaced puts a space behind each colon and comma between values.
func spaced(b []byte) (out []byte) {
	quoted, skip := false, false
	for _, x := range b {
		out = append(out, x)
		switch {
		case skip:
			skip = false
		case quoted && x == '\\':
			skip = true
		case x == '"':
			quoted = !quoted
		case !quoted && (x == ':' || x == ','):
			out = append(out, ' ')
		}
	}
	return out
}

// escaped writes what is not ASCII as escapes.
func escaped(b []byte) (out []byte) {
	for _, r := range string(b) {
		switch hi, lo := utf16.EncodeRune(r); {
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		case r > 0xffff:
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}
