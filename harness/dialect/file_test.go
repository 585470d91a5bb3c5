package dialect

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/protokol-chat/chatspec"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// drawn is any dialect that a file can hold.
func drawn(t *rapid.T) *Dialect {
	word := rapid.StringMatching(`[a-z0-9_.é日"'\\#:-]{1,12}`)
	text := rapid.StringOf(rapid.Rune())
	d := &Dialect{
		End:           rapid.SampledFrom([]string{"\r\n", "\n", "\r\n\r\n", ""}).Draw(t, "end"),
		ServerID:      rapid.SampledFrom([]string{"", "alpha", "10", "true", "null", "~", "-"}).Draw(t, "id"),
		RegisterOpens: rapid.Bool().Draw(t, "opens"),
		Shared:        rapid.Bool().Draw(t, "shared"),
		Addressable:   rapid.Bool().Draw(t, "addressable"),
		Names:         rapid.SampledFrom(Styles()).Draw(t, "names"),
		Passwords:     rapid.SampledFrom(Styles()).Draw(t, "passwords"),
		Results: Results{
			Form:     rapid.SampledFrom([]Encoding{JSON, Quoted, Python}).Draw(t, "form"),
			End:      rapid.SampledFrom([]string{"", Nothing, "\n", "\r\n"}).Draw(t, "result end"),
			Unknown:  text.Filter(func(s string) bool { return s != specUnknown && strings.ToValidUTF8(s, "") == s }).Draw(t, "unknown"),
			Textless: rapid.Bool().Draw(t, "textless"),
		},
	}
	d.Plain = d.Addressable && rapid.Bool().Draw(t, "plain")
	key := word.Filter(func(s string) bool { return s != Data && s != "status" })
	for _, at := range []*string{&d.Results.Text, &d.Results.Token, &d.Results.Inbox} {
		if rapid.Bool().Draw(t, "other key") {
			*at = key.Draw(t, "key")
		}
	}
	if rapid.Bool().Draw(t, "other success") {
		d.Results.Success = word.Filter(func(s string) bool { return s != "status" && s != d.Results.Key("", false) }).Draw(t, "success")
	}
	for _, command := range Commands {
		f := Letter(command).Named(word.Draw(t, "name"))
		if rapid.Bool().Draw(t, "token") {
			f = f.WithToken(rapid.Bool().Draw(t, "last"))
		}
		if rapid.Bool().Draw(t, "other form") && f.Check(command) == nil {
			d.WithForm(command, f)
		}
	}
	if d.Form("register") == Letter("register") && rapid.Bool().Draw(t, "accounts") {
		for _, user := range rapid.SliceOfNDistinct(word, 1, 4, rapid.ID[string]).Draw(t, "users") {
			d.Accounts = append(d.Accounts, Account{user, word.Draw(t, "password")})
		}
	}
	return d
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawn(t)
		var file strings.Builder
		require.NoError(t, d.Write(&file))
		read, err := Parse("x.yaml", []byte(file.String()))
		require.NoError(t, err, file.String())
		assert.Equal(t, d, read)
		assert.Equal(t, d.Deviations(), read.Deviations())
	})
}

func TestParse(t *testing.T) {
	d, err := Parse("x.yaml", []byte("result:\n  text: message # as everybody\naccounts:\n  - {user: messi, password: 007}\n"))
	require.NoError(t, err)
	want := Spec("")
	want.Results.Text = "message"
	want.Accounts = []Account{{"messi", "007"}}
	assert.Equal(t, want, d, "what is left out is as specified")
}

func TestMistakes(t *testing.T) {
	for text, says := range mistakes {
		d, err := Parse("x.yaml", []byte(text))
		require.ErrorContains(t, err, says)
		assert.NotContains(t, err.Error(), "\n", "one line")
		assert.Nil(t, d)
	}
}

