package campaign

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/fuzz"
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
	return fuzz.Reach(t.Context(), verdict.Target{Address: one.Address, ServerID: one.ServerID, File: theFile}, 5*time.Second)
}

// pair runs two of them.
func pair(t testing.TB, names ...string) (fuzz.Target, error) {
	t.Helper()
	one, two := listen(t, "alpha", names...), listen(t, "beta", names...)
	return fuzz.Reach(t.Context(), verdict.Target{Address: one.Address, ServerID: one.ServerID, Peer: two.Address, PeerID: two.ServerID, File: theFile}, 5*time.Second)
}

func listen(t testing.TB, id string, names ...string) verdict.Target {
	t.Helper()
	files := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(files, theFile), []byte("isi\n"), 0o600))
	cfg, err := variant.Apply(reference.Config{ID: id, Files: files}, names...)
	require.NoError(t, err)
	cfg.HashIterations, cfg.DrainTimeout = 1, time.Millisecond
	cfg.Limits = chat.Limits{Users: 1 << 30, Groups: 1 << 30, Servers: 1 << 30, MailBytes: 1 << 40}
	s, err := reference.New(cfg)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		<-served // a fault may have ended it
	})
	return verdict.Target{Address: l.Addr().String(), ServerID: cfg.ID}
}
