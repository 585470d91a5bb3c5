package harness

import (
	"testing"

	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Test tests the target as Run does, up to verdict.Should, with one subtest a
// requirement: one that fails up to verdict.Must fails its subtest, with the
// text that the console would show; one above is logged; one that cannot be
// judged skips it, with the reason. A target that cannot be tested fails t.
func Test(t *testing.T, target Target) {
	t.Helper()
	TestWith(t, target, Options{Level: verdict.Should, Gate: verdict.Must})
}

// TestWith is Test with options.
func TestWith(t *testing.T, target Target, options Options) {
	t.Helper()
	r, err := Run(t.Context(), target, options)
	if err != nil {
		t.Fatal(err)
	}
	if r.Untestable {
		t.Fatalf("%s cannot be tested: %s", target.Address, r.Stopped.EN)
	}
	for _, j := range r.Requirements {
		t.Run(j.ID, func(t *testing.T) {
			t.Helper()
			switch {
			case j.Status == verdict.Skip:
				t.Skip(j.Reason.EN)
			case j.Status == verdict.Fail && j.Level <= options.Gate:
				t.Error("\n" + report.Failure(r, j, verdict.English))
			case j.Status == verdict.Fail:
				t.Log("\n" + report.Failure(r, j, verdict.English))
			}
		})
	}
	if !r.Stopped.IsZero() {
		t.Errorf("stopped early: %s", r.Stopped.EN)
	}
}
