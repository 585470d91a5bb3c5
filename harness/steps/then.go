package steps

import (
	"bytes"
	"context"
	"errors"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// then holds the steps that judge.
var then = []entry{
	{`hasilnya OK`, func(w *World, _ []string, _ [][]string) error { return wantOK(w.last()) }},
	{`hasilnya OK dengan data yang terisi`, func(w *World, _ []string, _ [][]string) error {
		return errors.Join(wantOK(w.last()), wantFilled(w.last()))
	}},
	{`hasilnya ERROR`, func(w *World, _ []string, _ [][]string) error { return wantRefused(w.last()) }},
	{`hasilnya ERROR, atau koneksinya ditutup`, func(w *World, _ []string, _ [][]string) error {
		return w.refusedOrClosed(w.last())
	}},
	{`hasilnya bukan OK`, func(w *World, _ []string, _ [][]string) error {
		if r := w.last(); r.err == nil && r.OK() {
			if arrived, err := w.arrivedAnyway(); err != nil || arrived {
				return err
			}
			return fail(verdict.Textf("%q was answered OK", "%q dijawab OK", r.Request), errorResult).
				seen(r.role, r.Frame.Raw, statusAt(&r.Result))
		}
		return nil
	}},
	{`hasilnya "request tidak dikenali"`, func(w *World, _ []string, _ [][]string) error { return wantUnknown(w.last()) }},
	{`hasilnya berturut-turut:`, func(w *World, _ []string, table [][]string) error { return w.inTurn(column(table)) }},
	{`permintaan itu memang ditolak`, func(w *World, _ []string, _ [][]string) error {
		if wantRefused(w.last()) != nil {
			return skip("the request before was not refused, so what a refusal leaves behind cannot be judged",
				"permintaan sebelumnya tidak ditolak, sehingga akibat penolakan tidak dapat dinilai")
		}
		return nil
	}},
	{`jika permintaan itu ditolak, skenario ini selesai`, func(w *World, _ []string, _ [][]string) error {
		w.over = !w.last().OK() || w.last().err != nil
		return nil
	}},
	{`jika permintaan itu tidak ditolak, skenario ini selesai`, func(w *World, _ []string, _ [][]string) error {
		w.over = wantRefused(w.last()) != nil
		return nil
	}},
	{`hasilnya tidak memuat pesan itu`, func(w *World, _ []string, _ [][]string) error {
		r := w.last()
		for _, t := range w.texts {
			if r.err == nil && (session.Contains(r.Data, t.first) || session.Contains(r.Data, t.last)) {
				return fail(verdict.Textf("%q shows a message that is for somebody else", "%q menampilkan pesan milik user lain", r.Request),
					verdict.Textf("a result without %q", "result tanpa %q", t.brief())).
					seen(r.role, r.Frame.Raw, bytes.Index(r.Frame.Raw, []byte(t.first)))
			}
		}
		return nil
	}},
	{`kotak masuk di koneksi <siapa> memuat pesan itu`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		u.reads = nil // those of who was logged in before
		return w.arrives(u, w.texts...)
	}},
	{`setiap result adalah satu objek JSON`, func(w *World, _ []string, _ [][]string) error { return w.everyResult("WIRE-1") }},
	{`setiap result diakhiri dengan tepat`, func(w *World, _ []string, _ [][]string) error { return w.everyResult("WIRE-2") }},
	{`setiap result memuat status OK atau ERROR`, func(w *World, _ []string, _ [][]string) error { return w.everyResult("WIRE-3") }},
	{`setiap result memuat data`, func(w *World, _ []string, _ [][]string) error { return w.everyResult("WIRE-4") }},
	{`setiap ERROR memuat pesan kesalahan`, func(w *World, _ []string, _ [][]string) error { return w.everyResult("WIRE-5") }},
	{`setiap result adalah (OK|ERROR)`, func(w *World, a []string, _ [][]string) error {
		want := wantOK
		if a[0] == "ERROR" {
			want = wantRefused
		}
		return w.every(want)
	}},
	{`tidak ada result yang berlebih`, func(w *World, _ []string, _ [][]string) error {
		for _, u := range w.others(nil) {
			if r := w.ask(u, "inbox"); r.err != nil {
				return unanswered(r)
			}
		}
		w.Settle()
		return w.everyResult("WIRE-2")
	}},
	{`kedua token berbeda`, func(w *World, _ []string, _ [][]string) error { return w.tokensDiffer(2) }},
	{`semua token berbeda`, func(w *World, _ []string, _ [][]string) error { return w.tokensDiffer(8) }},
	{`datanya ada dan bukan null`, func(w *World, _ []string, _ [][]string) error {
		r := w.last()
		if err := wantOK(r); err != nil || r.HasData {
			return err
		}
		return fail(verdict.Textf("the inbox has no data", "inbox tidak memuat data"),
			verdict.Textf(`"data" with the inbox, such as [] while it is empty`, `"data" dengan isi inbox, misalnya [] selagi kosong`)).
			seen(r.role, r.Frame.Raw, max(len(r.Frame.Body)-1, 0))
	}},
	{`datanya menyebut <daftar>`, func(w *World, a []string, _ [][]string) error {
		r := w.last()
		for _, role := range list(a[0]) {
			if !session.Mentions(r.Data, w.user(role).name) {
				return fail(verdict.Textf("data does not name %s", "data tidak menyebut %s", role),
					verdict.Textf("the name %q in data", "nama %q di data", w.user(role).name)).
					seen(r.role, r.Frame.Raw, -1)
			}
		}
		return nil
	}},
	{`inbox <daftar> memuat pesan itu`, func(w *World, a []string, _ [][]string) error {
		for _, role := range list(a[0]) {
			if err := w.arrives(w.user(role), w.texts...); err != nil {
				return err
			}
		}
		return nil
	}},
	{`inbox sebelas user lain itu memuat pesan itu`, func(w *World, _ []string, _ [][]string) error {
		for _, u := range w.usersOf(anybody(11)) {
			if err := w.arrives(u, w.texts...); err != nil {
				return err
			}
		}
		return nil
	}},
	{`inbox <siapa> memuat pesan itu dengan utuh`, func(w *World, a []string, _ [][]string) error {
		for _, t := range w.texts {
			if err := w.arrivesWhole(w.user(a[0]), t); err != nil {
				return err
			}
		}
		return nil
	}},
	{`inbox <siapa> memuat semua pesan itu`, func(w *World, a []string, _ [][]string) error {
		return w.arrives(w.user(a[0]), w.texts...)
	}},
	{`inbox <siapa> memuat semua pesan itu dengan urutan tetap`, func(w *World, a []string, _ [][]string) error {
		if err := w.arrives(w.user(a[0]), w.texts...); err != nil {
			return err
		}
		return w.inOrder(w.user(a[0]), w.texts)
	}},
	{`inbox <siapa> tidak memuat pesan itu`, func(w *World, a []string, _ [][]string) error {
		return w.staysAway(w.user(a[0]), w.texts...)
	}},
	{`inbox <siapa> memuat (?:setiap )?pesan itu tepat satu kali`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		if err := w.arrives(u, w.texts...); err != nil {
			return err
		}
		words := make([]string, len(w.texts))
		for i, t := range w.texts {
			words[i] = t.first
			if !u.saw(t.first) {
				words[i] = t.last
			}
		}
		return w.onceEach(u, session.Copies, words)
	}},
	{`inbox <siapa> memuat pesan itu dua kali`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[0])
		if err := w.arrives(u, w.texts...); err != nil {
			return err
		}
		return w.twice(u, w.texts[0])
	}},
	{`inbox <siapa> menyebut <siapa> sebagai pengirim pesan itu`, func(w *World, a []string, _ [][]string) error {
		u, t := w.user(a[0]), w.texts[len(w.texts)-1]
		if err := w.arrives(u, t); err != nil {
			return err
		}
		word := t.first
		if !u.saw(word) {
			word = t.last
		}
		return w.attributed(u, w.user(a[1]), word)
	}},
	{`inbox <siapa> menyebut file itu`, func(w *World, a []string, _ [][]string) error { return w.fileArrives(w.user(a[0])) }},
	{`inbox <siapa> tidak menyebut file itu`, func(w *World, a []string, _ [][]string) error { return w.fileStaysAway(w.user(a[0])) }},
	{`inbox <siapa> menyebut file itu tepat satu kali`, func(w *World, a []string, _ [][]string) error {
		if err := w.fileArrives(w.user(a[0])); err != nil {
			return err
		}
		return w.onceEach(w.user(a[0]), session.CopiesByLine, []string{w.fileName()})
	}},
	{`inbox <siapa> menyebut <siapa> sebagai pengirim file itu`, func(w *World, a []string, _ [][]string) error {
		if err := w.fileArrives(w.user(a[0])); err != nil {
			return err
		}
		return w.attributed(w.user(a[0]), w.user(a[1]), w.fileName())
	}},
	{`server <siapa> menerima koneksi`, func(w *World, a []string, _ [][]string) error { return w.sawConnection(w.servers[a[0]]) }},
	{`server <siapa> tidak menerima koneksi`, func(w *World, a []string, _ [][]string) error {
		if s := w.servers[a[0]]; s.peer.Connections() > s.seen {
			return fail(verdict.Textf("the refused connect opened a connection", "connect yang ditolak membuka koneksi"),
				verdict.Textf("no connection", "tidak ada koneksi"))
		}
		return nil
	}},
	{`<siapa> tidak perlu menunggu <siapa>`, func(w *World, a []string, _ [][]string) error { return w.notHeldUp(a[0], a[1]) }},
	{`result yang datang sesuai urutan request`, func(w *World, _ []string, _ [][]string) error { return w.unknownInPlace() }},
	{`koneksi <siapa> tidak ditutup`, func(w *World, a []string, _ [][]string) error {
		if r := w.last(); errors.Is(r.err, wire.ErrClosed) || errors.Is(r.err, wire.ErrReset) {
			return unanswered(r)
		}
		return nil
	}},
	{`server tetap melayani`, func(w *World, _ []string, _ [][]string) error {
		if err := w.run.Target.Health(w.ctx); err != nil {
			w.run.Target.Check(w.ctx)
			return fail(verdict.Textf("after this nobody is served any more: ", "setelah ini tidak ada yang dilayani lagi: ")).because(err)
		}
		return nil
	}},
}

