package fuzz_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/reference/chat"
)

// FuzzRequest: whatever bytes a request has, a replay file holds them as they
// are, the reference takes them apart without losing one, and the oracle, which
// takes them apart in its own way, never finds fault with what the reference
// answers. Lines go to two users in turn.
func FuzzRequest(f *testing.F) {
	for _, lines := range []string{
		"register a b\nauth a b\nsend a@alpha halo\ninbox\nlogout",
		"send  {budi}  halo \nsend {siti}@ x\n inbox\ninbox \nsend {siti}@alpha@alpha x\nsendgroup  g  x",
		"creategroup g {budi},{siti}\ncreategroup h [{budi},{siti}],\nsendgroup g [1,2]\nsendgroup h x\nsendfilegroup g catatan.txt\nsendfile {budi}@alpha ../catatan.txt\ninbox\ninbox",
		"addserver b 127.0.0.1 1\naddserver b 127.0.0.1 65536\naddserver c [::1] 010\nconnect b\nconnect\nsend {siti}@b x",
		"AUTH {budi} x\nRegister x y\nauth {budi} \nauth {siti} x y\nregister {budi}7 ab\nlogout x\nINBOX\n\n \t\n",
		"\x00\xff\n send\nsend \nauth  \n@@[]\n\\ {} \\{user\ninbox\t\r\n\u2028\u00a0send",
	} {
		f.Add(lines)
	}
	scopes := script.NewScopes(3)
	f.Fuzz(func(t *testing.T, text string) {
		m := newMachines(scopes.Next())
		budi, siti := m.setting.User(m.setting.Dialect, "budi"), m.setting.User(m.setting.Dialect, "siti")
		s := &script.Script{}
		for n, user := range []string{budi, siti} {
			for _, line := range []string{"register " + user + " Rahasia-123", "auth " + user + " Rahasia-123"} {
				s.Steps = append(s.Steps, script.Step{On: script.Conn{N: n + 1}, Parts: []script.Part{script.Lit(line)}})
			}
		}
		text = strings.NewReplacer("{budi}", budi, "{siti}", siti).Replace(text)
		for line := range strings.SplitSeq(text[:min(len(text), 4<<10)], "\n") {
			if len(s.Steps) == 40 {
				break
			}
			q := chat.Parse(line)
			require.Equal(t, line, q.Line)
			require.Equal(t, strings.TrimSuffix(line, " "), strings.TrimSuffix(q.Command+" "+q.Rest, " "))
			st := script.Step{On: script.Conn{N: 1 + len(s.Steps)%2}}
			if line != "" {
				st.Parts = []script.Part{script.Lit(line)}
			}
			s.Steps = append(s.Steps, st)
		}
		again, err := script.Parse(s.String())
		require.NoError(t, err)
		to := &script.Setting{Scope: m.setting.Scope, Dialect: dialect.Spec("alpha")}
		require.Len(t, again.Steps, len(s.Steps))
		for i := range s.Steps {
			require.Equal(t, string(to.Append(nil, &s.Steps[i])), string(to.Append(nil, &again.Steps[i])))
		}
		if v := m.play(s); v != nil {
			t.Fatalf("%s %s: %s\n%.500q\n%s", v.Requirement, v.Kind, v.Failure.Message.EN, v.Failure.Actual, s)
		}
	})
}
