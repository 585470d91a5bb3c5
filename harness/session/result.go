package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// Result is what a request got: its parts as far as they can be made out, and
// in Faults all in which it departs from what WIRE-1 to WIRE-5 ask of every
// result.
type Result struct {
	Request string
	Frame   wire.Frame
	Status  string // as sent; "" where there is none
	HasData bool   // there is data, and it is not null
	Data    any    // decoded; numbers are json.Number
	Faults  []Fault

	read dialect.Results // how to read it
	void bool            // offsets in it say nothing of the frame
}

// Fault is one departure of a result from the form of every result.
type Fault struct {
	Requirement string
	Failure     verdict.Failure
}

// OK tells whether the status is exactly OK.
func (r *Result) OK() bool { return r.Status == "OK" }

// Refused tells whether the status is exactly ERROR.
func (r *Result) Refused() bool { return r.Status == "ERROR" }

func (r *Result) fault(id string, caret int, message, expected, hint verdict.Text) {
	if r.void {
		caret = -1
	}
	from := max(0, min(caret-maxActual/2, len(r.Frame.Raw)-maxActual))
	r.Faults = append(r.Faults, Fault{Requirement: id, Failure: verdict.Failure{
		Message:  message,
		Expected: []verdict.Text{expected},
		Actual:   string(r.Frame.Raw[from:min(from+maxActual, len(r.Frame.Raw))]),
		Caret:    caret - from,
		Hint:     hint,
	}})
}

// maxActual is how many bytes of a result a fault shows, around its caret.
const maxActual = 64 << 10

var (
	wantObject = verdict.Textf(`one JSON object, such as {"status": "OK", "data": "…"}`, `satu objek JSON, misalnya {"status": "OK", "data": "…"}`)
	wantEnd    = verdict.Textf(`the result, then \r\n\r\n, and nothing else`, `result, lalu \r\n\r\n, dan tidak ada yang lain`)
	wantStatus = verdict.Textf(`"status": "OK" or "status": "ERROR"`, `"status": "OK" atau "status": "ERROR"`)
	wantData   = verdict.Textf(`"data": with a value`, `"data": dengan isi`)
)

// Parse takes a frame apart, to the letter of the specification.
func Parse(request string, f wire.Frame) Result { return parse(request, f, dialect.Results{}) }

// parse takes a frame apart that may depart from the letter in known ways: they
// are no faults, and Status and Data say what is meant. The frame stays as it
// came.
func parse(request string, f wire.Frame, read dialect.Results) Result {
	r := Result{Request: request, Frame: f, read: read}
	if f.End != wire.Terminator && f.End != read.Terminator() {
		hint := verdict.Textf(`Write "\r\n\r\n" behind the JSON of every result.`, `Tulis "\r\n\r\n" di belakang JSON setiap result.`)
		r.fault("WIRE-2", len(f.Body), verdict.Textf(`The result does not end with \r\n\r\n`, `Result tidak diakhiri dengan \r\n\r\n`), wantEnd, hint)
	}
	if object, ok := decoded(f.Body, read.Form); ok {
		r.void = true
		all, _, _ := split(bytes.TrimSpace(object))
		r.fields(all, 0)
	} else if all, at, ok := r.find(f.Body); ok {
		r.fields(all, at)
	}
	return r
}

