package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/store"
)

func newMigrationCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migration",
		Short: "Move from audit triggers to the log, and back",
		Long: `migration moves a database from audit triggers to this trail, without a time in
which nothing is recorded, and back at any time until it is finished.

A Collector does the work: the receiver postgres_wal, whose section "migration" names
the trail. These commands plan, start and steer it; what they ask for is kept in the
trail's database, so that it is carried out after a crash too.

  plan      look at the application's database and say what will happen
  start     copy the audit tables; then triggers and log record side by side
  status    how far it is, and whether the cut-over is open
  cutover   hand the tables over from their triggers to the log
  finish    drop the triggers, some days later
  rollback  give the tables back to the triggers, with what these have missed
  abort     the same, and end the migration

Without an id, a command is for the newest migration that has not ended.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newMigrationPlanCommand(), newMigrationStartCommand(), newMigrationStatusCommand(), newMigrationDifferencesCommand())
	cmd.AddCommand(newMigrationSteeringCommands()...)
	return cmd
}

// withMigrations connects, and adds the remedy to what goes wrong then.
func withMigrations(ctx context.Context, db *database, do func(*pgxpool.Pool, *store.Migrations) error) error {
	pool, err := db.connect(ctx)
	if err != nil {
		return err
	}
	defer pool.Close()
	err = do(pool, store.NewMigrations(pool))
	switch store.RefusalOf(err) {
	case store.RefusalRights:
		return fmt.Errorf("%w; connect as a member of activity_migrator (see \"activityctl schema roles\"), or as the owner of schema activity", err)
	case store.RefusalReadOnly:
		return fmt.Errorf("%w; connect to the primary", err)
	case store.RefusalNone, store.RefusalSchema, store.RefusalTime, store.RefusalOther:
	}
	return explain(err)
}

// atMostAnID takes the id of a migration, or nothing.
func atMostAnID(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return &usageError{fmt.Errorf("%s takes the id of one migration, not %d", cmd.CommandPath(), len(args))}
	}
	return nil
}

// chosen is the migration of an id, or the newest: of those that have not ended, when
// running is set.
func chosen(ctx context.Context, migrations *store.Migrations, args []string, running bool) (*store.Migration, error) {
	if len(args) > 0 {
		m, err := migrations.Get(ctx, args[0])
		if errors.Is(err, store.ErrNoMigration) {
			return nil, fmt.Errorf("%s: %w; \"activityctl migration status\" shows the newest with its id", args[0], err)
		}
		return m, err
	}
	all, err := migrations.List(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Running() || !running {
			return &all[i], nil
		}
	}
	if len(all) > 0 {
		return nil, errors.New("no migration is running; \"activityctl migration status\" shows how the newest ended")
	}
	return nil, errors.New("there is no migration yet; \"activityctl migration plan\" says what one would do, \"activityctl migration start\" starts it")
}
