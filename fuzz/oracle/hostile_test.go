package oracle_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
)

// TestAnyAnswer gives a model whatever a server may answer to whatever a client
// may send: it may find fault with all of it, but it has to bear it.
func TestAnyAnswer(t *testing.T) {
	pieces := rapid.SampledFrom([]string{
		"auth", "logout", "register", "send", "sendgroup", "sendfile", "inbox", "creategroup", "addserver", "connect", "sendfilegroup", "INBOX", "halo", "",
		"budibudi", "sitisiti", "BUDIBUDI", "kelaskel", "timurtim", "budibudi@alpha", "sitisiti@beta", "budibudi@timurtim", "budibudi,sitisiti", "[budibudi]", "@", ",",
		"Rahasia1", "Rahasia2", "laporan.txt", "../x", "127.0.0.1", "9", "65536", "9zzaa", "9zzab", "9zz", "\x01", "\xff", "é",
	})
	data := rapid.SampledFrom([]string{
		`"x"`, `""`, `[]`, `{}`, `1`, `"request tidak dikenali"`, `["budibudi: 9zzaa x"]`, `{"budibudi": ["9zzaa", "9zzab"], "n": [{"9zzaa": 9}]}`, `"[[[[9zzaa"`, `"9zz"`, `["laporan.txt", "laporan.txt"]`,
	})
	rapid.Check(t, func(t *rapid.T) {
		m := oracle.New(facts())
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			c := oracle.Conn{Server: rapid.IntRange(0, 1).Draw(t, "server"), N: rapid.IntRange(1, 3).Draw(t, "conn")}
			var line []byte
			for i, p := range rapid.SliceOfN(pieces, 1, 5).Draw(t, "line") {
				if i > 0 {
					line = append(line, ' ')
				}
				line = append(line, p...)
			}
			switch rapid.IntRange(0, 9).Draw(t, "fate") {
			case 0:
				m.Unread(c, line)
			case 1:
				m.Unanswered(c, line, rapid.Bool().Draw(t, "silent"))
			case 2:
				m.Ended(c)
			default:
				status := rapid.SampledFrom([]string{"OK", "ERROR"}).Draw(t, "status")
				if r, clean := oracle.Scan([]byte(`{"status":"` + status + `","data":` + data.Draw(t, "data") + `}`)); clean {
					m.Answered(c, line, &r)
				}
			}
		}
		m.Lost()
		m.Readers(0)
		m.Awaited(0, "budibudi")
		m.LoggedIn(oracle.Conn{N: 1})
	})
}
