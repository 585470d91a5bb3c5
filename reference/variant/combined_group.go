package variant

import (
	"slices"
	"sync"
)

// combinedGroupFaults are combinedFaults of groups.
var combinedGroupFaults = []Fault{
	fault("sendgroup-others-first-only", "A message to a group from a member who did not make it reaches the first member only", "Pesan ke grup dari anggota yang bukan pembuatnya hanya sampai pada anggota pertama", "SENDGROUP-4", "INBOX", fromOthers("sendgroup")),
	fault("sendfilegroup-others-first-only", "A file to a group from a member who did not make it reaches the first member only", "File ke grup dari anggota yang bukan pembuatnya hanya sampai pada anggota pertama", "SENDFILEGROUP-4", "", fromOthers("sendfilegroup")),
	fault("sendgroup-file-shrinks", "Whenever a file is sent to a group its last member belongs to it no more", "Setiap kali file dikirim ke grup, anggota terakhirnya bukan anggota lagi", "SENDGROUP-4", "", func(s *server) {
		var files sync.Map // groups that were sent a file
		posting("sendgroup", recipients(func(p *parcel, users []string) []string {
			if _, sent := files.Load(p.Group); sent {
				return users[:len(users)-1]
			}
			return users
		}))(s)
		posting("sendfilegroup", func(p *parcel) error { files.Store(p.Group, true); return p.next() })(s)
	}),
	fault("sendgroup-sender-joins", "Who sends to a group becomes a member of it", "Yang mengirim ke sebuah grup menjadi anggotanya", "SENDGROUP-5", "", func(s *server) {
		var mu sync.Mutex
		joined := make(map[string][]string)
		posting("sendgroup", recipients(func(p *parcel, users []string) []string {
			mu.Lock()
			defer mu.Unlock()
			for _, user := range joined[p.Group] {
				if user != p.sender() && !slices.Contains(users, user) {
					users = append(users, user)
				}
			}
			joined[p.Group] = append(joined[p.Group], p.sender())
			return users
		}))(s)
	}),
	fault("sendgroup-unknown-to-used", "A message or file to an unknown group is refused, and reaches the group that its sender sent to last", "Pesan atau file ke grup yang tidak dikenal ditolak, tetapi sampai di grup yang terakhir dikirimi pengirimnya", "SENDGROUP-6 SENDFILEGROUP-6", "SENDGROUP SENDFILEGROUP", toLast("sendgroup sendfilegroup", "sendgroup sendfilegroup")),
	fault("sendgroup-second-twice", "The second message to a group arrives twice", "Pesan kedua ke sebuah grup sampai dua kali", "SENDGROUP-8", "", func(s *server) {
		var sent perKey
		posting("sendgroup", twice(func(p *parcel) bool { return sent.next(p.Group) == 2 }))(s)
	}),

	fault("creategroup-second-refusal-overwrites", "An id that exists is refused, and has the new members once it was refused twice", "Id yang sudah ada ditolak, dan anggotanya diganti setelah dua kali ditolak", "CREATEGROUP-6", "", func(s *server) {
		var times perKey
		remade(refuse, func(c *call, old []string) []string {
			if times.next(c.word(0)) > 1 {
				return anew(c, old)
			}
			return old
		})(s)
	}),
	fault("creategroup-refused-leaves", "Who is refused an id that exists is no member of its group any more", "Yang ditolak karena idnya sudah ada bukan anggota grup itu lagi", "CREATEGROUP-6", "", remade(refuse, func(c *call, old []string) []string {
		return slices.DeleteFunc(slices.Clone(old), func(u string) bool { return u == c.user() })
	})),
	fault("creategroup-refused-ends", "An id that exists is refused for a member who does not, and its group is there no more", "Id yang sudah ada ditolak karena anggota yang tidak dikenal, dan grupnya tidak ada lagi", "CREATEGROUP-6", "", func(s *server) {
		var ended sync.Map
		on("creategroup", when(both(inside, both(someGroup, strangers)), ifRefused(func(c *call) { ended.Store(c.word(0), true) })))(s)
		on("sendgroup sendfilegroup", when(both(inside, among(&ended)), refuse))(s)
	}),
	fault("creategroup-registers-strangers", "A list with a member who does not exist is refused, and the name is taken from then on", "Daftar dengan anggota yang tidak dikenal ditolak, lalu nama itu dianggap terpakai", "CREATEGROUP-8", "SEND",
		on("creategroup", when(both(inside, strangers), ifRefused(func(c *call) {
			for _, user := range listed(c) {
				_ = c.state().Register(user, "?") // of those who exist it changes nothing
			}
		})))),
}

// fromOthers has what a command sends to a group reach its first member only,
// where the sender is not who made the group.
func fromOthers(command string) effect {
	return func(s *server) {
		makers := makers(s)
		posting(command, recipients(func(p *parcel, users []string) []string {
			if maker, _ := makers.Load(p.Group); maker != p.sender() {
				return users[:1]
			}
			return users
		}))(s)
	}
}
