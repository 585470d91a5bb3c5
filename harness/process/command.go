package process

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// command is a command that was understood.
type command struct {
	shell  bool     // it is run by sh -c
	text   string   // as it was given
	words  []string // where no shell is needed
	folder string   // absolute: what is copied
	refers []refer  // one for each word
}

// refer is what a word refers to.
type refer struct {
	kind referKind
	path string // relative to the copy for inCopy, absolute for outside
}

type referKind int

const (
	asIs    referKind = iota // nothing, or the same in the copy
	inCopy                   // a file in the folder, by a path that does not lead to the copy
	outside                  // a file that is not in the folder
)

// meta are the characters by which a shell means more than words.
const meta = "|&;<>()$`*?[]#~!\n"

// parseCommand splits text into words as POSIX says, if it needs no shell.
func parseCommand(text string) (*command, error) {
	c := &command{text: strings.TrimSpace(text)}
	if c.text == "" {
		return nil, fail(BadCommand, "the command is empty: give the one that starts the server", "perintahnya kosong: berikan perintah yang menjalankan server")
	}
	if strings.ContainsRune(text, 0) {
		return nil, fail(BadCommand, "the command holds a NUL byte", "perintah memuat byte NUL")
	}
	var word strings.Builder
	open := false // a word has begun, though it may be empty
	var quoted byte
	for i := 0; i < len(c.text); i++ {
		switch b := c.text[i]; {
		case quoted == '\'' && b != '\'', quoted == '"' && !strings.ContainsRune("\"\\$`", rune(b)):
			word.WriteByte(b)
		case quoted == b && b != 0:
			quoted = 0
		case quoted == 0 && (b == '\'' || b == '"'):
			quoted, open = b, true
		case b == '\\' && i+1 < len(c.text):
			i++
			if quoted == '"' && !strings.ContainsRune("\"\\$`", rune(c.text[i])) {
				word.WriteByte('\\')
			}
			word.WriteByte(c.text[i])
			open = true
		case b == ' ' || b == '\t':
			if open {
				c.words = append(c.words, word.String())
			}
			open = false
			word.Reset()
		case strings.IndexByte(meta, b) >= 0:
			c.shell = true
		default:
			word.WriteByte(b)
			open = true
		}
	}
	if quoted != 0 {
		return nil, fail(BadCommand, "a quotation mark (%c) in the command is not closed", "tanda kutip (%c) dalam perintah tidak ditutup", quoted)
	}
	if open {
		c.words = append(c.words, word.String())
	}
	if c.shell || strings.Contains(c.words[0], "=") { // VAR=value command
		c.shell, c.words = true, nil
	}
	return c, nil
}

// settle decides which folder is copied, and what the words refer to.
func (c *command) settle(dir string) error {
	cwd, err := os.Getwd()
	if err != nil {
		return folderError(".", err)
	}
	base := cwd // what relative words refer to
	switch {
	case dir != "":
		if base, err = filepath.Abs(dir); err != nil {
			return folderError(dir, err)
		}
		c.folder = base
	case c.shell:
		c.folder = cwd
	default:
		c.folder = folderOf(c.words, cwd)
	}
	if info, err := os.Stat(c.folder); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fail(BadFolder, "there is no folder %s", "tidak ada folder %s", quote(c.folder))
		}
		return folderError(c.folder, err)
	} else if !info.IsDir() {
		return fail(BadFolder, "%s is no folder", "%s bukan folder", quote(c.folder))
	}
	for i, w := range c.words {
		c.refers = append(c.refers, c.referOf(i, w, base))
	}
	return nil
}

func (c *command) referOf(i int, w, base string) refer {
	if i == 0 && !strings.ContainsRune(w, '/') || strings.HasPrefix(w, "-") || strings.ContainsAny(w, "{}") {
		return refer{}
	}
	path := w
	if !filepath.IsAbs(w) {
		path = filepath.Join(base, w)
	}
	if _, err := os.Stat(path); err != nil {
		return refer{}
	}
	rel, inside := within(c.folder, path)
	switch {
	case inside && !filepath.IsAbs(w) && base == c.folder:
		return refer{}
	case inside:
		return refer{inCopy, rel}
	case !filepath.IsAbs(w) && strings.ContainsAny(w, "./"):
		return refer{outside, path}
	}
	return refer{}
}

