package harness

import (
	"context"
	"time"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/probe"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Found is what was found out about how a target speaks.
type Found struct {
	Dialect  *dialect.Dialect
	Findings []verdict.Text // on points that the specification leaves open
}

// Find finds out how the target speaks, as Run with Options.Through does before
// it judges; no wait for one result exceeds limit, 0 for 5 seconds. The error
// is one that target.Diagnose puts in words: the target answers nobody.
func Find(ctx context.Context, t Target, limit time.Duration) (Found, error) {
	if limit <= 0 {
		limit = defaultTimeout
	}
	at := target.New(t.Address, limit)
	findings, err := probe.Through(ctx, at, names.New(), t.ServerID)
	return Found{at.Dialect, findings}, err
}
