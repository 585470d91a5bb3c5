package variant

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

var sendGroupFaults = []Fault{
	fault("sendgroup-empty", "A successful `sendgroup` has an empty text in data", "`sendgroup` yang berhasil memuat teks kosong di data", "SENDGROUP-1 SENDGROUP-9", "", on("sendgroup", success(value("")))),

	fault("sendgroup-missing-ok", "`sendgroup` without a message is OK", "`sendgroup` tanpa pesan dijawab OK", "SENDGROUP-2", "WIRE", on("sendgroup", when(both(inside, lacking), okay))),
	fault("sendgroup-guest-ok", "`sendgroup` before `auth` delivers", "`sendgroup` sebelum `auth` mengantarkan pesan", "SENDGROUP-3 LOGOUT-3", "", on("sendgroup", asGuest)),

	fault("sendgroup-lost", "`sendgroup` is OK and nothing arrives", "`sendgroup` dijawab OK tetapi tidak ada yang sampai", "SENDGROUP-4 SENDGROUP-7 SENDGROUP-8 CREATEGROUP-4", "SENDGROUP CREATEGROUP", posting("sendgroup", lose)),
	fault("sendgroup-last-not", "The last member of a group gets nothing", "Anggota terakhir grup tidak menerima apa pun", "SENDGROUP-4", "SENDGROUP CREATEGROUP", members("sendgroup", func(m []string) []string { return m[:len(m)-1] })),
	fault("sendgroup-fourth-not", "From the fourth member on nobody gets the message", "Mulai anggota keempat tidak ada yang menerima pesan", "SENDGROUP-4", "", members("sendgroup", func(m []string) []string { return m[:min(len(m), 3)] })),
	fault("sendgroup-stops-at-sender", "Delivery stops at the sender in the list of members", "Pengantaran berhenti di nama pengirim dalam daftar anggota", "SENDGROUP-4", "SENDGROUP CREATEGROUP",
		posting("sendgroup", recipients(func(p *parcel, users []string) []string {
			if i := slices.Index(users, p.sender()); i >= 0 {
				users = users[:i]
			}
			return users
		}))),
	fault("sendgroup-ten", "A message to a group reaches its first ten members", "Pesan ke grup hanya sampai pada sepuluh anggota pertama", "SENDGROUP-4", "", members("sendgroup", func(m []string) []string { return m[:min(len(m), 10)] })),
	fault("sendgroup-online-only", "Members who are not logged in get nothing", "Anggota yang tidak sedang masuk tidak menerima apa pun", "SENDGROUP-4", "", posting("sendgroup", recipients(func(p *parcel, users []string) []string {
		return slices.DeleteFunc(users, func(u string) bool { return !p.server.online.has(u) })
	}))),
	fault("sendgroup-leaves", "Who sends to a group is no member from then on: the list of members is changed, not a copy", "Yang mengirim ke grup bukan anggota lagi sejak itu: daftar anggota yang diubah, bukan salinannya", "SENDGROUP-4", "", leaving("sendgroup", "sendgroup")),
	fault("sendgroup-leaves-by-file", "Who sends a file to a group gets no message to it from then on", "Yang mengirim file ke grup tidak menerima pesan grup lagi sejak itu", "SENDGROUP-4", "", leaving("sendfilegroup", "sendgroup")),
	fault("sendgroup-once", "The second message to a group is lost", "Pesan kedua ke sebuah grup hilang", "SENDGROUP-4", "CREATEGROUP", func(s *server) {
		var sent perKey
		posting("sendgroup", losing(func(p *parcel) bool { return sent.next(p.Group) > 1 }))(s)
	}),

	fault("sendgroup-one-each", "A user gets the messages of one group only, the one that was heard of first", "Seorang user hanya menerima pesan dari satu grup, yang paling dahulu terdengar", "SENDGROUP-4", "INBOX", func(s *server) {
		var of sync.Map
		posting("sendgroup", recipients(func(p *parcel, users []string) []string {
			return slices.DeleteFunc(users, func(u string) bool {
				group, _ := of.LoadOrStore(u, p.Group)
				return group != p.Group
			})
		}))(s)
	}),

	fault("sendgroup-namesakes", "A message to a group reaches users whose names begin with a member's", "Pesan ke grup sampai pada user yang namanya diawali nama seorang anggota", "SENDGROUP-5", "", toAlso("sendgroup", strings.HasPrefix)),
	fault("sendgroup-names-within", "Members are looked up in the text of the list: users whose names stand within a member's get the message", "Anggota dicari dalam teks daftarnya: user yang namanya ada di dalam nama anggota ikut menerima pesan", "SENDGROUP-5", "", toAlso("sendgroup", func(name, member string) bool { return strings.Contains(member, name) })),
	fault("sendgroup-everybody", "A message to a group reaches all users", "Pesan ke grup sampai pada semua user", "SENDGROUP-5 CREATEGROUP-6", "*", toAlso("sendgroup", func(string, string) bool { return true })),
	fault("sendgroup-all-groups", "A message reaches the members of all groups that the sender made", "Pesan sampai pada anggota semua grup buatan pengirimnya", "SENDGROUP-5", "", func(s *server) {
		var mu sync.Mutex
		made := make(map[string][]string)
		on("creategroup", ifDone(func(c *call) {
			mu.Lock()
			defer mu.Unlock()
			made[c.user()] = append(made[c.user()], listed(c)...)
		}))(s)
		posting("sendgroup", recipients(func(p *parcel, users []string) []string {
			mu.Lock()
			defer mu.Unlock()
			for _, u := range made[p.sender()] {
				if !slices.Contains(users, u) {
					users = append(users, u)
				}
			}
			return users
		}))(s)
	}),
	fault("sendgroup-merged", "Groups that share a member other than the sender are sent to as one", "Grup-grup yang berbagi anggota selain pengirim dikirimi sebagai satu grup", "SENDGROUP-5", "", func(s *server) {
		made := groupsMade(s)
		posting("sendgroup", recipients(func(p *parcel, users []string) []string {
			own := slices.Clone(users)
			shared := func(u string) bool { return u != p.sender() && slices.Contains(own, u) }
			for _, others := range made() {
				if slices.ContainsFunc(others, shared) {
					users = append(users, others...)
				}
			}
			slices.Sort(users)
			return slices.Compact(users)
		}))(s)
	}),
	fault("sendgroup-newest", "A message goes to the group that was made last, whatever its id", "Pesan sampai di grup yang terakhir dibuat, apa pun idnya", "SENDGROUP-5 SENDGROUP-4", "*", func(s *server) {
		var newest atomic.Value
		on("creategroup", ifDone(func(c *call) { newest.Store(c.word(0)) }))(s)
		on("sendgroup", when(both(inside, someGroup), func(c *call) chat.Result { return c.as("sendgroup " + newest.Load().(string) + " " + c.tail()) }))(s)
	}),

	fault("sendgroup-unknown-ok", "A message to an unknown group is OK", "Pesan ke grup yang tidak dikenal dijawab OK", "SENDGROUP-6 CREATEGROUP-8", "WIRE CREATEGROUP", on("sendgroup", when(both(inside, noGroup), okay))),
	fault("sendgroup-unknown-to-newest", "A message to an unknown group is refused, and reaches the group that the sender made last", "Pesan ke grup yang tidak dikenal ditolak, tetapi sampai di grup yang terakhir dibuat pengirimnya", "SENDGROUP-6", "SENDGROUP CREATEGROUP", toLast("creategroup", "sendgroup")),
	fault("sendgroup-prefix", "A group is found by the beginning of its id", "Grup dicari dengan awal idnya", "SENDGROUP-6", "", groupLike("sendgroup", func(id, known string) bool { return strings.HasPrefix(known, id) })),
	fault("sendgroup-extension", "A group is found by what begins with its id", "Grup ditemukan dengan apa pun yang diawali idnya", "SENDGROUP-6", "", groupLike("sendgroup", strings.HasPrefix)),

	fault("sendgroup-inherited-crashes", "Groups are kept in an object that knows constructor from birth: a message to that group brings the server down", "Grup disimpan dalam objek yang sejak awal mengenal constructor: pesan ke grup itu mematikan server", "SENDGROUP-6", "*", on("sendgroup", when(both(inside, func(c *call) bool { return noGroup(c) && c.word(0) == "constructor" }), crash))),

	fault("sendgroup-first-word", "Of a message to a group only the first word arrives", "Dari pesan ke grup hanya kata pertama yang sampai", "SENDGROUP-7", "", posting("sendgroup", saying(words(1)))),
	fault("sendgroup-cut-1024", "A message to a group is cut after 1024 bytes", "Pesan ke grup terpotong setelah 1024 byte", "SENDGROUP-7", "", posting("sendgroup", saying(first(1024)))),
	fault("sendgroup-cut-2048", "A message to a group is cut after 2048 bytes", "Pesan ke grup terpotong setelah 2048 byte", "SENDGROUP-7", "", posting("sendgroup", saying(first(2048)))),
	fault("sendgroup-single-spaces", "Of a message to a group several spaces in a row become one", "Dari pesan ke grup beberapa spasi berturut-turut menjadi satu", "SENDGROUP-7", "", posting("sendgroup", saying(singleSpaces))),
	fault("sendgroup-shrinking", "Each member gets one word less than the one before", "Setiap anggota mendapat satu kata lebih sedikit dari anggota sebelumnya", "SENDGROUP-7", "SENDGROUP", posting("sendgroup", func(p *parcel) error {
		for _, user := range p.users {
			if err := p.to(user); err != nil {
				return err
			}
			p.Text = p.Text[:max(strings.LastIndexByte(p.Text, ' '), 0)]
		}
		return nil
	})),

	fault("sendgroup-twice", "Every member gets a message to the group twice", "Setiap anggota menerima pesan grup dua kali", "SENDGROUP-8", "", posting("sendgroup", twice(always))),
	fault("sendgroup-last-twice", "The last member gets a message to the group twice", "Anggota terakhir menerima pesan grup dua kali", "SENDGROUP-8", "", members("sendgroup", func(m []string) []string { return append(m, m[len(m)-1]) })),

	fault("sendgroup-once-a-group", "A member gets a message once for every group to which both the sender and the member belong", "Anggota menerima pesan satu kali untuk setiap grup yang memuat pengirim dan dirinya", "SENDGROUP-8", "", func(s *server) {
		made := groupsMade(s)
		posting("sendgroup", recipients(func(p *parcel, users []string) (all []string) {
			for _, group := range made() {
				for _, u := range users {
					if slices.Contains(group, p.sender()) && slices.Contains(group, u) {
						all = append(all, u)
					}
				}
			}
			return all
		}))(s)
	}),
	fault("sendgroup-same-once", "A group gets a text only once", "Sebuah grup menerima teks yang sama hanya satu kali", "SENDGROUP-8", "", func(s *server) {
		var sent perKey
		posting("sendgroup", losing(func(p *parcel) bool { return sent.next(p.Group+" "+p.Text) > 1 }))(s)
	}),

	fault("sendgroup-names-nobody", "data of `sendgroup` says that it was sent and names no member", "data dari `sendgroup` hanya berkata terkirim, tanpa nama anggota", "SENDGROUP-9", "", on("sendgroup", success(value("pesan sudah terkirim")))),
	fault("sendgroup-names-first", "data of `sendgroup` names the first member only", "data dari `sendgroup` hanya menyebut anggota pertama", "SENDGROUP-9", "", on("sendgroup", success(func(c *call, _ any) any {
		return "pesan sudah terkirim kepada " + c.state().Members(c.word(0))[0] + " dan lainnya"
	}))),
}

