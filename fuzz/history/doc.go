// Package history lets several clients race on a target and judges what they
// saw.
//
// Run has clients, on connections that are already up, register one name at
// once, make one group, send into one inbox, read it meanwhile, log out while
// others send, and break off in the middle of a request. What each asked, when,
// and what came of it is a History. Check judges a History and nothing else: it
// can be recorded, made by hand, or kept.
//
// # What is judged
//
// A history breaks a requirement only if no legal reading of the specification
// explains it. So a message may show at once or shortly after its send was
// answered; reading may empty an inbox, leave it as it is, or mark for each
// session apart what that session has seen; the newest message may stand first
// or last, the same way always; a request without an answer may or may not have
// happened, at any time after it was sent. Each reading is tried on the history
// as a whole, since a server has one.
//
//   - A single pass over each inbox finds messages that are lost, doubled,
//     changed places, stand in a wrong box, or were refused and arrived
//     (ROBUST-12, SEND-4, SEND-6, SEND-10, SEND-11, SEND-13, INBOX-4 and the
//     like of groups). It takes time in proportion to what the reads showed.
//   - What the pass must leave open is searched with porcupine: whether the
//     reads without an answer explain, all together, the messages that nobody
//     saw; and whether the results for one contested name have an order in
//     which they make sense (ROBUST-11, REGISTER-5, CREATEGROUP-5). The
//     histories searched are cut down to one name, or to the few messages and
//     reads of one inbox that matter. A search that takes too long decides
//     nothing.
//   - What each client was answered is held against its own session (WIRE-9,
//     LOGOUT-3, LOGOUT-4, LOGOUT-5).
//
// A race that goes wrong breaks the requirement about races where the
// operations overlapped, and the plain one where nothing else was under way.
//
// # Showing it
//
// A Violation says in words what is wrong and lists the operations that show
// it; Text renders both. WritePage draws the same with porcupine's page: time
// from left to right, a row a client, and how far a legal order goes.
package history
