package harness_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
)

// startReference starts a pair of reference servers. They end with the test.
func startReference(t testing.TB, configure func(*reference.Config)) harness.Target {
	t.Helper()
	files := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(files, servedFile), []byte("catatan\n"), 0o600))
	target := harness.Target{ServerID: "alpha", PeerID: "beta", File: servedFile}
	for _, id := range []string{target.ServerID, target.PeerID} {
		config := reference.Config{ID: id, Files: files, HashIterations: 1}
		if configure != nil {
			configure(&config)
		}
		server, err := reference.New(config)
		require.NoError(t, err)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- server.Serve(ctx, l) }()
		t.Cleanup(func() {
			cancel()
			require.NoError(t, <-done)
		})
		if id == target.ServerID {
			target.Address = l.Addr().String()
		} else {
			target.Peer = l.Addr().String()
		}
	}
	return target
}

func TestReference(t *testing.T) { harness.Test(t, startReference(t, nil)) }

// A server that was tested again and again is tested the same.
func TestAgain(t *testing.T) {
	target := startReference(t, nil)
	for i := range 3 {
		r, err := harness.Run(t.Context(), target, harness.Options{Level: verdict.Should, Jobs: 1 + i*16})
		require.NoError(t, err)
		for _, j := range r.Requirements {
			// That the servers were not linked before can be judged once.
			if linked := j.ID == "FEDERATION-6" || j.ID == "CONNECT-1"; j.Status != verdict.Pass && !(linked && i > 0) {
				t.Errorf("run %d: %s: %s: %s", i+1, j.ID, j.Status, j.Reason.EN)
			}
		}
	}
}

func TestWithoutAnythingTold(t *testing.T) {
	target := startReference(t, nil)
	r, err := harness.Run(t.Context(), harness.Target{Address: target.Address}, harness.Options{Level: verdict.Must})
	require.NoError(t, err)
	require.Equal(t, "alpha", r.Target.ServerID)
	for _, j := range r.Requirements {
		require.NotEqual(t, verdict.Fail, j.Status, j.ID)
		if j.Status == verdict.Skip {
			require.Regexp(t, "--file|second server", j.Reason.EN, j.ID)
		}
	}
}

func TestInterrupted(t *testing.T) {
	target := startReference(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := harness.Run(ctx, target, harness.Options{Level: verdict.Should, Jobs: 1, Progress: func(done, _ int) {
		if done == 5 {
			cancel()
		}
	}})
	require.NoError(t, err)
	require.Equal(t, "interrupted", r.Stopped.EN)
	require.Equal(t, verdict.ExitUntestable, r.ExitCode())
	for _, j := range r.Requirements {
		require.NotEqual(t, verdict.Fail, j.Status, j.ID)
	}
}

func ExampleRun() {
	server, err := reference.New(reference.Config{ID: "alpha"})
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error)
	go func() { served <- server.Serve(ctx, listener) }()

	report, err := harness.Run(ctx, harness.Target{Address: listener.Addr().String(), ServerID: "alpha"}, harness.Options{Only: "SEND"})
	if err != nil {
		panic(err)
	}
	for _, j := range report.Requirements {
		if j.Status != verdict.Pass {
			fmt.Println(j.ID, j.Status, j.Reason.EN)
		}
	}
	fmt.Println("exit code", report.ExitCode())
	stop()
	if err := <-served; err != nil {
		panic(err)
	}
	// Output: exit code 0
}

// BenchmarkRun reports a run's time as a ratio to sending the same bytes, over
// as many connections, to a server that answers without looking.
func BenchmarkRun(b *testing.B) {
	target := startReference(b, nil)
	target.Peer, target.PeerID = "", ""
	o := harness.Options{Level: verdict.Should}
	r, err := harness.Run(b.Context(), target, o)
	require.NoError(b, err)
	blind := startBlind(b)
	var run, bare time.Duration
	for b.Loop() {
		began := time.Now()
		_, err := harness.Run(b.Context(), target, o)
		run += time.Since(began)
		require.NoError(b, err)
		began = time.Now()
		for _, s := range r.Scenarios {
			replay(b, blind, s.Transcript)
		}
		bare += time.Since(began)
	}
	b.ReportMetric(float64(run)/float64(bare), "×bare")
	b.ReportMetric(float64(len(r.Scenarios)), "scenarios")
}

// startBlind answers every line with the same result.
func startBlind(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	b.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				in := make([]byte, 64<<10)
				for {
					n, err := c.Read(in)
					if err != nil {
						return
					}
					for range bytes.Count(in[:n], []byte("\n")) {
						if _, err := c.Write([]byte("{\"status\":\"OK\",\"data\":\"pesan sudah terkirim\"}\r\n\r\n")); err != nil {
							return
						}
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

func replay(b *testing.B, address string, events []verdict.Event) {
	conns := map[string]net.Conn{}
	in := make([]byte, 64<<10)
	for _, e := range events {
		switch e.Dir {
		case verdict.Opened:
			c, err := net.Dial("tcp", address)
			require.NoError(b, err)
			defer c.Close()
			conns[e.Conn] = c
		case verdict.Sent:
			_, err := conns[e.Conn].Write(e.Data)
			require.NoError(b, err)
			if bytes.HasSuffix(e.Data, []byte("\n")) {
				_, err = conns[e.Conn].Read(in)
				require.NoError(b, err)
			}
		}
	}
}
