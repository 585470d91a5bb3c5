package reference

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// A link is a connection that this server opened to another and was accepted.
// Many users may ask over it at once: frames go out one at a time, and answers
// find who waits for them by their number.
type link struct {
	conn    net.Conn
	timeout time.Duration // for an answer
	turn    chan struct{} // held while a frame is being written
	gone    chan struct{} // closed when the link is

	mu      sync.Mutex
	seq     uint64
	waiting map[uint64]chan *frame
	closed  bool
}

// pause is how often a link that may be idle is asked whether it lives.
const pause = 30 * time.Second

var errGone = errors.New("link is closed")

func newLink(conn net.Conn, timeout time.Duration) *link {
	return &link{
		conn:    conn,
		timeout: timeout,
		turn:    make(chan struct{}, 1),
		gone:    make(chan struct{}),
		waiting: make(map[uint64]chan *frame),
	}
}

// ask sends a frame and returns its answer. If ctx, which has a deadline, ends
// before the answer is there, the link is closed: nobody knows any more what
// the other server did with the frame, and a later frame would fare no better.
func (k *link) ask(ctx context.Context, f *frame) (*frame, error) {
	answered := make(chan *frame, 1)
	k.mu.Lock()
	k.seq++
	f.Seq = k.seq
	k.waiting[f.Seq] = answered
	k.mu.Unlock()
	defer func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.waiting, f.Seq)
	}()

	b, err := f.encode()
	if err != nil {
		return nil, err
	}
	if err := k.write(ctx, b); err != nil {
		return nil, err
	}
	select {
	case a := <-answered:
		return a, nil
	case <-k.gone:
		err = errGone
	case <-ctx.Done():
		k.close()
		err = ctx.Err()
	}
	select {
	case a := <-answered: // the last thing that the other server said
		return a, nil
	default:
		return nil, err
	}
}

// write writes a frame as soon as it is its turn.
func (k *link) write(ctx context.Context, b []byte) error {
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-k.gone:
		return errGone
	case <-ctx.Done():
		return ctx.Err()
	}
	deadline, _ := ctx.Deadline()
	err := k.conn.SetWriteDeadline(deadline)
	if err == nil {
		_, err = k.conn.Write(b)
	}
	if err != nil {
		k.close() // half a frame may be on its way
	}
	return err
}

// read hands out answers until the link closes, and so notices at once when
// the other server goes away.
func (k *link) read() error {
	defer k.close()
	for {
		if err := k.conn.SetReadDeadline(time.Now().Add(pause + 2*k.timeout)); err != nil {
			return err
		}
		f, err := readFrame(k.conn, smallFrame)
		if err != nil {
			return err
		}
		k.mu.Lock()
		answered := k.waiting[f.Seq]
		delete(k.waiting, f.Seq)
		k.mu.Unlock()
		if answered != nil {
			answered <- f
		}
	}
}

// keepAlive asks now and then whether the other server lives, until the link
// closes.
func (k *link) keepAlive() {
	next := time.NewTicker(pause)
	defer next.Stop()
	for {
		select {
		case <-next.C:
			k.ping(context.Background(), k.timeout)
		case <-k.gone:
			return
		}
	}
}

// ping asks whether the other server lives, and closes the link if not.
func (k *link) ping(ctx context.Context, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := k.ask(ctx, &frame{Kind: ping})
	return err
}

func (k *link) alive() bool {
	select {
	case <-k.gone:
		return false
	default:
		return true
	}
}

// close may be called more than once.
func (k *link) close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.closed {
		k.closed = true
		close(k.gone)
		k.conn.Close()
	}
}
