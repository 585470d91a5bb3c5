// Package record makes sessions out of what real clients say: Script out of a
// transcript, and Proxy out of the traffic that passes through it.
package record

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Script makes a session of a transcript. Lines end with \n or \r\n. Names,
// passwords, groups and servers become roles, so that the session can be played
// again and again; each message gets a word of its own; a user who was there
// before is registered first. What is left is as it was sent. It is nil where
// nothing was said.
func Script(events []verdict.Event) *script.Script {
	r := &reader{s: &script.Script{}, conns: map[string]int{}, open: map[string][]byte{}, roles: map[string]string{}, known: map[string]bool{}}
	for _, e := range events {
		switch e.Dir {
		case verdict.Sent:
			r.sent(e.Conn, e.Data)
		case verdict.Left, verdict.Closed, verdict.Reset:
			r.left(e.Conn)
		}
	}
	if len(r.s.Steps) == 0 {
		return nil
	}
	return r.s
}

type reader struct {
	s     *script.Script
	conns map[string]int    // by the name of the connection
	open  map[string][]byte // what was sent and has no end yet
	roles map[string]string // by kind and name
	known map[string]bool   // users who were registered
	words int
}

// most is how many requests a session takes from a transcript.
const most = 500

func (r *reader) conn(name string) (script.Conn, bool) {
	n, ok := r.conns[name]
	if !ok {
		if len(r.conns) >= script.MaxConns {
			return script.Conn{}, false
		}
		n = len(r.conns) + 1
		r.conns[name] = n
	}
	return script.Conn{N: n}, true
}

func (r *reader) sent(name string, data []byte) {
	on, ok := r.conn(name)
	if !ok || len(r.open[name])+len(data) > 64<<10 {
		return
	}
	text := append(r.open[name], data...)
	for {
		line, rest, ended := bytes.Cut(text, []byte("\n"))
		if !ended {
			break
		}
		text = rest
		if line = bytes.TrimSuffix(line, []byte("\r")); len(bytes.TrimSpace(line)) > 0 && len(r.s.Steps) < most {
			r.line(on, string(line))
		}
	}
	r.open[name] = bytes.Clone(text)
}

func (r *reader) left(name string) {
	if n, ok := r.conns[name]; ok && len(r.s.Steps) > 0 && len(r.s.Steps) < most {
		r.s.Steps = append(r.s.Steps, script.Step{On: script.Conn{N: n}, How: script.Left})
	}
	delete(r.open, name)
}

// line makes a step of a request.
func (r *reader) line(on script.Conn, line string) {
	words := strings.Split(line, " ")
	add := func(parts ...script.Part) {
		r.s.Steps = append(r.s.Steps, script.Step{On: on, Parts: join(parts)})
	}
	sp, first := script.Lit(" "), script.Lit(words[0])
	switch n := len(words); {
	case words[0] == "register" && n >= 3, words[0] == "auth" && n >= 3:
		user := r.role("u", words[1])
		if words[0] == "auth" && !r.known[user] {
			add(script.Lit("register"), sp, script.Ref(script.User, user), sp, script.Ref(script.Password, user))
			r.roles["p "+user] = words[2]
		}
		if !r.known[user] && words[0] == "register" {
			r.roles["p "+user] = words[2]
		}
		r.known[user] = true
		password := script.Ref(script.Password, user)
		if r.roles["p "+user] != words[2] { // not that with which the user was registered
			password = script.Ref(script.CutPassword, user)
		}
		add(first, sp, script.Ref(script.User, user), sp, password)
	case (words[0] == "send" || words[0] == "sendfile") && n >= 3:
		user, _, at := strings.Cut(words[1], "@")
		to := script.Ref(script.User, r.role("u", user))
		if at {
			to.Kind = script.Address
		}
		add(append([]script.Part{first, sp, to, sp}, r.rest(words[0] == "send", words[2:])...)...)
	case (words[0] == "sendgroup" || words[0] == "sendfilegroup") && n >= 3:
		add(append([]script.Part{first, sp, script.Ref(script.Group, r.role("g", words[1])), sp}, r.rest(words[0] == "sendgroup", words[2:])...)...)
	case words[0] == "creategroup" && n >= 3:
		parts := []script.Part{first, sp, script.Ref(script.Group, r.role("g", words[1])), sp}
		for i, user := range strings.Split(words[2], ",") {
			if i > 0 {
				parts = append(parts, script.Lit(","))
			}
			parts = append(parts, script.Ref(script.User, r.role("u", user)))
		}
		add(parts...)
	case words[0] == "addserver" && n >= 4: // a port where nobody listens: a replay dials nobody else
		add(first, sp, script.Ref(script.Server, r.role("s", words[1])), sp, script.Lit("127.0.0.1"), sp, script.Ref(script.Vacant, ""))
	case words[0] == "connect" && n >= 2:
		add(first, sp, script.Ref(script.Server, r.role("s", words[1])))
	default:
		add(script.Lit(line))
	}
}

// rest is the message or the file of a request. A file gets a name that no
// server has.
func (r *reader) rest(message bool, words []string) []script.Part {
	r.words++
	word := script.Ref(script.Word, strconv.Itoa(r.words%676))
	if !message {
		return []script.Part{script.Lit("tidakada"), word}
	}
	return []script.Part{word, script.Lit(" " + strings.Join(words, " "))}
}

// role gives a name of the transcript a role: small letters that begin like no
// other role.
func (r *reader) role(kind, name string) string {
	key := kind + " " + name
	if role, ok := r.roles[key]; ok {
		return role
	}
	n := 0
	for k := range r.roles {
		if !strings.HasPrefix(k, "p ") {
			n++
		}
	}
	role := string([]byte{'a' + byte(n/26%26), 'a' + byte(n%26)}) + map[string]string{"u": "user", "g": "grup", "s": "server"}[kind]
	r.roles[key] = role
	return role
}

// join makes one literal of neighbouring ones, as script.Parse reads them.
func join(parts []script.Part) []script.Part {
	var all []script.Part
	for _, p := range parts {
		if n := len(all); n > 0 && p.Kind == script.Literal && all[n-1].Kind == script.Literal {
			all[n-1].Text += p.Text
			continue
		}
		all = append(all, p)
	}
	return all
}
