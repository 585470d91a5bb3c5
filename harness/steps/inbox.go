package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

func itoa(n int) string { return strconv.Itoa(n) }

// read reads the user's inbox once and keeps what it showed: whether reading
// empties an inbox is open, so what was seen once counts as seen.
func (w *World) read(u *user) error {
	r := w.ask(u, "inbox")
	if err := wantOK(r); err != nil {
		return err
	}
	u.reads = append(u.reads, r.Result)
	w.leaks(u, &r.Result)
	return nil
}

// await reads the inbox until enough is seen, for at most wait. What was seen
// before counts.
func (w *World) await(u *user, wait time.Duration, enough func() bool) error {
	deadline := time.Now().Add(wait)
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		if enough() {
			return nil
		}
		if err := w.read(u); err != nil {
			return err
		}
		if enough() || time.Now().After(deadline) {
			return nil
		}
		if err := sleep(w.ctx, pause); err != nil {
			return err
		}
	}
}

// sleep waits for d, where the specification gives no event to wait for.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (u *user) saw(word string) bool {
	return word != "" && slices.ContainsFunc(u.reads, func(r session.Result) bool { return session.Contains(r.Data, word) })
}

func (u *user) sawText(t *text) bool { return u.saw(t.first) || u.saw(t.last) }

// brief is the text as a reader can take it in.
func (t *text) brief() string {
	const most = 160
	runes := []rune(t.whole)
	if len(runes) <= most {
		return t.whole
	}
	return string(runes[:most*3/4]) + " … " + string(runes[len(runes)-most/4:])
}

// lastRead is the latest inbox, or nothing.
func (u *user) lastRead() *session.Result {
	if len(u.reads) == 0 {
		return &session.Result{}
	}
	return &u.reads[len(u.reads)-1]
}

// arrives judges that every text shows in the user's inbox.
func (w *World) arrives(u *user, texts ...*text) error {
	missing := func() *text {
		for _, t := range texts {
			if !u.sawText(t) {
				return t
			}
		}
		return nil
	}
	if err := w.await(u, w.arrival(), func() bool { return missing() == nil }); err != nil {
		return err
	}
	if t := missing(); t != nil {
		w.run.absences.add()
		f := fail(verdict.Textf("the message does not show in the inbox of %s", "pesan itu tidak tampak di inbox %s", u.role),
			verdict.Textf("an inbox that holds %q", "inbox yang memuat %q", t.brief())).
			seen(u.role, u.lastRead().Frame.Raw, -1).silent()
		if r := w.last(); r.err == nil && r.Refused() {
			f.hint(verdict.Textf("The message was refused: %s", "Pengirimannya ditolak: %s", dataText(&r.Result)))
		}
		return f
	}
	return nil
}

// arrivesWhole judges that the text shows unchanged.
func (w *World) arrivesWhole(u *user, t *text) error {
	if err := w.arrives(u, t); err != nil {
		return err
	}
	if u.saw(t.whole) {
		return nil
	}
	shown := u.lastRead()
	for i := range u.reads {
		if session.Contains(u.reads[i].Data, t.first) || t.last != "" && session.Contains(u.reads[i].Data, t.last) {
			shown = &u.reads[i]
		}
	}
	f := fail(verdict.Textf("the message arrived changed", "pesan itu sampai dalam keadaan berubah"),
		verdict.Textf("%q", "%q", t.brief())).
		seen(u.role, shown.Frame.Raw, firstDifference(shown.Frame.Raw, t))
	words := strings.Fields(t.whole)
	if len(words) > 1 && u.saw(t.first) && !u.saw(words[0]+" "+words[1]) {
		f.hint(verdict.Textf("The message is cut at the first space. PARAMETER2 is the rest of the line, not one word.",
			"Pesan terpotong di spasi pertama. PARAMETER2 adalah sisa baris, bukan satu kata."))
	}
	return f
}

// firstDifference is the offset in raw where the text departs from what was
// sent.
func firstDifference(raw []byte, t *text) int {
	at := bytes.Index(raw, []byte(t.first))
	if at < 0 {
		return bytes.Index(raw, []byte(t.last))
	}
	var quoted bytes.Buffer
	enc := json.NewEncoder(&quoted)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(t.whole) // a string always encodes
	want := bytes.Trim(quoted.Bytes(), "\"\n")
	n := 0
	for n < len(want) && at+n < len(raw) && raw[at+n] == want[n] {
		n++
	}
	return at + n
}

