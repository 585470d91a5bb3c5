package oracle

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLists(t *testing.T) {
	for raw, want := range map[string]bool{
		`["91","92"]`:                               true,
		`["92", "91"]`:                              true,
		`[ {"a": "x 91"} , {"a": "]92"} ]`:          true,
		`[0, "\"],", {"a": [1]}, "91", null, "92"]`: true,
		`[["91", "92"]]`:                            false,
		`["91 92"]`:                                 false,
		`[{"a": "91", "b": "92"}, 1]`:               false,
		`{"a": "91", "b": "92"}`:                    false,
		`"[\"91\", \"92\"]"`:                        false,
	} {
		at := func(word string) int { return bytes.Index([]byte(raw), []byte(word)) }
		s := &shown{raw: []byte(raw)}
		require.Equal(t, want, s.lists(at("91"), at("92")), raw)
		require.Equal(t, want, s.lists(at("92"), at("91")), raw)
	}
}
