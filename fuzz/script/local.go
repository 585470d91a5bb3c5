package script

import (
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/dialect"
)

// Local tells whether the step leads the target to nobody but this machine, the
// target itself and its second server. A request that was changed by chance may
// otherwise have it connect to a stranger.
func (st *Step) Local() bool {
	line := strings.ToLower(string(anyone.Append(nil, st)))
	words := strings.FieldsFunc(line, func(r rune) bool { return r <= ' ' })
	for i, word := range words {
		if strings.Contains(word, "addserver") && len(words) > i+2 && !home(words[i+2]) {
			return false
		}
	}
	return true
}

// Local tells whether every step is.
func (s *Script) Local() bool {
	return !slices.ContainsFunc(s.Steps, func(st Step) bool { return !st.Local() })
}

// home tells whether an address is this machine's, or surely none.
func home(address string) bool {
	return address == "127.0.0.1" || address == "[::1]" || strings.ContainsAny(address, "!*$%&/")
}

var anyone = &Setting{
	Scope: "aaaaaaaa", Dialect: dialect.Spec("alpha"), IP: "127.0.0.1", Port: 8889,
	Peer: dialect.Spec("beta"), PeerIP: "127.0.0.1", PeerPort: 8890, Vacant: 1024,
}
