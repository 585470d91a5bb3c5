package history

import "slices"

// sessions holds the results of each client against its own session. Users with
// several clients are left out: whether a logout ends the user's other sessions
// is open.
func sessions(ops []*Operation) []finding {
	clients := map[int][]*Operation{}
	users := map[string][]int{}
	var logouts []*Operation
	for _, op := range ops {
		if op.User == "" {
			continue
		}
		clients[op.Client] = append(clients[op.Client], op)
		if !slices.Contains(users[op.User], op.Client) {
			users[op.User] = append(users[op.User], op.Client)
		}
		if op.Kind == Logout {
			logouts = append(logouts, op)
		}
	}
	var found []finding
	for _, op := range ops { // the first operation of each client stands for it
		own := clients[op.Client]
		if len(own) > 0 && own[0] == op && len(users[op.User]) == 1 {
			found = append(found, followed(own, logouts)...)
		}
	}
	return found
}

// followed judges the operations of one client, one after the other. Once its
// connection was lost the end of the old one may be noticed late, and a server
// where it ends what the user has may take the new session for it: from then on
// only what logout promises is judged.
func followed(ops, logouts []*Operation) []finding {
	var found []finding
	const (
		unsure = iota
		in
		out
	)
	state, since, steady := unsure, ops[0], true
	for _, op := range ops {
		add := func(requirement string, f fault) {
			found = append(found, finding{requirement: requirement, fault: f, subject: op.User, ops: []*Operation{since, op}})
		}
		switch {
		case op.Outcome == Unknown:
			state, steady = unsure, false
		case op.Kind == Auth && op.Outcome == OK:
			state, since = in, op
		case op.Kind == Auth:
			if state == out && steady {
				add("LOGOUT-4", shutOut)
			}
			state, steady = unsure, false
		case op.Kind == Logout && op.Outcome == OK:
			state, since = out, op
		case op.Kind == Register || op.Kind == Logout:
			// register needs no session; why a logout is refused, the next request shows
		case op.Outcome == OK && state == out:
			add("LOGOUT-3", lingering)
			state = unsure
		case op.Outcome == OK && state == in:
			since = op
		case op.Kind == Inbox && op.Outcome == Refused && state == in && steady:
			add(unseating(since, op, logouts), unseated)
			state, steady = unsure, false
		}
	}
	return found
}

// unseating tells what ended a session between two of its operations: another
// user's logout, if there was one, or else another connection.
func unseating(last, refused *Operation, logouts []*Operation) string {
	for _, l := range logouts {
		if l.User != refused.User && !l.before(last) && !refused.before(l) {
			return "LOGOUT-5"
		}
	}
	return "WIRE-9"
}
