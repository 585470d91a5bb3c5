package steps

import (
	"bytes"
	"errors"

	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// Failed is the error of a step that saw the requirement broken.
type Failed struct {
	verdict.Failure
	Silent bool   // what was missing may come to those who wait longer
	Shape  string // of the request that got no answer, see Run.Answered; "" where none was lost
	Cut    bool   // the connection gave no answer: it ended, was silent, or could not be had
}

func (f *Failed) Error() string { return f.Message.EN }

// Skipped is the error of a step that cannot judge the requirement.
type Skipped struct{ Reason verdict.Text }

func (s *Skipped) Error() string { return s.Reason.EN }

// Blamed is the error of a step that prepares a scenario and could not: the
// fault lies with another requirement.
type Blamed struct {
	Requirement string
	Failed
}

func fail(message verdict.Text, expected ...verdict.Text) *Failed {
	return &Failed{Failure: verdict.Failure{Message: message, Expected: expected, Caret: -1}}
}

func skip(en, id string, args ...any) error {
	return &Skipped{verdict.Textf(en, id, args...)}
}

// seen adds what came, and on which connection.
func (f *Failed) seen(role string, raw []byte, caret int) *Failed {
	f.Conn, f.Actual, f.Caret = role, string(raw), caret
	return f
}

// silent says that what is missing may still come.
func (f *Failed) silent() *Failed {
	f.Silent = true
	return f
}

func (f *Failed) hint(t verdict.Text) *Failed {
	f.Hint = t
	return f
}

var (
	okResult    = verdict.Textf(`a result with "status": "OK"`, `result dengan "status": "OK"`)
	errorResult = verdict.Textf(`a result with "status": "ERROR" and a message in "data"`, `result dengan "status": "ERROR" dan pesan kesalahan di "data"`)
	anyResult   = verdict.Textf("a result", "sebuah result")
	connClosed  = verdict.Textf("or the connection closed", "atau koneksi ditutup")
)

// unanswered is the failure of a request that got no result.
func unanswered(r *reply, expected ...verdict.Text) *Failed {
	if len(expected) == 0 {
		expected = []verdict.Text{anyResult}
	}
	var message, hint verdict.Text
	switch {
	case errors.Is(r.err, wire.ErrSilent) && len(r.Frame.Raw) > 0:
		message = verdict.Textf("%q got no whole result: the answer never ended", "%q tidak mendapat result yang utuh: jawabannya tidak berakhir", r.Request)
		hint = verdict.Textf(`End every result with \r\n\r\n.`, `Akhiri setiap result dengan \r\n\r\n.`)
	case errors.Is(r.err, wire.ErrSilent):
		message = verdict.Textf("%q got no answer; the connection stayed open", "%q tidak dijawab; koneksi tetap terbuka", r.Request)
		hint = verdict.Textf("Perhaps an exception ended the thread of this connection and left the socket open.", "Mungkin sebuah exception mengakhiri thread koneksi ini dan membiarkan socket terbuka.")
	case errors.Is(r.err, wire.ErrClosed):
		message = verdict.Textf("the server closed the connection instead of answering %q", "server menutup koneksi, bukannya menjawab %q", r.Request)
	case errors.Is(r.err, wire.ErrReset):
		message = verdict.Textf("the server reset the connection instead of answering %q", "server memutus paksa koneksi, bukannya menjawab %q", r.Request)
	case errors.Is(r.err, wire.ErrTooLong):
		message = verdict.Textf("the answer to %q has no end: more than 8 MiB came", "jawaban atas %q tidak ada akhirnya: lebih dari 8 MiB diterima", r.Request)
	default:
		message = verdict.Textf("%q could not be asked: %v", "%q tidak dapat diminta: %v", r.Request, r.err)
	}
	f := fail(message, expected...).seen(r.role, r.Frame.Raw, len(r.Frame.Raw)).hint(hint)
	f.Silent, f.Cut = errors.Is(r.err, wire.ErrSilent), !errors.Is(r.err, wire.ErrTooLong)
	f.Shape = r.shape
	return f
}

// wantOK judges that a request succeeded.
func wantOK(r *reply) error {
	switch {
	case r.err != nil:
		return unanswered(r, okResult)
	case !r.OK():
		return fail(verdict.Textf("%q was answered %s, not OK", "%q dijawab %s, bukan OK", r.Request, status(&r.Result)), okResult).
			seen(r.role, r.Frame.Raw, statusAt(&r.Result))
	}
	return nil
}

// wantRefused judges that a request was refused. That a message says why is
// WIRE-5, for every result.
func wantRefused(r *reply) error {
	switch {
	case r.err != nil:
		return unanswered(r, errorResult)
	case !r.Refused():
		return fail(verdict.Textf("%q was answered %s, not ERROR", "%q dijawab %s, bukan ERROR", r.Request, status(&r.Result)), errorResult).
			seen(r.role, r.Frame.Raw, statusAt(&r.Result))
	}
	return nil
}

// wantFilled judges that data says something.
func wantFilled(r *reply) error {
	if r.err == nil && session.Empty(r.Data) {
		return fail(verdict.Textf("the OK for %q has nothing in data", "OK untuk %q tidak berisi apa pun di data", r.Request),
			verdict.Textf(`"data" with a value`, `"data" dengan isi`)).
			seen(r.role, r.Frame.Raw, max(len(r.Frame.Body)-1, 0))
	}
	return nil
}

func status(r *session.Result) string {
	if r.Status == "" {
		return "…"
	}
	return r.Status
}

// statusAt is the offset of the status in a result, -1 where there is none.
func statusAt(r *session.Result) int {
	key := bytes.Index(r.Frame.Raw, []byte(`"status"`))
	if key < 0 {
		return -1
	}
	value := bytes.IndexByte(r.Frame.Raw[key+8:], '"')
	if value < 0 {
		return key
	}
	return key + 8 + value
}
