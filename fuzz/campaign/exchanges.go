package campaign

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/protokol-chat/chatspec/fuzz/script"
)

// exchangesText holds what clients say in the scenarios of the feature files,
// one replay file after the other: go test ./cmd/chatspec -run TestExchanges
// -args -exchanges writes it.
//
//go:embed exchanges.replays
var exchangesText string

// exchanges are every other of the first sessions of a campaign: somebody thought
// of each, so they come to what chance takes long to come to.
var exchanges = sync.OnceValue(func() (all []*script.Script) {
	for _, text := range strings.Split(exchangesText, "chatspec replay 1\n")[1:] {
		s, err := script.Parse("chatspec replay 1\n" + text)
		if err != nil {
			panic(err) // a test reads them all
		}
		all = append(all, s)
	}
	return all
})