// fence sends the user a message of its own and waits for it: what was sent
// before and has not shown by then will not. It tells the word of the message,
// "" where it could not be sent or did not show; then the inbox was read
// instead.
func (w *World) fence(u *user) (string, error) {
	if word := w.sendFence(u); word != "" {
		err := w.await(u, w.arrival()/2, func() bool { return u.saw(word) })
		if err != nil || u.saw(word) {
			return word, err
		}
	}
	return "", w.read(u)
}

func (w *World) sendFence(u *user) string {
	sender := u
	for _, o := range w.others(u) {
		if o.in && o.client != nil && o.home == u.home {
			sender = o
			break
		}
	}
	for _, t := range w.texts {
		if o := w.users[t.from]; o != nil && o != u && o.in && o.client != nil && o.home == u.home {
			sender = o
		}
	}
	address, err := w.address(sender, u)
	if err != nil {
		return ""
	}
	t := w.text("{kata}", sender.role, u.role)
	if r := w.ask(sender, "send "+address+" "+t.whole); r.err != nil || !r.OK() {
		return ""
	}
	return t.first
}

// staysAway judges that the text does not show in the user's inbox.
func (w *World) staysAway(u *user, texts ...*text) error {
	if _, err := w.fence(u); err != nil {
		return err
	}
	for _, t := range texts {
		for i := range u.reads {
			r := &u.reads[i]
			if !session.Contains(r.Data, t.first) && (t.last == "" || !session.Contains(r.Data, t.last)) {
				continue
			}
			return fail(verdict.Textf("the message shows in the inbox of %s, where it does not belong", "pesan itu tampak di inbox %s, padahal bukan untuknya", u.role),
				verdict.Textf("an inbox without %q", "inbox tanpa %q", t.brief())).
				seen(u.role, r.Frame.Raw, bytes.Index(r.Frame.Raw, []byte(t.first)))
		}
	}
	return nil
}

// onceEach judges that word counts once in the user's inbox, for every word.
// count says how often one inbox shows a word.
func (w *World) onceEach(u *user, count func(data any, word string) int, words []string) error {
	times, most, err := w.count(u, count, words)
	if err != nil {
		return err
	}
	for i, word := range words {
		if times[i] == 1 {
			continue
		}
		f := fail(verdict.Textf("it shows %d times in the inbox of %s, not once", "tampak %d kali di inbox %s, bukan satu kali", times[i], u.role),
			verdict.Textf("%q exactly once", "%q tepat satu kali", word))
		return f.seen(u.role, most[i].Frame.Raw, bytes.LastIndex(most[i].Frame.Raw, []byte(word)))
	}
	return nil
}

// twice judges that two messages of the same text both show in the user's
// inbox.
func (w *World) twice(u *user, t *text) error {
	times, most, err := w.count(u, session.Occurrences, []string{t.first})
	if err != nil || times[0] > 1 {
		return err
	}
	return fail(verdict.Textf("two messages of the same text were sent, and the inbox of %s shows one", "dua pesan dengan isi yang sama dikirim, dan inbox %s hanya memuat satu", u.role),
		verdict.Textf("%q twice", "%q dua kali", t.brief())).
		seen(u.role, most[0].Frame.Raw, bytes.Index(most[0].Frame.Raw, []byte(t.first))).
		hint(verdict.Textf("A set, or a map keyed by the text, keeps one of two equal messages. Keep them in a list.",
			"Set, atau map dengan isi pesan sebagai kunci, hanya menyimpan satu dari dua pesan yang sama. Simpan dalam list.")).silent()
}

// count counts each word in the user's inbox, however often that was read, and
// gives a reading that showed it.
func (w *World) count(u *user, count func(data any, word string) int, words []string) ([]int, []*session.Result, error) {
	fence, err := w.fence(u)
	if err != nil {
		return nil, nil, err
	}
	if err := w.read(u); err != nil {
		return nil, nil, err
	}
	last := u.lastRead()
	kept := fence != "" && session.Contains(last.Data, fence)
	times, most := make([]int, len(words)), make([]*session.Result, len(words))
	for i, word := range words {
		most[i] = last
		if kept || w.keptApart(u, word) {
			times[i] = count(last.Data, word)
			continue
		}
		for j := range u.reads {
			n := count(u.reads[j].Data, word)
			if fence == "" { // whether reading empties is not known
				times[i] = max(times[i], n)
			} else {
				times[i] += n
			}
			if n > 0 {
				most[i] = &u.reads[j]
			}
		}
	}
	return times, most, nil
}

