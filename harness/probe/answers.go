package probe

import (
	"context"

	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/target"
)

// Answers gives nil once the server at t answers anything at all, however its
// requests end. It registers nobody.
func Answers(ctx context.Context, t *target.Target) error {
	p := newProber(ctx, t, names.New(), "")
	p.grace = shortGrace // what came is an answer, however it ends
	_, _, err := p.firstAnswer()
	return err
}
