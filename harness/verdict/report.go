package verdict

import (
	"fmt"
	"time"
)

// Status is the judgement on a scenario or a requirement.
type Status string

// A requirement passes when all of its scenarios passed, fails when one failed,
// and is skipped, with a reason, when it could not be judged.
const (
	Pass Status = "pass"
	Fail Status = "fail"
	Skip Status = "skip"
)

// Statuses lists all statuses in the order in which reports count them.
var Statuses = []Status{Pass, Fail, Skip}

// Event is one thing that happened on a connection.
type Event struct {
	Conn string        // the role that speaks on it, e.g. "budi"
	Dir  Dir           // who did it
	At   time.Duration // since the scenario began
	Data []byte        // the bytes sent or received, as they were; empty for the other kinds
	Addr string        // host:port that was dialled, for Opened
	Took time.Duration // the dialling alone, for Opened; At also counts the wait for its turn
}

// Dir is the kind of an Event.
type Dir string

// The kinds of events in a transcript.
const (
	Sent     Dir = "sent"     // by the harness
	Received Dir = "received" // from the server
	Opened   Dir = "opened"   // the harness dialled
	Closed   Dir = "closed"   // the server closed (FIN)
	Reset    Dir = "reset"    // the server reset the connection
	Silent   Dir = "silent"   // nothing came within the time limit
	Left     Dir = "left"     // the harness closed
)

// Failure says what went wrong, so that whoever wrote the server can see it.
type Failure struct {
	Message   Text   // one sentence
	Expected  []Text // what would have been accepted, one or more
	Actual    string // what came, raw bytes
	Caret     int    // offset in Actual of the first wrong byte; -1 where none can be named
	Conn      string // the connection on which Actual came; "" where none
	Hint      Text   // a usual cause; zero where none is known
	Reproduce string // a shell script that shows it without chatspec
}

// Scenario is what one scenario observed.
type Scenario struct {
	URI         string // the feature, e.g. "features/send.feature"
	Line        int    // its line there
	Name        string
	Requirement string // id
	Status      Status
	Reason      Text // why it was skipped; zero otherwise
	Duration    time.Duration
	Failure     *Failure // nil unless Status is Fail
	Transcript  []Event
}

// Judged is a requirement with its judgement.
type Judged struct {
	Requirement
	Status    Status // to the letter of the specification
	Behaviour Status // the same, seen through the dialect
	Reason    Text   // of a failure or a skip
	Known     string // the reason in the baseline, where the failure is a known one
	Scenarios []int  // indices into Report.Scenarios
}

// Deviation is one way in which the target departs from the letter everywhere.
type Deviation struct {
	Requirement string
	Expected    Text
	Seen        Text
}

// Diagnosis is one cause that joins failures.
type Diagnosis struct {
	Cause        string   // a stable slug, such as "one-answer-per-segment"
	Requirements []string // the failing ones that it explains, in the order of Report.Requirements
	Sure         bool     // the exchange shows the cause; otherwise it is what usually leads to such failures
	Says         Text     // the cause, in one sentence
	Fix          Text     // what to change, in one sentence
	Scenario     int      // index into Report.Scenarios: where it is seen best
}

// Target says what was tested.
type Target struct {
	Address  string
	ServerID string // "" where unknown
	Peer     string
	PeerID   string
	File     string
	Findings []Text // what was found out about the points the specification leaves open
}

// Counts counts requirements by status.
type Counts map[Status]int

// Finding is one cause of failures that drawn sessions came upon.
type Finding struct {
	Requirement string // "" for what breaks none, such as a traceback
	Kind        string // what went wrong, in one word; see fuzz/oracle.Kind
	Replay      string // what chatspec replay takes; "" where nothing was written
	Requests    int    // of the shortest session that shows it
	Count       int    // sessions that showed it
	Confirmed   bool   // it came again when its session was played alone
	Message     Text   // one sentence
}

// Report is the judgement on one target.
type Report struct {
	Version      string // of chatspec
	Target       Target
	Started      time.Time
	Duration     time.Duration
	Seed         uint64
	Level        Level // judged up to here
	Gate         Level // a failure up to here makes the exit code 1
	Requirements []Judged
	Scenarios    []Scenario
	Deviations   []Deviation
	Diagnoses    []Diagnosis // the sure ones first
	Findings     []Finding   // of sessions that were drawn
	Stopped      Text        // why the run ended early; zero if it did not
	Untestable   bool        // the target could not be tested at all
	Stale        []string    // ids in the baseline that pass now
	Runs         int         // how many runs it stands for; 0 for one
	Unstable     []Unstable
	Process      *Process // how the target ended, where we started it and it ended by itself
}

