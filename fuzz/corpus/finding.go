package corpus

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Schema names the form of metadata.json. Keys may be added within v1, never
// renamed, removed or given another meaning.
const Schema = "chatspec/finding/v1"

// Examples is how many findings of one cause are kept; the others are counted.
const Examples = 3

// The files of a finding.
const (
	sessionFile  = "session" + Ext
	bytesFile    = "bytes.txt"
	shellFile    = "replay.sh"
	metadataFile = "metadata.json"
)

// Finding is a folder with one thing that went wrong:
//
//	session.replay   the session, for chatspec replay and for people
//	bytes.txt        every byte of it, with times
//	replay.sh        the same session for a shell, without chatspec
//	metadata.json    the fields below
type Finding struct {
	Schema      string    `json:"schema"`
	Requirement string    `json:"requirement"` // "" for what breaks none, such as a leak of memory
	Also        string    `json:"also"`        // a requirement that is broken by the same; "" for none
	Kind        string    `json:"kind"`        // what went wrong, in one word
	Cause       string    `json:"cause"`       // findings of one cause have this in common
	Message     string    `json:"message"`
	Requests    int       `json:"requests"` // of the session
	Count       int       `json:"count"`    // sessions that showed the cause; on its first example only
	Shown       int       `json:"shown"`    // of Replays
	Replays     int       `json:"replays"`
	Seed        uint64    `json:"seed,string"`
	Session     int       `json:"session"` // the number of the session that was reduced, from 0
	First       time.Time `json:"first"`
	Last        time.Time `json:"last"`
	Address     string    `json:"address"`
	ServerID    string    `json:"server_id"`
	Dialect     string    `json:"dialect"`    // as a dialect file
	Ended       string    `json:"ended"`      // how the server ended, where we started it
	LastWords   string    `json:"last_words"` // what it printed last

	Script     *script.Script  `json:"-"`
	Transcript []verdict.Event `json:"-"` // not read back
	Shell      string          `json:"-"` // not read back
	Path       string          `json:"-"` // its folder
}

// Save writes a finding into a folder of its own in one of the folders Findings,
// Unconfirmed and Differences, and sets f.Path. The same session is written
// over.
func (d *Dir) Save(in string, f *Finding) error {
	f.Schema = Schema
	text := f.Script.String()
	f.Path = filepath.Join(d.path, in, strings.TrimPrefix(f.Requirement+"-", "-")+f.Kind+"-"+name(text)[:8])
	// What is read first comes last: a folder without metadata is none.
	if err := write(filepath.Join(f.Path, sessionFile), []byte(text), 0o666); err != nil {
		return err
	}
	if err := write(filepath.Join(f.Path, bytesFile), []byte(Transcript(f.Transcript)), 0o666); err != nil {
		return err
	}
	if err := write(filepath.Join(f.Path, shellFile), []byte(f.Shell), 0o777); err != nil {
		return err
	}
	return f.SaveMetadata()
}

// SaveMetadata writes metadata.json again, such as with another count.
func (f *Finding) SaveMetadata() error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return write(filepath.Join(f.Path, metadataFile), append(text, '\n'), 0o666)
}

// List reads the findings in one of the folders, in the order of their names.
func (d *Dir) List(in string) ([]*Finding, []Unreadable, error) {
	paths, err := folders(filepath.Join(d.path, in))
	if err != nil {
		return nil, nil, err
	}
	var all []*Finding
	var bad []Unreadable
	for _, path := range paths {
		f, err := readFinding(path)
		if err != nil {
			bad = append(bad, Unreadable{path, err})
			continue
		}
		all = append(all, f)
	}
	return all, bad, nil
}

func readFinding(path string) (*Finding, error) {
	text, err := os.ReadFile(filepath.Join(path, metadataFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("it has no %s", metadataFile)
	}
	if err != nil {
		return nil, err
	}
	f := &Finding{Path: path}
	if err := json.Unmarshal(text, f); err != nil {
		return nil, fmt.Errorf("%s: %w", metadataFile, err)
	}
	if f.Schema != Schema {
		return nil, fmt.Errorf("%s has the schema %q, not %q", metadataFile, f.Schema, Schema)
	}
	f.Script, err = read(filepath.Join(path, sessionFile))
	return f, err
}

// Transcript writes events for people: a line each, with the time since the
// session began, control characters escaped.
func Transcript(events []verdict.Event) string {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "%12.6f  %-4s %-8s", e.At.Seconds(), e.Conn, e.Dir)
		if len(e.Data) > 0 {
			fmt.Fprintf(&b, " %q", e.Data)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
