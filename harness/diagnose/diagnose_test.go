package diagnose_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/diagnose"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Each cause is recognised on a server that has it, and no other is, unless the
// server has that too.
func TestCauses(t *testing.T) {
	if raced {
		t.Skip("a catalogue of mistakes: run without the race detector")
	}
	const any = "" // whatever fails
	for _, c := range []struct {
		mistake  string
		cause    string
		sure     bool
		explains string // requirements, among others
		only     string
		says     string // part of what is said in English
		also     string // other causes that may be named
		jobs     int    // 1 where scenarios disturb one another
	}{
		{mistake: "end-none", cause: "result-end", sure: true, explains: "WIRE-2", only: "WIRE,SEND", says: "comes nothing"},
		{mistake: "end-lf", cause: "result-end", sure: true, explains: "WIRE-2", only: "WIRE-2,SEND", says: `comes \n`},
		{mistake: "end-crlf", cause: "result-end", sure: true, explains: "WIRE-2", only: "WIRE-2,SEND", says: `comes \r\n`},
		{mistake: "end-twice", cause: "result-end", sure: true, explains: "WIRE-1 WIRE-2 WIRE-7 WIRE-11 ROBUST-10", only: any, says: "more line breaks"},
		{mistake: "end-literal", cause: "result-end", sure: true, explains: "WIRE-2", only: "WIRE-2,SEND-1", says: "backslashes"},
		{mistake: "dict", cause: "dict-printed", sure: true, explains: "WIRE-1 REGISTER-1 AUTH-4 INBOX-2", only: any},
		{mistake: "plain", cause: "plain-text", sure: true, explains: "WIRE-1 REGISTER-1 AUTH-4 INBOX-2", only: any},
		{mistake: "plain-errors", cause: "plain-text", sure: true, explains: "WIRE-1 WIRE-6 SEND-2 AUTH-3 CONNECT-5", only: "WIRE,SEND,AUTH,CONNECT"},
		{mistake: "message-key", cause: "text-under-other-key", sure: true, explains: "WIRE-4 AUTH-1 SEND-4 SEND-5 INBOX-7", only: "WIRE-4,AUTH,SEND,INBOX", says: `"message"`},
		{mistake: "status-small", cause: "status-letter-case", sure: true, explains: "WIRE-3 REGISTER-1 AUTH-4 INBOX-2", only: any, says: `"ok"`},
		{mistake: "other-words", cause: "unknown-in-other-words", sure: true, explains: "WIRE-6 WIRE-7 WIRE-11", only: "WIRE", says: "**Protocol Tidak Benar"},
		{mistake: "traceback", cause: "leaked-exception", sure: true, explains: "WIRE-1 AUTH-2 SEND-2 CONNECT-2", only: any, says: "Traceback"},
		{mistake: "html", cause: "leaked-exception", sure: true, explains: "WIRE-1 AUTH-2 SEND-2 CONNECT-2", only: any, says: "DOCTYPE"},
		{mistake: "exception-as-data", cause: "leaked-exception", sure: true, explains: "SEND-1 SEND-4 SEND-15", only: "SEND", says: "KeyError: 'siti'"},
		{mistake: "no-servers", cause: "command-missing", sure: true, explains: "ADDSERVER-1 ADDSERVER-6", only: "SEND,ADDSERVER,CONNECT", says: "`addserver`"},

		{mistake: "recv-is-request", cause: "recv-taken-for-a-request", sure: true, explains: "WIRE-11 SEND-16", only: "WIRE,SEND"},
		{mistake: "buffer-cuts", cause: "recv-taken-for-a-request", sure: true, explains: "SEND-16", only: "SEND", says: "1024 bytes"},
		{mistake: "answer-per-segment", cause: "one-answer-per-segment", sure: true, explains: "WIRE-11", only: "WIRE,SEND"},
		{mistake: "decode-pieces", cause: "decode-inside-character", sure: true, explains: "WIRE-12 SEND-14", only: "WIRE,SEND", says: "32 bytes"},
		{mistake: "decode-replaces", cause: "decode-inside-character", sure: true, explains: "WIRE-12 SEND-14", only: "WIRE,SEND"},

		{mistake: "dies", cause: "thread-died", sure: true, explains: "WIRE-8 AUTH-2 SEND-2 CONNECT-2", only: "WIRE-8,AUTH,SEND-2,CONNECT-2", says: "`send` that lacks parameters"},
		{mistake: "dies-at-sendgroup", cause: "thread-died", explains: "SENDGROUP-1", only: "SENDGROUP-1,SENDGROUP-4,SEND", says: "begins with `sendgroup`."},
		{mistake: "closes", cause: "exception-closes", explains: "AUTH-2 SEND-2 CONNECT-2", only: "WIRE-8,AUTH,SEND-2,CONNECT-2", says: "`send` that lacks parameters"},
		{mistake: "one-at-a-time", cause: "one-connection-at-a-time", only: any},

		{mistake: "global-session", cause: "global-session", sure: true, explains: "WIRE-9 SEND-3 SENDGROUP-3 CREATEGROUP-3", only: any},
		{mistake: "logout-all", cause: "logout-ends-all", sure: true, explains: "LOGOUT-5", only: any, jobs: 1},
		{mistake: "password-prefix", cause: "password-prefix", sure: true, explains: "AUTH-6", only: "AUTH"},
		{mistake: "no-lock", cause: "check-without-lock", sure: true, explains: "ROBUST-11", only: "ROBUST-11,REGISTER"},
		{mistake: "refused-delivers", cause: "refused-yet-done", sure: true, explains: "SEND-10", only: any, says: "`send`"},
		{mistake: "refused-opens", cause: "refused-yet-done", sure: true, explains: "AUTH-5", only: any, says: "`auth`"},
		{mistake: "refused-registers", cause: "refused-yet-done", sure: true, explains: "REGISTER-5", only: any, says: "`register`"},
		{mistake: "refused-regroups", cause: "refused-yet-done", sure: true, explains: "CREATEGROUP-6", only: any, says: "`creategroup`"},

		{mistake: "first-word", cause: "cut-at-space", sure: true, explains: "WIRE-10 SEND-5 SEND-14 SEND-16", only: any},
		{mistake: "join-words", cause: "blanks-joined", sure: true, explains: "SEND-14", only: any},
		{mistake: "under-sender", cause: "inbox-of-sender", sure: true, explains: "SEND-4 SEND-5 INBOX-1 SENDGROUP-4", only: "WIRE-11,SEND,INBOX,SENDGROUP"},
		{mistake: "one-inbox", cause: "one-inbox-for-all", sure: true, explains: "INBOX-5 INBOX-6", only: "SEND,INBOX"},
		{mistake: "empty-refused", cause: "empty-inbox-refused", sure: true, explains: "INBOX-3", only: "SEND,INBOX", says: "kotak masuk kosong"},
		{mistake: "empties-all", cause: "reading-empties-all", sure: true, explains: "INBOX-6", only: "SEND,INBOX"},

		{mistake: "keep-line-end", cause: "line-end-kept", sure: true, explains: "CREATEGROUP-1 SENDFILE-1 SENDFILE-4", only: "SEND,CREATEGROUP,SENDFILE", says: `"\r\n"`},
		{mistake: "leading-space", cause: "line-end-kept", sure: true, explains: "CREATEGROUP-1", only: "SEND,CREATEGROUP", says: "a blank"},
		{mistake: "loose-names", cause: "names-compared-loosely", sure: true, explains: "SEND-6", only: "SEND"},
		{mistake: "port-text", cause: "port-kept-as-text", explains: "ADDSERVER-4 ADDSERVER-6 CONNECT-4", only: "ADDSERVER-4,ADDSERVER-6,CONNECT-4"},
		{mistake: "port-text-dies", cause: "port-kept-as-text", explains: "ADDSERVER-4 ADDSERVER-6 CONNECT-4", only: "ADDSERVER-4,ADDSERVER-6,CONNECT-4", also: "thread-died"},
		{mistake: "port-text-says", cause: "port-kept-as-text", sure: true, explains: "ADDSERVER-4 ADDSERVER-6 CONNECT-4", only: "ADDSERVER-4,ADDSERVER-6,CONNECT-4"},
	} {
		o := harness.Options{Level: verdict.Should, Only: c.only, Timeout: time.Second, Jobs: c.jobs}
		if strings.Contains(c.explains, "ROBUST") {
			o.Level = verdict.Robust
		}
		run := begin(t, startMini(t, c.mistake), o)
		t.Run(c.mistake, func(t *testing.T) {
			t.Parallel()
			r, err := run()
			require.NoError(t, err)
			i := slices.IndexFunc(r.Diagnoses, func(d verdict.Diagnosis) bool { return d.Cause == c.cause })
			require.GreaterOrEqual(t, i, 0, "%v of %v", r.Diagnoses, failed(r))
			d := r.Diagnoses[i]
			assert.Equal(t, c.sure, d.Sure)
			assert.Contains(t, d.Says.EN, c.says)
			assert.Subset(t, d.Requirements, strings.Fields(c.explains), "of %v", failed(r))
			assert.Subset(t, failed(r), d.Requirements)
			assert.Contains(t, d.Requirements, r.Scenarios[d.Scenario].Requirement, "the evidence is one of them")
			for _, d := range r.Diagnoses {
				assert.Contains(t, append(strings.Fields(c.also), c.cause), d.Cause)
				for _, said := range []verdict.Text{d.Says, d.Fix} {
					assert.NotEmpty(t, said.EN)
					assert.NotEmpty(t, said.ID)
					assert.NotContains(t, said.EN+said.ID, "%s")
				}
			}
		})
	}
}

