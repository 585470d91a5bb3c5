package history

import (
	"bytes"
	"encoding/json"

	"github.com/protokol-chat/chatspec/harness/session"
)

// searchSize bounds the work on one inbox, in bytes searched: whatever a server
// shows, a read is taken apart within a fraction of a second. What lies beyond
// it counts once, and has no rank.
const searchSize = 64 << 20

// known is what a client's reads have shown: how often each text was mentioned,
// and how many messages that were.
type known map[string]struct{ mentions, copies int }

// sight finds the texts that begin with mark in the data of an inbox, whatever
// its shape, as far as they are ours. What an earlier read showed is not taken
// apart again, since an inbox that keeps shows everything each time: its copies
// are the same as long as its mentions are, and only what is new gets a rank.
func (k known) sight(data any, mark string, ours func(text string) bool) []Sighting {
	b, _ := json.Marshal(data) // came from JSON
	searches := searchSize / (len(b) + 1)
	texts, times := mentions(b, mark, ours)
	var shown []Sighting
	fresh := map[string][]string{} // of each author
	for _, text := range texts {
		before, old := k[text]
		s := Sighting{Text: text, Copies: 1, Rank: -1}
		switch {
		case old && before.mentions == times[text]:
			s.Copies = before.copies
		case times[text] == 1:
		case searches > 0: // in several messages, or several times in one
			searches--
			s.Copies = max(session.Copies(data, text), 1)
		default:
			shown = append(shown, s)
			continue
		}
		shown = append(shown, s)
		if !old {
			fresh[author(text)] = append(fresh[author(text)], text)
		}
		before.mentions, before.copies = times[text], s.Copies
		k[text] = before
	}
	rank := map[string]int{}
	for _, texts := range fresh {
		if searches -= len(texts); searches < 0 {
			break
		}
		order, told := session.Order(data, texts)
		for place, i := range order {
			if told {
				rank[texts[i]] = place
			}
		}
	}
	for i := range shown {
		if place, ok := rank[shown[i].Text]; ok {
			shown[i].Rank = place
		}
	}
	return shown
}

// mentions lists what begins with mark and is ours, each once, in the order of
// JSON. A text is letters alone, so no encoding within another hides it.
func mentions(b []byte, mark string, ours func(text string) bool) (texts []string, times map[string]int) {
	times = map[string]int{}
	for {
		i := bytes.Index(b, []byte(mark))
		if i < 0 || i+textLength > len(b) {
			return texts, times
		}
		text := string(b[i : i+textLength])
		b = b[i+len(mark):]
		if times[text] == 0 && !ours(text) {
			continue
		}
		if times[text]++; times[text] == 1 {
			texts = append(texts, text)
		}
	}
}
