package reference

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// serveClient answers the requests of one client, one after the other, until
// it leaves, is idle for too long, or does not read its results.
func (s *Server) serveClient(ctx context.Context, conn net.Conn, r *bufio.Reader) {
	ctx = context.WithValue(ctx, connKey{}, conn)
	session := chat.NewSession(s.state)
	lines := lines{r: r, max: s.cfg.MaxLine}
	out := newResults(conn, s.cfg.WriteTimeout)
	for {
		// Before we wait for the client, it gets what it may wait for.
		if !lines.ready() && (out.flush() != nil || !s.await(conn, s.cfg.IdleTimeout)) {
			return
		}
		line, err := lines.next()
		var result chat.Result
		switch {
		case errors.Is(err, errLineTooLong):
			result = chat.Fail("request terlalu panjang")
		case err != nil:
			return
		case line == "":
			continue
		default:
			request := chat.Parse(line)
			result = s.handler.Handle(ctx, session, request)
			s.log(ctx, conn, session, request, result)
		}
		if out.add(result) != nil {
			return
		}
	}
}

type connKey struct{}

// Conn returns the connection over which the request came that a Handler is
// given ctx with, or nil where it came over none. It is for decorators: what
// they write goes to the client as it is.
func Conn(ctx context.Context) net.Conn {
	conn, _ := ctx.Value(connKey{}).(net.Conn)
	return conn
}

// log tells of a request without its parameters. An unknown command is not
// told either: it may be a password typed into the wrong line.
func (s *Server) log(ctx context.Context, conn net.Conn, session *chat.Session, r chat.Request, result chat.Result) {
	if !s.cfg.Logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	command := "?"
	if chat.Known(r.Command) {
		command = r.Command
	}
	s.cfg.Logger.LogAttrs(ctx, slog.LevelDebug, "request",
		slog.String("command", command), slog.String("status", result.Status),
		slog.String("user", session.User()), slog.Any("remote", conn.RemoteAddr()))
}

// results writes results. Each Write to the connection carries whole ones.
type results struct {
	conn    net.Conn
	timeout time.Duration
	buf     bytes.Buffer
	json    *json.Encoder
}

// A client that sends much at once gets its results in pieces of about this
// size, and a buffer that grew far beyond it is given back.
const batch = 32 << 10

func newResults(conn net.Conn, timeout time.Duration) *results {
	out := &results{conn: conn, timeout: timeout}
	out.json = json.NewEncoder(&out.buf)
	out.json.SetEscapeHTML(false)
	return out
}

// add appends a result to what the next flush writes, and flushes if that has
// become much.
func (out *results) add(r chat.Result) error {
	if err := out.json.Encode(r); err != nil {
		return err
	}
	out.buf.Truncate(out.buf.Len() - 1) // the encoder's own end of line
	out.buf.WriteString("\r\n\r\n")
	if out.buf.Len() >= batch {
		return out.flush()
	}
	return nil
}

func (out *results) flush() error {
	if out.buf.Len() == 0 {
		return nil
	}
	allowed := out.timeout * time.Duration(1+out.buf.Len()>>20)
	if err := out.conn.SetWriteDeadline(time.Now().Add(allowed)); err != nil {
		return err
	}
	_, err := out.conn.Write(out.buf.Bytes())
	if out.buf.Cap() > 2*batch {
		out.buf = bytes.Buffer{}
	} else {
		out.buf.Reset()
	}
	return err
}
