package history

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// readings differ from the reference where the specification is silent.
var readings = map[string]decorator{
	"an inbox that keeps": on("inbox", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		if s.User() == "" {
			return next.Handle(ctx, s, r)
		}
		return ok(kept(s))
	}),
	"the newest first": on("inbox", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		result := next.Handle(ctx, s, r)
		if messages, ok := result.Data.([]chat.Message); ok {
			slices.Reverse(messages)
		}
		return result
	}),
	"the newest first, kept": on("inbox", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		if s.User() == "" {
			return next.Handle(ctx, s, r)
		}
		messages := kept(s)
		slices.Reverse(messages)
		return ok(messages)
	}),
	"keyed by sender": on("inbox", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		result := next.Handle(ctx, s, r)
		messages, isInbox := result.Data.([]chat.Message)
		if !isInbox {
			return result
		}
		by := map[string][]string{}
		for _, m := range messages {
			by[m.From] = append(by[m.From], m.Text)
		}
		return ok(by)
	}),
	"one text": on("inbox", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		result := next.Handle(ctx, s, r)
		messages, isInbox := result.Data.([]chat.Message)
		if !isInbox {
			return result
		}
		var lines []string
		for i, m := range messages {
			lines = append(lines, fmt.Sprintf("%d. %s: %s", i+1, m.From, m.Text))
		}
		return ok("pesan:\n" + strings.Join(lines, "\n"))
	}),
	"marked as read, the unread first, and all of them again": func() decorator {
		var mu sync.Mutex
		read := map[string]map[string]bool{}
		return on("inbox", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			if s.User() == "" {
				return next.Handle(ctx, s, r)
			}
			mu.Lock()
			defer mu.Unlock()
			if read[s.User()] == nil {
				read[s.User()] = map[string]bool{}
			}
			all := kept(s)
			sorted := slices.Clone(all)
			marked := read[s.User()]
			slices.SortStableFunc(sorted, func(a, b chat.Message) int {
				return cmp.Compare(len(fmt.Sprint(!marked[a.Text])), len(fmt.Sprint(!marked[b.Text])))
			})
			for _, m := range all {
				marked[m.Text] = true
			}
			return ok(map[string]any{"urut": sorted, "semua": all})
		})
	}(),
	"each session sees all once": func() decorator {
		var mu sync.Mutex
		cursors := map[*chat.Session]int{}
		return on("inbox", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			if s.User() == "" {
				return next.Handle(ctx, s, r)
			}
			mu.Lock()
			defer mu.Unlock()
			all := kept(s)
			from := min(cursors[s], len(all))
			cursors[s] = len(all)
			return ok(all[from:])
		})
	}(),
	"messages arrive later": func() decorator {
		var mu sync.Mutex
		type parcel struct {
			to  string
			m   chat.Message
			due time.Time
		}
		var courier []parcel
		send := on("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			user, text := address(r)
			if s.User() == "" || !s.State().HasUser(user) {
				return next.Handle(ctx, s, r)
			}
			mu.Lock()
			defer mu.Unlock()
			courier = append(courier, parcel{user, chat.Message{From: s.User(), Text: text}, time.Now().Add(20 * time.Millisecond)})
			return ok("pesan sudah terkirim")
		})
		inbox := on("inbox", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			mu.Lock()
			for len(courier) > 0 && time.Now().After(courier[0].due) {
				_ = s.State().Deliver(courier[0].m, courier[0].to)
				courier = courier[1:]
			}
			mu.Unlock()
			return next.Handle(ctx, s, r)
		})
		return func(next chat.Handler) chat.Handler { return inbox(send(next)) }
	}(),
	"one session a user": func() decorator {
		var mu sync.Mutex
		holder := map[string]*chat.Session{}
		auth := on("auth", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			user, _, _ := strings.Cut(r.Rest, " ")
			mu.Lock()
			defer mu.Unlock()
			if h := holder[user]; h != nil && h != s {
				return chat.Fail("user sedang aktif di koneksi lain")
			}
			result := next.Handle(ctx, s, r)
			if result.Status == chat.OK {
				holder[user] = s
			}
			return result
		})
		logout := on("logout", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			mu.Lock()
			defer mu.Unlock()
			maps.DeleteFunc(holder, func(_ string, h *chat.Session) bool { return h == s })
			return next.Handle(ctx, s, r)
		})
		return func(next chat.Handler) chat.Handler { return auth(logout(next)) }
	}(),
	"a logout ends all sessions of the user": func() decorator {
		var mu sync.Mutex
		epoch, begun := map[string]int{}, map[*chat.Session]int{}
		return func(next chat.Handler) chat.Handler {
			return chat.HandlerFunc(func(ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
				mu.Lock()
				defer mu.Unlock()
				if u := s.User(); u != "" && begun[s] != epoch[u] {
					s.Close()
				}
				if u := s.User(); u != "" && r.Command == "logout" {
					epoch[u]++
				}
				result := next.Handle(ctx, s, r)
				if r.Command == "auth" && result.Status == chat.OK {
					begun[s] = epoch[s.User()]
				}
				return result
			})
		}
	}(),
	"a second login ends the first": func() decorator {
		var mu sync.Mutex
		holder := map[string]*chat.Session{}
		return func(next chat.Handler) chat.Handler {
			return chat.HandlerFunc(func(ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
				mu.Lock()
				defer mu.Unlock()
				if u := s.User(); u != "" && holder[u] != s {
					s.Close()
				}
				result := next.Handle(ctx, s, r)
				if r.Command == "auth" && result.Status == chat.OK {
					holder[s.User()] = s
				}
				return result
			})
		}
	}(),
	"a small inbox": on("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		if user, _ := address(r); len(s.State().Peek(user)) > 5 {
			return chat.Fail("kotak masuk penuh")
		}
		return next.Handle(ctx, s, r)
	}),
}

// kept is an inbox that reading does not change.
func kept(s *chat.Session) []chat.Message {
	if messages := s.State().Peek(s.User()); messages != nil {
		return messages
	}
	return []chat.Message{}
}
