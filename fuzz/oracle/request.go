package oracle

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

type command uint8

const (
	unknown command = iota
	auth
	logout
	register
	send
	sendgroup
	sendfile
	inbox
	creategroup
	addserver
	connect
	sendfilegroup
)

// areas are the first parts of requirement ids.
var areas = [...]string{"WIRE", "AUTH", "LOGOUT", "REGISTER", "SEND", "SENDGROUP", "SENDFILE", "INBOX", "CREATEGROUP", "ADDSERVER", "CONNECT", "SENDFILEGROUP"}

// parameters is how many each command has.
var parameters = [...]int{0, 2, 0, 2, 2, 2, 2, 0, 2, 3, 1, 2}

func (c command) text() bool { return c == send || c == sendgroup }

func commandOf(word []byte) command {
	switch string(word) {
	case "auth":
		return auth
	case "logout":
		return logout
	case "register":
		return register
	case "send":
		return send
	case "sendgroup":
		return sendgroup
	case "sendfile":
		return sendfile
	case "inbox":
		return inbox
	case "creategroup":
		return creategroup
	case "addserver":
		return addserver
	case "connect":
		return connect
	case "sendfilegroup":
		return sendfilegroup
	}
	return unknown
}

// longLine is the length from which a server need not take a line ("the
// longest line: any limit from 8 KiB up").
const longLine = 8 << 10

// longText is the length from which a server may refuse a message ("the longest
// message: any limit from 4 KiB up").
const longText = 4 << 10

// request is a line taken apart.
type request struct {
	line    []byte
	command command
	folded  bool // a command in other letters than small ones: letter case counts, or not
	words   [4][]byte
	n       int    // how many words follow the command; more than four are counted only
	text    []byte // of send and sendgroup: what stands behind the first word, without space around it
	odd     bool   // spaces doubled, in front or behind, or more words than parameters
	wild    bool   // what a server need not take: not UTF-8, control characters, or a space other than ASCII's outside of a message
	long    bool
	blank   bool // the last parameter is there but empty, or only spaces
}

func (m *Model) parse(line []byte) (q request) {
	q.line = line
	q.long = len(line) > m.facts.Longest
	q.wild = isWild(line) || spaced(line)
	rest := line
	if len(rest) > 0 && rest[0] == ' ' {
		q.odd = true
		rest = bytes.TrimLeft(rest, " ")
	}
	word, rest, more := bytes.Cut(rest, []byte(" "))
	q.command = commandOf(word)
	if q.command == unknown {
		q.command = commandOf(bytes.ToLower(word))
		q.folded = q.command != unknown
	}
	q.blank = more && len(rest) == 0
	for more {
		word, rest, more = bytes.Cut(rest, []byte(" "))
		if len(word) == 0 {
			q.odd, q.blank = true, !more
			continue
		}
		if q.n < len(q.words) {
			q.words[q.n] = word
		}
		q.n++
		if q.command.text() && q.n == 1 {
			trimmed := bytes.TrimSpace(rest)
			q.text, q.blank = trimmed, more && len(trimmed) == 0
			if len(trimmed) > 0 {
				q.n++
			}
			break
		}
	}
	if !q.command.text() && q.n > parameters[q.command] && q.command != unknown {
		q.odd = true
	}
	return q
}

func isWild(line []byte) bool {
	ascii := true
	for _, c := range line {
		if c < 0x20 || c == 0x7f {
			return true
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if ascii {
		return false
	}
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRune(line[i:])
		if r == utf8.RuneError && size == 1 || r >= 0x80 && r < 0xa0 {
			return true
		}
		if r == '\u2028' || r == '\u2029' { // several libraries end a line there
			return true
		}
		i += size
	}
	return false
}

// spaced tells whether a line holds, outside of a message's text, a space that
// is none of ASCII: to many a language it separates words.
func spaced(line []byte) bool {
	if !bytes.ContainsFunc(line, odd) {
		return false
	}
	command, rest, _ := bytes.Cut(bytes.TrimLeft(line, " "), []byte(" "))
	if commandOf(bytes.ToLower(command)).text() {
		rest = bytes.TrimLeft(rest, " ")
		address, _, _ := bytes.Cut(rest, []byte(" "))
		return bytes.ContainsFunc(address, odd)
	}
	return true
}

func odd(r rune) bool { return r >= utf8.RuneSelf && r != utf8.RuneError && unicode.IsSpace(r) }

// separated is a line as a server reads it to which everything that it need not
// take separates words.
func separated(line []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsSpace(r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, line)
}

// missing tells that a parameter is missing beyond doubt.
func (q *request) missing() bool {
	return q.n < parameters[q.command] && !q.blank && !q.odd
}

// address is a parameter of the form user@id_server.
type address struct {
	user, id []byte
	plain    bool // there is no @
	odd      bool // of another form
}

func parseAddress(b []byte) (a address) {
	user, id, at := bytes.Cut(b, []byte("@"))
	a = address{user: user, id: id, plain: !at}
	a.odd = len(user) == 0 || at && len(id) == 0 || bytes.ContainsAny(b, "[],\"'") || bytes.Contains(id, []byte("@"))
	return a
}

// Strange tells whether a line is one that a server need not take: too long, not
// UTF-8, with control characters, or with words that a space separates which is
// none to others.
func Strange(line []byte) bool { return len(line) > longLine || isWild(line) || spaced(line) }

// LogsOut tells whether a server may take a line for a logout.
func LogsOut(line []byte) bool {
	words := bytes.Fields(separated(line))
	return len(words) > 0 && commandOf(bytes.ToLower(words[0])) == logout
}
