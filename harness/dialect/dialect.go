// Package dialect says how a target speaks where the specification leaves it
// open.
package dialect

// Dialect is how requests are rendered for one target. It is immutable once a
// run began.
type Dialect struct {
	End           string // ends a request: "\r\n", "\n", "\r\n\r\n", or "" where one write is one request
	ServerID      string // what the target calls itself in user@id; "" where only plain names are known to work
	Addressable   bool   // a local user can be addressed at all, with ServerID or plainly
	RegisterOpens bool   // register also logs in
	Names         Style  // user names it takes
	Passwords     Style  // passwords it takes
}

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

// Request renders one request.
func (d *Dialect) Request(line string) []byte { return []byte(line + d.End) }

// Address renders the address of a user of the target itself.
func (d *Dialect) Address(user string) string {
	if d.ServerID == "" {
		return user
	}
	return user + "@" + d.ServerID
}
