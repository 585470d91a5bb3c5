package variant

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// fault is a row of the tables of faults. Breaks and also are as in Fault, with
// spaces between; also may be "*" for all areas.
func fault(name, en, id, breaks, also string, e effect) Fault {
	f := Fault{Name: name, EN: en, ID: id, Breaks: strings.Fields(breaks), Also: strings.Fields(also), effect: e}
	if also == "*" {
		f.Also = slices.Clone(areas)
	}
	return f
}

// areas is all areas of SPEC.md.
var areas = strings.Fields(`WIRE AUTH LOGOUT REGISTER SEND SENDGROUP SENDFILE INBOX CREATEGROUP ADDSERVER CONNECT SENDFILEGROUP
	FEDERATION ROBUST`)

var wireFaults = slices.Concat(jsonFaults, oddFaults, endFaults, statusFaults, dataFaults, unknownFaults, orderFaults, errorFaults, apartFaults, segmentFaults, textFaults)

// WIRE-1, how a result is written.
var jsonFaults = []Fault{
	fault("json-single-quotes", "Results are printed as Python prints a dict, with single quotes", "Result dicetak seperti dict Python, dengan kutip tunggal",
		"WIRE-1", "*", bodies(text(func(s string) string { return strings.ReplaceAll(s, `"`, `'`) }))),
	fault("json-twice", "Results are encoded to JSON twice, so each is a string", "Result diubah ke JSON dua kali, sehingga menjadi string",
		"WIRE-1", "*", bodies(func(_ *conn, b []byte) []byte { return encode(string(b)) })),
	fault("json-bom", "A byte order mark stands before each result", "Ada byte order mark di depan setiap result",
		"WIRE-1 WIRE-2", "*", bodies(text(func(s string) string { return "\ufeff" + s }))),
	fault("json-cut-1024", "Results are cut after 1024 bytes, the size of a buffer", "Result terpotong setelah 1024 byte, ukuran sebuah buffer",
		"WIRE-1 SEND-16 INBOX-4", "SENDFILE SENDFILEGROUP FEDERATION ROBUST SEND SENDGROUP", bodies(func(_ *conn, b []byte) []byte { return b[:min(len(b), 1024)] })),
	fault("json-cut-65536", "Results are cut after 64 KiB: send is called once", "Result terpotong setelah 64 KiB: send hanya dipanggil sekali",
		"WIRE-1", "INBOX", bodies(func(_ *conn, b []byte) []byte { return b[:min(len(b), 64<<10)] })),
	fault("json-error-plain", "Errors are plain text, only successes are JSON", "Kesalahan berupa teks biasa, hanya keberhasilan yang JSON",
		"WIRE-1 WIRE-3 WIRE-4 WIRE-6", "*", rendered(func(o object) string {
			if o.failed() {
				return "ERROR " + textOf(o.get("data"))
			}
			return string(o.encode())
		})),
}

// rendered writes an object in a way of its own.
func rendered(write func(o object) string) effect {
	return bodies(func(_ *conn, b []byte) []byte {
		if o, ok := parseObject(b); ok {
			return []byte(write(o))
		}
		return b
	})
}

// textOf is a string without its quotes, and other values as JSON.
func textOf(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}

// WIRE-2, how a result ends.
var endFaults = []Fault{
	fault("end-lf", `Results end with \n`, `Result diakhiri \n`, "WIRE-2", "*", ending("\n")),
	fault("end-missing", "Results have no end", "Result tidak diakhiri apa pun", "WIRE-2", "*", ending("")),
	fault("end-extra", `Results end with one \r\n too many`, `Result diakhiri \r\n yang berlebih`, "WIRE-2", "*", ending(end+"\r\n")),
	fault("end-error-crlf", `Errors end with a single \r\n, successes rightly`, `Kesalahan diakhiri satu \r\n, keberhasilan benar`, "WIRE-2", "*",
		frames(func(_ *conn, b []byte) []byte {
			if bytes.Contains(b, []byte(`"ERROR"`)) {
				return bytes.TrimSuffix(b, []byte("\r\n"))
			}
			return b
		})),
	fault("greeting", "Each connection is greeted with a line of text", "Setiap koneksi disambut dengan satu baris teks", "WIRE-2", "*",
		reading(func(c *conn, r io.Reader) io.Reader { c.inject("Selamat datang di server chat\r\n"); return r })),
	fault("echo", "Each request is repeated before its result", "Setiap request diulang sebelum resultnya", "WIRE-2", "*",
		on("*", func(c *call) chat.Result { c.conn.inject(c.Line + "\r\n"); return c.next() })),
	fault("push", "A message that arrives is announced at once on the connection of its addressee, unasked", "Pesan yang tiba langsung diumumkan di koneksi penerimanya, tanpa diminta",
		"WIRE-2 WIRE-7", "*", posting(everySend, func(p *parcel) error {
			if err := p.next(); err != nil {
				return err
			}
			for _, user := range p.users {
				for _, c := range p.server.online.conns(user) {
					c.inject(`{"status":"OK","data":"ada pesan baru"}` + end)
				}
			}
			return nil
		})),
	fault("file-raw", "The content of a file follows the result of `sendfile` on the sender's connection", "Isi file menyusul result `sendfile` di koneksi pengirim", "WIRE-2", "SENDFILE FEDERATION",
		on("sendfile", ifDone(func(c *call) { c.conn.inject("isi file:\r\n") }))),
	fault("progress", "`send` is answered twice: that it is under way, and that it is done", "`send` dijawab dua kali: sedang diproses, lalu selesai", "WIRE-2 WIRE-7", "*",
		on("send", when(inside, func(c *call) chat.Result {
			c.conn.inject(`{"status":"OK","data":"sedang diproses"}` + end)
			return c.next()
		}))),
}

// ending has results end in another way.
func ending(with string) effect {
	return frames(func(_ *conn, b []byte) []byte { return append(bytes.TrimSuffix(b, []byte(end)), with...) })
}