// scripts are the endings of files that an interpreter is given to run.
var scripts = []string{
	".py", ".pyz", ".js", ".mjs", ".cjs", ".ts", ".go", ".java", ".jar", ".rb", ".php", ".pl", ".lua",
	".sh", ".bash", ".exs", ".ex", ".kts", ".groovy", ".scala", ".dart", ".jl", ".r", ".tcl", ".dll", ".bat",
}

// projects are files by which one knows the root of a project.
var projects = []string{
	"package.json", "deno.json", "go.mod", "pyproject.toml", "setup.py", "requirements.txt", "Pipfile", "pom.xml",
	"build.gradle", "build.gradle.kts", "Cargo.toml", "Gemfile", "composer.json", "mix.exs", "Makefile", "CMakeLists.txt",
}

// interpreter matches programs that are nobody's server.
var interpreter = regexp.MustCompile(`^(python|pypy|node|deno|bun|java|ruby|php|perl|lua|go|dotnet|(ba|da|z)?sh|env)[0-9.]*$`)

// folderOf is the folder of the script or program that the words run.
func folderOf(words []string, cwd string) string {
	script := scriptOf(words, cwd)
	if script == "" {
		return cwd
	}
	folder := filepath.Dir(script)
	if _, inside := within(cwd, folder); inside {
		if slices.ContainsFunc(projects, func(name string) bool { return exists(filepath.Join(cwd, name)) }) {
			return cwd
		}
	}
	return folder
}

// scriptOf gives the path of the script or program; "" if the words name none.
func scriptOf(words []string, cwd string) string {
	path := func(w string) string {
		if !filepath.IsAbs(w) {
			w = filepath.Join(cwd, w)
		}
		if info, err := os.Stat(w); err != nil || !info.Mode().IsRegular() {
			return ""
		}
		return w
	}
	for _, w := range words[1:] {
		if p := path(w); p != "" && slices.Contains(scripts, strings.ToLower(filepath.Ext(w))) {
			return p
		}
	}
	program := words[0]
	if !strings.ContainsRune(program, '/') || interpreter.MatchString(filepath.Base(program)) {
		return ""
	}
	p := path(program)
	if slices.Contains(filepath.SplitList(os.Getenv("PATH")), filepath.Dir(p)) {
		return ""
	}
	return p
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// within gives path relative to folder, if it is in it.
func within(folder, path string) (string, bool) {
	rel, err := filepath.Rel(folder, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return rel, true
}

// render gives the words to run in dir, the copy.
func (c *command) render(dir string, values map[string]string) []string {
	var pairs []string
	for name, v := range values {
		if c.shell {
			v = shellQuote(v)
		}
		pairs = append(pairs, "{"+name+"}", v)
	}
	filled := strings.NewReplacer(pairs...)
	if c.shell {
		return []string{"sh", "-c", filled.Replace(c.text)}
	}
	argv := make([]string, len(c.words))
	for i, w := range c.words {
		switch r := c.refers[i]; r.kind {
		case inCopy:
			argv[i] = filepath.Join(dir, r.path)
		case outside:
			argv[i] = r.path
		default:
			argv[i] = filled.Replace(w)
		}
	}
	return argv
}

// shellQuote leaves alone what is one word anyway, so that it also fits between
// quotation marks of the command.
func shellQuote(s string) string {
	plain := s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("_-./:@%+,", r))
	}) < 0
	if plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// find gives the file that a command's first word means when it is run in dir.
func find(name, dir string) (string, error) {
	path := name
	if strings.ContainsRune(name, '/') {
		if !filepath.IsAbs(name) {
			path = filepath.Join(dir, name)
		}
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir():
			return "", fail(NotRunnable, "%s is a folder, not a command", "%s adalah folder, bukan perintah", quote(name))
		case err == nil && info.Mode()&0o111 == 0:
			return "", fail(NotRunnable, "%s is not executable: name the program that runs it, or chmod +x it",
				"%s tidak dapat dieksekusi: sebutkan program yang menjalankannya, atau chmod +x", quote(name))
		case err == nil:
			return path, nil
		}
	} else if found, err := exec.LookPath(name); err == nil {
		return filepath.Abs(found)
	}
	return "", fail(NotRunnable, "there is no command %s: check its spelling, and that it is installed",
		"perintah %s tidak ditemukan: periksa ejaannya, dan apakah sudah terpasang", quote(name))
}