// notHeldUp judges that who was served did not wait until the request of who
// waits had come to its end.
func (w *World) notHeldUp(served, waiting string) error {
	asked, answered := w.exchanged(served)
	held := answered - asked
	if held < w.calm {
		return nil
	}
	// Both may have been answered at one moment: which came first is chance.
	slack := held / 10
	var ended time.Duration
	for until := time.Now().Add(slack); ended == 0 && time.Now().Before(until); {
		_, ended = w.exchanged(waiting)
		if err := sleep(w.ctx, time.Millisecond); err != nil {
			return err
		}
	}
	if ended < asked || ended > answered+slack {
		return nil
	}
	return fail(verdict.Textf("%s was served only after %s had been, %d ms later", "%s baru dilayani setelah %s selesai, %d ms kemudian", served, waiting, held.Milliseconds()),
		verdict.Textf("an answer while %s still waits", "jawaban selagi %s masih menunggu", waiting)).
		hint(verdict.Textf("Wait for another server in a thread or task of its own, and hold no lock while waiting.",
			"Tunggu server lain di thread atau task tersendiri, dan jangan memegang lock selama menunggu.")).silent()
}

// exchanged tells when a role last sent something, and when the first byte
// after it came; zero where it did not.
func (w *World) exchanged(role string) (sent, received time.Duration) {
	for _, e := range w.Log.Events() {
		switch {
		case e.Conn != role:
		case e.Dir == verdict.Sent:
			sent, received = e.At, 0
		case e.Dir == verdict.Received && received == 0:
			received = e.At
		}
	}
	return sent, received
}

