// Package chat is the server of Protokol Chat v1.0 as a state machine: a
// request goes in, a result comes out. It opens no socket, starts no
// goroutine and reads no clock, so every rule of the protocol can be read,
// and tested, without a network.
//
// A [Machine] holds the rules, a [State] holds what the server remembers, a
// [Session] holds what one connection is. What the machine cannot do itself it
// asks of two interfaces: [Files] reads the files that users send, [Links]
// reaches other servers.
//
// # Decorators
//
// Machine is a [Handler], and so is anything wrapped around one. A decorator
// sees the session and the request before the machine does and the result
// after it; it may rewrite either, call through any number of times, or use
// the operations of State, which need no session:
//
//	func deaf(next chat.Handler) chat.Handler {
//		return chat.HandlerFunc(func(ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
//			if r.Command == "inbox" {
//				s.State().Take(s.User())
//			}
//			return next.Handle(ctx, s, r)
//		})
//	}
//
// # Locking
//
// One mutex inside State guards all of it. Each operation of State takes the
// mutex once, so each is atomic, and none holds it while it hashes a password.
// Files and Links are called without it, so a slow disk or a silent server
// holds up the one user who waits for it.
package chat
