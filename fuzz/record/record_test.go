package record_test

import (
	"bufio"
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/fuzz/record"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func sent(conn, text string) verdict.Event {
	return verdict.Event{Conn: conn, Dir: verdict.Sent, Data: []byte(text)}
}

func TestScript(t *testing.T) {
	s := record.Script([]verdict.Event{
		sent("a", "register budi rahasia\r\nau"), sent("a", "th budi rahasia\r\n"),
		sent("b", "auth siti kunci\nauth siti salah\n"),
		sent("a", "creategroup kelas budi,siti\r\nsendgroup kelas halo semua {}\r\nsend siti@alpha apa kabar\r\nsendfile siti@alpha a.txt\r\n"),
		sent("a", "addserver jauh 203.0.113.9 80\r\nconnect jauh\r\n\r\nentah \xff\r\n"),
		{Conn: "a", Dir: verdict.Left},
	})
	require.Equal(t, `chatspec replay 1

1: register {user aauser} {password aauser}
1: auth {user aauser} {password aauser}
2: register {user abuser} {password abuser}
2: auth {user abuser} {password abuser}
2: auth {user abuser} {cutpassword abuser}
1: creategroup {group acgrup} {user aauser},{user abuser}
1: sendgroup {group acgrup} {word 1} halo semua \{\}
1: send {address abuser} {word 2} apa kabar
1: sendfile {address abuser} tidakada{word 3}
1: addserver {server adserver} 127.0.0.1 {vacant}
1: connect {server adserver}
1: entah \xff
1 left:
`, s.String())
	again, err := script.Parse(s.String())
	require.NoError(t, err)
	require.Equal(t, s, again)
	require.Nil(t, record.Script(nil))
}

func TestProxy(t *testing.T) {
	server, err := reference.New(reference.Config{HashIterations: 1})
	require.NoError(t, err)
	behind, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, behind) }()

	front, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	kept := make(chan *script.Script, 2)
	p := &record.Proxy{To: behind.Addr().String(), Keep: func(s *script.Script) error { kept <- s; return nil }}
	passed := make(chan error, 1)
	go func() { passed <- p.Serve(ctx, front) }()

	c, err := net.Dial("tcp", front.Addr().String())
	require.NoError(t, err)
	answers := bufio.NewReader(c)
	for _, request := range []string{"register budi Rahasia99", "auth budi Rahasia99"} {
		_, err = c.Write([]byte(request + "\r\n"))
		require.NoError(t, err)
		line, err := answers.ReadString('\n')
		require.NoError(t, err)
		require.Contains(t, line, `"OK"`)
		_, err = answers.ReadString('\n')
		require.NoError(t, err)
	}
	require.NoError(t, c.Close())
	s := <-kept
	require.Len(t, s.Steps, 3)
	require.Equal(t, "auth {user aauser} {password aauser}", s.Steps[1].Request())

	stop()
	require.NoError(t, <-passed)
	require.NoError(t, <-served)
}
