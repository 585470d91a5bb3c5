package wire_test

import (
	"encoding/json"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// FuzzReadResult: whatever a server sends, in whatever segments, every byte of it
// is in one frame or left over, no frame is beyond taking apart, and what has no
// fault is a result.
func FuzzReadResult(f *testing.F) {
	for _, seed := range []string{
		"",
		wire.Terminator,
		`{"status": "OK", "data": "token"}` + wire.Terminator,
		`{"status": "ERROR", "data": "request tidak dikenali"}` + wire.Terminator + `{"status": "OK", "data": []}` + wire.Terminator,
		` {"data": {"siti": ["halo", 1e999, null, true]}, "status": "OK"} ` + wire.Terminator,
		`{"status": "OK", "data": "[{\"dari\": \"siti\", \"pesan\": \"halo\"}]"}` + wire.Terminator,
		`{"status": "OK", "data": "[{'dari': 'siti', 'pesan': 'halo'}]"}` + wire.Terminator,
		`{"status": "OK", "data": "\ud800 \u0000"}` + "\n{}\r\n",
		`{"status": "OK", "status": "ERROR", "data": null}` + wire.Terminator,
		"\ufeff{\"status\": \"OK\"}\r\n\r\n\r\n{\"status\": 1, \"data\": \"\xff\"}",
		`{'status': 'OK', 'data': {"status": 1}}` + wire.Terminator + `[{"status": "OK"}]` + wire.Terminator,
		`{"data": NaN}{"status":"OK","data":1}{` + wire.Terminator,
		`HTTP/1.1 400 Bad Request` + wire.Terminator + `{"status": "OK", "data"`,
		strings.Repeat("[", 20_000) + wire.Terminator,
		`{"status":"OK","data":` + strings.Repeat("[", 2_000) + strings.Repeat("]", 2_000) + "}" + wire.Terminator,
	} {
		f.Add([]byte(seed), len(seed)/2)
	}
	f.Fuzz(func(t *testing.T, stream []byte, cut int) {
		cut = min(max(cut, 0), len(stream))
		client, server := net.Pipe()
		go func() {
			_, _ = server.Write(stream[:cut])
			_, _ = server.Write(stream[cut:])
			_ = server.Close()
		}()
		c := wire.Over(client, "budi", wire.NewLog())
		defer c.Close()
		var whole []byte
		for {
			f, err := c.Read(t.Context(), wire.Patience{Wait: 10 * time.Second})
			if err != nil {
				require.ErrorIs(t, err, wire.ErrClosed)
				whole = append(whole, f.Raw...)
				break
			}
			require.Equal(t, string(f.Raw), string(f.Body)+f.End)
			assert.NotContains(t, string(f.Body), wire.Terminator)
			whole = append(whole, f.Raw...)
			judge(t, session.Parse("inbox", f))
		}
		if len(stream) <= 64<<10 {
			require.Equal(t, string(stream), string(whole))
		}
	})
}

func judge(t *testing.T, r session.Result) {
	t.Helper()
	for _, fault := range r.Faults {
		assert.Regexp(t, `^WIRE-[1-5]$`, fault.Requirement)
		assert.False(t, fault.Failure.Message.IsZero())
		assert.NotEmpty(t, fault.Failure.Expected)
		assert.GreaterOrEqual(t, fault.Failure.Caret, 0)
		assert.LessOrEqual(t, fault.Failure.Caret, len(fault.Failure.Actual))
	}
	if len(r.Faults) == 0 {
		assert.True(t, json.Valid(r.Frame.Body), "%q", r.Frame.Body)
		assert.Equal(t, wire.Terminator, r.Frame.End)
		assert.True(t, r.OK() != r.Refused())
		assert.True(t, r.HasData)
	}
	// None of these may stumble, whatever data is.
	texts := []string{"halo", "a"}
	for _, text := range texts {
		found := session.Contains(r.Data, text)
		assert.Equal(t, found, session.Copies(r.Data, text) > 0)
		assert.Equal(t, found, session.CopiesByLine(r.Data, text) > 0)
		assert.Subset(t, []string{"siti", "budi"}, session.Attributed(r.Data, text, []string{"siti", "budi"}))
	}
	if order, known := session.Order(r.Data, texts); known {
		assert.ElementsMatch(t, []int{0, 1}, order)
	}
	session.Mentions(r.Data, "siti")
	session.Empty(r.Data)
}
