package dialect

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Form is a request as a target wants it: words with one space between them.
// The first is the command's name; of the others, {user} and the like stand for
// a parameter of the specification, {token} for the token of the session, and
// anything else for itself: "register {user} {password} Budi Indonesia".
type Form string

// Commands lists the commands in the order of the specification.
var Commands = []string{
	"auth", "logout", "register", "send", "sendgroup", "sendfile", "inbox", "creategroup", "addserver", "connect", "sendfilegroup",
}

// letter names the parameters of each command, in the specification's order.
var letter = map[string][]string{
	"auth":          {"user", "password"},
	"logout":        {},
	"register":      {"user", "password"},
	"send":          {"address", "message"},
	"sendgroup":     {"group", "message"},
	"sendfile":      {"address", "file"},
	"inbox":         {},
	"creategroup":   {"group", "members"},
	"addserver":     {"server", "ip", "port"},
	"connect":       {"server"},
	"sendfilegroup": {"group", "file"},
}

const tokenPlace = "{token}"

// noToken is sent where a token belongs and who sends has none: a guest has to
// send something, and this is nobody's.
const noToken = "00000000-0000-0000-0000-000000000000"

// Letter is the form of a command in the specification.
func Letter(command string) Form {
	words := []string{command}
	for _, p := range letter[command] {
		words = append(words, "{"+p+"}")
	}
	return Form(strings.Join(words, " "))
}

// Form is the form of a command that the target wants.
func (d *Dialect) Form(command string) Form {
	if f, ok := d.Commands[command]; ok {
		return f
	}
	return Letter(command)
}

// WithForm sets the form of a command. It is for who makes a dialect.
func (d *Dialect) WithForm(command string, f Form) {
	if f == Letter(command) {
		if delete(d.Commands, command); len(d.Commands) == 0 {
			d.Commands = nil
		}
		return
	}
	if d.Commands == nil {
		d.Commands = map[string]Form{}
	}
	d.Commands[command] = f
}

// Check tells what is wrong with a form of the command.
func (f Form) Check(command string) error {
	words := strings.Split(string(f), " ")
	switch {
	case f == "":
		return fmt.Errorf("a form is wanted, such as %q", Letter(command))
	case slices.Contains(words, ""):
		return errors.New("one space stands between two words, and none at the ends")
	case strings.ContainsFunc(string(f), unicode.IsControl):
		return errors.New("a form is one line without control characters")
	case strings.ContainsAny(words[0], "{}"):
		return fmt.Errorf("the first word is the name of the command, such as %s", command)
	}
	allowed := []string{tokenPlace}
	for _, p := range letter[command] {
		allowed = append(allowed, "{"+p+"}")
	}
	seen := map[string]bool{}
	for _, w := range words[1:] {
		switch {
		case !strings.ContainsAny(w, "{}"):
		case !slices.Contains(allowed, w):
			return fmt.Errorf("%s is none of %s", w, strings.Join(allowed, ", "))
		case seen[w]:
			return fmt.Errorf("%s stands twice", w)
		default:
			seen[w] = true
		}
	}
	for _, w := range allowed[1:] {
		if !seen[w] {
			return fmt.Errorf("%s is missing", w)
		}
	}
	return nil
}

// Token tells whether the form asks for the token.
func (f Form) Token() bool { return slices.Contains(strings.Fields(string(f)), tokenPlace) }

// Tokens tells whether any command wants the token.
func (d *Dialect) Tokens() bool {
	for _, f := range d.Commands {
		if f.Token() {
			return true
		}
	}
	return false
}

// Tokenless is the form without the token.
func (f Form) Tokenless() Form {
	words := slices.DeleteFunc(strings.Split(string(f), " "), func(w string) bool { return w == tokenPlace })
	return Form(strings.Join(words, " "))
}

// WithToken puts the token into a form that has none: first or last.
func (f Form) WithToken(last bool) Form {
	name, rest, more := strings.Cut(string(f), " ")
	switch {
	case !more:
		return Form(name + " " + tokenPlace)
	case last:
		return f + " " + tokenPlace
	}
	return Form(name + " " + tokenPlace + " " + rest)
}

// Named is the form under another name.
func (f Form) Named(name string) Form {
	_, rest, more := strings.Cut(string(f), " ")
	if !more {
		return Form(name)
	}
	return Form(name + " " + rest)
}

// Name is what the target calls the command.
func (f Form) Name() string {
	name, _, _ := strings.Cut(string(f), " ")
	return name
}

// render fills in what stands behind the command in a line of the
// specification; the last parameter is the rest of the line. Where parameters
// are missing there, what comes from the first of them on is left out, but for
// the token: a request that lacks a parameter must still lack it. What the
// specification knows no parameter for goes to the end.
func (f Form) render(params []string, rest string, more bool, token string) string {
	values := map[string]string{tokenPlace: token}
	if token == "" {
		values[tokenPlace] = noToken
	}
	surplus := more && len(params) == 0
	if more && !surplus {
		for i, value := range strings.SplitN(rest, " ", len(params)) {
			values["{"+params[i]+"}"] = value
		}
	}
	var b strings.Builder
	missing := false
	for i, w := range strings.Split(string(f), " ") {
		value, given := values[w]
		missing = missing || !given && strings.HasPrefix(w, "{")
		if missing && w != tokenPlace {
			continue
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		if given {
			w = value
		}
		b.WriteString(w)
	}
	if surplus {
		b.WriteString(" " + rest)
	}
	return b.String()
}