// atOnce is how many runs are under way: what they do is mostly to wait for
// answers that do not come.
var atOnce = make(chan struct{}, 8)

// begin starts a run, and gives its report when asked.
func begin(t *testing.T, target harness.Target, o harness.Options) func() (*verdict.Report, error) {
	var r *verdict.Report
	var err error
	var over sync.WaitGroup
	over.Go(func() {
		atOnce <- struct{}{}
		defer func() { <-atOnce }()
		r, err = harness.Run(t.Context(), target, o)
	})
	t.Cleanup(over.Wait)
	return func() (*verdict.Report, error) { over.Wait(); return r, err }
}

func failed(r *verdict.Report) (ids []string) {
	for _, j := range r.Requirements {
		if j.Status == verdict.Fail {
			ids = append(ids, j.ID)
		}
	}
	return ids
}

// What is diagnosed follows from the report alone, and leaves it as it was.
func TestDiagnoseIsPure(t *testing.T) {
	r, err := harness.Run(t.Context(), startMini(t, "first-word", "password-prefix"), harness.Options{Level: verdict.Should, Only: "SEND,AUTH"})
	require.NoError(t, err)
	for range 3 {
		assert.Equal(t, r.Diagnoses, diagnose.Diagnose(r, nil))
	}
	require.Len(t, r.Diagnoses, 2)
	assert.Equal(t, "cut-at-space", r.Diagnoses[0].Cause, "the one that explains more is first")
	assert.Equal(t, []string{"AUTH-6"}, r.Diagnoses[1].Requirements)
}

