// Command pasar is a correct server of Protokol Chat v1.0: one goroutine owns all state, the others only carry work to it.
//
// How it reads the open points: a request ends with "\r\n" (a lone "\n" is part of it), an empty line is an unknown request, the last
// parameter takes the rest of the line, the session is checked before the parameters; several sessions per user, a second auth
// switches; results have the extra keys server and req and leave in small pieces; the inbox is one string, kept, and a message
// gets there up to 3 ms after its send was answered; user without @server is an ERROR; the creator is no member unless listed,
// anyone may send to a group, a member gets his own message too, members on linked servers are taken; host names are addresses;
// the other end of connect tells its id and takes strangers, a second connect is OK, and a link carries messages both ways.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	maxLine  = 1 << 20
	maxFile  = 4 << 20
	deadline = 1500 * time.Millisecond // for another server to connect and to answer
	hello    = "\x01PASAR "            // begins the first line of a link, in both directions
	crlf     = "\r\n"
	unknown  = "request tidak dikenali"
)

var faults = strings.Fields(`dorong-pesan kunci-message tutup-setelah-error sesi-bersama auth-gagal-membuka logout-tanpa-sesi
	register-tanpa-password send-harus-online send-urutan-acak send-rapikan-spasi creategroup-sisa addserver-alamat-bebas connect-malas
	connect-menahan federasi-titip baris-panjang-mati filegroup-tanpa-auth sendfile-tanpa-pengirim`)

// message is what lies in an inbox and what travels over a link.
type message struct {
	From, Group, Text, File string
	Content                 []byte
}

func (m message) String() string {
	s := m.From
	if m.Group != "" {
		s += " (grup " + m.Group + ")"
	}
	if m.File != "" {
		return fmt.Sprintf("%s: [berkas] %s, %d byte", s, m.File, len(m.Content))
	}
	return s + ": " + m.Text
}

type user struct {
	password string
	inbox    []message
}

type delivery struct {
	to  string
	msg message
	due time.Time
}

// server holds all state. Its fields belong to the goroutine that runs the functions in work.
type server struct {
	id, files, fault string

	work    chan func()
	users   map[string]*user
	groups  map[string][]string
	servers map[string]string // id to host:port
	links   map[string]*link
	online  map[*client]bool
	courier []delivery // in the order of their due times
	shared  string     // the one session, with the fault sesi-bersama
	sent    int        // for the fault send-urutan-acak
}

type client struct {
	net.Conn
	write sync.Mutex
	user  string // belongs to the server's goroutine
}

// link is a connection to another server; its pending calls belong to the server's goroutine.
type link struct {
	net.Conn
	id      string
	out     chan frame
	serial  int
	pending map[int]func(problem string)
}

// frame goes over a link: a call that delivers Msg to User (or only asks whether there is such a user), or the answer to one.
type frame struct {
	N       int
	Answer  bool    `json:",omitempty"`
	Problem string  `json:",omitempty"`
	User    string  `json:",omitempty"`
	Only    bool    `json:",omitempty"`
	Msg     message `json:",omitzero"`
}

// result has its keys in the order of the fields.
type result struct {
	Status string  `json:"status"`
	Data   *string `json:"data,omitempty"`
	Msg    *string `json:"message,omitempty"` // only planted
	Server string  `json:"server"`
	Req    string  `json:"req"`
}

// reply answers a request, now or later, but once.
type reply func(ok bool, data string)

type command struct {
	params int
	open   bool // needs no session
	run    func(s *server, c *client, p []string, r reply)
}

var commands map[string]command

func init() {
	commands = map[string]command{
		"auth": {2, true, (*server).auth}, "logout": {0, false, (*server).logout}, "register": {2, true, (*server).register},
		"send": {2, false, (*server).send}, "sendgroup": {2, false, (*server).sendgroup}, "sendfile": {2, false, (*server).sendfile},
		"inbox": {0, false, (*server).inbox}, "creategroup": {2, false, (*server).creategroup},
		"addserver": {3, false, (*server).addserver}, "connect": {1, false, (*server).connect},
		"sendfilegroup": {2, false, (*server).sendfilegroup},
	}
}