// Process is how a server that was started ended by itself.
type Process struct {
	Ended  Text   // a part of a sentence: "exit status 1"
	Output string // the last lines that it printed, raw
}

// Judge gives each requirement its status from its scenarios. A requirement
// that no scenario showed is skipped with unseen as its reason.
func Judge(requirements []Requirement, scenarios []Scenario, unseen Text) []Judged {
	byID := map[string][]int{}
	for i, s := range scenarios {
		byID[s.Requirement] = append(byID[s.Requirement], i)
	}
	judged := make([]Judged, 0, len(requirements))
	for _, q := range requirements {
		j := Judged{Requirement: q, Status: Pass, Scenarios: byID[q.ID]}
		if len(j.Scenarios) == 0 {
			j.Status, j.Reason = Skip, unseen
		}
		for _, i := range j.Scenarios {
			switch s := scenarios[i]; {
			case s.Status == Fail && j.Status != Fail:
				j.Status, j.Reason = Fail, s.Failure.Message
			case s.Status == Skip && j.Status == Pass:
				j.Status, j.Reason = Skip, s.Reason
			}
		}
		j.Behaviour = j.Status
		judged = append(judged, j)
	}
	return judged
}

// Depart makes the requirements that a deviation breaks fail to the letter.
// Their behaviour is what was seen through it.
func Depart(judged []Judged, deviations []Deviation) {
	for _, d := range deviations {
		for i := range judged {
			j := &judged[i]
			if j.ID != d.Requirement || j.Status == Fail {
				continue
			}
			j.Status = Fail
			j.Reason = Text{
				EN: fmt.Sprintf("departs everywhere: %s, instead of: %s", d.Seen.EN, d.Expected.EN),
				ID: fmt.Sprintf("menyimpang di mana-mana: %s, seharusnya: %s", d.Seen.ID, d.Expected.ID),
			}
		}
	}
}

// Add puts further scenarios into the report: one that failed makes its
// requirement fail, where it is among those judged. That one passed changes
// nothing.
func (r *Report) Add(scenarios []Scenario) {
	for _, s := range scenarios {
		for i := range r.Requirements {
			j := &r.Requirements[i]
			if j.ID != s.Requirement {
				continue
			}
			j.Scenarios = append(j.Scenarios, len(r.Scenarios))
			if s.Status == Fail && j.Status != Fail {
				j.Status, j.Reason = Fail, s.Failure.Message
			}
			if s.Status == Fail {
				j.Behaviour = Fail
			}
			r.Scenarios = append(r.Scenarios, s)
			break
		}
	}
}

// Summary counts the requirements of each level by status, to the letter.
func (r *Report) Summary() map[Level]Counts {
	return r.count(func(j Judged) Status { return j.Status })
}

// BehaviourSummary counts the requirements of each level by behaviour.
func (r *Report) BehaviourSummary() map[Level]Counts {
	return r.count(func(j Judged) Status { return j.Behaviour })
}

func (r *Report) count(by func(Judged) Status) map[Level]Counts {
	sum := map[Level]Counts{}
	for _, l := range Levels {
		sum[l] = Counts{Pass: 0, Fail: 0, Skip: 0}
	}
	for _, j := range r.Requirements {
		sum[j.Level][by(j)]++
	}
	return sum
}

// Exit codes of every command.
const (
	ExitOK         = 0 // nothing failed up to the gate
	ExitFailed     = 1 // something failed
	ExitUsage      = 2 // usage, or nothing selected
	ExitUntestable = 3 // the target could not be tested
	ExitInternal   = 4 // a fault of chatspec itself
)

// ExitCode is ExitOK, ExitFailed or ExitUntestable: a failure above the gate
// and a failure that the baseline knows do not count. A run that was stopped
// and failed nothing so far is ExitUntestable: half a run never looks green.
func (r *Report) ExitCode() int {
	if r.Untestable {
		return ExitUntestable
	}
	for _, j := range r.Requirements {
		if j.Status == Fail && j.Level <= r.Gate && j.Known == "" {
			return ExitFailed
		}
	}
	if !r.Stopped.IsZero() {
		return ExitUntestable
	}
	return ExitOK
}
