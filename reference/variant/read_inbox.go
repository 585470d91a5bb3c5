package variant

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

const (
	pointInbox = "the inbox"
	pointShows = "when a message shows"
	pointFile  = "a file in the inbox"
)

var inboxReadings = []Reading{
	settles(pointInbox, "inbox-strings", "The inbox is a list of texts, the sender in each", "Kotak masuk berupa daftar teks, masing-masing dengan pengirimnya", "inbox", inboxAs(func(list []chat.Message) any {
		texts := make([]string, len(list))
		for i, m := range list {
			texts[i] = line(m)
		}
		return texts
	})),
	settles(pointInbox, "inbox-text", "The inbox is one text, a line a message", "Kotak masuk berupa satu teks, satu baris untuk satu pesan", "inbox", inboxAs(func(list []chat.Message) any { return lines(list) })),
	settles(pointInbox, "inbox-text-empty", "The inbox is one text, which says so when there is nothing", "Kotak masuk berupa satu teks, yang menyatakan bila kosong", "inbox", inboxAs(func(list []chat.Message) any {
		if len(list) == 0 {
			return "tidak ada pesan"
		}
		return lines(list)
	})),
	settles(pointInbox, "inbox-encoded", "The inbox is a text that holds JSON", "Kotak masuk berupa teks yang memuat JSON", "inbox", inboxAs(func(list []chat.Message) any { return string(encode(list)) })),
	settles(pointInbox, "inbox-by-sender", "The inbox is an object keyed by sender, with a list of texts for each", "Kotak masuk berupa objek per pengirim, masing-masing dengan daftar teks", "inbox", inboxAs(func(list []chat.Message) any {
		by := make(map[string][]string)
		for _, m := range list {
			by[m.From] = append(by[m.From], content(m))
		}
		return by
	})),
	settles(pointInbox, "inbox-by-number", "The inbox is an object keyed by number", "Kotak masuk berupa objek bernomor", "inbox", inboxAs(func(list []chat.Message) any {
		by := make(map[string]any)
		for i, m := range list {
			by[strconv.Itoa(i+1)] = map[string]any{"pengirim": m.From, "isi": content(m)}
		}
		return by
	})),
	settles(pointInbox, "inbox-nested", "The inbox is an object with the user, the number of messages and a list of them", "Kotak masuk berupa objek dengan user, jumlah pesan, dan daftarnya", "inbox", inboxAs(func(list []chat.Message) any {
		return map[string]any{"kotak": map[string]any{"jumlah": len(list), "pesan": list}}
	})),
	settles(pointInbox, "inbox-pairs", "The inbox is a list of pairs, sender and text", "Kotak masuk berupa daftar pasangan pengirim dan teks", "inbox", inboxAs(func(list []chat.Message) any {
		pairs := make([][]string, len(list))
		for i, m := range list {
			pairs[i] = []string{m.From, content(m)}
		}
		return pairs
	})),
	settles(pointInbox, "inbox-columns", "The inbox is an object of columns, senders in one and texts in the other", "Kotak masuk berupa objek kolom, pengirim di satu kolom dan teks di kolom lain", "inbox", inboxAs(func(list []chat.Message) any {
		senders, texts := make([]string, len(list)), make([]string, len(list))
		for i, m := range list {
			senders[i], texts[i] = m.From, content(m)
		}
		return map[string]any{"dari": senders, "pesan": texts}
	})),
	settles(pointInbox, "inbox-kept", "Reading keeps the messages: they show again", "Pembacaan menyimpan pesan: pesan tampak lagi", "keep", kept(func(list []chat.Message, _ int) any { return list })),
	settles(pointInbox, "inbox-marked", "Reading keeps the messages and marks them as read", "Pembacaan menyimpan pesan dan menandainya sudah dibaca", "keep inbox", kept(func(list []chat.Message, read int) any {
		marked := make([]any, len(list))
		for i, m := range list {
			marked[i] = map[string]any{"dari": m.From, "isi": content(m), "dibaca": i < read}
		}
		return marked
	})),
	settles(pointInbox, "inbox-new-and-old", "The inbox has a list of new messages and one of those read before", "Kotak masuk memuat daftar pesan baru dan daftar pesan yang pernah dibaca", "keep inbox order", kept(func(list []chat.Message, read int) any {
		return map[string]any{"baru": list[read:], "lama": list[:read]}
	})),
	settles(pointInbox, "inbox-all-and-new", "The inbox has a list of all messages and one of the new ones again", "Kotak masuk memuat daftar semua pesan dan sekali lagi daftar yang baru", "keep inbox order", kept(func(list []chat.Message, read int) any {
		return map[string]any{"semua": list, "belum dibaca": list[read:]}
	})),
	settles(pointInbox, "inbox-files-kept", "Reading keeps the files, and empties the rest", "Pembacaan menyimpan file, dan mengosongkan yang lain", "keep",
		keeping(func(m chat.Message) bool { return m.File != "" }, func(list []chat.Message, _ int) any { return list })),
	settles(pointInbox, "inbox-groups-kept", "Reading keeps what came to a group, and empties the rest", "Pembacaan menyimpan kiriman ke grup, dan mengosongkan yang lain", "keep",
		keeping(func(m chat.Message) bool { return m.Group != "" }, func(list []chat.Message, _ int) any { return list })),
	settles(pointInbox, "inbox-newest-first", "The inbox shows the newest message first", "Kotak masuk menampilkan pesan terbaru lebih dulu", "order", listing(func(_ *call, list []chat.Message) []chat.Message {
		slices.Reverse(list)
		return list
	})),

	settles(pointShows, "late", "A message shows in the inbox some 60 ms after it was sent", "Pesan tampak di kotak masuk sekitar 60 ms setelah dikirim", "", func(s *server) {
		var mu sync.Mutex
		var queue []parcel
		posting(everySend, func(p *parcel) error {
			if err := p.known(); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			queue = append(queue, *p)
			time.AfterFunc(60*time.Millisecond, func() {
				mu.Lock()
				defer mu.Unlock()
				next := queue[0] // timers may change places, messages may not
				queue = queue[1:]
				next.next()
			})
			return nil
		})(s)
	}),

	settles(pointFile, "file-name-only", "The inbox shows a file by its name alone", "Kotak masuk menampilkan file dengan namanya saja", "file", posting("sendfile sendfilegroup", func(p *parcel) error {
		p.Content = nil
		return p.next()
	})),
	settles(pointFile, "file-path", "The inbox shows where the file lies on the server", "Kotak masuk menampilkan letak file di server", "file", posting("sendfile sendfilegroup", func(p *parcel) error {
		p.Content = nil
		p.File = "/srv/chat/berkas/" + p.sender() + "/" + p.File
		return p.next()
	})),
	settles(pointFile, "file-sentence", "The inbox tells of a file in a sentence that names it twice", "Kotak masuk menyebut file dua kali dalam satu kalimat", "file", posting("sendfile sendfilegroup", func(p *parcel) error {
		p.Text = fmt.Sprintf("%s mengirim %s, tersimpan sebagai masuk/%s", p.sender(), p.File, p.File)
		p.File, p.Content = "", nil
		return p.next()
	})),
}

