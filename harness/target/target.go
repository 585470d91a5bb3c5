// Package target is what a run speaks to: an address that is dialled with
// care, at the pace it shows, and watched for its health.
package target

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

const (
	// Many servers listen with a backlog of one. So the next connection is
	// dialled only when the last one was answered, or had this long to be, and
	// the longer pause where a connection was seen to be dropped.
	dialPause     = 5 * time.Millisecond
	longDialPause = 25 * time.Millisecond
	// A dial outlasts two retransmissions of a dropped SYN (1 s and 3 s).
	dialLimit = 8 * time.Second
)

// Dropped is less than it takes to dial where the system drops the first SYN, as
// the queue of the server's socket is full, and sends it again after a second.
const Dropped = 900 * time.Millisecond

// Target is one server under test. It is safe for use by several goroutines.
type Target struct {
	Address string
	Pace    *wire.Pace
	Dialect *dialect.Dialect // set before scenarios run

	dialling chan struct{} // holds the one permission to dial
	narrow   atomic.Bool   // a connection was seen to be dropped
	shy      atomic.Bool   // nonsense gets no answer, inbox does
	blunt    atomic.Bool   // nonsense gets an answer

	mu      sync.Mutex // one check at a time
	checked time.Time
	lost    verdict.Text
}

// New describes a target; it sends nothing. No wait for one result will exceed
// limit.
func New(address string, limit time.Duration) *Target {
	return &Target{
		Address:  address,
		Pace:     wire.NewPace(limit),
		Dialect:  dialect.Spec(""),
		dialling: make(chan struct{}, 1),
	}
}

// Open dials a client. Its bytes go to log under name; faults of its results
// go to notes, which may be nil.
func (t *Target) Open(ctx context.Context, name string, log *wire.Log, notes *session.Notes) (*session.Client, error) {
	c, err := t.open(ctx, name, log, notes)
	if err == nil {
		c.Suspect = t.Check
	}
	return c, err
}

func (t *Target) open(ctx context.Context, name string, log *wire.Log, notes *session.Notes) (*session.Client, error) {
	var conn *wire.Conn
	var began time.Time
	release, err := t.inTurn(ctx, func(ctx context.Context) (err error) {
		began = time.Now()
		conn, err = wire.Dial(ctx, t.Address, name, log)
		return err
	})
	if err != nil {
		return nil, err
	}
	go func() {
		pause := time.NewTimer(t.pause(time.Since(began)))
		defer pause.Stop()
		select {
		case <-conn.Answered():
		case <-pause.C:
		}
		release()
	}()
	return &session.Client{Conn: conn, Dialect: t.Dialect, Pace: t.Pace, Noted: notes}, nil
}

// pause is how long to wait for the answer on a connection that took so long to
// dial, before the next is dialled.
func (t *Target) pause(took time.Duration) time.Duration {
	if took > Dropped {
		t.narrow.Store(true)
	}
	if t.narrow.Load() {
		return longDialPause
	}
	return dialPause
}

// Local tells whether the target is on this machine, and so can reach what
// listens on its loopback interface.
func (t *Target) Local() bool {
	host, _, err := net.SplitHostPort(t.Address)
	if err != nil {
		return false
	}
	addr, err := net.ResolveIPAddr("ip", host)
	return err == nil && addr.IP.IsLoopback()
}

// Health asks for any answer at all, on a fresh connection: to nonsense, and
// where that never got one, to a request that every server knows.
func (t *Target) Health(ctx context.Context) error {
	if !t.shy.Load() {
		err := t.answers(ctx, "chatspec")
		if err == nil {
			t.blunt.Store(true)
		}
		if t.blunt.Load() || errors.Is(err, wire.ErrTooLong) || errors.Is(err, syscall.ECONNREFUSED) {
			return err
		}
	}
	err := t.answers(ctx, "inbox")
	t.shy.Store(err == nil)
	return err
}

func (t *Target) answers(ctx context.Context, request string) error {
	c, err := t.open(ctx, "chatspec", wire.NewLog(), nil)
	if err != nil {
		return err
	}
	defer c.Conn.Close()
	if err := c.Send(request); err != nil {
		return err
	}
	r, err := c.Await(ctx, t.Pace.Sure().Wait)
	if len(r.Frame.Raw) > 0 && !errors.Is(err, wire.ErrTooLong) {
		return nil // be it no result: something answers
	}
	return err
}

