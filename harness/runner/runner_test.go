package runner

import (
	"context"
	"errors"
	"net"
	"regexp"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/harness/names"
	"github.com/protokol-chat/chatspec/harness/steps"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// withSteps puts steps of the test in place of the real ones.
func withSteps(t *testing.T, does map[string]func(*steps.World) error) {
	t.Helper()
	oldTable, oldDefinitions := table, definitions
	t.Cleanup(func() { table, definitions = oldTable, oldDefinitions })
	var list []steps.Step
	for pattern, do := range does {
		list = append(list, steps.Step{
			Pattern: regexp.MustCompile("^" + pattern + "$"),
			Do:      func(w *steps.World, _ []string, _ [][]string) error { return do(w) },
		})
	}
	table, definitions = list, define(list)
}

func features(scenarios string) fstest.MapFS {
	return fstest.MapFS{"features/x.feature": &fstest.MapFile{Data: []byte("# language: id\nFitur: x\n  @SEND-1\n  Aturan: contoh\n" + scenarios)}}
}

// echo answers every line as an unknown request.
func echo(t *testing.T) *target.Target {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				b := make([]byte, 1024)
				for {
					if _, err := c.Read(b); err != nil {
						return
					}
					if _, err := c.Write([]byte(`{"status":"ERROR","data":"request tidak dikenali"}` + "\r\n\r\n")); err != nil {
						return
					}
				}
			}()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return target.New(l.Addr().String(), time.Second)
}

func config(t *testing.T, scenarios string, jobs int) Config {
	return Config{
		Features: features(scenarios),
		Run:      &steps.Run{Target: echo(t), Names: names.New()},
		Wanted:   func(id string) bool { return id == "SEND-1" },
		Jobs:     jobs,
		Limit:    5 * time.Second,
	}
}

func TestVerdicts(t *testing.T) {
	withSteps(t, map[string]func(*steps.World) error{
		"baik": func(*steps.World) error { return nil },
		"buruk": func(*steps.World) error {
			return &steps.Failed{Failure: verdict.Failure{Message: verdict.Textf("bad", "buruk")}}
		},
		"lewat": func(*steps.World) error { return &steps.Skipped{Reason: verdict.Textf("cannot", "tidak bisa")} },
		"salah": func(*steps.World) error {
			return &steps.Blamed{Requirement: "AUTH-1", Failed: steps.Failed{Failure: verdict.Failure{Message: verdict.Textf("no", "tidak")}}}
		},
		"mustahil": func(*steps.World) error { panic("a step after one that did not pass") },
	})
	for _, jobs := range []int{1, 32} {
		list, err := Run(context.Background(), config(t, `
    Skenario: satu
      Dengan baik
    Skenario: dua
      Dengan baik
      Ketika buruk
      Maka mustahil
    Skenario: tiga
      Dengan lewat
      Maka mustahil
    Skenario: empat
      Dengan salah
      Maka mustahil
`, jobs))
		require.NoError(t, err)
		require.Len(t, list, 4)
		var statuses []verdict.Status
		for _, o := range list {
			statuses = append(statuses, o.Status)
			assert.Equal(t, "SEND-1", o.Requirement)
		}
		assert.Equal(t, []verdict.Status{verdict.Pass, verdict.Fail, verdict.Skip, verdict.Skip}, statuses)
		assert.Equal(t, "AUTH-1", list[3].Blamed)
		assert.Equal(t, []int{6, 8, 12, 15}, []int{list[0].Line, list[1].Line, list[2].Line, list[3].Line})
	}
}

// What the field has stumbled over: each of these passed, hung or killed the
// process somewhere.
func TestFence(t *testing.T) {
	for name, tc := range map[string]struct {
		step func(*steps.World) error
		says string
	}{
		"a panic":            {func(*steps.World) error { panic("boom") }, "a step panicked: boom"},
		"an ended goroutine": {func(*steps.World) error { runtime.Goexit(); return nil }, "a step ended its goroutine"},
	} {
		t.Run(name, func(t *testing.T) {
			withSteps(t, map[string]func(*steps.World) error{"langkah": tc.step})
			_, err := Run(context.Background(), config(t, "    Skenario: a\n      Dengan langkah\n    Skenario: b\n      Dengan langkah\n", 8))
			require.Error(t, err)
			assert.Contains(t, err.Error(), tc.says)
			assert.Contains(t, err.Error(), "features/x.feature:5")
		})
	}
}

func TestAStepThatDoesNotComeBack(t *testing.T) {
	release := make(chan struct{})
	ended := make(chan struct{})
	withSteps(t, map[string]func(*steps.World) error{"langkah": func(*steps.World) error { defer close(ended); <-release; return nil }})
	c := config(t, "    Skenario: a\n      Dengan langkah\n", 2)
	c.Limit = 10 * time.Millisecond
	_, err := Run(context.Background(), c)
	require.ErrorContains(t, err, "a step did not come back")
	close(release)
	<-ended
}

func TestAStepThatTakesTooLong(t *testing.T) {
	withSteps(t, map[string]func(*steps.World) error{"langkah": func(w *steps.World) error { <-w.Done(); return errors.New("late") }})
	c := config(t, "    Skenario: a\n      Dengan langkah\n", 2)
	c.Limit = 10 * time.Millisecond
	list, err := Run(context.Background(), c)
	require.NoError(t, err)
	assert.Equal(t, verdict.Fail, list[0].Status)
	assert.Contains(t, list[0].Failure.Message.EN, "longer than 10ms")
}

func TestUnknownSteps(t *testing.T) {
	withSteps(t, map[string]func(*steps.World) error{"baik": func(*steps.World) error { return nil }})
	_, err := Run(context.Background(), config(t, "    Skenario: a\n      Dengan entah\n", 2))
	require.ErrorContains(t, err, "step is undefined")
	_, err = Run(context.Background(), config(t, "    Skenario: a\n", 2))
	require.ErrorContains(t, err, "1 scenarios were planned and 0 were run")
}

func TestAmbiguousSteps(t *testing.T) {
	good := func(*steps.World) error { return nil }
	withSteps(t, map[string]func(*steps.World) error{"bai.": good, "baik": good})
	_, err := Run(context.Background(), config(t, "    Skenario: a\n      Dengan baik\n", 2))
	require.ErrorContains(t, err, "ambiguous step definition")
}

func TestFeaturesThatCannotBeRead(t *testing.T) {
	c := config(t, "", 1)
	c.Features = fstest.MapFS{"features/x.feature": &fstest.MapFile{Data: []byte("# language: id\nFitur: x\n  Skenario: a\n      Dengan x\n        | a | b |\n        | a |\n")}}
	_, err := Run(context.Background(), c)
	require.ErrorContains(t, err, "the features cannot be read")
}

func TestInterruption(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	withSteps(t, map[string]func(*steps.World) error{"langkah": func(w *steps.World) error { cancel(); <-w.Done(); return errors.New("cut short") }})
	list, err := Run(ctx, config(t, "    Skenario: a\n      Dengan langkah\n    Skenario: b\n      Dengan langkah\n", 1))
	require.NoError(t, err)
	require.Len(t, list, 2)
	for _, o := range list {
		assert.Equal(t, verdict.Skip, o.Status)
		assert.Contains(t, o.Reason.EN, "interrupted")
	}
}

func TestASilenceIsConfirmedAlone(t *testing.T) {
	var runs, side atomic.Int32
	silent := func() error {
		return &steps.Failed{Silent: true, Failure: verdict.Failure{Message: verdict.Textf("silence", "diam")}}
	}
	table := map[string]func(*steps.World) error{
		"ragu": func(w *steps.World) error {
			if runs.Add(1) == 1 {
				return silent()
			}
			assert.Equal(t, patience, w.Patience)
			assert.Zero(t, side.Load())
			return nil
		},
		"lain": func(*steps.World) error { side.Add(1); defer side.Add(-1); return nil },
		"bisu": func(*steps.World) error { return silent() },
	}
	withSteps(t, table)
	list, err := Run(context.Background(), config(t, `
    Skenario: a
      Dengan ragu
    Skenario: b
      Dengan lain
    Skenario: c
      Dengan lain
    Skenario: d
      Dengan bisu
`, 8))
	require.NoError(t, err)
	assert.Equal(t, int32(2), runs.Load())
	assert.Equal(t, verdict.Pass, list[0].Status)
	assert.Equal(t, verdict.Fail, list[3].Status)
}

func TestSchedule(t *testing.T) {
	var linkedBegan atomic.Bool
	withSteps(t, map[string]func(*steps.World) error{
		"belum": func(*steps.World) error { assert.False(t, linkedBegan.Load()); return nil },
		"sudah": func(*steps.World) error { linkedBegan.Store(true); return nil },
	})
	list, err := Run(context.Background(), config(t, `
    @terhubung
    Skenario: a
      Dengan sudah
    @belum-terhubung
    Skenario: b
      Dengan belum
    @belum-terhubung
    Skenario: c
      Dengan belum
`, 8))
	require.NoError(t, err)
	for _, o := range list {
		assert.Equal(t, verdict.Pass, o.Status, o.Name)
	}
}
