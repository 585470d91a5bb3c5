package fuzz_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/protokol-chat/chatspec/fuzz/draw"
	"github.com/protokol-chat/chatspec/fuzz/oracle"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/reference/chat"
)

// FuzzReference has the oracle judge the reference's state machine, without a
// network: two of them, joined by function calls. The input is what a session is
// drawn from.
func FuzzReference(f *testing.F) {
	for seed := range uint64(24) {
		bits := make([]byte, 4<<10)
		_, _ = rand.NewChaCha8([32]byte{byte(seed)}).Read(bits) // never fails
		f.Add(bits)
	}
	g := draw.Sessions(draw.Menu{Addresses: true, Own: true, File: true, Peer: true, Servers: true, Rough: true, Pipes: true, Shortest: 8, Longest: 64})
	scopes := script.NewScopes(1)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		s := g.Draw(t, "session")
		if v := newMachines(scopes.Next()).play(s); v != nil {
			t.Fatalf("%s %s: %s\n%.500q\n%s", v.Requirement, v.Kind, v.Failure.Message.EN, v.Failure.Actual, s)
		}
	}))
}

// TestMachinesAreJudged finds what a machine does that loses every fifth message.
func TestMachinesAreJudged(t *testing.T) {
	g := draw.Sessions(draw.Menu{Addresses: true, Own: true, Shortest: 12, Longest: 32})
	scopes := script.NewScopes(2)
	kinds := map[oracle.Kind]bool{}
	for seed := range uint64(50) {
		m := newMachines(scopes.Next())
		m.all[0].Mail = &lossy{State: m.all[0].State}
		if v := m.play(draw.Session(g, seed)); v != nil {
			kinds[v.Kind] = true
		}
	}
	require.Contains(t, kinds, oracle.Lost)
}

type lossy struct {
	*chat.State
	n int
}

func (l *lossy) Deliver(m chat.Message, users ...string) error {
	if l.n++; l.n%5 == 0 {
		return nil
	}
	return l.State.Deliver(m, users...)
}

// machines are two servers that know how to reach each other.
type machines struct {
	setting  *script.Setting
	model    *oracle.Model
	all      [2]*chat.Machine
	addrs    [2]netip.AddrPort
	sessions map[oracle.Conn]*chat.Session
}

const reader = script.MaxConns + 1 // the connection that inboxes are read on at the end

func newMachines(scope string) *machines {
	m := &machines{
		setting: &script.Setting{
			Scope: scope, Dialect: dialect.Spec("alpha"), IP: "127.0.0.1", Port: 8889,
			Peer: dialect.Spec("beta"), PeerIP: "127.0.0.1", PeerPort: 8890, Vacant: 1024, File: machineFile,
		},
		sessions: map[oracle.Conn]*chat.Session{},
	}
	m.model = oracle.New(oracle.Facts{IDs: [2]string{"alpha", "beta"}, File: machineFile, Vacant: "1024", Mark: m.setting.Mark(), Word: script.WordSize})
	for i, id := range []string{"alpha", "beta"} {
		m.addrs[i] = netip.MustParseAddrPort(fmt.Sprintf("127.0.0.1:%d", 8889+i))
		m.all[i] = &chat.Machine{ID: id, State: chat.NewState(chat.Limits{HashIterations: 1}), Files: oneFile{}, Links: &joined{m: m, from: i, open: map[chat.Server]bool{}}}
	}
	return m
}

const machineFile = "catatan.txt"

type oneFile struct{}

func (oneFile) Read(name string) ([]byte, error) {
	if name != machineFile {
		return nil, chat.Error("file tidak ditemukan")
	}
	return []byte("isi"), nil
}

// joined are the links of one of two machines.
type joined struct {
	m    *machines
	from int
	open map[chat.Server]bool
}

func (j *joined) Connect(_ context.Context, to chat.Server) error {
	if to.Addr != j.m.addrs[1-j.from] {
		return chat.Error("server tidak dapat dihubungi")
	}
	j.open[to] = true
	return nil
}

func (j *joined) Disconnect(to chat.Server) { delete(j.open, to) }

func (j *joined) Forward(_ context.Context, to chat.Server, user string, m chat.Message) error {
	if !j.open[to] {
		return chat.Error("belum terkoneksi")
	}
	there := j.m.all[1-j.from].State
	m.From += "@" + there.ServerName(j.m.addrs[j.from])
	return there.Deliver(m, user)
}

// play plays a session and reads all inboxes.
func (m *machines) play(s *script.Script) *oracle.Verdict {
	for i := range s.Steps {
		st := &s.Steps[i]
		c := connOf(st.On)
		line := m.setting.Append(nil, st)
		switch {
		case st.How == script.Raw: // it has no end: no request
			m.model.Unread(c, line)
		case st.How == script.Dropped, st.How == script.Reset:
			m.ask(c, string(line))
			m.model.Unread(c, line)
		case st.How != script.Left:
			if v := m.judged(c, string(line)); v != nil {
				return v
			}
		}
		if st.How.Ends() || st.How == script.Half {
			m.model.Ended(c)
			delete(m.sessions, c)
		}
	}
	return m.last()
}

func connOf(on script.Conn) oracle.Conn {
	c := oracle.Conn{N: on.N}
	if on.Peer {
		c.Server = 1
	}
	return c
}

func (m *machines) last() *oracle.Verdict {
	for srv := range m.all {
		users, passwords := m.model.Readers(srv)
		for i, user := range users {
			c := oracle.Conn{Server: srv, N: reader}
			for n := 1; n <= script.MaxConns; n++ {
				if name, sure := m.model.LoggedIn(oracle.Conn{Server: srv, N: n}); sure && name == user {
					c.N = n
				}
			}
			requests := []string{"auth " + user + " " + passwords[i], "inbox", "logout"}
			if c.N != reader {
				requests = requests[1:]
			}
			for _, request := range requests {
				if v := m.judged(c, request); v != nil {
					return v
				}
				if name, _ := m.model.LoggedIn(c); name != user {
					break
				}
			}
		}
	}
	return m.model.Lost()
}

// ask has a machine answer a request.
func (m *machines) ask(c oracle.Conn, line string) []byte {
	s := m.sessions[c]
	if s == nil {
		s = chat.NewSession(m.all[c.Server].State)
		m.sessions[c] = s
		m.model.Opened(c)
	}
	body, err := json.Marshal(m.all[c.Server].Handle(context.Background(), s, chat.Parse(line)))
	if err != nil {
		panic(err) // results are plain data
	}
	return body
}

func (m *machines) judged(c oracle.Conn, line string) *oracle.Verdict {
	body := m.ask(c, line)
	r, clean := oracle.Scan(body)
	if !clean {
		return &oracle.Verdict{Requirement: "WIRE-1", Kind: oracle.Form}
	}
	r.Raw = append(body, "\r\n\r\n"...)
	v := m.model.Answered(c, []byte(strings.Clone(line)), &r)
	if v != nil && v.Failure.Actual == "" {
		v.Failure.Actual = string(body)
	}
	return v
}
