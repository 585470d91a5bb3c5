package chat_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// FuzzMachine has any lines on one connection answered with something that a
// client can read.
func FuzzMachine(f *testing.F) {
	for _, lines := range []string{
		"register a b\nauth a b\nsend a@alpha halo\ninbox\nlogout",
		"register a b\nauth a b\ncreategroup g [a,a@alpha]\nsendgroup g  x\nsendfilegroup g f\ninbox",
		"register a b\nauth a b\naddserver b 127.0.0.1 1\nconnect b\nsend siti@b x\nsendfile a@alpha f",
		"\x00\xff\n send\nsend \nauth  \n@@[]",
	} {
		f.Add(lines)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		m := &chat.Machine{ID: "alpha", State: newState(chat.Limits{}), Files: files{"f": "isi"}, Links: links{}}
		s := chat.NewSession(m.State)
		for line := range strings.Lines(lines) {
			r := m.Handle(t.Context(), s, chat.Parse(strings.TrimSuffix(line, "\n")))
			require.Contains(t, []string{chat.OK, chat.Failed}, r.Status)
			if text, ok := r.Data.(string); ok {
				require.NotEmpty(t, text)
			} else {
				require.IsType(t, []chat.Message{}, r.Data)
				require.NotNil(t, r.Data)
			}
			_, err := json.Marshal(r)
			require.NoError(t, err)
		}
	})
}
