package fuzz_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/variant"
)

// variantTarget runs a variant of the reference and finds out how it speaks.
func variantTarget(t testing.TB, names ...string) (fuzz.Target, error) {
	t.Helper()
	files := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(files, "laporan.txt"), []byte("isi\n"), 0o600))
	cfg, err := variant.Apply(reference.Config{Files: files}, names...)
	require.NoError(t, err)
	id := cfg.ID
	if id == "" {
		id = "alpha"
	}
	return fuzz.Reach(t.Context(), verdict.Target{Address: serve(t, cfg), ServerID: id, File: "laporan.txt"}, 5*time.Second)
}

// TestMatrix plays every reading and every fault: N sessions of each.
func TestMatrix(t *testing.T) {
	if os.Getenv("MATRIX") == "" {
		t.Skip("set MATRIX=readings or MATRIX=faults")
	}
	n := env("N", 1000)
	play := func(t *testing.T, names ...string) *fuzz.Result {
		tg, err := variantTarget(t, names...)
		if err != nil {
			t.Log(err)
			return &fuzz.Result{}
		}
		r, err := fuzz.Properties(t.Context(), tg, fuzz.Options{Sessions: n, Seed: uint64(env("SEED", 1)), Level: verdict.Robust})
		require.NoError(t, err)
		return r
	}
	if strings.Contains(os.Getenv("MATRIX"), "readings") {
		for _, v := range variant.Readings() {
			if only := os.Getenv("ONLY"); only != "" && only != v.Name {
				continue
			}
			t.Run(v.Name, func(t *testing.T) {
				began := time.Now()
				r := play(t, v.Name)
				t.Logf("READING %s: %d sessions, %d requests, %v %s", v.Name, r.Sessions, r.Requests, time.Since(began).Round(time.Millisecond), r.Stopped.EN)
				for _, f := range r.Findings {
					t.Errorf("ALARM %s: %s (%s) %s %s count %d shown %d/%d: %s\n%.500q\n%.1500s", v.Name, f.Requirement, f.Also, f.Kind, f.Relation, f.Count, f.Shown, f.Replays, f.Failure.Message.EN, f.Failure.Actual, f.Script)
				}
			})
		}
	}
	if strings.Contains(os.Getenv("MATRIX"), "faults") {
		found, all := 0, 0
		for _, v := range variant.Faults() {
			if area := os.Getenv("AREA"); area != "" && !strings.Contains(area, v.Area()) {
				continue
			}
			if only := os.Getenv("ONLY"); only != "" && only != v.Name {
				continue
			}
			t.Run(v.Name, func(t *testing.T) {
				began := time.Now()
				r := play(t, v.Name)
				var got []string
				right := false
				for _, f := range r.Findings {
					got = append(got, f.Requirement+"/"+f.Also+" "+f.Kind+" "+f.Relation)
					t.Logf("  %s (%s) %s count %d shown %d/%d tries %d steps %d session %d", f.Requirement, f.Also, f.Kind, f.Count, f.Shown, f.Replays, f.Tries, len(f.Script.Steps), f.Session)
					if os.Getenv("ONLY") != "" {
						t.Logf("%s\n%.500q\n%.1500s", f.Failure.Message.EN, f.Failure.Actual, f.Script)
					}
					for _, a := range append(v.Also, v.Breaks...) {
						area, _, _ := strings.Cut(a, "-")
						right = right || strings.HasPrefix(f.Requirement, area+"-") || strings.HasPrefix(f.Also, area+"-")
					}
				}
				all++
				mark := "MISSED"
				if len(got) > 0 {
					found++
					mark = "WRONG"
				}
				if right {
					mark = "FOUND"
				}
				t.Logf("%s %s breaks %v: %s after %v %s", mark, v.Name, v.Breaks, strings.Join(got, "; "), time.Since(began).Round(time.Millisecond), r.Stopped.EN)
			})
		}
		t.Logf("%d of %d", found, all)
	}
}
