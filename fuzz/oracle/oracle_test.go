package oracle_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz/oracle"
)

// dialogue plays lines such as "1 inbox => OK []" against a model: a connection
// (p1 leads to the second server), a request, and its result: OK or ERROR and
// data, or "closed", "silent", "unread", or "left" alone. It gives the first
// verdict, or what was lost at the end.
func dialogue(t *testing.T, lines string) *oracle.Verdict {
	t.Helper()
	return dialogueOf(t, facts(), lines)
}

func dialogueOf(t *testing.T, f oracle.Facts, lines string) *oracle.Verdict {
	t.Helper()
	m := oracle.New(f)
	for line := range strings.Lines(strings.TrimSpace(lines)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		conn, rest, _ := strings.Cut(line, " ")
		c := oracle.Conn{N: int(conn[len(conn)-1] - '0')}
		if conn[0] == 'p' {
			c.Server = 1
		}
		request, result, _ := strings.Cut(rest, " => ")
		// Names are spelt short here; the model wants them as long as real ones.
		request, result = long.Replace(request), long.Replace(result)
		var v *oracle.Verdict
		switch result {
		case "closed", "silent":
			v = m.Unanswered(c, []byte(request), result == "silent")
		case "unread":
			m.Unread(c, []byte(request))
		case "":
			m.Ended(c)
		default:
			status, data, _ := strings.Cut(result, " ")
			if data == "" {
				data = `"x"`
			}
			r, clean := oracle.Scan([]byte(`{"status":"` + status + `","data":` + data + `}`))
			require.True(t, clean, "%s", line)
			r.Raw = r.Data
			v = m.Answered(c, []byte(request), &r)
		}
		if v != nil {
			return v
		}
	}
	return m.Lost()
}

func facts() oracle.Facts {
	return oracle.Facts{
		IDs: [2]string{"alpha", "beta"}, File: "laporan.txt", Vacant: "9", Mark: "9zz", Word: 5,
		Alone: true, Names: [2]string{"budibudi", "budibudi"}, Passwords: [2]string{"Rahasia1", "Rahasia1"},
	}
}

var long = strings.NewReplacer("budi", "budibudi", "siti", "sitisiti", "tono", "tonotono", "wati", "watiwati", "kelas", "kelaskel", "PW", "Rahasia1", "PV", "Rahasia2", "timur", "timurtim", "barat", "baratbar",
	"BUDI", "BUDIBUDI", "Budi", "BudiBudi", "KELAS", "KELASKEL", "TIMUR", "TIMURTIM")

// users registers budi, siti and tono and logs budi in on 1, siti on 2.
const users = `
1 register budi PW => OK
2 register siti PW => OK
3 register tono PW => OK
1 auth budi PW => OK "t1"
2 auth siti PW => OK "t2"
`

// linked has each server know the other.
const linked = users + `
p1 register wati PW => OK
p1 auth wati PW => OK "t9"
p1 addserver alpha 127.0.0.1 1 => OK
1 addserver beta 127.0.0.1 2 => OK
`