// groupsMade keeps the members of each group that was made.
func groupsMade(s *server) func() [][]string {
	var mu sync.Mutex
	var made [][]string
	on("creategroup", ifDone(func(c *call) {
		mu.Lock()
		defer mu.Unlock()
		made = append(made, c.state().Members(c.word(0)))
	}))(s)
	return func() [][]string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(made)
	}
}

// makers keeps who made a group, by its id.
func makers(s *server) *sync.Map {
	users := new(sync.Map)
	on("creategroup", ifDone(func(c *call) { users.Store(c.word(0), c.user()) }))(s)
	return users
}

// members changes who of a group gets what is sent with a command.
func members(command string, change func([]string) []string) effect {
	return posting(command, recipients(func(_ *parcel, users []string) []string { return change(users) }))
}

// toLast delivers what a command refuses, as its group is unknown, to the group
// that the user named last in one of some others.
func toLast(others, command string) effect {
	return func(s *server) {
		var last sync.Map // groups by user
		on(others, ifDone(func(c *call) { last.Store(c.user(), c.word(0)) }))(s)
		on(command, when(both(inside, noGroup), ifRefused(func(c *call) {
			if group, _ := last.Load(c.user()); group != nil {
				c.as(c.Command + " " + group.(string) + " " + c.tail())
			}
		})))(s)
	}
}

