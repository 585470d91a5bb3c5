package campaign

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference/variant"
)

func number(name string, or int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return or
}

func chosen(name string) bool {
	only := os.Getenv("ONLY")
	return only == "" || slices.Contains(strings.Split(only, ","), name)
}

// TestMatrix runs a campaign against every reading and every fault of the
// catalogue: MATRIX=readings or MATRIX=faults, SECONDS each, SEED, ONLY=names.
func TestMatrix(t *testing.T) {
	what := os.Getenv("MATRIX")
	if what == "" {
		t.Skip("set MATRIX=readings or MATRIX=faults")
	}
	limit := time.Duration(number("SECONDS", 5)) * time.Second
	run := func(t *testing.T, findings int, names ...string) *Result {
		tg, err := serve(t, names...)
		if err != nil {
			t.Logf("UNTESTABLE %v: %v", names, err)
			return nil
		}
		r, err := Run(t.Context(), tg, Options{Seed: uint64(number("SEED", 1)), For: limit, Findings: findings, Level: verdict.Robust, Plain: os.Getenv("PLAIN") != ""})
		require.NoError(t, err)
		return r
	}
	if strings.Contains(what, "readings") {
		for _, v := range variant.Readings() {
			if chosen(v.Name) {
				t.Run(v.Name, func(t *testing.T) {
					r := run(t, 0, v.Name)
					if r == nil {
						return
					}
					t.Logf("READING %s: %d sessions, %d requests %s", v.Name, r.Sessions, r.Requests, r.Stopped.EN)
					for _, f := range r.Findings {
						t.Errorf("ALARM %s: %s %s count %d shown %d/%d: %s\n%.300q\n%.1500s", v.Name, f.Requirement, f.Kind, f.Count, f.Shown, f.Replays, f.Failure.Message.EN, f.Failure.Actual, f.Script)
					}
					for _, f := range r.Unconfirmed {
						t.Logf("UNCONFIRMED %s: %s %s count %d: %s\n%.300q", v.Name, f.Requirement, f.Kind, f.Count, f.Failure.Message.EN, f.Failure.Actual)
					}
				})
			}
		}
	}
	if strings.Contains(what, "faults") {
		found, all := 0, 0
		for _, v := range variant.Faults() {
			if chosen(v.Name) {
				t.Run(v.Name, func(t *testing.T) {
					began := time.Now()
					r := run(t, 1, v.Name)
					all++
					if r == nil {
						return
					}
					mark := "MISSED"
					var got []string
					for _, f := range r.Findings {
						mark = "FOUND"
						got = append(got, f.Requirement+" "+f.Kind+" "+strconv.Itoa(len(f.Script.Steps))+" steps "+strconv.Itoa(f.Tries)+" tries")
						if os.Getenv("ONLY") != "" {
							t.Logf("%s\n%.500q\n%.1500s", f.Failure.Message.EN, f.Failure.Actual, f.Script)
						}
					}
					for _, f := range r.Unconfirmed {
						got = append(got, "? "+f.Requirement+" "+f.Kind)
					}
					if len(r.Findings) > 0 {
						found++
					}
					t.Logf("%s %s breaks %v: %s; %d requests in %v %s", mark, v.Name, v.Breaks, strings.Join(got, "; "), r.Requests, time.Since(began).Round(time.Millisecond), r.Stopped.EN)
				})
			}
		}
		t.Logf("%d of %d", found, all)
	}
}
