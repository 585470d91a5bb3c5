package process

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCommandsAreSplitAsAShellDoes(t *testing.T) {
	values := map[string]string{"port": "8889", "id": "alpha", "files": "/tmp/my files"}
	shell := func(s string) []string { return []string{"sh", "-c", s} }
	for _, c := range []struct {
		text string
		want []string
	}{
		{`python3 server.py {port}`, []string{"python3", "server.py", "8889"}},
		{`  a   b	c  `, []string{"a", "b", "c"}},
		{`a 'b c' "d e" f\ g`, []string{"a", "b c", "d e", "f g"}},
		{`a "" '' x''y`, []string{"a", "", "", "xy"}},
		{`a "b\"c" "d\e" 'f\g'`, []string{"a", `b"c`, `d\e`, `f\g`}},
		{`a '$b|c' "d|e"`, []string{"a", "$b|c", "d|e"}},
		{`a --port={port} --id {id} {files}`, []string{"a", "--port=8889", "--id", "alpha", "/tmp/my files"}},
		{`a {other} {}`, []string{"a", "{other}", "{}"}},
		{`cd x && ./run "{port}"`, shell(`cd x && ./run "8889"`)},
		{`a $PORT {files}`, shell(`a $PORT '/tmp/my files'`)},
		{`a "$PORT"`, shell(`a "$PORT"`)},
		{`X=1 a {id}`, shell(`X=1 a alpha`)},
		{`a; b`, shell(`a; b`)},
		{`a > /dev/null`, shell(`a > /dev/null`)},
		{"a `b`", shell("a `b`")},
		{`a *.py`, shell(`a *.py`)},
		{`a\`, []string{"a\\"}},
	} {
		t.Run(c.text, func(t *testing.T) {
			got, err := parseCommand(c.text)
			require.NoError(t, err)
			require.NoError(t, got.settle(t.TempDir()))
			assert.Equal(t, c.want, got.render("/copy", values))
		})
	}
}

func TestTheFolderIsThatOfTheScript(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	for _, name := range []string{
		"here/server.py", "here/conf.ini", "here/tugas/budi/main.py", "here/venv/bin/python",
		"there/server.py", "there/data.json", "project/package.json", "project/src/server.js", "project/bin/server",
	} {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, nil, 0o700))
	}
	abs := func(name string) string { return filepath.Join(root, name) }
	for _, c := range []struct {
		cwd, command, dir string
		folder            string
		want              []string // rendered for /copy
	}{
		{"here", "python3 server.py conf.ini", "", "here", []string{"python3", "server.py", "conf.ini"}},
		{"here", "python3 ./server.py", "", "here", []string{"python3", "./server.py"}},
		{"here", "/usr/bin/python3 server.py", "", "here", []string{"/usr/bin/python3", "server.py"}},
		{"here", "venv/bin/python -m server", "", "here", []string{"venv/bin/python", "-m", "server"}},
		{"here", "python3 tugas/budi/main.py conf.ini", "", "here/tugas/budi", []string{"python3", "/copy/main.py", abs("here/conf.ini")}},
		{"here", "python3 " + abs("there/server.py") + " ../there/data.json", "", "there", []string{"python3", "/copy/server.py", "/copy/data.json"}},
		{"here", "python3 ../there/server.py {port}", "", "there", []string{"python3", "/copy/server.py", "1"}},
		{"here", "python3 " + abs("here/server.py"), "", "here", []string{"python3", "/copy/server.py"}},
		{"here", "python3 none.py", "", "here", []string{"python3", "none.py"}},
		{"here", "nc -l {port}", "", "here", []string{"nc", "-l", "1"}},
		{"here", "cd ../there && python3 server.py", "", "here", []string{"sh", "-c", "cd ../there && python3 server.py"}},
		{"here", "python3 server.py", "../there", "there", []string{"python3", "server.py"}},
		{"here", "./bin/server", abs("project"), "project", []string{"./bin/server"}},
		{"project", "node src/server.js", "", "project", []string{"node", "src/server.js"}},
		{"project", "bin/server {port}", "", "project", []string{"bin/server", "1"}},
		{"here", "../project/bin/server {port}", "", "project/bin", []string{"/copy/server", "1"}},
	} {
		t.Run(c.command, func(t *testing.T) {
			t.Chdir(abs(c.cwd))
			got, err := parseCommand(c.command)
			require.NoError(t, err)
			require.NoError(t, got.settle(c.dir))
			assert.Equal(t, abs(c.folder), got.folder)
			assert.Equal(t, c.want, got.render("/copy", map[string]string{"port": "1"}))
		})
	}
}