// unknownInPlace judges that of the requests of the batch those that are no
// command got the result for these; a command that the server lacks may get it
// too. Where a result is missing, the requests were perhaps taken for one: that
// is another requirement.
func (w *World) unknownInPlace() error {
	batch := w.replies[w.marked:]
	if slices.ContainsFunc(batch, func(r *reply) bool { return r.err != nil }) {
		return nil
	}
	for _, r := range batch {
		if !strings.HasPrefix(r.Request, "selamat ") || r.Data == unknownRequest {
			continue
		}
		return fail(verdict.Textf("%q got the result of another request", "%q mendapat result milik request lain", r.Request),
			verdict.Textf("results in the order of the requests", "result sesuai urutan request")).
			seen(r.role, r.Frame.Raw, -1)
	}
	return nil
}

// because puts a diagnosis at the end of the message.
func (f *Failed) because(err error) *Failed {
	f.Message = f.Message.And(target.Diagnose(err))
	return f
}

func (w *World) refusedOrClosed(r *reply) error {
	if errors.Is(r.err, wire.ErrClosed) || errors.Is(r.err, wire.ErrReset) {
		return nil
	}
	err := wantRefused(r)
	if failed, ok := err.(*Failed); ok {
		failed.Expected = append(failed.Expected, connClosed)
	}
	return err
}

