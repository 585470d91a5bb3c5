package chat_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// A step is a request on one of the connections of a dialogue, and what is to
// come back: the status, a space, and the data in JSON, or how that begins if
// want ends with "…".
type step struct{ conn, line, want string }

// members lets a, b and c be budi, siti and tono.
var members = []step{
	{"a", "register budi rahasia", `OK "user budi sudah teregistrasi"`},
	{"b", "register siti rahasia", `OK "user siti sudah teregistrasi"`},
	{"c", "register tono rahasia", `OK "user tono sudah teregistrasi"`},
	{"a", "auth budi rahasia", `OK "…`},
	{"b", "auth siti rahasia", `OK "…`},
	{"c", "auth tono rahasia", `OK "…`},
}

const noSession = `ERROR "belum ada session…`
const noParameter = `ERROR "parameter tidak sesuai…`

func TestDialogues(t *testing.T) {
	for _, test := range []struct {
		name  string
		steps []step
	}{
		{"unknown requests", []step{
			{"a", "halo", `ERROR "request tidak dikenali"`},
			{"a", "authx budi rahasia", `ERROR "request tidak dikenali"`},
			{"a", "AUTH budi rahasia", `ERROR "request tidak dikenali"`},
			{"a", " auth budi rahasia", `ERROR "request tidak dikenali"`},
			{"a", "inbox\t", `ERROR "request tidak dikenali"`},
			{"a", "link alpha", `ERROR "request tidak dikenali"`},
			{"a", "\x01", `ERROR "request tidak dikenali"`},
		}},
		{"requests that are no text", []step{
			{"a", "register budi \xff", `ERROR "request bukan UTF-8 yang sah"`},
			{"a", "register budi \x00", `ERROR "request memuat karakter NUL"`},
			{"a", "register budi x", `OK "…`},
		}},
		{"session is asked for before parameters", []step{
			{"a", "logout", noSession}, {"a", "inbox", noSession}, {"a", "send", noSession},
			{"a", "send budi halo", noSession}, {"a", "sendgroup", noSession}, {"a", "sendfile", noSession},
			{"a", "creategroup", noSession}, {"a", "addserver", noSession}, {"a", "connect", noSession},
			{"a", "sendfilegroup", noSession},
		}},
		{"missing and surplus parameters", append(members[:len(members):len(members)], []step{
			{"a", "auth", noParameter}, {"a", "auth budi", noParameter}, {"a", "auth budi ", noParameter},
			{"a", "auth budi rahasia lain", noParameter},
			{"a", "register", noParameter}, {"a", "register wati", noParameter}, {"a", "register wati a b", noParameter},
			{"a", "send", noParameter}, {"a", "send siti", noParameter}, {"a", "send siti   ", noParameter},
			{"a", "sendgroup", noParameter}, {"a", "sendgroup g", noParameter},
			{"a", "sendfile", noParameter}, {"a", "sendfile siti", noParameter},
			{"a", "creategroup", noParameter}, {"a", "creategroup g", noParameter},
			{"a", "addserver", noParameter}, {"a", "addserver b", noParameter}, {"a", "addserver b 127.0.0.1", noParameter},
			{"a", "connect", noParameter}, {"a", "sendfilegroup", noParameter}, {"a", "sendfilegroup g", noParameter},
			{"a", "inbox now", noParameter}, {"a", "logout now", noParameter},
			{"b", "inbox ", `OK []`},
			{"a", "logout ", `OK "user budi sudah logout"`},
		}...)},
		{"register", []step{
			{"a", "register budi satu", `OK "user budi sudah teregistrasi"`},
			{"a", "register budi dua", `ERROR "nama user sudah terpakai"`},
			{"a", "auth budi dua", `ERROR "nama user atau password salah"`},
			{"a", "inbox", noSession},
			{"a", "auth budi satu", `OK "…`},
			{"a", "register a@b x", `ERROR "nama tidak sah…`},
			{"a", "register a,b x", `ERROR "nama tidak sah…`},
			{"a", "register  Ünï.c-ö_9 x", `OK "…`},
		}},
		{"auth", []step{
			{"a", "register budi rahasia", `OK "…`},
			{"a", "register siti sandi", `OK "…`},
			{"a", "auth budi rahasi", `ERROR "nama user atau password salah"`},
			{"a", "auth budi rahasia1", `ERROR "nama user atau password salah"`},
			{"a", "auth wati rahasia", `ERROR "nama user atau password salah"`},
			{"a", "inbox", noSession},
			{"a", "auth budi rahasia", `OK "…`},
			{"b", "inbox", noSession},
			{"a", "auth siti salah", `ERROR "nama user atau password salah"`},
			{"a", "logout", `OK "user budi sudah logout"`}, // the failed auth left the session
			{"a", "auth budi rahasia", `OK "…`},
			{"a", "auth siti sandi", `OK "…`},
			{"a", "logout", `OK "user siti sudah logout"`}, // the other switched it
		}},
		{"logout", append(members[:len(members):len(members)], []step{
			{"d", "auth budi rahasia", `OK "…`},
			{"a", "logout", `OK "user budi sudah logout"`},
			{"a", "inbox", noSession},
			{"a", "logout", noSession},
			{"d", "inbox", `OK []`},
			{"b", "inbox", `OK []`},
			{"a", "auth budi rahasia", `OK "…`},
		}...)},
		{"send", append(members[:len(members):len(members)], []step{
			{"a", "send siti@alpha halo  siti, \"apa\" \\ <kabar> 😀 ", `OK "pesan sudah terkirim kepada siti@alpha"`},
			{"c", "send [siti@alpha]  dua", `OK "…`},
			{"a", "send siti tiga", `OK "…`},
			{"a", "send wati@alpha x", `ERROR "user tidak dikenal"`},
			{"a", "send siti@gamma x", `ERROR "server tidak dikenal…`},
			{"a", "send siti@ x", `ERROR "alamat tidak sah…`},
			{"a", "send @alpha x", `ERROR "alamat tidak sah…`},
			{"a", "inbox", `OK []`},
			{"b", "inbox", `OK [{"dari":"budi@alpha","pesan":"halo  siti, \"apa\" \\ <kabar> 😀 "},` +
				`{"dari":"tono@alpha","pesan":" dua"},{"dari":"budi@alpha","pesan":"tiga"}]`},
			{"b", "inbox", `OK []`},
			{"a", "send budi@alpha sendiri", `OK "…`},
			{"a", "inbox", `OK [{"dari":"budi@alpha","pesan":"sendiri"}]`},
		}...)},
		{"groups", append(members[:len(members):len(members)], []step{
			{"a", "creategroup g budi,siti@alpha,siti", `OK "grup g sudah dibuat"`},
			{"a", "creategroup g tono", `ERROR "id grup sudah terpakai"`},
			{"a", "creategroup h [budi, tono]", `OK "grup h sudah dibuat"`},
			{"a", "creategroup i budi,wati", `ERROR "user tidak dikenal"`},
			{"a", "creategroup i budi,siti@beta", `ERROR "anggota grup haruslah…`},
			{"a", "creategroup i budi,,siti", `ERROR "anggota grup haruslah…`},
			{"a", "creategroup a@b budi", `ERROR "nama tidak sah…`},
			{"a", "sendgroup i x", `ERROR "grup tidak dikenal"`},
			{"a", "sendgroup g halo  semua", `OK "pesan sudah terkirim kepada anggota grup g: budi, siti"`},
			{"a", "inbox", `OK [{"dari":"budi@alpha","grup":"g","pesan":"halo  semua"}]`},
			{"b", "inbox", `OK [{"dari":"budi@alpha","grup":"g","pesan":"halo  semua"}]`},
			{"c", "inbox", `OK []`},
		}...)},
		{"files", append(members[:len(members):len(members)], []step{
			{"a", "creategroup g budi,siti", `OK "…`},
			{"a", "sendfile siti@alpha a b.txt", `OK "file a b.txt sudah terkirim kepada siti@alpha"`},
			{"a", "sendfile siti tidak.ada", `ERROR "file tidak ditemukan"`},
			{"a", "sendfile siti rusak", `ERROR "terjadi gangguan di server"`},
			{"a", "sendfile wati a b.txt", `ERROR "user tidak dikenal"`},
			{"a", "sendfile siti@gamma a b.txt", `ERROR "server tidak dikenal…`},
			{"a", "sendfilegroup g a b.txt", `OK "file a b.txt sudah terkirim kepada anggota grup g: budi, siti"`},
			{"a", "sendfilegroup h a b.txt", `ERROR "grup tidak dikenal"`},
			{"a", "sendfilegroup g tidak.ada", `ERROR "file tidak ditemukan"`},
			{"b", "inbox", `OK [{"dari":"budi@alpha","file":"a b.txt","isi":"aXNp"},` +
				`{"dari":"budi@alpha","grup":"g","file":"a b.txt","isi":"aXNp"}]`},
			{"c", "inbox", `OK []`},
		}...)},
		{"servers", append(members[:len(members):len(members)], []step{
			{"a", "addserver beta 127.0.0.1 9000", `OK "server beta sudah ditambahkan"`},
			{"a", "addserver beta 127.0.0.1 9000", `OK "server beta sudah ditambahkan"`},
			{"b", "addserver beta 127.0.0.1 9000", `OK "server beta sudah ditambahkan"`},
			{"b", "addserver beta 127.0.0.1 9001", `ERROR "id server sudah dipakai untuk alamat lain"`},
			{"a", "addserver enam ::1 1", `OK "…`},
			{"a", "addserver alpha 127.0.0.1 9000", `ERROR "id itu milik server ini sendiri"`},
			{"a", "addserver bêta 127.0.0.1 9000", `ERROR "id server tidak sah…`},
			{"a", "addserver gamma 127.0.0.256 9000", `ERROR "alamat IP tidak sah"`},
			{"a", "addserver gamma localhost 9000", `ERROR "alamat IP tidak sah"`},
			{"a", "addserver gamma 0.0.0.0 9000", `ERROR "alamat IP tidak sah"`},
			{"a", "addserver gamma 127.0.0.1 0", `ERROR "nomor port tidak sah…`},
			{"a", "addserver gamma 127.0.0.1 65536", `ERROR "nomor port tidak sah…`},
			{"a", "addserver gamma 127.0.0.1 -1", `ERROR "nomor port tidak sah…`},
			{"a", "addserver gamma 127.0.0.1 http", `ERROR "nomor port tidak sah…`},
			{"a", "connect gamma", `ERROR "server tidak dikenal…`},
			{"a", "send siti@beta halo", `ERROR "belum terkoneksi"`},
			{"a", "connect beta", `OK "server beta sudah terkoneksi"`},
			{"a", "connect enam", `ERROR "tidak dapat dihubungi"`},
			{"a", "send siti@beta halo", `OK "pesan sudah terkirim kepada siti@beta"`},
			{"a", "sendfile siti@beta a b.txt", `OK "file a b.txt sudah terkirim kepada siti@beta"`},
			{"b", "inbox", `OK []`},
			{"a", "addserver beta 127.0.0.1 9001", `OK "server beta sudah ditambahkan"`},
			{"a", "send siti@beta halo", `ERROR "belum terkoneksi"`}, // another address is another link
		}...)},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := &chat.Machine{ID: "alpha", State: newState(chat.Limits{}), Files: files{"a b.txt": "isi"}, Links: links{}}
			play(t, m, test.steps)
		})
	}
}

