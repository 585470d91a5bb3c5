package campaign

import (
	"bytes"
	"context"
	"net"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// BenchmarkCampaign measures checked requests a second of whole campaigns, eight
// sessions side by side, and gives them as a ratio to a bare client loop of the
// same run: eight connections, each a request and its answer, nothing looked at.
func BenchmarkCampaign(b *testing.B) {
	const pause = 4 * time.Second
	var checked, bare float64
	for b.Loop() {
		tg, err := serve(b)
		require.NoError(b, err)
		bare += loop(b, tg.Server.Address, 1, pause)
		began := time.Now()
		r, err := Run(b.Context(), tg, Options{Seed: 1, For: pause, Level: verdict.Robust})
		require.NoError(b, err)
		require.Empty(b, explain(r))
		checked += float64(r.Requests) / time.Since(began).Seconds()
	}
	report(b, checked, bare)
}

// BenchmarkPipelined has players play sessions of which all that can be goes out
// in one write, against a bare loop that writes sixteen requests at once.
func BenchmarkPipelined(b *testing.B) {
	const pause = 3 * time.Second
	var checked, bare float64
	for b.Loop() {
		tg, err := serve(b)
		require.NoError(b, err)
		bare += loop(b, tg.Server.Address, 16, pause)
		checked += players(b, tg, pause, func(c *campaign, i int) *script.Script {
			s := (&drawer{c: c, r: generator(c, i), index: 1, focus: -1}).combine().Clone()
			on := script.Conn{N: 1}
			for j := range s.Steps { // a connection each is all that can be written at once
				s.Steps[j].On, s.Steps[j].How = on, script.Joined
			}
			return s
		}, play.Care{})
	}
	report(b, checked, bare)
}

// BenchmarkRaw plays raw sessions on fresh connections, as fuzzers without a
// grammar do: the best of those measured comes to 2,900 cases a second.
func BenchmarkRaw(b *testing.B) {
	const pause = 3 * time.Second
	var checked float64
	for b.Loop() {
		tg, err := serve(b)
		require.NoError(b, err)
		steps := 0
		var mu sync.Mutex
		players(b, tg, pause, func(c *campaign, i int) *script.Script {
			s := (&drawer{c: c, r: generator(c, i), index: 1, focus: -1}).raw()
			mu.Lock()
			steps += len(s.Steps)
			mu.Unlock()
			return s
		}, play.Care{Fresh: true})
		checked += float64(steps) / pause.Seconds()
	}
	b.ReportMetric(checked/float64(b.N), "cases/s")
	b.ReportMetric(checked/float64(b.N)/2900, "of-2900")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkHeap says what a campaign holds after so many requests, those of the
// server aside.
func BenchmarkHeap(b *testing.B) {
	for b.Loop() {
		tg, err := serve(b)
		require.NoError(b, err)
		c, err := begin(b.Context(), tg, Options{Seed: 1, Requests: 100_000, Level: verdict.Robust})
		require.NoError(b, err)
		c.together()
		for c.goes() {
			c.round()
		}
		b.ReportMetric(float64(c.pool.kinds()), "kinds")
		b.ReportMetric(c.pool.size(), "pool-bytes")
		c.close()
	}
	b.ReportMetric(0, "ns/op")
}

// size estimates what the pool holds, by what is freed with it.
func (p *pool) size() float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	*p = pool{last: p.last, seen: map[key]bool{}}
	runtime.GC()
	runtime.ReadMemStats(&after)
	return float64(before.HeapAlloc) - float64(after.HeapAlloc)
}

func report(b *testing.B, checked, bare float64) {
	b.ReportMetric(checked/float64(b.N), "requests/s")
	b.ReportMetric(bare/float64(b.N), "bare/s")
	b.ReportMetric(checked/bare, "ratio")
	b.ReportMetric(0, "ns/op")
}

// players has eight players play sessions for a while and gives checked requests
// a second.
func players(b *testing.B, tg fuzz.Target, d time.Duration, draw func(*campaign, int) *script.Script, care play.Care) float64 {
	c, err := begin(b.Context(), tg, Options{Seed: 1, Level: verdict.Robust})
	require.NoError(b, err)
	defer c.close()
	c.together()
	ctx, cancel := context.WithTimeout(b.Context(), d)
	defer cancel()
	var all sync.WaitGroup
	began := time.Now()
	for w, p := range c.players {
		all.Go(func() {
			for i := w; ctx.Err() == nil; i += len(c.players) {
				if _, err := p.Play(ctx, draw(c, i), care); err != nil && time.Since(began) < d {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	n := 0
	for _, p := range c.players {
		n += p.Requests
	}
	return float64(n) / time.Since(began).Seconds()
}

// loop gives the requests a second of eight connections that write some requests
// at once and read as many answers.
func loop(b *testing.B, address string, atOnce int, d time.Duration) float64 {
	request := bytes.Repeat([]byte("inbox\r\n"), atOnce)
	end := []byte("\r\n\r\n")
	var all sync.WaitGroup
	counts := make([]int, 8)
	until := time.Now().Add(d)
	for i := range counts {
		conn, err := net.Dial("tcp", address)
		require.NoError(b, err)
		all.Go(func() {
			defer conn.Close()
			_ = conn.SetDeadline(until.Add(time.Minute)) // a bench that hangs fails
			buf := make([]byte, 64<<10)
			for time.Now().Before(until) {
				if _, err := conn.Write(request); err != nil {
					b.Error(err)
					return
				}
				for left := atOnce; left > 0; {
					n, err := conn.Read(buf)
					if err != nil {
						b.Error(err)
						return
					}
					left -= bytes.Count(buf[:n], end)
				}
				counts[i] += atOnce
			}
		})
	}
	all.Wait()
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / d.Seconds()
}
