package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit statuses, part of the command's contract with scripts.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
	// Of doctor and wal alone: the worst that they found.
	exitWarnings = 3
	exitErrors   = 4
	// Of verify alone: something was tampered with.
	exitTampered = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is main without the process: what tests call.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRootCommand() //nolint:contextcheck // cobra hands ctx to the commands
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if found, ok := errors.AsType[*foundError](err); ok {
		return found.status
	}
	fmt.Fprintf(stderr, "activityctl: %v\n", err)
	if _, ok := errors.AsType[*usageError](err); ok {
		fmt.Fprintf(stderr, "See \"%s --help\".\n", cmd.CommandPath())
		return exitUsage
	}
	return exitError
}

// usageError marks a command line that can't be carried out as written.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }
