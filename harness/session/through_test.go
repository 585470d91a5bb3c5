package session

import (
	"encoding/json"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/wire"
)

func TestThrough(t *testing.T) {
	usual := dialect.Results{Text: "message", Token: "tokenid", Inbox: "messages", Unknown: "tidak ada {word}", Textless: true}
	for name, c := range map[string]struct {
		read          dialect.Results
		request, body string
		data          any
		faults        []string
	}{
		"a text":                      {usual, "send a b", `{"status":"OK","message":"terkirim"}`, "terkirim", nil},
		"an error":                    {usual, "auth a b", `{"status":"ERROR","message":"salah"}`, "salah", nil},
		"an empty error":              {usual, "auth a b", `{"status":"ERROR","message":""}`, "", []string{"WIRE-5"}},
		"an error without text":       {usual, "send a b", `{"status":"ERROR"}`, nil, []string{"WIRE-4"}},
		"a token":                     {usual, "auth a b", `{"status":"OK","tokenid":"T","message":"halo"}`, "T", nil},
		"an inbox":                    {usual, "inbox", `{"status":"OK","messages":[]}`, []any{}, nil},
		"an inbox among the texts":    {usual, "inbox", `{"status":"OK","message":"kosong"}`, "kosong", nil},
		"data counts first":           {usual, "send a b", `{"status":"OK","data":1,"message":"x"}`, json.Number("1"), nil},
		"a success apart":             {dialect.Results{Text: "error", Success: "result"}, "send a b", `{"status":"OK","result":"x","error":null}`, "x", nil},
		"an error apart":              {dialect.Results{Text: "error", Success: "result"}, "send a b", `{"status":"ERROR","result":null,"error":"x"}`, "x", nil},
		"no success apart":            {dialect.Results{Text: "error", Success: "result"}, "send a b", `{"status":"OK","error":"x"}`, "x", nil},
		"an unknown request":          {usual, "halo ya", `{"status":"ERROR","message":"tidak ada halo"}`, unknown, nil},
		"another text":                {usual, "halo ya", `{"status":"ERROR","message":"tidak ada hal"}`, "tidak ada hal", nil},
		"an OK is not unknown":        {usual, "halo ya", `{"status":"OK","message":"tidak ada halo"}`, "tidak ada halo", nil},
		"nothing but OK":              {usual, "send a b", `{"status":"OK"}`, "OK", nil},
		"nothing but OK for a token":  {usual, "auth a b", `{"status":"OK"}`, nil, []string{"WIRE-4"}},
		"nothing but OK for an inbox": {usual, "inbox", `{"status":"OK"}`, nil, []string{"WIRE-4"}},
		"to the letter":               {dialect.Results{}, "send a b", `{"status":"OK","message":"x"}`, nil, []string{"WIRE-4"}},
		"a dict":                      {dialect.Results{Form: dialect.Python}, "send a b", `{'status': 'OK', 'data': ['a"b', "it's", ('x', None, True)]}`, []any{`a"b`, "it's", []any{"x", nil, true}}, nil},
		"escapes of a dict":           {dialect.Results{Form: dialect.Python}, "send a b", `{'status': 'OK', 'data': 'a\\b\n\x1b\u65e5\'\U0001f600'}`, "a\\b\n\x1b日'😀", nil},
		"JSON where a dict was":       {dialect.Results{Form: dialect.Python}, "send a b", `{"status": "OK", "data": "x"}`, "x", nil},
		"no dict":                     {dialect.Results{Form: dialect.Python}, "send a b", `{'status': 'OK`, nil, []string{"WIRE-1"}},
		"encoded twice":               {dialect.Results{Form: dialect.Quoted}, "send a b", `"{\"status\": \"OK\", \"data\": \"x\"}"`, "x", nil},
		"a fault within":              {dialect.Results{Form: dialect.Quoted}, "send a b", `"{\"status\": \"ok\", \"data\": \"x\"}"`, "x", []string{"WIRE-3"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := wire.Frame{Raw: []byte(c.body + wire.Terminator), Body: []byte(c.body), End: wire.Terminator}
			r := parse(c.request, f, c.read)
			assert.Equal(t, c.data, r.Data)
			var ids []string
			for _, fault := range r.Faults {
				ids = append(ids, fault.Requirement)
				assert.LessOrEqual(t, fault.Failure.Caret, len(fault.Failure.Actual))
			}
			assert.Equal(t, c.faults, ids)
			assert.Equal(t, c.body+wire.Terminator, string(r.Frame.Raw), "the frame stays as it came")
		})
	}
}