// handle runs in the server's goroutine.
func (s *server) handle(c *client, line string, r reply) {
	word, rest, _ := strings.Cut(line, " ")
	cmd, known := commands[word]
	loggedIn := s.who(c) != "" || cmd.open
	switch s.fault {
	case "logout-tanpa-sesi":
		loggedIn = loggedIn || word == "logout"
	case "filegroup-tanpa-auth":
		loggedIn = loggedIn || word == "sendfilegroup"
	}
	if word == "register" && rest != "" && s.fault == "register-tanpa-password" && !strings.Contains(rest, " ") {
		rest += " rahasia"
	}
	p := strings.SplitN(rest, " ", max(cmd.params, 1))
	switch {
	case !known:
		r(false, unknown)
	case strings.ToValidUTF8(line, "") != line:
		r(false, "request bukan UTF-8")
	case !loggedIn:
		r(false, "belum auth")
	case cmd.params > 0 && (len(p) < cmd.params || slices.Contains(p, "")):
		r(false, fmt.Sprintf("%s perlu %d parameter", word, cmd.params))
	default:
		cmd.run(s, c, p, r)
	}
}

// who is the user of c's session, or "".
func (s *server) who(c *client) string {
	if s.fault == "sesi-bersama" {
		return s.shared
	}
	return c.user
}

func (s *server) login(c *client, name string) { c.user, s.shared = name, name }

func (s *server) auth(c *client, p []string, r reply) {
	u := s.users[p[0]]
	if u == nil || u.password != p[1] {
		if u != nil && s.fault == "auth-gagal-membuka" {
			s.login(c, p[0])
		}
		r(false, "nama atau password salah")
		return
	}
	s.login(c, p[0])
	r(true, strconv.FormatInt(1e15+rand.Int64N(9e15), 10))
}

func (s *server) logout(c *client, _ []string, r reply) {
	s.login(c, "")
	r(true, "user sudah logout")
}

var validName = regexp.MustCompile(`^[\pL\pN_.-]{1,32}$`)

func (s *server) register(_ *client, p []string, r reply) {
	switch {
	case !validName.MatchString(p[0]):
		r(false, "nama user tidak boleh seperti itu")
	case len(p[1]) < 4:
		r(false, "password terlalu pendek")
	case s.users[p[0]] != nil:
		r(false, "user sudah terdaftar")
	default:
		s.users[p[0]] = &user{password: p[1]}
		r(true, "user "+p[0]+" sudah teregistrasi")
	}
}

func (s *server) send(c *client, p []string, r reply) {
	if s.fault == "send-rapikan-spasi" {
		p[1] = strings.Join(strings.Fields(p[1]), " ")
	}
	if name, ok := strings.CutSuffix(p[0], "@"+s.id); ok && s.fault == "send-harus-online" && !s.isOnline(name) {
		r(false, "user sedang tidak aktif")
		return
	}
	s.spread(message{From: s.who(c), Text: p[1]}, []string{p[0]}, "pesan", r)
}

func (s *server) sendgroup(c *client, p []string, r reply) {
	s.spread(message{From: s.who(c), Group: p[0], Text: p[1]}, s.groups[p[0]], "pesan", r)
}

func (s *server) sendfile(c *client, p []string, r reply) { s.withFile(c, "", p[1], []string{p[0]}, r) }

func (s *server) sendfilegroup(c *client, p []string, r reply) {
	s.withFile(c, p[0], p[1], s.groups[p[0]], r)
}

func (s *server) withFile(c *client, group, name string, to []string, r reply) {
	content, err := readFile(s.files, name)
	if err != nil {
		r(false, "file tidak bisa dibaca")
		return
	}
	m := message{From: s.who(c), Group: group, File: filepath.Base(name), Content: content}
	if s.fault == "sendfile-tanpa-pengirim" {
		m.From = "seseorang"
	}
	s.spread(m, to, "file", r)
}

func readFile(dir, name string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if st, err := root.Stat(name); err != nil || !st.Mode().IsRegular() || st.Size() > maxFile {
		return nil, errors.Join(err, os.ErrInvalid)
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile))
}

