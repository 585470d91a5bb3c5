//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const homePrefix = "chatspec-exec-"

// home is the temporary folder of one Process: the copy, and a lock that is
// held as long as the program lives. Its path is the mark of the server's
// processes.
type home struct {
	path string
	lock *os.File
}

// run is the copy.
func (h *home) run() string { return filepath.Join(h.path, "run") }

func isHome(name string) bool { return strings.HasPrefix(name, homePrefix) }

// newHome makes a folder, after it removed those whose owners are gone.
func newHome() (*home, error) {
	sweep()
	// The path is what processes are known by: so it is the real one.
	temp, err := filepath.EvalSymlinks(os.TempDir())
	if err == nil {
		temp, err = filepath.Abs(temp)
	}
	if err != nil {
		return nil, err
	}
	for range 10 {
		path, err := os.MkdirTemp(temp, homePrefix)
		if err != nil {
			return nil, err
		}
		lock, err := os.OpenFile(filepath.Join(path, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			_ = os.RemoveAll(path)
			return nil, err
		}
		if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
			_ = lock.Close()
			_ = os.RemoveAll(path)
			return nil, err
		}
		if exists(lock.Name()) {
			return &home{path: path, lock: lock}, nil
		}
		_ = lock.Close() // another one swept it before it was locked
	}
	return nil, fmt.Errorf("no folder could be made in %s", temp)
}

// remove removes the folder. What cannot be removed now is at the next start.
func (h *home) remove() {
	_ = removeAll(h.path)
	_ = h.lock.Close()
}

// sweep removes folders of this user whose owners are gone, and what still runs
// in them.
func sweep() {
	found, _ := filepath.Glob(filepath.Join(os.TempDir(), homePrefix+"*"))
	for _, path := range found {
		info, err := os.Lstat(path)
		if err != nil || !info.IsDir() {
			continue
		}
		if stat, ok := info.Sys().(*syscall.Stat_t); !ok || int(stat.Uid) != os.Geteuid() {
			continue
		}
		lock, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR|syscall.O_NOFOLLOW, 0)
		switch {
		case os.IsNotExist(err) && time.Since(info.ModTime()) > time.Hour: // it never came to a lock
			_ = removeAll(path)
		case err == nil:
			if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
				if real, err := filepath.EvalSymlinks(path); err == nil {
					cleanUp(mark{folder: real})
				}
				_ = removeAll(path)
			}
			_ = lock.Close()
		}
	}
}
