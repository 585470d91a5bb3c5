package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of a script, so that a replay file cannot do more than a session does.
const (
	MaxSteps = 10_000
	MaxConns = 64
	MaxFill  = 2 << 20 // letters of a {fill}
	maxWord  = 26*26 - 1
	maxFile  = 8 << 20 // bytes of a replay file
)

// A SyntaxError says where a replay file is wrong and what was expected there.
type SyntaxError struct {
	Line, Column int // from 1; the column counts characters
	Expected     string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: expected %s", e.Line, e.Column, e.Expected)
}

// Parse reads a replay file. The format is lines of text in UTF-8:
//
//	chatspec replay 1
//	shows SEND-11 doubled
//
//	# Budi writes to himself.
//	1: register {user budi} {password budi}
//	1: auth {user budi} {password budi}
//	1 pieces: send {address budi} {word 1} halo \xe2\x80\xa8 dunia
//	1: inbox
//
// The first line names the format. A line "shows" says which requirement is
// broken and how; it may be missing. Empty lines and lines that begin with #
// say nothing. Every other line is a step: a connection (1 to 64; p1 to p64 for
// the second server), how the request is sent (nothing, or one of joined,
// pieces, dribbled, blank, half, dropped, reset, raw, left), a colon, a space,
// and the request up to the end of the line.
//
// In a request, \\ \{ \} \r \n \t and \xNN stand for one byte. A brace is a
// reference: {user U}, {upper U}, {cutuser U}, {password U}, {cutpassword U}, {address U},
// {group G}, {server S}, {word N}, {fill N}, {self}, {selfip}, {selfport},
// {peer}, {peerip}, {peerport}, {vacant}, {file}. U, G and S are roles: two to
// twelve small letters, of which no two begin with the same two letters. A word
// N (0 to 675) stands nowhere else on the server; a message that begins with
// one is followed into inboxes.
//
// At the end of a session every user's inbox is read, without a line for it.
// The error is a *SyntaxError, or says that the file is too large.
func Parse(text string) (*Script, error) {
	if len(text) > maxFile {
		return nil, fmt.Errorf("a replay file has at most %d MiB", maxFile>>20)
	}
	p := &parser{roles: map[string]string{}}
	s := &Script{}
	for line := range strings.Lines(text) {
		p.line++
		p.text, p.at = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), 0
		if err := p.parse(s); err != nil {
			return nil, err
		}
	}
	if p.line == 0 || !p.begun {
		p.line = max(p.line, 1)
		return nil, p.expected("the line %q", header)
	}
	return s, nil
}

type parser struct {
	text  string
	at    int // byte offset in text
	line  int
	begun bool
	roles map[string]string // first two letters to role
}

func (p *parser) expected(format string, args ...any) error {
	return &SyntaxError{
		Line: p.line, Column: utf8.RuneCountInString(p.text[:min(p.at, len(p.text))]) + 1,
		Expected: fmt.Sprintf(format, args...),
	}
}

func (p *parser) parse(s *Script) error {
	switch {
	case !utf8.ValidString(p.text):
		for i, r := range p.text {
			if r == utf8.RuneError && !strings.HasPrefix(p.text[i:], "\uFFFD") {
				p.at = i
				break
			}
		}
		return p.expected(`text in UTF-8: write any other byte as \xNN`)
	case !p.begun:
		if p.text != header {
			return p.expected("the line %q", header)
		}
		p.begun = true
		return nil
	case strings.TrimSpace(p.text) == "" || p.text[0] == '#':
		return nil
	case strings.HasPrefix(p.text, "shows "):
		return p.shows(s)
	}
	if len(s.Steps) >= MaxSteps {
		return p.expected("at most %d steps", MaxSteps)
	}
	st, err := p.step()
	s.Steps = append(s.Steps, st)
	return err
}

func (p *parser) shows(s *Script) error {
	p.at = len("shows ")
	fields := strings.Fields(p.text[p.at:])
	switch {
	case len(fields) != 2:
		return p.expected("a requirement and a kind, as in SEND-11 doubled")
	case len(s.Steps) > 0 || s.Requirement != "":
		p.at = 0
		return p.expected("this line only once, before the first step")
	}
	s.Requirement, s.Kind = fields[0], fields[1]
	return nil
}