// groupLike sends to a known group where an unknown id is like its id.
func groupLike(command string, like func(id, known string) bool) effect {
	return func(s *server) {
		var ids sync.Map
		on("creategroup", ifDone(func(c *call) { ids.Store(c.word(0), true) }))(s)
		on(command, when(both(inside, noGroup), func(c *call) chat.Result {
			group := c.word(0)
			ids.Range(func(known, _ any) bool {
				if like(group, known.(string)) {
					group = known.(string)
					return false
				}
				return true
			})
			return c.as(command + " " + group + " " + c.tail())
		}))(s)
	}
}

// leaving takes whoever sends with one command to a group out of what comes to it
// by another.
func leaving(by, from string) effect {
	return func(s *server) {
		var left sync.Map
		posting(from, recipients(func(p *parcel, users []string) []string {
			return slices.DeleteFunc(users, func(u string) bool { _, is := left.Load(p.Group + " " + u); return is })
		}))(s)
		posting(by, func(p *parcel) error { left.Store(p.Group+" "+p.sender(), true); return p.next() })(s)
	}
}

var createGroupFaults = []Fault{
	fault("creategroup-empty", "A successful `creategroup` has an empty text in data", "`creategroup` yang berhasil memuat teks kosong di data", "CREATEGROUP-1", "", on("creategroup", success(value("")))),
	fault("creategroup-spaces", "Members must be listed with spaces between them, too", "Anggota harus dipisahkan dengan koma dan spasi", "CREATEGROUP-1", "SENDGROUP SENDFILEGROUP CREATEGROUP WIRE",
		on("creategroup", when(func(c *call) bool {
			return inside(c) && strings.Contains(c.tail(), ",") && !strings.Contains(c.tail(), ", ")
		}, refuse))),

	fault("creategroup-missing-ok", "`creategroup` without a list makes an empty group", "`creategroup` tanpa daftar membuat grup kosong", "CREATEGROUP-2", "WIRE", on("creategroup", when(both(inside, lacking), func(c *call) chat.Result {
		if bare(c) {
			return c.next()
		}
		return c.as(c.Line + " " + c.user())
	}))),
	fault("creategroup-missing-keeps", "`creategroup` without a list is refused and takes the id all the same", "`creategroup` tanpa daftar ditolak tetapi idnya tetap terpakai", "CREATEGROUP-2 CREATEGROUP-6", "",
		on("creategroup", when(both(inside, lacking), ifRefused(func(c *call) { c.state().CreateGroup(c.word(0), []string{c.user()}) })))),
	fault("creategroup-guest-ok", "`creategroup` before `auth` makes the group", "`creategroup` sebelum `auth` membuat grup", "CREATEGROUP-3 LOGOUT-3", "", on("creategroup", asGuest)),
	fault("creategroup-guest-keeps", "`creategroup` before `auth` is refused and makes the group all the same", "`creategroup` sebelum `auth` ditolak tetapi grupnya tetap dibuat", "CREATEGROUP-6 CREATEGROUP-3", "",
		on("creategroup", when(guest, func(c *call) chat.Result { asGuest(c); return refuse(c) }))),

	fault("creategroup-forgets", "`creategroup` is OK and makes no group", "`creategroup` dijawab OK tetapi tidak membuat grup", "CREATEGROUP-4", "SENDGROUP SENDFILEGROUP CREATEGROUP WIRE", on("creategroup", when(both(inside, both(noGroup, allKnown)), okay))),
	fault("creategroup-ends-with-session", "A group ends when its creator logs out", "Grup berakhir ketika pembuatnya logout", "CREATEGROUP-4", "LOGOUT SENDGROUP SENDFILEGROUP", func(s *server) {
		var ended sync.Map // by group
		makers := makers(s)
		on("logout", when(inside, func(c *call) chat.Result {
			makers.Range(func(group, maker any) bool {
				if maker == c.user() {
					ended.Store(group, true)
				}
				return true
			})
			return c.next()
		}))(s)
		on("sendgroup sendfilegroup", when(both(inside, among(&ended)), refuse))(s)
	}),
	fault("creategroup-needs-creator", "A group is not found while its creator is logged out", "Grup tidak ditemukan selagi pembuatnya keluar", "CREATEGROUP-4", "", func(s *server) {
		makers := makers(s)
		on("sendgroup sendfilegroup", when(both(inside, func(c *call) bool {
			maker, made := makers.Load(c.word(0))
			return made && !s.online.has(maker.(string))
		}), refuse))(s)
	}),
	fault("creategroup-ends-with-connection", "A group ends when its creator's connection does", "Grup berakhir bersama koneksi pembuatnya", "CREATEGROUP-4", "SENDGROUP SENDFILEGROUP", func(s *server) {
		var makers, ended sync.Map // by group
		on("creategroup", ifDone(func(c *call) { makers.Store(c.word(0), c.conn) }))(s)
		whenEnded(func(c *conn) {
			for group, maker := range makers.Range {
				if maker == c {
					ended.Store(group, true)
				}
			}
		})(s)
		on("sendgroup sendfilegroup", when(both(inside, among(&ended)), refuse))(s)
	}),
	fault("creategroup-creator-only", "Only its creator can send to a group: members do not find its id", "Hanya pembuatnya yang dapat mengirim ke grup: anggota tidak menemukan idnya", "CREATEGROUP-5", "CREATEGROUP SENDGROUP", perCreator()),

	fault("creategroup-taken-ok", "An id that exists is answered OK, and nothing changes", "Id yang sudah ada dijawab OK, dan tidak ada yang berubah", "CREATEGROUP-5", "CREATEGROUP", on("creategroup", when(both(inside, someGroup), okay))),
	fault("creategroup-race", "An id is looked up, and a little later entered: two who come together both make the group", "Id diperiksa, lalu disimpan sesaat kemudian: dua yang datang bersamaan sama-sama membuat grupnya", "CREATEGROUP-5", "", on("creategroup", when(both(inside, both(noGroup, allKnown)), func(c *call) chat.Result {
		time.Sleep(30 * time.Millisecond)
		if someGroup(c) {
			return okay(c)
		}
		return c.next()
	}))),
	fault("creategroup-overwrites", "An id that exists is made anew with the new members", "Id yang sudah ada dibuat ulang dengan anggota baru", "CREATEGROUP-5 CREATEGROUP-6", "", remade(okay, anew)),
	fault("creategroup-refused-overwrites", "An id that exists is refused and has the new members all the same", "Id yang sudah ada ditolak tetapi anggotanya tetap diganti", "CREATEGROUP-6", "", remade(refuse, anew)),
	fault("creategroup-owner-replaces", "An id that its creator uses again is refused and has the new members all the same", "Id yang dipakai lagi oleh pembuatnya ditolak tetapi anggotanya tetap diganti", "CREATEGROUP-6", "", func(s *server) {
		makers := makers(s)
		remade(refuse, func(c *call, old []string) []string {
			if maker, _ := makers.Load(c.word(0)); maker == c.user() {
				return anew(c, old)
			}
			return old
		})(s)
	}),
	fault("creategroup-refused-joins", "Who is refused an id that exists becomes a member of its group", "Yang ditolak karena idnya sudah ada menjadi anggota grup itu", "CREATEGROUP-6", "", remade(refuse, func(c *call, old []string) []string { return append(old, c.user()) })),

	fault("creategroup-strangers-ok", "Members who do not exist are taken", "Anggota yang tidak dikenal diterima", "CREATEGROUP-7 CREATEGROUP-8", "", on("creategroup", when(both(inside, strangers), withoutStrangers))),
	fault("creategroup-last-stranger-ok", "The last member in the list is not checked", "Anggota terakhir dalam daftar tidak diperiksa", "CREATEGROUP-7 CREATEGROUP-8", "", on("creategroup", when(stranger(func(m []string) string { return m[len(m)-1] }), withoutStrangers))),
	fault("creategroup-inner-strangers-ok", "Only the first and the last member in the list are checked", "Hanya anggota pertama dan terakhir dalam daftar yang diperiksa", "CREATEGROUP-7", "", on("creategroup", when(func(c *call) bool {
		m := listed(c)
		return inside(c) && len(m) > 2 && strangers(c) && c.state().HasUser(m[0]) && c.state().HasUser(m[len(m)-1])
	}, withoutStrangers))),
	fault("creategroup-inherited-ok", "Users are kept in an object that knows constructor from birth: it can be a member", "User disimpan dalam objek yang sejak awal mengenal constructor: ia dapat menjadi anggota", "CREATEGROUP-7", "", on("creategroup", when(both(inside, both(strangers, func(c *call) bool {
		return slices.Contains(listed(c), "constructor")
	})), withoutStrangers))),
	fault("creategroup-stranger-crashes", "A member who does not exist brings the server down", "Anggota yang tidak dikenal mematikan server", "CREATEGROUP-7", "*", on("creategroup", when(both(inside, strangers), crash))),
	fault("creategroup-leaves-group", "A list with a member who does not exist is refused, and the group is there with the others", "Daftar dengan anggota yang tidak dikenal ditolak, tetapi grupnya ada dengan anggota lainnya", "CREATEGROUP-8 CREATEGROUP-6", "",
		on("creategroup", when(both(inside, strangers), func(c *call) chat.Result { withoutStrangers(c); return refuse(c) }))),
	fault("creategroup-refused-taken", "An id that was refused for a member who does not exist is taken from then on", "Id yang ditolak karena anggota yang tidak dikenal dianggap terpakai sejak itu", "CREATEGROUP-8", "", func(s *server) {
		var refused sync.Map
		on("creategroup", when(both(among(&refused), inside), refuse))(s)
		on("creategroup", when(both(inside, strangers), ifRefused(func(c *call) { refused.Store(c.word(0), true) })))(s)
	}),
}

