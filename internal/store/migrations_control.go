package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// RefusedCommandError says why a migration can't be commanded so, and what can be done.
type RefusedCommandError struct {
	Command MigrationCommand
	Reason  string
}

func (e *RefusedCommandError) Error() string { return string(e.Command) + ": " + e.Reason }

// FinishOptions belong to CommandFinish.
type FinishOptions struct {
	// DropAfter is how long the triggers stay, disabled; until then it can be rolled back.
	DropAfter time.Duration
	// DropTables drops the audit tables with them.
	DropTables bool
}

// Start starts a migration, which the Collector takes that reads the database. The same
// key starts nothing again and returns what it started. The error is ErrMigrationRunning
// when another one has not ended.
func (m *Migrations) Start(ctx context.Context, key, name string, spec MigrationSpec) (*Migration, error) {
	asked, err := json.Marshal(spec)
	if err != nil {
		return nil, fmt.Errorf("write down what was asked for: %w", err)
	}
	var random model.ID
	_, _ = rand.Read(random[:]) // it never fails, says its documentation
	random[6], random[8] = random[6]&0x0F|0x40, random[8]&0x3F|0x80
	if _, err := m.pool.Exec(ctx, sql.MigrationStart, random.String(), key, name, asked); err != nil {
		if refused := asPgError(err); refused != nil && refused.ConstraintName == "migration_running_idx" {
			return nil, ErrMigrationRunning
		}
		return nil, fmt.Errorf("start a migration: %w", err)
	}
	var id string
	if err := m.pool.QueryRow(ctx, sql.MigrationByKey, key).Scan(&id); err != nil {
		return nil, fmt.Errorf("start a migration: %w", err)
	}
	return m.Get(ctx, id)
}

