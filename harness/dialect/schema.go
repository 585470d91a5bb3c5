package dialect

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// section is a group of keys in a dialect file. The schema below is the one
// list of them: files are read and written by it, and a test compares it with
// docs/dialect.md.
type section struct {
	name  string
	about verdict.Text
	keys  []key
}

// key is one key of a section. set gives an error that says what is allowed.
type key struct {
	name  string
	about verdict.Text
	get   func(*Dialect) string
	set   func(*Dialect, string) error
}

func both(en, id string) verdict.Text { return verdict.Text{EN: en, ID: id} }

var schema = []section{
	{"server", both("What the server is and whom it takes.", "Apa server ini, dan siapa yang diterimanya."), []key{
		{"id", both(`what it calls itself in user@id; "" where nobody knows`, `namanya sendiri dalam user@id; "" bila tidak diketahui`),
			func(d *Dialect) string { return d.ServerID },
			func(d *Dialect, s string) error {
				if strings.ContainsFunc(s, unicode.IsSpace) || strings.Contains(s, "@") {
					return errors.New("it is the part after @ in user@id, without spaces")
				}
				d.ServerID = s
				return oneLine(s)
			}},
		{"address", both("how it addresses its own users: user@id, user (the name alone) or unknown", "cara menuju user di server ini: user@id, user (nama saja) atau unknown (tidak diketahui)"),
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
		{"register_opens", both("whether register also logs in: true or false", "apakah register sekaligus masuk: true (ya) atau false (tidak)"),
			func(d *Dialect) string { return strconv.FormatBool(d.RegisterOpens) },
			func(d *Dialect, s string) error {
				d.RegisterOpens = s == "true"
				return oneOf(s, "true", "false")
			}},
		{"names", both("user names it takes: plain (twelve small letters), short (eight) or strict (with a digit)", "nama user yang diterima: plain (dua belas huruf kecil), short (delapan) atau strict (dengan angka)"),
			func(d *Dialect) string { return styles[d.Names] },
			func(d *Dialect, s string) error { return choose(&d.Names, s, styles) }},
		{"passwords", both("passwords it takes: plain (letters and digits), short (eight) or strict (with a sign)", "password yang diterima: plain (huruf dan angka), short (delapan) atau strict (dengan tanda baca)"),
			func(d *Dialect) string { return styles[d.Passwords] },
			func(d *Dialect, s string) error { return choose(&d.Passwords, s, styles) }},
		{"shared", both("whether what one user does reaches others, so that one scenario runs at a time: true or false", "apakah yang dilakukan satu user terasa oleh user lain, sehingga skenario dijalankan satu per satu: true (ya) atau false (tidak)"),
			func(d *Dialect) string { return strconv.FormatBool(d.Shared) },
			func(d *Dialect, s string) error {
				d.Shared = s == "true"
				return oneOf(s, "true", "false")
			}},
	}},
	{"request", both("How a request ends.", "Cara request diakhiri."), []key{
		{"end", both(`"\r\n", "\n", "\r\n\r\n", or "" where one write is one request`, `"\r\n", "\n", "\r\n\r\n", atau "" bila satu kiriman adalah satu request`),
			func(d *Dialect) string { return d.End },
			func(d *Dialect, s string) error {
				d.End = s
				return oneOf(s, "\r\n", "\n", "\r\n\r\n", "")
			}},
	}},
	{"result", both("How a result is written, and under which keys it says what.", "Cara result ditulis, dan di kunci mana isinya."), []key{
		{"form", both("json, quoted (encoded twice) or python (the text of a dict)", "json, quoted (dikodekan dua kali) atau python (teks dari dict)"),
			func(d *Dialect) string { return encodings[d.Results.Form] },
			func(d *Dialect, s string) error { return choose(&d.Results.Form, s, encodings) }},
		{"end", both(`"\r\n\r\n", "\r\n", "\n", or "" for nothing`, `"\r\n\r\n", "\r\n", "\n", atau "" bila tanpa akhir`),
			func(d *Dialect) string { return d.Results.Terminator() },
			func(d *Dialect, s string) error {
				d.Results.End = map[string]string{"\r\n\r\n": "", "": Nothing}[s]
				if s == "\r\n" || s == "\n" {
					d.Results.End = s
				}
				return oneOf(s, "\r\n\r\n", "\r\n", "\n", "")
			}},
		resultKey("text", both("key of texts and messages of error", "kunci untuk teks dan pesan kesalahan"), func(d *Dialect) *string { return &d.Results.Text }),
		{"success", both("key of the texts of successes, mostly that of text", "kunci untuk teks keberhasilan, biasanya sama dengan text"),
			func(d *Dialect) string { return d.Results.Key("", true) },
			func(d *Dialect, s string) error { d.Results.Success = s; return resultKeyName(s) }},
		resultKey("token", both("key of the token that auth gives", "kunci untuk token dari auth"), func(d *Dialect) *string { return &d.Results.Token }),
		resultKey("inbox", both("key of what is in the inbox", "kunci untuk isi kotak masuk"), func(d *Dialect) *string { return &d.Results.Inbox }),
		{"unknown", both("what it says to an unknown request; {request} in it is that, {word} its first word", "jawaban untuk request yang tidak dikenali; {request} di dalamnya adalah request itu, {word} kata pertamanya"),
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
		{"textless", both("whether some commands succeed without a text: true or false", "apakah beberapa perintah berhasil tanpa teks: true (ya) atau false (tidak)"),
			func(d *Dialect) string { return strconv.FormatBool(d.Results.Textless) },
			func(d *Dialect, s string) error {
				d.Results.Textless = s == "true"
				return oneOf(s, "true", "false")
			}},
	}},
	{"commands", both("Each command as the server wants it; {token} stands where it wants the token.", "Tiap perintah seperti yang diminta server; {token} berdiri di tempat token diminta."), commandKeys()},
}

// specUnknown is what the specification wants to be said to an unknown request.
const specUnknown = "request tidak dikenali"

var (
	styles    = []string{Plain: "plain", Short: "short", Strict: "strict"}
	encodings = []string{JSON: "json", Quoted: "quoted", Python: "python"}
)

var accountsAbout = both("Users of a server that has no register: a list of user and password.",
	"User milik server yang tidak punya register: daftar user dan password.")

func resultKey(name string, about verdict.Text, at func(*Dialect) *string) key {
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
			return resultKeyName(s)
		}}
}

func resultKeyName(s string) error {
	if s == "" || s == "status" {
		return errors.New("it is a key of the result, such as data or message")
	}
	return oneLine(s)
}

func commandKeys() []key {
	var keys []key
	for _, command := range Commands {
		keys = append(keys, key{command, verdict.Text{},
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
