package chat

import "slices"

// A Message is what lies in a mailbox: a text, or a file with its content.
type Message struct {
	From    string `json:"dari"`            // user@server
	Group   string `json:"grup,omitempty"`  // the group it was sent to, if any
	Text    string `json:"pesan,omitempty"` // empty for a file
	File    string `json:"file,omitempty"`  // name of the file, as its sender gave it
	Content []byte `json:"isi,omitempty"`   // of the file; base64 in JSON; shared, not to be changed
}

// overhead is roughly what a message takes beside its bytes.
const overhead = 128

func (m *Message) size() int {
	return overhead + len(m.From) + len(m.Group) + len(m.Text) + len(m.File) + len(m.Content)
}

// ErrMailbox is returned for a mailbox that cannot take another message.
const ErrMailbox = Error("kotak masuk penerima penuh")

// Deliver implements Mail. It returns ErrUserUnknown, ErrMailbox or ErrFull if
// it cannot.
func (s *State) Deliver(m Message, users ...string) error {
	size := m.size()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range users {
		u := s.users[name]
		switch {
		case u == nil:
			return ErrUserUnknown
		case len(u.mailbox) >= s.limits.Mailbox || u.bytes+size > s.limits.MailboxBytes:
			return ErrMailbox
		}
	}
	if s.mail+size*len(users) > s.limits.MailBytes {
		return ErrFull
	}
	for _, name := range users {
		u := s.users[name]
		u.mailbox = append(u.mailbox, m)
		u.bytes += size
	}
	s.mail += size * len(users)
	return nil
}

// Take empties the mailbox of a user and returns what lay in it, oldest first.
// It returns nil if there is nothing, or no such user.
func (s *State) Take(user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[user]
	if u == nil {
		return nil
	}
	taken := u.mailbox
	s.mail -= u.bytes
	u.mailbox, u.bytes = nil, 0
	return taken
}

// Peek returns what Take would, and leaves it where it is.
func (s *State) Peek(user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.users[user]; u != nil {
		return slices.Clone(u.mailbox)
	}
	return nil
}
