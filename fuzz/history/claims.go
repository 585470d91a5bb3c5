package history

import "slices"

// claims judges the names that several clients wanted for themselves: users to
// register, groups to make. Exactly one may have a name; who has it shows in
// who can auth.
func claims(ops []*Operation) []finding {
	var found []finding
	names := map[string][]*Operation{}
	var order []string
	for _, op := range ops {
		key := ""
		switch op.Kind {
		case Register, Auth:
			key = "user " + op.Name
		case CreateGroup:
			key = "group " + op.Name
		default:
			continue
		}
		if names[key] == nil {
			order = append(order, key)
		}
		names[key] = append(names[key], op)
	}
	for _, key := range order {
		found = append(found, claim(names[key])...)
	}
	return found
}

// claim judges all operations on one name.
func claim(ops []*Operation) []finding {
	attempts, won, open := 0, 0, 0
	for _, op := range ops {
		switch {
		case !isClaim(op):
			continue
		case op.Outcome == OK:
			won++
		case op.Outcome == Unknown:
			open++
		}
		attempts++
	}
	switch {
	case attempts < 2:
		return nil
	case won > 1, won == 0 && open == 0:
		return []finding{{requirement: contention(ops, won), fault: contested, subject: ops[0].Name, ops: only(ops, isClaim)}}
	case !refuted(claimModel, claimSteps(ops)):
		return nil
	}
	attempt := only(ops, isClaim)
	if !refuted(claimModel, claimSteps(attempt)) {
		return []finding{{requirement: "REGISTER-5", fault: usurped, subject: ops[0].Name, ops: ops}}
	}
	return []finding{{requirement: contention(attempt, won), fault: unordered, subject: ops[0].Name, ops: attempt}}
}

// contention names what is broken where a name has none or several owners.
func contention(ops []*Operation, won int) string {
	if ops[0].Kind == CreateGroup {
		if won == 0 {
			return "CREATEGROUP-1"
		}
		return "CREATEGROUP-5"
	}
	winners := only(ops, func(op *Operation) bool { return op.Kind == Register && op.Outcome == OK })
	for _, a := range winners {
		if slices.ContainsFunc(winners, a.before) {
			return "REGISTER-4"
		}
	}
	return "ROBUST-11"
}

func isClaim(op *Operation) bool { return op.Kind == Register || op.Kind == CreateGroup }

func only(ops []*Operation, keep func(*Operation) bool) []*Operation {
	var kept []*Operation
	for _, op := range ops {
		if keep(op) {
			kept = append(kept, op)
		}
	}
	return kept
}
