package script

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// header is the first line of every replay file.
const header = "chatspec replay 1"

// String prints the script as a replay file; Parse reads it back.
func (s *Script) String() string {
	var b strings.Builder
	b.WriteString(header + "\n")
	if s.Requirement != "" {
		fmt.Fprintf(&b, "shows %s %s\n", s.Requirement, s.Kind)
	}
	b.WriteString("\n")
	for i := range s.Steps {
		b.WriteString(s.Steps[i].String() + "\n")
	}
	return b.String()
}

// String names the connection as replay files do: 1, 2, p1.
func (c Conn) String() string {
	if c.Peer {
		return "p" + strconv.Itoa(c.N)
	}
	return strconv.Itoa(c.N)
}

// String prints the step as one line of a replay file.
func (st *Step) String() string {
	var b strings.Builder
	b.WriteString(st.On.String())
	if st.How != Whole {
		b.WriteString(" " + st.How.String())
	}
	b.WriteString(":")
	if st.How == Left {
		return b.String()
	}
	b.WriteString(" " + st.Request())
	return b.String()
}

// Request prints the request of the step, references in braces and bytes that
// do not show escaped.
func (st *Step) Request() string {
	var b strings.Builder
	for i, p := range st.Parts {
		switch {
		case p.Kind == Literal:
			escape(&b, p.Text, i == 0, i == len(st.Parts)-1)
		case p.Kind.takesArgument():
			b.WriteString("{" + kinds[p.Kind] + " " + p.Text + "}")
		default:
			b.WriteString("{" + kinds[p.Kind] + "}")
		}
	}
	return b.String()
}

// escape writes text so that it stands on one line and survives an editor: a
// space at either end of the request shows too.
func escape(b *strings.Builder, text string, first, last bool) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(b, `\x%02x`, text[i])
		case r == ' ' && (first && i == 0 || last && i == len(text)-1):
			b.WriteString(`\x20`)
		case r == '\\' || r == '{' || r == '}':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r != ' ' && !unicode.IsPrint(r):
			for j := range size {
				fmt.Fprintf(b, `\x%02x`, text[i+j])
			}
		default:
			b.WriteString(text[i : i+size])
		}
		i += size
	}
}