func (p *parser) step() (st Step, err error) {
	if st.On.Peer = strings.HasPrefix(p.text, "p"); st.On.Peer {
		p.at++
	}
	digits := p.text[p.at:]
	digits = digits[:len(digits)-len(strings.TrimLeft(digits, "0123456789"))]
	if n, err := strconv.Atoi(digits); err != nil || n < 1 || n > MaxConns {
		return st, p.expected("a connection, 1 to %d or p1 to p%[1]d", MaxConns)
	} else {
		st.On.N = n
	}
	p.at += len(digits)
	if strings.HasPrefix(p.text[p.at:], " ") {
		p.at++
		word, _, _ := strings.Cut(p.text[p.at:], ":")
		how := slices.Index(hows[:], word)
		if how < 0 {
			return st, p.expected("one of %s, and a colon", strings.Join(hows[:], ", "))
		}
		st.How = How(how)
		p.at += len(word)
	}
	if !strings.HasPrefix(p.text[p.at:], ":") {
		return st, p.expected("a colon")
	}
	p.at++
	if st.How == Left {
		if strings.TrimSpace(p.text[p.at:]) != "" {
			return st, p.expected("nothing: left only closes the connection")
		}
		return st, nil
	}
	if !strings.HasPrefix(p.text[p.at:], " ") {
		return st, p.expected("a space and a request")
	}
	p.at++
	st.Parts, err = p.parts()
	return st, err
}

func (p *parser) parts() ([]Part, error) {
	var parts []Part
	var literal []byte
	flush := func() {
		if len(literal) > 0 {
			parts = append(parts, Lit(string(literal)))
			literal = nil
		}
	}
	for p.at < len(p.text) {
		switch c := p.text[p.at]; c {
		case '\\':
			b, err := p.escape()
			if err != nil {
				return nil, err
			}
			literal = append(literal, b)
		case '{':
			flush()
			part, err := p.reference()
			if err != nil {
				return nil, err
			}
			parts = append(parts, part)
		case '}':
			return nil, p.expected(`\} for a brace that closes nothing`)
		default:
			literal = append(literal, c)
			p.at++
		}
	}
	flush()
	return parts, nil
}

func (p *parser) escape() (byte, error) {
	rest := p.text[p.at+1:]
	if rest != "" {
		if i := strings.IndexByte(`\{}rnt`, rest[0]); i >= 0 {
			p.at += 2
			return "\\{}\r\n\t"[i], nil
		}
		if rest[0] == 'x' && len(rest) >= 3 {
			if n, err := strconv.ParseUint(rest[1:3], 16, 8); err == nil {
				p.at += 4
				return byte(n), nil
			}
		}
	}
	return 0, p.expected(`one of \\ \{ \} \r \n \t \xNN`)
}

func (p *parser) reference() (Part, error) {
	inside, _, closed := strings.Cut(p.text[p.at+1:], "}")
	if !closed {
		return Part{}, p.expected(`a reference such as {user budi}, or \{ for a brace`)
	}
	name, argument, _ := strings.Cut(inside, " ")
	k := Kind(max(slices.Index(kinds[1:], name)+1, 0))
	switch {
	case k == Literal:
		p.at++
		return Part{}, p.expected("one of %s", strings.Join(kinds[1:], ", "))
	case !k.takesArgument():
		if argument != "" {
			p.at += 1 + len(name)
			return Part{}, p.expected("} behind {%s", name)
		}
	case k == Word || k == Fill:
		limit := map[Kind]int{Word: maxWord, Fill: MaxFill}[k]
		if n, err := strconv.Atoi(argument); err != nil || n < 0 || n > limit || argument != strconv.Itoa(n) {
			p.at += 1 + len(name) + 1
			return Part{}, p.expected("a number from 0 to %d", limit)
		}
	default:
		p.at += 1 + len(name) + 1
		if len(argument) < 2 || len(argument) > 12 || strings.Trim(argument, letters) != "" {
			return Part{}, p.expected("a role of two to twelve small letters")
		}
		if other, taken := p.roles[argument[:2]]; taken && other != argument {
			return Part{}, p.expected("a role that does not begin like %s", other)
		}
		p.roles[argument[:2]] = argument
		p.at -= 1 + len(name) + 1
	}
	p.at += len(inside) + 2
	return Part{k, argument}, nil
}
