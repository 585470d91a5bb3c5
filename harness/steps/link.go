package steps

import (
	"net"
	"strconv"
	"time"

	"github.com/protokol-chat/chatspec/harness/peer"
	"github.com/protokol-chat/chatspec/harness/target"
)

// way is how one server reaches the other.
type way int

const (
	noWay way = iota
	relayed
	direct
)

// linked tells whether a message from one server reaches the other now.
func (w *World) linked(from, to *user, patience time.Duration) (bool, error) {
	address, err := w.address(from, to)
	if err != nil {
		return false, err
	}
	t := w.text("{kata}", from.role, to.role)
	if r := w.askLate(from, "send "+address+" "+t.whole); r.err != nil || !r.OK() {
		return false, nil
	}
	err = w.await(to, patience, func() bool { return to.sawText(t) })
	return to.sawText(t), err
}

// link joins the user's server to the other one, and goes on when the link
// works whatever the answers were: added twice, connected twice and known to
// the other side are open points. It judges nothing.
func (w *World) link(u *user) error {
	here, there := u.home, w.other(u.home)
	if there.Dialect.ServerID == "" || here.Dialect.ServerID == "" {
		return skip("how the servers name themselves in user@id is not known; tell it with --server-id and --peer-id",
			"nama kedua server dalam user@id tidak diketahui; sebutkan dengan --server-id dan --peer-id")
	}
	helper, err := w.helper("utusan", there)
	if err != nil {
		return err
	}
	w.run.federation.linking.Lock()
	defer w.run.federation.linking.Unlock()
	works, err := w.linked(u, helper, w.arrival()/2)
	if err != nil {
		return err
	}
	w.knowEarlier(works)
	if works {
		return nil
	}
	f := &w.run.federation
	f.mu.Lock()
	vain := f.vain
	f.mu.Unlock()
	if vain {
		return nil // it was tried in every way
	}
	ways, err := w.ways(u)
	if err != nil {
		return err
	}
	for _, by := range ways {
		if works, err := w.linkBy(by, u, helper); err != nil || works {
			return err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.vain = f.way == noWay
	return nil
}

// ways are how to try to link the user's server: as it worked before, or else
// first so that the link can be cut. A relay lives no longer than this run: a
// server that never gives an id another address is told where the other really
// is, or no later run could link it.
func (w *World) ways(u *user) ([]way, error) {
	f := &w.run.federation
	f.mu.Lock()
	worked := f.way
	f.mu.Unlock()
	switch {
	case worked != noWay:
		return []way{worked}, nil
	case !w.run.Relays || w.run.Switch != nil:
		return []way{direct}, nil
	}
	moves, err := w.moves(u.home)
	if err != nil || !moves {
		return []way{direct}, err
	}
	return []way{relayed, direct}, nil
}

// moves tells whether a server gives an id another address when another user
// adds it again, as far as can be seen.
func (w *World) moves(home *target.Target) (moves bool, err error) {
	f := &w.run.federation
	f.moving.Lock()
	defer f.moving.Unlock()
	if moves, asked := f.moves[home]; asked {
		return moves, nil
	}
	defer func() {
		if err == nil {
			f.moves[home] = moves
		}
	}()
	if f.moves == nil {
		f.moves = map[*target.Target]bool{}
	}
	var at [2]*peer.Peer
	var by [2]*user
	id := w.id("pindahan")
	for i, role := range []string{"lama", "baru"} {
		if at[i], err = peer.Listen(peer.Closing); err != nil {
			return false, err
		}
		defer at[i].Close()
		if by[i], err = w.helper(role, home); err != nil {
			return false, err
		}
		if r := w.ask(by[i], "addserver "+id+" 127.0.0.1 "+itoa(at[i].Port())); r.err != nil || !r.OK() {
			return i == 0, nil // one that takes no such id at all says nothing
		}
	}
	before, err := at[0].Settle(w.ctx)
	if err != nil {
		return false, err
	}
	w.askLate(by[1], "connect "+id)
	after, err := at[0].Settle(w.ctx)
	return after == before+1, err // to settle is to connect
}

// linkBy tries one way to link.
func (w *World) linkBy(by way, u, helper *user) (bool, error) {
	patience := w.arrival() / 2
	addHere, err := w.addOther(u.home, by)
	if err != nil {
		return false, err
	}
	addThere, err := w.addOther(helper.home, by)
	if err != nil {
		return false, err
	}
	w.addThere(helper, addHere) // a server may refuse a stranger
	w.addThere(u, addThere)
	works, err := w.connectOther(u, helper, patience)
	if err == nil && !works {
		w.askLate(helper, "connect "+u.home.Dialect.ServerID) // a link may carry one way only
		works, err = w.connectOther(u, helper, patience)
	}
	if works {
		f := &w.run.federation
		f.mu.Lock()
		defer f.mu.Unlock()
		f.way = by
	}
	return works, err
}

// addThere has a user add the other server. Where that is refused, whoever
// added it first in this run does: an id may be his who added it.
func (w *World) addThere(u *user, request string) {
	f := &w.run.federation
	r := w.ask(u, request)
	f.mu.Lock()
	first, added := f.adders[u.home]
	if !added && r.err == nil && r.OK() {
		if f.adders == nil {
			f.adders = map[*target.Target]account{}
		}
		f.adders[u.home] = account{u.name, u.password}
	}
	f.mu.Unlock()
	if !added || r.err != nil || r.OK() || first.name == u.name {
		return
	}
	owner := &user{role: "pemilik", name: first.name, password: first.password, home: u.home}
	if r := w.ask(owner, "auth "+owner.name+" "+owner.password); r.err == nil && r.OK() {
		w.ask(owner, request)
		w.ask(owner, "logout")
	}
	w.disconnect(owner)
}

// cut makes the second server gone for the first, until the scenario ends.
func (w *World) cut() error {
	f := &w.run.federation
	f.mu.Lock()
	by, earlier := f.way, f.earlier
	f.mu.Unlock()
	switch {
	case w.run.Switch != nil:
		w.atEnd = append(w.atEnd, func() { _ = w.restore() }) // the next scenario shows whether it did
		for _, u := range w.users {
			if u.home == w.run.Second {
				w.disconnect(u)
			}
		}
		return w.run.Switch.Off()
	case earlier, by != relayed:
		return skip("the link between the two servers cannot be cut from here: let chatspec start them with --exec",
			"hubungan kedua server tidak dapat diputus dari sini: biarkan chatspec menjalankannya dengan --exec")
	}
	w.atEnd = append(w.atEnd, func() { _ = w.restore() })
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, relay := range f.relays {
		relay.Cut()
	}
	return nil
}

// arrivedAnyway tells whether the batch reached the second server although its
// link was cut: then the servers reach each other by a way of their own, and
// nothing can be judged.
func (w *World) arrivedAnyway() (bool, error) {
	if w.run.Switch != nil {
		return false, nil
	}
	for _, t := range w.texts {
		u := w.users[t.to]
		if u == nil || u.home != w.run.Second {
			continue
		}
		if err := w.await(u, w.arrival()/2, func() bool { return u.sawText(t) }); err != nil {
			return false, nil // it cannot be told
		}
		if u.sawText(t) {
			return true, skip("the servers reach each other by a way of their own, which cannot be cut from here: let chatspec start them with --exec",
				"kedua server saling terhubung lewat jalan sendiri, yang tidak dapat diputus dari sini: biarkan chatspec menjalankannya dengan --exec")
		}
	}
	return false, nil
}

// restore brings the second server back. It does nothing while it is there.
func (w *World) restore() error {
	if w.run.Switch != nil {
		address, err := w.run.Switch.On()
		if err != nil {
			return skip("the second server could not be started again: %v", "server kedua tidak dapat dijalankan lagi: %v", err)
		}
		moved := address != w.run.Second.Address
		w.run.Second.Revived(address) // it may have been missed meanwhile
		if moved {
			return skip("the second server came back on another port, as its own was still blocked: let it set SO_REUSEADDR",
				"server kedua kembali di port lain, karena portnya masih tertahan: buat server memakai SO_REUSEADDR")
		}
		return nil
	}
	f := &w.run.federation
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, relay := range f.relays {
		if err := relay.Restore(); err != nil {
			return err
		}
	}
	return nil
}

// comeBack makes the users of the second server what they were: it may have
// forgotten them, and whom it knows.
func (w *World) comeBack() error {
	if w.run.Switch == nil {
		return nil
	}
	for _, u := range w.others(nil) {
		if u.home != w.run.Second {
			continue
		}
		r := w.ask(u, "auth "+u.name+" "+u.password)
		if u.in = r.err == nil && r.OK(); u.in {
			continue
		}
		w.disconnect(u)
		if err := w.prepare(u.role); err != nil {
			return err
		}
	}
	if helper := w.users["utusan"]; helper != nil {
		request, err := w.addOther(w.run.Target, direct)
		if err != nil {
			return err
		}
		w.ask(helper, request)
	}
	return nil
}

func (w *World) other(home *target.Target) *target.Target {
	if home == w.run.Target {
		return w.run.Second
	}
	return w.run.Target
}

// knowEarlier notes, at the first link of the run, whether one was there.
func (w *World) knowEarlier(works bool) {
	f := &w.run.federation
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.asked {
		f.asked, f.earlier = true, works
	}
}

// connectOther connects the user's server to the helper's, and tells whether
// they are linked then. A link may be made after connect was answered OK, within
// patience; one that was refused is not waited for.
func (w *World) connectOther(u, helper *user, patience time.Duration) (bool, error) {
	r := w.askLate(u, "connect "+helper.home.Dialect.ServerID)
	f := &w.run.federation
	f.mu.Lock()
	if u.home == w.run.Target && (f.first == nil || wantOK(f.first) != nil) {
		f.first = r
	}
	f.mu.Unlock()
	if wantOK(r) != nil {
		patience = 0
	}
	return w.soonLinked(u, helper, patience)
}

// soonLinked waits a little for a link that is made after connect was answered.
func (w *World) soonLinked(from, to *user, patience time.Duration) (bool, error) {
	deadline := time.Now().Add(patience)
	for pause := 2 * time.Millisecond; ; pause *= 2 {
		works, err := w.linked(from, to, patience)
		if err != nil || works || time.Now().After(deadline) {
			return works, err
		}
		if err := sleep(w.ctx, pause); err != nil {
			return false, err
		}
	}
}

// addOther renders the request that adds a server at the other one.
func (w *World) addOther(there *target.Target, by way) (string, error) {
	address := there.Address
	if by == relayed {
		relay, err := w.relay(there)
		if err != nil {
			return "", err
		}
		address = relay.Addr()
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	if addr, err := net.ResolveIPAddr("ip", host); err == nil {
		host = addr.String() // the specification asks for an ip address
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return "", err
	}
	return "addserver " + there.Dialect.ServerID + " " + host + " " + itoa(number), nil
}

// relay is the one to a server, from the other.
func (w *World) relay(there *target.Target) (*peer.Relay, error) {
	f := &w.run.federation
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.relays[there] == nil {
		relay, err := peer.NewRelay(there.Address)
		if err != nil {
			return nil, err
		}
		if f.relays == nil {
			f.relays = map[*target.Target]*peer.Relay{}
		}
		f.relays[there] = relay
	}
	return f.relays[there], nil
}
