package through_test

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/fuzz/through"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/target"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const departs = `
server: {id: "alpha", address: "user@id"}
request: {end: "\n"}
result: {form: "json", end: "\n", text: "message", token: "tokenid", inbox: "messages", unknown: "apa itu {word}?", textless: "true"}
commands:
  auth: "masuk {user} {password}"
  inbox: "kotak {token}"
  logout: "keluar {token}"
`

// answers are what the server of the test says to a line, without its end.
var answers = map[string]string{
	"masuk budi x": `{"status":"OK","tokenid":"t1"}`,
	"masuk budi y": `{"status":"ERROR","message":"salah"}`,
	"kotak t1":     `{"status":"OK","messages":["halo"]}`,
	"keluar t1":    `{"status":"OK"}`,
	"halo":         `{"status":"ERROR","message":"apa itu halo?"}`,
	"rusak":        `{"state":1}`,
}

func serve(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for lines := bufio.NewScanner(c); lines.Scan(); {
					if answer, ok := answers[lines.Text()]; ok {
						_, _ = io.WriteString(c, answer+"\n") // the test sees what is missing
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

func TestToTheLetter(t *testing.T) {
	d, err := dialect.Parse("departs.yaml", []byte(departs))
	require.NoError(t, err)
	to := target.New("127.0.0.1:1", time.Second)
	to.Dialect = d
	l, err := through.Listen(to)
	require.NoError(t, err)
	defer l.Close()
	require.Equal(t, "\r\n", l.Dialect().End)
	require.Equal(t, "alpha", l.Dialect().ServerID)
	l.Turn(serve(t)) // as a server that was started again

	c, err := net.Dial("tcp", l.Addr())
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = io.WriteString(c, "auth budi y\r\nauth budi x\r\n\r\ninbox\r\nlogout\nhalo\r\nrusak\r\nauth ")
	require.NoError(t, err)
	require.NoError(t, c.(*net.TCPConn).CloseWrite())
	got, err := io.ReadAll(c)
	require.NoError(t, err)
	require.Equal(t, []string{
		`{"status":"ERROR","data":"salah"}`,
		`{"status":"OK","data":"t1"}`,
		`{"status":"OK","data":["halo"]}`,
		`{"status":"OK","data":"OK"}`,
		`{"status":"ERROR","data":"request tidak dikenali"}`,
		`{"state":1}`, // as it came
		``,
	}, strings.Split(string(got), "\r\n\r\n"))
}

func TestNobodyThere(t *testing.T) {
	to := target.New("127.0.0.1:1", time.Second)
	to.Dialect = dialect.Spec("alpha")
	l, err := through.Listen(to)
	require.NoError(t, err)
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr())
	if err == nil {
		defer c.Close()
		require.NoError(t, c.SetDeadline(time.Now().Add(10*time.Second)))
		_, err = c.Read(make([]byte, 1))
	}
	require.Error(t, err)
	require.NotErrorIs(t, err, io.EOF, "a reset, as of a server that is gone")
}
