package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/target"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const probeHelp = `Find out how the server at ADDRESS (host:port) speaks, with fewer than 50 requests:
how a request ends, where the token goes, under which keys text, token and inbox
come, what the commands are called and in which order their parameters stand, how
users are addressed, and whether there is a register. It signs up a user or two and
sends them messages, and changes nothing else.

What do I do with it?
    chatspec probe 127.0.0.1:8889 --write server.yaml
  writes it down. Read it, correct it, and test with it:
    chatspec run 127.0.0.1:8889 --dialect server.yaml
  or let run find out and go on at once:
    chatspec run 127.0.0.1:8889 --dialect auto
  docs/dialect.md explains every key of the file.

Exit codes:
  0  found out
  2  the command line cannot be followed; nothing was sent
  3  the server is not there, or never answers
  4  a fault of chatspec itself
`

func newProbe(a *app) *cobra.Command {
	var serverID, write, lang string
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "probe ADDRESS",
		Short: "Find out how a server speaks",
		Long:  probeHelp,
		Example: `  chatspec probe 127.0.0.1:8889
  chatspec probe 127.0.0.1:8889 --server-id alpha --write server.yaml`,
		Args: oneAtMost("ADDRESS"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("chatspec probe needs the ADDRESS of a server, as in chatspec probe 127.0.0.1:8889")
			}
			f := runFlags{serverID: serverID, timeout: timeout, level: "must", gate: "must", changed: cmd.Flags().Changed}
			language, err := a.language(lang)
			if err != nil {
				return err
			}
			if _, err := f.options(); err != nil {
				return err
			}
			t, err := f.target(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return findOut(cmd.Context(), a, t, timeout, language, write)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&serverID, "server-id", "", "what the server calls itself in user@ID (default: find out)")
	flags.StringVar(&write, "write", "", "FILE to write the dialect to; it must not exist yet")
	flags.DurationVar(&timeout, "timeout", 0, "the longest wait for one result, such as 2s (default: chosen for you)")
	addLang(cmd, &lang)
	return cmd
}

func findOut(ctx context.Context, a *app, t harness.Target, timeout time.Duration, lang verdict.Lang, write string) error {
	if _, err := os.Lstat(write); write != "" && err == nil {
		return fmt.Errorf("%s is there already, perhaps with corrections: choose another name for --write, or remove it", write)
	}
	found, err := harness.Find(ctx, t, timeout)
	if err != nil {
		why := target.Diagnose(err)
		if ctx.Err() != nil {
			why = verdict.Textf("interrupted", "dihentikan")
		}
		return exit{verdict.ExitUntestable, fmt.Errorf("%s: %s", t.Address, why.In(lang))}
	}
	if err := report.Dialect(a.out, t.Address, found.Dialect, found.Findings, lang, style(a.out, a.getenv)); err != nil {
		return internal(err)
	}
	if write == "" {
		return nil
	}
	file, err := os.OpenFile(write, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("cannot write the dialect: %w", err)
	}
	return internal(errors.Join(found.Dialect.WriteIn(file, lang), file.Close()))
}

// readDialect reads what --dialect names: spec, auto or a file.
func readDialect(flag string, o *harness.Options) error {
	switch flag {
	case "spec":
		return nil
	case "auto":
		o.Through = true
		return nil
	}
	text, err := os.ReadFile(flag)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--dialect cannot be %q: it is spec, auto or a file, and there is no such file; chatspec probe ADDRESS --write FILE writes one", flag)
	}
	if err != nil {
		return fmt.Errorf("cannot read the dialect: %w", err)
	}
	o.Dialect, err = dialect.Parse(flag, text)
	return err
}
