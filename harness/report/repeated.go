package report

import (
	"bytes"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// repeated says which events of a transcript repeat what is shown: a request asked
// again and again, with the same answer each time, such as an inbox in which a
// message does not show.
type repeated struct {
	hidden []bool      // by event
	times  map[int]int // how often more, by the last event of what is shown
}

// repeats leaves of equal requests in a row the last, so that a failure shows what
// came before them.
func repeats(events []verdict.Event) repeated {
	f := repeated{make([]bool, len(events)), map[int]int{}}
	for from := 0; from < len(events); {
		to := blockEnd(events, from)
		times := 0
		for next := to; next < len(events); times++ {
			end := blockEnd(events, next)
			if !sameBlock(events[from:to], events[next:end]) {
				break
			}
			for i := from; i < to; i++ {
				f.hidden[i] = true
			}
			from, to, next = next, end, end
		}
		if times > 0 {
			f.times[to-1] = times
		}
		from = to
	}
	return f
}

// blockEnd is the end of the block that begins at from: a request with what came
// of it on its connection, before anything else was done.
func blockEnd(events []verdict.Event, from int) int {
	to := from + 1
	for to < len(events) && events[to].Dir != verdict.Sent && events[to].Dir != verdict.Opened && events[to].Conn == events[from].Conn {
		to++
	}
	return to
}

// sameBlock tells whether two blocks are the same request with the same answer,
// however its bytes came.
func sameBlock(a, b []verdict.Event) bool {
	if a[0].Dir != verdict.Sent || len(a) < 2 || a[0].Conn != b[0].Conn || b[0].Dir != verdict.Sent || !bytes.Equal(a[0].Data, b[0].Data) {
		return false
	}
	came := func(block []verdict.Event) (data []byte, others []verdict.Dir) {
		for _, e := range block[1:] {
			if data = append(data, e.Data...); e.Dir != verdict.Received {
				others = append(others, e.Dir)
			}
		}
		return data, others
	}
	ad, ao := came(a)
	bd, bo := came(b)
	return len(ao) == 0 && len(bo) == 0 && bytes.Equal(ad, bd)
}
