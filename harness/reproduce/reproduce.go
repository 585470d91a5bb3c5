// Package reproduce writes shell scripts that do again what a transcript shows,
// with nothing but bash.
package reproduce

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// A script is for people to read: what was sent in more pieces, or is longer,
// is not written down.
const (
	maxSends = 60
	maxBytes = 8 << 10
	maxConns = 20
)

// Script gives a bash script that says to the target what the events say, in the
// same order, and prints what comes. nonce is what sets the names of a run
// apart: the script draws another each time it runs, so that it can be run
// again. It is "" where the transcript is too long to be typed, or has nothing
// to say.
func Script(nonce string, events []verdict.Event) string {
	var body strings.Builder
	fds := map[string]int{}
	sends, size := 0, 0
	for _, e := range events {
		switch e.Dir {
		case verdict.Opened:
			host, port, err := net.SplitHostPort(e.Addr)
			if err != nil {
				return ""
			}
			if _, again := fds[e.Conn]; !again {
				fds[e.Conn] = 3 + len(fds)
			}
			fmt.Fprintf(&body, "exec %d<>/dev/tcp/%s/%s   # %s\n", fds[e.Conn], host, port, e.Conn)
		case verdict.Sent:
			fd, open := fds[e.Conn]
			if !open {
				return ""
			}
			sends++
			size += len(e.Data)
			fmt.Fprintf(&body, "say %d %s\n", fd, quote(e.Data, nonce))
		case verdict.Left:
			if fd, open := fds[e.Conn]; open {
				fmt.Fprintf(&body, "exec %d>&-\n", fd)
			}
		}
	}
	if sends == 0 || sends > maxSends || size > maxBytes || len(fds) > maxConns {
		return ""
	}
	return preamble + trimClosing(body.String())
}

const preamble = `# bash; each run draws new names
say() { printf -- "$2" >&$1; while IFS= read -r -t 3 line <&$1; do printf '%s\n' "$line"; [ "$line" = $'\r' ] && break; done; }
n=$(LC_ALL=C tr -dc a-z </dev/urandom | head -c 5)
`

// trimClosing leaves out the closing of connections at the end: the shell does
// that.
func trimClosing(script string) string {
	lines := strings.SplitAfter(script, "\n")
	for len(lines) > 0 && (lines[len(lines)-1] == "" || strings.HasSuffix(lines[len(lines)-1], ">&-\n")) {
		lines = lines[:len(lines)-1]
	}
	return strings.Join(lines, "")
}

// quote writes bytes as a double-quoted format of printf. What can be printed
// stands as it is, so that a script stays readable.
func quote(b []byte, nonce string) string {
	var s strings.Builder
	s.WriteByte('"')
	text := string(b)
	for len(text) > 0 {
		if nonce != "" && strings.HasPrefix(text, nonce) {
			s.WriteString("${n}")
			text = text[len(nonce):]
			continue
		}
		c, n := utf8.DecodeRuneInString(text)
		if c == utf8.RuneError && n == 1 || !strconv.IsPrint(c) && c != '\r' && c != '\n' || c == '!' {
			for _, b := range []byte(text[:n]) {
				fmt.Fprintf(&s, `\x%02x`, b)
			}
			text = text[n:]
			continue
		}
		text = text[n:]
		switch c {
		case '\r':
			s.WriteString(`\r`)
		case '\n':
			s.WriteString(`\n`)
		case '\\':
			s.WriteString(`\\\\`)
		case '%':
			s.WriteString("%%")
		case '"', '$', '`':
			s.WriteString(`\` + string(c))
		default:
			s.WriteRune(c)
		}
	}
	s.WriteByte('"')
	return s.String()
}
