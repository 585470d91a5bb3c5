package reference_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/reference"
)

// BenchmarkServer measures simple requests over loopback, by 8 clients that
// send as many at once as the name says.
func BenchmarkServer(b *testing.B) {
	for _, request := range []string{"inbox", "send budi halo"} {
		for _, depth := range []int{1, 100} {
			b.Run(fmt.Sprintf("%s/%d", strings.Fields(request)[0], depth), func(b *testing.B) {
				benchmark(b, request, depth)
			})
		}
	}
}

func benchmark(b *testing.B, request string, depth int) {
	const clients = 8
	server, err := reference.New(reference.Config{HashIterations: 1})
	require.NoError(b, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	ctx, stop := context.WithCancel(b.Context())
	served := make(chan error)
	go func() { served <- server.Serve(ctx, l) }()
	defer func() {
		stop()
		require.NoError(b, <-served)
	}()

	require.NoError(b, server.State().Register("budi", "rahasia"))
	batch := []byte(strings.Repeat(request+"\r\n", depth))
	conns := make([]net.Conn, clients)
	for i := range conns {
		conns[i], err = net.Dial("tcp", l.Addr().String())
		require.NoError(b, err)
		defer conns[i].Close()
		fmt.Fprint(conns[i], "auth budi rahasia\r\n")
		require.NoError(b, skipResults(bufio.NewReader(conns[i]), 1))
	}

	b.ResetTimer()
	var clientsDone sync.WaitGroup
	for _, conn := range conns {
		clientsDone.Go(func() {
			r := bufio.NewReader(conn)
			for n := 0; n < b.N; n += clients * depth {
				if conn == conns[0] && strings.HasPrefix(request, "send") {
					server.State().Take("budi")
				}
				if _, err := conn.Write(batch); err != nil {
					b.Error(err)
					return
				}
				if err := skipResults(r, depth); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	clientsDone.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// skipResults reads n results and requires no more of them than that they end.
func skipResults(r *bufio.Reader, n int) error {
	for n > 0 {
		line, err := r.ReadSlice('\n')
		switch {
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		case bytes.Equal(line, []byte("\r\n")):
			n--
		}
	}
	return nil
}
