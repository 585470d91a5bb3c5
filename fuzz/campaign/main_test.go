package campaign

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/harness/process"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
	"github.com/protokol-chat/chatspec/reference/variant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const theFile = "laporan.txt"

// serve runs a reference server with faults or readings until the test ends.
func serve(t testing.TB, names ...string) (fuzz.Target, error) {
	t.Helper()
	one := listen(t, "alpha", names...)
	return fuzz.Reach(t.Context(), verdict.Target{Address: one.Addr(), ServerID: one.config.ID, File: theFile}, 5*time.Second)
}

// quick is how much of something is done: less where tests are to be quick.
func quick(all, less int) int {
	if testing.Short() {
		return less
	}
	return all
}

// pair runs two of them, of which the first can be started again.
func pair(t testing.TB, names ...string) (fuzz.Target, *inside, error) {
	t.Helper()
	one, two := listen(t, "alpha", names...), listen(t, "beta", names...)
	tg, err := fuzz.Reach(t.Context(), verdict.Target{Address: one.Addr(), ServerID: one.config.ID, Peer: two.Addr(), PeerID: two.config.ID, File: theFile}, 5*time.Second)
	return tg, one, err
}

// inside is a server in this process. It is a Server.
type inside struct {
	config reference.Config
	addr   string
	stop   context.CancelFunc
	served chan error
}

func listen(t testing.TB, id string, names ...string) *inside {
	t.Helper()
	files := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(files, theFile), []byte("isi\n"), 0o600))
	cfg := reference.Config{ID: id, Files: files}
	names = stage(&cfg, names)
	cfg, err := variant.Apply(cfg, names...)
	require.NoError(t, err)
	cfg.HashIterations, cfg.DrainTimeout = 1, time.Millisecond
	cfg.Limits = chat.Limits{Users: 1 << 30, Groups: 1 << 30, Servers: 1 << 30, MailBytes: 1 << 40}
	s := &inside{config: cfg}
	require.NoError(t, s.start())
	t.Cleanup(s.end)
	return s
}

func (s *inside) start() error {
	server, err := reference.New(s.config)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	s.addr, s.stop, s.served = l.Addr().String(), stop, make(chan error, 1)
	served := s.served
	go func() { served <- server.Serve(ctx, l) }()
	return nil
}

// end ends the server, unless a fault did, or keeps it from ending.
func (s *inside) end() {
	s.stop()
	select {
	case err := <-s.served:
		s.served <- err
	case <-time.After(5 * time.Second):
	}
}

func (s *inside) Restart(context.Context) error {
	s.end()
	return s.start()
}

func (s *inside) Addr() string { return s.addr }

func (s *inside) Ending() (process.Ending, bool) {
	select {
	case err := <-s.served:
		s.served <- err
		return process.Ending{Code: 2}, true
	default:
		return process.Ending{}, false
	}
}

func (s *inside) Output() string { return "" }

func (s *inside) Usage() (process.Usage, error) {
	return process.Usage{}, errors.New("not known of a part of this process")
}
