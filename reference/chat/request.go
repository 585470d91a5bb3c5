package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Request is one line from a client. The machine looks at Command and Rest;
// a decorator that changes a request does best to build a new one with Parse.
type Request struct {
	Line    string // the whole line, without its end
	Command string // what stands before the first space
	Rest    string // what stands after it, byte for byte
}

// Parse takes a line apart at its first space. Every line is a request, if
// perhaps an unknown one.
func Parse(line string) Request {
	command, rest, _ := strings.Cut(line, " ")
	return Request{Line: line, Command: command, Rest: rest}
}

// params holds the parameters of the longest command, addserver.
type params [3]string

// params splits Rest into the given number of words. With tail, one more
// parameter follows: all that stands behind the single space after the last
// word, because a message keeps its spaces. It reports false if a parameter is
// missing or blank, or if there are more than asked for.
func (r Request) params(words int, tail bool) (p params, ok bool) {
	rest := r.Rest
	for i := range words {
		p[i], rest, _ = strings.Cut(strings.TrimLeft(rest, " "), " ")
		if p[i] == "" {
			return p, false
		}
	}
	blank := strings.Trim(rest, " ") == ""
	if !tail {
		return p, blank
	}
	p[words] = rest
	return p, !blank
}

// ParseAddress splits `user@server`, with or without brackets around it. A
// user alone has an empty server, which means this one. It reports false if
// either part is empty although the other, or the `@`, is there.
func ParseAddress(address string) (user, server string, ok bool) {
	if inner, found := strings.CutPrefix(address, "["); found {
		address = strings.TrimSuffix(inner, "]")
	}
	user, server, remote := strings.Cut(address, "@")
	return user, server, user != "" && (server != "" || !remote)
}

const maxName = 64 // characters

// ValidName reports whether s can name a user or a group: 1 to 64 letters,
// digits, `_`, `-` and `.`. Letters that a reader cannot see are refused, since
// a name made with one looks like somebody else's.
func ValidName(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > maxName {
		return false
	}
	for _, c := range s {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("_-.", c) {
			return false
		}
		if unicode.Is(unicode.Other_Default_Ignorable_Code_Point, c) {
			return false
		}
	}
	return true
}

// ValidID reports whether s can name a server: a valid name in ASCII. Servers
// vouch for the names of their users, so no two of them may look alike, and
// none like an address with a port.
func ValidID(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return ValidName(s)
}
