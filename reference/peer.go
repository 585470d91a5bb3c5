package reference

import (
	"bufio"
	"context"
	"net"
	"net/netip"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// servePeer serves a connection from another server: a question about a link
// of ours, or a link of theirs.
//
// A peer may claim to listen wherever it likes. What it is believed is its IP
// address, which TCP vouches for, and a port on it after whoever listens there
// has confirmed the nonce of this very link. So nobody can pose as a server
// without listening in its place.
func (s *Server) servePeer(ctx context.Context, conn net.Conn, r *bufio.Reader) {
	if !s.await(conn, s.cfg.LinkTimeout) {
		return
	}
	r.Discard(1) // the mark
	f, err := readFrame(r, smallFrame)
	if err != nil {
		return
	}
	addr := netip.AddrPortFrom(ipOf(conn.RemoteAddr()), f.Port)
	switch f.Kind {
	case verify:
		var refusal string
		if !s.links.confirms(f.Nonce, addr) {
			refusal = "tidak ada link seperti itu"
		}
		s.reply(conn, f, refusal)
	case hello:
		if err := s.links.verify(ctx, conn.LocalAddr(), addr, f.Nonce); err != nil {
			s.cfg.Logger.Warn("link refused", "addr", addr, "error", err)
			s.reply(conn, f, "asal link tidak terbukti")
			return
		}
		defer s.inbound.Add(-1)
		if s.inbound.Add(1) > int64(s.cfg.MaxLinks) {
			s.reply(conn, f, "terlalu banyak link")
			return
		}
		s.cfg.Logger.Info("link accepted", "addr", addr)
		if s.reply(conn, f, "") == nil {
			s.serveLink(conn, r, addr)
		}
	}
}

// serveLink delivers what the server at addr sends, until the link closes.
func (s *Server) serveLink(conn net.Conn, r *bufio.Reader, addr netip.AddrPort) {
	// A live link has a ping in every pause.
	for s.await(conn, 2*pause) {
		f, err := readFrame(r, largeFrame(s.cfg))
		if err != nil {
			return
		}
		var refusal string
		if f.Kind == message {
			if err := s.deliver(f, addr); err != nil {
				refusal = err.Error()
			}
		}
		if s.reply(conn, f, refusal) != nil {
			return
		}
	}
}

// deliver delivers a message from a user of the server at addr.
func (s *Server) deliver(f *frame, addr netip.AddrPort) error {
	m := f.Message
	switch {
	case m == nil || !chat.ValidName(m.From) || (m.Text == "") == (m.File == ""):
		return chat.Error("pesan tidak sah")
	case len(m.Text) > s.cfg.MaxLine || len(m.File) > s.cfg.MaxLine || len(m.Content) > s.cfg.MaxFile:
		return chat.Error("pesan terlalu besar")
	}
	// The peer vouches for the name of its user, we for where it came from.
	// Groups are ours.
	m.From += "@" + s.state.ServerName(addr)
	m.Group = ""
	return s.receive(f.To, *m)
}

func (s *Server) reply(conn net.Conn, f *frame, refusal string) error {
	if err := conn.SetWriteDeadline(time.Now().Add(s.cfg.LinkTimeout)); err != nil {
		return err
	}
	return writeFrame(conn, &frame{Kind: answer, Seq: f.Seq, Refusal: refusal})
}