func TestVerdicts(t *testing.T) {
	for _, c := range []struct{ name, lines, want string }{
		// One rule each, broken.
		{"AUTH-1", users + "1 logout => OK\n4 auth wati PW => ERROR\n1 auth budi PW => ERROR", "LOGOUT-4 refused"},
		{"REGISTER-3", "1 register budi PW => OK\n1 auth budi PW => ERROR\n1 inbox => ERROR", "REGISTER-3 refused"},
		{"AUTH-2", "1 auth budi => OK", "AUTH-2 accepted"},
		{"AUTH-3", "1 register budi PW => OK\n2 auth budi PV => OK", "AUTH-3 accepted"},
		{"AUTH-4", "1 auth budi PW => OK", "AUTH-4 accepted"},
		{"AUTH-5", "1 register budi PW => OK\n2 auth budi PV => ERROR\n2 inbox => OK []", "AUTH-5 accepted"},
		{"AUTH-6", "1 register budi PW => OK\n2 auth budi PWx => OK", "AUTH-6 accepted"},
		{"AUTH-7", users + "3 auth tono PW => OK \"t1\"", "AUTH-7 token"},
		{"LOGOUT-1", users + "1 logout => ERROR", "LOGOUT-1 refused"},
		{"LOGOUT-2", "1 logout => OK", "LOGOUT-2 accepted"},
		{"LOGOUT-3", users + "1 logout => OK\n1 send siti@alpha 9zzaa x => OK", "LOGOUT-3 accepted"},
		{"LOGOUT-4", users + "1 logout => OK\n1 auth budi PW => ERROR", "LOGOUT-4 refused"},
		{"LOGOUT-5", users + "1 logout => OK\n2 inbox => ERROR", "LOGOUT-5 refused"},
		{"LOGOUT-6", users + "1 logout => OK\n1 logout => OK", "LOGOUT-6 accepted"},
		{"REGISTER-1", "1 register budi PW => ERROR", "REGISTER-1 refused"},
		{"REGISTER-2", "1 register budi => OK", "REGISTER-2 accepted"},
		{"REGISTER-4", "1 register budi PW => OK\n2 register budi PV => OK", "REGISTER-4 accepted"},
		{"REGISTER-5", "1 register budi PW => OK\n2 register budi PV => ERROR\n2 auth budi PV => OK", "REGISTER-5 accepted"},
		{"SEND-1", users + "1 send siti@alpha 9zzaa x => ERROR", "SEND-1 refused"},
		{"SEND-2", users + "1 send siti@alpha => OK", "SEND-2 accepted"},
		{"SEND-3", "3 register siti PW => OK\n1 send siti@alpha 9zzaa x => OK", "SEND-3 accepted"},
		{"SEND-4", users + "1 send siti@alpha 9zzaa x => OK\n2 inbox => OK []", "SEND-4 lost"},
		{"SEND-5", users + `1 send siti@alpha 9zzaa halo dunia => OK` + "\n" + `2 inbox => OK ["budi: 9zzaa halo"]`, "SEND-5 changed"},
		{"SEND-6", users + `1 send siti@alpha 9zzaa x => OK` + "\n" + `1 inbox => OK ["budi: 9zzaa x"]`, "SEND-6 leaked"},
		{"SEND-7", users + "1 send tono@alpha 9zzaa x => ERROR\n3 left", "SEND-1 refused"},
		{"SEND-8", users + "1 send wati@alpha 9zzaa x => OK", "SEND-8 accepted"},
		{"SEND-9", users + "1 send siti@timur 9zzaa x => OK", "SEND-9 accepted"},
		{"SEND-10", users + "1 send siti@timur 9zzaa x => ERROR\n" + `2 inbox => OK ["budi: 9zzaa x"]`, "SEND-10 leaked"},
		{"SEND-11", users + "1 send siti@alpha 9zzaa x => OK\n" + `2 inbox => OK ["budi: 9zzaa x", "budi: 9zzaa x"]`, "SEND-11 doubled"},
		{"SEND-12", users + "1 send siti@alpha 9zzaa x => OK\n" + `2 inbox => OK ["tono: 9zzaa x"]`, "SEND-12 unsigned"},
		{"SEND-13", users + "1 send siti@alpha 9zzaa x => OK\n1 send siti@alpha 9zzab x => OK\n1 send siti@alpha 9zzac x => OK\n" +
			`2 inbox => OK ["budi: 9zzab x", "budi: 9zzaa x", "budi: 9zzac x"]`, "SEND-13 disordered"},
		{"SEND-14", users + "1 send siti@alpha 9zzaa a  b => OK\n" + `2 inbox => OK ["budi: 9zzaa a b"]`, "SEND-14 changed"},
		{"SEND-15", users + "1 send budi@alpha 9zzaa x => ERROR", "SEND-15 refused"},
		{"INBOX-2", "1 inbox => OK []", "INBOX-2 accepted"},
		{"INBOX-3", users + "1 inbox => ERROR", "INBOX-3 refused"},
		{"INBOX-4", users + "1 send siti@alpha 9zzaa x => OK\n2 inbox => OK []", "SEND-4 INBOX-4 lost"},
		{"INBOX-6", users + "1 send siti@alpha 9zzaa x => OK\n1 inbox => OK []\n2 inbox => OK []", "SEND-4 INBOX-6 lost"},
		{"REGISTER-5 inbox", users + "1 send siti@alpha 9zzaa x => OK\n3 register siti PV => ERROR\n2 inbox => OK []", "REGISTER-5 SEND-4 lost"},
		{"WIRE-8 session", users + "1 send wati@alpha 9zzaa x => ERROR\n1 inbox => ERROR", "INBOX-3 WIRE-8 refused"},
		{"WIRE-9 session", users + "2 auth tono PV => ERROR\n1 inbox => ERROR", "INBOX-3 WIRE-9 refused"},
		{"WIRE-7 due", users + "3 auth tono PV => silent", "WIRE-7 AUTH-3 silent"},
		{"LOGOUT-3 silent", users + "1 logout => OK\n1 inbox => silent", "WIRE-7 LOGOUT-3 silent"},
		{"WIRE-12", users + "1 send siti@alpha 9zzaa é => OK\n" + `2 inbox => OK ["budi: 9zzaa ?"]`, "SEND-14 WIRE-12 changed"},
		{"WIRE-6 words", users + `1 halo => ERROR "apa?"`, "WIRE-6 words"},
		{"WIRE-6 accepted", "1 halo => OK", "WIRE-6 accepted"},
		{"WIRE-7", users + "1 inbox => silent", "WIRE-7 silent"},
		{"WIRE-8", users + `1 halo => ERROR "request tidak dikenali"` + "\n1 inbox => closed", "WIRE-8 closed"},
		{"WIRE-9", users + "4 inbox => OK []", "WIRE-9 accepted"},
		{"CREATEGROUP-1", users + "1 creategroup kelas budi,siti,tono => ERROR", "CREATEGROUP-1 refused"},
		{"CREATEGROUP-5", users + "1 creategroup kelas budi,siti => OK\n1 creategroup kelas budi,siti => OK", "CREATEGROUP-5 accepted"},
		{"CREATEGROUP-6", users + "1 creategroup kelas budi,siti => OK\n2 creategroup kelas siti,tono => ERROR\n1 sendgroup kelas 9zzaa x => OK \"budi siti tono\"\n" +
			"3 auth tono PW => OK \"t3\"\n" + `3 inbox => OK ["budi: 9zzaa x"]`, "CREATEGROUP-6 leaked"},
		{"CREATEGROUP-7", users + "1 creategroup kelas budi,wati => OK", "CREATEGROUP-7 accepted"},
		{"CREATEGROUP-8", users + "1 creategroup kelas budi,wati => ERROR\n1 sendgroup kelas 9zzaa x => OK", "CREATEGROUP-8 accepted"},
		{"SENDGROUP-1", users + "1 creategroup kelas budi,siti => OK\n1 sendgroup kelas 9zzaa x => ERROR", "SENDGROUP-1 refused"},
		{"SENDGROUP-4", users + "1 creategroup kelas budi,siti => OK\n1 sendgroup kelas 9zzaa x => OK \"siti\"\n2 inbox => OK []", "SENDGROUP-4 lost"},
		{"SENDGROUP-6", users + "1 sendgroup kelas 9zzaa x => OK", "SENDGROUP-6 accepted"},
		{"SENDGROUP-9", users + "1 creategroup kelas budi,siti => OK\n1 sendgroup kelas 9zzaa x => OK \"terkirim\"", "SENDGROUP-9 unnamed"},
		{"SENDFILE-1", users + "1 sendfile siti@alpha laporan.txt => ERROR", "SENDFILE-1 refused"},
		{"SENDFILE-4", users + "1 sendfile siti@alpha laporan.txt => OK\n2 inbox => OK []", "SENDFILE-4 lost"},
		{"SENDFILE-8", users + "1 sendfile siti@alpha 9zzaa.txt => OK", "SENDFILE-8 accepted"},
		{"SENDFILE-9", users + "1 sendfile siti@alpha ../9zzaa => OK", "SENDFILE-9 accepted"},
		{"SENDFILEGROUP-7", users + "1 sendfile siti@alpha laporan.txt => OK\n" + `2 inbox => OK ["budi: laporan.txt", "budi: laporan.txt"]`, "SENDFILEGROUP-7 doubled"},
		{"ADDSERVER-1", users + `1 addserver timur 127.0.0.1 9 => ERROR "request tidak dikenali"`, "ADDSERVER-1 refused"},
		{"ADDSERVER-4", users + "1 addserver timur 127.0.0.1 65536 => OK", "ADDSERVER-4 accepted"},
		{"ADDSERVER-5", users + "1 addserver timur !!! 9 => OK", "ADDSERVER-5 accepted"},
		{"CONNECT-5", users + "1 connect timur => OK", "CONNECT-5 accepted"},
		{"CONNECT-6", users + "1 addserver timur 127.0.0.1 9 => OK\n1 connect timur => OK", "CONNECT-6 accepted"},
		{"FEDERATION-4", users + "1 send wati@beta 9zzaa x => OK", "FEDERATION-4 accepted"},
		{"FEDERATION-6", users + "1 addserver timur 127.0.0.1 8 => OK\n1 send wati@timur 9zzaa x => OK", "FEDERATION-6 accepted"},
		{"FEDERATION-1", users + "p1 register wati PW => OK\np1 auth wati PW => OK \"t9\"\n1 send wati@beta 9zzaa x => OK\np1 inbox => OK []", "FEDERATION-1 lost"},
		{"CONNECT-1", linked + "1 connect beta => ERROR\n1 send wati@beta 9zzaa x => ERROR", "CONNECT-1 ADDSERVER-6 refused"},
		{"CONNECT-1 while apart", linked + "1 send wati@beta 9zzaa x => ERROR\n1 connect beta => ERROR", "CONNECT-1 ADDSERVER-6 refused"},
		{"FEDERATION-1 refused", linked + "1 connect beta => OK\n1 send wati@beta 9zzaa x => ERROR", "FEDERATION-1 refused"},
		{"FEDERATION-7 refused", linked + "p1 connect alpha => OK\np1 send budi@alpha 9zzaa x => ERROR", "FEDERATION-7 refused"},
		{"FEDERATION-7 lost", linked + "p1 connect alpha => OK\np1 send budi@alpha 9zzaa x => OK\n1 inbox => OK []", "FEDERATION-7 lost"},
		{"empty data", "1 register budi PW => OK \"\"", "REGISTER-1 empty"},

		// Contradictions of what the server itself showed.
		{"kept, then gone", users + "1 send siti@alpha 9zzaa x => OK\n" + `2 inbox => OK ["budi: 9zzaa x"]` + "\n" + `2 inbox => OK ["budi: 9zzaa x"]` + "\n2 inbox => OK []", "INBOX-4 lost"},
		{"emptied, then back", users + "1 send siti@alpha 9zzaa x => OK\n" + `2 inbox => OK ["budi: 9zzaa x"]` + "\n2 inbox => OK []\n" + `2 inbox => OK ["budi: 9zzaa x"]`, "SEND-11 doubled"},
		{"not in, then in", "1 register budi PW => OK\n1 inbox => ERROR\n1 inbox => OK []", "INBOX-3 refused"},

		// Readings of the open points, all allowed.
		{"listed twice", users + "1 creategroup kelas budi,siti,siti => OK\n1 sendgroup kelas 9zzaa x => OK \"budi siti\"\n" + `2 inbox => OK ["budi: 9zzaa x", "budi: 9zzaa x"]`, ""},
		{"listed twice, file", users + "1 creategroup kelas budi,siti,siti => OK\n1 sendfilegroup kelas laporan.txt => OK \"budi siti\"\n" + `2 inbox => OK ["budi: laporan.txt", "budi: laporan.txt"]`, ""},
		{"register logs in", "1 register budi PW => OK\n1 inbox => OK []\n1 logout => OK", ""},
		{"one session of a user", users + "3 auth budi PW => ERROR\n3 inbox => ERROR\n1 inbox => OK []", ""},
		{"several sessions", users + "3 auth budi PW => OK \"t3\"\n3 inbox => OK []\n1 inbox => OK []", ""},
		{"a newer session ends the older", users + "3 auth budi PW => OK \"t3\"\n1 inbox => ERROR", ""},
		{"a second auth switches", users + "1 auth tono PW => OK \"t3\"\n" + `2 send tono@alpha 9zzaa x => OK` + "\n" + `1 inbox => OK ["siti: 9zzaa x"]`, ""},
		{"a second auth is refused", users + "1 auth tono PW => ERROR\n1 inbox => OK []", ""},
		{"a session outlives its connection", users + "1 left\n3 auth budi PW => ERROR", ""},
		{"closed after logout", users + "1 logout => OK\n1 inbox => closed", ""},
		{"surplus ignored", users + "1 inbox x => OK []\n1 logout y => OK\n1 inbox => ERROR", ""},
		{"message of 4 KiB refused", users + "1 send siti@alpha 9zzaa " + strings.Repeat("x", 4<<10-6) + " => ERROR", "SEND-1 refused"},
		{"message beyond 4 KiB refused", users + "1 send siti@alpha 9zzaa " + strings.Repeat("x", 4<<10-5) + " => ERROR\n2 inbox => OK []", ""},
		{"message beyond 4 KiB cut", users + "1 send siti@alpha 9zzaa " + strings.Repeat("x", 4<<10-5) + " => OK\n2 inbox => OK [\"budi: 9zzaa xx\"]", "SEND-16 changed"},
		{"creator no member", users + "1 creategroup kelas budi,siti,tono => OK\n2 sendgroup kelas 9zzaa x => OK \"tono\"\n1 inbox => OK []", ""},
		{"surplus refused", users + "1 inbox x => ERROR\n1 inbox => OK []", ""},
		{"a password with spaces", "1 register budi PW lagi => OK\n2 auth budi PW => ERROR\n2 auth budi PW lagi => OK", ""},
		{"letter case of a command", users + "1 INBOX => OK []\n1 INBOX => ERROR \"request tidak dikenali\"", ""},
		{"letter case of names", users + "3 auth BUDI PW => ERROR\n3 auth Budi PW => OK \"t3\"", ""},
		{"before auth", `1 halo => ERROR "auth dahulu"`, ""},
		{"an empty line", "1  => ERROR", ""},
		{"plain addresses", users + "1 send siti 9zzaa x => OK\n1 send siti 9zzab x => ERROR\n" + `2 inbox => OK ["budi: 9zzaa x"]`, ""},
		{"newest first", users + "1 send siti@alpha 9zzaa x => OK\n1 send siti@alpha 9zzab x => OK\n" + `2 inbox => OK ["budi: 9zzab x", "budi: 9zzaa x"]`, ""},
		{"what was not read first", users + "1 send siti@alpha 9zzaa x => OK\n1 send siti@alpha 9zzab x => OK\n" + `2 inbox => OK ["budi: 9zzaa x", "budi: 9zzab x"]` + "\n1 send siti@alpha 9zzac x => OK\n" +
			`2 inbox => OK ["budi: 9zzac x", "budi: 9zzaa x", "budi: 9zzab x"]`, ""},
		{"also where nobody waited for the inbox", users + "1 send siti@alpha 9zzaa x => OK\n1 send siti@alpha 9zzab x => OK\n2 inbox => unread\n1 send siti@alpha 9zzac x => OK\n" +
			`2 inbox => OK ["budi: 9zzac x", "budi: 9zzaa x", "budi: 9zzab x"]`, ""},
		{"but what was in its order", users + "1 send siti@alpha 9zzaa x => OK\n1 send siti@alpha 9zzab x => OK\n" + `2 inbox => OK ["budi: 9zzaa x", "budi: 9zzab x"]` + "\n" +
			`2 inbox => OK ["budi: 9zzab x", "budi: 9zzaa x"]`, "SEND-13 disordered"},
		{"keyed by sender", users + "1 send siti@alpha 9zzaa x => OK\n" + `2 inbox => OK {"budi": ["9zzaa x"]}`, ""},
		{"one text", users + "1 send siti@alpha 9zzaa x => OK\n1 send siti@alpha 9zzab é\" => OK\n" + `2 inbox => OK "budi: 9zzaa x\nbudi: 9zzab \u00e9\""`, ""},
		{"shortly after", users + "1 send siti@alpha 9zzaa x => OK\n2 inbox => OK []\n" + `2 inbox => OK ["budi: 9zzaa x"]`, ""},
		{"emptied", users + "1 send siti@alpha 9zzaa x => OK\n" + `2 inbox => OK ["budi: 9zzaa x"]` + "\n2 inbox => OK []", ""},
		{"the sender gets a copy", users + "1 creategroup kelas siti,tono => OK\n1 sendgroup kelas 9zzaa x => OK \"siti tono\"\n" + `1 inbox => OK ["budi: 9zzaa x"]` + "\n" + `2 inbox => OK ["budi: 9zzaa x"]`, ""},
		{"the creator is a member", users + "1 creategroup kelas siti,tono => OK\n2 sendgroup kelas 9zzaa x => OK \"siti tono\"\n" + `1 inbox => OK ["siti: 9zzaa x"]`, ""},
		{"outsiders may not send", users + "1 creategroup kelas budi,tono => OK\n2 sendgroup kelas 9zzaa x => ERROR", ""},
		{"brackets", users + "1 creategroup kelas [budi,siti] => OK\n1 sendgroup kelas 9zzaa x => OK\n" + `2 inbox => OK ["budi: 9zzaa x"]`, ""},
		{"the same id again", users + "1 addserver timur 127.0.0.1 9 => OK\n1 addserver timur 127.0.0.1 9 => ERROR\n1 connect timur => ERROR", ""},
		{"a second auth that fails ends the session", users + "1 auth tono PV => ERROR\n1 inbox => ERROR\n1 auth budi PW => OK \"t3\"", ""},
		{"or does not", users + "1 auth tono PV => ERROR\n1 inbox => OK []\n1 logout => OK", ""},
		{"a user is locked after three wrong passwords", users + "3 auth tono PV => ERROR\n3 auth tono PV => ERROR\n3 auth tono PV => ERROR\n3 auth tono PW => ERROR", ""},
		{"letter case of passwords", users + "3 auth tono rAHASIA1 => OK \"t3\"", ""},
		{"a password that some policy refuses", "1 register budi Rahasia => ERROR\n1 register budi Rahasi-1 => ERROR\n1 register budi rahasia1 => ERROR\n1 register budi Rahasia12 => ERROR", ""},
		{"a name that some policy refuses", "1 register budi7 PW => ERROR\n1 register bud PW => ERROR\n1 register Budi PW => ERROR", ""},
		{"each server counts its tokens", users + "p1 register wati PW => OK\np1 auth wati PW => OK \"t1\"", ""},
		{"linked before", linked + "1 connect beta => ERROR\n1 send wati@beta 9zzaa x => OK\np1 inbox => OK [\"budi: 9zzaa x\"]", ""},
		{"known under another address", users + "p1 register wati PW => OK\n1 addserver beta 127.0.0.1 2 => ERROR\n1 connect beta => ERROR\n1 send wati@beta 9zzaa x => ERROR", ""},
		{"strangers are refused", users + "p1 register wati PW => OK\n1 addserver beta 127.0.0.1 2 => OK\n1 connect beta => ERROR\n1 send wati@beta 9zzaa x => ERROR", ""},
		{"known to who added it", linked + "2 connect beta => ERROR\n2 send wati@beta 9zzaa x => ERROR", ""},
		{"a request in brackets or quotes", users + "1 [inbox] => OK []\n1 \"inbox\" => OK []\n1 [inbox] => ERROR \"apa?\"", ""},
		{"letter case of ids", users + "1 creategroup kelas budi,siti => OK\n1 creategroup KELAS budi,siti => ERROR\n1 sendgroup KELAS 9zzaa x => OK\n2 inbox => OK [\"budi: 9zzaa x\"]\n" +
			"1 addserver timur 127.0.0.1 9 => OK\n1 connect TIMUR => ERROR", ""},
		{"the maker of a group has to be in it", users + "1 creategroup kelas siti,tono => ERROR", ""},
		{"an address is added once", users + "1 addserver timur 127.0.0.1 9 => OK\n1 addserver barat 127.0.0.1 9 => ERROR", ""},
		{"group messages are kept, others not", users + "1 creategroup kelas budi,siti => OK\n1 send siti@alpha 9zzaa x => OK\n1 sendgroup kelas 9zzab x => OK \"siti\"\n" +
			`2 inbox => OK ["budi: 9zzaa x", "budi: 9zzab x"]` + "\n" + `2 inbox => OK ["budi: 9zzab x"]` + "\n" + `2 inbox => OK ["budi: 9zzab x"]`, ""},
		{"kept for the session", users + "1 send siti@alpha 9zzaa x => OK\n" + `2 inbox => OK ["budi: 9zzaa x"]` + "\n" + `2 inbox => OK ["budi: 9zzaa x"]` + "\n2 logout => OK\n2 auth siti PW => OK \"t3\"\n2 inbox => OK []", ""},
		{"shown again to each session", users + "1 send siti@alpha 9zzaa x => OK\n" + `2 inbox => OK ["budi: 9zzaa x"]` + "\n2 inbox => OK []\n2 logout => OK\n2 auth siti PW => OK \"t3\"\n" + `2 inbox => OK ["budi: 9zzaa x"]`, ""},
		{"the same file twice, shown once", users + "1 sendfile siti@alpha laporan.txt => OK\n3 auth tono PW => OK \"t3\"\n3 sendfile siti@alpha laporan.txt => OK\n" + `2 inbox => OK {"berkas": {"laporan.txt": "tono"}}`, ""},
		{"and the second under another name", users + "1 sendfile siti@alpha laporan.txt => OK\n" + `2 inbox => OK ["budi: laporan.txt"]` + "\n1 sendfile siti@alpha laporan.txt => OK\n" + `2 inbox => OK ["budi: laporan (1).txt"]`, ""},
		{"a file that is there already", users + "1 sendfile siti@alpha laporan.txt => OK\n1 sendfile siti@alpha laporan.txt => ERROR\n" + `2 inbox => OK ["budi: laporan.txt"]`, ""},
		{"a file by its last name", users + "1 sendfile siti@alpha ../laporan.txt => OK\n1 sendfile siti@alpha /x/laporan.txt => OK\n1 sendfile siti@alpha x/../laporan.txt => OK", ""},
		{"a file to oneself", users + "1 sendfile budi@alpha laporan.txt => ERROR", ""},
		{"files in a folder of their addressee", users + "1 sendfile siti@alpha laporan.txt => OK\n" + `2 inbox => OK [{"dari": "budi", "file": "simpanan/siti/laporan.txt"}]`, ""},
		{"files by sender", users + "1 creategroup kelas budi,siti => OK\n2 sendfile siti@alpha laporan.txt => OK\n1 sendfilegroup kelas laporan.txt => OK\n" + `2 inbox => OK {"budi": ["laporan.txt"], "siti": ["laporan.txt"]}`, ""},
		{"a group with somebody elsewhere, of whom only some got it", users + "1 creategroup kelas budi,siti,wati@beta => OK\n1 sendgroup kelas 9zzaa x => ERROR\n" + `2 inbox => OK ["budi: 9zzaa x"]`, ""},
		{"by sender, beside a group that somebody took for a user", users + "1 send kelas@alpha 9zzaa x => ERROR\n1 creategroup kelas budi,siti => OK\n1 sendgroup kelas 9zzab x => OK \"siti\"\n1 sendfilegroup kelas laporan.txt => OK\n" +
			`2 inbox => OK {"budi": [{"isi": "9zzab x", "grup": "kelas"}, {"berkas": "laporan.txt", "grup": "kelas"}], "tono": []}`, ""},
		{"or for whom one is called", users + "1 creategroup tono budi,siti => OK\n1 sendgroup tono 9zzab x => OK \"siti\"\n1 sendfilegroup tono laporan.txt => OK\n" +
			`2 inbox => OK {"budi": [{"isi": "9zzab x", "grup": "tono"}, {"berkas": "laporan.txt", "grup": "tono"}], "siti": []}`, ""},
		{"addressee and sender in each", users + "1 send siti@alpha 9zzaa x => OK\n3 auth tono PW => OK \"t3\"\n3 send siti@alpha 9zzab x => OK\n" +
			`2 inbox => OK [{"kepada":"siti","dari":"budi","isi":"9zzaa x"},{"kepada":"siti","dari":"tono","isi":"9zzab x"}]`, ""},
		{"a beginning of each beside it", users + "1 send siti@alpha 9zzaa halo dunia => OK\n" + `2 inbox => OK [{"dari":"budi","ringkas":"9zzaa ha…","isi":"9zzaa halo dunia"}]`, ""},
		{"another server sends side by side", users + "p1 register wati PW => OK\np1 auth wati PW => OK \"t9\"\n1 send wati@beta 9zzaa x => OK\n1 send wati@beta 9zzab x => OK\n1 send wati@beta 9zzac x => OK\n" +
			`p1 inbox => OK ["budi: 9zzab x", "budi: 9zzaa x", "budi: 9zzac x"]`, ""},

		{"another server that answers too late", linked + "1 connect beta => OK\n2 send wati@beta 9zzaa x => ERROR\n" + `p1 inbox => OK ["siti: 9zzaa x"]`, ""},
		{"or takes a file too late", linked + "1 connect beta => OK\n1 sendfile wati@beta laporan.txt => ERROR\n" + `p1 inbox => OK ["budi: laporan.txt"]`, ""},
		{"but not before there is a link", linked + "2 send wati@beta 9zzaa x => ERROR\n" + `p1 inbox => OK ["siti: 9zzaa x"]`, "SEND-10 leaked"},
		{"nor for a guest", linked + "1 connect beta => OK\n4 send wati@beta 9zzaa x => ERROR\n" + `p1 inbox => OK ["siti: 9zzaa x"]`, "SEND-10 leaked"},
		{"no address where nobody listens", users + "1 addserver timur 127.0.0.1 9 => ERROR", ""},
		{"a newer session ends the connection of the older", users + "3 auth budi PW => OK \"t3\"\n1 inbox => closed", ""},
		{"so may one that is not heard of", users + "3 auth budi PW => unread\n3 left\n1 inbox => closed", ""},
		{"but not another user's", users + "3 auth tono PW => OK \"t3\"\n1 inbox => closed", "WIRE-7 closed"},
		{"the maker of a group alone sends to it", users + "1 creategroup kelas budi,siti => OK\n2 sendgroup kelas 9zzaa x => ERROR\n2 sendfilegroup kelas laporan.txt => ERROR", ""},
		{"files under their name", users + "1 sendfile siti@alpha laporan.txt => OK\n2 sendfile siti@alpha laporan.txt => OK\n" + `2 inbox => OK {"berkas": {"laporan.txt": [{"dari": "budi"}, {"dari": "siti"}]}}`, ""},
		{"files in a chain", users + "1 sendfile siti@alpha laporan.txt => OK\n2 sendfile siti@alpha laporan.txt => OK\n" +
			`2 inbox => OK {"pesan": "berkas", "dari": "siti", "berkas": "laporan.txt", "sebelumnya": {"pesan": "berkas", "dari": "budi", "berkas": "laporan.txt", "sebelumnya": null}}`, ""},
		{"one file of a name", users + "1 sendfile siti@alpha laporan.txt => OK\n" + `2 inbox => OK ["budi: laporan.txt"]` + "\n1 sendfile siti@alpha laporan.txt => OK\n2 inbox => OK []", ""},
		{"every letter escaped", users + `1 halo => ERROR "\u0072\u0065\u0071\u0075\u0065\u0073\u0074\u0020tidak\u0020dikenali"` + "\n" + `1 halo => ERROR {"pesan": "reques\u0074 tidak dikenali"}` + "\n" + `1 halo => ERROR "request tidak\/dikenali"`, "WIRE-6 words"},
		{"a slash escaped", users + `1 halo => ERROR {"pesan": "request tidak dikenali: \/"}`, ""},
		{"other spaces separate words", users + "4 auth budi\u3000PW x => OK \"t4\"\n4 left\n5 register wati\u2003PW x => OK\n5 left\n6 register wati PW => ERROR\n1 creategroup kelas\u00a0budi,siti x => OK\n1 creategroup kelas budi,siti => ERROR", ""},
		{"in a message they stay", users + "1 send siti@alpha 9zzaa a\u3000b => OK\n" + `2 inbox => OK ["budi: 9zzaa a b"]`, "SEND-14 WIRE-12 changed"},
		{"and may send to another", users + "1 send siti@alpha\u00a0x 9zzaa y => OK\n" + `2 inbox => OK ["budi: x 9zzaa y"]`, ""},
		{"what a server need not take may send as another text", users + "1 send siti@alpha 9zzaa\xfe\\ => ERROR\n" + `2 inbox => OK ["budi: 9zzaa?x"]`, ""},
		{"a tab may read an inbox", users + "1 send siti@alpha 9zzaa x => OK\n2 inbox\t => ERROR\n2 inbox => OK []", ""},

		// What may have happened.
		{"a send that may have been", users + "1 send siti@alpha 9zzaa x => unread\n1 left\n" + `2 inbox => OK ["budi: 9zzaa x"]`, ""},
		{"or not", users + "1 send siti@alpha 9zzaa x => unread\n1 left\n2 inbox => OK []", ""},
		{"but only once", users + "1 send siti@alpha 9zzaa x => unread\n1 left\n" + `2 inbox => OK ["budi: 9zzaa x", "budi: 9zzaa x"]`, "SEND-11 doubled"},
		{"a file that may come after the group was made", users + "1 creategroup kelas budi,wati => ERROR\n1 sendfilegroup kelas laporan.txt => unread\n1 left\n2 creategroup kelas budi,siti => OK\n" +
			`2 inbox => OK [{"dari": "budi", "file": "laporan.txt"}]`, ""},
		{"a message likewise", users + "1 creategroup kelas budi,wati => ERROR\n1 sendgroup kelas 9zzaa x => unread\n1 left\n2 creategroup kelas budi,siti => OK\n" +
			`2 inbox => OK ["budi: 9zzaa x"]`, ""},
		{"a register that may have been", "1 register budi PW => unread\n1 left\n2 register budi PV => ERROR\n2 auth budi PW => OK \"t\"", ""},
		{"an inbox read unseen", users + "1 send siti@alpha 9zzaa x => OK\n2 inbox => unread\n2 left\n4 auth siti PW => OK \"t4\"\n4 inbox => OK []", ""},
		{"what a server need not take", users + "1 send siti@alpha 9zzaa \x01 => ERROR\n1 inbox\x00 => closed", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if v := dialogue(t, c.lines); v != nil {
				got = v.Requirement + " " + string(v.Kind)
				if strings.Count(c.want, " ") > 1 {
					got = v.Requirement + " " + v.Also + " " + string(v.Kind)
				}
				require.NotEmpty(t, v.Failure.Message.EN)
				require.NotEmpty(t, v.Failure.Message.ID)
				require.NotEmpty(t, v.Failure.Expected)
			}
			require.Equal(t, c.want, got)
		})
	}
}

