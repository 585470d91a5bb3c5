package campaign

import (
	"bytes"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/play"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// canary is a user who is logged in all the time, on a connection that nothing
// else happens on, and whom nothing may disturb.
type canary struct {
	client  *session.Client
	setting script.Setting
	asked   time.Time
}

const askPause = 250 * time.Millisecond

// newCanary logs a user in; nil where that cannot be done, which is for the
// oracle to judge.
func newCanary(c *campaign) *canary {
	k := &canary{setting: play.Setting(c.pt), asked: time.Now()}
	k.setting.Scope = c.scopes.Next()
	d := c.target.Server.Dialect
	client, err := c.pt.Server.Open(c.ctx, "canary", wire.NewLog(), nil)
	if err != nil {
		return nil
	}
	k.client = client
	user, password := k.setting.User(d, "canti"), k.setting.Password(d, "canti")
	for _, request := range []string{"register ", "auth "} {
		if r, err := client.Do(c.ctx, request+user+" "+password); err != nil || !r.OK() {
			k.close()
			return nil
		}
	}
	return k
}

func (k *canary) close() {
	if k != nil {
		k.client.Conn.Close()
	}
}

// disturbed asks the canary and tells whether its session is still its own:
// reading its inbox works, and no other session's words stand there.
func (k *canary) disturbed(c *campaign) bool {
	r, err := k.client.Do(c.ctx, "inbox")
	if c.ctx.Err() != nil {
		return false
	}
	if err != nil || !r.OK() {
		return true
	}
	strangers := []byte(k.setting.Mark()[:1+4]) // as every word of this campaign begins
	return bytes.Contains(r.Frame.Raw, strangers)
}

// ask asks the canary now and then. If it was disturbed, the sessions of the
// round are played again between the two ends of another session, until the
// oracle sees it.
func (c *campaign) ask(batch []*outcome) {
	if c.canary == nil || time.Since(c.canary.asked) < askPause || c.ctx.Err() != nil || !c.stopped.IsZero() {
		return
	}
	c.canary.asked = time.Now()
	if !c.canary.disturbed(c) {
		return
	}
	c.tell(verdict.Textf("the canary was disturbed: looking for the session that did it", "session penjaga terganggu: mencari session penyebabnya"))
	c.canary.close()
	c.canary = nil
	c.seek(batch)
	c.canary = newCanary(c)
}

// mostSought is how often a campaign looks for a session that disturbs others.
const mostSought = 4

// seek plays the sessions of a round again, one after the other, each between the
// two ends of another session, until one disturbs that.
func (c *campaign) seek(batch []*outcome) {
	if c.sought++; c.sought > mostSought {
		return
	}
	for i := len(batch) - 1; i >= 0 && c.ctx.Err() == nil && !c.overdue(); i-- {
		s := witnessed(batch[i].script)
		f, err := c.calm.Play(c.ctx, s, play.Care{Fresh: true, Arrival: lostArrival})
		if err != nil {
			return
		}
		if f == nil || batch[i].finding != nil && f.Label() == batch[i].finding.Label() {
			continue
		}
		out := &outcome{index: batch[i].index, script: s, finding: f}
		if susp, worth := c.ledger.suspect(out); worth {
			c.examine(susp, out)
		}
		return
	}
}
