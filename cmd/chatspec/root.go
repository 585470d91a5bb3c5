package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/protokol-chat/chatspec"
	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// app is what commands reach the world through; tests put their own in.
type app struct {
	out, err io.Writer
	getenv   func(string) string
	run      func(context.Context, harness.Target, harness.Options) (*verdict.Report, error)
}

const exitCodes = `Exit codes:
  0  nothing failed up to the gate (--gate, by default must)
  1  something failed up to the gate
  2  the command line cannot be followed, or it selects nothing; nothing was sent
  3  the target could not be tested: it is not there, never answers, or the run
     was interrupted before anything failed
  4  a fault of chatspec itself
`

const rootHelp = `chatspec tests whether a server speaks Protokol Chat v1.0, from outside, over TCP.

How do I test my own server?
  Start it, then give its address:
    chatspec run 127.0.0.1:8889
  Each failure says what was sent, what came back, what would have been right,
  and how to see it again with nothing but a shell.

What does a requirement such as SEND-5 mean?
    chatspec explain SEND-5
  All of them: chatspec list

How do I see what a correct server does?
    chatspec serve            then talk to it: nc 127.0.0.1 8889
    chatspec run              tests that server, as an example

How do I use it in CI?
    chatspec run 127.0.0.1:8889 --report junit=chatspec.xml
  and let the exit code decide.

` + exitCodes

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "chatspec",
		Short:         "Test servers of Protokol Chat v1.0",
		Long:          rootHelp,
		Version:       readBuild().Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return fmt.Errorf("there is no command %q%s; see chatspec --help", args[0], meant(cmd.SuggestionsFor(args[0])))
	}
	root.SuggestionsMinimumDistance = 2
	root.SetVersionTemplate("chatspec {{.Version}}\n")
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newRun(a), newProperty(a), newReplay(a), newFuzz(a), newRecord(a), newMerge(a), newProbe(a), newServe(a), newList(a), newExplain(a), newVersion(a))
	return root
}

// flagError says of a flag that cannot be read what to write instead.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		return fmt.Errorf("%s has no flag %s%s; see %[1]s --help",
			cmd.CommandPath(), dashed(unknown), meant(nearest("--"+unknown.GetSpecifiedName(), names)))
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		return fmt.Errorf("--%s cannot be %q: it takes %s", f.Name, invalid.GetValue(), map[string]string{
			"uint64":   "a whole number, 0 or more",
			"int":      "a whole number",
			"duration": "a time such as 500ms or 2s",
			"bool":     "true or false",
		}[f.Value.Type()])
	}
	return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
}

func dashed(e *pflag.NotExistError) string {
	if e.GetSpecifiedShortnames() != "" {
		return "-" + e.GetSpecifiedName()
	}
	return "--" + e.GetSpecifiedName()
}

// oneAtMost accepts an argument or none.
func oneAtMost(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return fmt.Errorf("%s takes one %s, not %d: %s", cmd.CommandPath(), name, len(args), strings.Join(args, " "))
		}
		return nil
	}
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no argument, such as %q; see %[1]s --help", cmd.CommandPath(), args[0])
	}
	return nil
}

// language reads --lang; without it the language of the environment counts, as
// everywhere: LC_ALL, then LC_MESSAGES, then LANG.
func (a *app) language(flag string) (verdict.Lang, error) {
	if flag != "" {
		return verdict.ParseLang(flag)
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		value := a.getenv(name)
		if value == "" {
			continue
		}
		if strings.HasPrefix(value, "id") {
			return verdict.Indonesian, nil
		}
		break
	}
	return verdict.English, nil
}

func addLang(cmd *cobra.Command, lang *string) {
	cmd.Flags().StringVar(lang, "lang", "", "language of what people read: id or en (default from LC_ALL, LC_MESSAGES, LANG)")
	complete(cmd, "lang", string(verdict.Indonesian), string(verdict.English))
}

// complete offers the values of a flag to the shell.
func complete(cmd *cobra.Command, flag string, values ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // there is no such flag
	}
}

// registry reads the requirements that were built in.
func registry() (*verdict.Registry, error) {
	r, err := verdict.ParseRegistry(chatspec.Spec)
	return r, internal(err)
}
