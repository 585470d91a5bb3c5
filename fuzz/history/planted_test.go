package history

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// pause is how long a planted race leaves its gap open: the work between a
// check and what rests on it.
const pause = 200 * time.Microsecond

// on decorates one command.
func on(command string, f func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result) decorator {
	return func(next chat.Handler) chat.Handler {
		return chat.HandlerFunc(func(ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			if r.Command != command {
				return next.Handle(ctx, s, r)
			}
			return f(next, ctx, s, r)
		})
	}
}

// overlapping tells a decorated command whether another of its kind is under
// way.
func overlapping(command string, f func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request, raced bool) chat.Result) decorator {
	var inside, arrivals atomic.Int64
	return on(command, func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		before, others := arrivals.Add(1), inside.Add(1)
		defer inside.Add(-1)
		time.Sleep(pause)
		return f(next, ctx, s, r, others > 1 || arrivals.Load() != before)
	})
}

func ok(data any) chat.Result { return chat.Result{Status: chat.OK, Data: data} }

func address(r chat.Request) (user, text string) {
	to, text, _ := strings.Cut(r.Rest, " ")
	user, _, _ = chat.ParseAddress(to)
	return user, text
}

// races go wrong only where requests overlap.
var races = map[string]struct {
	plant decorator
	want  []string // one of these at least
}{
	"two register one name": {on("register", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		name, password, _ := strings.Cut(r.Rest, " ")
		taken := s.State().HasUser(name)
		time.Sleep(pause)
		result := next.Handle(ctx, s, r)
		if !taken && result.Status != chat.OK && s.State().SetPassword(name, password) == nil {
			return ok("user sudah teregistrasi")
		}
		return result
	}), []string{"ROBUST-11"}},
	"the last to register sets the password": {on("register", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		name, password, _ := strings.Cut(r.Rest, " ")
		taken := s.State().HasUser(name)
		time.Sleep(pause)
		result := next.Handle(ctx, s, r)
		if !taken && result.Status != chat.OK {
			_ = s.State().SetPassword(name, password)
		}
		return result
	}), []string{"REGISTER-5"}},
	"two make one group": {on("creategroup", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		id, _, _ := strings.Cut(r.Rest, " ")
		taken := s.State().Members(id) != nil
		time.Sleep(pause)
		result := next.Handle(ctx, s, r)
		if !taken {
			return ok("grup sudah dibuat")
		}
		return result
	}), []string{"CREATEGROUP-5"}},
	"a read loses what arrives meanwhile": {on("inbox", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		messages := s.State().Peek(s.User())
		if s.User() == "" || messages == nil {
			return next.Handle(ctx, s, r)
		}
		time.Sleep(pause)
		s.State().Take(s.User())
		return ok(messages)
	}), []string{"ROBUST-12"}},
	"a send writes back the inbox it read": {on("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
		user, _ := address(r)
		before := s.State().Peek(user)
		time.Sleep(pause)
		if s.User() != "" {
			s.State().Take(user)
			for _, m := range before {
				_ = s.State().Deliver(m, user)
			}
		}
		return next.Handle(ctx, s, r)
	}), []string{"ROBUST-12"}},
	"a send that meets another is repeated": {overlapping("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request, raced bool) chat.Result {
		if raced {
			next.Handle(ctx, s, r)
		}
		return next.Handle(ctx, s, r)
	}), []string{"ROBUST-12"}},
	"the addressee is shared by all": {func() decorator {
		var to atomic.Value
		return on("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			address, text, _ := strings.Cut(r.Rest, " ")
			to.Store(address)
			time.Sleep(pause / 20)
			return next.Handle(ctx, s, chat.Parse("send "+to.Load().(string)+" "+text))
		})
	}(), []string{"SEND-6", "ROBUST-12"}},
	"a send that meets another fails and is delivered": {overlapping("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request, raced bool) chat.Result {
		result := next.Handle(ctx, s, r)
		if raced {
			return chat.Fail("coba lagi")
		}
		return result
	}), []string{"SEND-10"}},
	"messages of one sender change places": {func() decorator {
		var mu sync.Mutex
		held := map[string]chat.Request{}
		deliver := func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) {
			user, text := address(r)
			_ = s.State().Deliver(chat.Message{From: s.User(), Text: text}, user)
		}
		send := on("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			if s.User() == "" {
				return next.Handle(ctx, s, r)
			}
			mu.Lock()
			defer mu.Unlock()
			user, _ := address(r)
			key := s.User() + " " + user
			last, waits := held[key]
			if !waits {
				held[key] = r
				return ok("pesan sudah terkirim")
			}
			delete(held, key)
			result := next.Handle(ctx, s, r)
			deliver(next, ctx, s, last)
			return result
		})
		inbox := on("inbox", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			mu.Lock()
			for key, r := range held {
				deliver(next, ctx, s, r)
				delete(held, key)
			}
			mu.Unlock()
			return next.Handle(ctx, s, r)
		})
		return func(next chat.Handler) chat.Handler { return inbox(send(next)) }
	}(), []string{"SEND-13"}},
	"a logout that meets a send ends the sender's session": {func() decorator {
		var logouts atomic.Int64
		logout := on("logout", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			logouts.Add(1)
			return next.Handle(ctx, s, r)
		})
		send := on("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			before := logouts.Load()
			time.Sleep(pause)
			result := next.Handle(ctx, s, r)
			if logouts.Load() != before {
				s.Close()
			}
			return result
		})
		return func(next chat.Handler) chat.Handler { return logout(send(next)) }
	}(), []string{"LOGOUT-5"}},
	"a logout that meets a send is forgotten": {func() decorator {
		var sends atomic.Int64
		send := on("send", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			sends.Add(1)
			return next.Handle(ctx, s, r)
		})
		logout := on("logout", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
			before := sends.Load()
			time.Sleep(pause)
			if s.User() != "" && sends.Load() != before {
				return ok("sudah logout")
			}
			return next.Handle(ctx, s, r)
		})
		return func(next chat.Handler) chat.Handler { return logout(send(next)) }
	}(), []string{"LOGOUT-3"}},
	"sessions change hands": {func() decorator {
		var last atomic.Pointer[string]
		return overlapping("auth", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request, raced bool) chat.Result {
			result := next.Handle(ctx, s, r)
			user := s.User()
			if before := last.Swap(&user); raced && before != nil && *before != "" {
				s.Open(*before)
			}
			return result
		})
	}(), []string{"SEND-6", "ROBUST-12", "SENDGROUP-5"}},
	"one of two reads takes another's mail": {overlapping("inbox", func(next chat.Handler, ctx context.Context, s *chat.Session, r chat.Request, raced bool) chat.Result {
		if result := next.Handle(ctx, s, r); !raced || result.Status != chat.OK {
			return result
		}
		return ok([]chat.Message{})
	}), []string{"ROBUST-12"}},
}
