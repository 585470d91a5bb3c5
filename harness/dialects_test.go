package harness_test

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// The servers under testdata/dialects are written in the style of real ones: see
// expected.txt there.

// startDialect starts a server of testdata/dialects. It ends with the test.
func startDialect(t *testing.T, name string) harness.Target {
	t.Helper()
	var server *exec.Cmd
	if script := "testdata/dialects/" + name + ".py"; fileExists(script) {
		python, err := exec.LookPath("python3")
		if err != nil {
			t.Skip("it needs python3, which is not here")
		}
		server = exec.Command(python, script, "0")
	} else {
		binary := filepath.Join(t.TempDir(), name)
		out, err := exec.Command("go", "build", "-o", binary, "./testdata/dialects/"+name).CombinedOutput()
		require.NoError(t, err, string(out))
		server = exec.Command(binary, "0")
	}
	return harness.Target{Address: startCommand(t, server)}
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// expectation is what expected.txt says of one server.
type expectation struct{ departs, fails, skips, causes []string }

func expectations(t *testing.T) map[string]*expectation {
	t.Helper()
	text, err := os.ReadFile("testdata/dialects/expected.txt")
	require.NoError(t, err)
	all := map[string]*expectation{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		e := all[words[0]]
		if e == nil {
			e = &expectation{}
			all[words[0]] = e
		}
		at, known := map[string]*[]string{"departs": &e.departs, "fails": &e.fails, "skips": &e.skips, "causes": &e.causes}[words[1]]
		require.True(t, known, line)
		*at = append(*at, words[2:]...)
	}
	return all
}

// Each departure is one finding, everything behind it is judged, and two runs
// agree.
func TestDialects(t *testing.T) {
	if raced {
		t.Skip("a catalogue of servers: run without the race detector")
	}
	t.Parallel()
	all := expectations(t)
	require.Len(t, all, 6)
	for name, want := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var runs [2]*verdict.Report
			var errs [2]error
			var wg sync.WaitGroup
			for i := range runs { // side by side: most of their time is waiting
				target := startDialect(t, name)
				wg.Go(func() {
					runs[i], errs[i] = harness.Run(t.Context(), target, harness.Options{Level: verdict.Should, Through: true})
				})
			}
			wg.Wait()
			for i, r := range runs {
				require.NoError(t, errs[i])
				require.True(t, r.Stopped.IsZero(), r.Stopped.EN)
			}
			assert.Empty(t, cmp.Diff(runs[0].Deviations, runs[1].Deviations))
			assert.Empty(t, cmp.Diff(statuses(runs[0]), statuses(runs[1])))

			r := runs[0]
			var departs, fails, skips []string
			for _, d := range r.Deviations {
				departs = append(departs, d.Requirement)
			}
			for _, j := range r.Requirements {
				switch {
				case j.Behaviour == verdict.Fail:
					fails = append(fails, j.ID)
				case j.Behaviour == verdict.Skip && !unpreparable(j):
					skips = append(skips, j.ID)
				}
				letter := j.Behaviour
				if slices.Contains(departs, j.ID) {
					letter = verdict.Fail
				}
				assert.Equal(t, letter, j.Status, j.ID)
			}
			var causes []string
			for _, d := range r.Diagnoses {
				if d.Sure {
					causes = append(causes, d.Cause)
				}
			}
			slices.Sort(causes)
			assert.Equal(t, want.causes, causes, "causes")
			assert.Equal(t, want.departs, departs, "departs")
			assert.Equal(t, want.fails, fails, "fails")
			assert.Equal(t, want.skips, skips, "skips")
			assert.Equal(t, verdict.ExitFailed, r.ExitCode())
		})
	}
}

// unpreparable tells whether a requirement needs a file, a second server, or a
// command that is not there.
func unpreparable(j verdict.Judged) bool {
	for _, why := range []string{"--file", "second server", "could not be prepared"} {
		if strings.Contains(j.Reason.EN, why) {
			return true
		}
	}
	return false
}

