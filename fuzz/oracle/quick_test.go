package oracle

import (
	"bytes"
	"strings"
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

// TestPair compares the quick look at a result with the thorough one, which
// another key calls for.
func TestPair(t *testing.T) {
	for _, body := range []string{
		`{"status":"OK","data":"x"}`, ` { "status" : "ERROR" ,"data":"tidak bisa" } `, "{\"status\":\"OK\",\r\n\"data\":\"\"}\n",
		`{"status":"ERROR","data":" "}`, `{"status":"ok","data":"x"}`, `{"status":"OK","data":"x"}x`, `{"status":"OK","data":"x"`, `{"status":"OK","data":"x`,
		`{"status":"OK","data":"\"x"}`, "{\"status\":\"OK\",\"data\":\"\t\"}", "{\"status\":\"OK\",\"data\":\"\x7f\"}", "{\"status\":\"OK\",\"data\":\"\xff\"}",
		`{"status":"OK","data":"é"}`, `{"status":"OK","data":"x","more":1}`, `{"data":"x","status":"OK"}`, `{"status":"OK","data":["x"]}`, `{"status":OK,"data":"x"}`, `{`, ``, `{"status"`,
	} {
		quick, clean := Scan([]byte(body))
		thorough, also := Scan([]byte(strings.Replace(body, "{", `{"x":[],`, 1)))
		require.Equal(t, also, clean, body)
		if clean {
			require.Equal(t, thorough, quick, body)
		}
	}
	_, _, usual := pair([]byte(` {"status": "OK", "data": "halo"} `))
	require.True(t, usual)
}