// keptApart tells whether word stands for a file, or for a message to a group,
// that all readings show since the first one that did, three at least: some
// inboxes keep those, and empty the rest.
func (w *World) keptApart(u *user, word string) bool {
	for _, t := range w.texts {
		if t.to != "" && (t.first == word || t.last == word) {
			return false
		}
	}
	shows := func(r session.Result) bool { return session.Contains(r.Data, word) }
	reads := u.reads[max(0, slices.IndexFunc(u.reads, shows)):]
	return len(reads) >= 3 && !slices.ContainsFunc(reads, func(r session.Result) bool { return !shows(r) })
}

// inOrder judges that one sender's texts show in the order they were sent in,
// or all the other way round, the newest first, and so in every reading that
// shows them all.
func (w *World) inOrder(u *user, texts []*text) error {
	words := make([]string, len(texts))
	for i, t := range texts {
		words[i] = t.first
	}
	var before []int // as an earlier reading had it
	for i := range u.reads {
		order, known := session.Order(u.reads[i].Data, words)
		if !known {
			continue
		}
		sorted := slices.IsSorted(order) || slices.IsSortedFunc(order, func(a, b int) int { return b - a })
		if sorted && (before == nil || slices.Equal(order, before)) {
			before = order
			continue
		}
		shown := make([]string, len(order))
		for j, k := range order {
			shown[j] = itoa(k + 1)
		}
		f := fail(verdict.Textf("the messages show in the order %s", "pesan-pesan itu tampak dengan urutan %s", strings.Join(shown, ", ")),
			verdict.Textf("the order in which they were sent, or exactly the reverse", "urutan pengirimannya, atau tepat kebalikannya")).
			seen(u.role, u.reads[i].Frame.Raw, bytes.Index(u.reads[i].Frame.Raw, []byte(words[order[0]])))
		if sorted {
			f.hint(verdict.Textf("An earlier inbox showed them the other way round. Turn round a copy, not the list that is kept.",
				"Inbox sebelumnya menampilkannya dengan urutan terbalik. Balikkan salinannya, bukan daftar yang disimpan."))
		}
		return f
	}
	if before != nil {
		return nil
	}
	// They came in several readings: the earlier reading has the earlier text.
	last := 0
	for _, word := range words {
		at := slices.IndexFunc(u.reads, func(r session.Result) bool { return session.Contains(r.Data, word) })
		if at < last {
			return fail(verdict.Textf("a later message showed in an earlier reading", "pesan yang lebih baru tampak pada pembacaan yang lebih dulu"),
				verdict.Textf("the order in which they were sent", "urutan pengirimannya")).
				seen(u.role, u.reads[max(at, 0)].Frame.Raw, -1)
		}
		last = at
	}
	return nil
}

// attributed judges that the inbox connects word with the sender's name.
func (w *World) attributed(u, sender *user, word string) error {
	names := []string{sender.name}
	for _, o := range w.others(u) {
		if o != sender {
			names = append(names, o.name)
		}
	}
	for i := range u.reads {
		r := &u.reads[i]
		if !session.Contains(r.Data, word) {
			continue
		}
		if slices.Contains(session.Attributed(r.Data, word, names), sender.name) {
			return nil
		}
		return fail(verdict.Textf("the inbox does not show that it came from %s", "inbox tidak menunjukkan bahwa kiriman itu dari %s", sender.role),
			verdict.Textf("the name %q with it", "nama %q bersamanya", sender.name)).
			seen(u.role, r.Frame.Raw, bytes.Index(r.Frame.Raw, []byte(word)))
	}
	return nil
}

func dataText(r *session.Result) string {
	if s, ok := r.Data.(string); ok {
		return s
	}
	b, _ := json.Marshal(r.Data) // came from JSON
	return string(b)
}
