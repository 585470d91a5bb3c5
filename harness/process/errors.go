package process

import (
	"fmt"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Kind is what went wrong with a start.
type Kind string

// The kinds of errors.
const (
	BadCommand  Kind = "bad command"   // the command cannot be understood
	BadFolder   Kind = "bad folder"    // the folder is missing, too large or cannot be copied
	NotRunnable Kind = "not runnable"  // no such command, or not one that can be run
	Exited      Kind = "exited"        // it ended before it answered
	Background  Kind = "background"    // it ended and left a process that goes on
	Silent      Kind = "never listens" // it runs, and listens nowhere
	WrongPort   Kind = "wrong port"    // it listens elsewhere than it should
	NoAnswer    Kind = "no answer"     // it accepts connections and answers nothing
	Flood       Kind = "flood"         // as Silent or NoAnswer, and it prints without end
	PortTaken   Kind = "port taken"    // another program listens there
	NoNamespace Kind = "no namespace"  // Spec.Isolated is not possible here
	Unsupported Kind = "unsupported"   // not on this system
)

// Error tells why a server could not be started.
type Error struct {
	Kind   Kind
	Text   verdict.Text // one sentence
	Output string       // the last lines that it printed, raw; see Process.Output
	Ports  []int        // where it listens instead, for WrongPort
	Ending *Ending      // how it ended, for Exited and Background
	Cause  error        // the last error of the probe, for NoAnswer and Flood; may be nil
}

func (e *Error) Error() string { return e.Text.EN }

// Unwrap gives the Cause.
func (e *Error) Unwrap() error { return e.Cause }

func fail(kind Kind, en, id string, args ...any) *Error {
	return &Error{Kind: kind, Text: verdict.Textf(en, id, args...)}
}

// Ending is how a server ended.
type Ending struct {
	Code     int           // exit status; -1 when it was ended by a signal
	Signal   string        // such as "segmentation fault"; "" when it exited
	Stopped  bool          // it was asked to end
	Killed   bool          // it ignored that and was ended by force
	After    time.Duration // since it was started
	Output   string        // the last lines that it printed, raw; see Process.Output
	Printed  int64         // bytes in all
	Orphans  []string      // what it left running, such as "4711 (python3)"; all were ended
	Survived []int         // processes that could not be ended within five seconds: none, unless the kernel holds them
}

// Text says it in a part of a sentence: "exit status 1".
func (e Ending) Text() verdict.Text {
	switch {
	case e.Killed:
		return verdict.Textf("killed, as it ignored the stop signal", "dihentikan paksa, karena mengabaikan sinyal berhenti")
	case e.Signal != "":
		return verdict.Textf("signal: %s", "sinyal: %s", e.Signal)
	case e.Code < 0:
		return verdict.Textf("exit status unknown", "status keluar tidak diketahui")
	}
	return verdict.Textf("exit status %d", "status keluar %d", e.Code)
}

// flood is how much a server prints before that is worth a word.
const flood = 8 << 20

// notes of a server that works all the same.
func (c *child) notes() []verdict.Text {
	var notes []verdict.Text
	if n := c.output.total(); n >= flood {
		notes = append(notes, verdict.Textf("the server prints without end (%d MiB)", "server mencetak tanpa henti (%d MiB)", n>>20))
	}
	select {
	case <-c.exited:
		if c.ending.Killed {
			notes = append(notes, verdict.Textf("the server ignored the stop signal (SIGTERM) and was killed",
				"server mengabaikan sinyal berhenti (SIGTERM) dan dihentikan paksa"))
		}
		if n := len(c.ending.Orphans); n > 0 {
			notes = append(notes, verdict.Textf("the server left %d processes running when it ended: %s; they were ended",
				"server meninggalkan %d proses ketika berakhir: %s; semuanya dihentikan", n, join(c.ending.Orphans)))
		}
		if n := len(c.ending.Survived); n > 0 {
			notes = append(notes, verdict.Textf("%d processes could not be ended: %s", "%d proses tidak dapat dihentikan: %s", n, fmt.Sprint(c.ending.Survived)))
		}
	default:
	}
	return notes
}
