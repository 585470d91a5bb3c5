package diagnose

import (
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/dialect"
)

// spelling undoes what a dialect makes of requests.
type spelling struct {
	dialect *dialect.Dialect
	names   map[string]string // of commands, there and in the specification
}

func newSpelling(d *dialect.Dialect) *spelling {
	s := &spelling{dialect: d, names: map[string]string{}}
	for _, command := range dialect.Commands {
		s.names[d.Form(command).Name()] = command
	}
	return s
}

const tokenPlace = "{token}"

// line is a request as the specification writes it, and the token that it
// carries.
func (s *spelling) line(request string) (line, token string) {
	name, rest, _ := strings.Cut(request, " ")
	command, known := s.names[name]
	if !known || s.dialect.Form(command) == dialect.Letter(command) {
		return request, ""
	}
	form := strings.Split(string(s.dialect.Form(command)), " ")[1:]
	switch at := slices.Index(form, tokenPlace); {
	case at < 0:
	case at == len(form)-1:
		i := strings.LastIndexByte(rest, ' ')
		token, rest = rest[i+1:], rest[:max(i, 0)]
	default:
		words := strings.SplitN(rest, " ", at+2)
		if at < len(words) {
			token = words[at]
			words = slices.Delete(words, at, at+1)
		}
		rest = strings.Join(words, " ")
	}
	form = slices.DeleteFunc(form, func(w string) bool { return w == tokenPlace })
	values := strings.SplitN(rest, " ", max(len(form), 1))
	if rest == "" {
		values = nil
	}
	line = command
	params := strings.Split(string(dialect.Letter(command)), " ")[1:]
	for _, p := range params {
		at := slices.Index(form, p)
		if at < 0 || at >= len(values) {
			return line, token
		}
		line += " " + values[at]
	}
	if len(params) == 0 && len(form) == 0 && rest != "" {
		line += " " + rest
	}
	return line, token
}