// mistakes are files with what is said about them.
var mistakes = map[string]string{
	"result:\n  texts: x\n":                                      `x.yaml:2:3: no key is called "texts"; the keys of result are form, end, text, success, token, inbox, unknown, textless`,
	"results: {}\n":                                              `x.yaml:1:1: no key is called "results"; the keys of a dialect are server, request, result, commands, accounts`,
	"request:\n  end: CRLF\n":                                    `x.yaml:2:8: end cannot be "CRLF": it is one of "\r\n", "\n", "\r\n\r\n", ""`,
	"server:\n  names: long\n":                                   `x.yaml:2:10: names cannot be "long": it is one of plain, short, strict`,
	"server:\n  id: a@b\n":                                       `x.yaml:2:7: id cannot be "a@b": it is the part after @ in user@id, without spaces`,
	"result:\n  textless: 1\n":                                   `x.yaml:2:13: textless cannot be "1": it is one of true, false`,
	"result:\n  unknown: ''\n":                                   `x.yaml:2:12: unknown cannot be "": a text is wanted, such as "request tidak dikenali"`,
	"result:\n  text: status\n":                                  `x.yaml:2:9: text cannot be "status": it is a key of the result, such as data or message`,
	"result:\n  text: [a]\n":                                     `x.yaml:2:9: text needs a text; in quotes, it may be empty`,
	"commands:\n  send: send {token}\n":                          `x.yaml:2:9: send cannot be "send {token}": {address} is missing`,
	"commands:\n  kirim: x\n":                                    `x.yaml:2:3: no key is called "kirim"; the keys of commands are auth, logout, register`,
	"accounts: messi\n":                                          `x.yaml:1:11: accounts is a list, each with user and password`,
	"accounts:\n  - user: a\n":                                   `an account needs user and password`,
	"accounts:\n  - {user: a b, password: x}\n":                  `user cannot be "a b": it is one word`,
	"accounts:\n  - {user: a, name: x}\n":                        `no key is called "name"; the keys of an account are user, password`,
	"accounts: [{user: a, password: x}, {user: a, password: x}]": `the user "a" stands twice`,
	"accounts: [{user: a, password: x}]\ncommands: {register: 'register {user} {password} x'}": `leave one out`,
	"server: x\n":                         `x.yaml:1:9: server is a list of keys and values; the keys are id, address`,
	"":                                    `x.yaml: there is nothing in it; chatspec probe ADDRESS --write FILE writes one`,
	"- a\n":                               `x.yaml:1:1: a dialect is a list of keys and values`,
	"a: [\n":                              `x.yaml:1:`,
	"server: {}\nserver: {}":              `x.yaml:2:1:`,
	"server: {}\n---\nserver: {}\n":       `a second document`,
	"a: 1\n" + strings.Repeat("[", 60000): `x.yaml:2: this is nested deeper`,
	strings.Repeat("- ", 30000):           `x.yaml:1: this is nested deeper`,
	strings.Repeat("{a: ", 15000):         `x.yaml:1: this is nested deeper`,
	strings.Repeat("#", 1<<17):            `more than 64 KiB`,
}

// Whatever a file holds, it is a dialect that can be written and read again, or
// one line says what is wrong with it.
func FuzzDialectFile(f *testing.F) {
	for _, d := range []*Dialect{Spec("alpha"), everything()} {
		for _, lang := range []verdict.Lang{verdict.English, verdict.Indonesian} {
			var file strings.Builder
			require.NoError(f, d.WriteIn(&file, lang))
			f.Add([]byte(file.String()))
		}
	}
	for text := range mistakes {
		f.Add([]byte(text))
	}
	for _, text := range []string{
		"a: &a [*a]\n", "a: &a {b: *a}\n", "server: &s {id: x}\nrequest: *s\n", "server: {<<: {id: x}}\n",
		"? {a: b}\n: c\n", "server: {id: !!binary aGk=}\n", "server:\n  id: |\n    a\n    b\n", "server: {id: 0x1F}\n",
		"%YAML 1.2\n---\nserver: {}\n", "\ufeffserver: {}\n", "server: {id: \"\\xff\"}\n", "server:\r\n  id: a\r\n", strings.Repeat("[", 5000),
		"commands: {send: 'send {message} {address}', auth: 'login {password} {user}'}\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Parse("x.yaml", text)
		if err != nil {
			assert.Nil(t, d)
			assert.NotContains(t, err.Error(), "\n")
			return
		}
		var file strings.Builder
		require.NoError(t, d.Write(&file))
		again, err := Parse("y.yaml", []byte(file.String()))
		require.NoError(t, err, file.String())
		assert.Equal(t, d, again, file.String())
		for _, command := range Commands {
			line := strings.NewReplacer("{", "", "}", "").Replace(string(Letter(command)))
			request := d.Render(line, "T")
			assert.True(t, strings.HasSuffix(string(request), d.End))
			assert.NotContains(t, strings.TrimSuffix(string(request), d.End), "\n", "one request stays one")
		}
		d.Deviations()
	})
}

