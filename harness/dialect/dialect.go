// Package dialect says how a target speaks: where the specification leaves it
// open, and where a server departs from its letter and means the same.
package dialect

import "strings"

// Dialect is how requests are rendered for one target, and how its results are
// read. It is immutable once a run began. The fields of the second group are
// zero for a server that keeps to the letter; Deviations says what they break.
type Dialect struct {
	End           string // ends a request: "\r\n", "\n", "\r\n\r\n", or "" where one write is one request
	ServerID      string // what the target calls itself in user@id; "" where only plain names are known to work
	Addressable   bool   // a local user can be addressed at all, with ServerID or plainly
	RegisterOpens bool   // register also logs in
	Names         Style  // user names it takes
	Passwords     Style  // passwords it takes
	Shared        bool   // what one user does reaches others: one scenario at a time

	Plain    bool            // it takes the name of a local user alone, never user@id
	Commands map[string]Form // by the specification's name: those it wants in another form
	Results  Results
	Accounts []Account // it has no register: these users are there
}

// Results is how results depart from the letter.
type Results struct {
	Form     Encoding
	End      string // what ends a result instead of \r\n\r\n; "" for that; Nothing for nothing
	Text     string // key of texts; "" for "data", like Token and Inbox
	Success  string // key of the texts of successes; "" for that of all texts
	Token    string // key of the token in the result of auth
	Inbox    string // key of what is in the inbox
	Unknown  string // what it says to an unknown request; "" as specified. {request} in it is the request, {word} its first word
	Textless bool   // some commands succeed without a text
}

// Nothing is the end of results that have none.
const Nothing = "nothing"

// Data is the specification's key for everything that a result says.
const Data = "data"

// Account is a user that a server without register has.
type Account struct{ User, Password string }

// Encoding is how a result is written.
type Encoding int

// The encodings of a result.
const (
	JSON   Encoding = iota // an object
	Quoted                 // a JSON text that holds the object: it was encoded twice
	Python                 // the text of a Python dict
)

// Style is a form of names or passwords.
type Style int

// Forms of names and passwords, tried in this order until a target takes one.
const (
	Plain   Style = iota // names: twelve small letters; passwords: letters and digits
	Short                // names: eight small letters; passwords: eight letters and digits
	Strict               // names: small letters and a digit; passwords: with a sign among letters and digits
	nStyles int   = iota
)

// Styles lists the forms in the order in which they are tried.
func Styles() []Style {
	s := make([]Style, nStyles)
	for i := range s {
		s[i] = Style(i)
	}
	return s
}

// Spec is the dialect that the specification suggests.
func Spec(serverID string) *Dialect {
	return &Dialect{End: "\r\n", ServerID: serverID, Addressable: true}
}

// Request renders one request of the specification for who has no token.
func (d *Dialect) Request(line string) []byte { return d.Render(line, "") }

// Render renders one request of the specification for who has this token; ""
// for none. What is no command of the specification stays as it is.
func (d *Dialect) Render(line, token string) []byte {
	command, rest, more := strings.Cut(line, " ")
	if form, ok := d.Commands[command]; ok {
		line = form.render(letter[command], rest, more, token)
	}
	return []byte(line + d.End)
}

// Address renders the address of a user of the target itself.
func (d *Dialect) Address(user string) string {
	if d.ServerID == "" || d.Plain {
		return user
	}
	return user + "@" + d.ServerID
}

// Key is under which key a result of the command, OK or not, says what the
// specification wants under "data".
func (r *Results) Key(command string, ok bool) string {
	key := r.Text
	switch {
	case ok && command == "auth":
		key = r.Token
	case ok && command == "inbox":
		key = r.Inbox
	case ok && r.Success != "":
		key = r.Success
	}
	if key == "" {
		return Data
	}
	return key
}

// IsUnknown tells whether text is what the target says to an unknown request
// instead of what the specification asks for.
func (r *Results) IsUnknown(request, text string) bool {
	if r.Unknown == "" {
		return false
	}
	word, _, _ := strings.Cut(request, " ")
	return text == strings.NewReplacer(requestPlace, request, wordPlace, word).Replace(r.Unknown)
}

const (
	requestPlace = "{request}"
	wordPlace    = "{word}"
)

// UnknownAs gives the Unknown of a target that says text to the request.
func UnknownAs(request, text string) string {
	word, _, more := strings.Cut(request, " ")
	switch {
	case word == "":
		return text
	case more && strings.Contains(text, request):
		return strings.ReplaceAll(text, request, requestPlace)
	}
	return strings.ReplaceAll(text, word, wordPlace)
}

// Terminator is what ends a result.
func (r *Results) Terminator() string {
	switch r.End {
	case "":
		return "\r\n\r\n"
	case Nothing:
		return ""
	}
	return r.End
}