func allKnown(c *call) bool { return !strangers(c) && !lacking(c) }

// stranger: one of the listed, the one that of tells, does not exist.
func stranger(of func([]string) string) condition {
	return func(c *call) bool { return inside(c) && !lacking(c) && !c.state().HasUser(of(listed(c))) }
}

// withoutStrangers makes the group of those listed who exist.
func withoutStrangers(c *call) chat.Result {
	return c.as("creategroup " + c.word(0) + " " + strings.Join(known(c), ","))
}

// remade has `creategroup` for an id that exists change its members and answer
// with an outcome. A group without members is none.
func remade(outcome step, change func(c *call, old []string) []string) effect {
	return func(s *server) {
		var mu sync.Mutex
		now := make(map[string][]string) // the members of groups that were changed
		members := func(group string) (users []string, changed bool) {
			mu.Lock()
			defer mu.Unlock()
			users, changed = now[group]
			return users, changed
		}
		on("creategroup", when(both(inside, both(someGroup, allKnown)), func(c *call) chat.Result {
			mu.Lock()
			defer mu.Unlock()
			old, changed := now[c.word(0)]
			if !changed {
				old = c.state().Members(c.word(0))
			}
			users := change(c, old)
			slices.Sort(users)
			now[c.word(0)] = slices.Compact(users)
			return outcome(c)
		}))(s)
		on("sendgroup sendfilegroup", when(inside, func(c *call) chat.Result {
			if users, changed := members(c.word(0)); changed && len(users) == 0 {
				return chat.Fail("grup tidak dikenal")
			}
			return c.next()
		}))(s)
		posting("sendgroup sendfilegroup", recipients(func(p *parcel, users []string) []string {
			if changed, ok := members(p.Group); ok {
				return changed
			}
			return users
		}))(s)
	}
}

// anew is the change to the members that are listed.
func anew(c *call, _ []string) []string { return listed(c) }

// perCreator keeps the groups of each creator apart.
func perCreator() effect {
	return on("creategroup sendgroup sendfilegroup", when(both(inside, func(c *call) bool { return !lacking(c) }), func(c *call) chat.Result {
		return c.as(c.Command + " " + c.word(0) + "." + c.user() + " " + c.tail())
	}))
}
