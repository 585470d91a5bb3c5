package script

import (
	"fmt"
	"strings"
)

// Shell writes a script that plays the session with nothing but bash: it sends
// each request, and prints what comes. The target and the second server are
// those of the setting; its scope does not matter, for every run of the script
// makes names of its own.
func Shell(s *Script, to *Setting) string {
	var b strings.Builder
	b.WriteString("#!/usr/bin/env bash\n")
	if s.Requirement != "" {
		fmt.Fprintf(&b, "# shows %s %s\n", s.Requirement, s.Kind)
	}
	b.WriteString(`s=$(printf '%08d' $(( ($(date +%s) * 97 + $$) % 100000000 )) | tr 0-9 a-j) # makes every name new
S=$(printf %s "$s" | tr a-j A-J)
get() { # prints the result that comes next on a connection
  local line
  while IFS= read -r -t 5 -u "$1" line; do
    [ "$line" = $'\r' ] && return
    printf '   %s\n' "${line%$'\r'}"
  done
  echo '   (no result)'
}
`)
	open := map[Conn]int{}
	next := 3
	ask := func(c Conn, line []byte, users string) {
		fmt.Fprintf(&b, "printf %s; printf %s >&%d; get %d\n", quote([]byte(c.String()+": "+users+"\n")), quote(line), open[c], open[c])
	}
	placed := *to
	placed.Scope = scopeMark
	connect := func(c Conn) {
		ip, port := to.IP, to.Port
		if c.Peer {
			ip, port = to.PeerIP, to.PeerPort
		}
		open[c] = next
		fmt.Fprintf(&b, "exec %d<>/dev/tcp/%s/%d\n", next, ip, port)
		next++
	}
	for i := 0; i < len(s.Steps); i++ {
		st := &s.Steps[i]
		d := to.Dialect
		if st.On.Peer && to.Peer != nil {
			d = to.Peer
		}
		if open[st.On] == 0 && st.How != Left {
			connect(st.On)
		}
		line := placed.Append(nil, st)
		shown := string(line)
		if len(shown) > 200 {
			shown = shown[:200] + "..."
		}
		if st.How != Raw {
			line = append(line, d.End...)
		}
		switch {
		case st.How == Left:
			fmt.Fprintf(&b, "exec %d>&-\n", open[st.On])
			delete(open, st.On)
		case st.How.Ends():
			fmt.Fprintf(&b, "printf %s >&%d; exec %d>&-\n", quote(line), open[st.On], open[st.On])
			delete(open, st.On)
		case s.Joins(i):
			joined, results := line, 1
			for s.Joins(i) {
				i++
				results++
				joined = append(append(joined, placed.Append(nil, &s.Steps[i])...), d.End...)
			}
			fmt.Fprintf(&b, "printf %s; printf %s >&%d", quote([]byte(st.On.String()+": "+fmt.Sprint(results)+" requests at once\n")), quote(joined), open[st.On])
			for range results {
				fmt.Fprintf(&b, "; get %d", open[st.On])
			}
			b.WriteString("\n")
		case st.How == Pieces || st.How == Dribbled:
			half := len(line) / 2
			for half < len(line) && line[half] >= scopeMark[0]-ScopeLength { // not within the scope
				half++
			}
			fmt.Fprintf(&b, "printf %s >&%d; sleep 0.1\n", quote(line[:half]), open[st.On])
			ask(st.On, line[half:], shown)
		case st.How == Blank:
			ask(st.On, append([]byte(d.End), line...), shown)
		default:
			ask(st.On, line, shown)
		}
	}
	readers(s, &placed, &b, connect, ask)
	return b.String()
}

// readers reads the inboxes at the end: of the users who registered under their
// plain name.
func readers(s *Script, placed *Setting, b *strings.Builder, connect func(Conn), ask func(Conn, []byte, string)) {
	n := MaxConns
	for i := range s.Steps {
		st := &s.Steps[i]
		if len(st.Parts) < 2 || st.Parts[0] != Lit("register ") || st.Parts[1].Kind != User {
			continue
		}
		d := placed.Dialect
		if st.On.Peer && placed.Peer != nil {
			d = placed.Peer
		}
		n++
		c := Conn{Peer: st.On.Peer, N: n}
		connect(c)
		auth := "auth " + placed.User(d, st.Parts[1].Text) + " " + placed.Password(d, st.Parts[1].Text)
		ask(c, []byte(auth+d.End), auth)
		ask(c, []byte("inbox"+d.End), "inbox")
	}
}

// scopeMark stands where every run of the script puts letters of its own. It is
// no text that could stand there otherwise; a name may hold only its end. The
// bytes below it, see Setting.part, stand for capital letters.
const (
	scopeMark = "\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff"
	upperMark = "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7"
)

// quote writes bytes as a format of printf that means them, with letters of $s
// for the scope.
func quote(b []byte) string {
	var out strings.Builder
	out.WriteByte('\'')
	for len(b) > 0 {
		if k := markAt(b, scopeMark); k > 0 {
			fmt.Fprintf(&out, `'"${s: -%d}"'`, k)
			b = b[k:]
			continue
		}
		if k := markAt(b, upperMark); k > 0 {
			fmt.Fprintf(&out, `'"${S: -%d}"'`, k)
			b = b[k:]
			continue
		}
		switch c := b[0]; {
		case c == '%':
			out.WriteString("%%")
		case c < ' ' || c > '~' || c == '\'' || c == '\\':
			fmt.Fprintf(&out, `\%03o`, c)
		default:
			out.WriteByte(c)
		}
		b = b[1:]
	}
	out.WriteByte('\'')
	return out.String()
}

// markAt tells how many letters of the scope begin b.
func markAt(b []byte, mark string) int {
	for k := ScopeLength; k >= countLength; k-- {
		if strings.HasPrefix(string(b[:min(len(b), k)]), mark[ScopeLength-k:]) {
			return k
		}
	}
	return 0
}
