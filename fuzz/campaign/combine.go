package campaign

import (
	"strconv"

	"github.com/protokol-chat/chatspec/fuzz/script"
)

// combine draws a session in which two users, a guest and one who logged out
// speak of a few users, groups, files and servers in all ways: each parameter is
// drawn without regard to the others, or is missing. The same few names come
// again and again, so that what a request left behind meets another.
func (d *drawer) combine() *script.Script {
	s := &script.Script{}
	sp, lit, ref := script.Lit(" "), script.Lit, script.Ref
	say := func(n int, parts ...script.Part) {
		s.Steps = append(s.Steps, script.Step{On: script.Conn{N: n}, Parts: parts})
	}
	for n, user := range []string{"budi", "siti", "tono"} {
		if d.chance(92) {
			say(n+1, lit("register "), ref(script.User, user), sp, ref(script.Password, user))
		}
		if d.chance(92) {
			say(n+1, lit("auth "), ref(script.User, user), sp, ref(script.Password, user))
		}
	}
	members := []string{"budi", "siti"}
	if d.chance(35) { // a large group
		for _, user := range []string{"wati", "rina", "joko"} {
			say(5, lit("register "), ref(script.User, user), sp, ref(script.Password, user))
		}
		members = d.everybody()
	}
	if d.chance(80) {
		say(1, append([]script.Part{lit("creategroup "), ref(script.Group, "kelas"), sp}, list(members)...)...)
	}
	if d.chance(80) {
		say(3, lit("logout"))
	}
	if d.c.peered() && d.chance(50) {
		d.link(s)
	}
	if d.mayAdd() && d.chance(60) {
		timur := ref(script.Server, "timur")
		say(1, lit("addserver "), timur, lit(" 127.0.0.1 "), ref(script.Vacant, ""))
		if d.chance(50) {
			say(1, lit("send "), ref(script.User, "budi"), lit("@"), timur, sp, ref(script.Word, "1"), lit(" terlalu dini"))
		}
		say(pick(d, []int{1, 1, 2}), lit("connect "), timur)
	}
	for n := 4 + d.r.IntN(14); n > 0; n-- {
		on := pick(d, []int{1, 1, 1, 2, 2, 3, 4})
		say(on, d.request()...)
		if d.chance(8) { // as it was, so that what it left behind shows
			say(pick(d, []int{1, 2, on}), s.Steps[len(s.Steps)-1].Parts...)
		}
	}
	if d.chance(30) { // who is in, after all that?
		user := d.someone()
		say(5, lit("auth "), ref(script.User, user), sp, ref(script.Password, user))
	}
	return d.fit(s)
}

func (d *drawer) chance(percent int) bool { return d.r.IntN(100) < percent }

func (d *drawer) someone() string {
	return pick(d, []string{"budi", "budi", "siti", "siti", "tono", "hantu"})
}

