package steps

// A server without register has given users, who take the roles of a scenario
// as far as they go. Scenarios share them, so they run one at a time.

// take makes the role one of the target's accounts. A role whose name was used
// before, or has to be of some form, cannot be one.
func (w *World) take(u *user) error {
	accounts := u.home.Dialect.Accounts
	taken := map[string]bool{}
	for _, o := range w.users {
		if o.home == u.home {
			taken[o.name] = true
		}
	}
	for _, a := range accounts {
		if a.User == u.name {
			u.password = a.Password
			return nil
		}
	}
	if u.addressed || u.name != w.run.Names.User(u.home.Dialect.Names, u.role, w.scope) {
		return skip("the server has no register: who is unknown at first cannot be one of its given users",
			"server tidak memiliki register: yang mula-mula tidak dikenal tidak dapat menjadi salah satu user yang sudah ditentukan")
	}
	for _, a := range accounts {
		if !taken[a.User] {
			u.name, u.password = a.User, a.Password
			return nil
		}
	}
	return skip("the server has no register, and only %d given users: this needs more",
		"server tidak memiliki register, dan hanya ada %d user yang sudah ditentukan: ini memerlukan lebih", len(accounts))
}

// signsUp tells whether the target can be asked to register anybody at all.
func signsUp(u *user) error {
	if len(u.home.Dialect.Accounts) > 0 {
		return skip("the server has no register: its users are given", "server tidak memiliki register: user-nya sudah ditentukan")
	}
	return nil
}
