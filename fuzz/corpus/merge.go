package corpus

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"

	"github.com/protokol-chat/chatspec/fuzz/script"
)

// Merged is what a merge came to.
type Merged struct {
	Sessions, Findings, Unconfirmed, Differences int // in the merged corpus
	Dropped                                      int // findings of causes that have enough examples
	Unreadable                                   []Unreadable
}

// Merge puts the corpora at the paths, the shards of a campaign, into d.
// Sessions that are the same are kept once. Of each cause the findings with the
// fewest requests stay, and their counts are added up. The corpora at the paths
// are left as they are.
func (d *Dir) Merge(paths ...string) (Merged, error) {
	var m Merged
	if _, _, err := d.Sessions(); err != nil {
		return m, err
	}
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil {
			return m, err
		} else if !info.IsDir() {
			return m, &os.PathError{Op: "read", Path: path, Err: os.ErrInvalid}
		}
		all, bad, err := readSessions(filepath.Join(path, sessions))
		if err != nil {
			return m, err
		}
		m.Unreadable = append(m.Unreadable, bad...)
		for _, s := range all {
			if err := d.Keep(s); err != nil {
				return m, err
			}
		}
	}
	for in, n := range map[string]*int{Findings: &m.Findings, Unconfirmed: &m.Unconfirmed, Differences: &m.Differences} {
		if err := d.mergeFindings(in, n, &m, paths); err != nil {
			return m, err
		}
	}
	m.Sessions = min(d.kept, maxSessions)
	return m, nil
}

func readSessions(path string) (all []*script.Script, bad []Unreadable, err error) {
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return nil, nil, nil
	}
	err = walk(path, func(path string, _ int64) {
		s, err := read(path)
		if err != nil {
			bad = append(bad, Unreadable{path, err})
			return
		}
		all = append(all, s)
	})
	return all, bad, err
}

func (d *Dir) mergeFindings(in string, n *int, m *Merged, paths []string) error {
	var all []*Finding
	for _, path := range append([]string{d.path}, paths...) {
		found, bad, err := (&Dir{path: path}).List(in)
		if err != nil {
			return err
		}
		all = append(all, found...)
		m.Unreadable = append(m.Unreadable, bad...)
	}
	slices.SortStableFunc(all, func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Requests, b.Requests), cmp.Compare(filepath.Base(a.Path), filepath.Base(b.Path)))
	})
	for len(all) > 0 {
		same := 1
		for same < len(all) && all[same].Cause == all[0].Cause {
			same++
		}
		kept, dropped, err := d.mergeCause(in, all[:same])
		if err != nil {
			return err
		}
		*n += kept
		m.Dropped += dropped
		all = all[same:]
	}
	return nil
}

// mergeCause keeps the shortest findings of one cause.
func (d *Dir) mergeCause(in string, all []*Finding) (kept, dropped int, err error) {
	count := 0
	first, last := all[0].First, all[0].Last
	var stay []*Finding
	for _, f := range all {
		count += f.Count
		if f.First.Before(first) {
			first = f.First
		}
		if f.Last.After(last) {
			last = f.Last
		}
		same := slices.ContainsFunc(stay, func(o *Finding) bool { return filepath.Base(o.Path) == filepath.Base(f.Path) })
		switch {
		case same:
		case len(stay) < Examples:
			stay = append(stay, f)
		default:
			dropped++
			if filepath.Dir(f.Path) == filepath.Join(d.path, in) {
				if err := os.RemoveAll(f.Path); err != nil {
					return 0, 0, err
				}
			}
		}
	}
	for i, f := range stay {
		f.Count = 0
		if i == 0 {
			f.Count, f.First, f.Last = count, first, last
		}
		to := filepath.Join(d.path, in, filepath.Base(f.Path))
		if to != f.Path {
			for _, file := range []string{sessionFile, bytesFile, shellFile} {
				if err := copyFile(filepath.Join(f.Path, file), filepath.Join(to, file)); err != nil && !os.IsNotExist(err) {
					return 0, 0, err
				}
			}
		}
		f.Path = to
		if err := f.SaveMetadata(); err != nil {
			return 0, 0, err
		}
	}
	return len(stay), dropped, nil
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	mode := os.FileMode(0o666)
	if filepath.Base(to) == shellFile {
		mode = 0o777
	}
	return write(to, text, mode)
}