// request draws a request with parameters of the right kinds, of which the last
// may be missing.
func (d *drawer) request() []script.Part {
	sp, lit, ref := script.Lit(" "), script.Lit, script.Ref
	var command string
	var params [][]script.Part
	one := func(parts ...script.Part) { params = append(params, parts) }
	switch d.r.IntN(14) {
	case 0:
		command = "register"
		user := d.someone()
		one(d.name(user))
		one(d.password(user)...)
	case 1:
		command = "auth"
		user := d.someone()
		one(d.name(user))
		one(d.password(user)...)
	case 2:
		return []script.Part{lit("logout")}
	case 3:
		return []script.Part{lit("inbox")}
	case 4, 5:
		command = "send"
		one(d.address()...)
		one(ref(script.Word, "1"), lit(pick(d, []string{" halo", " apa kabar?", "", " satu dua  tiga"})))
	case 6:
		command = "sendgroup"
		one(d.group())
		one(ref(script.Word, "1"), lit(" untuk semua"))
	case 7, 8:
		command = "sendfile"
		one(d.address()...)
		one(d.file()...)
	case 9:
		command = "sendfilegroup"
		one(d.group())
		one(d.file()...)
	case 10:
		command = "creategroup"
		one(d.group())
		one(d.members()...)
	case 11:
		command = "addserver"
		one(ref(script.Server, pick(d, []string{"timur", "barat"})))
		switch {
		case d.chance(25):
			one(lit(pick(d, []string{"!!!", "127.0.0.1/8", "*", "%s"})))
			one(ref(script.Vacant, ""))
		case d.chance(60) || !d.mayAdd():
			one(lit("127.0.0.1"))
			one(lit(pick(d, []string{"0", "65536", "-1", "delapan", "99999999999", "70000"})))
		default:
			one(lit("127.0.0.1"))
			one(ref(script.Vacant, ""))
		}
	case 12:
		command = "connect"
		one(ref(script.Server, pick(d, []string{"timur", "barat", "zebra"})))
	case 13:
		return []script.Part{lit(pick(d, []string{"halo", "inboxx", "sendto x", "INBOX?", "register_", "x", "logoutt", "log out"}))}
	}
	n := len(params)
	if d.chance(15) {
		n = d.r.IntN(n)
	}
	parts := []script.Part{lit(command)}
	for _, p := range params[:n] {
		parts = append(append(parts, sp), p...)
	}
	return parts
}

func (d *drawer) name(user string) script.Part {
	kind := script.User
	switch {
	case d.chance(8):
		kind = script.CutUser
	case d.chance(5):
		kind = script.Upper
	}
	return script.Ref(kind, user)
}

func (d *drawer) password(user string) []script.Part {
	switch d.r.IntN(8) {
	case 0:
		return []script.Part{script.Ref(script.Password, d.someone())}
	case 1:
		return []script.Part{script.Ref(script.CutPassword, user)}
	case 2:
		return []script.Part{script.Ref(script.Password, user), script.Lit("x")}
	}
	return []script.Part{script.Ref(script.Password, user)}
}

func (d *drawer) address() []script.Part {
	user, at := script.Ref(script.User, d.someone()), script.Lit("@")
	switch k := d.r.IntN(20); {
	case k == 0:
		return []script.Part{user}
	case k <= 2:
		return []script.Part{user, at, script.Ref(script.Server, "zebra")}
	case k == 3:
		return []script.Part{user, at, script.Ref(script.Server, pick(d, []string{"timur", "barat"}))}
	case k <= 6 && d.c.peered():
		return []script.Part{script.Ref(script.User, pick(d, []string{"paman", "budi", "hantu"})), at, script.Ref(script.Peer, "")}
	}
	return []script.Part{script.Ref(script.Address, user.Text)}
}

func (d *drawer) group() script.Part {
	return script.Ref(script.Group, pick(d, []string{"kelas", "kelas", "kelas", "arisan", "zaman"}))
}

func (d *drawer) members() []script.Part {
	users := d.everybody()
	if d.chance(75) {
		users = nil
		for range 1 + d.r.IntN(3) {
			users = append(users, d.someone())
		}
	}
	return list(users)
}

// everybody gives three to six users in any order.
func (d *drawer) everybody() []string {
	all := []string{"budi", "siti", "tono", "wati", "rina", "joko"}
	d.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:3+d.r.IntN(4)]
}

func list(users []string) (parts []script.Part) {
	for i, user := range users {
		if i > 0 {
			parts = append(parts, script.Lit(","))
		}
		parts = append(parts, script.Ref(script.User, user))
	}
	return parts
}

// outside are files that lie elsewhere, on one machine or another.
var outside = []string{"/etc/passwd", "../../../../../../../../etc/passwd", "../../../../etc/passwd", "../server.py", `..\..\..\windows\win.ini`, "/"}

