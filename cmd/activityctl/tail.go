package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/model"
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

// follow goes on until the context ends, the output does, or the database refuses
// for good.
func (t *tail) follow(cmd *cobra.Command, reader *store.Reader, cursor store.TailCursor) error {
	ctx := cmd.Context()
	out := &onceEach{printer: t.output.printer(cmd.OutOrStdout())}
	filter := t.filter.filter()
	pause := firstPause
	for ctx.Err() == nil {
		next, err := reader.Tail(ctx, cursor, filter, out.print)
		if failed := out.flush(); failed != nil {
			return failed
		}
		switch {
		case err == nil:
			cursor, pause = next, firstPause
			out.forget()
			wait(ctx, t.interval)
		case !temporary(err):
			return err
		case ctx.Err() == nil:
			cmd.PrintErrf("activityctl: %s; trying again in %s\n", oneLine(err), pause)
			wait(ctx, pause)
			pause = min(2*pause, longestPause)
		}
	}
	return nil
}

// onceEach prints nothing twice: a look that fails midway is repeated as a whole.
type onceEach struct {
	printer

	printed map[onceKey]struct{}
	failed  error
}

type onceKey struct {
	at model.Micros
	id model.ID
}

// flushEvery bounds what a table holds back for its alignment.
const flushEvery = 1000

func (o *onceEach) print(r *store.Record) error {
	key := onceKey{r.OccurredAt, r.ID}
	if _, printed := o.printed[key]; printed {
		return nil
	}
	if o.printed == nil {
		o.printed = make(map[onceKey]struct{})
	}
	o.printed[key] = struct{}{}
	o.failed = o.printer.print(r)
	if o.failed == nil && len(o.printed)%flushEvery == 0 {
		o.failed = o.printer.flush()
	}
	return o.failed
}

// flush also tells of what failed before: the output, unlike the database, gets no
// second try.
func (o *onceEach) flush() error {
	if o.failed != nil {
		return o.failed
	}
	return o.printer.flush()
}

func (o *onceEach) forget() { o.printed = nil }

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
