package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/store"
)

const defaultShadow = 10 * time.Minute

// migrationStart is one call of the command migration start.
type migrationStart struct {
	db        database
	choice    migrationChoice
	name, key string
	shadow    time.Duration
	wait      bool
}

func newMigrationStartCommand() *cobra.Command {
	s := &migrationStart{}
	cmd := &cobra.Command{
		Use:   "start",
		Short: "Start one, and print its id",
		Long: `start asks for a migration off audit triggers, and prints its id. --dsn is the
trail's database. The Collector that reads the application's log takes it, copies the
audit tables into the trail, and lets triggers and log record side by side. Nothing
changes for the application before "activityctl migration cutover".

Called again it starts nothing twice: --key names the start, and is made of the name
unless you give one. One migration of a database runs at a time.

With --wait it ends when the cut-over is open, or when old and new differ.`,
		Example: `  activityctl migration start --dsn postgres://keeper@db/trail --name "off audit triggers"
  activityctl migration start --name orders --table public.orders --table 'billing.*' --rate 5000
  activityctl migration start --name history --map public.history=history.yaml,key=id,trigger=public.orders.audit --wait`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	flags := cmd.Flags()
	s.db.register(flags)
	s.choice.register(flags)
	flags.StringVar(&s.name, "name", "", "name for people; who aborts the migration types it")
	flags.DurationVar(&s.shadow, "shadow", defaultShadow, "how long triggers and log run side by side before the cut-over opens, at least")
	flags.StringVar(&s.key, "key", "", "idempotency key: the same one starts nothing twice (default: made of the name)")
	flags.BoolVar(&s.wait, "wait", false, "wait until the cut-over is open")
	return cmd
}

func (s *migrationStart) run(cmd *cobra.Command) error {
	spec, err := s.choice.spec(s.name)
	if err != nil {
		return err
	}
	if s.shadow < 0 {
		return &usageError{errors.New("--shadow: it is 0 or more")}
	}
	spec.ShadowSeconds = s.shadow.Seconds()
	key := s.key
	if key == "" {
		key = "activityctl/" + s.name
	}
	return withMigrations(cmd.Context(), &s.db, func(_ *pgxpool.Pool, migrations *store.Migrations) error {
		m, err := migrations.Start(cmd.Context(), key, s.name, spec)
		switch {
		case errors.Is(err, store.ErrMigrationRunning):
			return fmt.Errorf("%w; \"activityctl migration status\" shows it", err)
		case err != nil:
			return err
		case !m.Running():
			return fmt.Errorf("%s: the key %q is that of a migration that is %s; give this one another --name, or another --key", m.ID, key, m.Phase)
		}
		if _, err := fmt.Fprintln(cmd.OutOrStdout(), m.ID); err != nil || !s.wait {
			return err
		}
		return waitFor(cmd, migrations, m.ID, cutoverOpen)
	})
}
