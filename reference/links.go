package reference

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// links is the chat.Links of a server: the links that it opened.
type links struct {
	timeout time.Duration
	max     int
	log     *slog.Logger

	running sync.WaitGroup // goroutines of open links

	mu     sync.Mutex // never held while waiting for another server
	port   uint16     // where other servers reach this one
	open   map[chat.Server]*link
	wanted map[string]netip.AddrPort // nonce of a link being opened, and to where
	closed bool
}

func newLinks(cfg Config) *links {
	return &links{
		timeout: cfg.LinkTimeout,
		max:     cfg.MaxLinks,
		log:     cfg.Logger,
		port:    uint16(cfg.PublicPort),
		open:    make(map[chat.Server]*link),
		wanted:  make(map[string]netip.AddrPort),
	}
}

// listensOn sets the port where other servers reach this one, unless it was
// configured.
func (l *links) listensOn(port int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.port == 0 {
		l.port = uint16(port)
	}
}

const errFull = chat.Error("terlalu banyak server terhubung")

// Connect implements chat.Links.
func (l *links) Connect(ctx context.Context, to chat.Server) error {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	if k := l.get(to); k != nil {
		if err := k.ping(ctx, l.timeout/2); err == nil {
			return nil
		}
	}
	if l.full(to) { // before a link that would be dropped takes a place over there
		return errFull
	}
	k, err := l.dial(ctx, to.Addr)
	if err != nil {
		l.log.Info("no link", "to", to.ID, "addr", to.Addr, "error", err)
		return chat.Errorf("server %s tidak dapat dihubungi", to.ID)
	}
	if !l.add(to, k) {
		return errFull
	}
	l.log.Info("linked", "to", to.ID, "addr", to.Addr)
	return nil
}

// Disconnect implements chat.Links.
func (l *links) Disconnect(to chat.Server) {
	if k := l.get(to); k != nil {
		k.close()
	}
}

// Forward implements chat.Links.
func (l *links) Forward(ctx context.Context, to chat.Server, user string, m chat.Message) error {
	k := l.get(to)
	if k == nil {
		return chat.Errorf("server %s belum terkoneksi; gunakan connect", to.ID)
	}
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	a, err := k.ask(ctx, &frame{Kind: message, To: user, Message: &m})
	if err != nil {
		l.log.Info("not forwarded", "to", to.ID, "addr", to.Addr, "error", err)
		return chat.Errorf("server %s tidak menjawab", to.ID)
	}
	if a.Refusal != "" {
		return chat.Errorf("server %s menolak: %s", to.ID, a.Refusal)
	}
	return nil
}

func (l *links) get(to chat.Server) *link {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open[to]
}

// full reports whether there is no place for a link to one server more.
func (l *links) full(to chat.Server) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open[to] == nil && len(l.open) >= l.max
}

// add keeps a link until it closes, and reports whether there is one now. Of
// two to the same server the older one stays: it may be in use.
func (l *links) add(to chat.Server, k *link) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.open[to]
	switch {
	case l.closed, old == nil && len(l.open) >= l.max: // others were quicker
		k.close()
		return false
	case old != nil && old.alive():
		k.close()
		return true
	}
	l.open[to] = k
	l.running.Go(func() {
		err := k.read()
		l.log.Info("link closed", "to", to.ID, "addr", to.Addr, "error", err)
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.open[to] == k {
			delete(l.open, to)
		}
	})
	l.running.Go(k.keepAlive)
	return true
}

// close ends all links and waits until their goroutines have ended.
func (l *links) close() {
	l.mu.Lock()
	l.closed = true
	for _, k := range l.open {
		k.close()
	}
	l.mu.Unlock()
	l.running.Wait()
}
