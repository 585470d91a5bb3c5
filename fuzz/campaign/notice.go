package campaign

import (
	"math/bits"
	"math/rand/v2"
	"sort"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/script"
)

// pool holds the sessions that are worth varying, and what was seen so far. It
// does not change while sessions are drawn.
type pool struct {
	plain   bool
	seen    map[key]bool         // kinds of answers
	texts   map[key]map[key]bool // what was said in answers of a kind, a few each
	entries []*entry
	sums    []float64 // of the weights up to each entry
	fresh   []*script.Script
	last    time.Time // something new was seen
}

// entry is a session that showed something new.
type entry struct {
	script *script.Script
	focus  int // the step that showed it
	news   int // how many new things it showed
	varied int // how often it was varied since anything new came of it
}

const maxEntries = 1024

func (p *pool) begin(plain bool) {
	p.plain, p.seen, p.texts, p.last = plain, map[key]bool{}, map[key]map[key]bool{}, time.Now()
}

// seed adds a session that somebody gave us.
func (p *pool) seed(s *script.Script) {
	if !p.plain && len(s.Steps) > 0 {
		p.entries = append(p.entries, &entry{script: s, focus: len(s.Steps) - 1, news: 1})
		p.settle()
	}
}

// pick gives an entry to vary, those that may still pay more often; nil where
// there is none.
func (p *pool) pick(r *rand.Rand) *entry {
	if len(p.entries) == 0 {
		return nil
	}
	at := r.Float64() * p.sums[len(p.sums)-1]
	return p.entries[min(sort.SearchFloat64s(p.sums, at), len(p.entries)-1)]
}

// settle weighs the entries anew, at the end of a round: much for those that are
// new, less the more often they were varied in vain.
func (p *pool) settle() {
	if len(p.entries) > maxEntries { // those that were varied most give way
		sort.SliceStable(p.entries, func(i, j int) bool { return p.entries[i].varied < p.entries[j].varied })
		clear(p.entries[maxEntries:])
		p.entries = p.entries[:maxEntries]
	}
	p.sums = p.sums[:0]
	sum := 0.0
	for i, e := range p.entries {
		young := 1
		if i >= len(p.entries)-len(p.entries)/8-1 {
			young = 4
		}
		sum += float64(min(e.news, 16)*young) / float64(1+e.varied*e.varied/energy)
		p.sums = append(p.sums, sum)
	}
}

// energy is about the square of how often an entry is varied before others are
// more promising.
const energy = 4096

// fewTexts is how many texts are told apart in answers of one kind: a server that
// repeats what it is told has no end of them.
const fewTexts = 12

// notice keeps a session in which the server said something new.
func (p *pool) notice(c *campaign, out *outcome) {
	if out.base != nil {
		out.base.varied++
	}
	news, said, focus := 0, 0, 0
	for _, m := range out.marks {
		if !p.fresher(m) {
			continue
		}
		news++
		if m.text != 0 && (said == 0 || m.step < focus) {
			focus = m.step
		}
		if m.text != 0 {
			said++
		}
	}
	if news == 0 {
		return
	}
	p.last = time.Now()
	if said == 0 {
		return // there is no end of pairs and shapes: to vary them all would leave no time for what matters
	}
	news = said
	if out.base != nil {
		out.base.varied = 0
	}
	p.keep(c, out.script, focus, news)
}

// fresher tells whether a mark was never seen.
func (p *pool) fresher(m mark) bool {
	if m.text == 0 {
		known := p.seen[m.kind]
		p.seen[m.kind] = true
		return !known
	}
	texts := p.texts[m.kind]
	if texts == nil {
		texts = map[key]bool{}
		p.texts[m.kind] = texts
	}
	if texts[m.text] || len(texts) >= fewTexts {
		return false
	}
	texts[m.text] = true
	return true
}

// keep keeps a session to vary.
func (p *pool) keep(c *campaign, s *script.Script, focus, news int) {
	if p.plain {
		return
	}
	// What follows says nothing new: it would be played in vain each time.
	s = s.Clone()
	s.Steps = s.Steps[: focus+1 : focus+1]
	p.entries = append(p.entries, &entry{script: s, focus: focus, news: news})
	if c.o.Keep {
		p.fresh = append(p.fresh, s)
	}
}

// kinds counts the kinds of answers that were seen.
func (p *pool) kinds() int {
	n := len(p.seen)
	for _, texts := range p.texts {
		n += len(texts)
	}
	return n
}

// shapeOf gives the command of a step, and the kinds of what follows.
func shapeOf(st *script.Step) (command, shape string) {
	var b strings.Builder
	for i, p := range st.Parts {
		if p.Kind != script.Literal {
			if p.Kind != script.Word {
				b.WriteByte('a' + byte(p.Kind))
			}
			if p.Kind == script.Fill {
				b.WriteString(p.Text)
			}
			continue
		}
		text := p.Text
		if i == 0 {
			word, rest, _ := strings.Cut(text, " ")
			command, text = "?", rest
			for _, known := range commands {
				if strings.EqualFold(word, known) {
					command = known
				}
			}
		}
		if strings.Trim(text, " ,") != "" {
			b.WriteString(classes(text))
		}
	}
	return command, b.String()
}

// classes tells what kinds of characters a text has, and about how many.
func classes(text string) string {
	var has [8]bool
	for _, c := range []byte(text) {
		switch {
		case c == ' ':
			has[0] = true
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			has[1] = true
		case c >= '0' && c <= '9':
			has[2] = true
		case c == 0:
			has[3] = true
		case c < ' ' || c == 0x7f:
			has[4] = true
		case c >= 0x80:
			has[5] = true
		case c == '"' || c == '\\':
			has[6] = true
		default:
			has[7] = true
		}
	}
	if bits.Len(uint(len(text))) > 8 {
		return "L" // long
	}
	for i, yes := range has {
		if yes && i > 2 && i < 6 {
			return string('A' + byte(i))
		}
	}
	return "T"
}

// registrations counts the users that a session made.
func registrations(out *outcome) (n int) {
	for i := range out.script.Steps {
		if command, _ := shapeOf(&out.script.Steps[i]); command == "register" && i < len(out.trace) && out.trace[i] == 'O' {
			n++
		}
	}
	return n
}
