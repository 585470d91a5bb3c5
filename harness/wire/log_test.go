package wire

import (
	"bytes"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

func kinds(l *Log) []string {
	var k []string
	for _, e := range l.Events() {
		k = append(k, string(e.Dir))
	}
	return k
}

func TestLogTellsWhatHappened(t *testing.T) {
	addr := serve(t, func(c *net.TCPConn) {
		b := make([]byte, 6)
		_, _ = c.Read(b)
		_, _ = c.Write([]byte("{}" + Terminator))
	})
	log := NewLog()
	c, err := Dial(t.Context(), addr, "budi", log)
	require.NoError(t, err)
	require.NoError(t, c.Write([]byte("halo\r\n"), long))
	_, err = c.Read(t.Context(), Patience{Wait: long})
	require.NoError(t, err)
	_, err = c.Read(t.Context(), Patience{Wait: long})
	require.ErrorIs(t, err, ErrClosed)
	c.MarkSilent()
	c.Close()

	events := log.Events()
	assert.Equal(t, []string{"opened", "sent", "received", "closed", "silent", "left"}, kinds(log))
	assert.Equal(t, addr, events[0].Addr)
	assert.Equal(t, "halo\r\n", string(events[1].Data))
	assert.Equal(t, "{}"+Terminator, string(events[2].Data))
	for i, e := range events {
		assert.Equal(t, "budi", e.Conn)
		assert.True(t, i == 0 || e.At >= events[i-1].At)
	}
	events[1].Data[0] = 'X'
	assert.Equal(t, "halo\r\n", string(log.Events()[1].Data), "what was given is a copy")
}

func TestLogJoinsTheSegmentsOfAnAnswer(t *testing.T) {
	l := NewLog()
	l.add("budi", verdict.Received, []byte("a"))
	l.add("budi", verdict.Received, []byte("b"))
	l.add("siti", verdict.Received, []byte("c"))
	l.add("budi", verdict.Received, []byte("d"))
	l.add("budi", verdict.Sent, []byte("e"))
	l.add("budi", verdict.Sent, []byte("f"))
	var texts []string
	for _, e := range l.Events() {
		texts = append(texts, e.Conn+" "+string(e.Data))
	}
	assert.Equal(t, []string{"budi ab", "siti c", "budi d", "budi e", "budi f"}, texts)
}

// However much a server says, what was asked and how it ended stays legible.
func TestLogIsBounded(t *testing.T) {
	l := NewLog()
	chunk := bytes.Repeat([]byte("x"), 16<<10)
	for range 1000 {
		l.add("budi", verdict.Received, chunk)
		l.add("siti", verdict.Received, chunk[:10])
	}
	l.add("budi", verdict.Sent, []byte("inbox"))
	l.add("budi", verdict.Closed, nil)
	events := l.Events()
	assert.LessOrEqual(t, len(events), maxReceived+2)
	size := 0
	for _, e := range events {
		size += len(e.Data)
		assert.LessOrEqual(t, len(e.Data), maxEventBytes)
		assert.True(t, e.Dir != verdict.Received || len(e.Data) > 0, "nothing is recorded as received and empty")
	}
	assert.LessOrEqual(t, size, maxLogBytes+len("inbox"))
	assert.Equal(t, "inbox", string(events[len(events)-2].Data))
	assert.Equal(t, verdict.Closed, events[len(events)-1].Dir)

	for range 2 * maxEvents {
		l.add("budi", verdict.Sent, chunk)
	}
	assert.Len(t, l.Events(), maxEvents)
}
