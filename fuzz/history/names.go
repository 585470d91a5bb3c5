package history

import (
	"crypto/rand"
	"strings"

	"github.com/protokol-chat/chatspec/harness/dialect"
)

const (
	alphabet    = "abcdefghijklmnopqrstuvwxyz"
	nonceLength = 9
	markLength  = 6 // of what all texts of a history begin with
	textLength  = markLength + 2 + 4
)

// names gives each user, group and text of a history a name that no other has,
// so that a server which has been up for weeks can be raced on. All names of
// one style have the same length: none stands within another. What texts begin
// with is not what names contain, so that an inbox is searched for texts once.
type names struct {
	style, passwords dialect.Style
	nonce, mark      string
	given            int
}

// newNames draws what sets this history apart. It does not follow from a seed:
// a race that is repeated needs new names too.
func newNames(d *dialect.Dialect) *names {
	return &names{style: d.Names, passwords: d.Passwords, nonce: draw(nonceLength), mark: draw(markLength)}
}

func draw(length int) string {
	b := make([]byte, length)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}

// spell writes a number in letters.
func spell(n, length int) string {
	b := make([]byte, length)
	for i := length - 1; i >= 0; i-- {
		b[i] = alphabet[n%len(alphabet)]
		n /= len(alphabet)
	}
	return string(b)
}

// next gives a name that was not given before, for a user or a group.
func (n *names) next() string {
	number := spell(n.given, 3)
	n.given++
	switch n.style {
	case dialect.Short:
		return number + n.nonce[:5]
	case dialect.Strict:
		return number + n.nonce[:8] + "7"
	default:
		return number + n.nonce
	}
}

// password gives the i-th password, one that no policy has reason to refuse.
func (n *names) password(i int) string {
	number := strings.ToUpper(spell(i, 1)) + spell(i, 2)
	switch n.passwords {
	case dialect.Short:
		return number + "7" + n.nonce[:3] + "2"
	case dialect.Strict:
		return number + "7-" + n.nonce[:6] + "2"
	default:
		return number + "7" + n.nonce[:6] + "2"
	}
}

// text gives the i-th text of a client: one word of small letters, which stands
// the same in every encoding of an inbox.
func (n *names) text(client, i int) string { return n.mark + spell(client, 2) + spell(i, 4) }

// author tells whose text it is.
func author(text string) string { return text[markLength : markLength+2] }
