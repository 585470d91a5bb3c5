package session

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/wire"
)

func frame(body, end string) wire.Frame {
	return wire.Frame{Raw: []byte(body + end), Body: []byte(body), End: end}
}

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		body   string // "^" stands where the caret of the only fault belongs
		end    string // "" for the terminator
		faults []string
		status string
		data   string // as %v; "<nil>" where it is not given
	}{
		"OK":                      {body: `{"status": "OK", "data": "token"}`, status: "OK", data: "token"},
		"ERROR":                   {body: `{"status": "ERROR", "data": "salah"}`, status: "ERROR", data: "salah"},
		"another order":           {body: `{"data": "x", "status": "OK"}`, status: "OK", data: "x"},
		"more keys":               {body: `{"status": "OK", "data": "x", "id": 7}`, status: "OK", data: "x"},
		"white space":             {body: "\t { \r\n\"status\" :\n\"OK\",\"data\":\t1 }\t\n ", status: "OK", data: "1"},
		"a list":                  {body: `{"status": "OK", "data": []}`, status: "OK", data: "[]"},
		"an object":               {body: `{"status": "OK", "data": {}}`, status: "OK", data: "map[]"},
		"false":                   {body: `{"status": "OK", "data": false}`, status: "OK", data: "false"},
		"empty text on OK":        {body: `{"status": "OK", "data": ""}`, status: "OK", data: ""},
		"a huge number":           {body: `{"status": "OK", "data": 1e999999}`, status: "OK", data: "1e999999"},
		"a long number":           {body: `{"status": "OK", "data": 12345678901234567890123}`, status: "OK", data: "12345678901234567890123"},
		"a lone surrogate":        {body: `{"status": "OK", "data": "\ud800"}`, status: "OK", data: "\ufffd"},
		"a pair of surrogates":    {body: `{"status": "OK", "data": "\ud83d\udc4b"}`, status: "OK", data: "👋"},
		"NUL, escaped":            {body: `{"status": "OK", "data": "\u0000"}`, status: "OK", data: "\x00"},
		"the same thing twice":    {body: `{"status": "OK", "data": "x", "data": "x"}`, status: "OK", data: "x"},
		"another key twice":       {body: `{"status": "OK", "data": "x", "a": 1, "a": 2}`, status: "OK", data: "x"},
		"U+FFFD itself":           {body: `{"status": "OK", "data": "` + "\ufffd" + `"}`, status: "OK", data: "\ufffd"},
		"a thousand lists deep":   {body: `{"data": ` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `, "status": "OK"}`, status: "OK", data: strings.Repeat("[", 1000) + strings.Repeat("]", 1000)},
		"key of another spelling": {body: `{"Status": "ERROR", "status": "OK", "data": 1}`, status: "OK", data: "1"},

		"nothing":                {body: `^`, faults: []string{"WIRE-1"}},
		"plain text":             {body: `^halo`, faults: []string{"WIRE-1"}},
		"half an object":         {body: `{"status": "OK", "data": "x^`, faults: []string{"WIRE-1"}},
		"half of it, in a list":  {body: `{"status": "OK", "data": [1,^`, faults: []string{"WIRE-1"}},
		"single quotes":          {body: `{^'status': 'OK', 'data': 'x'}`, faults: []string{"WIRE-1"}},
		"single quotes around":   {body: `{^'status': 'OK', 'data': {"a": 1}}`, faults: []string{"WIRE-1"}},
		"a comma too many":       {body: `{"status": "OK", "data": 1,^}`, faults: []string{"WIRE-1"}},
		"a comma too few":        {body: `{"status": "OK" ^"data": 1}`, faults: []string{"WIRE-1"}},
		"NaN":                    {body: `{"status": "OK", "data": ^NaN}`, faults: []string{"WIRE-1"}},
		"Infinity":               {body: `{"status": "OK", "data": [-^Infinity]}`, faults: []string{"WIRE-1"}},
		"True":                   {body: `{"status": "OK", "data": ^True}`, faults: []string{"WIRE-1"}},
		"a leading zero":         {body: `{"status": "OK", "data": 0^1}`, faults: []string{"WIRE-1"}},
		"a line break in a text": {body: "{\"status\": \"OK\", \"data\": \"a^\nb\"}", faults: []string{"WIRE-1"}},
		"a wrong escape":         {body: `{"status": "OK", "data": "a\^'b"}`, faults: []string{"WIRE-1"}},
		"a NUL":                  {body: "{\"status\": \"OK\", \"data\": \"a^\x00\"}", faults: []string{"WIRE-1"}},
		"a text":                 {body: `^"halo"`, faults: []string{"WIRE-1"}},
		"a number":               {body: `^7`, faults: []string{"WIRE-1"}},
		"null":                   {body: `^null`, faults: []string{"WIRE-1"}},
		"encoded twice":          {body: `^"{\"status\": \"OK\", \"data\": \"x\"}"`, faults: []string{"WIRE-1"}},
		"within a list":          {body: `^[{"status": "OK", "data": "x"}]`, faults: []string{"WIRE-1"}, status: "OK", data: "x"},
		"a list of something":    {body: `^[{"a": "OK"}]`, faults: []string{"WIRE-1"}},
		"UTF-16":                 {body: "^\xff\xfe{\x00}\x00", faults: []string{"WIRE-1", "WIRE-1@0"}},
		"not UTF-8":              {body: "{\"status\": \"OK\", \"data\": \"caf^\xe9\"}", faults: []string{"WIRE-1"}, status: "OK", data: "caf\ufffd"},
		"UTF-8 cut short":        {body: "{\"status\": \"OK\", \"data\": \"^\xe6\x97\"}", faults: []string{"WIRE-1"}, status: "OK", data: "\ufffd\ufffd"},
		"a surrogate in UTF-8":   {body: "{\"status\": \"OK\", \"data\": \"^\xed\xa0\x80\"}", faults: []string{"WIRE-1"}, status: "OK", data: "\ufffd\ufffd\ufffd"},
		"two statuses":           {body: `{"status": "OK", "data": 1, "status": ^"ERROR"}`, faults: []string{"WIRE-1"}, status: "ERROR", data: "1"},
		"two data":               {body: `{"status": "OK", "data": 1, "data": ^2}`, faults: []string{"WIRE-1"}, status: "OK", data: "2"},
		"too deep":               {body: `{"status": "OK", "data": ` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, faults: []string{"WIRE-1@10024"}},

		"no terminator":               {body: `{"status": "OK", "data": 1}^`, end: "\n", faults: []string{"WIRE-2"}, status: "OK", data: "1"},
		"half a terminator":           {body: `{"status": "OK", "data": 1}^`, end: "\r\n\r", faults: []string{"WIRE-2"}, status: "OK", data: "1"},
		"a byte order mark":           {body: "^\ufeff{\"status\": \"OK\", \"data\": 1}", faults: []string{"WIRE-2"}, status: "OK", data: "1"},
		"a greeting before":           {body: "^Halo!\r\n{\"status\": \"OK\", \"data\": 1}", faults: []string{"WIRE-2"}, status: "OK", data: "1"},
		"a long terminator before":    {body: "^\r\n{\"status\": \"OK\", \"data\": 1}", faults: []string{"WIRE-2"}, status: "OK", data: "1"},
		"a brace before":              {body: `^{ {x} {"status": "OK", "data": 1}`, faults: []string{"WIRE-2"}, status: "OK", data: "1"},
		"a word behind":               {body: `{"status": "OK", "data": 1}^ selesai`, faults: []string{"WIRE-2"}, status: "OK", data: "1"},
		"a carriage return behind":    {body: "{\"status\": \"OK\", \"data\": 1}^\r", faults: []string{"WIRE-2"}, status: "OK", data: "1"},
		"a brace behind":              {body: `{"status": "OK", "data": 1}^}`, faults: []string{"WIRE-2"}, status: "OK", data: "1"},
		"another result behind":       {body: `{"status": "OK", "data": 1}^{"status": "OK", "data": 2}`, faults: []string{"WIRE-2"}, status: "OK", data: "1"},
		"a NUL behind":                {body: "{\"status\": \"OK\", \"data\": 1}^\x00", faults: []string{"WIRE-2"}, status: "OK", data: "1"},
		"something before and behind": {body: `> {"status": "OK", "data": 1} <`, faults: []string{"WIRE-2@0", "WIRE-2@29"}, status: "OK", data: "1"},

		"no status":                 {body: `{"data": 1^}`, faults: []string{"WIRE-3"}, data: "1"},
		"a status of small letters": {body: `{"status": ^"ok", "data": 1}`, faults: []string{"WIRE-3"}, status: "ok", data: "1"},
		"a status with a blank":     {body: `{"status": ^"OK ", "data": 1}`, faults: []string{"WIRE-3"}, status: "OK ", data: "1"},
		"another status":            {body: `{"status":^"BERHASIL", "data": 1}`, faults: []string{"WIRE-3"}, status: "BERHASIL", data: "1"},
		"a number as status":        {body: `{"status": ^200, "data": 1}`, faults: []string{"WIRE-3"}, data: "1"},
		"null as status":            {body: `{"status": ^null, "data": 1}`, faults: []string{"WIRE-3"}, data: "1"},
		"a status spelled Status":   {body: `{"Status": "OK", "data": 1^}`, faults: []string{"WIRE-3"}, data: "1"},
		"an empty object":           {body: `{}`, faults: []string{"WIRE-3@1", "WIRE-4@1"}},

		"no data":           {body: `{"status": "OK"^}`, faults: []string{"WIRE-4"}, status: "OK"},
		"message":           {body: `{"status": "ERROR", "message": "salah"^}`, faults: []string{"WIRE-4"}, status: "ERROR"},
		"data spelled Data": {body: `{"status": "OK", "Data": 1^}`, faults: []string{"WIRE-4"}, status: "OK"},
		"null as data":      {body: `{"status": "OK", "data": ^null}`, faults: []string{"WIRE-4"}, status: "OK"},
		"null on ERROR":     {body: `{"status": "ERROR", "data":^null}`, faults: []string{"WIRE-4"}, status: "ERROR"},

		"an empty message":   {body: `{"status": "ERROR", "data": ^""}`, faults: []string{"WIRE-5"}, status: "ERROR", data: ""},
		"a blank message":    {body: `{"status": "ERROR", "data": ^" \t "}`, faults: []string{"WIRE-5"}, status: "ERROR", data: " \t "},
		"an empty list":      {body: `{"status": "ERROR", "data": ^[]}`, faults: []string{"WIRE-5"}, status: "ERROR", data: "[]"},
		"an empty object as": {body: `{"status": "ERROR", "data": ^{}}`, faults: []string{"WIRE-5"}, status: "ERROR", data: "map[]"},
	} {
		t.Run(name, func(t *testing.T) {
			body, end := strings.Replace(c.body, "^", "", 1), c.end
			if end == "" {
				end = wire.Terminator
			}
			caret := strings.Index(c.body, "^")
			if caret >= 0 {
				c.faults[0] += fmt.Sprintf("@%d", caret)
			}
			r := Parse("inbox", frame(body, end))
			var faults []string
			for _, f := range r.Faults {
				from := strings.Index(body+end, f.Failure.Actual)
				faults = append(faults, fmt.Sprintf("%s@%d", f.Requirement, from+f.Failure.Caret))
				assert.LessOrEqual(t, f.Failure.Caret, len(f.Failure.Actual))
				assert.LessOrEqual(t, len(f.Failure.Actual), maxActual)
				assert.NotEmpty(t, f.Failure.Message.EN)
				assert.NotEmpty(t, f.Failure.Message.ID)
			}
			if c.data == "" && len(c.faults) > 0 && !strings.HasPrefix(c.faults[0], "WIRE-5") {
				c.data = "<nil>"
			}
			assert.Equal(t, c.faults, faults)
			assert.Equal(t, c.status, r.Status)
			assert.Equal(t, c.data, fmt.Sprint(r.Data))
			assert.Equal(t, c.data != "<nil>", r.HasData)
			assert.Equal(t, "inbox", r.Request)
			assert.Equal(t, c.status == "OK", r.OK())
			assert.Equal(t, c.status == "ERROR", r.Refused())
		})
	}
}

