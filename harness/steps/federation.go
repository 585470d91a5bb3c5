package steps

import (
	"slices"
	"strings"
	"sync"

	"github.com/protokol-chat/chatspec/harness/peer"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// A Switch turns a server off and on again. What the server remembered may be
// lost. Both do nothing where the server is so already.
type Switch interface {
	Off() error
	// On gives the address, host:port, where the server is now: the same as
	// before if that could be had.
	On() (address string, err error)
}

// federation is what the scenarios of a run share about the two servers: links
// outlive scenarios, and whether one may be made twice is open.
type federation struct {
	linking sync.Mutex // one scenario links at a time
	moving  sync.Mutex
	moves   map[*target.Target]bool // see World.moves; guarded by moving

	mu      sync.Mutex
	relays  map[*target.Target]*peer.Relay // to each server, from the other
	first   *reply                         // the answer to the first connect of this run
	earlier bool                           // an earlier run linked the two
	asked   bool                           // whether earlier is known
	way     way                            // of the latest link that worked
	vain    bool                           // every way was tried, and none worked
	adders  map[*target.Target]account     // who first added the other server, on each
}

// account is a user who may log in again.
type account struct{ name, password string }

var federationSteps = []entry{
	{`server kedua yang sejenis`, func(w *World, _ []string, _ [][]string) error {
		switch {
		case w.run.Second == nil:
			return skip("this needs a second server of the same make; name one with --peer and --peer-id",
				"ini memerlukan server kedua yang sejenis; sebutkan dengan --peer dan --peer-id")
		case !w.run.Second.Lost().IsZero():
			why := w.run.Second.Lost()
			return &Skipped{verdict.Text{EN: "the second server cannot be used: " + why.EN, ID: "server kedua tidak dapat dipakai: " + why.ID}}
		}
		return nil
	}},
	{`user <daftar> sudah masuk di server kedua`, func(w *World, a []string, _ [][]string) error {
		return w.prepareAt(w.run.Second, list(a[0])...)
	}},
	{`user <siapa> sudah terdaftar di server kedua`, func(w *World, a []string, _ [][]string) error {
		u := w.newUser(a[0], w.run.Second)
		if err := w.register(u); err != nil {
			return err
		}
		w.disconnect(u)
		return nil
	}},
	{`user <siapa> sudah masuk, namanya sama dengan nama <siapa>`, func(w *World, a []string, _ [][]string) error {
		w.user(a[0]).name = w.user(a[1]).name
		return w.prepare(a[0])
	}},
	{`server kedua belum terkoneksi`, func(w *World, _ []string, _ [][]string) error {
		f := &w.run.federation
		f.mu.Lock()
		known, earlier := f.asked, f.earlier
		f.mu.Unlock()
		if !known {
			from, err := w.helper("penanya", w.run.Target)
			if err != nil {
				return err
			}
			to, err := w.helper("penjawab", w.run.Second)
			if err != nil {
				return err
			}
			earlier, err = w.linked(from, to, w.arrival()/2)
			if err != nil {
				return err
			}
			f.mu.Lock()
			f.asked, f.earlier = true, earlier
			f.mu.Unlock()
		}
		if earlier {
			return skip("an earlier run already linked the two servers; start them anew to judge this",
				"kedua server sudah dihubungkan sebelumnya; jalankan ulang keduanya untuk menilai ini")
		}
		return nil
	}},
	{`<siapa> sudah terhubung dengan server (?:kedua|pertama)`, func(w *World, a []string, _ [][]string) error {
		return w.link(w.user(a[0]))
	}},
	{`jika tidak ada server kedua yang terhubung dengan <siapa>, skenario ini selesai`, func(w *World, a []string, _ [][]string) error {
		// Other scenarios show the requirement without one.
		if second := w.run.Second; second == nil || !second.Lost().IsZero() || second.Dialect.ServerID == "" || w.run.Target.Dialect.ServerID == "" {
			w.over = true
			return nil
		}
		return w.orOver(w.link(w.user(a[0])))
	}},
	{`jika (?:pesan|file) itu tidak sampai( dengan utuh)? di inbox <siapa>, skenario ini selesai`, func(w *World, a []string, _ [][]string) error {
		u := w.user(a[1])
		err := w.await(u, w.arrival(), func() bool { return w.delivered(u) })
		w.over = err != nil || !w.delivered(u) // that it arrives is asked for elsewhere
		for _, t := range w.texts {
			w.over = w.over || a[0] != "" && !u.saw(t.whole)
		}
		return w.ctx.Err()
	}},
	{`<siapa> menambahkan server kedua`, func(w *World, a []string, _ [][]string) error {
		ways, err := w.ways(w.user(a[0]))
		if err != nil {
			return err
		}
		request, err := w.addOther(w.run.Second, ways[0])
		if err != nil {
			return err
		}
		w.addThere(w.user(a[0]), request)
		return nil
	}},
	{`<siapa> menambahkan dan menghubungi server kedua`, func(w *World, a []string, _ [][]string) error {
		return w.link(w.user(a[0]))
	}},
	{`server kedua terkoneksi`, func(w *World, _ []string, _ [][]string) error {
		f := &w.run.federation
		f.mu.Lock()
		first, earlier := f.first, f.earlier
		f.mu.Unlock()
		switch {
		case first == nil && earlier:
			return skip("an earlier run already linked the two servers; start them anew to judge this",
				"kedua server sudah dihubungkan sebelumnya; jalankan ulang keduanya untuk menilai ini")
		case first == nil:
			return errNoReply
		}
		if err := wantOK(first); err != nil {
			return err
		}
		return wantFilled(first)
	}},
	{`<siapa> mengirim pesan <isi> kepada <siapa> di server kedua`, func(w *World, a []string, _ [][]string) error {
		w.newUser(a[2], w.run.Second)
		return w.message(a[0], a[2], a[1])
	}},
	{`<siapa> mengirim dua puluh pesan kepada <siapa>, selagi <siapa> mengirim kepada <siapa> di server kedua`, func(w *World, a []string, _ [][]string) error {
		w.newUser(a[3], w.run.Second)
		return w.abreast([2]string{a[0], a[2]}, [2]string{a[1], a[3]}, 20)
	}},
	{`jika ada pesan <siapa> yang dijawab OK, semuanya OK, dan semua pesan <siapa> ERROR`, func(w *World, a []string, _ [][]string) error {
		if !slices.ContainsFunc(w.replies[w.marked:], func(r *reply) bool { return r.role == a[0] && r.err == nil && r.OK() }) {
			return nil // nothing gets through, which other requirements say
		}
		return w.every(func(r *reply) error {
			if r.role == a[1] {
				return wantRefused(r)
			}
			return wantOK(r)
		})
	}},
	{`server kedua hilang`, func(w *World, _ []string, _ [][]string) error {
		return w.cut()
	}},
	{`server kedua kembali`, func(w *World, _ []string, _ [][]string) error {
		if err := w.restore(); err != nil {
			return err
		}
		return w.comeBack()
	}},
	{`<siapa> menghubungi server kedua lagi`, func(w *World, a []string, _ [][]string) error {
		w.askLate(w.user(a[0]), "connect "+w.run.Second.Dialect.ServerID)
		return nil
	}},
	{`<siapa> mulai mengirim pesan <isi> kepada <siapa>`, func(w *World, a []string, _ [][]string) error {
		sender := w.user(a[0])
		address, err := w.address(sender, w.user(a[2]))
		if err != nil {
			return err
		}
		return w.begin(sender, "send "+address+" "+w.text(a[1], a[0], a[2]).whole, nil)
	}},
}

// orOver ends the scenario where it would be skipped: others show its requirement.
func (w *World) orOver(err error) error {
	if _, skipped := err.(*Skipped); skipped {
		w.over = true
		return nil
	}
	return err
}

// delivered tells whether what was sent shows in the user's inbox: the file where
// a file was sent, or else every message.
func (w *World) delivered(u *user) bool {
	if strings.HasPrefix(w.last().Request, "sendfile") {
		return u.saw(w.fileName())
	}
	return !slices.ContainsFunc(w.texts, func(t *text) bool { return !u.sawText(t) })
}

// abreast sends n messages from each of two users, the two of a pair at the same
// time.
func (w *World) abreast(from, to [2]string, n int) error {
	w.texts, w.marked = nil, len(w.replies)
	for i := range n {
		var asked [2]*reply
		for k := range from {
			m, err := w.compose(from[k], to[k], "pesan ke-"+itoa(i+1))
			if err != nil {
				return err
			}
			asked[k] = w.post(m.sender, m.request)
		}
		for k, r := range asked {
			w.collect(w.user(from[k]), r, (*session.Client).ReceiveLate)
			w.note(r)
		}
		if asked[0].err != nil || asked[1].err != nil {
			break // what comes now may answer these
		}
	}
	return nil
}

// helper is a logged-in user beside those of the scenario.
func (w *World) helper(role string, home *target.Target) (*user, error) {
	if u := w.users[role]; u != nil {
		return u, nil
	}
	err := w.prepareAt(home, role)
	return w.users[role], err
}

// Forget notes that the target was started anew: whatever link there was is
// gone.
func (r *Run) Forget() {
	r.federation.mu.Lock()
	defer r.federation.mu.Unlock()
	r.federation.way, r.federation.vain, r.federation.adders = noWay, false, nil
}

// Close ends what the scenarios of the run shared.
func (r *Run) Close() {
	r.federation.mu.Lock()
	defer r.federation.mu.Unlock()
	for _, relay := range r.federation.relays {
		relay.Cut()
	}
}
