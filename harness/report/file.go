package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Stdout is the FILE that stands for the standard output.
const Stdout = "-"

// File is a report that will be written when the run has ended.
type File struct {
	Kind string
	Path string // Stdout for the standard output

	write Writer
	dest  string // Path, absolute and without links; what rename replaces
}

// Open reads the values of --report KIND=FILE, and makes sure that each file
// can be written, before a target has been troubled: its folder exists and
// takes a new file. It leaves nothing behind. Two reports to one file are an
// error, as the second would overwrite the first.
func Open(specs []string) ([]File, error) {
	var files []File
	for _, spec := range specs {
		f, err := open(spec)
		if err != nil {
			return nil, err
		}
		for _, other := range files {
			if other.dest == f.dest {
				return nil, fmt.Errorf("two reports go to %s: give each a file of its own", f.Path)
			}
		}
		files = append(files, f)
	}
	return files, nil
}

func open(spec string) (File, error) {
	kind, path, ok := strings.Cut(spec, "=")
	if !ok || path == "" {
		return File{}, fmt.Errorf("cannot read the report %q: write KIND=FILE, as in json=report.json; the kinds are %s", spec, strings.Join(Kinds(), ", "))
	}
	write, err := For(kind)
	if err != nil {
		return File{}, err
	}
	f := File{Kind: kind, Path: path, write: write, dest: path}
	if path == Stdout {
		return f, nil
	}
	if f.dest, err = resolve(path); err != nil {
		return File{}, f.unwritable(err)
	}
	if err := f.try(); err != nil {
		return File{}, f.unwritable(err)
	}
	return f, nil
}

// resolve follows links, so that a report that is a link stays one, and so that
// two names of one file are seen to be one.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		return whole, nil
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, filepath.Base(path)), nil
}

// try proves that the file can be written, without changing it.
func (f File) try() error {
	info, err := os.Stat(f.dest)
	switch {
	case err == nil && info.IsDir():
		return errors.New("it is a folder")
	case err == nil && !info.Mode().IsRegular():
		return nil // a device or a pipe is opened when there is something to say
	case err == nil:
		// Rename would replace a file that its owner made read-only.
		file, err := os.OpenFile(f.dest, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	temporary, err := f.create()
	if err != nil {
		return err
	}
	return errors.Join(temporary.Close(), os.Remove(temporary.Name()))
}

// create makes the temporary file beside dest: rename works within one file
// system only.
func (f File) create() (*os.File, error) {
	return os.CreateTemp(filepath.Dir(f.dest), "."+filepath.Base(f.dest)+".part-*")
}

// Write writes the report: to stdout where Path says so, otherwise to a
// temporary file that takes the name of Path only when it is whole, so that
// nobody reads half a report.
func (f File) Write(stdout io.Writer, r *verdict.Report, lang verdict.Lang) error {
	if f.Path == Stdout {
		return f.write(stdout, r, lang)
	}
	info, err := os.Stat(f.dest)
	if err == nil && !info.Mode().IsRegular() {
		device, err := os.OpenFile(f.dest, os.O_WRONLY, 0)
		if err != nil {
			return f.unwritable(err)
		}
		return f.wrap(errors.Join(f.write(device, r, lang), device.Close()))
	}
	mode := fs.FileMode(0o644)
	if err == nil {
		mode = info.Mode().Perm()
	}
	temporary, err := f.create()
	if err != nil {
		return f.unwritable(err)
	}
	if err := f.fill(temporary, mode, r, lang); err != nil {
		return f.wrap(errors.Join(err, os.Remove(temporary.Name())))
	}
	return f.wrap(os.Rename(temporary.Name(), f.dest))
}

func (f File) fill(file *os.File, mode fs.FileMode, r *verdict.Report, lang verdict.Lang) error {
	buffer := bufio.NewWriter(file)
	err := f.write(buffer, r, lang)
	if err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		err = file.Chmod(mode)
	}
	return errors.Join(err, file.Close())
}

func (f File) wrap(err error) error {
	if err == nil {
		return nil
	}
	return f.unwritable(err)
}

func (f File) unwritable(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err // the name of a temporary file tells nobody anything
	}
	return fmt.Errorf("cannot write the %s report %s: %w", f.Kind, f.Path, err)
}
