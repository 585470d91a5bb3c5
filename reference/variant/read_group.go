package variant

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/protokol-chat/chatspec/reference/chat"
)

const (
	pointCreator = "the creator of a group"
	pointCopy    = "the sender to a group"
	pointMay     = "who may send to a group"
	pointRemote  = "members on other servers"
	pointListed  = "a member who is listed twice"
	pointFew     = "how many members a group needs"
)

var groupReadings = []Reading{
	settles(pointCreator, "creator-joins", "The creator of a group becomes a member without being listed", "Pembuat grup menjadi anggota tanpa disebut", "creator", on("creategroup", when(both(inside, func(c *call) bool { return !lacking(c) }), func(c *call) chat.Result {
		if slices.Contains(listed(c), c.user()) {
			return c.next()
		}
		return c.as(c.Line + "," + c.user())
	}))),
	settles(pointCreator, "creator-listed", "The creator of a group has to be listed among its members", "Pembuat grup harus tercantum di antara anggotanya", "", on("creategroup", when(both(inside, func(c *call) bool { return !lacking(c) && !slices.Contains(listed(c), c.user()) }), func(*call) chat.Result {
		return chat.Fail("pembuat grup harus menjadi anggota")
	}))),
	settles(pointCreator, "creator-apart", "The creator of a group is no member of it, listed or not", "Pembuat grup bukan anggotanya, tercantum atau tidak", "creator", on("creategroup", when(both(inside, func(c *call) bool { return !lacking(c) }), func(c *call) chat.Result {
		all := listed(c)
		others := slices.DeleteFunc(slices.Clone(all), func(u string) bool { return u == c.user() })
		if len(others) == 0 || len(others) == len(all) {
			return c.next()
		}
		return c.as(c.Command + " " + c.word(0) + " " + strings.Join(others, ","))
	}))),
	settles(pointCopy, "sender-no-copy", "Who sends to a group gets no copy", "Pengirim ke grup tidak mendapat salinan", "", posting("sendgroup sendfilegroup", recipients(func(p *parcel, users []string) []string {
		return slices.DeleteFunc(users, func(u string) bool { return u == p.sender() })
	}))),
	settles(pointMay, "members-only", "Only members may send to a group", "Hanya anggota yang boleh mengirim ke grup", "creator", on("sendgroup sendfilegroup", when(both(inside, someGroup), func(c *call) chat.Result {
		if !slices.Contains(c.state().Members(c.word(0)), c.user()) {
			return chat.Fail("hanya untuk anggota grup")
		}
		return c.next()
	}))),
	settles(pointMay, "creator-only", "Only the creator of a group may send to it", "Hanya pembuat grup yang boleh mengirim ke grup itu", "", creatorOnly),
	settles(pointRemote, "remote-members", "Users of other servers can be members, if the server was added", "User di server lain dapat menjadi anggota, bila servernya sudah ditambahkan", "", remoteMembers),
	settles(pointListed, "listed-twice", "A member who is listed twice gets each message to the group twice", "Anggota yang disebut dua kali menerima setiap kiriman ke grup dua kali", "", listedTwice),
	settles(pointFew, "groups-of-two", "A group has at least two members", "Grup beranggota paling sedikit dua user", "creator", atLeast(2)),
	settles(pointFew, "groups-of-three", "A group has at least three members", "Grup beranggota paling sedikit tiga user", "creator", atLeast(3)),
}

// atLeast refuses a group of fewer members.
func atLeast(members int) effect {
	return on("creategroup", when(both(inside, func(c *call) bool { return !lacking(c) }), func(c *call) chat.Result {
		if len(listed(c)) < members {
			return chat.Fail("anggota grup paling sedikit " + strconv.Itoa(members) + " user")
		}
		return c.next()
	}))
}

// creatorOnly refuses what others than its creator send to a group.
func creatorOnly(s *server) {
	var creators sync.Map // by group
	on("creategroup", ifDone(func(c *call) { creators.Store(c.word(0), c.user()) }))(s)
	on("sendgroup sendfilegroup", when(both(inside, someGroup), func(c *call) chat.Result {
		if creator, _ := creators.Load(c.word(0)); creator != c.user() {
			return chat.Fail("hanya untuk pembuat grup")
		}
		return c.next()
	}))(s)
}

// listedTwice delivers to a member as often as he was listed.
func listedTwice(s *server) {
	var mu sync.Mutex
	again := make(map[string][]string) // by group
	on("creategroup", ifDone(func(c *call) {
		mu.Lock()
		defer mu.Unlock()
		for i, user := range listed(c) {
			if slices.Contains(listed(c)[:i], user) {
				again[c.word(0)] = append(again[c.word(0)], user)
			}
		}
	}))(s)
	posting("sendgroup sendfilegroup", recipients(func(p *parcel, users []string) []string {
		mu.Lock()
		defer mu.Unlock()
		return append(users, again[p.Group]...)
	}))(s)
}

// remoteMembers keeps members on other servers beside a group of the local
// ones, of whom there must be one.
func remoteMembers(s *server) {
	var mu sync.Mutex
	away := make(map[string][]string)
	on("creategroup", when(both(inside, func(c *call) bool { return strings.Contains(c.tail(), "@") }), func(c *call) chat.Result {
		var local, remote []string
		for _, member := range listed(c) {
			user, id, ok := chat.ParseAddress(member)
			switch {
			case ok && (id == "" || id == s.machine.ID):
				local = append(local, user)
			case !ok || unknownServer(c, id):
				return chat.Fail("anggota tidak dikenal: " + member)
			default:
				remote = append(remote, member)
			}
		}
		r := c.as("creategroup " + c.word(0) + " " + strings.Join(local, ","))
		if r.Status == chat.OK {
			mu.Lock()
			defer mu.Unlock()
			away[c.word(0)] = remote
		}
		return r
	}))(s)
	on("sendgroup", when(both(inside, someGroup), func(c *call) chat.Result {
		mu.Lock()
		remote := away[c.word(0)]
		mu.Unlock()
		if len(remote) == 0 || lacking(c) {
			return c.next()
		}
		for _, member := range remote {
			user, id, _ := chat.ParseAddress(member)
			to, err := c.state().Server(id)
			if err == nil {
				err = s.machine.Links.Forward(c.ctx, to, user, chat.Message{From: c.user(), Text: c.tail()})
			}
			if err != nil {
				return chat.Fail("tidak terkirim kepada " + member)
			}
		}
		return success(func(_ *call, data any) any { return data.(string) + ", " + strings.Join(remote, ", ") })(c)
	}))(s)
}
