package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// A wall of equal polls hides what came before them: it is shown once.
func TestEqualRequestsAreFolded(t *testing.T) {
	say := func(conn, text string) verdict.Event {
		return verdict.Event{Conn: conn, Dir: verdict.Sent, Data: []byte(text + "\r\n")}
	}
	come := func(conn, text string) verdict.Event {
		return verdict.Event{Conn: conn, Dir: verdict.Received, Data: []byte(text)}
	}
	events := []verdict.Event{say("budi", "send siti halo"), come("budi", "OK"), say("siti", "inbox"), come("siti", "[]")}
	for range 20 {
		events = append(events, say("siti", "inbox"), come("siti", "["), come("siti", "]"))
	}
	const lost = "lost"
	failure := &verdict.Failure{Message: verdict.Text{EN: lost, ID: lost}, Conn: "siti", Actual: "]", Caret: 0}
	for name, c := range map[string]struct {
		more  []verdict.Event
		again int // how often more; 0 for not at all
		inbox int // how many are shown
	}{
		"all alike":               {nil, 20, 1},
		"another answer":          {[]verdict.Event{say("siti", "inbox"), come("siti", "[1]")}, 20, 2},
		"another request":         {[]verdict.Event{say("siti", "logout"), come("siti", "[]")}, 20, 1},
		"another client":          {[]verdict.Event{say("budi", "inbox"), come("budi", "[]")}, 20, 2},
		"a silence is not folded": {[]verdict.Event{say("siti", "x"), {Conn: "siti", Dir: verdict.Silent}, say("siti", "x"), {Conn: "siti", Dir: verdict.Silent}}, 20, 1},
	} {
		t.Run(name, func(t *testing.T) {
			all := append(append([]verdict.Event(nil), events...), c.more...)
			p := newPage(nil, verdict.English, Style{})
			p.exchange(all, failure)
			text := p.String()
			assert.Contains(t, text, "send siti halo", "the request that mattered")
			assert.Equal(t, c.inbox, strings.Count(text, "inbox␍␊"), text)
			assert.Contains(t, text, fmt.Sprintf("the same %d× more", c.again))
			assert.NotContains(t, text, "--report json", "nothing is left out")
			assert.Contains(t, text, "^ "+lost)

			s := verdict.Scenario{Requirement: "SEND-4", Status: verdict.Fail, Failure: failure, Transcript: all}
			r := &verdict.Report{Scenarios: []verdict.Scenario{s}, Requirements: []verdict.Judged{{
				Requirement: verdict.Requirement{ID: "SEND-4", Area: "SEND"}, Status: verdict.Fail, Behaviour: verdict.Fail, Scenarios: []int{0},
			}}}
			page := string(write(t, "html", r, verdict.Indonesian))
			assert.Contains(t, page, fmt.Sprintf("sama persis, %d× lagi", c.again))
			assert.Contains(t, page, "send siti halo")
		})
	}
}
