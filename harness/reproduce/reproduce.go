// Package reproduce writes shell scripts that do again what a transcript shows,
// with nothing but bash.
package reproduce

import (
	"bytes"
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
// again. A token is taken out of the answer that brings it. The script is ""
// where the transcript is too long to be typed, or has nothing to say.
func Script(nonce string, events []verdict.Event) string {
	lines := []string{}
	fds := map[string]int{}
	sends, size := 0, 0
	tokens := findTokens(events)
	for i, e := range events {
		switch e.Dir {
		case verdict.Opened:
			host, port, err := net.SplitHostPort(e.Addr)
			if err != nil {
				return ""
			}
			if _, again := fds[e.Conn]; !again {
				fds[e.Conn] = 3 + len(fds)
			}
			lines = append(lines, fmt.Sprintf("exec %d<>/dev/tcp/%s/%s   # %s\n", fds[e.Conn], host, port, e.Conn))
		case verdict.Sent:
			fd, open := fds[e.Conn]
			if !open {
				return ""
			}
			sends++
			size += len(e.Data)
			text := quote(e.Data, nonce, tokens.in[i])
			switch n := requests(e.Data); {
			case tokens.goesOn[i] && !bytes.HasSuffix(e.Data, []byte("\n")):
				lines = append(lines, fmt.Sprintf("put %d %s\n", fd, text))
			case n > 1:
				lines = append(lines, fmt.Sprintf("say %d %s %d\n", fd, text, n))
			default:
				lines = append(lines, fmt.Sprintf("say %d %s\n", fd, text))
			}
			lines = append(lines, tokens.from[i]...)
		case verdict.Left:
			if fd, open := fds[e.Conn]; open {
				lines = append(lines, fmt.Sprintf("exec %d>&-\n", fd))
			}
		}
	}
	if sends == 0 || sends > maxSends || size > maxBytes || len(fds) > maxConns {
		return ""
	}
	body := trimClosing(strings.Join(lines, ""))
	if strings.HasPrefix(body, "put ") || strings.Contains(body, "\nput ") {
		body = put + body
	}
	return preamble + body
}

// say says a request, prints what comes until as many results were there as
// requests, and keeps it in r. put says a piece of a request.
const preamble = `# bash
say() { printf -- "$2" >&$1; r= w=3 k=${3:-1}
  while IFS= read -rt$w l <&$1; do echo "$l"; r+=$l w=1; [ "$l" = $'\r' ] && ((--k == 0)) && return; done
  [ -z "$l" ] || echo "$l"; r+=$l; }
n=$(LC_ALL=C tr -dc a-z </dev/urandom | head -c 5)
`

const put = `put() { printf -- "$2" >&$1; sleep 0.1; }
`

// requests counts the lines that are not empty.
func requests(b []byte) (n int) {
	for line := range bytes.Lines(b) {
		if bytes.HasSuffix(line, []byte("\n")) && len(bytes.TrimSpace(line)) > 0 {
			n++
		}
	}
	return n
}

// trimClosing leaves out the closing of connections at the end: the shell does
// that.
func trimClosing(script string) string {
	lines := strings.SplitAfter(script, "\n")
	for len(lines) > 0 && (lines[len(lines)-1] == "" || strings.HasSuffix(lines[len(lines)-1], ">&-\n")) {
		lines = lines[:len(lines)-1]
	}
	return strings.Join(lines, "")
}

// quote writes bytes as a double-quoted format of printf, with variables where
// they stand for a part. What can be printed stands as it is, so that a script
// stays readable.
func quote(b []byte, nonce string, parts []part) string {
	var s strings.Builder
	s.WriteByte('"')
	at := 0
	for _, p := range parts {
		format(&s, string(b[at:p.from]), nonce)
		s.WriteString(p.text)
		at = p.to
	}
	format(&s, string(b[at:]), nonce)
	s.WriteByte('"')
	return s.String()
}

func format(s *strings.Builder, text, nonce string) {
	for len(text) > 0 {
		if nonce != "" && strings.HasPrefix(text, nonce) {
			s.WriteString("${n}")
			text = text[len(nonce):]
			continue
		}
		c, n := utf8.DecodeRuneInString(text)
		if c == utf8.RuneError && n == 1 || !strconv.IsPrint(c) && c != '\r' && c != '\n' || c == '!' {
			for _, b := range []byte(text[:n]) {
				fmt.Fprintf(s, `\x%02x`, b)
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
}
