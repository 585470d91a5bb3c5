package fuzz_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/variant"
)

var (
	readingSessions = flag.Int("readings", 0, "play `N` sessions against every reading")
	together        = flag.Int("together", 0, "and against `N` servers that are read in several ways at once")
	variantSeed     = flag.Uint64("seed", 1, "of the sessions against variants")
	variantOnly     = flag.String("only", "", "only the variants of these `NAMES`, separated by commas")
)

// selected tells whether -only lets a variant pass.
func selected(name string) bool {
	return *variantOnly == "" || slices.Contains(strings.Split(*variantOnly, ","), name)
}

const theFile = "laporan.txt"

// theirs starts a server of a variant and gives what leads to it.
func theirs(t testing.TB, id string, names ...string) (address, serverID string, err error) {
	t.Helper()
	files := filepath.Join(t.TempDir(), "files")
	require.NoError(t, os.MkdirAll(files, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(files, theFile), []byte("isi\n"), 0o600))
	cfg, err := variant.Apply(reference.Config{ID: id, Files: files}, names...)
	if err != nil {
		return "", "", err
	}
	return serve(t, cfg), cfg.ID, nil
}

// variantTarget runs a variant of the reference, with a second server of the
// same make where paired, and finds out how it speaks.
func variantTarget(t testing.TB, paired bool, names ...string) (fuzz.Target, error) {
	t.Helper()
	tg := verdict.Target{File: theFile}
	var err error
	if tg.Address, tg.ServerID, err = theirs(t, "alpha", names...); err != nil {
		return fuzz.Target{}, err
	}
	if paired {
		if tg.Peer, tg.PeerID, err = theirs(t, "beta", names...); err != nil {
			return fuzz.Target{}, err
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return fuzz.Reach(ctx, tg, 5*time.Second)
}

// TestReadings plays sessions against servers that read the open points of the
// specification in every way: none is an alarm. A few hundred by default, with
// -readings as many as asked for, one server after the other.
func TestReadings(t *testing.T) {
	sessions := 60
	if *readingSessions > 0 {
		sessions = *readingSessions
	}
	if testing.Short() {
		t.Skip("many sessions against each server of the catalogue: without -short")
	}
	if selected("reference") {
		t.Run("reference", func(t *testing.T) { innocent(t, sessions, *variantSeed) })
	}
	turn := make(chan struct{}, 4)
	for _, r := range variant.Readings() {
		if !selected(r.Name) || *readingSessions == 0 && r.Point == "" && r.Name != "one-worker" {
			continue // what only takes time is played when it is asked for
		}
		t.Run(r.Name, func(t *testing.T) {
			if *readingSessions == 0 {
				t.Parallel()
			}
			turn <- struct{}{}
			defer func() { <-turn }()
			innocent(t, sessions, *variantSeed, r.Name)
		})
	}
}

// TestReadingsTogether is TestReadings for servers that are read in several
// ways at once.
func TestReadingsTogether(t *testing.T) {
	if *together == 0 {
		t.Skip("it is asked for with -together N")
	}
	all := slices.DeleteFunc(variant.Readings(), func(r variant.Reading) bool { return r.Name == "slow" || r.Name == "slow-logins" })
	some := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 2, 9, func(r variant.Reading) string { return r.Name })
	for i := range *together {
		seed := *variantSeed*1_000_000 + uint64(i)
		var chosen []variant.Reading
		var names []string
		for _, r := range some.Example(int(seed)) {
			if !slices.ContainsFunc(chosen, r.Excludes) {
				chosen, names = append(chosen, r), append(names, r.Name)
			}
		}
		t.Run(strings.Join(names, "+"), func(t *testing.T) { innocent(t, max(*readingSessions, 300), seed, names...) })
	}
}

// innocent plays sessions against a server that is right, alone and paired in
// turn, and requires that nothing is found.
func innocent(t *testing.T, sessions int, seed uint64, names ...string) {
	t.Helper()
	for _, paired := range []bool{false, true} {
		n := sessions
		if paired { // two servers are half of the speed and less of the matter
			n = sessions / 4
		}
		tg, err := variantTarget(t, paired, names...)
		require.NoError(t, err)
		r, err := fuzz.Properties(t.Context(), tg, fuzz.Options{Sessions: n, Seed: seed, Level: verdict.Robust})
		require.NoError(t, err)
		t.Logf("%d sessions, %d requests", r.Sessions, r.Requests)
		require.Empty(t, r.Findings, "%s", explain(r))
		require.Equal(t, n, r.Sessions, r.Stopped.EN)
	}
}

// convicted tells whether a requirement is of an area that a fault is about, or
// whose requirements cannot be seen to hold because of it.
func convicted(f variant.Fault, requirements ...string) bool {
	return slices.ContainsFunc(requirements, func(id string) bool {
		area, _, _ := strings.Cut(id, "-")
		return slices.Contains(f.Also, area) || slices.ContainsFunc(f.Breaks, func(b string) bool { return strings.HasPrefix(b, area+"-") })
	})
}

// TestFaults finds some faults of the catalogue, one of each kind; TestMatrix
// finds all that can be found.
func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("many sessions against each server of the catalogue: without -short")
	}
	for _, name := range []string{
		"auth-prefix", "send-second-lost", "send-twice", "sendgroup-everybody", "inbox-empties-senders", "creategroup-refused-overwrites",
		"register-refused-adds", "logout-nothing", "sendfile-any-name", "error-logs-out", "text-html",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fault := fault(t, name)
			tg, err := variantTarget(t, false, name)
			require.NoError(t, err)
			r, err := fuzz.Properties(t.Context(), tg, fuzz.Options{Sessions: 2000, Seed: 1, Level: verdict.Robust, Findings: 4})
			require.NoError(t, err)
			at := slices.IndexFunc(r.Findings, func(f fuzz.Finding) bool { return f.Shown > 0 && convicted(fault, f.Requirement, f.Also) })
			require.GreaterOrEqual(t, at, 0, "%s", explain(r))
			require.LessOrEqual(t, len(r.Findings[at].Script.Steps), 8, "%s", explain(r))
		})
	}
}

func fault(t *testing.T, name string) variant.Fault {
	t.Helper()
	all := variant.Faults()
	at := slices.IndexFunc(all, func(f variant.Fault) bool { return f.Name == name })
	require.GreaterOrEqual(t, at, 0, fmt.Sprintf("no fault is called %s", name))
	return all[at]
}
