package script_test

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/dialect"
)

const example = `chatspec replay 1
shows SEND-11 doubled

1: register {user budi} {password budi}
2 joined: auth {upper budi} {cutpassword budi}
2: send {address siti} {word 1} halo \{"x"\} \\ \r\n\t \x00 \xff 名 \xe2\x80\xa8\x20
p1 pieces: addserver {self} {selfip} {selfport}
1 dribbled: addserver {peer} {peerip} {peerport}
1 blank: auth {cutuser budi} x
1 half: sendgroup {group kelas} {word 675}
1 dropped: connect {server timur} {vacant}
1 reset: sendfile {file}
1 raw: \x20inbox {fill 10}
1 left:
`

func TestRoundTrip(t *testing.T) {
	s, err := script.Parse(example)
	require.NoError(t, err)
	require.Equal(t, example, s.String())
	require.Equal(t, "SEND-11", s.Requirement)
	require.Equal(t, []string{"budi", "siti"}, s.Users())
	require.True(t, s.NeedsPeer())
	commented, err := script.Parse(strings.ReplaceAll(example, "\n1 blank", "\n# blank\n\n1 blank"))
	require.NoError(t, err)
	require.Equal(t, s, commented)
}

func TestSyntaxErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", `line 1, column 1: expected the line "chatspec replay 1"`},
		{"halo", `line 1, column 1: expected the line "chatspec replay 1"`},
		{"#\nx", `line 1, column 1: expected the line "chatspec replay 1"`},
		{"chatspec replay 1\nx: inbox", "line 2, column 1: expected a connection, 1 to 64 or p1 to p64"},
		{"chatspec replay 1\n65: inbox", "line 2, column 1: expected a connection, 1 to 64 or p1 to p64"},
		{"chatspec replay 1\n\n1 inbox", "line 3, column 3: expected one of whole, joined, pieces, dribbled, blank, half, dropped, reset, raw, left, and a colon"},
		{"chatspec replay 1\n1", "line 2, column 2: expected a colon"},
		{"chatspec replay 1\n1:inbox", "line 2, column 3: expected a space and a request"},
		{"chatspec replay 1\n1 left: inbox", "line 2, column 8: expected nothing: left only closes the connection"},
		{`chatspec replay 1` + "\n" + `1: é\q`, `line 2, column 5: expected one of \\ \{ \} \r \n \t \xNN`},
		{`chatspec replay 1` + "\n" + `1: \xg0`, `line 2, column 4: expected one of \\ \{ \} \r \n \t \xNN`},
		{"chatspec replay 1\n1: }", `line 2, column 4: expected \} for a brace that closes nothing`},
		{"chatspec replay 1\n1: {user budi", `line 2, column 4: expected a reference such as {user budi}, or \{ for a brace`},
		{"chatspec replay 1\n1: {users budi}", "line 2, column 5: expected one of user, upper, cutuser, password, cutpassword, address, group, server, word, fill, self, selfip, selfport, peer, peerip, peerport, vacant, file"},
		{"chatspec replay 1\n1: {user Budi}", "line 2, column 10: expected a role of two to twelve small letters"},
		{"chatspec replay 1\n1: {user budi} {user bunga}", "line 2, column 22: expected a role that does not begin like budi"},
		{"chatspec replay 1\n1: {word 676}", "line 2, column 10: expected a number from 0 to 675"},
		{"chatspec replay 1\n1: {self x}", "line 2, column 9: expected } behind {self"},
		{"chatspec replay 1\n1: \xff", `line 2, column 4: expected text in UTF-8: write any other byte as \xNN`},
		{"chatspec replay 1\nshows SEND-1", "line 2, column 7: expected a requirement and a kind, as in SEND-11 doubled"},
		{"chatspec replay 1\n1: x\nshows SEND-1 lost", "line 3, column 1: expected this line only once, before the first step"},
	} {
		_, err := script.Parse(c.text)
		require.EqualError(t, err, c.want, "%q", c.text)
		var syntax *script.SyntaxError
		require.True(t, errors.As(err, &syntax))
	}
}

