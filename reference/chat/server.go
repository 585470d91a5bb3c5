package chat

import "net/netip"

// A Server is another server: the id that users here know it by, and where it
// listens.
type Server struct {
	ID   string
	Addr netip.AddrPort
}

type entry struct {
	Server
	owner string // the user who added it
	age   int    // smaller is older
}

// Refusals that concern servers.
const (
	ErrServerID      = Error("id server tidak sah: 1 sampai 64 huruf ASCII, angka, _, - atau .")
	ErrServerTaken   = Error("id server sudah dipakai untuk alamat lain")
	ErrServerUnknown = Error("server tidak dikenal; tambahkan dengan addserver")
)

// AddServer remembers where a server listens. Adding it again as it is changes
// nothing; another address may be given only by the user who added it first,
// or else anybody could have the mail for a server sent to his own. It returns
// the address that was replaced, if one was, and ErrServerID, ErrServerTaken or
// ErrFull if it cannot add.
func (s *State) AddServer(added Server, user string) (replaced netip.AddrPort, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.servers[added.ID]
	switch {
	case !ValidID(added.ID):
		return replaced, ErrServerID
	case old == nil && len(s.servers) >= s.limits.Servers:
		return replaced, ErrFull
	case old != nil && old.Addr == added.Addr:
		return replaced, nil
	case old != nil && old.owner != user:
		return replaced, ErrServerTaken
	case old != nil:
		replaced = old.Addr
	}
	s.entries++
	s.servers[added.ID] = &entry{added, user, s.entries}
	return replaced, nil
}

// Server returns the server with the id, or ErrServerUnknown.
func (s *State) Server(id string) (Server, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.servers[id]; e != nil {
		return e.Server, nil
	}
	return Server{}, ErrServerUnknown
}

// ServerName returns what users here may call the server that listens at addr:
// the id it was first added under, or its address where it never was. What a
// server calls itself does not matter.
func (s *State) ServerName(addr netip.AddrPort) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var oldest *entry
	for _, e := range s.servers {
		if e.Addr == addr && (oldest == nil || e.age < oldest.age) {
			oldest = e
		}
	}
	if oldest == nil {
		return addr.String()
	}
	return oldest.ID
}