func statuses(r *verdict.Report) map[string][2]verdict.Status {
	m := map[string][2]verdict.Status{}
	for _, j := range r.Requirements {
		m[j.ID] = [2]verdict.Status{j.Status, j.Behaviour}
	}
	return m
}

// A dialect that was found, written and read again says the same of the server.
func TestDialectFile(t *testing.T) {
	t.Parallel()
	target := startDialect(t, "belakang")
	found, err := harness.Find(t.Context(), target, 0)
	require.NoError(t, err)
	var file strings.Builder
	require.NoError(t, found.Dialect.Write(&file))
	read, err := dialect.Parse("server.yaml", []byte(file.String()))
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(found.Dialect, read))
	o := harness.Options{Level: verdict.Must, Only: "SEND,INBOX", Dialect: read}
	r, err := harness.Run(t.Context(), target, o)
	require.NoError(t, err)
	for _, j := range r.Requirements {
		if j.Area == "SEND" || j.Area == "INBOX" {
			assert.Equal(t, verdict.Pass, j.Behaviour, j.ID)
		}
	}
	assert.NotEmpty(t, r.Deviations)
}

// Nothing is seen through that keeps to the letter: auto finds no deviation on a
// correct server, and judges it as spec does.
func TestThroughCorrectServers(t *testing.T) {
	if raced {
		t.Skip("a catalogue of servers: run without the race detector")
	}
	t.Parallel()
	makes := map[string]func(t *testing.T) harness.Target{
		"reference": func(t *testing.T) harness.Target { return startReference(t, nil) },
	}
	for name := range languages {
		makes[name] = func(t *testing.T) harness.Target { return startPair(t, name, "") }
	}
	for name, start := range makes {
		for _, told := range []bool{true, false} {
			t.Run(name+map[bool]string{true: " told", false: " untold"}[told], func(t *testing.T) {
				t.Parallel()
				var reports [2]*verdict.Report
				for i := range reports {
					target := start(t)
					if !told {
						target = harness.Target{Address: target.Address}
					}
					r, err := harness.Run(context.Background(), target, harness.Options{Level: verdict.Should, Through: i == 1})
					require.NoError(t, err)
					reports[i] = r
				}
				assert.Empty(t, reports[1].Deviations)
				assert.Equal(t, reports[0].Target.ServerID, reports[1].Target.ServerID)
				assert.Empty(t, cmp.Diff(statuses(reports[0]), statuses(reports[1])))
			})
		}
	}
}

// A probe costs fewer than 50 requests, whatever the server is.
func TestFindIsCheap(t *testing.T) {
	starts := map[string]func(t *testing.T) harness.Target{
		"reference": func(t *testing.T) harness.Target { return startReference(t, nil) },
		"refuses everything": func(t *testing.T) harness.Target {
			return harness.Target{Address: serve(t, answering(`{"status":"ERROR","data":"tidak"}`+"\r\n\r\n"))}
		},
		"grants everything": func(t *testing.T) harness.Target {
			return harness.Target{Address: serve(t, answering(`{"status":"OK","message":"ya"}`+"\r\n\r\n"))}
		},
	}
	for name := range expectations(t) {
		starts[name] = func(t *testing.T) harness.Target { return startDialect(t, name) }
	}
	for name, start := range starts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			_, err := harness.Find(t.Context(), harness.Target{Address: counting(t, start(t).Address, &requests)}, 0)
			require.NoError(t, err)
			t.Logf("%d requests", requests.Load())
			assert.Less(t, requests.Load(), int32(50))
		})
	}
}

// counting passes connections on to address, and counts what clients write.
func counting(t *testing.T, address string, writes *atomic.Int32) string {
	return serve(t, func(c net.Conn) {
		to, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			_, _ = io.Copy(c, to) // until either ends
			_ = c.Close()
		})
		b := make([]byte, 64<<10)
		for {
			n, err := c.Read(b)
			if err != nil {
				break
			}
			writes.Add(1)
			if _, err := to.Write(b[:n]); err != nil {
				break
			}
		}
		_ = to.Close()
		wg.Wait()
	})
}