// unknownRequest is what WIRE-6 asks for, to the letter.
const unknownRequest = "request tidak dikenali"

func wantUnknown(r *reply) error {
	expected := verdict.Textf(`"status": "ERROR" and "data": "request tidak dikenali"`, `"status": "ERROR" dan "data": "request tidak dikenali"`)
	switch {
	case r.err != nil:
		return unanswered(r, expected)
	case !r.Refused():
		return fail(verdict.Textf("the unknown request %q was answered %s, not ERROR", "request tak dikenal %q dijawab %s, bukan ERROR", r.Request, status(&r.Result)), expected).
			seen(r.role, r.Frame.Raw, statusAt(&r.Result))
	case r.Data != unknownRequest:
		f := fail(verdict.Textf("data is not exactly %q", "data tidak tepat %q", unknownRequest), expected).
			seen(r.role, r.Frame.Raw, max(bytes.Index(r.Frame.Raw, []byte(`"data"`)), 0))
		if s, ok := r.Data.(string); ok && strings.EqualFold(strings.TrimSpace(s), unknownRequest) {
			f.hint(verdict.Textf("Capital letters and blanks count.", "Huruf besar dan spasi dibedakan."))
		}
		return f
	}
	return nil
}

func (w *World) inTurn(want []string) error {
	got := w.replies[w.marked:]
	for i, kind := range want {
		if i >= len(got) {
			return fail(verdict.Textf("only %d of %d requests were answered", "hanya %d dari %d request yang dijawab", len(got), len(want)), anyResult)
		}
		judge := wantUnknown
		if kind == "OK" {
			judge = wantOK
		}
		if err := judge(got[i]); err != nil {
			if failed, ok := err.(*Failed); ok && got[i].err != nil && i > 0 {
				failed.hint(verdict.Textf("Several requests in one segment were answered once: recv gives bytes, not lines. Collect them and cut at the end of each line.",
					"Beberapa request dalam satu segmen dijawab satu kali: recv memberi byte, bukan baris. Kumpulkan lalu potong di akhir tiap baris."))
			}
			return err
		}
	}
	return nil
}

