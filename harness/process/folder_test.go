//go:build linux

package process

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestACopy shows what of a folder is copied, and how.
func TestACopy(t *testing.T) {
	root := t.TempDir()
	from := filepath.Join(root, "from")
	write := func(name string, mode fs.FileMode) {
		path := filepath.Join(from, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(name), mode))
	}
	write("server.py", 0o644)
	write("run", 0o755)
	write("sub/users.json", 0o600)
	write(".git/config", 0o644)
	write("sub/.git", 0o644) // of a worktree: a file is no folder
	write("node_modules/x/index.js", 0o644)
	write("my env/pyvenv.cfg", 0o644)
	write(homePrefix+"1/lock", 0o600)
	write("sub/locked", 0o000)
	require.NoError(t, os.WriteFile(filepath.Join(root, "other"), []byte("other"), 0o600))
	require.NoError(t, os.Symlink("sub/users.json", filepath.Join(from, "inside")))
	require.NoError(t, os.Symlink(filepath.Join(from, "server.py"), filepath.Join(from, "absolute")))
	require.NoError(t, os.Symlink("../other", filepath.Join(from, "out")))
	require.NoError(t, os.Symlink("nowhere", filepath.Join(from, "dangling")))
	require.NoError(t, os.Symlink("..", filepath.Join(from, "sub", "up")))
	require.NoError(t, syscall.Mkfifo(filepath.Join(from, "pipe"), 0o600))

	h := &home{path: filepath.Join(root, "home")}
	require.NoError(t, os.Mkdir(h.path, 0o700))
	for range 2 { // the second one replaces the first
		require.NoError(t, h.fill(t.Context(), from, map[string][]byte{"files/catatan.txt": []byte("isi"), "run": nil}))
		got := map[string]string{}
		require.NoError(t, filepath.WalkDir(h.run(), func(path string, e fs.DirEntry, err error) error {
			require.NoError(t, err)
			name, _ := filepath.Rel(h.run(), path)
			switch {
			case e.Type()&fs.ModeSymlink != 0:
				to, _ := os.Readlink(path)
				to = strings.Replace(to, h.run(), "COPY", 1)
				got[name] = "-> " + strings.Replace(to, root, "ROOT", 1)
			case e.Type().IsRegular():
				b, err := os.ReadFile(path)
				if err == nil {
					got[name] = string(b)
				}
			}
			return nil
		}))
		delete(got, "sub/locked") // depends on who runs the test
		assert.Equal(t, map[string]string{
			"server.py": "server.py", "run": "run", "sub/users.json": "sub/users.json", "sub/.git": "sub/.git",
			"node_modules": "-> ROOT/from/node_modules", "my env": "-> ROOT/from/my env",
			"inside": "-> sub/users.json", "absolute": "-> COPY/server.py", "out": "-> ROOT/other",
			"dangling": "-> nowhere", "sub/up": "-> ..", "files/catatan.txt": "isi",
		}, got)
		info, err := os.Stat(filepath.Join(h.run(), "run"))
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o755), info.Mode().Perm())
		require.NoError(t, os.Mkdir(filepath.Join(h.run(), "rubbish"), 0o500))
	}
	assert.Error(t, h.fill(t.Context(), from, map[string][]byte{"../escapes": nil}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, h.fill(ctx, from, nil), context.Canceled)
}

func TestAFolderThatIsTooLargeIsRefused(t *testing.T) {
	from := t.TempDir()
	h := &home{path: t.TempDir()}
	large, err := os.Create(filepath.Join(from, "film"))
	require.NoError(t, err)
	require.NoError(t, large.Truncate(maxBytes+1))
	require.NoError(t, large.Close())
	err = h.fill(t.Context(), from, nil)
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, BadFolder, e.Kind)
	assert.Contains(t, e.Text.EN, "too large to be copied")

	c := copying{ctx: t.Context(), root: "testdata/folder", to: filepath.Join(h.path, "few"), bytes: maxBytes, entries: 2}
	require.ErrorAs(t, c.folder(c.root, c.to), &e)
	assert.Equal(t, BadFolder, e.Kind)
}

func TestOnlyAbandonedFoldersAreSwept(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	mine, err := newHome()
	require.NoError(t, err)
	abandoned, err := newHome()
	require.NoError(t, err)
	require.NoError(t, abandoned.lock.Close())
	young := filepath.Join(temp, homePrefix+"young") // its owner has yet to lock it
	require.NoError(t, os.Mkdir(young, 0o700))
	require.NoError(t, os.Symlink(t.TempDir(), filepath.Join(temp, homePrefix+"link")))

	sweep()
	assert.DirExists(t, mine.path)
	assert.DirExists(t, young)
	assert.NoDirExists(t, abandoned.path)
	mine.remove()
	assert.NoDirExists(t, mine.path)
}
