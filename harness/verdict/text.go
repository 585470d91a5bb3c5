package verdict

import "fmt"

// Lang is a language that people read reports in.
type Lang string

// The two languages of chatspec.
const (
	English    Lang = "en"
	Indonesian Lang = "id"
)

// ParseLang reads "en" or "id".
func ParseLang(s string) (Lang, error) {
	switch l := Lang(s); l {
	case English, Indonesian:
		return l, nil
	}
	return "", fmt.Errorf("unknown language %q: use id or en", s)
}

// Text is one thing said in both languages. Whoever says something to a reader
// says it in both, where it arises; writers pick one with In.
type Text struct {
	EN string `json:"en"`
	ID string `json:"id"`
}

// Textf formats the same arguments into both languages.
func Textf(en, id string, args ...any) Text {
	if len(args) == 0 {
		return Text{EN: en, ID: id}
	}
	return Text{EN: fmt.Sprintf(en, args...), ID: fmt.Sprintf(id, args...)}
}

// In gives the text in lang.
func (t Text) In(lang Lang) string {
	if lang == English {
		return t.EN
	}
	return t.ID
}

// And gives the text with another behind it.
func (t Text) And(more Text) Text { return Text{EN: t.EN + more.EN, ID: t.ID + more.ID} }

// IsZero tells whether nothing is said.
func (t Text) IsZero() bool { return t == Text{} }
