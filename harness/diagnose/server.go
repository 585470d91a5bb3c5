package diagnose

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// serverCauses are mistakes about other servers.
var serverCauses = []cause{
	{
		slug: "port-kept-as-text",
		says: text("The port of a server is kept as text: `addserver` takes anything for one, and `connect` fails with it.",
			"Port server disimpan sebagai teks: `addserver` menerima apa pun, lalu `connect` gagal karenanya."),
		fix: text("Turn PARAMETER3 into a number in `addserver`, as with int(port), and answer ERROR where it is none from 1 to 65535.",
			"Ubah PARAMETER3 menjadi angka di `addserver`, misalnya int(port), dan jawab ERROR bila bukan angka 1 sampai 65535."),
		sees: seesPort,
	},
}

// reachable are the requirements that fail when a server that is there is not
// reached.
var reachable = strings.Fields("ADDSERVER-6 CONNECT-1 CONNECT-4 FEDERATION-1 FEDERATION-7")

// mistyped is what runtimes say of a port that is a text.
var mistyped = regexp.MustCompile(`integer|'str'|must be int|strconv|ERR_SOCKET_BAD_PORT|getsockaddrarg`)

func seesPort(b *book, s *scene) (finding, bool) {
	wordy := func(_ *scene, x *exchange) bool {
		if !x.is("addserver") || len(x.words) != 4 || !x.accepted() {
			return false
		}
		_, err := strconv.Atoi(x.words[3])
		return err != nil
	}
	tried := func(s *scene, x *exchange) bool {
		return x.is("connect") && len(x.words) == 2 && slices.ContainsFunc(s.asked, func(y *exchange) bool {
			return y.is("addserver") && y.accepted() && y.turn < x.turn && y.param(1) == x.param(1)
		})
	}
	// That nobody answers there, or a stranger, is a reason to fail of its own.
	failed := func(s *scene, x *exchange) bool {
		return s.Status == verdict.Fail && slices.Contains(reachable, s.Requirement) && tried(s, x) && !x.accepted() && (x.result != nil || x.ended != "")
	}
	worked := func(s *scene, x *exchange) bool { return tried(s, x) && x.accepted() }
	if !b.any(wordy) || !b.any(failed) || b.any(worked) {
		return finding{}, false
	}
	here := slices.ContainsFunc(s.asked, func(x *exchange) bool { return wordy(s, x) || failed(s, x) })
	area, _, _ := strings.Cut(s.Requirement, "-")
	if !here || !slices.Contains([]string{"ADDSERVER", "CONNECT", "FEDERATION"}, area) || s.Requirement == "CONNECT-7" {
		return finding{}, false
	}
	return finding{sure: b.any(func(s *scene, x *exchange) bool { return failed(s, x) && mistyped.Match(x.raw) })}, true
}
