package diagnose_test

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// request is a line, split.
type request struct {
	words []string
	line  string
}

// after is the line behind the first n words.
func (m *mini) after(r request, n int) string {
	s := r.line
	for range n {
		_, s, _ = strings.Cut(s, " ")
	}
	if m.has("leading-space") { // line[len(command)+len(name)+1:]
		return " " + s
	}
	return s
}

// answer carries out one request.
func (m *mini) answer(c *client, line string) (status string, data any) {
	if !m.has("keep-line-end") {
		line = strings.TrimRight(line, "\r\n")
	}
	r := request{line: line, words: strings.Split(line, " ")}
	if !m.has("keep-line-end") {
		r.words = strings.Fields(line)
	}
	command := strings.TrimSpace(r.words[0])
	if command == "addserver" || command == "connect" {
		if m.has("no-servers") {
			return "ERROR", "request tidak dikenali"
		}
		return m.remote(c, r)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch command {
	case "auth":
		return m.auth(c, r)
	case "register":
		return m.register(r)
	}
	do := map[string]func(*client, request) (string, any){
		"logout": m.logout, "send": m.send, "sendgroup": m.sendGroup, "sendfile": m.sendFile,
		"sendfilegroup": m.sendFileGroup, "inbox": m.inbox, "creategroup": m.createGroup,
	}[command]
	switch {
	case do == nil && m.has("other-words"):
		return "ERROR", "**Protocol Tidak Benar"
	case do == nil:
		return "ERROR", "request tidak dikenali"
	case m.who(c) == "" && m.has("refused-delivers") && command == "send" && len(r.words) > 2:
		_, _ = m.deliver("?", r.words[1], m.after(r, 2))
		fallthrough
	case m.who(c) == "":
		return "ERROR", "belum masuk"
	}
	return do(c, r)
}

func (m *mini) who(c *client) string {
	switch {
	case m.has("global-session"):
		return m.current
	case c.session != m.sessions:
		return ""
	}
	return c.user
}

// need makes a request without enough parameters an ERROR, or an exception
// where nobody thought of it.
func (m *mini) need(r request, n int) (string, any, bool) {
	if len(r.words) > n {
		return "", nil, true
	}
	if m.has("dies") || m.has("closes") || m.has("traceback") || m.has("exception-as-data") || m.has("html") {
		panic("IndexError: list index out of range")
	}
	return "ERROR", "parameter kurang", false
}

func (m *mini) auth(c *client, r request) (string, any) {
	if status, data, ok := m.need(r, 2); !ok {
		return status, data
	}
	name, given := r.words[1], r.words[2]
	right, known := m.passwords[name]
	match := right == given
	if m.has("password-prefix") {
		match = strings.HasPrefix(right, given)
	}
	if m.has("refused-opens") && known {
		c.user, c.session = name, m.sessions
	}
	if !known || !match {
		return "ERROR", "nama atau password salah"
	}
	c.user, c.session, m.current = name, m.sessions, name
	m.tokens++
	return "OK", fmt.Sprintf("token-%d", m.tokens)
}

func (m *mini) register(r request) (string, any) {
	if status, data, ok := m.need(r, 2); !ok {
		return status, data
	}
	_, known := m.passwords[r.words[1]]
	if m.has("no-lock") { // whoever looks now sees what another is about to change: the gap is the mistake, no test waits by it
		m.mu.Unlock()
		time.Sleep(60 * time.Millisecond)
		m.mu.Lock()
	}
	if known {
		if m.has("refused-registers") {
			m.passwords[r.words[1]] = r.words[2]
		}
		return "ERROR", "nama sudah ada"
	}
	m.passwords[r.words[1]] = r.words[2]
	return "OK", "user sudah teregistrasi"
}

func (m *mini) logout(c *client, _ request) (string, any) {
	c.user, m.current = "", ""
	if m.has("logout-all") {
		m.sessions++
	}
	return "OK", "sudah logout"
}

func (m *mini) send(c *client, r request) (string, any) {
	if status, data, ok := m.need(r, 2); !ok {
		return status, data
	}
	text := m.after(r, 2)
	switch {
	case m.has("first-word"):
		text = r.words[2]
	case m.has("join-words"):
		text = strings.Join(r.words[2:], " ")
	}
	if err, ok := m.deliver(m.who(c), r.words[1], text); !ok {
		return "ERROR", err
	}
	if m.has("exception-as-data") {
		panic("KeyError: 'siti'")
	}
	return "OK", "pesan terkirim"
}

// deliver puts a text into an inbox.
func (m *mini) deliver(from, address, text string) (string, bool) {
	to, server, _ := strings.Cut(address, "@")
	if _, known := m.passwords[to]; !known || server != "mini" {
		return "user tidak ada", false
	}
	switch {
	case m.has("under-sender"):
		to = from
	case m.has("one-inbox"):
		to = ""
	case m.has("loose-names"):
		for name := range m.passwords {
			if name != to && strings.HasPrefix(name, to) {
				m.inboxes[name] = append(m.inboxes[name], mail{from, text})
			}
		}
	}
	m.inboxes[to] = append(m.inboxes[to], mail{from, text})
	return "", true
}

func (m *mini) inbox(c *client, _ request) (string, any) {
	user := m.who(c)
	if m.has("one-inbox") {
		user = ""
	}
	mails := m.inboxes[user]
	if m.has("empties-all") || m.has("one-inbox") {
		clear(m.inboxes)
	}
	delete(m.inboxes, user)
	if mails == nil && m.has("empty-refused") {
		return "ERROR", "kotak masuk kosong"
	}
	if mails == nil {
		mails = []mail{}
	}
	return "OK", mails
}

func (m *mini) createGroup(_ *client, r request) (string, any) {
	if status, data, ok := m.need(r, 2); !ok {
		return status, data
	}
	members := strings.Split(m.after(r, 2), ",")
	if m.groups[r.words[1]] != nil {
		if m.has("refused-regroups") {
			m.groups[r.words[1]] = members
		}
		return "ERROR", "grup sudah ada"
	}
	for _, name := range members {
		if _, known := m.passwords[name]; !known {
			return "ERROR", "ada user yang tidak dikenal"
		}
	}
	m.groups[r.words[1]] = members
	return "OK", "grup sudah dibuat"
}

func (m *mini) sendGroup(c *client, r request) (string, any) {
	if m.has("dies-at-sendgroup") {
		panic("KeyError")
	}
	if status, data, ok := m.need(r, 2); !ok {
		return status, data
	}
	return m.toGroup(c, r.words[1], m.after(r, 2))
}

func (m *mini) toGroup(c *client, group, text string) (string, any) {
	members := m.groups[group]
	if members == nil {
		return "ERROR", "grup tidak ada"
	}
	for _, name := range members {
		_, _ = m.deliver(m.who(c), name+"@mini", text)
	}
	return "OK", "terkirim kepada " + strings.Join(members, ", ")
}

func (m *mini) sendFile(c *client, r request) (string, any) {
	if status, data, ok := m.need(r, 2); !ok {
		return status, data
	}
	if r.words[2] != miniFile {
		return "ERROR", "file tidak ada"
	}
	if err, ok := m.deliver(m.who(c), r.words[1], "file "+miniFile); !ok {
		return "ERROR", err
	}
	return "OK", "file terkirim"
}

func (m *mini) sendFileGroup(c *client, r request) (string, any) {
	if status, data, ok := m.need(r, 2); !ok {
		return status, data
	}
	if r.words[2] != miniFile {
		return "ERROR", "file tidak ada"
	}
	return m.toGroup(c, r.words[1], "file "+miniFile)
}

// remote carries out what concerns other servers. It holds no lock while it
// dials.
func (m *mini) remote(c *client, r request) (string, any) {
	m.mu.Lock()
	user := m.who(c)
	m.mu.Unlock()
	if user == "" {
		return "ERROR", "belum masuk"
	}
	if r.words[0] == "addserver" {
		if status, data, ok := m.need(r, 3); !ok {
			return status, data
		}
		port, err := strconv.Atoi(r.words[3])
		text := m.has("port-text") || m.has("port-text-dies") || m.has("port-text-says")
		if !text && (err != nil || port < 1 || port > 65535 || net.ParseIP(r.words[2]) == nil) {
			return "ERROR", "alamat tidak sah"
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.servers[r.words[1]] = net.JoinHostPort(r.words[2], r.words[3])
		return "OK", "server sudah ditambahkan"
	}
	if status, data, ok := m.need(r, 1); !ok {
		return status, data
	}
	m.mu.Lock()
	address := m.servers[r.words[1]]
	m.mu.Unlock()
	switch {
	case address == "":
		return "ERROR", "server tidak dikenal"
	case m.has("port-text"):
		return "ERROR", "tidak dapat terhubung"
	case m.has("port-text-says"):
		return "ERROR", "'str' object cannot be interpreted as an integer"
	case m.has("port-text-dies"):
		panic("TypeError")
	}
	link, err := net.DialTimeout("tcp", address, 2*time.Second)
	if err != nil {
		return "ERROR", "server tidak dapat dihubungi"
	}
	m.mu.Lock()
	m.conns = append(m.conns, link)
	m.mu.Unlock()
	return "OK", "server sudah terkoneksi"
}
