package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	defaultDropAfter = 30 * 24 * time.Hour
	longestDropAfter = 10 * 365 * 24 * time.Hour
)

// steering is a command to a migration.
type steering struct {
	db      database
	command store.MigrationCommand
	confirm string
	finish  store.FinishOptions
	wait    bool
	// there is what wait waits for; nil where there is no such flag.
	there reached
	// done says what happens now.
	done string
}

func newMigrationSteeringCommands() []*cobra.Command {
	return []*cobra.Command{
		newMigrationPauseCommand(), newMigrationResumeCommand(), newMigrationCutoverCommand(),
		newMigrationRollbackCommand(), newMigrationAbortCommand(), newMigrationFinishCommand(),
	}
}

func newMigrationPauseCommand() *cobra.Command {
	s := &steering{command: store.CommandPause, done: "pauses behind the rows that it writes now"}
	return s.on(&cobra.Command{
		Use:   "pause [id]",
		Short: "Hold it, for as long as you like",
		Long: `pause holds a migration behind the rows that it is writing. Nothing is lost: triggers
and log go on recording as they do.`,
		Example: `  activityctl migration pause`,
	})
}

func newMigrationResumeCommand() *cobra.Command {
	s := &steering{command: store.CommandResume, done: "goes on, and compares again"}
	return s.on(&cobra.Command{
		Use:   "resume [id]",
		Short: "Go on, and try again what failed",
		Long: `resume goes on with a migration that was paused or has errors. The differences that
were found are forgotten, and looked for again.`,
		Example: `  activityctl migration resume`,
	})
}

func newMigrationCutoverCommand() *cobra.Command {
	s := &steering{command: store.CommandCutover, there: handedOver, done: "hands the tables over to the log, one by one"}
	return s.on(&cobra.Command{
		Use:   "cutover [id]",
		Short: "Hand the tables over from their triggers to the log",
		Long: `cutover disables the audit triggers of one table after the other, each in a
transaction of some milliseconds, and lets the log record it from there on. It is
refused, with the reason, until triggers and log have run side by side and were found
equal. Until the migration is finished, rollback gives the tables back.

With --wait it ends when all tables are handed over and everything was compared again.`,
		Example: `  activityctl migration cutover --wait`,
	})
}

func newMigrationRollbackCommand() *cobra.Command {
	s := &steering{command: store.CommandRollback, there: rolledBack, done: "gives the tables back to their triggers"}
	return s.on(&cobra.Command{
		Use:   "rollback [id]",
		Short: "Give the tables back to their triggers, with what these have missed",
		Long: `rollback enables the audit triggers again, table by table, and writes the changes
that they have missed into the audit tables. The migration stays, paused: it can be
resumed and cut over again.`,
		Example: `  activityctl migration rollback --wait`,
	})
}

func newMigrationAbortCommand() *cobra.Command {
	s := &steering{command: store.CommandAbort, there: aborted, done: "goes back and ends"}
	cmd := s.on(&cobra.Command{
		Use:   "abort [id] --confirm name",
		Short: "Go back to the triggers, and end it",
		Long: `abort gives the tables back to their triggers, as rollback does, and ends the
migration. What was copied into the trail stays there; a migration that is started
later finds it. --confirm takes the name of the migration.`,
		Example: `  activityctl migration abort --confirm "off audit triggers" --wait`,
	})
	cmd.Flags().StringVar(&s.confirm, "confirm", "", "the migration's name")
	return cmd
}

func newMigrationFinishCommand() *cobra.Command {
	s := &steering{command: store.CommandFinish, done: "drops the triggers"}
	cmd := s.on(&cobra.Command{
		Use:   "finish [id]",
		Short: "Drop the triggers after some days",
		Long: `finish ends a migration whose tables were handed over and compared. The disabled
triggers are dropped after --drop-after; until then rollback works, and the changes that
it needs are kept. The audit tables stay unless --drop-tables is given, which drops them
with all that is in them. Called again it sets another time.`,
		Example: `  activityctl migration finish
  activityctl migration finish --drop-after 0s --drop-tables`,
	})
	dropAfter := &dropAfterFlag{&s.finish.DropAfter}
	s.finish.DropAfter = defaultDropAfter
	cmd.Flags().Var(dropAfter, "drop-after", "how long the triggers stay, disabled: 30d, 2w, 12h")
	cmd.Flags().BoolVar(&s.finish.DropTables, "drop-tables", false, "drop the audit tables too")
	return cmd
}

// on completes a command with what all of them have.
func (s *steering) on(cmd *cobra.Command) *cobra.Command {
	cmd.Args = atMostAnID
	cmd.RunE = s.run
	s.db.register(cmd.Flags())
	if s.there != nil {
		cmd.Flags().BoolVar(&s.wait, "wait", false, "wait until that is done")
	}
	return cmd
}

func (s *steering) run(cmd *cobra.Command, args []string) error {
	return withMigrations(cmd.Context(), &s.db, func(_ *pgxpool.Pool, migrations *store.Migrations) error {
		m, err := chosen(cmd.Context(), migrations, args, true)
		if err != nil {
			return err
		}
		if s.command == store.CommandAbort && s.confirm != m.Name {
			return &usageError{fmt.Errorf("abort can't be undone: confirm it with --confirm %q, the migration's name", m.Name)}
		}
		// Whatever the Collector has noted since: what must not be is refused in one transaction.
		m, err = migrations.Command(cmd.Context(), m.ID, s.command, 0, s.finish)
		if err != nil {
			return err
		}
		cmd.PrintErrf("%s (%s) %s%s\n", cell(m.Name), m.ID, s.done, s.when(m))
		if !s.wait {
			return nil
		}
		return waitFor(cmd, migrations, m.ID, s.there)
	})
}

// when says when the triggers go.
func (s *steering) when(m *store.Migration) string {
	if s.command != store.CommandFinish {
		return ""
	}
	text := " on " + m.DropAt.UTC().Format(time.RFC3339)
	if m.DropTables {
		text += ", and the audit tables with them"
	}
	return text
}

// dropAfterFlag is a flag: a time span with days and weeks.
type dropAfterFlag struct{ span *time.Duration }

var _ pflag.Value = (*dropAfterFlag)(nil)

// String is the span in days, where it has no hours.
func (f *dropAfterFlag) String() string {
	const day = 24 * time.Hour
	if f.span == nil || *f.span%day != 0 {
		return ""
	}
	return strconv.FormatFloat(math.Trunc(f.span.Hours()/day.Hours()), 'f', -1, 64) + "d"
}

// Type implements pflag.Value.
func (*dropAfterFlag) Type() string { return "span" }

// Set implements pflag.Value.
func (f *dropAfterFlag) Set(text string) error {
	span, ok := parseBack(text)
	if !ok || span > longestDropAfter {
		return errors.New("write days, weeks or hours, such as 30d, 2w, 12h or 0s, ten years at most")
	}
	*f.span = span
	return nil
}
