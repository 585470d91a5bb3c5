// Command chatspec tests servers of Protokol Chat v1.0. See its help for what
// it does; this folder only reads flags and joins the packages that do it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

func main() { os.Exit(command()) }

func command() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends us at once
	return execute(ctx, &app{
		out:    terminal{File: os.Stdout},
		err:    terminal{File: os.Stderr},
		getenv: os.Getenv,
		run:    harness.Run,
	}, os.Args[1:])
}

// exit is an error that says with which code to exit. Where err is nil, what
// there is to say has been said. Any other error of a command is one of usage.
type exit struct {
	code int
	err  error
}

func (e exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e exit) Unwrap() error { return e.err }

// internal marks an error as a fault of chatspec itself.
func internal(err error) error {
	if err == nil {
		return nil
	}
	return exit{verdict.ExitInternal, err}
}

// execute runs a command line and gives its exit code, one of verdict's.
func execute(ctx context.Context, a *app, args []string) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			fmt.Fprintf(a.err, "chatspec: a fault of chatspec itself, please report it: %v\n%s", fault, debug.Stack())
			code = verdict.ExitInternal
		}
	}()
	root := newRoot(a)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return verdict.ExitOK
	}
	code = verdict.ExitUsage
	var e exit
	if errors.As(err, &e) {
		if code = e.code; e.err == nil {
			return code
		}
	}
	fmt.Fprintf(a.err, "chatspec: %v\n", err)
	return code
}
