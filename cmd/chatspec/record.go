package main

import (
	"errors"
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"github.com/protokol-chat/chatspec/fuzz/corpus"
	"github.com/protokol-chat/chatspec/fuzz/record"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/report"
)

const recordHelp = `Stand between a real client and a server, and make sessions of what the client says:
point the client at --listen instead of the server. Connections that are open at the
same time are one session, which is written when the last of them ends.

Names, passwords, groups and servers are replaced by roles, and messages stay as they
are: read the sessions before you pass them on.

Ctrl-C ends it; what was said until then is kept.

Exit codes:
  0  ended by Ctrl-C
  2  the command line cannot be followed, or the corpus cannot be written
`

func newRecord(a *app) *cobra.Command {
	var listen, to, dir string
	cmd := &cobra.Command{
		Use: "record --listen ADDRESS --to ADDRESS --corpus DIR", Short: "Make sessions of what a real client says", Long: recordHelp,
		Example: "  chatspec record --listen 127.0.0.1:9000 --to 127.0.0.1:8889 --corpus kampanye\n  chatspec fuzz 127.0.0.1:8889 --corpus kampanye",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for name, value := range map[string]string{"listen": listen, "to": to, "corpus": dir} {
				if value == "" {
					return fmt.Errorf("--%s is missing, as in chatspec record --listen :9000 --to 127.0.0.1:8889 --corpus kampanye", name)
				}
			}
			if _, err := lookup(cmd.Context(), to); err != nil {
				return fmt.Errorf("--to: %w", err)
			}
			d, err := corpus.Open(dir)
			if err != nil {
				return err
			}
			l, err := net.Listen("tcp", listen)
			if err != nil {
				var at *net.OpError
				if errors.As(err, &at) {
					err = at.Err
				}
				return fmt.Errorf("cannot listen on %s: %w", listen, err)
			}
			fmt.Fprintf(a.err, "chatspec: %s leads to %s\n", l.Addr(), to)
			kept := 0
			p := &record.Proxy{To: to, Keep: func(s *script.Script) error {
				kept++
				fmt.Fprintf(a.err, "chatspec: session %d, %d requests\n", kept, len(s.Steps))
				return d.Keep(s)
			}}
			if err := p.Serve(cmd.Context(), l); err != nil {
				return fmt.Errorf("cannot go on recording: %w", err)
			}
			fmt.Fprintf(a.err, "chatspec: %d sessions kept in %s\n", kept, report.Visible(dir))
			return nil
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&listen, "listen", "", "HOST:PORT where the client is to connect to; :PORT for every address of this machine")
	flags.StringVar(&to, "to", "", "HOST:PORT of the server")
	flags.StringVar(&dir, "corpus", "", "DIR to keep the sessions in")
	return cmd
}
