package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Gherkin writes the session as a scenario in the style of the features, to
// begin one from: in a feature a connection belongs to a user, so each is given
// the one who logs in on it. What no step of the features can say stands as a
// comment.
func Gherkin(s *Script) string {
	g := &gherkin{speakers: map[Conn]string{}}
	g.cast(s)
	var b strings.Builder
	if s.Requirement != "" {
		fmt.Fprintf(&b, "@%s\nAturan: %s\n", s.Requirement, s.Requirement)
	}
	fmt.Fprintf(&b, "  Skenario: %s\n", strings.TrimSpace("sesi yang dipersingkat "+s.Kind))
	for i := range s.Steps {
		word := "Dan"
		if i == 0 {
			word = "Ketika"
		}
		step := g.step(&s.Steps[i])
		if strings.HasPrefix(step, "#") {
			fmt.Fprintf(&b, "    %s\n", step)
			continue
		}
		fmt.Fprintf(&b, "    %s %s\n", word, step)
	}
	for _, line := range g.outcome(s) {
		fmt.Fprintf(&b, "    %s\n", line)
	}
	return b.String()
}

type gherkin struct {
	speakers map[Conn]string
	to       string // the addressee of the last message
}

// cast finds a role for each connection: who logs in on it, and if nobody does
// who registers.
func (g *gherkin) cast(s *Script) {
	for _, command := range []string{"auth ", "register "} {
		for _, st := range s.Steps {
			if g.speakers[st.On] == "" && len(st.Parts) > 1 && st.Parts[0] == Lit(command) && st.Parts[1].Kind == User && !g.taken(st.Parts[1].Text) {
				g.speakers[st.On] = st.Parts[1].Text
			}
		}
	}
	for _, st := range s.Steps {
		if g.speakers[st.On] == "" {
			g.speakers[st.On] = "tamu" + st.On.String()
			if !g.taken("tamu") {
				g.speakers[st.On] = "tamu"
			}
		}
	}
}

func (g *gherkin) taken(role string) bool {
	for _, r := range g.speakers {
		if r == role {
			return true
		}
	}
	return false
}

func (g *gherkin) step(st *Step) string {
	who := strconv.Quote(g.speakers[st.On])
	p := st.Parts
	is := func(kinds ...Kind) bool {
		return len(p) >= len(kinds) && slices.EqualFunc(p[:len(kinds)], kinds, func(p Part, k Kind) bool { return p.Kind == k })
	}
	own := is(Literal, User, Literal, Password) && len(p) == 4 && p[2].Text == " " && p[1].Text == p[3].Text && p[1].Text == g.speakers[st.On]
	switch {
	case st.How != Whole && st.How != Joined && st.How != Pieces:
		return "# " + st.String()
	case own && p[0].Text == "register ":
		return who + " mendaftar"
	case own && p[0].Text == "auth ":
		return who + " masuk"
	case is(Literal, Address, Literal, Word) && p[0].Text == "send ":
		g.to = p[1].Text
		return fmt.Sprintf("%s mengirim kepada %q pesan: %s", who, p[1].Text, g.text(p[4:]))
	case is(Literal, Group, Literal, Word) && p[0].Text == "sendgroup ":
		return fmt.Sprintf("%s mengirim pesan %q ke grup %q", who, g.text(p[4:]), p[1].Text)
	case len(p) == 1 && p[0] == Lit("inbox"):
		return who + " membaca inbox"
	case len(p) == 1 && p[0] == Lit("logout"):
		return who + " keluar"
	}
	template, said := g.template(p)
	switch {
	case !said:
		return "# " + st.String()
	case st.How == Pieces:
		return who + " mengirim request terpotong-potong: " + template
	}
	return who + " mengirim request: " + template
}

func (g *gherkin) text(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	text := strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, strings.TrimSpace(b.String()))
	if text == "" {
		return "halo"
	}
	return text
}

// template writes a request with the places that steps know. It is not said
// where there is none for a reference.
func (g *gherkin) template(parts []Part) (string, bool) {
	var b strings.Builder
	for _, p := range parts {
		switch p.Kind {
		case Literal:
			if strings.ContainsFunc(p.Text, func(r rune) bool { return r < ' ' || r == '{' || r == '}' || r == '\uFFFD' }) {
				return "", false
			}
			b.WriteString(p.Text)
		case User:
			b.WriteString("{nama " + p.Text + "}")
		case Address:
			b.WriteString("{alamat " + p.Text + "}")
		case Group:
			b.WriteString("{grup " + p.Text + "}")
		case Server:
			b.WriteString("{server " + p.Text + "}")
		case Word:
			b.WriteString("kata" + p.Text)
		default:
			return "", false
		}
	}
	return b.String(), true
}

// outcome writes what was due, as far as a step says it.
func (g *gherkin) outcome(s *Script) []string {
	inbox := fmt.Sprintf("Maka inbox %q ", g.to)
	switch {
	case s.Kind == "accepted":
		return []string{"Maka hasilnya ERROR"}
	case s.Kind == "refused":
		return []string{"Maka hasilnya OK"}
	case s.Kind == "empty":
		return []string{"Maka hasilnya OK dengan data yang terisi"}
	case s.Kind == "words":
		return []string{`Maka hasilnya "request tidak dikenali"`}
	case s.Kind == "lost" && g.to != "":
		return []string{inbox + "memuat pesan itu"}
	case s.Kind == "doubled" && g.to != "":
		return []string{inbox + "memuat pesan itu tepat satu kali"}
	case s.Kind == "changed" && g.to != "":
		return []string{inbox + "memuat pesan itu dengan utuh"}
	case s.Kind == "":
		return nil
	}
	return []string{"# Maka … (" + s.Kind + ")"}
}
