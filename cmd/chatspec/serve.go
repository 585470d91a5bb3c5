package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"

	"github.com/spf13/cobra"

	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/variant"
)

const serveHelp = `Start the reference server: all of Protokol Chat v1.0, in memory. It is there to
talk to, to compare your own server with, and to write clients against.

It prints one line when it listens, and ends on Ctrl-C or SIGTERM after the requests
that are being served.

How do I talk to it?
    chatspec serve
  and in another terminal, a request a line:
    nc 127.0.0.1 8889
    register budi rahasia123

How do I see what a failure looks like?
    chatspec serve --fault send-first-word
  and in another terminal: chatspec run 127.0.0.1:8889
  All that can be wrong: chatspec list --faults. A --reading is another way to be
  right: the suite passes it.

How do I try two servers?
    chatspec serve --listen 127.0.0.1:8889 --id alpha
    chatspec serve --listen 127.0.0.1:8890 --id beta
  and in a session on the first: addserver beta 127.0.0.1 8890, then connect beta.`

func newServe(a *app) *cobra.Command {
	var listen, id, files string
	var faults, readings []string
	var log bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Start the reference server",
		Long:  serveHelp,
		Example: `  chatspec serve
  chatspec serve --listen 127.0.0.1:0 --id beta --files ./files --log`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config := reference.Config{ID: id, Files: files}
			if id == "" {
				return fmt.Errorf("--id cannot be empty")
			}
			if log {
				config.Logger = slog.New(slog.NewTextHandler(a.err, nil))
			}
			config, err := vary(config, faults, readings)
			if err != nil {
				return err
			}
			server, err := reference.New(config)
			if err != nil {
				return err
			}
			listener, err := net.Listen("tcp", listen)
			if err != nil {
				return fmt.Errorf("cannot listen on %q: %w; choose another with --listen HOST:PORT", listen, err)
			}
			if _, err := fmt.Fprintf(a.out, "listening on %s as %s\n", listener.Addr(), config.ID); err != nil {
				return internal(err)
			}
			err = server.Serve(cmd.Context(), listener)
			if errors.Is(err, variant.ErrCrashed) {
				return exit{verdict.ExitFailed, err} // as the fault has it
			}
			return internal(err)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&listen, "listen", "127.0.0.1:8889", "HOST:PORT to listen on; port 0 takes a free one")
	flags.StringVar(&id, "id", "alpha", "what the server calls itself in user@ID")
	flags.StringVar(&files, "files", "", "folder with the files that users can send (default: none)")
	flags.StringArrayVar(&faults, "fault", nil, "be wrong in this way, by `NAME`; see chatspec list --faults (repeatable)")
	flags.StringArrayVar(&readings, "reading", nil, "read an open point in this way, by `NAME`; see chatspec list --readings (repeatable)")
	flags.BoolVar(&log, "log", false, "write what happens to stderr")
	return cmd
}
