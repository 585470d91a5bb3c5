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

// serve runs a reference server with faults or readings until the test ends.
func serve(t testing.TB, names ...string) (fuzz.Target, error) {
	t.Helper()
	files := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(files, "laporan.txt"), []byte("isi\n"), 0o600))
	cfg, err := variant.Apply(reference.Config{Files: files}, names...)
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
	id := cfg.ID
	if id == "" {
		id = "alpha"
	}
	return fuzz.Reach(t.Context(), verdict.Target{Address: l.Addr().String(), ServerID: id, File: "laporan.txt"}, 5*time.Second)
}
