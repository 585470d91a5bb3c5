package dialect

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

var fileHead = both(`# How one server speaks Protokol Chat v1.0. Correct what is wrong, then:
#   chatspec run ADDRESS --dialect FILE
# What is left out is as the specification says. Every key: docs/dialect.md
`, `# Cara satu server berbicara Protokol Chat v1.0. Perbaiki yang salah, lalu:
#   chatspec run ALAMAT --dialect FILE
# Yang dihilangkan berlaku seperti dalam spesifikasi. Semua kunci: docs/dialect.md
`)

// Write writes the dialect as a file that Parse reads, with a comment at every
// key in English.
func (d *Dialect) Write(w io.Writer) error { return d.WriteIn(w, verdict.English) }

// WriteIn is Write with comments in that language.
func (d *Dialect) WriteIn(w io.Writer, lang verdict.Lang) error {
	var b bytes.Buffer
	b.WriteString(fileHead.In(lang))
	for _, s := range schema {
		fmt.Fprintf(&b, "\n# %s\n%s:\n", s.about.In(lang), s.name)
		for _, k := range s.keys {
			if !k.about.IsZero() {
				fmt.Fprintf(&b, "  # %s\n", k.about.In(lang))
			}
			fmt.Fprintf(&b, "  %s: %s\n", k.name, quote(k.get(d)))
		}
	}
	fmt.Fprintf(&b, "\n# %s\naccounts:", accountsAbout.In(lang))
	if len(d.Accounts) == 0 {
		b.WriteString(" []")
	}
	b.WriteByte('\n')
	for _, a := range d.Accounts {
		fmt.Fprintf(&b, "  - user: %s\n    password: %s\n", quote(a.User), quote(a.Password))
	}
	_, err := w.Write(b.Bytes())
	return err
}

// quote writes a text in double quotes as YAML reads it. Its escapes are those
// of Go.
func quote(s string) string { return strconv.Quote(s) }
