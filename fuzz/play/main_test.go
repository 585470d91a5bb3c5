package play_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/target"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reply is what a server does about a request: it sends something, and may end
// the connection then.
type reply struct {
	text string
	then fate
}

type fate int

const (
	stay fate = iota
	shut
	reset
)

// Results as a server gives them.
const (
	fine  = "{\"status\": \"OK\", \"data\": \"baik\"}\r\n\r\n"
	none  = "{\"status\": \"OK\", \"data\": []}\r\n\r\n"
	wrong = "{\"status\": \"ERROR\", \"data\": \"tidak bisa\"}\r\n\r\n"
	what  = "{\"status\": \"ERROR\", \"data\": \"request tidak dikenali\"}\r\n\r\n"
)

var tokens atomic.Int32

// usual answers as a server does that nobody sends anything to.
func usual(request string) reply {
	command, _, _ := strings.Cut(request, " ")
	switch command {
	case "auth":
		return reply{text: strings.ReplaceAll(fine, "baik", fmt.Sprint("token-", tokens.Add(1)))}
	case "register", "logout":
		return reply{text: fine}
	case "inbox":
		return reply{text: none}
	}
	return reply{text: what}
}

// serve listens until the test ends. It answers the n-th request of a
// connection, from 1, as answer says, which is called by one goroutine at a
// time. Nobody is waited for longer than limit.
func serve(t *testing.T, limit time.Duration, answer func(n int, request string) reply) *play.Target {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var all sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[c] = true
			mu.Unlock()
			all.Go(func() {
				defer c.Close()
				lines := bufio.NewReader(c)
				for n := 1; ; n++ {
					line, err := lines.ReadString('\n')
					if err != nil {
						return
					}
					mu.Lock()
					r := answer(n, strings.TrimRight(line, "\r\n"))
					mu.Unlock()
					if _, err := io.WriteString(c, r.text); err != nil || r.then == shut {
						return
					}
					if r.then == reset {
						_ = c.(*net.TCPConn).SetLinger(0) // else it is a close, and the test fails
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close() // nothing can be done about it
		mu.Lock()
		for c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	to := &play.Target{Server: target.New(l.Addr().String(), limit), Vacant: 1}
	to.Server.Dialect = dialect.Spec("alpha")
	return to
}

// player makes a player that is closed when the test ends.
func player(t *testing.T, to *play.Target) *play.Player {
	t.Helper()
	p := play.New(to, script.NewScopes(1))
	t.Cleanup(p.Close)
	return p
}

// read makes a script of its lines.
func read(t *testing.T, lines ...string) *script.Script {
	t.Helper()
	s, err := script.Parse("chatspec replay 1\n" + strings.Join(lines, "\n"))
	require.NoError(t, err)
	return s
}
