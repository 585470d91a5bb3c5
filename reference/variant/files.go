package variant

import (
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

var sendFileFaults = []Fault{
	fault("sendfile-empty", "A successful `sendfile` has an empty text in data", "`sendfile` yang berhasil memuat teks kosong di data", "SENDFILE-1", "", on("sendfile", success(value("")))),

	fault("sendfile-missing-ok", "`sendfile` without a file is OK", "`sendfile` tanpa nama file dijawab OK", "SENDFILE-2", "WIRE", on("sendfile", when(both(inside, lacking), okay))),
	fault("sendfile-guest-ok", "`sendfile` before `auth` delivers", "`sendfile` sebelum `auth` mengantarkan file", "SENDFILE-3 LOGOUT-3", "", on("sendfile", asGuest)),

	fault("sendfile-stored", "The file is stored in a folder of the server, the inbox does not tell of it", "File disimpan di folder server, kotak masuk tidak menyebutnya", "SENDFILE-4 SENDFILE-5 SENDFILEGROUP-4 SENDFILEGROUP-8 SENDFILEGROUP-7 FEDERATION-5", "SENDFILEGROUP", listing(func(_ *call, list []chat.Message) []chat.Message {
		return slices.DeleteFunc(list, func(m chat.Message) bool { return m.File != "" })
	})),
	fault("sendfile-anonymous-name", "The inbox says that a file came, without its name", "Kotak masuk hanya menyebut ada file, tanpa namanya", "SENDFILE-4 FEDERATION-5", "SENDFILE", posting("sendfile", func(p *parcel) error {
		p.File = "file"
		return p.next()
	})),

	fault("sendfile-moves-on", "A file is in one inbox at a time: sending it to another user takes it from there", "Sebuah file hanya ada di satu kotak masuk: mengirimnya kepada user lain mengambilnya dari sana", "SENDFILE-4", "SENDFILEGROUP FEDERATION SENDFILE", func(s *server) {
		var at sync.Map // whom a sender sent a file last, by both
		posting("sendfile", func(p *parcel) error { at.Store(p.From+" "+p.File, p.users[0]); return p.next() })(s)
		listing(func(c *call, list []chat.Message) []chat.Message {
			return slices.DeleteFunc(list, func(m chat.Message) bool {
				user, sent := at.Load(m.From + " " + m.File)
				return kind(m) == "sendfile" && sent && user != c.user()
			})
		})(s)
	}),

	fault("sendfile-nameless", "The inbox does not tell who a file is from", "Kotak masuk tidak menyebut pengirim file", "SENDFILE-5", "", posting("sendfile", func(p *parcel) error {
		p.From = "server"
		return p.next()
	})),

	fault("sendfile-abroad-nameless", "A file from another server is shown as that server's", "File dari server lain ditampilkan sebagai kiriman server itu", "SENDFILE-5", "", receiving(func(user string, m chat.Message, next reference.Receive) error {
		if m.File != "" {
			_, m.From, _ = strings.Cut(m.From, "@")
		}
		return next(user, m)
	})),

	fault("sendfile-unknown-ok", "A file to an unknown user is OK", "File kepada user yang tidak dikenal dijawab OK", "SENDFILE-6", "FEDERATION", posting("sendfile", func(p *parcel) error {
		if p.known() != nil {
			return nil
		}
		return p.next()
	})),
	fault("sendfile-refused-returns", "A file to an unknown user is refused, and stands in the sender's inbox", "File kepada user yang tidak dikenal ditolak, lalu ada di kotak masuk pengirimnya", "SENDFILE-6", "", on("sendfile", when(both(inside, both(toNobody, thereIs)), ifRefused(func(c *call) {
		_ = c.state().Deliver(chat.Message{From: c.user() + "@" + c.server.machine.ID, File: c.tail()}, c.user())
	})))),
	fault("sendfile-user-prefix", "A user is found by the beginning of the name for files", "Untuk file, user dicari dengan awal namanya", "SENDFILE-6", "", func(s *server) {
		users := registered(s)
		on("sendfile", when(both(inside, toNobody), func(c *call) chat.Result {
			user, _ := c.here(c.word(0))
			if others := users.like(user, strings.HasPrefix); len(others) > 0 && user != "" {
				return c.as("sendfile " + others[0] + " " + c.tail())
			}
			return c.next()
		}))(s)
	}),

	fault("sendfile-own-prefix", "An id that its own begins with counts as its own for files", "Untuk file, id yang menjadi awal id server ini dianggap idnya", "SENDFILE-7", "",
		ownID("sendfile", func(id, own string) bool { return strings.HasPrefix(own, id) })),
	fault("sendfile-nowhere-ok", "A file to an unknown server is OK", "File ke server yang tidak dikenal dijawab OK", "SENDFILE-7", "", on("sendfile", when(both(inside, both(toNowhere, thereIs)), okay))),
	fault("sendfile-server-ignored", "What follows the @ is ignored for files: every user is looked for here", "Untuk file, bagian setelah @ diabaikan: setiap user dicari di sini", "SENDFILE-7 FEDERATION-5", "", on("sendfile", when(inside, func(c *call) chat.Result {
		user, _, _ := strings.Cut(c.word(0), "@")
		return c.as("sendfile " + user + " " + c.tail())
	}))),

	fault("sendfile-any-name", "A file that does not exist is sent by its name", "File yang tidak ada dikirim sebagai nama saja", "SENDFILE-8", "SENDFILE", anyFile("sendfile")),
	fault("sendfile-nofile-crashes", "A file that does not exist brings the server down", "File yang tidak ada mematikan server", "SENDFILE-8 SENDFILE-9", "*", on("sendfile", when(both(inside, noFile), crash))),

	fault("sendfile-folder-ok", "A folder can be sent as a file", "Folder dapat dikirim sebagai file", "SENDFILE-8", "", unread("sendfile", func(name string) bool { return name == "." })),

	fault("sendfile-everywhere", "Any file of the machine can be sent, through .. or by an absolute path", "Setiap file di komputer server dapat dikirim, lewat .. atau dengan alamat mutlak", "SENDFILE-9", "", anywhere("sendfile", func(string) bool { return true })),
	fault("sendfile-outside-shown", "A file name that leads outside is refused, and the inbox of the addressee names the file", "Nama file yang keluar dari folder ditolak, tetapi kotak masuk penerimanya menyebutnya", "SENDFILE-9", "", on("sendfile", when(both(inside, func(c *call) bool { return !lacking(c) && outside(c.tail()) }), ifRefused(func(c *call) {
		if user, ok := c.here(c.word(0)); ok && c.state().HasUser(user) {
			_ = c.state().Deliver(chat.Message{From: c.user() + "@" + c.server.machine.ID, File: c.tail()}, user)
		}
	})))),
	fault("sendfile-parents", "A file can be sent through .., an absolute path is refused", "File dapat dikirim lewat .., alamat mutlak ditolak", "SENDFILE-9", "", anywhere("sendfile", func(name string) bool { return strings.HasPrefix(name, "..") })),
	fault("sendfile-backslashes", "Backslashes in a file name separate folders, and may lead outside", "Garis miring terbalik dalam nama file memisahkan folder dan dapat keluar dari sana", "SENDFILE-9", "", anywhereBack("sendfile")),
	fault("sendfile-dot-first", "A file name may lead outside if it begins with ./", "Nama file boleh keluar dari folder bila diawali ./", "SENDFILE-9", "", anywhere("sendfile", func(name string) bool { return strings.HasPrefix(name, "./") })),
	fault("sendfile-parents-within", "A file name may lead outside if .. does not stand at its beginning", "Nama file boleh keluar dari folder bila .. tidak di awalnya", "SENDFILE-9", "", anywhere("sendfile", func(name string) bool {
		return !path.IsAbs(name) && !strings.HasPrefix(name, ".")
	})),
	fault("sendfile-dots-once", "../ is taken out of a file name once, which makes ....// another ../", "../ dibuang satu kali dari nama file, sehingga ....// menjadi ../ lagi", "SENDFILE-9", "", unread("sendfile", func(name string) bool {
		left := strings.ReplaceAll(name, "../", "")
		return left != name && leadsOut(left) && !path.IsAbs(left)
	})),
}

var sendFileGroupFaults = []Fault{
	fault("sendfilegroup-empty", "A successful `sendfilegroup` has an empty text in data", "`sendfilegroup` yang berhasil memuat teks kosong di data", "SENDFILEGROUP-1", "", on("sendfilegroup", success(value("")))),

	fault("sendfilegroup-missing-ok", "`sendfilegroup` without a file is OK", "`sendfilegroup` tanpa nama file dijawab OK", "SENDFILEGROUP-2", "WIRE", on("sendfilegroup", when(both(inside, lacking), okay))),
	fault("sendfilegroup-guest-ok", "`sendfilegroup` before `auth` delivers", "`sendfilegroup` sebelum `auth` mengantarkan file", "SENDFILEGROUP-3 LOGOUT-3", "", on("sendfilegroup", asGuest)),

	fault("sendfilegroup-lost", "`sendfilegroup` is OK and nothing shows in the inboxes", "`sendfilegroup` dijawab OK tetapi tidak ada yang tampak di kotak masuk", "SENDFILEGROUP-4 SENDFILEGROUP-7 SENDFILEGROUP-8", "SENDFILEGROUP", posting("sendfilegroup", lose)),
	fault("sendfilegroup-last-not", "The last member does not get the file", "Anggota terakhir tidak menerima file", "SENDFILEGROUP-4", "SENDFILEGROUP", members("sendfilegroup", func(m []string) []string { return m[:len(m)-1] })),
	fault("sendfilegroup-unnamed", "The inboxes of a group do not name the file", "Kotak masuk anggota grup tidak menyebut nama file", "SENDFILEGROUP-4", "SENDFILEGROUP", posting("sendfilegroup", func(p *parcel) error {
		p.File = "lampiran"
		return p.next()
	})),
	fault("sendfilegroup-everybody", "The file reaches all users", "File sampai pada semua user", "SENDFILEGROUP-5", "*", toAlso("sendfilegroup", func(string, string) bool { return true })),
	fault("sendfilegroup-unknown-ok", "A file to an unknown group is OK", "File ke grup yang tidak dikenal dijawab OK", "SENDFILEGROUP-6", "", on("sendfilegroup", when(both(inside, noGroup), okay))),
	fault("sendfilegroup-unknown-to-newest", "A file to an unknown group is refused, and reaches the group that the sender made last", "File ke grup yang tidak dikenal ditolak, tetapi sampai di grup yang terakhir dibuat pengirimnya", "SENDFILEGROUP-6", "SENDFILEGROUP", toLast("creategroup", "sendfilegroup")),
	fault("sendfilegroup-prefix", "A group is found by the beginning of its id for files", "Untuk file, grup dicari dengan awal idnya", "SENDFILEGROUP-6", "", groupLike("sendfilegroup", func(id, known string) bool { return strings.HasPrefix(known, id) })),
	fault("sendfilegroup-twice", "Every member gets the file twice", "Setiap anggota menerima file dua kali", "SENDFILEGROUP-7", "", posting("sendfilegroup", twice(always))),
	fault("sendfilegroup-nameless", "The inboxes of a group do not tell who a file is from", "Kotak masuk anggota grup tidak menyebut pengirim file", "SENDFILEGROUP-8", "", posting("sendfilegroup", func(p *parcel) error {
		p.From = p.Group
		return p.next()
	})),
	fault("sendfilegroup-any-name", "A file that does not exist is sent to a group by its name", "File yang tidak ada dikirim ke grup sebagai nama saja", "SENDFILEGROUP-9", "SENDFILEGROUP", anyFile("sendfilegroup")),
	fault("sendfilegroup-everywhere", "Any file of the machine can be sent to a group, through .. or by an absolute path", "Setiap file di komputer server dapat dikirim ke grup, lewat .. atau dengan alamat mutlak", "SENDFILEGROUP-10", "", anywhere("sendfilegroup", func(string) bool { return true })),
	fault("sendfilegroup-backslashes", "Backslashes in a file name separate folders, and may lead outside for a group", "Untuk grup, garis miring terbalik dalam nama file memisahkan folder dan dapat keluar dari sana", "SENDFILEGROUP-10", "", anywhereBack("sendfilegroup")),
	fault("sendfilegroup-dot-first", "A file name may lead outside for a group if it begins with ./", "Untuk grup, nama file boleh keluar dari folder bila diawali ./", "SENDFILEGROUP-10", "", anywhere("sendfilegroup", func(name string) bool { return strings.HasPrefix(name, "./") })),
}

// noFile: the server has no file of that name. thereIs: it has.
func noFile(c *call) bool  { return !lacking(c) && !thereIs(c) }
func thereIs(c *call) bool { _, err := c.server.machine.Files.Read(c.tail()); return err == nil }

// outside reports whether a name leads out of the folder of files.
func outside(name string) bool { return path.IsAbs(name) || strings.HasPrefix(path.Clean(name), "..") }

// anyFile has a command send files that do not exist, but none that lie
// outside.
func anyFile(command string) effect {
	return unread(command, func(name string) bool { return !outside(name) })
}

// anywhere has a command send files that lie outside of the folder, where the
// name is of the kind.
func anywhere(command string, kind func(name string) bool) effect {
	return unread(command, func(name string) bool { return kind(name) && leadsOut(name) })
}

// anywhereBack is anywhere for names with backslashes, as on Windows.
func anywhereBack(command string) effect {
	return unread(command, func(name string) bool {
		slashed := strings.ReplaceAll(name, `\`, "/")
		return slashed != name && leadsOut(slashed)
	})
}

// leadsOut reports whether a name leads to something outside of the folder.
func leadsOut(name string) bool {
	_, err := os.Stat(path.Clean("/" + name))
	return outside(name) && err == nil
}

// unread has a command send files that the server does not have, by their name
// alone: what lies outside is not given away.
func unread(command string, fits func(name string) bool) effect {
	return on(command, when(both(inside, noFile), func(c *call) chat.Result {
		m := chat.Message{From: c.user() + "@" + c.server.machine.ID, File: c.tail(), Content: []byte("isi")}
		users := c.state().Members(c.word(0))
		if command == "sendfilegroup" {
			m.Group = c.word(0)
		} else if user, ok := c.here(c.word(0)); ok {
			users = []string{user}
		}
		if len(users) == 0 || !fits(m.File) || c.server.machine.Mail.Deliver(m, users...) != nil {
			return c.next()
		}
		return okay(c)
	}))
}