// What a run sees through is told as a deviation, and explains no failure.
func TestSeenThrough(t *testing.T) {
	r, err := harness.Run(t.Context(), startMini(t, "message-key"), harness.Options{Level: verdict.Should, Only: "SEND-1"})
	require.NoError(t, err)
	require.NotEmpty(t, r.Diagnoses)
	r.Deviations = []verdict.Deviation{{Requirement: "WIRE-4"}}
	assert.Empty(t, diagnose.Diagnose(r, nil))
}

// A queue of one makes connections late, and runs put up with that: so this is
// a transcript made by hand, of a connection that was late and got no answer.
func TestShortBacklog(t *testing.T) {
	late := func(took, opened, silent time.Duration) *verdict.Report {
		s := verdict.Scenario{
			Requirement: "SEND-4", Status: verdict.Fail, Failure: &verdict.Failure{Conn: "siti"},
			Transcript: []verdict.Event{
				{Conn: "budi", Dir: verdict.Opened},
				{Conn: "budi", Dir: verdict.Sent, At: time.Millisecond, Data: []byte("inbox\r\n")},
				{Conn: "budi", Dir: verdict.Received, At: 2 * time.Millisecond, Data: []byte("{\"status\": \"OK\", \"data\": []}\r\n\r\n")},
				{Conn: "siti", Dir: verdict.Opened, At: opened, Took: took},
				{Conn: "siti", Dir: verdict.Sent, At: opened, Data: []byte("inbox\r\n")},
				{Conn: "siti", Dir: verdict.Silent, At: silent},
			},
		}
		q := verdict.Judged{Requirement: verdict.Requirement{ID: "SEND-4"}, Status: verdict.Fail}
		return &verdict.Report{Scenarios: []verdict.Scenario{s}, Requirements: []verdict.Judged{q}}
	}
	found := diagnose.Diagnose(late(1018*time.Millisecond, 1020*time.Millisecond, 3*time.Second), nil)
	require.Len(t, found, 1)
	assert.Equal(t, "short-backlog", found[0].Cause)
	assert.False(t, found[0].Sure)
	for name, r := range map[string]*verdict.Report{
		"at once":        late(time.Millisecond, 3*time.Millisecond, 3*time.Second),
		"late in turn":   late(time.Millisecond, 1020*time.Millisecond, 3*time.Second),
		"a busy machine": late(500*time.Millisecond, 520*time.Millisecond, 3*time.Second),
	} {
		for _, d := range diagnose.Diagnose(r, nil) {
			assert.NotEqual(t, "short-backlog", d.Cause, name)
		}
	}
}

// Nothing is diagnosed where there is nothing to see.
func TestEmptyReports(t *testing.T) {
	assert.Empty(t, diagnose.Diagnose(&verdict.Report{}, nil))
	s := verdict.Scenario{Requirement: "SEND-4", Status: verdict.Fail, Failure: &verdict.Failure{Conn: "siti", Actual: "x"}}
	r := &verdict.Report{Scenarios: []verdict.Scenario{s, {Requirement: "SEND-5", Status: verdict.Skip}}}
	assert.Empty(t, diagnose.Diagnose(r, nil))
}