// find locates the JSON object in a body, gives its members and where it begins,
// and faults what stands around it.
func (r *Result) find(body []byte) (all []member, at int, ok bool) {
	if i := invalidUTF8(body); i >= 0 {
		r.fault("WIRE-1", i, verdict.Textf("The result is not UTF-8", "Result bukan UTF-8"), wantObject,
			verdict.Textf("Encode the JSON as UTF-8 before it is sent.", "Kodekan JSON sebagai UTF-8 sebelum dikirim."))
	}
	// Blanks around a JSON text belong to it. Line breaks in front do not:
	// they are the rest of an over-long terminator.
	start := 0
	for start < len(body) && (body[start] == ' ' || body[start] == '\t') {
		start++
	}
	rest := body[start:]
	at = start
	all, size, ok := split(rest)
	if !ok {
		value, whole, err := decodeFirst(rest)
		i, n := findObject(rest)
		switch at += i; {
		case err == nil && value[0] != '{' && n > 0 && i < whole:
			r.fault("WIRE-1", start, verdict.Textf("The object stands within another JSON value", "Objeknya berada di dalam nilai JSON lain"), wantObject, verdict.Text{})
			all, _, ok = split(rest[i : i+n])
			return all, at, ok
		case n > 0:
			r.fault("WIRE-2", start, verdict.Textf("There are bytes before the result", "Ada byte sebelum result"), wantEnd, verdict.Text{})
			all, size, ok = split(rest[i : i+n])
		case err == nil:
			r.fault("WIRE-1", start, verdict.Textf("The result is JSON, but no object", "Result adalah JSON, tetapi bukan objek"), wantObject, verdict.Text{})
			return nil, 0, false
		default:
			r.fault("WIRE-1", start+jsonOffset(err, rest), verdict.Textf("The result is not valid JSON", "Result bukan JSON yang sah"), wantObject, jsonHint(rest))
			return nil, 0, false
		}
	}
	if tail := bytes.TrimRight(body[at+size:], " \t\n"); len(tail) > 0 {
		r.fault("WIRE-2", at+size, verdict.Textf("There are bytes between the result and its end", "Ada byte di antara result dan akhirnya"), wantEnd, verdict.Text{})
	}
	return all, at, ok
}

// member is one of a JSON object.
type member struct {
	key   string
	value json.RawMessage
	at    int // where the value begins in the object
}

// split takes apart the JSON object that b begins with, without a blank before
// it, in one pass, and gives its size as well.
func split(b []byte) (all []member, size int, ok bool) {
	if len(b) == 0 || b[0] != '{' {
		return nil, 0, false
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	_, _ = dec.Token() // the brace
	for dec.More() {
		token, err := dec.Token()
		m := member{}
		if m.key, ok = token.(string); err != nil || !ok || dec.Decode(&m.value) != nil {
			return nil, 0, false
		}
		m.at = int(dec.InputOffset()) - len(m.value)
		all = append(all, m)
	}
	if _, err := dec.Token(); err != nil {
		return nil, 0, false
	}
	return all, int(dec.InputOffset()), true
}

// valueOf gives what stands under a key, the last where it stands twice, and
// where; nil where it does not.
func valueOf(all []member, key string) (value json.RawMessage, at int) {
	for _, m := range slices.Backward(all) {
		if m.key == key {
			return m.value, m.at
		}
	}
	return nil, 0
}

func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		c, n := utf8.DecodeRune(b[i:])
		if c == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}

// decodeFirst gives the first JSON value of b and how many bytes it takes.
func decodeFirst(b []byte) (json.RawMessage, int, error) {
	if len(b) == 0 {
		return nil, 0, fmt.Errorf("nothing there")
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	var value json.RawMessage
	err := dec.Decode(&value)
	return value, int(dec.InputOffset()), err
}

// findObject looks for a JSON object with a status behind whatever stands
// first in b.
func findObject(b []byte) (at, size int) {
	for i, tries := 0, 0; i < len(b) && tries < 16; i++ {
		if b[i] != '{' {
			continue
		}
		tries++
		value, n, err := decodeFirst(b[i:])
		var known struct{ Status json.RawMessage }
		if err == nil && i > 0 && json.Unmarshal(value, &known) == nil && known.Status != nil {
			return i, n
		}
	}
	return 0, 0
}

func jsonOffset(err error, b []byte) int {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax) && syntax.Offset > 0:
		return min(int(syntax.Offset)-1, len(b))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return len(b) // it ends too early
	}
	return 0
}

func jsonHint(b []byte) verdict.Text {
	s := string(b[:min(len(b), 200)])
	switch {
	case strings.HasPrefix(s, "{'"):
		return verdict.Textf("These are single quotes: the text of a Python dict. Use json.dumps.", "Ini tanda kutip tunggal: teks dari dict Python. Gunakan json.dumps.")
	case !strings.Contains(s, "{"):
		return verdict.Textf("This is plain text. Every result is a JSON object.", "Ini teks biasa. Setiap result adalah objek JSON.")
	}
	return verdict.Textf("Build the JSON with your language's JSON library, not by joining texts.", "Buat JSON dengan pustaka JSON, bukan dengan menyambung teks.")
}

