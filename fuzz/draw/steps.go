package draw

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/protokol-chat/chatspec/fuzz/script"
)

// kinds of steps, and how many of 64 steps are of each.
var kinds = weigh([]kind{
	{(*drawer).send, 14}, {(*drawer).inbox, 8}, {(*drawer).sendGroup, 5}, {(*drawer).create, 4},
	{(*drawer).login, 5}, {(*drawer).logout, 4}, {(*drawer).meet, 2}, {(*drawer).again, 2},
	{(*drawer).guess, 2}, {(*drawer).stranger, 2}, {(*drawer).unknown, 2},
	{(*drawer).sendFile, 3}, {(*drawer).sendFileGroup, 2}, {(*drawer).addServer, 1}, {(*drawer).connect, 1},
	{(*drawer).nearly, 3}, {(*drawer).missing, 2}, {(*drawer).namesake, 1}, {(*drawer).rude, 1},
})

type kind struct {
	step   func(*drawer)
	weight int
}

func weigh(kinds []kind) (all [64]func(*drawer)) {
	i := 0
	for _, k := range kinds {
		for range k.weight {
			all[i] = k.step
			i++
		}
	}
	return all
}

var coin = rapid.Bool()

// even draws a number below k by tossing coins: other numbers of rapid's are
// small more often than not, which would leave out what stands last.
func (d *drawer) even(k int) int {
	i := 0
	for n := 1; n < k; n *= 2 {
		i *= 2
		if coin.Draw(d.t, "even") {
			i++
		}
	}
	return i % k
}

// evenly picks what stands last as often as what stands first.
func evenly[T any](d *drawer, from []T) T { return from[d.even(len(from))] }

func (d *drawer) step() { evenly(d, kinds[:])(d) }

// someone gives a connection with a session, or makes one.
func (d *drawer) someone() int {
	if c := d.busy(); c != 0 {
		return c
	}
	if len(d.state.registered) == 0 {
		d.meet()
	}
	c := d.quiet()
	if len(d.state.registered) > 0 {
		d.auth(c, pick(d, d.state.registered))
	}
	return c
}

func (d *drawer) send() {
	if !d.menu.Addresses {
		d.sendGroup()
		return
	}
	c := d.someone()
	d.add(c, "send", d.address(), d.word(), script.Lit(d.body()))
	if d.chance(25) { // several in a row show an order
		d.add(c, "send", d.address(), d.word(), script.Lit(d.body()))
	}
}

// address draws a user as send has it; the odd one leads nowhere.
func (d *drawer) address() script.Part { return script.Ref(script.Address, d.user()) }

func (d *drawer) inbox() { d.add(d.someone(), "inbox") }

func (d *drawer) group() string {
	if len(d.state.groups) == 0 || d.chance(d.odd/2) {
		if d.chance(50) {
			return noGroup
		}
		return pick(d, groups)
	}
	for _, g := range rotate(groups, d.n(len(groups))) {
		if d.state.groups[g] != nil {
			return g
		}
	}
	return noGroup
}

func rotate[T any](s []T, k int) []T { return slices.Concat(s[k:], s[:k]) }

func (d *drawer) sendGroup() {
	if len(d.state.groups) == 0 {
		d.create()
	}
	d.add(d.someone(), "sendgroup", script.Ref(script.Group, d.group()), d.word(), script.Lit(d.body()))
}

// create makes a group, mostly a new one of known users, its maker among them.
func (d *drawer) create() {
	c := d.someone()
	id := pick(d, groups)
	if d.state.groups[id] != nil && d.chance(60) {
		for _, g := range groups {
			if d.state.groups[g] == nil {
				id = g
			}
		}
	}
	var members []string
	for _, u := range d.state.registered {
		if u == d.state.in[c] && d.chance(75) || d.chance(55) {
			members = append(members, u)
		}
	}
	if d.chance(d.odd/2 + 3) {
		members = append(members, nobody)
	}
	if len(members) > 1 && d.chance(40) {
		members = rotate(members, 1)
	}
	if len(members) < 2 {
		for _, u := range rotate(d.state.registered, 0) {
			if !slices.Contains(members, u) && len(members) < 2 {
				members = append(members, u)
			}
		}
	}
	if d.chance(d.odd / 4) { // refused for want of a list
		d.add(c, "creategroup", script.Ref(script.Group, id))
	}
	if d.state.groups[id] == nil && len(members) > 1 && !slices.Contains(members, nobody) {
		d.state.groups[id] = members
	}
	parts := []script.Part{script.Lit("creategroup "), script.Ref(script.Group, id), script.Lit(" ")}
	for i, u := range members {
		if i > 0 {
			parts = append(parts, script.Lit(","))
		}
		parts = append(parts, script.Ref(script.User, u))
	}
	if d.chance(d.odd / 4) {
		parts = append(parts, script.Lit(pick(d, []string{",", ",,", ", "})))
	}
	d.raw(c, parts...)
}

