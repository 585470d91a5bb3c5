package reproduce

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const long = 10 * time.Second

// recorder answers every segment and keeps what each connection sent, in the
// order of the connections.
type recorder struct {
	addr string
	wg   sync.WaitGroup
	mu   sync.Mutex
	got  []*bytes.Buffer
}

func record(t testing.TB) *recorder {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &recorder{addr: l.Addr().String()}
	r.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(long))
			got := new(bytes.Buffer)
			r.mu.Lock()
			r.got = append(r.got, got)
			r.mu.Unlock()
			r.wg.Go(func() {
				defer c.Close()
				b := make([]byte, 64<<10)
				for {
					n, err := c.Read(b)
					if err != nil {
						return
					}
					r.mu.Lock()
					got.Write(b[:n])
					r.mu.Unlock()
					if _, err := io.WriteString(c, "{\"status\": \"OK\",\r\n \"data\": \"50% \\\\ $HOME\"}\r\n\r\n"); err != nil {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		r.wg.Wait()
	})
	return r
}

// run runs a script, and gives what it printed and what each connection got.
func run(t testing.TB, r *recorder, script string) (printed string, sent []string) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), bash, "-c", script)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), "%s\n%s", script, stderr.String())
	require.Empty(t, stderr.String(), script)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.got {
		sent = append(sent, b.String())
	}
	return stdout.String(), sent
}

func opened(conn, addr string) verdict.Event {
	return verdict.Event{Conn: conn, Dir: verdict.Opened, Addr: addr}
}

func sent(conn, text string) verdict.Event {
	return verdict.Event{Conn: conn, Dir: verdict.Sent, Data: []byte(text)}
}

func TestScriptSaysTheSameBytes(t *testing.T) {
	var all strings.Builder
	for b := range 256 {
		all.WriteByte(byte(b))
	}
	for name, text := range map[string]string{
		"a request":                 "send siti@alpha halo siti\r\n",
		"every byte":                all.String(),
		"every byte, the other way": reversed(all.String()),
		"what a shell would change": "$HOME `id` \"x\" 'y' \\ \\n \\x41 %s %% !! * ~ ${n} $(id) #\r\n",
		"an option":                 "-n -e --help\r\n",
		"an option alone":           "--",
		"text of the world":         "café 日本語 العربية 👋🏽\r\n",
		"text that does not show":   "a\u200bb\u202ec\u00a0d\u2028e\u0085f\ufeffg\ufffd\x7f\x1b[31m\r\n",
		"not UTF-8":                 "\xff\xfe\xc3\xc3\xa9\xed\xa0\x80\r\n",
		"digits behind an escape":   "\x00" + "12\x1b" + "34\xffab!0\r\n",
		"blanks":                    "  a \t b  \r\n",
		"empty lines":               "\r\n\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := record(t)
			script := Script("", []verdict.Event{opened("budi", r.addr), sent("budi", text)})
			require.True(t, utf8.ValidString(script), "a script can stand in any report")
			for _, c := range script {
				assert.True(t, c == '\n' || c == '\t' || c >= ' ' && c != 0x7f && c != '\u202e', "%q shows as it is", c)
			}
			printed, got := run(t, r, script)
			assert.Equal(t, []string{text}, got)
			assert.Contains(t, printed, `"data": "50% \\ $HOME"}`)
		})
	}
}

