package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// migrationStatus is one call of the command migration status.
type migrationStatus struct {
	db          database
	slot        string
	watch, json bool
}

func newMigrationStatusCommand() *cobra.Command {
	s := &migrationStatus{}
	cmd := &cobra.Command{
		Use:   "status [id]",
		Short: "Say how far it is, and whether the cut-over is open",
		Long: `status prints how far a migration is: the newest, or that of an id. For each audit
table it says how much of it is in the trail, and in how many rows the two differ; for
each audited table who records its changes, the triggers or the log, how many changes
both recorded alike, and how long its lock was held.

How far the log is behind is known where trail and application are on one server.

--watch shows it until the migration ends: redrawn on a terminal, otherwise a line now
and then. Exit status then: 0 when it is complete, 1 when it was aborted.`,
		Example: `  activityctl migration status
  activityctl migration status --watch
  activityctl migration status --json | jq .cutover`,
		Args: atMostAnID,
		RunE: s.run,
	}
	flags := cmd.Flags()
	s.db.register(flags)
	flags.StringVar(&s.slot, "slot", defaultWALName, "name of the receiver's replication slot")
	flags.BoolVar(&s.watch, "watch", false, "go on until the migration ends")
	flags.BoolVar(&s.json, "json", false, "print everything as JSON, for programs; with --watch, an object a line")
	return cmd
}

func (s *migrationStatus) run(cmd *cobra.Command, args []string) error {
	return withMigrations(cmd.Context(), &s.db, func(pool *pgxpool.Pool, migrations *store.Migrations) error {
		m, err := chosen(cmd.Context(), migrations, args, false)
		if err != nil {
			return err
		}
		if s.watch {
			return s.follow(cmd, pool, migrations, m.ID)
		}
		return s.print(cmd.Context(), cmd.OutOrStdout(), pool, m)
	})
}

func (s *migrationStatus) print(ctx context.Context, w io.Writer, pool *pgxpool.Pool, m *store.Migration) error {
	lag := migrationLag(ctx, pool, s.slot, m.Database)
	if s.json {
		return writeJSON(w, migrationOutputOf(m, lag))
	}
	_, err := io.WriteString(w, migrationText(m, lag))
	return err
}

// follow prints a migration until it has ended.
func (s *migrationStatus) follow(cmd *cobra.Command, pool *pgxpool.Pool, migrations *store.Migrations, id string) error {
	show := s.follower(cmd.Context(), cmd.OutOrStdout(), pool)
	return poll(cmd.Context(), migrations, id, func(m *store.Migration) (bool, error) {
		if err := show(m); err != nil || m.Running() {
			return false, err
		}
		if !*m.Success {
			return false, errors.New("the migration was aborted")
		}
		return true, nil
	})
}

// follower shows a migration again and again: all of it on a terminal, otherwise a line,
// or an object, when it has another phase or note, and now and then.
func (s *migrationStatus) follower(ctx context.Context, w io.Writer, pool *pgxpool.Pool) func(*store.Migration) error {
	if isTerminal(w) && !s.json {
		return func(m *store.Migration) error {
			// From the upper left corner; each line is cleared to its end, and what is below.
			text := strings.ReplaceAll(migrationText(m, migrationLag(ctx, pool, s.slot, m.Database)), "\n", "\x1b[K\n")
			_, err := fmt.Fprint(w, "\x1b[H"+text+"\x1b[J")
			return err
		}
	}
	var last time.Time
	var said string
	return func(m *store.Migration) error {
		state := fmt.Sprint(m.Phase, m.Note, m.Wanted, m.Paused, m.Success != nil)
		if state == said && time.Since(last) < logEvery {
			return nil
		}
		last, said = time.Now(), state
		if s.json {
			return writeLine(w, migrationOutputOf(m, migrationLag(ctx, pool, s.slot, m.Database)))
		}
		_, err := fmt.Fprintln(w, migrationLine(m, loggedLine))
		return err
	}
}

// migrationLag is how many bytes of the log the receiver has to read still; nil when the
// application's database is not on this server, or the slot isn't there.
func migrationLag(ctx context.Context, pool *pgxpool.Pool, slot, database string) *int64 {
	system, name, ok := strings.Cut(database, "/")
	if !ok {
		return nil
	}
	server, err := replication.ReadServer(ctx, pool)
	if err != nil || strconv.FormatUint(server.SystemID, 10) != system {
		return nil
	}
	found, err := replication.ReadSlot(ctx, pool, slot)
	if err != nil || found == nil || found.Database != name {
		return nil
	}
	lag := found.Lag()
	return &lag
}