func (d *drawer) file() []script.Part {
	switch k := d.r.IntN(10); {
	case k <= 5 && d.c.target.File != "":
		return []script.Part{script.Ref(script.File, "")}
	case k <= 7:
		return []script.Part{script.Lit(pick(d, outside))}
	}
	return []script.Part{script.Lit("tidakada"), script.Ref(script.Word, "1"), script.Lit(".txt")}
}

// peered tells whether the second server can be spoken of.
func (c *campaign) peered() bool {
	return c.target.Peer != nil && c.target.Peer.Dialect.ServerID != "" && c.target.Server.Dialect.ServerID != ""
}

// mayAdd tells whether the session may add servers, of which a server may hold
// only so many.
func (d *drawer) mayAdd() bool {
	return d.index%serversEvery == 0 && d.index/serversEvery < maxServers
}

// link has the two servers know each other, and a user of each write to one of
// the other.
func (d *drawer) link(s *script.Script) {
	here, there, sp := script.Conn{N: 1}, script.Conn{Peer: true, N: 1}, script.Lit(" ")
	on := func(c script.Conn, parts ...script.Part) {
		s.Steps = append(s.Steps, script.Step{On: c, Parts: parts})
	}
	lit, ref := script.Lit, script.Ref
	word := func() script.Part { return ref(script.Word, strconv.Itoa(len(s.Steps))) }
	there2 := there
	if d.chance(50) {
		there2.N = 2
	}
	for _, user := range []string{"paman", "budi"} { // who of that name is meant?
		on(there, lit("register "), ref(script.User, user), sp, ref(script.Password, user))
	}
	on(there2, lit("auth "), ref(script.User, "paman"), sp, ref(script.Password, "paman"))
	early := func() { // before connect
		if d.chance(20) {
			on(here, lit("send "), ref(script.User, "paman"), lit("@"), ref(script.Peer, ""), sp, word(), lit(" terlalu dini"))
		}
	}
	early()
	on(here, lit("addserver "), ref(script.Peer, ""), sp, ref(script.PeerIP, ""), sp, ref(script.PeerPort, ""))
	early()
	on(there2, lit("addserver "), ref(script.Self, ""), sp, ref(script.SelfIP, ""), sp, ref(script.SelfPort, ""))
	on(here, lit("connect "), ref(script.Peer, ""))
	if d.chance(80) {
		on(there2, lit("connect "), ref(script.Self, ""))
	}
	for range 1 + d.r.IntN(4) {
		switch d.r.IntN(4) {
		case 0, 1:
			on(here, lit("send "), ref(script.User, pick(d, []string{"paman", "paman", "budi"})), lit("@"), ref(script.Peer, ""), sp, word(), lit(" salam dari jauh"))
		case 2:
			on(there2, lit("send "), ref(script.User, pick(d, []string{"budi", "siti"})), lit("@"), ref(script.Self, ""), sp, word(), lit(" salam kembali"))
		case 3:
			if d.c.target.File != "" {
				on(here, lit("sendfile "), ref(script.User, "paman"), lit("@"), ref(script.Peer, ""), sp, ref(script.File, ""))
			}
		}
	}
}

// flood draws a session of many requests in one segment.
func (d *drawer) flood() *script.Script {
	s := &script.Script{}
	user, password, sp := script.Ref(script.User, "budi"), script.Ref(script.Password, "budi"), script.Lit(" ")
	on := script.Conn{N: 1}
	s.Steps = append(s.Steps, script.Step{On: on, Parts: []script.Part{script.Lit("register "), user, sp, password}},
		script.Step{On: on, Parts: []script.Part{script.Lit("auth "), user, sp, password}})
	few := [][]script.Part{d.request(), d.request(), {script.Lit("inbox")}, {script.Lit("halo")}}
	for n := 52 + d.r.IntN(maxSteps-60); n > 0; n-- {
		s.Steps = append(s.Steps, script.Step{On: on, How: script.Joined, Parts: pick(d, few)})
	}
	s.Steps[len(s.Steps)-1].How = script.Whole
	return d.fit(s)
}
