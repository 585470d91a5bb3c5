package campaign

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/fuzz/corpus"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

func explain(r *Result) (s string) {
	for _, f := range append(r.Findings, r.Unconfirmed...) {
		s += fmt.Sprintf("%s %s %d/%d: %s\n%.300q\n%s\n", f.Requirement, f.Kind, f.Shown, f.Replays, f.Failure.Message.EN, f.Failure.Actual, f.Script)
	}
	return s
}

func run(t *testing.T, o Options, names ...string) *Result {
	t.Helper()
	tg, err := serve(t, names...)
	require.NoError(t, err)
	o.Seed, o.Level = 1, verdict.Robust
	r, err := Run(t.Context(), tg, o)
	require.NoError(t, err)
	return r
}

func TestReferenceIsClean(t *testing.T) {
	r := run(t, Options{Requests: 8000})
	require.Empty(t, explain(r))
	require.GreaterOrEqual(t, r.Requests, 8000)
	require.True(t, r.Stopped.IsZero(), r.Stopped.EN)
	require.Greater(t, r.Kept, 10)
	for _, s := range r.Scenarios(func(string) bool { return true }) {
		require.Equal(t, verdict.Pass, s.Status)
	}
}

// TestReadingsAreClean takes those readings that change most of what a session
// sees; TestMatrix takes all.
func TestReadingsAreClean(t *testing.T) {
	for _, name := range []string{"surplus-ignored", "command-any-case", "inbox-text", "inbox-kept", "late", "passwords-plain", "id-unusual"} {
		t.Run(name, func(t *testing.T) {
			r := run(t, Options{Requests: quick(1500, 800), For: 2 * time.Second}, name)
			require.Empty(t, explain(r))
		})
	}
}

func TestFaultBecomesFinding(t *testing.T) {
	d, err := corpus.Open(t.TempDir())
	require.NoError(t, err)
	var told []Status
	r := run(t, Options{Requests: 50_000, Findings: 1, Corpus: d, Keep: true, Progress: func(s Status) { told = append(told, s) }}, "auth-prefix")
	require.NotEmpty(t, r.Findings)
	f := r.Findings[0]
	require.Equal(t, "AUTH-6", f.Requirement)
	require.LessOrEqual(t, len(f.Script.Steps), 4, f.Script.String())
	require.Equal(t, f.Shown, f.Replays)
	require.NotEmpty(t, told)
	require.Equal(t, 1, told[len(told)-1].Findings)

	kept, bad, err := d.List(corpus.Findings)
	require.NoError(t, err)
	require.Empty(t, bad)
	require.Len(t, kept, 1)
	require.Equal(t, f.Script.String(), kept[0].Script.String())
	require.Equal(t, f.Cause, kept[0].Cause)
	for _, file := range []string{"session.replay", "bytes.txt", "replay.sh", "metadata.json"} {
		require.FileExists(t, filepath.Join(kept[0].Path, file))
	}

	failed := map[string]bool{}
	for _, s := range r.Scenarios(func(id string) bool { return id != "" }) {
		failed[s.Requirement] = failed[s.Requirement] || s.Status == verdict.Fail
	}
	require.True(t, failed["AUTH-6"])

	tg, err := serve(t)
	require.NoError(t, err)
	again, err := fuzz.Replay(t.Context(), kept[0].Script, tg)
	require.NoError(t, err)
	require.Equal(t, fuzz.Fixed, again.Outcome)
}

// TestExamplesAreFew has a server fail for ever in one way.
func TestExamplesAreFew(t *testing.T) {
	d, err := corpus.Open(t.TempDir())
	require.NoError(t, err)
	for range 2 { // the second campaign adds none
		r := run(t, Options{Requests: 3000, Corpus: d}, "auth-prefix")
		require.NotEmpty(t, r.Findings)
	}
	all, _, err := d.List(corpus.Findings)
	require.NoError(t, err)
	causes := map[string]int{}
	for _, f := range all {
		causes[f.Cause]++
	}
	for cause, n := range causes {
		require.LessOrEqual(t, n, corpus.Examples, cause)
	}
}

// TestSameSeedSameSessions compares what campaigns of one seed draw, against a
// server that answers the same each time.
func TestSameSeedSameSessions(t *testing.T) {
	drawn := func(jobs int) map[int]string {
		tg, err := serve(t)
		require.NoError(t, err)
		c, err := begin(t.Context(), tg, Options{Seed: 5, Jobs: jobs, Level: verdict.Robust})
		require.NoError(t, err)
		defer c.close()
		c.pt.Odd = time.Minute // whether an answer comes in time is not to depend on the machine
		c.together()
		all := map[int]string{}
		var mu sync.Mutex
		c.inspect = func(batch []*outcome) {
			mu.Lock()
			defer mu.Unlock()
			for _, out := range batch {
				all[out.index] = out.script.String()
			}
		}
		for range 4 {
			c.round()
		}
		return all
	}
	one, eight := drawn(1), drawn(8)
	require.Len(t, one, 4*firstRound)
	require.Equal(t, one, eight)
}

