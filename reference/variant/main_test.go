package variant_test

import (
	"runtime/debug"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	debug.SetGCPercent(800) // hundreds of short-lived servers: memory is cheaper than time
	goleak.VerifyTestMain(m)
}
