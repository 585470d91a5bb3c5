package reference_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/reference"
)

// folder makes a folder with files of the given names and contents.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return dir
}

func TestFiles(t *testing.T) {
	outside := folder(t, map[string]string{"rahasia.txt": "rahasia"})
	dir := folder(t, map[string]string{
		"tugas 1.txt": "isi tugas", "sub/a.txt": "isi a", "kosong": "",
		"pas": string(make([]byte, 1000)), "besar": string(make([]byte, 1001)),
	})
	require.NoError(t, os.Symlink(filepath.Join(outside, "rahasia.txt"), filepath.Join(dir, "pintas")))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "keluar")))
	require.NoError(t, os.Symlink("tugas 1.txt", filepath.Join(dir, "alias")))

	s := start(t, reference.Config{Files: dir, MaxFile: 1000})
	c := s.login(t, "budi")
	for name, content := range map[string]string{
		"tugas 1.txt": "isi tugas", "sub/a.txt": "isi a", "sub/../alias": "isi tugas", "pas": string(make([]byte, 1000)),
	} {
		c.ok("sendfile budi@alpha %s", name)
		require.Equal(t, `OK [{"dari":"budi@alpha","file":"`+name+`","isi":"`+
			base64.StdEncoding.EncodeToString([]byte(content))+`"}]`, c.ask("inbox"))
	}
	c.ok("sendfile budi kosong")
	require.Equal(t, `OK [{"dari":"budi@alpha","file":"kosong"}]`, c.ask("inbox"))

	for _, name := range []string{
		"tidak.ada", "sub", ".", "..", "../" + filepath.Base(outside) + "/rahasia.txt", "sub/../../x",
		filepath.Join(outside, "rahasia.txt"), filepath.Join(dir, "alias"), "/etc/passwd", "pintas", "keluar/rahasia.txt", "sub/",
	} {
		require.Equal(t, `ERROR "file tidak ditemukan"`, c.ask("sendfile budi@alpha %s", name), name)
	}
	c.refused("sendfile budi@alpha besar")
	require.Equal(t, "OK []", c.ask("inbox"))
}

func TestLargeFile(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcde\n"), 1<<20/16)
	dir := folder(t, map[string]string{"besar": string(content)})
	s := start(t, reference.Config{Files: dir})
	c := s.login(t, "budi")
	c.ok("creategroup g budi")
	c.ok("sendfile budi besar")
	c.ok("sendfilegroup g besar")
	require.Contains(t, c.ok("inbox"), base64.StdEncoding.EncodeToString(content))
}
