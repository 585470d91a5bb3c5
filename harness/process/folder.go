package process

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// How much a copy may hold. A folder of a server is far below; a home folder is
// above.
const (
	maxBytes   = 256 << 20
	maxEntries = 20_000
)

// fill replaces the copy by a fresh one of folder.
func (h *home) fill(ctx context.Context, folder string, provide map[string][]byte) error {
	if err := removeAll(h.run()); err != nil {
		return folderError(h.run(), err)
	}
	c := copying{ctx: ctx, root: folder, to: h.run(), bytes: maxBytes, entries: maxEntries}
	if err := c.folder(folder, h.run()); err != nil {
		var e *Error
		if errors.As(err, &e) || ctx.Err() != nil {
			return err
		}
		return folderError(folder, err)
	}
	for name, content := range provide {
		path := filepath.Join(h.run(), filepath.FromSlash(name))
		if !filepath.IsLocal(name) {
			return folderError(name, errors.New("it is not inside the folder"))
		}
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return folderError(h.run(), err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return folderError(h.run(), err)
		}
	}
	return nil
}

type copying struct {
	ctx     context.Context
	root    string
	to      string // where root is copied to
	bytes   int64  // that it may still have
	entries int    // likewise
}

func (c *copying) folder(from, to string) error {
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) && from != c.root {
			return nil // the server could not read it either
		}
		return err
	}
	for _, e := range entries {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		if err := c.entry(filepath.Join(from, e.Name()), filepath.Join(to, e.Name()), e); err != nil {
			return err
		}
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	return os.Chmod(to, info.Mode().Perm()|0o700)
}

func (c *copying) entry(from, to string, e fs.DirEntry) error {
	if c.entries--; c.entries < 0 {
		return c.tooLarge()
	}
	switch mode := e.Type(); {
	case mode.IsDir():
		switch {
		case slices.Contains([]string{".git", ".hg", ".svn"}, e.Name()), isHome(e.Name()):
			return nil
		case e.Name() == "node_modules", exists(filepath.Join(from, "pyvenv.cfg")):
			return os.Symlink(from, to)
		}
		return c.folder(from, to)
	case mode.IsRegular():
		return c.file(from, to)
	case mode&fs.ModeSymlink != 0:
		return c.link(from, to)
	}
	return nil // a socket, a pipe or a device is of no use to two
}

func (c *copying) file(from, to string) error {
	in, err := os.Open(from)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
		return nil // as in folder; or gone meanwhile
	}
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return nil // replaced meanwhile
	}
	if info.Size() > c.bytes {
		return c.tooLarge()
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, io.LimitReader(in, c.bytes)) // it may grow meanwhile
	c.bytes -= n
	if err == nil {
		err = out.Chmod(info.Mode().Perm())
	}
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime()) // compilers and caches go by it
}

// link keeps a link within the folder as it is; one that leads out of it leads
// to the same place from the copy.
func (c *copying) link(from, to string) error {
	target, err := os.Readlink(from)
	if err != nil {
		return err
	}
	path := target
	if !filepath.IsAbs(target) {
		path = filepath.Join(filepath.Dir(from), target)
	}
	rel, inside := within(c.root, path)
	switch {
	case inside && filepath.IsAbs(target):
		target = filepath.Join(c.to, rel)
	case !inside:
		target = path
	}
	return os.Symlink(target, to)
}

func (c *copying) tooLarge() error {
	return fail(BadFolder, "the folder %s is too large to be copied (more than %d MiB or %d files): put the server into a folder of its own",
		"folder %s terlalu besar untuk disalin (lebih dari %d MiB atau %d berkas): taruh server dalam foldernya sendiri", quote(c.root), maxBytes>>20, maxEntries)
}

// removeAll removes a folder, also one that a server has made read-only.
func removeAll(path string) error {
	if err := os.RemoveAll(path); err == nil {
		return nil
	}
	_ = filepath.WalkDir(path, func(p string, e fs.DirEntry, _ error) error { // RemoveAll tells what remains
		if e != nil && e.IsDir() {
			_ = os.Chmod(p, 0o700)
		}
		return nil
	})
	return os.RemoveAll(path)
}
