// Package names gives every user, group and text of a run a name that no other
// run and no other scenario uses.
package names

import (
	"crypto/rand"
	"strings"
	"sync/atomic"

	"github.com/protokol-chat/chatspec/harness/dialect"
)

const (
	letters     = "abcdefghijklmnopqrstuvwxyz"
	nonceLength = 5
	scopeLength = 3
	wordLength  = 2
)

// Names gives every user, group and text of a run a name that no other run and
// no other scenario uses: so scenarios run side by side against a server that
// has been up for weeks. It is safe for use by several goroutines.
type Names struct {
	nonce  string
	scopes atomic.Uint32
}

// New draws what sets this run apart from all others. It does not follow
// from a seed: a run that is repeated needs new names too.
func New() *Names {
	b := make([]byte, nonceLength)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return &Names{nonce: string(b)}
}

// Nonce is the part that all names of the run share.
func (n *Names) Nonce() string { return n.nonce }

// Scope gives the letters that set one scenario apart.
func (n *Names) Scope() string { return spell(n.scopes.Add(1), scopeLength) }

// Word is the n-th text of a scope that stands nowhere else.
func (n *Names) Word(scope string, i uint32) string {
	// In no order, so that a server that sorts its texts shows it.
	return n.nonce + scope + spell(i*215, wordLength)
}

// Foreign finds, in what a server showed to a scenario, a text that belongs to
// another one; "" where there is none.
func (n *Names) Foreign(scope, shown string) string {
	for {
		i := strings.Index(shown, n.nonce)
		if i < 0 {
			return ""
		}
		size := len(n.nonce) + scopeLength
		rest := shown[i:]
		if len(rest) < size+wordLength {
			return ""
		}
		if word := rest[:size+wordLength]; rest[len(n.nonce):size] != scope && isWord(word) {
			return word
		}
		shown = rest[len(n.nonce):]
	}
}

func isWord(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c < 'a' || c > 'z' }) < 0
}

// spell writes a number in letters.
func spell(n uint32, length int) string {
	b := make([]byte, length)
	for i := range b { // the first letter changes first: names differ before their ends
		b[i] = letters[n%26]
		n /= 26
	}
	return string(b)
}

// User renders the name of a role within a scope. All names of one style have
// the same length, so that none stands within another.
func (n *Names) User(style dialect.Style, role, scope string) string {
	role = strings.ToLower(role) + "xxxx"
	switch style {
	case dialect.Short:
		return role[:2] + n.nonce[:nonceLength-2] + scope
	case dialect.Strict:
		return role[:3] + n.nonce + scope + "7"
	default:
		return role[:4] + n.nonce + scope
	}
}

// Password renders a password that no policy has reason to refuse.
func (n *Names) Password(style dialect.Style, role, scope string) string {
	role = strings.ToUpper(role[:1]) + role[1:] + "xx"
	switch style {
	case dialect.Short:
		return role[:3] + "7" + scope + "2"
	case dialect.Strict:
		return role[:3] + "7-" + n.nonce + scope + "2"
	default:
		return role[:3] + "7" + n.nonce + scope + "2"
	}
}
