package campaign

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

// staged are faults whose approach shows in legal answers, as it does with many
// servers of others: each stage is a new kind of answer, and only the last breaks
// anything. The catalogue has none, as the reference says the same whatever comes
// next.
var staged = map[string]func(chat.Handler) chat.Handler{
	// A wrong password is counted aloud; after the twelfth any opens the session.
	"staged-tries": func(next chat.Handler) chat.Handler {
		var mu sync.Mutex
		wrong := map[string]int{}
		return chat.HandlerFunc(func(ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			if r.Command != "auth" {
				return next.Handle(ctx, s, r)
			}
			user, _, _ := strings.Cut(r.Rest, " ")
			got := next.Handle(ctx, s, r)
			if got.Status == chat.OK || !s.State().HasUser(user) {
				return got
			}
			mu.Lock()
			defer mu.Unlock()
			if wrong[user]++; wrong[user] > 12 {
				return chat.Result{Status: chat.OK, Data: s.Open(user)}
			}
			return chat.Fail(fmt.Sprintf("sandi salah, sisa %d kali", 12-wrong[user]))
		})
	},
	// Three signs mean something in a message, one within the other; a message with all
	// of them is lost.
	"staged-signs": func(next chat.Handler) chat.Handler {
		return chat.HandlerFunc(func(ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			if r.Command != "send" || s.User() == "" {
				return next.Handle(ctx, s, r)
			}
			one, two, three := strings.Contains(r.Rest, "$("), strings.Contains(r.Rest, "`id"), strings.Contains(r.Rest, "%n")
			if one && two && three {
				return chat.Result{Status: chat.OK, Data: "pesan sudah pergi"}
			}
			got := next.Handle(ctx, s, r)
			switch {
			case got.Status != chat.OK:
			case one && two:
				got.Data = "pesan miring dan tebal sudah pergi"
			case one:
				got.Data = "pesan miring sudah pergi"
			}
			return got
		})
	},
	// Who sends a file after a group was made, and then a message to it, is greeted in
	// other words each time; an inbox read then is refused.
	"staged-order": func(next chat.Handler) chat.Handler {
		var mu sync.Mutex
		stages := map[*chat.Session]int{}
		order := []string{"creategroup", "sendfilegroup", "logout", "auth", "sendgroup", "sendfile", "inbox"}
		return chat.HandlerFunc(func(ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			got := next.Handle(ctx, s, r)
			mu.Lock()
			defer mu.Unlock()
			at := stages[s]
			switch {
			case got.Status != chat.OK || at == len(order):
			case r.Command == order[at]:
				stages[s]++
				if at++; at == len(order) {
					return chat.Fail("kesalahan dalam")
				}
				if text, ok := got.Data.(string); ok && r.Command != "auth" {
					got.Data = text + "; langkah " + fmt.Sprint(at)
				}
			}
			return got
		})
	},
}

// stage puts the staged faults among names on a server, and gives the others.
func stage(cfg *reference.Config, names []string) (others []string) {
	for _, name := range names {
		if wrap, ok := staged[name]; ok {
			cfg.Wrap = wrap
		} else {
			others = append(others, name)
		}
	}
	return others
}