// TestNamesOfOthers has a model that knows which names are its own.
func TestNamesOfOthers(t *testing.T) {
	f := facts()
	f.Scope = "zz"
	f.Names[0] = "budizzzz"
	answer := func(m *oracle.Model, request string) *oracle.Verdict {
		r, clean := oracle.Scan([]byte(`{"status":"OK","data":` + strconv.Quote(request) + `}`))
		require.True(t, clean)
		return m.Answered(oracle.Conn{N: 1}, []byte(request), &r)
	}
	for request, want := range map[string]string{
		"auth budizzzz Rahasia1":                     "AUTH-4",
		"auth BUDIZZZZ Rahasia1":                     "AUTH-4",
		`auth {"status": Rahasia1`:                   "",
		"auth budibudi Rahasia1":                     "",
		"send budizzzz@alpha 9zzaa x":                "SEND-8",
		`send "OK"@alpha 9zzaa x`:                    "",
		"send budibudi@alpha 9zzaa x":                "",
		"send sitizzzz@timurtzz 9zzaa x":             "SEND-9",
		"send sitizzzz@timurtim 9zzaa x":             "",
		"sendgroup kelaszzz 9zzaa x":                 "SENDGROUP-6",
		"sendgroup kelaskel 9zzaa x":                 "",
		"creategroup kelaszzz tonozzzz,sitizzzz":     "CREATEGROUP-7",
		"creategroup kelaszzz {\"status\":,sitizzzz": "",
	} {
		m := oracle.New(f)
		require.Nil(t, answer(m, "register sitizzzz Rahasia1"))
		require.Nil(t, answer(m, "auth sitizzzz Rahasia1"))
		got := ""
		if v := answer(m, request); v != nil {
			got = v.Requirement
		}
		require.Equal(t, want, got, request)
	}
}