// fields reads status and data out of the object that begins at offset at.
func (r *Result) fields(all []member, at int) {
	for i, m := range all {
		if old, _ := valueOf(all[:i], m.key); old != nil && (m.key == "status" || m.key == "data") && !bytes.Equal(old, m.value) {
			r.fault("WIRE-1", at+m.at, verdict.Textf("%q stands twice in the result", "%q ada dua kali dalam result", m.key), wantObject, verdict.Text{})
		}
	}
	status, offset := valueOf(all, "status")
	r.status(status, at+offset, len(r.Frame.Body)-1)
	data, offset := valueOf(all, "data")
	r.data(data, at+offset, all)
}

func (r *Result) status(value json.RawMessage, at, end int) {
	if value == nil {
		r.fault("WIRE-3", max(end, 0), verdict.Textf(`The result has no "status"`, `Result tidak memuat "status"`), wantStatus, verdict.Text{})
		return
	}
	if json.Unmarshal(value, &r.Status) != nil || r.Status != "OK" && r.Status != "ERROR" {
		hint := verdict.Text{}
		if up := strings.ToUpper(r.Status); up == "OK" || up == "ERROR" {
			hint = verdict.Textf("Capital letters count.", "Huruf besar dan kecil dibedakan.")
		}
		r.fault("WIRE-3", at, verdict.Textf(`"status" is neither OK nor ERROR`, `"status" bukan OK dan bukan ERROR`), wantStatus, hint)
	}
}

func (r *Result) data(value json.RawMessage, at int, all []member) {
	end := max(len(r.Frame.Body)-1, 0)
	if value == nil {
		value = r.through(all)
	}
	if value == nil {
		if r.read.Textless && r.OK() && !gives[r.command()] {
			r.Data, r.HasData = r.Status, true // what it says is that it was done
			return
		}
		hint := verdict.Text{}
		for _, other := range []string{"message", "messages", "msg", "pesan", "tokenid", "token_id", "token", "Data", "DATA"} {
			if value, _ := valueOf(all, other); value != nil {
				hint = verdict.Textf("The text stands under %q. The specification's key is \"data\".", "Teksnya ada di %q. Kunci menurut spesifikasi adalah \"data\".", other)
				break
			}
		}
		r.fault("WIRE-4", end, verdict.Textf(`The result has no "data"`, `Result tidak memuat "data"`), wantData, hint)
		return
	}
	data, err := decode(value)
	if err != nil {
		return
	}
	r.Data = data
	r.HasData = r.Data != nil
	if text, ok := r.Data.(string); ok && r.Refused() && r.read.IsUnknown(r.Request, text) {
		r.Data = unknown
	}
	switch {
	case !r.HasData:
		r.fault("WIRE-4", at, verdict.Textf(`"data" is null`, `"data" bernilai null`), wantData, verdict.Text{})
	case r.Refused() && Empty(r.Data):
		r.fault("WIRE-5", at, verdict.Textf(`"data" of an ERROR is empty`, `"data" pada ERROR kosong`),
			verdict.Textf("a message that says what went wrong", "pesan kesalahan"), verdict.Text{})
	}
}

// unknown is what the specification has said to an unknown request.
const unknown = "request tidak dikenali"

// gives are the commands whose success means nothing without what they give.
var gives = map[string]bool{"auth": true, "inbox": true}

func (r *Result) command() string {
	command, _, _ := strings.Cut(r.Request, " ")
	return command
}

// through gives what stands in the place of data; nil where nothing does.
func (r *Result) through(all []member) json.RawMessage {
	value, _ := valueOf(all, r.read.Key(r.command(), r.OK()))
	if value == nil {
		value, _ = valueOf(all, r.read.Key("", false))
	}
	return value
}

// decode decodes one JSON value, its numbers as json.Number.
func decode(value json.RawMessage) (data any, err error) {
	if value[0] == '"' { // nearly always, and there is no number in it
		var text string
		err = json.Unmarshal(value, &text)
		return text, err
	}
	dec := json.NewDecoder(bytes.NewReader(value))
	dec.UseNumber()
	err = dec.Decode(&data)
	return data, err
}
