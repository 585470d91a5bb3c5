package diagnose

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// streamCauses are mistakes about what recv gives: bytes of a stream, cut
// anywhere, and no messages.
var streamCauses = []cause{
	{
		slug: "recv-taken-for-a-request",
		says: text("What one recv gives is taken for one request: %s.", "Hasil satu recv dianggap satu request: %s."),
		fix: text(`Append what recv gives to a buffer of the connection, and take a request out whenever the buffer holds an end of line (makefile().readline() does just that).`,
			`Tambahkan hasil recv ke buffer milik koneksi itu, dan ambil satu request setiap kali buffer memuat akhir baris (makefile().readline() melakukannya).`),
		sees: seesRecv,
	},
	{
		slug: "one-answer-per-segment",
		says: text("Several requests that arrive in one segment are answered once, and the others never: recv gives bytes, not lines.",
			"Beberapa request yang tiba dalam satu segmen dijawab satu kali, sisanya tidak pernah: recv memberi byte, bukan baris."),
		fix: text(`Do not ask whether the buffer ends with "\r\n": cut it at every "\r\n", answer each line, and keep what is left for the next recv.`,
			`Jangan hanya memeriksa apakah buffer berakhir dengan "\r\n": potong di setiap "\r\n", jawab tiap baris, dan simpan sisanya untuk recv berikutnya.`),
		sees: seesOneAnswer,
	},
	{
		slug: "decode-inside-character",
		says: text("Bytes are decoded piece by piece, and a piece may end inside a character: é has two bytes, 日 three%s.",
			"Byte di-decode sepotong demi sepotong, padahal potongan dapat berakhir di tengah karakter: é dua byte, 日 tiga byte%s."),
		fix:  text("Collect the bytes of a whole line first and decode only then.", "Kumpulkan dulu byte satu baris penuh, baru decode."),
		sees: seesDecode,
	},
}

// bufferSizes are what programs ask recv for.
var bufferSizes = []int{16, 32, 64, 128, 256, 512, 1024, 2048, 4096}

func seesRecv(b *book, s *scene) (finding, bool) {
	if seen := piecemeal(s); !seen.IsZero() {
		return finding{true, seen}, true
	}
	// Then several at once are a single request too.
	if _, ok := oneAnswer(b, s); ok && b.piecemeal() {
		return finding{true, verdict.Textf("several requests in one segment are answered once", "beberapa request dalam satu segmen dijawab satu kali")}, true
	}
	return finding{}, false
}

// piecemeal says how the scenario shows that a piece of a request was taken for
// a request; zero where it does not.
func piecemeal(s *scene) verdict.Text {
	for _, x := range s.asked {
		switch {
		case len(x.cuts) > 0 && (x.early && x.object() != nil || x.surplus > 0):
			return verdict.Textf("a request that came in pieces was answered before it was whole", "request yang datang terpotong dijawab sebelum utuh")
		case len(x.cuts) == 0 && x.surplus > 0 && len(x.request) > 1000 && known(x) && s.alone(x):
			return verdict.Textf("a long request was answered several times", "request yang panjang dijawab beberapa kali")
		}
	}
	for _, l := range s.letters {
		if size := l.cutAt(s); size > 0 {
			return verdict.Textf("a long request was cut after %d bytes", "request yang panjang terpotong setelah %d byte", size)
		}
	}
	return verdict.Text{}
}

func (b *book) piecemeal() bool {
	return b.fact("piecemeal", func() bool {
		return slices.ContainsFunc(b.scenes, func(s *scene) bool { return !piecemeal(s).IsZero() })
	})
}

// cutAt is the size of the buffer at which the inbox shows the message cut; 0
// where it does not.
func (l letter) cutAt(s *scene) int {
	if !l.unique() {
		return 0
	}
	before := bytes.Index(l.request, []byte(l.text))
	for _, size := range bufferSizes {
		n := size - before
		if n < len(l.first()) || n >= len(l.text) {
			continue
		}
		head, more := strings.TrimRight(l.text[:n], " "), l.text[:min(n+4, len(l.text))]
		shown, cut := false, true
		for _, x := range s.asked {
			if x.is("inbox") && x.shows(l.first()) {
				shown, cut = true, cut && x.shows(head) && !x.shows(more)
			}
		}
		if shown && cut {
			return size
		}
	}
	return 0
}