// TestLinkOfOthers has another session link the servers while this one plays.
func TestLinkOfOthers(t *testing.T) {
	lines := linked + "1 connect beta => ERROR\n1 send wati@beta 9zzaa x => ERROR\n" + `p1 inbox => OK ["budi: 9zzaa x"]`
	f := facts()
	require.NotNil(t, dialogueOf(t, f, lines))
	f.Alone = false
	require.Nil(t, dialogueOf(t, f, lines))
}

func TestScan(t *testing.T) {
	for _, c := range []struct {
		body  string
		clean bool
		data  string
	}{
		{`{"status":"OK","data":"x"}`, true, `"x"`},
		{" {\n \"data\" : {\"a\":[1,\"}\"]} , \"x\":1,\"status\":\"ERROR\"}", true, `{"a":[1,"}"]}`},
		{`{"status":"OK","data":12}`, true, `12`},
		{`{"status":"OK","data":""}`, true, `""`},
		{`{"status":"ERROR","data":" "}`, false, ``},
		{`{"status":"ERROR","data":[ ]}`, false, ``},
		{`{"status":"ok","data":"x"}`, false, ``},
		{`{"status":"OK"}`, false, ``},
		{`{"status":"OK","data":null}`, false, ``},
		{`{"status":"OK","status":"OK","data":1}`, false, ``},
		{`{"st\u0061tus":"OK","status":"OK","data":1}`, false, ``},
		{`[1]`, false, ``}, {``, false, ``}, {`{"status":"OK","data":"x"}x`, false, ``}, {"{\"status\":\"OK\",\"data\":\"\xff\"}", false, ``},
	} {
		r, clean := oracle.Scan([]byte(c.body))
		require.Equal(t, c.clean, clean, "%s", c.body)
		if clean {
			require.Equal(t, c.data, string(r.Data))
		}
	}
}