func (s *server) inbox(c *client, _ []string, r reply) {
	var lines []string
	if u := s.users[s.who(c)]; u != nil {
		for _, m := range u.inbox {
			lines = append(lines, m.String())
		}
	}
	r(true, strings.Join(lines, "\n"))
}

func (s *server) creategroup(_ *client, p []string, r reply) {
	var members []string
	for m := range strings.SplitSeq(p[1], ",") {
		if m = strings.TrimSuffix(strings.TrimSpace(m), "@"+s.id); m != "" && !slices.Contains(members, m) {
			members = append(members, m)
		}
	}
	if s.groups[p[0]] != nil || len(members) == 0 {
		r(false, "grup sudah ada, atau tanpa anggota")
		return
	}
	addresses := make([]string, len(members))
	for i, m := range members {
		addresses[i] = m
		if !strings.Contains(m, "@") {
			addresses[i] += "@" + s.id
		}
	}
	s.ask(frame{Only: true}, addresses, func(problem string) {
		if s.fault == "creategroup-sisa" && problem != "" {
			s.groups[p[0]] = slices.DeleteFunc(addresses, func(a string) bool { return s.users[strings.TrimSuffix(a, "@"+s.id)] == nil })
		}
		switch {
		case problem != "":
			r(false, problem)
		case s.groups[p[0]] != nil: // made while we asked another server
			r(false, "grup sudah ada")
		default:
			s.groups[p[0]] = addresses
			r(true, "grup "+p[0]+" sudah dibuat")
		}
	})
}

