package reference

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// dial opens a link to the server at addr. Who listens there is, for us, that
// server; the other one wants to know more and dials back, see servePeer.
func (l *links) dial(ctx context.Context, addr netip.AddrPort) (*link, error) {
	nonce := rand.Text()
	l.mu.Lock()
	l.wanted[nonce] = addr
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.wanted, nonce)
	}()

	conn, err := l.consult(ctx, net.Dialer{}, addr, frame{Kind: hello, Nonce: nonce})
	if err != nil {
		return nil, err
	}
	return newLink(conn, l.timeout), nil
}

// confirms reports whether this server is opening a link with the nonce to the
// server that listens at addr. That addr is asked for keeps a server we do dial
// from passing our hello on to a third one and posing as us there.
func (l *links) confirms(nonce string, addr netip.AddrPort) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	to, ok := l.wanted[nonce]
	return ok && to == addr
}

// verify asks the server at addr whether it is opening a link with the nonce
// to us. The question comes from the address at which we were dialled, for by
// that the other server knows us.
func (l *links) verify(ctx context.Context, from net.Addr, addr netip.AddrPort, nonce string) error {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: ipOf(from).AsSlice()}}
	conn, err := l.consult(ctx, dialer, addr, frame{Kind: verify, Nonce: nonce})
	if err != nil {
		return err
	}
	return conn.Close()
}

// consult dials a server, says one thing and waits for a yes. It takes
// LinkTimeout at most.
func (l *links) consult(ctx context.Context, dialer net.Dialer, addr netip.AddrPort, f frame) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	conn, err := dialer.DialContext(ctx, "tcp", addr.String())
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	l.mu.Lock()
	f.Port = l.port
	l.mu.Unlock()
	err = converse(conn, &f)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// converse introduces us as a server, says f and reads the answer.
func converse(conn net.Conn, f *frame) error {
	b, err := f.encode()
	if err != nil {
		return err
	}
	if _, err := conn.Write(append([]byte{linkMark}, b...)); err != nil {
		return err
	}
	a, err := readFrame(conn, smallFrame)
	switch {
	case err != nil:
		return err
	case a.Kind != answer:
		return errors.New("not an answer")
	case a.Refusal != "":
		return chat.Error(a.Refusal)
	}
	return nil
}

// ipOf returns the IP address of a TCP address, or the zero value of another.
func ipOf(addr net.Addr) netip.Addr {
	if tcp, ok := addr.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}
