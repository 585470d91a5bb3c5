package process

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// settling is how long a command has to end after a process that it started
// answers.
const settling = 300 * time.Millisecond

// await returns once the server answers the probe, or tells why it does not.
// Nothing but the probe connects: many servers do not survive a connection on
// which nothing is said.
func (p *Process) await(ctx context.Context, c *child) error {
	began := time.Now()
	limit, cancel := context.WithTimeout(ctx, p.spec.Wait)
	defer cancel()
	patience := max(p.spec.Wait/15, 50*time.Millisecond) // of one probe; doubles, for whoever needs long for the first answer
	pause := 2 * time.Millisecond
	var refused error // the last failure of a probe that found somebody listening
	var elsewhere time.Time
	for {
		if p.probable() {
			once, stop := context.WithTimeout(limit, patience)
			err := p.spec.Probe(once, p.Addr())
			stop()
			switch {
			case err == nil:
				return p.settled(ctx, c)
			case err != nil && !errors.Is(err, syscall.ECONNREFUSED) && limit.Err() == nil:
				refused = err
				patience *= 2
			}
		}
		wait := time.NewTimer(pause)
		select {
		case <-c.exited:
			wait.Stop()
			return p.exited(c)
		case <-ctx.Done():
			wait.Stop()
			if c.ended() { // which tells more
				return p.exited(c)
			}
			return ctx.Err()
		case <-limit.Done():
			wait.Stop()
			if err := ctx.Err(); err != nil {
				return err
			}
			return p.unanswered(c, refused)
		case <-wait.C:
		}
		pause = min(2*pause, 50*time.Millisecond)
		if refused != nil || time.Since(began) < min(p.spec.Wait/10, 250*time.Millisecond) {
			continue
		}
		// It will not come to the right port once it has settled at another.
		if found := listeners(c.mark()); len(found) == 0 || p.heard(found) {
			elsewhere = time.Time{}
		} else if elsewhere.IsZero() {
			elsewhere = time.Now()
		} else if time.Since(elsewhere) > p.spec.Wait/5 {
			return p.elsewhere(c, found)
		}
	}
}

// settled tells whether the process that was started remains. One that has
// another one listen may be about to leave that alone.
func (p *Process) settled(ctx context.Context, c *child) error {
	if !delegated(c) {
		return nil
	}
	timer := time.NewTimer(settling)
	defer timer.Stop()
	select {
	case <-c.exited:
		return p.exited(c)
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// probable tells whether a probe can come through. In a namespace it would not
// be refused out here.
func (p *Process) probable() bool {
	p.mu.Lock()
	ns, port := p.ns, p.port
	p.mu.Unlock()
	return ns == nil || ns.listens(port)
}

// heard tells whether one of the listeners is where the server should be, and
// takes its address if that is not 127.0.0.1 but ::1.
func (p *Process) heard(found []endpoint) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range found {
		if e.port != p.port {
			continue
		}
		if v4 := net.IPv4(127, 0, 0, 1); e.ip.IsUnspecified() || e.ip.Equal(v4) {
			return true
		}
		if e.ip.Equal(net.IPv6loopback) && p.ns == nil {
			p.addr = net.JoinHostPort("::1", strconv.Itoa(p.port))
			return true
		}
	}
	return false
}

func (p *Process) exited(c *child) error {
	e := c.ending
	how := e.Text()
	kind := Exited
	var t verdict.Text
	switch {
	case len(e.Orphans) > 0:
		kind = Background
		t = verdict.Text{
			EN: "the command ended (" + how.EN + ") and left the server running in the background, as " + join(e.Orphans) + ": start it in the foreground",
			ID: "perintah itu berakhir (" + how.ID + ") dan meninggalkan server berjalan di latar belakang, sebagai " + join(e.Orphans) + ": jalankan di latar depan",
		}
	case p.command.shell && e.Code == 127:
		kind = NotRunnable
		t = verdict.Text{
			EN: "the shell does not find a command (" + how.EN + "): check its spelling, and that it is installed",
			ID: "shell tidak menemukan perintah (" + how.ID + "): periksa ejaannya, dan apakah sudah terpasang",
		}
	default:
		t = verdict.Text{
			EN: "the server ended before it answered (" + how.EN + ")",
			ID: "server berakhir sebelum menjawab (" + how.ID + ")",
		}
	}
	return &Error{Kind: kind, Text: t, Output: e.Output, Ending: &e}
}

func (p *Process) elsewhere(c *child, found []endpoint) error {
	p.mu.Lock()
	port := p.port
	p.mu.Unlock()
	var ports []int
	var at []string
	for _, e := range found {
		ports = append(ports, e.port)
		at = append(at, e.String())
	}
	err := &Error{Kind: WrongPort, Output: c.output.last(), Ports: ports}
	switch where := strings.Join(at, ", "); {
	case found[0].port == port:
		err.Text = verdict.Textf("the server listens on %s and not on 127.0.0.1: let it listen on 0.0.0.0 or 127.0.0.1",
			"server mendengarkan di %s dan bukan di 127.0.0.1: buat agar mendengarkan di 0.0.0.0 atau 127.0.0.1", where)
	case p.spec.Port != 0:
		err.Text = verdict.Textf("the server listens on %s and not on port %d", "server mendengarkan di %s dan bukan di port %d", where, port)
	default:
		err.Text = verdict.Textf("the server listens on %s and not on port %d, which it was given: put {port} into the command, or give port %d if it stands in its source",
			"server mendengarkan di %s dan bukan di port %d yang diberikan: pakai {port} dalam perintah, atau sebutkan port %d bila tertulis dalam kodenya", where, port, found[0].port)
	}
	return err
}

// unanswered tells why the time ran out.
func (p *Process) unanswered(c *child, refused error) error {
	found := listeners(c.mark())
	if refused == nil && len(found) > 0 && !p.heard(found) {
		return p.elsewhere(c, found)
	}
	p.mu.Lock()
	port := p.port
	p.mu.Unlock()
	err := &Error{Kind: Silent, Output: c.output.last(), Cause: refused}
	if refused != nil || len(found) > 0 {
		err.Kind = NoAnswer
		err.Text = verdict.Textf("the server accepts connections on port %d, and within %v answers nothing", "server menerima koneksi di port %d, tetapi dalam %v tidak menjawab apa pun", port, p.spec.Wait)
	} else {
		err.Text = verdict.Textf("the server runs, but within %v does not listen on port %d", "server berjalan, tetapi dalam %v tidak mendengarkan di port %d", p.spec.Wait, port)
	}
	if n := c.output.total(); n >= flood {
		err.Kind = Flood
		err.Text.EN += "; it prints without end (" + strconv.FormatInt(n>>20, 10) + " MiB so far)"
		err.Text.ID += "; server mencetak tanpa henti (sudah " + strconv.FormatInt(n>>20, 10) + " MiB)"
	}
	return err
}

// endpoint is where a process listens.
type endpoint struct {
	ip   net.IP
	port int
}

// String says "port 8889", with the address where that is not all of them.
func (e endpoint) String() string {
	if e.ip.IsUnspecified() || e.ip.Equal(net.IPv4(127, 0, 0, 1)) {
		return "port " + strconv.Itoa(e.port)
	}
	return net.JoinHostPort(e.ip.String(), strconv.Itoa(e.port))
}

// join lists a few of the names.
func join(names []string) string {
	const most = 3
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
