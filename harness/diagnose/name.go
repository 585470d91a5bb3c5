package diagnose

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// nameCauses are mistakes about where a name begins and ends.
var nameCauses = []cause{
	{
		slug: "line-end-kept",
		says: text(`The last parameter keeps %s, so that it is another name than the one that was meant.`,
			`Parameter terakhir masih memuat %s, sehingga menjadi nama lain dari yang dimaksud.`),
		fix:  text("Strip the line before it is split into words, as with line.strip().", "Bersihkan baris sebelum dipecah menjadi kata, misalnya line.strip()."),
		sees: seesLineEnd,
	},
	{
		slug: "names-compared-loosely",
		says: text("Users whose names only begin alike are taken for one another: names are compared with startswith, `in` or without letter case, not with ==.",
			"User yang namanya hanya sama di awal dianggap sama: nama dibandingkan dengan startswith, `in`, atau tanpa membedakan huruf besar, bukan ==."),
		fix: text("Look names up in a dict, or compare them with ==.", "Cari nama di dict, atau bandingkan dengan ==."),
		sees: func(b *book, s *scene) (finding, bool) {
			if b.guestServed() || b.foreign() {
				return finding{}, false // who is taken for whom does not hang on the name
			}
			for _, x := range s.asked {
				if !x.is("inbox") || x.user == "" {
					continue
				}
				for _, l := range s.letters {
					if l.to != "" && l.to != x.user && l.user != x.user && alike(l.to, x.user) && l.unique() && l.turn < x.turn && x.shows(l.first()) {
						return sure, true
					}
				}
			}
			return finding{}, false
		},
	},
}

// alike tells whether two names that differ are one to a loose comparison.
func alike(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

func seesLineEnd(b *book, s *scene) (finding, bool) {
	i := slices.IndexFunc(s.asked, func(x *exchange) bool {
		return x.refused() && slices.Contains(endsWithName, x.command) && len(x.words) > parameters[x.command] &&
			!b.unknown(x) && !b.taken(x.command)
	})
	if i < 0 {
		return finding{}, false
	}
	x := s.asked[i]
	last := x.words[len(x.words)-1]
	if i := strings.LastIndexByte(last, ','); i >= 0 {
		last = last[i+1:]
	}
	for _, end := range lineEnds {
		if x.shows(last + end) {
			return kept(end), true
		}
	}
	// The inbox shows it of the messages, which are last parameters too.
	for _, t := range b.scenes {
		for _, l := range t.letters {
			if !l.unique() {
				continue
			}
			for _, y := range t.asked {
				if end := keptEnd(y, l.text); end != "" {
					return kept(end), true
				}
			}
		}
	}
	return finding{}, false
}

// taken tells whether a request of the command succeeded anywhere.
func (b *book) taken(command string) bool {
	return b.fact(command+" succeeds", func() bool {
		return b.any(func(_ *scene, x *exchange) bool { return x.is(command) && x.accepted() })
	})
}

func kept(end string) finding {
	if end == " " {
		return finding{true, verdict.Textf("a blank in front of it", "spasi di depannya")}
	}
	return finding{true, quoted(end)}
}

// endsWithName are the commands whose last parameter is a name.
var endsWithName = strings.Fields("creategroup connect sendfile sendfilegroup addserver")

var lineEnds = []string{"\r\n", "\r", "\n"}

// keptEnd is the end of a line that an inbox shows behind a message, or the blank
// in front of it; "" where it shows neither.
func keptEnd(x *exchange, text string) string {
	if !x.is("inbox") || !x.accepted() {
		return ""
	}
	return search(x.object(), func(leaf string) string {
		if leaf == " "+text {
			return " "
		}
		for _, end := range lineEnds {
			// A text of many lines is a list of messages.
			if strings.HasSuffix(leaf, text+end) && strings.Count(leaf, "\n") <= 1 && strings.TrimSpace(leaf) == text {
				return end
			}
		}
		return ""
	})
}

// search gives what is found in the first string of a value that has it.
func search(v any, find func(string) string) string {
	switch v := v.(type) {
	case string:
		return find(v)
	case json.Number:
		return ""
	case []any:
		for _, e := range v {
			if found := search(e, find); found != "" {
				return found
			}
		}
	case map[string]any:
		for _, e := range v {
			if found := search(e, find); found != "" {
				return found
			}
		}
	}
	return ""
}