func reversed(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

func TestScriptDrawsNewNames(t *testing.T) {
	r := record(t)
	script := Script("qwert", []verdict.Event{
		opened("budi", r.addr), sent("budi", "register budiqwertaab Bud7qwertaab2\r\n"),
		opened("siti", r.addr), sent("siti", "inbox\r\n"),
		sent("budi", "send sitiqwertaab@alpha qwertaabaa $x qwertaabab\r\n"),
		{Conn: "budi", Dir: verdict.Received, Data: []byte("qwert")},
		{Conn: "siti", Dir: verdict.Silent},
		{Conn: "budi", Dir: verdict.Left},
		opened("budi", r.addr), sent("budi", "logout\r\n"),
		{Conn: "budi", Dir: verdict.Closed},
		{Conn: "siti", Dir: verdict.Left}, {Conn: "budi", Dir: verdict.Left},
	})
	assert.NotContains(t, script, "qwert")
	assert.True(t, strings.HasSuffix(script, `logout\r\n"`+"\n"), "the shell closes what is open at the end")
	var names []string
	for range 2 {
		r.mu.Lock()
		r.got = nil
		r.mu.Unlock()
		_, got := run(t, r, script)
		require.Len(t, got, 3, "a role that comes back has a new connection")
		m := regexp.MustCompile(`^register budi([a-z]{5})aab`).FindStringSubmatch(got[0])
		require.NotNil(t, m, got[0])
		n := m[1]
		assert.Equal(t, "register budi"+n+"aab Bud7"+n+"aab2\r\nsend siti"+n+"aab@alpha "+n+"aabaa $x "+n+"aabab\r\n", got[0])
		assert.Equal(t, "inbox\r\n", got[1])
		assert.Equal(t, "logout\r\n", got[2])
		names = append(names, n)
	}
	assert.NotEqual(t, names[0], names[1])
}

func TestScriptReachesIPv6(t *testing.T) {
	script := Script("", []verdict.Event{opened("budi", "[::1]:8889"), sent("budi", "inbox\r\n")})
	assert.Contains(t, script, "/dev/tcp/::1/8889")
}

func TestScriptOfManyConnections(t *testing.T) {
	r := record(t)
	var events []verdict.Event
	for i := range maxConns {
		name := fmt.Sprintf("tamu%d", i)
		events = append(events, opened(name, r.addr), sent(name, name+"\r\n"))
	}
	_, got := run(t, r, Script("", events))
	require.Len(t, got, maxConns)
	for i, text := range got {
		assert.Equal(t, fmt.Sprintf("tamu%d\r\n", i), text)
	}
}

func TestNoScript(t *testing.T) {
	const addr = "127.0.0.1:8889"
	many := []verdict.Event{opened("budi", addr)}
	for range maxSends + 1 {
		many = append(many, sent("budi", "x"))
	}
	var crowd []verdict.Event
	for i := range maxConns + 1 {
		crowd = append(crowd, opened(fmt.Sprint(i), addr), sent(fmt.Sprint(i), "x"))
	}
	for name, events := range map[string][]verdict.Event{
		"nothing":              nil,
		"nothing sent":         {opened("budi", addr)},
		"too much":             {opened("budi", addr), sent("budi", strings.Repeat("x", maxBytes+1))},
		"too many":             many,
		"too many connections": crowd,
		"no beginning":         {sent("budi", "x")},
		"no address":           {opened("budi", ""), sent("budi", "x")},
		"a hostile address":    {opened("budi", "$(id)"), sent("budi", "x")},
	} {
		assert.Empty(t, Script("", events), name)
	}
	assert.NotEmpty(t, Script("", many[:maxSends]))
}

// issuer gives each user who logs in another token, and knows who asks by it.
func issuer(t testing.TB, result string) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var wg sync.WaitGroup
	var mu sync.Mutex
	users, issued := map[string]string{}, 0
	answer := func(line string) string {
		mu.Lock()
		defer mu.Unlock()
		w := strings.Fields(line)
		if w[0] == "auth" {
			issued++
			token := fmt.Sprintf("%08x-%s", 0xabcdef*issued*int(time.Now().UnixNano()%97+3), w[1])
			users[token] = w[1]
			return fmt.Sprintf(result, token)
		}
		return fmt.Sprintf("for %s: %s\r\n\r\n", users[w[1]], strings.Join(w[2:], " "))
	}
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(long))
			wg.Go(func() {
				defer c.Close()
				for lines := bufio.NewScanner(c); lines.Scan(); {
					if _, err := io.WriteString(c, answer(lines.Text())); err != nil {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	return l.Addr().String()
}

// A script logs in itself: a token of the run that it is taken from is of no use.
func TestScriptTakesTokensFromAnswers(t *testing.T) {
	for name, result := range map[string]string{
		"a key of its own":  `{"status": "OK", "tokenid": "%s"}` + "\r\n\r\n",
		"the only key":      `{"token":"%s","status":"OK"}` + "\r\n\r\n",
		"a Python dict":     `{'status': 'OK', 'data': '%s'}` + "\r\n\r\n",
		"encoded twice":     `"{\"status\": \"OK\", \"data\": \"%s\"}"` + "\r\n\r\n",
		"on several lines":  "{\r\n  \"status\": \"OK\",\r\n  \"data\": \"%s\"\r\n}\r\n\r\n",
		"without quotes":    "OK token=%s\r\n\r\n",
		"at the end of all": "{\"data\": {\"token\": \"%s\"}}\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := issuer(t, result)
			got := func(conn, text string) verdict.Event {
				return verdict.Event{Conn: conn, Dir: verdict.Received, Data: []byte(text)}
			}
			budi, siti := "f0e1d2c3-budi", "d4c5b6a7-siti" // no port looks like these
			script := Script("", []verdict.Event{
				opened("budi", addr), sent("budi", "auth budi rahasia1\r\n"), got("budi", fmt.Sprintf(result, budi)),
				opened("siti", addr), sent("siti", "auth siti rahasia1\r\n"), got("siti", fmt.Sprintf(result, siti)),
				sent("budi", "send "+budi+" satu\r\nsend "+budi+" dua\r\n"), got("budi", "for budi: satu\r\n\r\nfor budi: dua\r\n\r\n"),
				sent("siti", "sen"), sent("siti", "d d4c5"), sent("siti", "b6a7-siti ti"), sent("siti", "ga\r\n"), got("siti", "for siti: tiga\r\n\r\n"),
				sent("siti", "send 00000000-0000 siapa\r\n"), got("siti", "for : siapa\r\n\r\n"),
			})
			require.NotContains(t, script, "f0e1")
			require.NotContains(t, script, "d4c5")
			bash, err := exec.LookPath("bash")
			if err != nil {
				t.Skip("no bash here")
			}
			out, err := exec.CommandContext(t.Context(), bash, "-c", script).CombinedOutput()
			require.NoError(t, err, "%s\n%s", script, out)
			for _, line := range []string{"for budi: satu\r\n", "for budi: dua\r\n", "for siti: tiga\r\n", "for : siapa\r\n"} {
				assert.Contains(t, string(out), line, script)
			}
		})
	}
}