func (d *drawer) login() {
	if len(d.state.registered) == 0 {
		d.meet()
		return
	}
	u := pick(d, d.state.registered)
	c := d.quiet()
	if d.chance(15) { // a second auth in a session, or a second session of a user
		c = 1 + d.n(conns)
	} else {
		for other := range conns {
			if d.state.in[other+1] == u {
				c = other + 1
			}
		}
		if d.state.in[c] == u {
			d.logoutOn(c)
			if d.chance(50) {
				return
			}
		}
	}
	d.auth(c, u)
}

func (d *drawer) logout() {
	if c := d.busy(); c != 0 {
		d.logoutOn(c)
	}
}

func (d *drawer) logoutOn(c int) {
	d.add(c, "logout")
	d.state.in[c], d.state.out[c] = "", true
	if d.chance(35) { // what follows on the same connection
		pick(d, []func(){
			func() { d.add(c, "inbox") },
			func() { d.add(c, "logout") },
			func() { d.add(c, "send", d.address(), d.word(), script.Lit("masih ada?")) },
			func() { d.feature(c) },
			func() { d.feature(c) },
			func() { d.auth(c, d.user()) },
			func() { d.s.Steps = append(d.s.Steps, script.Step{On: script.Conn{N: c}, How: script.Left}) },
		})()
	}
}

// again registers a name that exists, with another password, and tries both.
func (d *drawer) again() {
	if len(d.state.registered) == 0 {
		return
	}
	u, other := pick(d, d.state.registered), pick(d, users)
	c := d.quiet()
	d.add(c, "register", script.Ref(script.User, u), script.Ref(script.Password, other))
	if d.chance(40) {
		d.add(c, "auth", script.Ref(script.User, u), script.Ref(script.Password, other))
	}
	if d.chance(40) {
		c = d.quiet()
		d.auth(c, u)
	}
}

// guess tries a password that is wrong, and perhaps what that opened.
func (d *drawer) guess() {
	u := d.user()
	c := d.quiet()
	right := script.Ref(script.Password, u)
	switch d.n(7) {
	case 6:
		d.add(c, "auth", script.Lit("constructor"), right)
	case 5:
		d.add(c, "auth", script.Ref(script.CutUser, u), right)
	case 0:
		d.add(c, "auth", script.Ref(script.User, u), script.Ref(script.CutPassword, u))
	case 1:
		d.raw(c, script.Lit("auth "), script.Ref(script.User, u), script.Lit(" "), right, script.Lit(pick(d, []string{"x", "2", "!"})))
	case 2:
		d.add(c, "auth", script.Ref(script.User, u), script.Ref(script.Password, pick(d, users)))
	case 3:
		d.add(c, "auth", script.Ref(script.User, nobody), right)
	case 4:
		d.raw(c, script.Lit("auth "), script.Ref(script.Upper, u), script.Lit(" "), right)
	}
	if d.chance(50) {
		d.feature(c)
	}
}

// stranger asks for a feature where nobody is logged in.
func (d *drawer) stranger() { d.feature(d.quiet()) }

// feature asks for something that needs a session.
func (d *drawer) feature(c int) {
	switch d.n(9) {
	case 0, 1:
		d.add(c, "inbox")
	case 2:
		d.add(c, "logout")
		d.state.in[c] = ""
	case 3, 4:
		d.add(c, "send", d.address(), d.word(), script.Lit(d.body()))
	case 5:
		d.add(c, "sendgroup", script.Ref(script.Group, d.group()), d.word(), script.Lit(d.body()))
	case 6:
		d.add(c, "creategroup", script.Ref(script.Group, pick(d, groups)), script.Ref(script.User, d.user()))
	case 7:
		d.add(c, "connect", script.Ref(script.Server, pick(d, servers)))
	case 8:
		switch d.n(3) {
		case 0:
			d.raw(c, append([]script.Part{script.Lit("sendfile "), d.address(), script.Lit(" ")}, d.file()...)...)
		case 1:
			d.raw(c, append([]script.Part{script.Lit("sendfilegroup "), script.Ref(script.Group, d.group()), script.Lit(" ")}, d.file()...)...)
		case 2:
			d.add(c, "addserver", script.Ref(script.Server, servers[0]), script.Lit("127.0.0.1"), script.Ref(script.Vacant, ""))
		}
	}
}

