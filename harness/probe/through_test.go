package probe

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/names"
)

// A command that takes long is no departure, though other forms of it work too:
// this server does not mind more words.
func TestThroughWhatIsSlow(t *testing.T) {
	for _, slow := range []string{"inbox", "register", "send", "auth"} {
		t.Run(slow, func(t *testing.T) {
			t.Parallel()
			f := &fake{plain: true, slow: slow}
			target := newTarget(f.serve(t, "127.0.0.1:0"), long)
			_, err := Through(t.Context(), target, names.New(), "")
			require.NoError(t, err)
			assert.Equal(t, &dialect.Dialect{End: "\r\n", Addressable: true}, target.Dialect)
			assert.Empty(t, target.Dialect.Deviations())
		})
	}
}

// That an empty inbox is an error hides no token.
func TestThroughAnEmptyInbox(t *testing.T) {
	for _, empty := range []bool{false, true} {
		f := &fake{plain: true, tokens: true, empty: empty}
		target := newTarget(f.serve(t, "127.0.0.1:0"), long)
		_, err := Through(t.Context(), target, names.New(), "")
		require.NoError(t, err)
		assert.Equal(t, dialect.Form("inbox {token}"), target.Dialect.Form("inbox"))
		assert.Equal(t, dialect.Form("send {token} {address} {message}"), target.Dialect.Form("send"))
		assert.True(t, target.Dialect.Addressable)
		assert.False(t, target.Dialect.Shared)
	}
}

// Where successes say things under a key of their own, that is one departure.
func TestThroughAKeyForSuccess(t *testing.T) {
	f := &fake{plain: true, apart: true}
	target := newTarget(f.serve(t, "127.0.0.1:0"), long)
	_, err := Through(t.Context(), target, names.New(), "")
	require.NoError(t, err)
	r := target.Dialect.Results
	assert.Equal(t, []string{"error", "result", "result", "result"}, []string{r.Text, r.Success, r.Token, r.Inbox})
	assert.Len(t, target.Dialect.Deviations(), 1)
}

func TestReach(t *testing.T) {
	f := &fake{end: "\r\n\r\n"}
	target := newTarget(f.serve(t, "127.0.0.1:0"), brief)
	require.Error(t, Reach(t.Context(), target, names.New()), "it waits for another end")
	target.Dialect = &dialect.Dialect{End: "\r\n\r\n"}
	require.NoError(t, Reach(t.Context(), target, names.New()))
}
