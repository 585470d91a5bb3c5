package process

import (
	"bytes"
	"os"
	"sync"
	"time"
)

const (
	kept      = 16 << 10 // bytes of output that are kept
	lastLines = 20
	lastBytes = 4 << 10
)

// output is what a server printed: all of it is read, the end of it is kept.
type output struct {
	drained chan struct{} // closed when nothing more will come

	mu   sync.Mutex
	tail []byte // at most 2*kept
	n    int64
}

// drain reads until all writers are gone or the read end is closed. A server
// that prints without end is read at 20 MB/s, which keeps neither it nor this
// machine busy.
func drain(r *os.File) *output {
	o := &output{drained: make(chan struct{})}
	go func() {
		defer close(o.drained)
		defer r.Close()
		const share = 1 << 20
		chunk := make([]byte, 64<<10)
		for since, quota := time.Now(), share; ; {
			n, err := r.Read(chunk)
			o.add(chunk[:n])
			if err != nil {
				return
			}
			if quota -= n; quota <= 0 {
				time.Sleep(50*time.Millisecond - time.Since(since))
				since, quota = time.Now(), share
			}
		}
	}()
	return o
}

func (o *output) add(b []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.n += int64(len(b))
	b = b[max(0, len(b)-kept):]
	o.tail = append(o.tail, b...)
	if len(o.tail) > 2*kept {
		o.tail = append(o.tail[:0], o.tail[len(o.tail)-kept:]...)
	}
}

func (o *output) total() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.n
}

// last gives the last lines.
func (o *output) last() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	b := bytes.TrimRight(o.tail, "\r\n")
	from := max(0, len(b)-lastBytes)
	for i, lines := len(b)-1, 1; i >= from; i-- {
		if b[i] != '\n' {
			continue
		}
		if lines++; lines > lastLines {
			from = i + 1
			break
		}
	}
	return string(b[from:])
}