// Every comment of a file is there in both languages.
func TestCommentsInBothLanguages(t *testing.T) {
	about := []verdict.Text{fileHead, accountsAbout}
	for _, s := range schema {
		about = append(about, s.about)
		for _, k := range s.keys {
			if !k.about.IsZero() {
				about = append(about, k.about)
			}
		}
	}
	for _, text := range about {
		assert.NotEmpty(t, text.EN)
		assert.NotEmpty(t, text.ID)
		assert.NotEqual(t, text.EN, text.ID)
	}
	var file strings.Builder
	require.NoError(t, Spec("alpha").WriteIn(&file, verdict.Indonesian))
	d, err := Parse("x.yaml", []byte(file.String()))
	require.NoError(t, err)
	assert.Equal(t, Spec("alpha"), d)
	assert.NotContains(t, file.String(), " the ")
}

// docs/dialect.md explains every key, and lists what each departure breaks.
func TestDocs(t *testing.T) {
	b, err := os.ReadFile("../../docs/dialect.md")
	require.NoError(t, err)
	for _, s := range schema {
		assert.Contains(t, string(b), "`"+s.name+"`")
		for _, k := range s.keys {
			assert.Contains(t, string(b), "`"+k.name+"`", s.name)
		}
	}
	registry, err := verdict.ParseRegistry(chatspec.Spec)
	require.NoError(t, err)
	for _, d := range everything().Deviations() {
		q, known := registry.Lookup(d.Requirement)
		assert.True(t, known, d.Requirement)
		assert.Contains(t, string(b), "| "+q.ID+" |")
	}
}

// everything departs in all that can be departed in at once.
func everything() *Dialect {
	d := Spec("alpha")
	d.Plain = true
	d.Results = Results{Form: Python, End: Nothing, Text: "message", Token: "tokenid", Inbox: "messages", Unknown: "?", Textless: true}
	d.Accounts = []Account{{"messi", "surabaya"}}
	for _, command := range Commands {
		if command != "register" {
			d.WithForm(command, Letter(command).Named("x"+command).WithToken(false))
		}
	}
	return d
}

func TestDeviations(t *testing.T) {
	assert.Empty(t, Spec("alpha").Deviations())
	open := &Dialect{End: "", Names: Strict, Passwords: Short, RegisterOpens: true, Addressable: false}
	assert.Empty(t, open.Deviations(), "the specification leaves these open")

	var ids []string
	for _, d := range everything().Deviations() {
		ids = append(ids, d.Requirement)
		for _, s := range []string{d.Expected.EN, d.Expected.ID, d.Seen.EN, d.Seen.ID} {
			assert.NotEmpty(t, s)
		}
	}
	assert.Equal(t, strings.Fields(`WIRE-1 WIRE-2 WIRE-4 WIRE-4 WIRE-6 AUTH-1 AUTH-1 AUTH-1 LOGOUT-1 SEND-1 SENDGROUP-1 SENDFILE-1
		INBOX-1 CREATEGROUP-1 ADDSERVER-1 CONNECT-1 SENDFILEGROUP-1 REGISTER-1 SEND-1 INBOX-7`), ids)

	d := Spec("")
	d.Results = Results{Text: "pesan", Token: "pesan", Inbox: "pesan", Form: Quoted}
	ids = nil
	for _, v := range d.Deviations() {
		ids = append(ids, v.Requirement)
	}
	assert.Equal(t, []string{"WIRE-1", "WIRE-4"}, ids, "one key for all is one departure")

	d.Results = Results{Text: "error", Success: "result", Token: "result", Inbox: "result"}
	require.Len(t, d.Deviations(), 1, "and so are two, one of them for success")
	assert.Equal(t, `under "error", and on success under "result"`, d.Deviations()[0].Seen.EN)
}