func TestHints(t *testing.T) {
	for body, want := range map[string]string{
		`{'status': 'OK'}`:                        "json.dumps",
		`OK`:                                      "plain text",
		`{"status": "OK", "data": }`:              "JSON library",
		`{"status": "ok", "data": 1}`:             "Capital letters",
		`{"status": "OK", "message": "x"}`:        `"message"`,
		`{"status": "OK", "tokenid": "x"}`:        `"tokenid"`,
		`{"status": "OK", "messages": {"a": []}}`: `"messages"`,
	} {
		r := Parse("", frame(body, wire.Terminator))
		require.Len(t, r.Faults, 1, body)
		assert.Contains(t, r.Faults[0].Failure.Hint.EN, want, body)
		assert.NotEmpty(t, r.Faults[0].Failure.Hint.ID, body)
	}
	r := Parse("", frame(`{"status": "OK", "data": 1}`, ""))
	assert.Contains(t, r.Faults[0].Failure.Hint.EN, `\r\n\r\n`)
}

// What a fault shows of a long result is the part around its caret.
func TestFaultsAreShort(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for name, body := range map[string]string{
		"at the beginning": "y" + long,
		"in the middle":    `{"status": "OK", "a": "` + long + `", "data": y, "b": "` + long + `"}`,
		"at the end":       `{"status": "OK", "data": "` + long + `"y`,
	} {
		t.Run(name, func(t *testing.T) {
			r := Parse("", frame(body, wire.Terminator))
			require.NotEmpty(t, r.Faults)
			f := r.Faults[0].Failure
			assert.Len(t, f.Actual, maxActual)
			assert.Equal(t, "y", f.Actual[f.Caret:f.Caret+1])
		})
	}
}

func TestParseDepth(t *testing.T) {
	for _, open := range []string{"[", `{"a":`} {
		body := `{"status": "OK", "data": ` + strings.Repeat(open, 100_000)
		r := Parse("", frame(body, wire.Terminator))
		require.Len(t, r.Faults, 1)
		assert.Equal(t, "WIRE-1", r.Faults[0].Requirement)
	}
}

func BenchmarkParse(b *testing.B) {
	f := frame(`{"status": "OK", "data": [{"from": "budi", "text": "halo siti, apa kabar?"}]}`, wire.Terminator)
	for b.Loop() {
		Parse("inbox", f)
	}
}
