package dialect

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// section is a group of keys in a dialect file. The schema below is the one
// list of them: files are read and written by it, and a test compares it with
// docs/dialect.md.
type section struct {
	name, about string
	keys        []key
}

// key is one key of a section. set gives an error that says what is allowed.
type key struct {
	name, about string
	get         func(*Dialect) string
	set         func(*Dialect, string) error
}

var schema = []section{
	{"server", "What the server is and whom it takes.", []key{
		{"id", `what it calls itself in user@id; "" where nobody knows`,
			func(d *Dialect) string { return d.ServerID },
			func(d *Dialect, s string) error {
				if strings.ContainsFunc(s, unicode.IsSpace) || strings.Contains(s, "@") {
					return errors.New("it is the part after @ in user@id, without spaces")
				}
				d.ServerID = s
				return oneLine(s)
			}},
		{"address", "how it addresses its own users: user@id, user (the name alone) or unknown",
			func(d *Dialect) string {
				switch {
				case !d.Addressable:
					return "unknown"
				case d.Plain:
					return "user"
				}
				return "user@id"
			},
			func(d *Dialect, s string) error {
				d.Addressable, d.Plain = s != "unknown", s == "user"
				return oneOf(s, "user@id", "user", "unknown")
			}},
		{"register_opens", "whether register also logs in: true or false",
			func(d *Dialect) string { return strconv.FormatBool(d.RegisterOpens) },
			func(d *Dialect, s string) error {
				d.RegisterOpens = s == "true"
				return oneOf(s, "true", "false")
			}},
		{"names", "user names it takes: plain (twelve small letters), short (eight) or strict (with a digit)",
			func(d *Dialect) string { return styles[d.Names] },
			func(d *Dialect, s string) error { return choose(&d.Names, s, styles) }},
		{"passwords", "passwords it takes: plain (letters and digits), short (eight) or strict (with a sign)",
			func(d *Dialect) string { return styles[d.Passwords] },
			func(d *Dialect, s string) error { return choose(&d.Passwords, s, styles) }},
		{"shared", "whether what one user does reaches others, so that one scenario runs at a time: true or false",
			func(d *Dialect) string { return strconv.FormatBool(d.Shared) },
			func(d *Dialect, s string) error {
				d.Shared = s == "true"
				return oneOf(s, "true", "false")
			}},
	}},
	{"request", "How a request ends.", []key{
		{"end", `"\r\n", "\n", "\r\n\r\n", or "" where one write is one request`,
			func(d *Dialect) string { return d.End },
			func(d *Dialect, s string) error {
				d.End = s
				return oneOf(s, "\r\n", "\n", "\r\n\r\n", "")
			}},
	}},
	{"result", "How a result is written, and under which keys it says what.", []key{
		{"form", "json, quoted (encoded twice) or python (the text of a dict)",
			func(d *Dialect) string { return encodings[d.Results.Form] },
			func(d *Dialect, s string) error { return choose(&d.Results.Form, s, encodings) }},
		{"end", `"\r\n\r\n", "\r\n", "\n", or "" for nothing`,
			func(d *Dialect) string { return d.Results.Terminator() },
			func(d *Dialect, s string) error {
				d.Results.End = map[string]string{"\r\n\r\n": "", "": Nothing}[s]
				if s == "\r\n" || s == "\n" {
					d.Results.End = s
				}
				return oneOf(s, "\r\n\r\n", "\r\n", "\n", "")
			}},
		resultKey("text", "key of texts and messages of error", func(d *Dialect) *string { return &d.Results.Text }),
		resultKey("token", "key of the token that auth gives", func(d *Dialect) *string { return &d.Results.Token }),
		resultKey("inbox", "key of what is in the inbox", func(d *Dialect) *string { return &d.Results.Inbox }),
		{"unknown", "what it says to an unknown request; {request} in it is that, {word} its first word",
			func(d *Dialect) string {
				if d.Results.Unknown == "" {
					return specUnknown
				}
				return d.Results.Unknown
			},
			func(d *Dialect, s string) error {
				d.Results.Unknown = s
				switch s {
				case specUnknown:
					d.Results.Unknown = ""
				case "":
					return fmt.Errorf("a text is wanted, such as %q", specUnknown)
				}
				return nil
			}},
		{"textless", "whether some commands succeed without a text: true or false",
			func(d *Dialect) string { return strconv.FormatBool(d.Results.Textless) },
			func(d *Dialect, s string) error {
				d.Results.Textless = s == "true"
				return oneOf(s, "true", "false")
			}},
	}},
	{"commands", "Each command as the server wants it; {token} stands where it wants the token.", commandKeys()},
}

// specUnknown is what the specification wants to be said to an unknown request.
const specUnknown = "request tidak dikenali"

var (
	styles    = []string{Plain: "plain", Short: "short", Strict: "strict"}
	encodings = []string{JSON: "json", Quoted: "quoted", Python: "python"}
)

const accountsAbout = "Users of a server that has no register: a list of user and password."

func resultKey(name, about string, at func(*Dialect) *string) key {
	return key{name, about,
		func(d *Dialect) string {
			if s := *at(d); s != "" {
				return s
			}
			return Data
		},
		func(d *Dialect, s string) error {
			if *at(d) = s; s == Data {
				*at(d) = ""
			}
			if s == "" || s == "status" {
				return errors.New("it is a key of the result, such as data or message")
			}
			return oneLine(s)
		}}
}

func commandKeys() []key {
	var keys []key
	for _, command := range Commands {
		keys = append(keys, key{command, "",
			func(d *Dialect) string { return string(d.Form(command)) },
			func(d *Dialect, s string) error {
				if err := Form(s).Check(command); err != nil {
					return err
				}
				d.WithForm(command, Form(s))
				return nil
			}})
	}
	return keys
}

func oneOf(s string, allowed ...string) error {
	if slices.Contains(allowed, s) {
		return nil
	}
	shown := make([]string, len(allowed))
	for i, a := range allowed {
		shown[i] = a
		if a == "" || strings.ContainsAny(a, "\r\n") {
			shown[i] = quote(a)
		}
	}
	return fmt.Errorf("it is one of %s", strings.Join(shown, ", "))
}

func choose[T ~int](at *T, s string, names []string) error {
	*at = T(max(slices.Index(names, s), 0))
	return oneOf(s, names...)
}

func oneLine(s string) error {
	if strings.ContainsFunc(s, unicode.IsControl) {
		return errors.New("it is one line without control characters")
	}
	return nil
}
