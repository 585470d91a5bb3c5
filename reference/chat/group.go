package chat

import "slices"

// Refusals that concern groups.
const (
	ErrGroupTaken   = Error("id grup sudah terpakai")
	ErrGroupUnknown = Error("grup tidak dikenal")
	ErrGroupEmpty   = Error("grup tidak punya anggota")
	ErrGroupLarge   = Error("anggota grup terlalu banyak")
)

// CreateGroup makes a group of exactly the users listed; one listed twice is
// one member. It returns ErrName, ErrGroupTaken, ErrGroupEmpty, ErrGroupLarge,
// ErrUserUnknown or ErrFull if it cannot.
func (s *State) CreateGroup(id string, users []string) error {
	var members []string
	seen := make(map[string]bool, len(users))
	for _, name := range users {
		if !seen[name] {
			seen[name] = true
			members = append(members, name)
		}
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !ValidName(id):
		return ErrName
	case s.groups[id] != nil:
		return ErrGroupTaken
	case len(members) == 0:
		return ErrGroupEmpty
	case len(members) > s.limits.Members:
		return ErrGroupLarge
	case len(s.groups) >= s.limits.Groups:
		return ErrFull
	}
	for _, name := range members {
		if s.users[name] == nil {
			return ErrUserUnknown
		}
	}
	s.groups[id] = members
	return nil
}

// Members returns the members of a group in the order in which they were
// listed, or nil if there is no such group.
func (s *State) Members(id string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.groups[id])
}