func TestMachineWithoutFilesAndLinks(t *testing.T) {
	m := &chat.Machine{ID: "alpha", State: newState(chat.Limits{})}
	play(t, m, append(members[:len(members):len(members)], []step{
		{"a", "sendfile siti x", `ERROR "server ini tidak menyediakan file"`},
		{"a", "addserver beta 127.0.0.1 1", `OK "…`},
		{"a", "addserver beta 127.0.0.1 2", `OK "…`},
		{"a", "connect beta", `ERROR "server ini tidak dapat menghubungi server lain"`},
		{"a", "send siti@beta x", `ERROR "server ini tidak dapat menghubungi server lain"`},
	}...))
}

func TestTokensDiffer(t *testing.T) {
	m := &chat.Machine{ID: "alpha", State: newState(chat.Limits{})}
	s := chat.NewSession(m.State)
	require.NoError(t, m.State.Register("budi", "x"))
	seen := make(map[any]bool)
	for range 100 {
		r := m.Handle(t.Context(), s, chat.Parse("auth budi x"))
		require.Equal(t, chat.OK, r.Status)
		require.Equal(t, s.Token(), r.Data)
		require.False(t, seen[r.Data])
		seen[r.Data] = true
	}
}

// play has a dialogue with a machine.
func play(t *testing.T, h *chat.Machine, steps []step) {
	t.Helper()
	sessions := make(map[string]*chat.Session)
	for _, step := range steps {
		s := sessions[step.conn]
		if s == nil {
			s = chat.NewSession(h.State)
			sessions[step.conn] = s
		}
		got := render(t, h.Handle(t.Context(), s, chat.Parse(step.line)))
		if beginning, ok := strings.CutSuffix(step.want, "…"); ok && strings.HasPrefix(got, beginning) {
			continue
		}
		require.Equal(t, step.want, got, "%s: %s", step.conn, step.line)
	}
}

func render(t *testing.T, r chat.Result) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	require.NoError(t, e.Encode(r.Data))
	return r.Status + " " + strings.TrimSuffix(b.String(), "\n")
}

func newState(limits chat.Limits) *chat.State {
	limits.HashIterations = 1
	return chat.NewState(limits)
}

// files is a chat.Files of names and contents.
type files map[string]string

func (f files) Read(name string) ([]byte, error) {
	if name == "rusak" {
		return nil, errors.New("disk on fire")
	}
	content, ok := f[name]
	if !ok {
		return nil, chat.Error("file tidak ditemukan")
	}
	return []byte(content), nil
}

// links is a chat.Links that reaches servers by IPv4 only.
type links map[chat.Server]bool

func (l links) Connect(_ context.Context, to chat.Server) error {
	if !to.Addr.Addr().Is4() {
		return chat.Error("tidak dapat dihubungi")
	}
	l[to] = true
	return nil
}

func (l links) Disconnect(to chat.Server) { delete(l, to) }

func (l links) Forward(_ context.Context, to chat.Server, user string, m chat.Message) error {
	if !l[to] {
		return chat.Error("belum terkoneksi")
	}
	if user != "siti" || m.From != "budi" {
		return errors.New("not what was sent")
	}
	return nil
}
