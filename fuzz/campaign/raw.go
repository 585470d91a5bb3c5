package campaign

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/dialect"
)

// lengths are those at which buffers end.
var lengths = []int{31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 2047, 2048, 2049, 4095, 4096, 4097, 8191, 8192, 8193}

// far are those beyond the longest line that a server has to take.
var far = []int{16384, 32768, 65535, 65536, 65537, 131072, 1 << 20}

var commands = []string{"auth", "logout", "register", "send", "sendgroup", "sendfile", "inbox", "creategroup", "addserver", "connect", "sendfilegroup"}

// tokens mean something to somebody: to a parser, a shell, a database, a
// terminal, a formatter.
var tokens = []string{
	"@", "@@", ",", ",,,", "[]", "[[", "{}", "{", `{"status": "OK", "data": "x"}`, `"`, `\"`, `\`, "'", "';--", "%s%n%x", "$(id)", "`id`", "../", "..", "/", "*",
	"0", "-1", "255", "256", "65536", "2147483648", "4294967296", "9223372036854775808", "1e309", "NaN", "null", "true", "0x10",
	"\x00", "\x01", "\x08", "\t", "\r", "\x1b[2J", "\x7f", "\x80", "\xff", "\xff\xfe", "\xc0\x80", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80",
	"é", "😀", "\u202e", "\u2028", "\ufeff", "e\u0301\u0301\u0301", "İ", "ß", "\u00a0", "\u3000", "  ", " ", "",
}

// raw draws a session that no client should hold, between one that a client
// does: what comes before gives it something to harm, what comes after shows it.
func (d *drawer) raw() *script.Script {
	s := &script.Script{}
	say := func(n int, parts ...script.Part) {
		s.Steps = append(s.Steps, script.Step{On: script.Conn{N: n}, Parts: parts})
	}
	sp, lit, ref := script.Lit(" "), script.Lit, script.Ref
	enter := func(n int, user string) {
		say(n, lit("register "), ref(script.User, user), sp, ref(script.Password, user))
		say(n, lit("auth "), ref(script.User, user), sp, ref(script.Password, user))
	}
	enter(1, "budi")
	if d.r.IntN(3) == 0 {
		enter(2, "siti")
	}
	for range 1 + d.r.IntN(6) {
		st := d.hostile()
		st.On.N = 1 + d.r.IntN(4)
		s.Steps = append(s.Steps, st)
	}
	enter(5, "tono")
	if d.c.target.Server.Dialect.Addressable {
		say(5, lit("send "), ref(script.Address, "budi"), sp, ref(script.Word, "1"), lit(" masih hidup?"))
	}
	say(5, lit("inbox"))
	return d.fit(s)
}

// hostile draws a step of a raw session.
func (d *drawer) hostile() script.Step {
	st := script.Step{Parts: d.line()}
	switch d.r.IntN(8) {
	case 0: // a length at which buffers end
		st.Parts = append(st.Parts, script.Lit(" "))
		st.Parts = d.lengthen(st.Parts)
	case 1, 2:
		st.Parts = d.bytes(st.Parts)
	case 3: // two lines joined somewhere
		other := d.line()
		st.Parts = append(st.Parts[:1+d.r.IntN(len(st.Parts))], other[d.r.IntN(len(other)):]...)
	case 4: // many that nobody reads the answers of
		line := pick(d, []string{"inbox", "halo", "logout", "", "send x y", "\x00"}) + d.c.target.Server.Dialect.End
		return script.Step{How: script.Raw, Parts: []script.Part{script.Lit(strings.Repeat(line, 1<<d.r.IntN(11)))}}
	}
	st.How = pick(d, []script.How{
		script.Whole, script.Whole, script.Whole, script.Whole, script.Joined, script.Pieces, script.Dribbled, script.Blank,
		script.Half, script.Dropped, script.Dropped, script.Reset, script.Raw, script.Raw,
	})
	return st
}

// line draws a line of the dictionary.
func (d *drawer) line() []script.Part {
	if d.r.IntN(6) == 0 {
		return []script.Part{script.Lit(pick(d, tokens) + pick(d, tokens))}
	}
	users := []string{"budi", "siti", "hantu"}
	parts := []script.Part{script.Lit(pick(d, commands))}
	for range d.r.IntN(5) {
		parts = append(parts, script.Lit(" "))
		switch d.r.IntN(7) {
		case 0, 1:
			parts = append(parts, script.Ref(script.User, pick(d, users)))
		case 2:
			parts = append(parts, script.Ref(script.Address, pick(d, users)))
		case 3:
			parts = append(parts, script.Ref(script.Password, pick(d, users)))
		case 4:
			parts = append(parts, script.Ref(script.Group, "kelas"))
		default:
			parts = append(parts, script.Lit(pick(d, tokens)+pick(d, tokens)), script.Ref(script.User, pick(d, users)))
		}
	}
	return parts
}

// lengthen adds a long word, so that the whole line has a length at which
// buffers end: with its end or without, or one more or less.
func (d *drawer) lengthen(parts []script.Part) []script.Part {
	st := script.Step{Parts: parts}
	have := len(example.Append(nil, &st))
	want := pick(d, lengths)
	if d.c.rough() && d.r.IntN(8) == 0 {
		want = pick(d, far)
	}
	want += d.r.IntN(3) - 1
	if d.r.IntN(2) == 0 {
		want -= len(d.c.target.Server.Dialect.End)
	}
	if want <= have {
		return parts
	}
	return append(parts[:len(parts):len(parts)], script.Ref(script.Fill, strconv.Itoa(want-have)))
}

// bytes changes a byte or two of the literal text.
func (d *drawer) bytes(parts []script.Part) []script.Part {
	parts = append([]script.Part(nil), parts...)
	for range 1 + d.r.IntN(2) {
		i := d.r.IntN(len(parts))
		if parts[i].Kind != script.Literal {
			parts = append(parts[:i:i], append([]script.Part{script.Lit(d.odd())}, parts[i:]...)...)
			continue
		}
		text := parts[i].Text
		at := d.r.IntN(len(text) + 1)
		switch d.r.IntN(4) {
		case 0:
			text = text[:at] + text[min(at+1, len(text)):]
		case 1:
			text = text[:at] + d.odd() + text[min(at+1, len(text)):]
		default:
			text = text[:at] + d.odd() + text[at:]
		}
		parts[i].Text = text
	}
	return parts
}

// odd is a byte, any, or a token.
func (d *drawer) odd() string {
	if d.r.IntN(2) == 0 {
		return pick(d, tokens)
	}
	return string([]byte{byte(d.r.IntN(256))})
}

// crowd draws a session of many connections, most of which come to nothing.
func (d *drawer) crowd() *script.Script {
	s := d.raw()
	at := d.r.IntN(len(s.Steps))
	var many []script.Step
	for n := range 8 << d.r.IntN(3) {
		st := script.Step{On: script.Conn{N: 6 + n%(script.MaxConns-6)}, Parts: []script.Part{script.Lit(pick(d, []string{"inbox", "halo", "logout", "sen"}))}}
		st.How = pick(d, []script.How{script.Whole, script.Half, script.Dropped, script.Reset, script.Raw})
		many = append(many, st)
	}
	s.Steps = append(s.Steps[:at:at], append(many, s.Steps[at:]...)...)
	return d.fit(s)
}

// example renders references to something of the right length; other is the
// same for another session.
var example, other = setting("aaaaaaaa"), setting("bbbbbbbb")

func setting(scope string) *script.Setting {
	return &script.Setting{Scope: scope, Dialect: dialect.Spec("alpha"), IP: "127.0.0.1", Port: 8889, Vacant: 1024, File: "catatan.txt"}
}

// sound tells whether a step means the same however many sessions are played:
// what is named in it has a name of the session's own, there is one line, and
// nobody else's machine is spoken of.
func sound(st *script.Step) bool {
	return evident(st) || closely(st)
}

func closely(st *script.Step) bool {
	if !st.Local() {
		return false
	}
	a, b := example.Append(nil, st), other.Append(nil, st)
	if st.How != script.Raw && (bytes.IndexByte(a, '\n') >= 0 || len(bytes.TrimSpace(a)) == 0) {
		return false // an empty line is answered or skipped; script.Blank has that
	}
	apart := func(r rune) bool { return r <= ' ' || r >= 0x7f }
	mine, theirs := strings.FieldsFunc(string(a), apart), strings.FieldsFunc(string(b), apart)
	for i := 0; i+1 < len(mine) && len(mine) == len(theirs); i++ {
		word := strings.ToLower(mine[i])
		for _, command := range commands {
			if strings.Contains(word, command) && command != "logout" && command != "inbox" && mine[i+1] == theirs[i+1] && plain(mine[i+1]) {
				return false
			}
		}
	}
	return len(mine) == len(theirs) && !patched(st, a)
}

// evident tells of most steps quickly that they are sound: a command, a reference
// behind it, and text that no command stands in.
func evident(st *script.Step) bool {
	if len(st.Parts) == 0 || st.How == script.Raw {
		return false
	}
	rest := st.Parts[1:]
	names := false // new ones: nothing but spaces and commas may stand beside them
	switch st.Parts[0].Text {
	case "inbox", "logout":
		return len(rest) == 0
	case "auth ", "send ", "sendgroup ", "sendfile ", "sendfilegroup ", "connect ":
	case "register ", "creategroup ":
		names = true
	default:
		return false
	}
	if len(rest) == 0 || rest[0].Kind < script.User || rest[0].Kind > script.Word {
		return false
	}
	for i := range rest {
		switch p := &rest[i]; {
		case p.Kind != script.Literal && !names:
		case p.Kind != script.Literal && p.Kind != script.CutPassword && (i == 0 || rest[i-1].Kind == script.Literal):
		case p.Text == " " || p.Text == ",":
		case names || strings.IndexByte(p.Text, '\n') >= 0 || commanding(p.Text):
			return false
		}
	}
	return true
}

// commanding tells whether a command that takes a name may stand in a text.
func commanding(text string) bool {
	for i := range len(text) {
		switch text[i] | 0x20 {
		case 'a', 's', 'r', 'c':
			for _, command := range naming {
				if len(text)-i >= len(command) && strings.EqualFold(text[i:i+len(command)], command) {
					return true
				}
			}
		}
	}
	return false
}

var naming = []string{"auth", "send", "register", "creategroup", "addserver", "connect"}

// patched tells whether a new name or password has letters or digits added to
// it: a server that takes the one need not take the other.
func patched(st *script.Step, line []byte) bool {
	if command, _ := shapeOf(st); command != "register" && command != "creategroup" && command != "addserver" {
		return false
	}
	whole := map[string]bool{}
	for i := range st.Parts {
		if p := st.Parts[i]; p.Kind != script.CutPassword {
			whole[string(example.Append(nil, &script.Step{Parts: []script.Part{p}}))] = true
		}
	}
	words := bytes.FieldsFunc(line, func(r rune) bool { return r <= ' ' || r == ',' })
	for _, word := range words[min(1, len(words)):] {
		text := string(word)
		if plain(text) && !strings.ContainsAny(text, "@._") && !whole[text] && strings.Contains(text, example.Scope) {
			return true
		}
	}
	return false
}

// plain tells whether a server may take the word for a name.
func plain(word string) bool {
	return len(word) <= 64 && !strings.ContainsFunc(word, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("@._-", r)
	})
}
