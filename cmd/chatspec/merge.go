package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/protokol-chat/chatspec/fuzz/corpus"
	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const mergeHelp = `Put the corpora of several campaigns, such as the shards of one, into DIR: each session
once, and of each cause the three findings with the fewest requests, with all counts
added up. The corpora that are read stay as they are.

Exit codes:
  0  merged
  2  the command line cannot be followed, or DIR cannot be written
`

func newMerge(a *app) *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use: "merge DIR CORPUS...", Short: "Put the corpora of several campaigns together", Long: mergeHelp,
		Example: "  chatspec merge all shard-1 shard-2 shard-3\n  chatspec replay all 127.0.0.1:8889",
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := a.language(lang)
			if err != nil {
				return err
			}
			return merge(a, l, args)
		},
	}
	addLang(cmd, &lang)
	return cmd
}

func merge(a *app, lang verdict.Lang, args []string) error {
	if len(args) < 2 {
		return errors.New("chatspec merge needs the DIR to merge into and the corpora to read, as in chatspec merge all shard-1 shard-2")
	}
	into, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	for _, path := range args[1:] {
		switch info, err := os.Stat(path); {
		case err != nil:
			return fmt.Errorf("there is no corpus %s", path)
		case !info.IsDir():
			return fmt.Errorf("%s is a file: a corpus is a folder, as --corpus makes it", path)
		}
		if from, err := filepath.Abs(path); err != nil || from == into {
			return fmt.Errorf("%s is read and written: choose another folder to merge into", path)
		}
	}
	d, err := corpus.Open(args[0])
	if err != nil {
		return err
	}
	m, err := d.Merge(args[1:]...)
	if err != nil {
		return err
	}
	say := func(en, id string, args ...any) { fmt.Fprintln(a.out, verdict.Textf(en, id, args...).In(lang)) }
	say("%s: %d sessions, %d findings, %d unconfirmed, %d differences; %d more examples of the same causes left out",
		"%s: %d session, %d temuan, %d tidak terkonfirmasi, %d perbedaan; %d contoh lain dari sebab yang sama tidak disertakan",
		report.Visible(args[0]), m.Sessions, m.Findings, m.Unconfirmed, m.Differences, m.Dropped)
	for _, u := range m.Unreadable {
		say("left out, and left alone: %s: %s", "dilewati, dan dibiarkan: %s: %s", report.Visible(u.Path), report.Visible(u.Err.Error()))
	}
	return nil
}
