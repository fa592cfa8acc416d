package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/store"
)

func newTailCommand() *cobra.Command {
	t := &tail{}
	cmd := &cobra.Command{
		Use:   "tail",
		Short: "Follow activities as they arrive",
		Long: `tail prints activities as they arrive, each one once, until Ctrl-C, which ends it
with exit status 0. Activities that happened earlier and arrive late are printed
when they arrive. When the connection is lost, it connects again and goes on from
where it was.

` + filterHelp,
		Example: `  activityctl tail
  # Begin with what arrived in the last ten minutes
  activityctl tail --since 10m --status failure
  activityctl tail --project shop -o ndjson | jq -r .action`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return t.run(cmd) },
	}
	t.db.register(cmd.Flags())
	t.filter.register(cmd.Flags())
	t.output.register(cmd.Flags())
	cmd.Flags().Var(&t.since, "since", "begin with what arrived since then: "+whenForms)
	cmd.Flags().DurationVar(&t.interval, "interval", 250*time.Millisecond, "how long to wait between two looks")
	return cmd
}

// tail is one call of the command tail.
type tail struct {
	db       database
	filter   filterFlags
	output   output
	since    when
	interval time.Duration
}

// The pause before the next try doubles from one to the other.
const (
	firstPause   = 500 * time.Millisecond
	longestPause = 10 * time.Second
)

func (t *tail) run(cmd *cobra.Command) error {
	if t.interval <= 0 {
		return &usageError{fmt.Errorf("--interval %s: want more than 0", t.interval)}
	}
	ctx := cmd.Context()
	pool, err := t.db.connect(ctx)
	if err != nil {
		return unlessInterrupted(ctx, err)
	}
	defer pool.Close()
	reader := store.NewReader(pool, store.ReaderSettings{Timeout: time.Minute})
	since := t.since.time
	if since.IsZero() {
		since = time.Now().AddDate(1, 0, 0) // no batch is that new: begin now
	}
	cursor, err := reader.TailFrom(ctx, since)
	if err == nil {
		err = t.follow(cmd, reader, cursor)
	}
	return unlessInterrupted(ctx, explain(asUsage(err)))
}

// unlessInterrupted forgives what came of Ctrl-C.
func unlessInterrupted(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

// follow goes on until the context ends or the database refuses for good. A look
// that fails midway is repeated as a whole, which is why nothing is printed
// before it succeeded.
func (t *tail) follow(cmd *cobra.Command, reader *store.Reader, cursor store.TailCursor) error {
	ctx := cmd.Context()
	out := t.output.printer(cmd.OutOrStdout())
	filter := t.filter.filter()
	pause := firstPause
	for ctx.Err() == nil {
		var arrived []*store.Record
		next, err := reader.Tail(ctx, cursor, filter, func(r *store.Record) error {
			arrived = append(arrived, r)
			return nil
		})
		switch {
		case err == nil:
			cursor, pause = next, firstPause
			if err := printAll(out, arrived); err != nil {
				return err
			}
			wait(ctx, t.interval)
		case !temporary(err):
			return err
		case ctx.Err() == nil:
			cmd.PrintErrf("activityctl: %v; trying again in %s\n", err, pause)
			wait(ctx, pause)
			pause = min(2*pause, longestPause)
		}
	}
	return nil
}

func printAll(out printer, records []*store.Record) error {
	for _, r := range records {
		if err := out.print(r); err != nil {
			return err
		}
	}
	return out.flush()
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// temporary tells what another try can mend: a lost or refused connection, a
// server that starts, stops or is full, and conflicts. Everything else is an
// answer that will not change.
func temporary(err error) bool {
	if _, wrong := errors.AsType[*store.FilterError](err); wrong {
		return false
	}
	refused, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return true
	}
	switch refused.Code[:2] {
	case "08", "40", "53", "57":
		return true
	default:
		return false
	}
}
