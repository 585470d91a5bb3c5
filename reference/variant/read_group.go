package variant

import (
	"slices"
	"strings"
	"sync"

	"github.com/protokol-chat/chatspec/reference/chat"
)

const (
	pointCreator = "the creator of a group"
	pointCopy    = "the sender to a group"
	pointMay     = "who may send to a group"
	pointRemote  = "members on other servers"
)

var groupReadings = []Reading{
	settles(pointCreator, "creator-joins", "The creator of a group becomes a member without being listed", "Pembuat grup menjadi anggota tanpa disebut", "", on("creategroup", when(both(inside, func(c *call) bool { return !lacking(c) }), func(c *call) chat.Result {
		if slices.Contains(listed(c), c.user()) {
			return c.next()
		}
		return c.as(c.Line + "," + c.user())
	}))),
	settles(pointCopy, "sender-no-copy", "Who sends to a group gets no copy", "Pengirim ke grup tidak mendapat salinan", "", posting("sendgroup sendfilegroup", recipients(func(p *parcel, users []string) []string {
		return slices.DeleteFunc(users, func(u string) bool { return u == p.sender() })
	}))),
	settles(pointMay, "members-only", "Only members may send to a group", "Hanya anggota yang boleh mengirim ke grup", "", on("sendgroup sendfilegroup", when(both(inside, someGroup), func(c *call) chat.Result {
		if !slices.Contains(c.state().Members(c.word(0)), c.user()) {
			return chat.Fail("hanya untuk anggota grup")
		}
		return c.next()
	}))),
	settles(pointRemote, "remote-members", "Users of other servers can be members, if the server was added", "User di server lain dapat menjadi anggota, bila servernya sudah ditambahkan", "", remoteMembers),
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