// Command tells a migration what to do; who runs it carries it out. revision is the one
// that the command is meant for, or 0. Errors are ErrNoMigration, ErrMigrationChanged, and
// a *RefusedCommandError.
func (m *Migrations) Command(ctx context.Context, id string, c MigrationCommand, revision int64, o FinishOptions) (*Migration, error) {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("command a migration: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	var found int64
	switch err := tx.QueryRow(ctx, sql.MigrationLock, id).Scan(&found); {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, ErrNoMigration
	case err != nil:
		return nil, fmt.Errorf("command a migration: %w", err)
	case revision != 0 && revision != found:
		return nil, ErrMigrationChanged
	}
	state, err := readMigration(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if reason := state.refuses(c); reason != "" {
		return nil, &RefusedCommandError{c, reason}
	}
	if err := state.command(ctx, tx, c, o); err != nil {
		return nil, fmt.Errorf("command a migration: %w", err)
	}
	if err := tx.Commit(ctx); err != nil {
		return nil, fmt.Errorf("command a migration: %w", err)
	}
	return m.Get(ctx, id)
}

// command writes down what was commanded.
func (m *Migration) command(ctx context.Context, tx pgx.Tx, c MigrationCommand, o FinishOptions) error {
	paused, wanted, again := m.Paused, m.Wanted, false
	drop, dropTables := m.DropAt, m.DropTables
	switch c {
	case CommandPause:
		paused = true
	case CommandResume:
		paused, again = false, true
	case CommandFinish:
		wanted, drop, dropTables = c, time.Now().Add(o.DropAfter), o.DropTables
	case CommandAbort, CommandRollback:
		// Whatever it waits for, it goes back.
		paused, wanted, drop, dropTables = false, c, time.Time{}, false
	case CommandCutover:
		wanted = c
	}
	if again {
		if _, err := tx.Exec(ctx, sql.MigrationForgetDifferences, m.ID, "", ""); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sql.MigrationForgetErrors, m.ID); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, sql.MigrationCommand, m.ID, paused, wanted, orNil(drop), dropTables, again)
	if err != nil || c != CommandAbort || m.Database != "" {
		return err
	}
	// Nobody has taken it: there is nothing to go back from, and nobody who would.
	_, err = tx.Exec(ctx, sql.MigrationSave, m.ID, MigrationAborted, "", "", []string{}, false, false, false, m.Compared, m.Revision+1)
	return err
}

// refuses says why a migration can't be commanded so; empty when it can.
func (m *Migration) refuses(c MigrationCommand) string {
	switch {
	case !m.Running():
		return fmt.Sprintf("the migration is %s already", m.Phase)
	case m.Wanted == CommandAbort:
		return "the migration is being aborted; wait until it is"
	case c == CommandPause && m.Paused:
		return "the migration is paused already"
	case c == CommandCutover:
		return m.CutoverGate()
	case c == CommandFinish:
		return m.finishGate()
	}
	return ""
}

// Running says whether it has not ended.
func (m *Migration) Running() bool { return m.Success == nil }

// CutoverGate says why the tables can't be handed over now; empty when they can.
func (m *Migration) CutoverGate() string {
	switch {
	case !m.Running():
		return fmt.Sprintf("The migration is %s.", m.Phase)
	case m.Wanted != "":
		return fmt.Sprintf("Locked while %s is carried out.", m.Wanted)
	case m.Phase != MigrationShadowing:
		return "Locked until triggers and log run side by side, and were found equal."
	case m.Paused:
		return "Locked while the migration is paused. Resume it first."
	}
	if reason := m.unequal(); reason != "" {
		return reason
	}
	if left := time.Duration(m.Spec.ShadowSeconds*float64(time.Second)) - time.Since(m.ShadowingAt); left > 0 {
		return fmt.Sprintf("Locked for another %s, so that triggers and log are compared for long enough.", left.Round(time.Second))
	}
	return ""
}

func (m *Migration) finishGate() string {
	if m.Phase != MigrationVerified {
		return "the migration is " + string(m.Phase) + "; it can be finished when all was cut over and verified"
	}
	return m.unequal()
}

// unequal says why old and new are not known to be equal.
func (m *Migration) unequal() string {
	switch differing := m.Differing(); {
	case differing == 1:
		return "Locked: 1 row differs. Look at it, and resume to compare again."
	case differing > 1:
		return fmt.Sprintf("Locked: %d rows differ. Look at them, and resume to compare again.", differing)
	case m.failing():
		return "Locked while there are errors."
	case m.VerifiedAt.IsZero():
		return "Locked until the comparison has run to its end."
	}
	return ""
}

// Differing is how many rows old and new don't have alike.
func (m *Migration) Differing() int64 {
	var n int64
	for i := range m.Sources {
		n += m.Sources[i].Differences
	}
	for i := range m.Tables {
		n += m.Tables[i].Mismatches
	}
	return n
}

func (m *Migration) failing() bool {
	if len(m.Errors) > 0 {
		return true
	}
	for i := range m.Sources {
		if m.Sources[i].Error != "" {
			return true
		}
	}
	for i := range m.Tables {
		if m.Tables[i].Error != "" {
			return true
		}
	}
	return false
}

// shares are how much of a migration is behind it when a phase begins, in percent. Most of
// the time goes into the backfill.
var shares = map[MigrationPhase]float64{
	MigrationDiscovered: 0, MigrationPrepared: 1, MigrationBackfilling: 2, MigrationShadowing: 80,
	MigrationFenced: 85, MigrationSweeping: 87, MigrationVerified: 99, MigrationComplete: 100,
}

// Progress is how much of it is done, in percent.
func (m *Migration) Progress() float64 {
	begun := shares[m.Phase]
	if m.Phase != MigrationBackfilling && m.Phase != MigrationAborted {
		return begun
	}
	var done, total int64
	for i := range m.Sources {
		done += m.Sources[i].RowsDone
		total += max(m.Sources[i].RowsTotal, m.Sources[i].RowsDone)
	}
	if total == 0 {
		return begun
	}
	return begun + (shares[MigrationShadowing]-shares[MigrationBackfilling])*float64(done)/float64(total)
}