var hostName = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?$`)

func (s *server) addserver(_ *client, p []string, r reply) {
	port, err := strconv.ParseUint(p[2], 10, 16)
	switch {
	case err != nil || port == 0:
		r(false, "port salah")
	case net.ParseIP(p[1]) == nil && !hostName.MatchString(p[1]) && s.fault != "addserver-alamat-bebas":
		r(false, "alamat salah")
	case p[0] == s.id:
		r(false, "itu id server ini sendiri")
	case strings.Contains(p[0], "@"):
		r(false, "id server salah")
	default:
		s.servers[p[0]] = net.JoinHostPort(p[1], p[2])
		r(true, "server "+p[0]+" sudah ditambahkan")
	}
}

func (s *server) connect(_ *client, p []string, r reply) {
	addr, ok := s.servers[p[0]]
	if !ok {
		r(false, "server belum ditambahkan")
		return
	}
	if s.links[p[0]] != nil || s.fault == "connect-malas" {
		r(true, "server "+p[0]+" sudah terkoneksi")
		return
	}
	try := func() func() {
		conn, in, err := dial(addr, s.id, p[0])
		return func() {
			if err != nil {
				r(false, "server tidak terkoneksi: "+err.Error())
				return
			}
			go s.read(s.join(p[0], conn), in)
			r(true, "server "+p[0]+" sudah terkoneksi")
		}
	}
	if s.fault == "connect-menahan" {
		try()()
		return
	}
	go func() { s.work <- try() }()
}

// ask calls each address with f, and done once: with the first problem, or none when all agree. All local users are looked up first.
func (s *server) ask(f frame, addresses []string, done func(problem string)) {
	remote := map[*link][]string{}
	for _, a := range addresses {
		name, srv, _ := strings.Cut(a, "@")
		switch {
		case name == "" || srv == "":
			done("alamat harus user@id_server")
			return
		case srv == s.id && s.users[name] == nil:
			done("user " + name + " tidak ada")
			return
		case srv == s.id:
		case s.links[srv] == nil:
			done("server " + srv + " tidak terkoneksi")
			return
		default:
			remote[s.links[srv]] = append(remote[s.links[srv]], name)
		}
	}
	waiting, first := 1, ""
	one := func(problem string) {
		waiting--
		if first == "" {
			first = problem
		}
		if waiting == 0 {
			done(first)
		}
	}
	for l, names := range remote {
		for _, f.User = range names {
			waiting++
			s.call(l, f, one)
		}
	}
	one("")
}

// spread sends a message to addresses here and elsewhere.
func (s *server) spread(m message, to []string, what string, r reply) {
	if len(to) == 0 {
		r(false, "grup tidak ada")
		return
	}
	abroad := m
	abroad.From += "@" + s.id
	s.ask(frame{Msg: abroad}, to, func(problem string) {
		if _, srv, _ := strings.Cut(to[0], "@"); s.fault == "federasi-titip" && s.servers[srv] != "" && s.links[srv] == nil {
			problem = "" // "will be sent as soon as it is connected"
		}
		if problem != "" {
			r(false, problem)
			return
		}
		for _, a := range to {
			if name, srv, _ := strings.Cut(a, "@"); srv == s.id {
				s.deliver(name, m)
			}
		}
		r(true, what+" sudah terkirim kepada "+strings.Join(to, ", "))
	})
}

// deliver puts a message into an inbox a little later, in order.
func (s *server) deliver(name string, m message) {
	wait := time.Duration(1000+rand.IntN(2000)) * time.Microsecond
	if s.fault == "send-urutan-acak" {
		if s.sent++; s.sent%2 == 1 {
			wait += 25 * time.Millisecond
		}
		time.AfterFunc(wait, func() { s.work <- func() { s.users[name].inbox = append(s.users[name].inbox, m) } })
		return
	}
	due := time.Now().Add(wait)
	if n := len(s.courier); n > 0 && s.courier[n-1].due.After(due) {
		due = s.courier[n-1].due
	}
	s.courier = append(s.courier, delivery{name, m, due})
	time.AfterFunc(time.Until(due), func() { s.work <- s.deliverDue })
}

func (s *server) deliverDue() {
	for len(s.courier) > 0 && !s.courier[0].due.After(time.Now()) {
		d := s.courier[0]
		s.courier = s.courier[1:]
		s.users[d.to].inbox = append(s.users[d.to].inbox, d.msg)
		for c := range s.online {
			if s.fault == "dorong-pesan" && c.user == d.to {
				text := "pesan baru dari " + d.msg.From
				go c.send(result{Status: "OK", Data: &text, Server: s.id, Req: "push"})
			}
		}
	}
}

func (s *server) isOnline(name string) bool {
	for c := range s.online {
		if c.user == name {
			return true
		}
	}
	return false
}

// ---- links

// call sends f over l; done gets the other end's problem, or that there was no answer in time.
func (s *server) call(l *link, f frame, done func(problem string)) {
	l.serial++
	f.N = l.serial
	l.pending[f.N] = done
	select {
	case l.out <- f:
		time.AfterFunc(deadline, func() {
			s.work <- func() {
				if l.pending[f.N] != nil {
					s.drop(l)
				}
			}
		})
	default:
		s.drop(l)
	}
}

// drop ends a link; every call that still waits fails.
func (s *server) drop(l *link) {
	l.Close()
	if s.links[l.id] == l {
		delete(s.links, l.id)
	}
	pending := l.pending
	l.pending = map[int]func(string){}
	for _, done := range pending {
		done("server " + l.id + " tidak menjawab")
	}
}

// join makes a connection a link; then read has to run.
func (s *server) join(id string, conn net.Conn) *link {
	l := &link{Conn: conn, id: id, out: make(chan frame, 4096), pending: map[int]func(string){}}
	if s.links[id] == nil {
		s.links[id] = l
	}
	return l
}

func (s *server) read(l *link, in *bufio.Reader) {
	gone := make(chan struct{})
	defer close(gone)
	go func() {
		enc := json.NewEncoder(l)
		for {
			select {
			case f := <-l.out:
				l.SetWriteDeadline(time.Now().Add(deadline))
				if enc.Encode(f) != nil {
					l.Close()
				}
			case <-gone:
				return
			}
		}
	}()
	dec := json.NewDecoder(in)
	for {
		var f frame
		if dec.Decode(&f) != nil {
			s.work <- func() { s.drop(l) }
			return
		}
		s.work <- func() { s.receive(l, f) }
	}
}

func (s *server) receive(l *link, f frame) {
	if f.Answer {
		if done := l.pending[f.N]; done != nil {
			delete(l.pending, f.N)
			done(f.Problem)
		}
		return
	}
	answer := frame{N: f.N, Answer: true}
	if s.users[f.User] == nil {
		answer.Problem = "user " + f.User + " tidak ada"
	} else if !f.Only {
		s.deliver(f.User, f.Msg)
	}
	select {
	case l.out <- answer:
	default:
		s.drop(l)
	}
}

// dial opens a link and checks that the other end is the server that is wanted.
func dial(addr, own, wanted string) (net.Conn, *bufio.Reader, error) {
	until := time.Now().Add(deadline)
	conn, err := (&net.Dialer{Deadline: until}).Dial("tcp", addr)
	if err != nil {
		return nil, nil, errors.New("tidak bisa dihubungi")
	}
	conn.SetDeadline(until)
	io.WriteString(conn, hello+own+crlf)
	in := bufio.NewReader(conn)
	line, err := readLine(in)
	if id, ok := strings.CutPrefix(line, hello); err != nil || !ok || id != wanted {
		conn.Close()
		return nil, nil, errors.New("yang menjawab bukan " + wanted)
	}
	conn.SetDeadline(time.Time{})
	return conn, in, nil
}

// ---- clients

var errTooLong = errors.New("line too long")

func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return "", errTooLong
		case err != nil && err != bufio.ErrBufferFull:
			return "", err
		case bytes.HasSuffix(line, []byte(crlf)):
			return string(line[:len(line)-len(crlf)]), nil
		}
	}
}

func (s *server) serve(c *client) {
	defer c.Close()
	defer func() { s.work <- func() { delete(s.online, c) } }()
	s.work <- func() { s.online[c] = true }
	in := bufio.NewReader(c)
	answer := make(chan result, 1)
	for {
		line, err := readLine(in)
		if len(line) > 60000 && s.fault == "baris-panjang-mati" {
			panic("buffer overflow")
		}
		if err != nil {
			return
		}
		if id, ok := strings.CutPrefix(line, hello); ok {
			io.WriteString(c, hello+s.id+crlf)
			joined := make(chan *link)
			s.work <- func() { joined <- s.join(id, c.Conn) }
			s.read(<-joined, in)
			return
		}
		s.work <- func() {
			s.handle(c, line, func(ok bool, data string) {
				word, _, _ := strings.Cut(line, " ")
				res := result{Status: "OK", Data: &data, Server: s.id, Req: word[:min(len(word), 20)]}
				if !ok {
					res.Status = "ERROR"
					if s.fault == "kunci-message" && data != unknown {
						res.Data, res.Msg = nil, &data
					}
				}
				answer <- res
			})
		}
		res := <-answer
		if c.send(res) != nil || s.fault == "tutup-setelah-error" && res.Status == "ERROR" {
			return
		}
	}
}

// send writes a result in small pieces, even its end in two.
func (c *client) send(r result) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	c.write.Lock()
	defer c.write.Unlock()
	for _, piece := range [][]byte{body[:10], body[10:], []byte(crlf), []byte(crlf)} {
		if _, err = c.Write(piece); err != nil {
			break
		}
	}
	return err
}

func main() {
	port := flag.Int("port", 0, "")
	id := flag.String("id", "pasar", "")
	files := flag.String("files", ".", "")
	fault := flag.String("fault", "", strings.Join(faults, " "))
	flag.Parse()
	if *fault != "" && !slices.Contains(faults, *fault) {
		fmt.Fprintln(os.Stderr, "unknown fault; known:", strings.Join(faults, " "))
		os.Exit(2)
	}
	s := &server{id: *id, files: *files, fault: *fault, work: make(chan func(), 64), users: map[string]*user{}, groups: map[string][]string{},
		servers: map[string]string{}, links: map[string]*link{}, online: map[*client]bool{}}
	go func() {
		for f := range s.work {
			f()
		}
	}()
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(*port)))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ready", l.Addr().(*net.TCPAddr).Port)
	for {
		conn, err := l.Accept()
		if err != nil { // out of descriptors: wait for some to come back
			time.Sleep(20 * time.Millisecond)
			continue
		}
		go s.serve(&client{Conn: conn})
	}
}