// Check finds out whether the target still serves anybody. What it finds is
// told by Lost. Checks that come close upon another are that one.
func (t *Target) Check(ctx context.Context) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.lost.IsZero() || time.Since(t.checked) < 100*time.Millisecond {
		return
	}
	err := t.Health(ctx)
	if err != nil && ctx.Err() == nil {
		err = t.Health(ctx)
	}
	t.checked = time.Now()
	if err != nil && ctx.Err() == nil {
		t.lost = Diagnose(err)
	}
}

// Lose notes why the target serves nobody.
func (t *Target) Lose(why verdict.Text) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lost = why
}

// Revived notes that the target serves again, at this address. Nobody may use
// it meanwhile.
func (t *Target) Revived(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Address, t.lost, t.checked = address, verdict.Text{}, time.Time{}
}

// Lost says why the target serves nobody any more; zero while it does, as far
// as is known.
func (t *Target) Lost() verdict.Text {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lost
}

// Diagnose says in words why a connection could not be had or got no answer.
func Diagnose(err error) verdict.Text {
	var dns *net.DNSError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return verdict.Textf("nobody listens there: the connection is refused", "tidak ada yang mendengarkan di sana: koneksi ditolak")
	case errors.Is(err, wire.ErrSilent):
		return verdict.Textf("it accepts connections and answers nothing", "server menerima koneksi tetapi tidak menjawab apa pun")
	case errors.Is(err, wire.ErrTooLong):
		return verdict.Textf("its answers have no end", "jawabannya tidak ada akhirnya")
	case errors.Is(err, wire.ErrClosed):
		return verdict.Textf("it closes the connection without an answer", "server menutup koneksi tanpa menjawab")
	case errors.Is(err, wire.ErrReset):
		return verdict.Textf("it resets the connection without an answer", "server memutus paksa koneksi tanpa menjawab")
	case errors.As(err, &dns):
		return verdict.Textf("the name %s is not known", "nama %s tidak dikenal", dns.Name)
	case errors.Is(err, context.DeadlineExceeded):
		return verdict.Textf("it does not accept the connection in time", "server tidak menerima koneksi pada waktunya")
	}
	return verdict.Text{EN: fmt.Sprint(err), ID: fmt.Sprint(err)}
}

// Dial opens a connection on which nothing is said, in turn with all others.
// Touch the target before it is closed, see there.
func (t *Target) Dial(ctx context.Context) (net.Conn, error) {
	conn, release, err := t.dial(ctx)
	if err == nil {
		release()
	}
	return conn, err
}

// Touch opens a connection that nobody reads from, in turn with all others, and
// asks something on it. It returns when the answer begins, or after wait: a
// connection that is given up before the target took it out of its queue would
// stand there for a minute, and keep others away.
func (t *Target) Touch(ctx context.Context, wait time.Duration) (net.Conn, error) {
	conn, release, err := t.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if conn.SetDeadline(time.Now().Add(wait)) == nil {
		request := "chatspec"
		if t.shy.Load() {
			request = "inbox"
		}
		if _, err := conn.Write(t.Dialect.Request(request)); err == nil {
			_, _ = conn.Read(make([]byte, 1)) // whether it answers is judged elsewhere
		}
	}
	return conn, conn.SetDeadline(time.Time{})
}

func (t *Target) dial(ctx context.Context) (conn net.Conn, release func(), err error) {
	release, err = t.inTurn(ctx, func(ctx context.Context) (err error) {
		var d net.Dialer
		conn, err = d.DialContext(ctx, "tcp", t.Address)
		return err
	})
	return conn, release, err
}

// inTurn dials when it is the caller's turn, which lasts until release where that
// went well. The wait for it counts in no limit of the dialling.
func (t *Target) inTurn(ctx context.Context, dial func(context.Context) error) (release func(), err error) {
	select {
	case t.dialling <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	release = func() { <-t.dialling }
	ctx, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	if err := dial(ctx); err != nil {
		release()
		return nil, err
	}
	return release, nil
}