func seesOneAnswer(b *book, s *scene) (finding, bool) {
	f, ok := oneAnswer(b, s)
	return f, ok && !b.piecemeal()
}

// oneAnswer tells whether some of the requests of one write were answered, and
// the others never.
func oneAnswer(b *book, s *scene) (finding, bool) {
	for i, x := range s.asked {
		if i > 0 && s.asked[i-1].write == x.write {
			continue
		}
		all := s.together(x)
		answers := 0
		for answers < len(all) && all[answers].result != nil {
			answers++
		}
		if len(all) < 2 || answers == 0 || answers == len(all) {
			continue
		}
		// One that closes for another reason answers no more either.
		if halfClosed := s.Requirement == "ROBUST-10"; all[answers].ended != verdict.Silent && (!halfClosed || b.fails("WIRE-8")) {
			continue
		}
		// It is not that the request behind the last answer is never answered.
		next := all[answers]
		alone := !known(next) || b.any(func(t *scene, y *exchange) bool {
			return y.is(next.command) && y.result != nil && t.alone(y)
		})
		return finding{sure: answers == 1 && alone}, true
	}
	return finding{}, false
}

// cut tells whether a character of the request was cut by the writes.
func (x *exchange) cut() bool {
	return slices.ContainsFunc(x.cuts, func(at int) bool { return at < len(x.request) && !utf8.RuneStart(x.request[at]) })
}

// straddles tells whether pieces of that size cut a character of the request.
func (x *exchange) straddles(size int) bool {
	for at := size; at < len(x.request); at += size {
		if !utf8.RuneStart(x.request[at]) {
			return true
		}
	}
	return false
}

func (x *exchange) broke() bool { return x.result == nil && x.ended != "" }

func seesDecode(b *book, s *scene) (finding, bool) {
	for _, x := range s.asked {
		if ascii(x.request) || !utf8.Valid(x.request) || !x.broke() {
			continue
		}
		if x.cut() {
			// Both a request in pieces and one beyond ASCII work by themselves.
			pieces := b.any(func(_ *scene, y *exchange) bool { return len(y.cuts) > 0 && !y.cut() && y.result != nil })
			wide := b.any(func(_ *scene, y *exchange) bool { return len(y.cuts) == 0 && !ascii(y.request) && y.result != nil })
			return finding{sure: pieces && wide}, pieces || wide
		}
		if size := b.decoded(x); size > 0 {
			return finding{true, verdict.Textf("; here at every %d bytes", "; di sini tiap %d byte", size)}, true
		}
	}
	for _, l := range s.letters {
		if replaced(s, l) {
			return sure, true
		}
	}
	return finding{}, false
}

// decoded is the size of the pieces that explain which requests broke and which
// did not: all that have a character across the edge of a piece, and no other.
// 0 where there is none, or too little to tell.
func (b *book) decoded(x *exchange) int {
	for _, size := range bufferSizes {
		broke, whole := 0, 0
		fits := x.straddles(size)
		for _, s := range b.scenes {
			for _, y := range s.asked {
				if !fits || ascii(y.request) || !utf8.Valid(y.request) || len(y.cuts) > 0 || !s.alone(y) {
					continue
				}
				switch {
				case y.result != nil && y.straddles(size), y.broke() && !y.straddles(size):
					fits = false
				case y.result != nil:
					whole++
				case y.broke():
					broke++
				}
			}
		}
		if fits && broke >= 2 && whole >= 1 {
			return size
		}
	}
	return 0
}

// replaced tells whether the message came, as far as its last word, with the
// character that stands for broken ones, and still with some of its own beyond
// ASCII, or in pieces. One that a buffer cut ends in such a character, too.
func replaced(s *scene, l letter) bool {
	wide := nonASCII(l.text)
	if len(wide) == 0 || strings.ContainsRune(l.text, utf8.RuneError) || !l.unique() {
		return false
	}
	for _, x := range s.asked {
		if x.is("inbox") && x.shows(l.first()) && x.shows(l.end()) && x.shows(string(utf8.RuneError)) {
			return l.cut() || slices.ContainsFunc(wide, func(r rune) bool { return x.shows(string(r)) })
		}
	}
	return false
}
