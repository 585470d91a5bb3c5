package play

import (
	"context"
	"time"
)

// Crowd is how many connections one player has open at most.
const Crowd = 8

// Room finds out how many connections, up to most, the target serves at once: a
// server that gives each a thread of a pool leaves others waiting. It opens
// them one after the other, asks each for something, and ends them all.
func (t *Target) Room(ctx context.Context, most int) int {
	var conns []*conn
	defer func() {
		for _, c := range conns {
			_ = c.nc.Close() // nothing can be done about a failed close
		}
	}()
	wait := t.Server.Pace.First().Wait
	for len(conns) < most {
		c, err := t.dial(ctx, t.Server)
		if err != nil {
			return len(conns)
		}
		conns = append(conns, c)
		if c.write([]byte("inbox"+t.Server.Dialect.End), wait) != nil {
			return len(conns) - 1
		}
		if _, err := c.read(time.Now(), wait); err != nil {
			return len(conns) - 1
		}
	}
	return most
}
