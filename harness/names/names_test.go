package names

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/dialect"
)

// Roles as the features have them. Two letters tell them apart, see the lint of
// the features.
var roles = []string{"budi", "siti", "tono", "rina", "tamu", "wati", "agus", "entah", "probe", "kelas", "lain", "timur", "barat", "a"}

func TestNonceIsDrawn(t *testing.T) {
	seen := map[string]bool{}
	for range 50 {
		n := New().Nonce()
		assert.Regexp(t, `^[a-z]{5}$`, n)
		seen[n] = true
	}
	assert.Greater(t, len(seen), 45)
}

func TestScopesDiffer(t *testing.T) {
	n := New()
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				s := n.Scope()
				mu.Lock()
				seen[s] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	assert.Len(t, seen, 4000)
	for s := range seen {
		assert.Regexp(t, `^[a-z]{3}$`, s)
	}
}

// No name, group or text of a run stands within another, whatever is looked for.
func TestNothingStandsWithinAnother(t *testing.T) {
	for _, style := range dialect.Styles() {
		n := New()
		all := map[string]string{}
		add := func(name, what string) {
			require.Empty(t, all[name], "%s is %s and %s", name, all[name], what)
			all[name] = what
		}
		for range 3 {
			scope := n.Scope()
			for _, role := range roles {
				add(n.User(style, role, scope), role+" of "+scope)
			}
			for i := range uint32(20) {
				add(n.Word(scope, i), "a word of "+scope)
			}
		}
		for a := range all {
			for b := range all {
				assert.True(t, a == b || !strings.Contains(a, b), "%s stands within %s", b, a)
			}
		}
	}
}

func TestWordsDiffer(t *testing.T) {
	n := New()
	seen := map[string]bool{}
	for i := range uint32(676) {
		seen[n.Word("aaa", i)] = true
	}
	assert.Len(t, seen, 676)
}

func TestForms(t *testing.T) {
	n := New()
	scope := n.Scope()
	for _, role := range roles {
		for style, form := range map[dialect.Style]struct{ user, password string }{
			dialect.Plain:  {`^[a-z]{12}$`, `^[A-Z][a-z]{2}7[a-z]{8}2$`},
			dialect.Short:  {`^[a-z]{8}$`, `^[A-Z][a-z]{2}7[a-z]{3}2$`},
			dialect.Strict: {`^[a-z]{11}7$`, `^[A-Z][a-z]{2}7-[a-z]{8}2$`},
		} {
			assert.Regexp(t, form.user, n.User(style, role, scope))
			assert.Regexp(t, form.password, n.Password(style, role, scope))
			assert.Equal(t, n.User(style, role, scope), n.User(style, strings.ToUpper(role), scope))
			assert.NotEqual(t, n.User(style, role, scope), n.User(style, role, n.Scope()))
		}
	}
}