func TestShardsShareTheSessions(t *testing.T) {
	seen := map[int]bool{}
	for shard := range 3 {
		tg, err := serve(t)
		require.NoError(t, err)
		c, err := begin(t.Context(), tg, Options{Seed: 5, Shard: shard + 1, Shards: 3, Plain: true})
		require.NoError(t, err)
		c.inspect = func(batch []*outcome) {
			for _, out := range batch {
				require.False(t, seen[out.index])
				require.Equal(t, shard, out.index%3)
				seen[out.index] = true
			}
		}
		c.round()
		c.close()
	}
	require.Len(t, seen, 3*firstRound)
	tg, err := serve(t)
	require.NoError(t, err)
	_, err = Run(t.Context(), tg, Options{Shard: 4, Shards: 3})
	require.EqualError(t, err, "there is no shard 4 of 3")
}

func TestGoesOn(t *testing.T) {
	dir := t.TempDir()
	d, err := corpus.Open(dir)
	require.NoError(t, err)
	require.Empty(t, explain(run(t, Options{Requests: 1000, Corpus: d, Keep: true})))
	s, ok, err := d.State()
	require.NoError(t, err)
	require.True(t, ok)
	require.Positive(t, s.Next)

	broken := filepath.Join(dir, "sessions", "rusak.replay")
	require.NoError(t, os.WriteFile(broken, []byte("bukan\n"), 0o600))
	d, err = corpus.Open(dir)
	require.NoError(t, err)
	r := run(t, Options{Requests: 1000, Corpus: d, Keep: true})
	require.Len(t, r.Unreadable, 1)
	require.Equal(t, broken, r.Unreadable[0].Path)
	require.FileExists(t, broken)
	after, _, err := d.State()
	require.NoError(t, err)
	require.Greater(t, after.Next, s.Next)
}

// TestFullDisk has the folder of sessions take nothing any more.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	d, err := corpus.Open(dir)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sessions"), nil, 0o600))
	r := run(t, Options{For: time.Minute, Keep: true, Corpus: d})
	require.Contains(t, r.Stopped.EN, "the corpus cannot be written any more")
	require.Positive(t, r.Requests)
}

func TestInterrupted(t *testing.T) {
	tg, err := serve(t)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := Run(ctx, tg, Options{Seed: 1, Level: verdict.Robust, Progress: func(Status) { cancel() }})
	require.NoError(t, err)
	require.Positive(t, r.Requests)
	require.Empty(t, explain(r))
}

func TestRate(t *testing.T) {
	p := pacer{rate: 1000}
	now := time.Now()
	p.wait(t.Context(), 500)
	half := 500 * time.Millisecond // that the next has to wait, from when this one came
	require.False(t, p.next.Before(now.Add(half)))
	require.False(t, p.next.After(time.Now().Add(half)))
}

func TestAgainst(t *testing.T) {
	other, err := serve(t, "members-only")
	require.NoError(t, err)
	d, err := corpus.Open(t.TempDir())
	require.NoError(t, err)
	r := run(t, Options{Requests: quick(8000, 2000), For: 10 * time.Second, Against: &other, Corpus: d})
	require.Empty(t, explain(r))
	require.NotEmpty(t, r.Differences)
	for _, f := range r.Differences {
		require.Equal(t, differs, f.Kind)
		require.NotEmpty(t, f.Script.Steps)
	}
	kept, _, err := d.List(corpus.Differences)
	require.NoError(t, err)
	require.Len(t, kept, len(r.Differences))
}

func TestDeadTargetIsSaid(t *testing.T) {
	r := run(t, Options{Requests: 100_000, For: 4 * time.Second}, "half-crashes")
	require.NotEmpty(t, r.Findings)
	require.Equal(t, "died", r.Findings[0].Kind)
	require.True(t, strings.HasPrefix(r.Findings[0].Requirement, "ROBUST-"), r.Findings[0].Requirement)
	require.False(t, r.Stopped.IsZero())
}

// TestEvidentIsSound: what is seen at once to be sound is so when it is looked at
// closely.
func TestEvidentIsSound(t *testing.T) {
	tg, err := serve(t)
	require.NoError(t, err)
	c, err := begin(t.Context(), tg, Options{Seed: 5, Level: verdict.Robust})
	require.NoError(t, err)
	defer c.close()
	plain, all := 0, 0
	for i := range quick(2000, 400) {
		s, _ := c.draw(i)
		for _, st := range s.Steps {
			all++
			if evident(&st) {
				plain++
				require.True(t, closely(&st), st.Request())
			}
		}
	}
	require.Greater(t, plain, all/2)
}
