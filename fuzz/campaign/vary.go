package campaign

import (
	"slices"

	"github.com/protokol-chat/chatspec/fuzz/script"
)

// vary changes a session in one to four ways.
func (d *drawer) vary(base *script.Script) *script.Script {
	s := base.Clone()
	for range 1 + d.r.IntN(4) {
		switch {
		case len(s.Steps) == 0:
		case d.focus >= 0 && d.r.IntN(2) == 0:
			pick(d, closer)(d, s)
		default:
			pick(d, variations)(d, s)
		}
	}
	if len(s.Steps) == 0 {
		return d.anew()
	}
	if d.focus >= 0 && d.c.target.Server.Dialect.Addressable && d.r.IntN(3) > 0 {
		d.goOn(s)
	}
	return d.fit(s)
}

// goOn goes on where a session that was kept has come to.
func (d *drawer) goOn(s *script.Script) {
	on := s.Steps[len(s.Steps)-1].On
	for range 1 + d.r.IntN(8) {
		if on.Peer || d.chance(30) {
			on = script.Conn{N: 1 + d.r.IntN(5)}
		}
		s.Steps = append(s.Steps, script.Step{On: on, Parts: d.request()})
	}
}

// variations change the steps of a session, as often as they stand here. They
// share no step with the session that it was made of.
var variations = []func(*drawer, *script.Script){
	(*drawer).again, (*drawer).again, (*drawer).repeat, (*drawer).repeat, (*drawer).drop, (*drawer).swap, (*drawer).move,
	(*drawer).insert, (*drawer).insert, (*drawer).splice, (*drawer).role, (*drawer).role, (*drawer).manner, (*drawer).manner,
	(*drawer).spoil, (*drawer).spoil, (*drawer).spoil, (*drawer).stretch, (*drawer).witness,
}

// closer are those that keep to the step that showed something new.
var closer = []func(*drawer, *script.Script){(*drawer).again, (*drawer).repeat, (*drawer).spoil, (*drawer).spoil, (*drawer).role, (*drawer).manner}

// at is a step to change: mostly the one that showed something new, or the one
// before or after it.
func (d *drawer) at(s *script.Script) int {
	if d.focus >= 0 && d.r.IntN(3) > 0 {
		return max(0, min(d.focus+[]int{0, 0, 0, -1, 1}[d.r.IntN(5)], len(s.Steps)-1))
	}
	return d.r.IntN(len(s.Steps))
}

// again says a step once more, later.
func (d *drawer) again(s *script.Script) {
	i := d.at(s)
	j := i + d.r.IntN(len(s.Steps)-i)
	s.Steps = slices.Insert(s.Steps, j+1, s.Steps[i])
}

// repeat says some steps several times in a row.
func (d *drawer) repeat(s *script.Script) {
	i := d.at(s)
	n := min(1+d.r.IntN(4), len(s.Steps)-i)
	run := slices.Clone(s.Steps[i : i+n])
	for range 1 << d.r.IntN(5) {
		s.Steps = slices.Insert(s.Steps, i, run...)
		if len(s.Steps) > maxSteps {
			return
		}
	}
}

func (d *drawer) drop(s *script.Script) {
	i := d.at(s)
	n := min(1+d.r.IntN(4), len(s.Steps)-i)
	s.Steps = slices.Delete(s.Steps, i, i+n)
}

func (d *drawer) swap(s *script.Script) {
	i, j := d.at(s), d.at(s)
	s.Steps[i], s.Steps[j] = s.Steps[j], s.Steps[i]
}

// move says a step on another connection.
func (d *drawer) move(s *script.Script) {
	if i := d.at(s); !s.Steps[i].On.Peer {
		s.Steps[i].On.N = 1 + d.r.IntN(6)
	}
}

// insert adds a step of another session.
func (d *drawer) insert(s *script.Script) {
	o := d.other()
	i := d.at(s)
	st := o.Steps[d.r.IntN(len(o.Steps))]
	if d.r.IntN(2) == 0 {
		st.On = s.Steps[i].On
	}
	s.Steps = slices.Insert(s.Steps, i, st)
}

// splice goes on with the end of another session.
func (d *drawer) splice(s *script.Script) {
	o := d.other()
	s.Steps = append(s.Steps[:d.at(s)+1:len(s.Steps)], o.Steps[d.r.IntN(len(o.Steps)):]...)
}

// role speaks of another user, group or server.
func (d *drawer) role(s *script.Script) {
	roles := map[script.Kind][]string{
		script.User: {"budi", "siti", "tono", "wati", "hantu"}, script.Group: {"kelas", "arisan", "guru", "zaman"}, script.Server: {"timur", "barat"},
	}
	roles[script.Password], roles[script.Address], roles[script.Upper], roles[script.CutPassword] = roles[script.User], roles[script.User], roles[script.User], roles[script.User]
	st := &s.Steps[d.at(s)]
	var at []int
	for i, p := range st.Parts {
		if roles[p.Kind] != nil {
			at = append(at, i)
		}
	}
	if len(at) > 0 {
		i := pick(d, at)
		st.Parts = slices.Clone(st.Parts)
		st.Parts[i].Text = pick(d, roles[st.Parts[i].Kind])
	}
}

// manner sends a step in another way.
func (d *drawer) manner(s *script.Script) {
	s.Steps[d.at(s)].How = script.How(d.r.IntN(int(script.Left) + 1))
}

// spoil changes bytes of a step.
func (d *drawer) spoil(s *script.Script) {
	if st := &s.Steps[d.at(s)]; len(st.Parts) > 0 {
		st.Parts = d.bytes(st.Parts)
	}
}

// stretch makes a step as long as buffers are.
func (d *drawer) stretch(s *script.Script) {
	if st := &s.Steps[d.at(s)]; len(st.Parts) > 0 {
		st.Parts = d.lengthen(st.Parts)
	}
}

// witness has a user come in first and look around last, on a connection that
// nothing else happens on.
func (d *drawer) witness(s *script.Script) { *s = *witnessed(s) }

// witnessed puts a session between the two ends of another.
func witnessed(s *script.Script) *script.Script {
	const user, n = "canti", script.MaxConns - 1
	on, sp := script.Conn{N: n}, script.Lit(" ")
	name, password := script.Ref(script.User, user), script.Ref(script.Password, user)
	c := s.Clone()
	c.Steps = slices.Concat([]script.Step{
		{On: on, Parts: []script.Part{script.Lit("register "), name, sp, password}},
		{On: on, Parts: []script.Part{script.Lit("auth "), name, sp, password}},
	}, s.Steps, []script.Step{
		{On: on, Parts: []script.Part{script.Lit("inbox")}},
		{On: on, Parts: []script.Part{script.Lit("send "), script.Ref(script.Address, user), sp, script.Ref(script.Word, "675"), script.Lit(" untuk diri sendiri")}},
		{On: on, Parts: []script.Part{script.Lit("inbox")}},
	})
	return c
}