func TestEndOfResults(t *testing.T) {
	for end, read := range map[string]dialect.Results{wire.Terminator: {}, "\n": {End: "\n"}, "": {End: dialect.Nothing}} {
		body := `{"status":"OK","data":1}`
		for _, came := range []string{wire.Terminator, "\n", ""} {
			r := parse("inbox", wire.Frame{Raw: []byte(body + came), Body: []byte(body), End: came}, read)
			assert.Equal(t, came == end || came == wire.Terminator, len(r.Faults) == 0, "%q, %q", end, came)
		}
	}
}

// A client says with each request the token that auth gave, also after logout:
// that it is worth nothing then is for the server to know.
func TestToken(t *testing.T) {
	c := client(t, long, func(line string, conn net.Conn) {
		if line == "auth budi rahasia" {
			write(conn, `{"status": "OK", "tokenid": {"user": "budi", "token": " T-1 "}}`+wire.Terminator)
			return
		}
		echo(line, conn)
	})
	for _, command := range []string{"inbox", "logout", "send"} {
		c.Dialect.WithForm(command, dialect.Letter(command).WithToken(false))
	}
	c.Dialect.Results.Token = "tokenid"
	ask := func(request, want string) {
		t.Helper()
		r, err := c.Do(t.Context(), request)
		require.NoError(t, err)
		assert.Equal(t, want, r.Data)
		assert.Equal(t, request, r.Request)
	}
	ask("inbox", "inbox 00000000-0000-0000-0000-000000000000")
	_, err := c.Auth(t.Context(), "budi", "rahasia")
	require.NoError(t, err)
	ask("inbox", "inbox T-1")
	ask("send siti halo", "send T-1 siti halo")
	ask("logout", "logout T-1")
	ask("inbox", "inbox T-1")
	assert.Empty(t, c.Noted.Faults())
}

func TestTry(t *testing.T) {
	c := client(t, long, func(line string, conn net.Conn) {
		if line == "inbox" {
			echo(line, conn)
		}
	})
	_, err := c.Try(t.Context(), "logout", wire.Patience{Wait: brief})
	require.ErrorIs(t, err, wire.ErrSilent)
	assert.True(t, c.Pace.Patient())
	r, err := c.Try(t.Context(), "inbox", wire.Patience{Wait: long})
	require.NoError(t, err)
	assert.Equal(t, "inbox", r.Data)
	assert.Positive(t, c.Pace.Slowest())
	c.Dialect.Results.Unknown = "x"
	assert.Equal(t, "inbox", c.Again(r).Data)
}

func TestEncoded(t *testing.T) {
	for body, want := range map[string]dialect.Encoding{
		`{"status": "OK"}`:       dialect.JSON,
		`"{\"status\": \"OK\"}"`: dialect.Quoted,
		`{'status': 'OK'}`:       dialect.Python,
	} {
		as, ok := Encoded([]byte(body))
		assert.True(t, ok)
		assert.Equal(t, want, as)
		assert.Equal(t, map[string]any{"status": "OK"}, Fields([]byte(body), as))
	}
	for _, body := range []string{"", "OK", `{"data": 1}`, `[1]`, `"x"`, `{'status': 'OK'`, `{'status': Foo}`, "'", `'\`, "(((", `"\q`} {
		_, ok := Encoded([]byte(body))
		assert.False(t, ok, body)
	}
}

func FuzzFromPython(f *testing.F) {
	f.Add(`{'status': 'OK', "a": (1, None), 'b': 'x\'\u65e5'}`)
	f.Fuzz(func(t *testing.T, s string) {
		fromPython([]byte(s)) // must come to an end
	})
}
