package dialect

import (
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Deviations lists in what the dialect departs from the letter of the
// specification, each under the one requirement that it breaks and in a fixed
// order. A dialect that only settles open points has none. docs/dialect.md has
// the table.
func (d *Dialect) Deviations() []verdict.Deviation {
	var list deviations
	r := d.Results
	switch r.Form {
	case Python:
		list.add("WIRE-1", verdict.Textf(`JSON: "status" in double quotes`, `JSON: "status" dengan tanda kutip ganda`),
			verdict.Textf("the text of a Python dict, in single quotes: use json.dumps", "teks dari dict Python, dengan tanda kutip tunggal: gunakan json.dumps"))
	case Quoted:
		list.add("WIRE-1", verdict.Textf("one JSON object", "satu objek JSON"),
			verdict.Textf("a JSON text that holds the object: it is encoded twice, drop one json.dumps", "teks JSON yang berisi objeknya: dikodekan dua kali, hilangkan satu json.dumps"))
	}
	if r.End != "" {
		list.add("WIRE-2", verdict.Textf(`\r\n\r\n behind every result`, `\r\n\r\n di belakang setiap result`), visible(r.Terminator()))
	}
	if r.Success == "" {
		list.key("WIRE-4", r.Text, "every text", "setiap teks")
	} else {
		list.add("WIRE-4", verdict.Textf(`every text under "data"`, `setiap teks di "data"`),
			verdict.Textf("under %s, and on success under %s", "di %s, dan pada keberhasilan di %s", quote(r.Key("", false)), quote(r.Success)))
	}
	if r.Textless {
		list.add("WIRE-4", verdict.Textf(`"data" in every result`, `"data" di setiap result`),
			verdict.Textf(`for some commands nothing but "status": "OK"`, `untuk beberapa perintah hanya "status": "OK"`))
	}
	if r.Unknown != "" {
		list.add("WIRE-6", verdict.Textf(`"request tidak dikenali", to the letter`, `"request tidak dikenali", tepat seperti itu`), same(quote(r.Unknown)))
	}
	if r.Token != r.Text && r.Token != r.Success { // else it is no departure of its own
		list.key("AUTH-1", r.Token, "the token", "token")
	}
	list.token(d)
	for _, command := range Commands {
		if f, want := d.Form(command).Tokenless(), Letter(command); f != want {
			list.add(strings.ToUpper(command)+"-1", same(string(want)), same(string(f)))
		}
	}
	if len(d.Accounts) > 0 {
		list.add("REGISTER-1", same(string(Letter("register"))),
			verdict.Textf("no register: its users are given", "tidak ada register: user-nya sudah ditentukan"))
	}
	if d.Plain {
		list.add("SEND-1", same("send {user}@{server} {message}"),
			verdict.Textf("the user's name alone, without @", "nama user saja, tanpa @"))
	}
	if r.Inbox != r.Text && r.Inbox != r.Success {
		list.key("INBOX-7", r.Inbox, "what is in the inbox", "isi kotak masuk")
	}
	return list
}

type deviations []verdict.Deviation

func (l *deviations) add(requirement string, expected, seen verdict.Text) {
	*l = append(*l, verdict.Deviation{Requirement: requirement, Expected: expected, Seen: seen})
}

func (l *deviations) key(requirement, key, en, id string) {
	if key != "" && key != Data {
		l.add(requirement, verdict.Text{EN: en + ` under "data"`, ID: id + ` di "data"`}, verdict.Textf("under %s", "di %s", quote(key)))
	}
}

// token is one deviation however many commands want the token.
func (l *deviations) token(d *Dialect) {
	var forms []string
	for _, command := range Commands {
		if f := d.Form(command); f.Token() {
			forms = append(forms, string(f))
		}
	}
	if len(forms) == 0 {
		return
	}
	const shown = 3
	examples := strings.Join(forms[:min(shown, len(forms))], "; ")
	l.add("AUTH-1", verdict.Textf("after auth the requests of that connection need nothing more: the session belongs to the connection",
		"setelah auth, request di koneksi itu tidak perlu apa-apa lagi: session melekat pada koneksi"),
		verdict.Textf("the token is a parameter of every request: %s", "token menjadi parameter setiap request: %s", examples))
}

func same(s string) verdict.Text { return verdict.Text{EN: s, ID: s} }

func visible(end string) verdict.Text {
	if end == "" {
		return verdict.Textf("nothing", "tidak ada apa-apa")
	}
	return same(strings.Trim(quote(end), `"`))
}
