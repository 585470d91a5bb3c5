package chat

import (
	"context"
	"net/netip"
	"strconv"
	"strings"
)

var commands = map[string]command{
	"auth":          {usage: "auth user password", public: true, words: 2, run: (*Machine).auth},
	"logout":        {usage: "logout", run: (*Machine).logout},
	"register":      {usage: "register user password", public: true, words: 2, run: (*Machine).register},
	"send":          {usage: "send user@server pesan", words: 1, tail: true, run: (*Machine).send},
	"sendgroup":     {usage: "sendgroup grup pesan", words: 1, tail: true, run: (*Machine).sendGroup},
	"sendfile":      {usage: "sendfile user@server file", words: 1, tail: true, run: (*Machine).sendFile},
	"inbox":         {usage: "inbox", run: (*Machine).inbox},
	"creategroup":   {usage: "creategroup grup user1,user2,...", words: 1, tail: true, run: (*Machine).createGroup},
	"addserver":     {usage: "addserver server ip port", words: 3, run: (*Machine).addServer},
	"connect":       {usage: "connect server", words: 1, run: (*Machine).connect},
	"sendfilegroup": {usage: "sendfilegroup grup file", words: 1, tail: true, run: (*Machine).sendFileGroup},
}

func (m *Machine) auth(_ context.Context, s *Session, p params) (any, error) {
	if err := m.State.Authenticate(p[0], p[1]); err != nil {
		return nil, err
	}
	return s.Open(p[0]), nil
}

func (m *Machine) logout(_ context.Context, s *Session, _ params) (any, error) {
	user := s.User()
	s.Close()
	return "user " + user + " sudah logout", nil
}

func (m *Machine) register(_ context.Context, _ *Session, p params) (any, error) {
	if err := m.State.Register(p[0], p[1]); err != nil {
		return nil, err
	}
	return "user " + p[0] + " sudah teregistrasi", nil
}

func (m *Machine) send(ctx context.Context, s *Session, p params) (any, error) {
	if err := m.deliver(ctx, p[0], Message{From: s.User(), Text: p[1]}); err != nil {
		return nil, err
	}
	return "pesan sudah terkirim kepada " + p[0], nil
}

func (m *Machine) sendFile(ctx context.Context, s *Session, p params) (any, error) {
	content, err := m.read(p[1])
	if err != nil {
		return nil, err
	}
	if err := m.deliver(ctx, p[0], Message{From: s.User(), File: p[1], Content: content}); err != nil {
		return nil, err
	}
	return "file " + p[1] + " sudah terkirim kepada " + p[0], nil
}

// deliver takes a message to an address, here or on another server.
func (m *Machine) deliver(ctx context.Context, address string, msg Message) error {
	user, id, ok := ParseAddress(address)
	if !ok {
		return Error("alamat tidak sah; pemakaian: user@server")
	}
	if id == "" || id == m.ID {
		msg.From += "@" + m.ID
		return m.mail().Deliver(msg, user)
	}
	server, err := m.State.Server(id)
	if err != nil {
		return err
	}
	if m.Links == nil {
		return errNoLinks
	}
	return m.Links.Forward(ctx, server, user, msg)
}

func (m *Machine) mail() Mail {
	if m.Mail == nil {
		return m.State
	}
	return m.Mail
}

func (m *Machine) sendGroup(_ context.Context, s *Session, p params) (any, error) {
	members, err := m.deliverGroup(Message{From: s.User(), Group: p[0], Text: p[1]})
	if err != nil {
		return nil, err
	}
	return "pesan sudah terkirim kepada anggota grup " + p[0] + ": " + strings.Join(members, ", "), nil
}

func (m *Machine) sendFileGroup(_ context.Context, s *Session, p params) (any, error) {
	content, err := m.read(p[1])
	if err != nil {
		return nil, err
	}
	members, err := m.deliverGroup(Message{From: s.User(), Group: p[0], File: p[1], Content: content})
	if err != nil {
		return nil, err
	}
	return "file " + p[1] + " sudah terkirim kepada anggota grup " + p[0] + ": " + strings.Join(members, ", "), nil
}

// deliverGroup takes a message to all members of its group and returns them.
func (m *Machine) deliverGroup(msg Message) (members []string, err error) {
	members = m.State.Members(msg.Group)
	if members == nil {
		return nil, ErrGroupUnknown
	}
	msg.From += "@" + m.ID
	return members, m.mail().Deliver(msg, members...)
}

func (m *Machine) read(name string) ([]byte, error) {
	if m.Files == nil {
		return nil, Error("server ini tidak menyediakan file")
	}
	return m.Files.Read(name)
}

func (m *Machine) inbox(_ context.Context, s *Session, _ params) (any, error) {
	messages := m.State.Take(s.User())
	if messages == nil {
		messages = []Message{} // an empty list, where nil would be null
	}
	return messages, nil
}

func (m *Machine) createGroup(_ context.Context, _ *Session, p params) (any, error) {
	var users []string
	for member := range strings.SplitSeq(p[1], ",") {
		user, id, ok := ParseAddress(strings.Trim(member, " []"))
		if !ok || id != "" && id != m.ID {
			return nil, Error("anggota grup haruslah user server ini, dipisahkan dengan koma")
		}
		users = append(users, user)
	}
	if err := m.State.CreateGroup(p[0], users); err != nil {
		return nil, err
	}
	return "grup " + p[0] + " sudah dibuat", nil
}

func (m *Machine) addServer(_ context.Context, s *Session, p params) (any, error) {
	ip, err := netip.ParseAddr(p[1])
	if err != nil || ip.Zone() != "" || ip.IsUnspecified() || ip.IsMulticast() {
		return nil, Error("alamat IP tidak sah")
	}
	port, err := strconv.ParseUint(p[2], 10, 16)
	if err != nil || port == 0 {
		return nil, Error("nomor port tidak sah: 1 sampai 65535")
	}
	if p[0] == m.ID {
		return nil, Error("id itu milik server ini sendiri")
	}
	server := Server{p[0], netip.AddrPortFrom(ip.Unmap(), uint16(port))}
	replaced, err := m.State.AddServer(server, s.User())
	if err != nil {
		return nil, err
	}
	if replaced.IsValid() && m.Links != nil {
		m.Links.Disconnect(Server{server.ID, replaced})
	}
	return "server " + p[0] + " sudah ditambahkan", nil
}

func (m *Machine) connect(ctx context.Context, _ *Session, p params) (any, error) {
	server, err := m.State.Server(p[0])
	if err != nil {
		return nil, err
	}
	if m.Links == nil {
		return nil, errNoLinks
	}
	if err := m.Links.Connect(ctx, server); err != nil {
		return nil, err
	}
	return "server " + p[0] + " sudah terkoneksi", nil
}

const errNoLinks = Error("server ini tidak dapat menghubungi server lain")