// everyResult judges the form of all results of the scenario so far.
func (w *World) everyResult(requirement string) error {
	answered := 0
	for _, r := range w.replies {
		switch {
		case r.err == nil:
			answered++
		case requirement == "WIRE-1": // the only one that asks for a result
			return unanswered(r)
		}
	}
	if answered == 0 {
		return skip("no request was answered, see WIRE-1", "tidak ada request yang dijawab, lihat WIRE-1")
	}
	for _, fault := range w.Notes.Faults() {
		if fault.Requirement == requirement {
			return &Failed{Failure: fault.Failure}
		}
	}
	return nil
}

func (w *World) tokensDiffer(sessions int) error {
	var tokens []*reply
	for _, r := range w.replies {
		if !strings.HasPrefix(r.Request, "auth ") {
			continue
		}
		if err := wantOK(r); err != nil {
			return err
		}
		tokens = append(tokens, r)
	}
	if len(tokens) != sessions {
		return errNoReply
	}
	for i, r := range tokens {
		if !slices.ContainsFunc(tokens[:i], func(before *reply) bool { return reflect.DeepEqual(before.Data, r.Data) }) {
			continue
		}
		return fail(verdict.Textf("two sessions got the same token", "dua session mendapat token yang sama"),
			verdict.Textf("a token of its own for each session", "token tersendiri untuk setiap session")).
			seen(r.role, r.Frame.Raw, -1)
	}
	return nil
}

func (w *World) fileArrives(u *user) error {
	name := w.fileName()
	if err := w.await(u, w.arrival(), func() bool { return u.saw(name) }); err != nil {
		return err
	}
	if u.saw(name) {
		return nil
	}
	w.run.absences.add()
	f := fail(verdict.Textf("the file does not show in the inbox of %s", "file itu tidak tampak di inbox %s", u.role),
		verdict.Textf("an inbox that names %q", "inbox yang menyebut %q", name)).
		seen(u.role, u.lastRead().Frame.Raw, -1).silent()
	if r := w.last(); r.err == nil && r.Refused() {
		f.hint(verdict.Textf("It was refused: %s. Is it there, under the name given with --file?", "Pengirimannya ditolak: %s. Apakah file itu ada, dengan nama dari --file?", dataText(&r.Result)))
	}
	return f
}

func (w *World) fileStaysAway(u *user) error {
	if _, err := w.fence(u); err != nil {
		return err
	}
	names := []string{"tidakada" + w.scope + ".txt"}
	if w.run.File != "" {
		names = append(names, w.fileName())
	}
	if asked := path.Base(w.last().Request); asked != ".." && strings.Contains(w.last().Request, "/") {
		names = append(names, asked)
	}
	for _, name := range names {
		for i := range u.reads {
			if r := &u.reads[i]; session.Contains(r.Data, name) {
				return fail(verdict.Textf("the file shows in the inbox of %s, where it does not belong", "file itu tampak di inbox %s, padahal bukan untuknya", u.role),
					verdict.Textf("an inbox without %q", "inbox tanpa %q", name)).
					seen(u.role, r.Frame.Raw, bytes.Index(r.Frame.Raw, []byte(name)))
			}
		}
	}
	return nil
}

// sawConnection judges that a connection reached our listener. It may be
// opened shortly after the answer.
func (w *World) sawConnection(s *server) error {
	if s.declined {
		return s.missing()
	}
	ctx, cancel := context.WithTimeout(w.ctx, w.arrival())
	defer cancel()
	switch err := s.peer.Await(ctx, s.seen); {
	case w.ctx.Err() != nil:
		return w.ctx.Err()
	case err != nil:
		return fail(verdict.Textf("no connection reached 127.0.0.1 port %d", "tidak ada koneksi yang sampai di 127.0.0.1 port %d", s.port),
			verdict.Textf("a TCP connection from the server", "koneksi TCP dari server")).
			seen(w.last().role, w.last().Frame.Raw, -1).silent()
	}
	if r := w.last(); r.err != nil {
		return unanswered(r)
	}
	return nil
}