func (d *drawer) unknown() {
	c := 1 + d.n(conns)
	d.raw(c, script.Lit(evenly(d, unknownRequests)))
}

var unknownRequests = []string{
	"halo", "inboxx", "inbo", "inb", "log", "logou", "sen x y", "reg", "conn", "auth1", "sendto budi halo", "halo dunia", "{}", "request tidak dikenali",
	"send_group a b", "log out", "authregister", "\"inbox\"", "inbox;", "😀", "[inbox]", "INBOX", "Logout", "Send",
	"x", "selesai sudah", "constructor", "__init__", `selamat"\pagi`, strings.Repeat("selamat", 60) + " pagi",
}

func (d *drawer) sendFile() {
	c := d.someone()
	if !d.menu.Addresses {
		return
	}
	to := []script.Part{d.address()}
	switch { // who gets no file
	case d.chance(d.odd / 3):
		to[0] = script.Ref(script.Address, nobody)
	case d.menu.Own && d.chance(d.odd/3):
		to = []script.Part{script.Ref(script.User, d.user()), script.Lit("@"), script.Ref(script.Server, "zebra")}
	case d.menu.Own && d.chance(d.odd/3):
		to = []script.Part{script.Ref(script.CutUser, d.user()), script.Lit("@"), script.Ref(script.Self, "")}
	}
	d.raw(c, slices.Concat([]script.Part{script.Lit("sendfile ")}, to, []script.Part{script.Lit(" ")}, d.file())...)
}

func (d *drawer) sendFileGroup() {
	c := d.someone()
	d.raw(c, append([]script.Part{script.Lit("sendfilegroup "), script.Ref(script.Group, d.group()), script.Lit(" ")}, d.file()...)...)
}

// outside are files of the machine that a server runs on, which lie in nobody's
// area.
var outside = []string{
	"/etc/passwd", "../../../../../../../../etc/passwd", "x/../../../../../../../../../etc/passwd", "/etc/hosts",
	`..\..\..\..\..\..\Windows\win.ini`, `..\..\..\..\..\..\..\etc\passwd`, "//etc/passwd", "..", ".",
	"....//....//....//....//....//....//etc/passwd", "./../../../../../../../../etc/passwd",
}

func (d *drawer) file() []script.Part {
	if d.menu.File && d.chance(70) {
		return []script.Part{script.Ref(script.File, "")}
	}
	if d.chance(40) {
		if d.chance(50) {
			return []script.Part{script.Lit(evenly(d, outside))}
		}
		return []script.Part{script.Lit(pick(d, []string{"../", "/tmp/", "a/../../"})), d.word()}
	}
	return []script.Part{script.Lit("tidakada"), d.word(), script.Lit(".txt")}
}

func (d *drawer) addServer() {
	c := d.someone()
	id := pick(d, servers)
	ip, port := script.Lit("127.0.0.1"), script.Ref(script.Vacant, "")
	fine := false
	which := d.n(3)
	if d.menu.Servers {
		which = d.n(6)
	}
	switch which {
	case 0:
		port = script.Lit(pick(d, []string{"0", "65536", "-1", "delapan", "99999999999"}))
	case 1:
		ip = script.Lit(pick(d, []string{"!!!", "127.0.0.1/8", "*"}))
	default:
		if fine = true; !d.menu.Servers {
			return
		}
	}
	d.add(c, "addserver", script.Ref(script.Server, id), ip, port)
	if fine {
		d.state.added = append(d.state.added, id)
		if d.chance(60) {
			d.add(c, "connect", script.Ref(script.Server, id))
		}
		if d.chance(50) {
			d.raw(c, script.Lit("send "), script.Ref(script.User, d.user()), script.Lit("@"), script.Ref(script.Server, id), script.Lit(" "), d.word(), script.Lit(" halo"))
		}
	}
}

func (d *drawer) connect() {
	d.add(d.someone(), "connect", script.Ref(script.Server, pick(d, servers)))
}
