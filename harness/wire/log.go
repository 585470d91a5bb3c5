package wire

import (
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// What a Log keeps of one scenario: enough to understand it, and no more than
// a report can hold whatever a server sends.
const (
	maxEvents     = 800
	maxReceived   = 400       // of these at most, so that what a server says leaves room for what was asked
	maxEventBytes = 16 << 10  // of one event
	maxLogBytes   = 256 << 10 // each way
)

// Log records what happens on the connections of one scenario. It is safe for
// use by several goroutines. The zero value is not ready; use NewLog.
type Log struct {
	began time.Time

	mu     sync.Mutex
	events []verdict.Event
	size   map[verdict.Dir]int // bytes kept
}

// NewLog begins a record now.
func NewLog() *Log { return &Log{began: time.Now(), size: map[verdict.Dir]int{}} }

func (l *Log) opened(conn, addr string, took time.Duration) {
	l.record(verdict.Event{Conn: conn, Dir: verdict.Opened, Addr: addr, Took: took})
}

func (l *Log) add(conn string, dir verdict.Dir, data []byte) {
	l.record(verdict.Event{Conn: conn, Dir: dir, Data: data})
}

// record keeps an event that happens now, as far as there is room, and a copy of
// its data.
func (l *Log) record(e verdict.Event) {
	e.At = time.Since(l.began)
	l.mu.Lock()
	defer l.mu.Unlock()
	dir, data := e.Dir, e.Data
	keep := min(len(data), maxEventBytes, maxLogBytes-l.size[dir])
	l.size[dir] += keep
	if dir == verdict.Received && len(l.events) > 0 {
		// Segments of one answer are one event: where TCP cut them is chance.
		if last := &l.events[len(l.events)-1]; last.Conn == e.Conn && last.Dir == dir && len(last.Data)+keep <= maxEventBytes {
			last.Data = append(last.Data, data[:keep]...)
			return
		}
	}
	if full := len(l.events) >= maxEvents; full || dir == verdict.Received && (keep == 0 || len(l.events) >= maxReceived) {
		return
	}
	e.Data = append([]byte(nil), data[:keep]...)
	l.events = append(l.events, e)
}

// Events gives what was recorded so far.
func (l *Log) Events() []verdict.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	events := make([]verdict.Event, len(l.events))
	copy(events, l.events)
	for i := range events {
		events[i].Data = append([]byte(nil), events[i].Data...)
	}
	return events
}
