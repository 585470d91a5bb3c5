// Package corpus is the folder in which a campaign keeps what it came upon:
//
//	sessions/NAME.replay     sessions worth varying
//	findings/NAME/           one folder a finding, see Finding
//	unconfirmed/NAME/        the same, of what did not come again
//	differences/NAME/        the same, of what another server answers otherwise
//	campaign.json            how far the campaign got, see State
//
// Every file is whole or absent: it is written under another name first. A
// folder that was copied, merged, cut short by a full disk or edited by hand is
// read as far as it can be, and what cannot be read is named and left alone.
package corpus

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/fuzz/script"
)

// The folders of a Dir.
const (
	Findings    = "findings"
	Unconfirmed = "unconfirmed"
	Differences = "differences"
	sessions    = "sessions"
	stateFile   = "campaign.json"
	// Ext is the end of the name of every replay file.
	Ext = ".replay"
)

// A corpus stays small unless it is filled by hand.
const (
	maxSessions = 4000
	maxBytes    = 16 << 20
)

// Dir is an open corpus. It is for one goroutine at a time.
type Dir struct {
	path   string
	kept   int // sessions in it
	bytes  int64
	closed bool // it holds as many sessions as it may
}

// Open opens the corpus at path, and makes it if need be. The error says in one
// line why nothing can be written there.
func Open(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, fmt.Errorf("cannot make the folder %s: %w", path, cause(err))
	}
	f, err := os.CreateTemp(path, ".try-")
	if err != nil {
		return nil, fmt.Errorf("cannot write into the folder %s: %w", path, cause(err))
	}
	return &Dir{path: path}, errors.Join(f.Close(), os.Remove(f.Name()))
}

// cause leaves away the path that an error names, which the caller names.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// Path is where the corpus lies.
func (d *Dir) Path() string { return d.path }

// Unreadable is a file that says nothing we understand.
type Unreadable struct {
	Path string
	Err  error
}

// Sessions reads the kept sessions, in the order of their names, and then those
// of the findings. Files that do not parse are given apart.
func (d *Dir) Sessions() ([]*script.Script, []Unreadable, error) {
	var all []*script.Script
	var bad []Unreadable
	err := walk(d.path, func(path string, size int64) {
		s, err := read(path)
		if err != nil {
			bad = append(bad, Unreadable{path, err})
			return
		}
		if filepath.Dir(path) == filepath.Join(d.path, sessions) {
			d.kept++
			d.bytes += size
		}
		all = append(all, s)
	})
	return all, bad, err
}

// Read reads the sessions of a file, or of all replay files in a folder and
// below it.
func Read(path string) ([]*script.Script, []Unreadable, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		d := &Dir{path: path}
		return d.Sessions()
	}
	s, err := read(path)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return []*script.Script{s}, nil, nil
}

// walk visits the replay files below path, in order.
func walk(path string, visit func(path string, size int64)) error {
	return filepath.WalkDir(path, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() || filepath.Ext(path) != Ext || strings.HasPrefix(e.Name(), "."):
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		visit(path, info.Size())
		return nil
	})
}

func read(path string) (*script.Script, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > 8<<20 {
		return nil, errors.New("a replay file has at most 8 MiB")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := script.Parse(string(text))
	if err == nil && len(s.Steps) == 0 {
		err = errors.New("it holds no step")
	}
	return s, err
}

// Keep keeps a session, once. When there are many none is kept any more.
func (d *Dir) Keep(s *script.Script) error {
	if d.closed {
		return nil
	}
	text := s.String()
	path := filepath.Join(d.path, sessions, name(text)+Ext)
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	if d.kept++; d.kept > maxSessions || d.bytes+int64(len(text)) > maxBytes {
		d.closed = true
		return nil
	}
	d.bytes += int64(len(text))
	return write(path, []byte(text), 0o666)
}

// name is made of what is in a file, so that it is there once.
func name(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// State is how far a campaign got.
type State struct {
	Seed     uint64 `json:"seed,string"`
	Next     int    `json:"next"`     // the number of the session to draw next
	Requests int    `json:"requests"` // checked so far
	Shard    int    `json:"shard"`    // of Shards, from 1
	Shards   int    `json:"shards"`
}

// State reads how far the campaign got; ok is false for a new corpus.
func (d *Dir) State() (s State, ok bool, err error) {
	text, err := os.ReadFile(filepath.Join(d.path, stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return State{}, false, fmt.Errorf("%s: %w", filepath.Join(d.path, stateFile), err)
	}
	return s, true, nil
}

// SetState writes how far the campaign got.
func (d *Dir) SetState(s State) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return write(filepath.Join(d.path, stateFile), append(text, '\n'), 0o666)
}

// write writes a file under another name first.
func write(path string, text []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = cmp.Or(err, f.Chmod(mode&^0o022), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // what counts is why it could not be written
	}
	return err
}

// folders lists the folders in one, in order; none where it is not there.
func folders(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			all = append(all, filepath.Join(path, e.Name()))
		}
	}
	slices.Sort(all)
	return all, err
}
