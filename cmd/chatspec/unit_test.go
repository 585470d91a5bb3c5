package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

func testApp(env map[string]string) *app {
	return &app{out: io.Discard, err: io.Discard, getenv: func(name string) string { return env[name] }, run: fakeRun}
}

// The flags of the contract; whoever adds one says what it is here too.
func TestFlags(t *testing.T) {
	target := []string{"server-id", "peer", "peer-id", "exec", "port", "file", "dialect", "level", "gate", "only", "report", "baseline", "lang", "seed", "jobs", "timeout"}
	want := map[string][]string{
		"run":      append([]string{"repeat", "property"}, target...),
		"property": append([]string{"sessions", "save"}, target...),
		"replay":   append([]string{"shell", "gherkin"}, target...),
		"probe":    {"server-id", "write", "timeout", "lang"},
		"serve":    {"listen", "id", "files", "log", "fault", "reading"},
		"list":     {"level", "only", "lang", "json", "faults", "readings"},
		"explain":  {"lang"},
		"version":  {"json"},
	}
	seen := 0
	for _, cmd := range newRoot(testApp(nil)).Commands() {
		flags, mine := want[cmd.Name()]
		if !mine {
			continue
		}
		seen++
		var got []string
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			got = append(got, f.Name)
			assert.NotEmpty(t, f.Usage, "%s --%s", cmd.Name(), f.Name)
		})
		assert.ElementsMatch(t, flags, got, cmd.Name())
	}
	assert.Equal(t, len(want), seen)
}

func TestHelp(t *testing.T) {
	root := newRoot(testApp(nil))
	run, _, err := root.Find([]string{"run"})
	require.NoError(t, err)
	for _, cmd := range []*cobra.Command{root, run} {
		for code := verdict.ExitOK; code <= verdict.ExitInternal; code++ {
			assert.Regexp(t, regexp.MustCompile(`(?m)^  `+string(rune('0'+code))+`  `), cmd.Long, cmd.Name())
		}
	}
	for _, cmd := range append(root.Commands(), root) {
		for line := range strings.SplitSeq(cmd.Long+"\n"+cmd.Example, "\n") {
			assert.LessOrEqual(t, len([]rune(line)), 90, line)
		}
	}
	usage := run.Flags().Lookup("report").Usage
	assert.Contains(t, usage, strings.Join(report.Kinds(), ", "))
}

// Every example in a help text can be parsed.
func TestExamplesAreTrue(t *testing.T) {
	root := newRoot(testApp(nil))
	quoted := regexp.MustCompile(`"[^"]*"|\S+`)
	for _, cmd := range root.Commands() {
		for line := range strings.SplitSeq(cmd.Example+"\n"+cmd.Long+"\n"+root.Long, "\n") {
			line, ok := strings.CutPrefix(strings.TrimSpace(line), "chatspec ")
			if !ok {
				continue
			}
			line, _, _ = strings.Cut(line, "   ")
			var args []string
			for _, word := range quoted.FindAllString(line, -1) {
				args = append(args, strings.Trim(word, `"`))
			}
			of, rest, err := root.Find(args)
			if assert.NoError(t, err, line) && of != root {
				assert.NoError(t, of.ParseFlags(rest), line)
			}
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		flag string
		env  map[string]string
		want verdict.Lang
	}{
		{"", nil, verdict.English},
		{"", map[string]string{"LANG": "id_ID.UTF-8"}, verdict.Indonesian},
		{"", map[string]string{"LANG": "id_ID.UTF-8", "LC_ALL": "C"}, verdict.English},
		{"", map[string]string{"LANG": "C", "LC_MESSAGES": "id"}, verdict.Indonesian},
		{"en", map[string]string{"LANG": "id_ID.UTF-8"}, verdict.English},
	} {
		got, err := testApp(c.env).language(c.flag)
		require.NoError(t, err)
		assert.Equal(t, c.want, got, "%+v", c)
	}
}

func TestNearest(t *testing.T) {
	all := []string{"SEND-1", "SEND-11", "SENDFILE-1", "INBOX-1", "AUTH-1"}
	assert.Equal(t, []string{"SEND-1"}, nearest("SND-1", all))
	assert.Equal(t, []string{"INBOX-1"}, nearest("inbux-1", all))
	assert.Empty(t, nearest("quite another thing", all))
}

func TestPanicIsOurFault(t *testing.T) {
	t.Setenv("FAKE", "panic")
	var stderr bytes.Buffer
	a := testApp(nil)
	a.err = &stderr
	assert.Equal(t, verdict.ExitInternal, execute(context.Background(), a, []string{"run"}))
	assert.Contains(t, stderr.String(), "chatspec: a fault of chatspec itself, please report it: a test of panics\n")
	assert.Contains(t, stderr.String(), "goroutine")
}

func TestServe(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			serve := exec.Command(os.Args[0])
			serve.Args = []string{"chatspec", "serve", "--listen", "127.0.0.1:0", "--id", "beta"} // see testscript.Main
			out, err := serve.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, serve.Start())
			line, err := bufio.NewReader(out).ReadString('\n')
			require.NoError(t, err)
			m := regexp.MustCompile(`^listening on (127\.0\.0\.1:\d+) as beta\n$`).FindStringSubmatch(line)
			require.NotNil(t, m, line)

			conn, err := net.DialTimeout("tcp", m[1], 5*time.Second)
			require.NoError(t, err)
			defer conn.Close()
			require.NoError(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
			_, err = io.WriteString(conn, "halo\r\n")
			require.NoError(t, err)
			result, err := bufio.NewReader(conn).ReadString('\n')
			require.NoError(t, err)
			assert.Contains(t, result, "request tidak dikenali")

			require.NoError(t, serve.Process.Signal(sig))
			assert.NoError(t, serve.Wait())
		})
	}
}
