package reference_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/chat"
)

// A server on a free port, with a decorator that lets nobody send more than
// ten bytes.
func Example() {
	server, err := reference.New(reference.Config{
		Wrap: func(next chat.Handler) chat.Handler {
			return chat.HandlerFunc(func(ctx context.Context, s *chat.Session, r chat.Request) chat.Result {
				if len(r.Line) > 10 {
					return chat.Fail("singkat saja")
				}
				return next.Handle(ctx, s, r)
			})
		},
	})
	if err != nil {
		panic(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error)
	go func() { served <- server.Serve(ctx, l) }()

	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "register budi kata-sandi\r\n")
	result, _ := bufio.NewReader(conn).ReadString('\r')
	fmt.Println(strings.TrimSpace(result))

	stop()
	fmt.Println(<-served)
	// Output:
	// {"status":"ERROR","data":"singkat saja"}
	// <nil>
}
