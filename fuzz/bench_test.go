package fuzz_test

import (
	"bytes"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/fuzz/draw"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/reference"
)

// BenchmarkProperties measures checked requests, drawing and oracle included,
// by 8 players side by side, and gives them as a ratio to a bare client loop:
// the same requests, rendered before, over 8 connections, with nothing but the
// end of each result looked for.
func BenchmarkProperties(b *testing.B) {
	address := serve(b, reference.Config{})
	tg := fuzz.Target{Server: target.New(address, 5*time.Second)}
	tg.Server.Dialect = dialect.Spec("alpha")
	const sessions = 1000 // the two take turns, so that a busy machine slows down both
	var checked, bare rate
	for b.Loop() {
		bare.add(bareLoop(b, address, sessions))
		began := time.Now()
		r, err := fuzz.Properties(b.Context(), tg, fuzz.Options{Sessions: sessions, Seed: 1})
		require.NoError(b, err)
		require.Empty(b, r.Findings)
		checked.add(r.Requests, time.Since(began))
	}
	b.ReportMetric(checked.perSecond(), "requests/s")
	b.ReportMetric(bare.perSecond(), "bare/s")
	b.ReportMetric(checked.perSecond()/bare.perSecond(), "ratio")
	b.ReportMetric(0, "ns/op")
}

// rate is how many requests took how long.
type rate struct {
	requests int
	took     time.Duration
}

func (r *rate) add(requests int, took time.Duration) {
	r.requests, r.took = r.requests+requests, r.took+took
}

func (r *rate) perSecond() float64 { return float64(r.requests) / r.took.Seconds() }

// bareLoop gives how many requests it sent, and how long that took.
func bareLoop(b *testing.B, address string, sessions int) (int, time.Duration) {
	g := draw.Sessions(draw.Menu{Addresses: true, Own: true, Shortest: 12, Longest: 32})
	scopes := script.NewScopes(uint64(time.Now().UnixNano()))
	var lines [8][][]byte
	total := 0
	for i := range sessions {
		s := draw.Session(g, uint64(i))
		to := &script.Setting{Scope: scopes.Next(), Dialect: dialect.Spec("alpha"), Vacant: 1}
		for j := range s.Steps {
			if s.Steps[j].How > script.Dribbled {
				continue // not all of these have one result
			}
			lines[i%8] = append(lines[i%8], append(to.Append(nil, &s.Steps[j]), "\r\n"...))
			total++
		}
	}
	began := time.Now()
	var clients sync.WaitGroup
	for i := range lines {
		conn, err := net.Dial("tcp", address)
		require.NoError(b, err)
		clients.Go(func() {
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(time.Minute)) // a bench that hangs fails
			buf := make([]byte, 1<<20)
			for _, line := range lines[i] {
				if _, err := conn.Write(line); err != nil {
					b.Error(err)
					return
				}
				for n := 0; !bytes.HasSuffix(buf[:n], []byte("\r\n\r\n")); {
					k, err := conn.Read(buf[n:])
					if err != nil {
						b.Error(err)
						return
					}
					n += k
				}
			}
		})
	}
	clients.Wait()
	return total, time.Since(began)
}
