package corpus_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz/corpus"
	"github.com/protokol-chat/chatspec/fuzz/script"
)

func parse(t *testing.T, text string) *script.Script {
	t.Helper()
	s, err := script.Parse("chatspec replay 1\n" + text)
	require.NoError(t, err)
	return s
}

func open(t *testing.T) *corpus.Dir {
	t.Helper()
	d, err := corpus.Open(filepath.Join(t.TempDir(), "baru"))
	require.NoError(t, err)
	return d
}

func finding(t *testing.T, cause, text string, count int) *corpus.Finding {
	s := parse(t, text)
	return &corpus.Finding{Requirement: "SEND-4", Kind: "lost", Cause: cause, Script: s, Requests: len(s.Steps), Count: count, First: time.Unix(9, 0).UTC(), Last: time.Unix(9, 0).UTC()}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "berkas")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := corpus.Open(file)
	require.EqualError(t, err, "cannot make the folder "+file+": not a directory")
	_, err = corpus.Open(filepath.Join(file, "x"))
	require.ErrorContains(t, err, "cannot make the folder")
}

func TestSessions(t *testing.T) {
	d := open(t)
	s := parse(t, "1: inbox")
	require.NoError(t, d.Keep(s))
	require.NoError(t, d.Keep(s))
	broken := filepath.Join(d.Path(), "sessions", "rusak.replay")
	require.NoError(t, os.WriteFile(broken, []byte("chatspec replay 1\n1 apa: x\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(d.Path(), "catatan.txt"), []byte("bukan session"), 0o600))
	all, bad, err := d.Sessions()
	require.NoError(t, err)
	require.Equal(t, []*script.Script{s}, all)
	require.Len(t, bad, 1)
	require.Equal(t, broken, bad[0].Path)
	require.ErrorContains(t, bad[0].Err, "line 2, column 3")
	require.FileExists(t, broken)
}

func TestState(t *testing.T) {
	d := open(t)
	_, ok, err := d.State()
	require.NoError(t, err)
	require.False(t, ok)
	want := corpus.State{Seed: 1 << 63, Next: 7, Requests: 9, Shard: 2, Shards: 3}
	require.NoError(t, d.SetState(want))
	got, ok, err := d.State()
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, want, got)
	require.NoError(t, os.WriteFile(filepath.Join(d.Path(), "campaign.json"), []byte("{"), 0o600))
	_, _, err = d.State()
	require.ErrorContains(t, err, "campaign.json")
}

func TestFindings(t *testing.T) {
	d := open(t)
	f := finding(t, "a", "1: inbox", 3)
	f.Shell = "#!/bin/sh\n"
	require.NoError(t, d.Save(corpus.Findings, f))
	info, err := os.Stat(filepath.Join(f.Path, "replay.sh"))
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&0o100, "it can be run")
	require.NoError(t, os.Mkdir(filepath.Join(d.Path(), "findings", "lain"), 0o700))
	all, bad, err := d.List(corpus.Findings)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Equal(t, "1: inbox", all[0].Script.Steps[0].String())
	require.Equal(t, 3, all[0].Count)
	require.Len(t, bad, 1)
	require.EqualError(t, bad[0].Err, "it has no metadata.json")
}

func TestMerge(t *testing.T) {
	shards := []string{}
	for i := range 3 {
		d := open(t)
		require.NoError(t, d.Keep(parse(t, "1: inbox")))
		require.NoError(t, d.Keep(parse(t, fmt.Sprintf("1: halo %d", i))))
		require.NoError(t, d.Save(corpus.Findings, finding(t, "a", fmt.Sprintf("1: inbox\n1: halo %d", i), 2)))
		require.NoError(t, d.Save(corpus.Findings, finding(t, "a", "1: inbox", 1)))
		require.NoError(t, d.Save(corpus.Findings, finding(t, fmt.Sprint("lain", i), fmt.Sprintf("1: lain %d", i), 1)))
		shards = append(shards, d.Path())
	}
	all := open(t)
	m, err := all.Merge(shards...)
	require.NoError(t, err)
	require.Equal(t, 4, m.Sessions)
	require.Equal(t, 3+3, m.Findings, "three of the cause they share")
	require.Equal(t, 1, m.Dropped)
	found, bad, err := all.List(corpus.Findings)
	require.NoError(t, err)
	require.Empty(t, bad)
	count, shortest := 0, 9
	for _, f := range found {
		if f.Cause == "a" {
			count += f.Count
			shortest = min(shortest, f.Requests)
		}
	}
	require.Equal(t, 9, count)
	require.Equal(t, 1, shortest)
	_, err = all.Merge(filepath.Join(t.TempDir(), "tidak-ada"))
	require.Error(t, err)
}
