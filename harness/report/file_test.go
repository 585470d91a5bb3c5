package report

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

func names(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	require.NoError(t, os.Symlink(file, filepath.Join(dir, "link")))
	for name, c := range map[string]struct {
		specs []string
		want  string
	}{
		"no file":          {[]string{"json"}, "write KIND=FILE"},
		"an empty file":    {[]string{"json="}, "write KIND=FILE"},
		"unknown kind":     {[]string{"yaml=x"}, "the kinds are baseline, console, ctrf, gradescope, html, json, junit, markdown, tap"},
		"no folder":        {[]string{"json=" + dir + "/no/x"}, "no such file or directory"},
		"a folder":         {[]string{"json=" + dir}, "it is a folder"},
		"under a file":     {[]string{"json=" + file + "/x"}, "not a directory"},
		"one file twice":   {[]string{"json=" + file, "junit=" + dir + "/./file"}, "two reports go to"},
		"one file by link": {[]string{"json=" + file, "junit=" + dir + "/link"}, "two reports go to"},
		"stdout twice":     {[]string{"json=-", "junit=-"}, "two reports go to -"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(c.specs)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestFileIsReplacedWhenWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.json")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	files, err := Open([]string{"json=" + path, "junit=" + filepath.Join(dir, "junit.xml")})
	require.NoError(t, err)
	assert.Equal(t, []string{"report.json"}, names(t, dir), "Open leaves nothing behind")

	broken := files[0]
	broken.write = func(w io.Writer, _ *verdict.Report, _ verdict.Lang) error {
		_, err := io.WriteString(w, "{")
		return errors.Join(err, errors.New("disk full"))
	}
	assert.EqualError(t, broken.Write(nil, sample(t), verdict.English), "cannot write the json report "+path+": disk full")
	old, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "old", string(old), "half a report replaces nothing")

	for _, f := range files {
		require.NoError(t, f.Write(nil, sample(t), verdict.English))
	}
	assert.Equal(t, []string{"junit.xml", "report.json"}, names(t, dir))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	decode(t, b)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "who could read it can still, and nobody else")
}

func TestFileKeepsLinksAndDevices(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "real"), nil, 0o644))
	require.NoError(t, os.Symlink("real", link))
	files, err := Open([]string{"json=" + link, "junit=" + os.DevNull})
	require.NoError(t, err)
	for _, f := range files {
		require.NoError(t, f.Write(nil, sample(t), verdict.English))
	}
	target, err := os.Readlink(link)
	require.NoError(t, err)
	assert.Equal(t, "real", target)
	info, err := os.Stat(os.DevNull)
	require.NoError(t, err)
	assert.False(t, info.Mode().IsRegular())
}

func TestFileOnStdout(t *testing.T) {
	files, err := Open([]string{"json=-"})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, files[0].Write(&b, sample(t), verdict.English))
	decode(t, b.Bytes())
}
