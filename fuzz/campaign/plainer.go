package campaign

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/fuzz/shrink"
)

const (
	plainerTries = 150
	plainerTime  = 5 * time.Second
)

// plainer takes bytes away from the literal text of a session that was reduced
// to few requests, and shortens long words, as long as it shows the same. It
// gives the number of replays.
func plainer(ctx context.Context, s *script.Script, limit time.Duration, try shrink.Try) (*script.Script, int) {
	tries, until := 0, time.Now().Add(limit)
	accept := func(i, j int, text string) bool {
		if tries >= plainerTries || ctx.Err() != nil || time.Now().After(until) {
			return false
		}
		c := s.Clone()
		c.Steps[i].Parts = slices.Clone(c.Steps[i].Parts)
		if c.Steps[i].Parts[j].Text = text; text == "" {
			c.Steps[i].Parts = slices.Delete(c.Steps[i].Parts, j, j+1)
		}
		if !sound(&c.Steps[i]) {
			return false
		}
		tries++
		step, shows, err := try(ctx, c)
		if err != nil || !shows || step+1 < len(c.Steps) {
			return false
		}
		s = c
		return true
	}
	for i := range s.Steps {
		for j := len(s.Steps[i].Parts) - 1; j >= 0; j-- {
			switch p := s.Steps[i].Parts[j]; {
			case p.Kind == script.Fill:
				shortFill(p.Text, func(text string) bool { return accept(i, j, text) })
			case p.Kind == script.Literal && (!common[p.Text] || len(s.Steps[i].Parts) == 1):
				fewerBytes(p.Text, func(text string) bool { return accept(i, j, text) })
			}
		}
	}
	return s, tries
}

// common are literals as every session has them: nobody learns from less.
var common = map[string]bool{
	" ": true, ",": true, "inbox": true, "logout": true, "auth ": true, "register ": true, "send ": true, "sendgroup ": true, "creategroup ": true,
	"sendfile ": true, "sendfilegroup ": true, "addserver ": true, "connect ": true, " halo": true,
}

// shortFill looks for the shortest word that does.
func shortFill(text string, accept func(string) bool) {
	high, err := strconv.Atoi(text)
	if err != nil {
		return
	}
	for low := 0; low+1 < high; {
		middle := (low + high) / 2
		if accept(strconv.Itoa(middle)) {
			high = middle
		} else {
			low = middle
		}
	}
}

// fewerBytes leaves out runs of bytes, long ones first.
func fewerBytes(text string, accept func(string) bool) {
	for size := max(len(text)/2, 1); size > 0; size /= 2 {
		for at := 0; at < len(text); {
			shorter := text[:at] + text[min(at+size, len(text)):]
			if (shorter != "" || len(text) == size) && accept(shorter) {
				text = shorter
			} else {
				at += size
			}
		}
	}
}
