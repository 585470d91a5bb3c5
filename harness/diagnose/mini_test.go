package diagnose_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness"
)

// mini is a small server that is right, but for the mistakes it is given: each
// made as students make it.
type mini struct {
	mistakes []string

	mu        sync.Mutex
	passwords map[string]string
	inboxes   map[string][]mail
	groups    map[string][]string
	servers   map[string]string // id to ip:port
	tokens    int
	current   string // the mistake of one user for all connections
	sessions  int    // grows when all are ended at once

	conns   []net.Conn
	handled sync.WaitGroup
}

type mail struct {
	From string `json:"from"`
	Text string `json:"text"`
}

const miniFile = "catatan.txt"

// startMini gives a target with these mistakes. It ends with the test.
func startMini(t *testing.T, mistakes ...string) harness.Target {
	t.Helper()
	m := &mini{
		mistakes: mistakes, passwords: map[string]string{}, inboxes: map[string][]mail{},
		groups: map[string][]string{}, servers: map[string]string{},
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	m.handled.Go(func() { m.accept(l) })
	t.Cleanup(func() {
		l.Close()
		m.mu.Lock()
		for _, c := range m.conns {
			c.Close()
		}
		m.mu.Unlock()
		m.handled.Wait()
	})
	return harness.Target{Address: l.Addr().String(), ServerID: "mini", File: miniFile}
}

func (m *mini) has(mistake string) bool { return slices.Contains(m.mistakes, mistake) }

func (m *mini) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		m.mu.Lock()
		m.conns = append(m.conns, c)
		m.mu.Unlock()
		if m.has("one-at-a-time") {
			m.serve(c)
			continue
		}
		m.handled.Go(func() { m.serve(c) })
	}
}

// client is one connection.
type client struct {
	net.Conn
	user    string
	session int
}

// serve answers a connection. Where a request makes it panic, it leaves the
// connection as it is: nobody answers and nobody closes.
func (m *mini) serve(nc net.Conn) {
	c := &client{Conn: nc}
	died := false
	defer func() {
		if !died || m.has("closes") {
			c.Close()
		}
	}()
	requests := m.lines
	switch {
	case m.has("recv-is-request"), m.has("buffer-cuts"):
		requests = m.chunks
	case m.has("answer-per-segment"), m.has("decode-pieces"), m.has("decode-replaces"):
		requests = m.untilSuffix
	}
	died = !requests(c, func(line string) (alive bool) {
		defer func() {
			if fault := recover(); fault != nil {
				alive = m.panicked(c, fault)
			}
		}()
		status, data := m.answer(c, line)
		_, err := c.Write(m.render(status, data))
		return err == nil
	})
}

func (m *mini) panicked(c *client, fault any) bool {
	switch {
	case m.has("traceback"):
		fmt.Fprintf(c, "Traceback (most recent call last):\n  File \"server.py\", line 40, in proses\n%v\n\r\n\r\n", fault)
	case m.has("exception-as-data"):
		_, _ = c.Write(m.render("ERROR", fmt.Sprint(fault)))
	case m.has("html"):
		fmt.Fprint(c, "<!DOCTYPE html><html><body>500</body></html>\r\n\r\n")
	default:
		return false
	}
	return true
}

// lines is right: bytes are collected and cut at the ends of lines. These
// functions report false where the handling died.
func (m *mini) lines(c *client, handle func(string) bool) bool {
	var buffer []byte
	chunk := make([]byte, 4096)
	for {
		n, err := c.Read(chunk)
		buffer = append(buffer, chunk[:n]...)
		for {
			i := bytes.IndexByte(buffer, '\n')
			if i < 0 {
				break
			}
			line := string(buffer[:i+1])
			buffer = buffer[i+1:]
			if len(strings.TrimSpace(line)) > 0 && !handle(line) {
				return false
			}
		}
		if err != nil || len(buffer) > 1<<21 {
			return true
		}
	}
}

// chunks takes what one read gives for one request.
func (m *mini) chunks(c *client, handle func(string) bool) bool {
	chunk := make([]byte, 1024)
	for {
		n, err := c.Read(chunk)
		if err != nil {
			return true
		}
		if m.has("buffer-cuts") && !bytes.HasSuffix(chunk[:n], []byte("\n")) {
			if err := drain(c); err != nil {
				return true
			}
		}
		if line := string(chunk[:n]); len(strings.TrimSpace(line)) > 0 && !handle(line) {
			return false
		}
	}
}

// drain throws away what does not fit into the buffer, as far as the end of the
// line.
func drain(c *client) error {
	chunk := make([]byte, 4096)
	for {
		n, err := c.Read(chunk)
		if err != nil || bytes.HasSuffix(chunk[:n], []byte("\n")) {
			return err
		}
	}
}

// untilSuffix reads pieces, and when all of them end with a line's end they are
// one request.
func (m *mini) untilSuffix(c *client, handle func(string) bool) bool {
	var buffer strings.Builder
	chunk := make([]byte, 32)
	for {
		n, err := c.Read(chunk)
		if err != nil {
			return true
		}
		piece := string(chunk[:n])
		if !utf8.ValidString(piece) {
			switch {
			case m.has("decode-pieces"):
				return false // UnicodeDecodeError
			case m.has("decode-replaces"):
				piece = strings.ToValidUTF8(piece, "\ufffd")
			}
		}
		buffer.WriteString(piece)
		if s := buffer.String(); strings.HasSuffix(s, "\r\n") {
			buffer.Reset()
			if m.has("answer-per-segment") {
				if len(strings.TrimSpace(s)) > 0 && !handle(s) {
					return false
				}
				continue
			}
			for line := range strings.Lines(s) {
				if len(strings.TrimSpace(line)) > 0 && !handle(line) {
					return false
				}
			}
		}
	}
}

// render writes a result.
func (m *mini) render(status string, data any) []byte {
	if m.has("status-small") {
		status = strings.ToLower(status)
	}
	key := "data"
	if m.has("message-key") {
		key = "message"
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]any{"status": status, key: data}); err != nil {
		panic(err)
	}
	text := strings.TrimSuffix(b.String(), "\n")
	switch {
	case m.has("dict"):
		text = strings.ReplaceAll(text, `"`, `'`)
	case m.has("plain"), m.has("plain-errors") && status == "ERROR":
		text = fmt.Sprintf("%s %v", status, data)
	}
	for mistake, end := range map[string]string{
		"end-none": "", "end-lf": "\n", "end-crlf": "\r\n", "end-twice": "\r\n\r\n\r\n\r\n", "end-literal": `\r\n\r\n`,
	} {
		if m.has(mistake) {
			return []byte(text + end)
		}
	}
	return []byte(text + "\r\n\r\n")
}