// inboxAs gives the inbox another shape.
func inboxAs(shape func(list []chat.Message) any) effect {
	return func(s *server) {
		s.shapers = append(s.shapers, then(func(c *call, r chat.Result) chat.Result {
			if list, ok := r.Data.([]chat.Message); ok {
				r.Data = shape(list)
			}
			return r
		}))
	}
}

// content is what a message says.
func content(m chat.Message) string {
	if m.File != "" {
		return "[file] " + m.File
	}
	return m.Text
}

func line(m chat.Message) string {
	if m.Group != "" {
		return m.From + " (" + m.Group + "): " + content(m)
	}
	return m.From + ": " + content(m)
}

func lines(list []chat.Message) string {
	var all strings.Builder
	for _, m := range list {
		all.WriteString(line(m) + "\n")
	}
	return all.String()
}

// kept has inboxes keep what was read. Shape makes data of all messages, of
// which the first ones were read before.
func kept(shape func(list []chat.Message, read int) any) effect {
	return keeping(func(chat.Message) bool { return true }, shape)
}

// keeping is like kept for those messages that stay when they were read.
func keeping(stays func(chat.Message) bool, shape func(list []chat.Message, read int) any) effect {
	return func(s *server) {
		var mu sync.Mutex
		old := make(map[string][]chat.Message)
		on("inbox", success(func(c *call, data any) any {
			fresh, ok := data.([]chat.Message)
			if !ok {
				return data
			}
			mu.Lock()
			defer mu.Unlock()
			read := old[c.user()]
			all := append(append(make([]chat.Message, 0, len(read)+len(fresh)), read...), fresh...)
			old[c.user()] = slices.DeleteFunc(slices.Clone(all), func(m chat.Message) bool { return !stays(m) })
			return shape(all[:len(all):len(all)], len(read))
		}))(s)
	}
}