func TestNames(t *testing.T) {
	scopes := script.NewScopes(7)
	for _, style := range dialect.Styles() {
		d := dialect.Spec("alpha")
		d.Names, d.Passwords = style, style
		a := script.Setting{Scope: scopes.Next(), Dialect: d}
		b := script.Setting{Scope: scopes.Next(), Dialect: d}
		seen := map[string]bool{}
		for _, s := range []script.Setting{a, b} {
			for _, role := range []string{"budi", "siti", "qa"} {
				name := s.User(d, role)
				require.False(t, seen[name])
				seen[name] = true
				require.Len(t, name, map[dialect.Style]int{dialect.Plain: 12, dialect.Short: 8, dialect.Strict: 12}[style])
				require.GreaterOrEqual(t, len(s.Password(d, role)), 8)
				require.NotContains(t, name, s.Mark())
			}
		}
	}
}

// TestShell runs a script against a server that answers every line, and reads
// what it prints.
func TestShell(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	address := echo(t)
	s, err := script.Parse("chatspec replay 1\n1: register {user budi} {password budi}\n1: it's 100% \\\\ \\{ {word 1}\n1 joined: a\n1: b\n2 pieces: auth {user budi} {password budi}\n2 pieces: auth {upper budi} x\n2 dropped: x\n")
	require.NoError(t, err)
	d := dialect.Spec("alpha")
	d.Names = dialect.Short
	to := &script.Setting{Dialect: d, IP: "127.0.0.1", Port: address.Port}
	text := script.Shell(s, to)
	cmd := exec.CommandContext(t.Context(), bash, "-c", text)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", text, out)
	require.NotContains(t, string(out), "no result", "%s", text)
	require.Regexp(t, `(?m)^   \["register bu[a-j]{6} Bu7[a-j]{8}2"\]$`, string(out))
	require.Regexp(t, `(?m)^   \["it's 100% \\ \{ 9[a-j]{8}ab"\]$`, string(out))
	require.Regexp(t, `(?m)^   \["auth bu[a-j]{6} Bu7[a-j]{8}2"\]$`, string(out))
	require.Regexp(t, `(?m)^   \["auth BU[A-J]{6} x"\]$`, string(out))
	require.Contains(t, string(out), "1: 2 requests at once\n   [\"a\"]\n   [\"b\"]\n")
}

func TestGherkin(t *testing.T) {
	s, err := script.Parse("chatspec replay 1\nshows SEND-11 doubled\n1: register {user budi} {password budi}\n1: auth {user budi} {password budi}\n" +
		"1: send {address budi} {word 1} halo\n2: inbox\n1 reset: x\n2: addserver {server timur} 127.0.0.1 {vacant}\n1: creategroup {group kelas} {user budi},{user siti}\n")
	require.NoError(t, err)
	require.Equal(t, `@SEND-11
Aturan: SEND-11
  Skenario: sesi yang dipersingkat doubled
    Ketika "budi" mendaftar
    Dan "budi" masuk
    Dan "budi" mengirim kepada "budi" pesan: halo
    Dan "tamu" membaca inbox
    # 1 reset: x
    # 2: addserver {server timur} 127.0.0.1 {vacant}
    Dan "budi" mengirim request: creategroup {grup kelas} {nama budi},{nama siti}
    Maka inbox "budi" memuat pesan itu tepat satu kali
`, script.Gherkin(s))
}

func FuzzReplayFile(f *testing.F) {
	f.Add(example)
	f.Add("chatspec replay 1\n1: inbox")
	f.Add("chatspec replay 1\n1: \\x")
	f.Add("chatspec replay 1\r\n# x\r\n1 raw: \\x00\\xff{fill 2097152}\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := script.Parse(text)
		if err != nil {
			return
		}
		again, err := script.Parse(s.String())
		require.NoError(t, err, "%q printed as %q", text, s.String())
		require.Equal(t, s.String(), again.String())
		_ = script.Gherkin(s)
	})
}
