package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/sql"
)

// exec runs a statement that what names.
func (m *Migrations) exec(ctx context.Context, what, statement string, args ...any) (affected int64, err error) {
	tag, err := m.pool.Exec(ctx, statement, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return tag.RowsAffected(), nil
}

// Claim takes a migration that nobody has taken, if there is one and none runs for this
// database.
func (m *Migrations) Claim(ctx context.Context, database string) error {
	_, err := m.exec(ctx, "take a migration", sql.MigrationClaim, database)
	return err
}

// Save writes what the one who runs a migration changes of it: phase, wanted, note, errors,
// paused, success, whether it is verified, and how many rows were compared. The error is
// ErrMigrationChanged when somebody has commanded it since it was read. It goes on with the
// new revision.
func (m *Migrations) Save(ctx context.Context, of *Migration) error {
	errs := of.Errors
	if errs == nil {
		errs = []string{}
	}
	changed, err := m.exec(ctx, "save a migration", sql.MigrationSave,
		of.ID, of.Phase, of.Wanted, of.Note, errs, of.Paused, of.Success, !of.VerifiedAt.IsZero(), of.Compared, of.Revision)
	if err != nil {
		return err
	}
	if changed == 0 {
		return ErrMigrationChanged
	}
	of.Revision++
	return nil
}

// Note says what a migration waits for; empty for nothing.
func (m *Migrations) Note(ctx context.Context, id, note string) error {
	_, err := m.exec(ctx, "note what a migration waits for", sql.MigrationNote, id, note)
	return err
}

// SaveDiscovered writes the audit tables and the audited tables that were found.
func (m *Migrations) SaveDiscovered(ctx context.Context, id string, sources []MigrationSource, tables []MigrationTable) error {
	var batch pgx.Batch
	for i := range sources {
		s := &sources[i]
		batch.Queue(sql.MigrationSaveSource, id, s.Name, s.RowsTotal, s.Bytes, []byte(s.Definition))
	}
	for i := range tables {
		batch.Queue(sql.MigrationSaveTable, id, tables[i].Name, tables[i].Source)
	}
	if err := m.pool.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("save what was found: %w", err)
	}
	return nil
}

// BeginSource notes, once, from where on rows of an audit table may be missed by reading
// in the order of the key: xid is a full transaction id.
func (m *Migrations) BeginSource(ctx context.Context, id, source string, xid uint64) error {
	_, err := m.exec(ctx, "begin with the audit table "+source, sql.MigrationBeginSource, id, source, strconv.FormatUint(xid, 10))
	return err
}

// Pass is one reading of an audit table.
type Pass string

// The passes.
const (
	PassBackfill Pass = "backfill"
	PassSweep    Pass = "sweep"
)

// MigrationChunk is a piece of an audit table that is in the trail.
type MigrationChunk struct {
	Source                 string
	Pass                   Pass
	StartedAt              time.Time
	AfterKey, LastKey      int64
	Rows, Written, Skipped int
	Rate                   float64 // rows a second
	// Error is what to tell of rows that make no activity; empty without any.
	Error string
}

// SaveChunk notes that a chunk is in the trail.
func (m *Migrations) SaveChunk(ctx context.Context, id string, c *MigrationChunk) error {
	_, err := m.exec(ctx, "save the progress of "+c.Source, sql.MigrationSaveChunk,
		id, c.Source, string(c.Pass), c.StartedAt, c.AfterKey, c.LastKey, c.Rows, c.Written, c.Skipped, c.Rate, c.Error)
	return err
}

// SetSourcePhase notes where an audit table is. anew lets its sweep begin at the first row.
func (m *Migrations) SetSourcePhase(ctx context.Context, id, source string, phase MigrationPhase, problem string, anew bool) error {
	if anew {
		if _, err := m.exec(ctx, "begin to sweep "+source, sql.MigrationForgetSweep, id, source); err != nil {
			return err
		}
	}
	_, err := m.exec(ctx, "save the phase of "+source, sql.MigrationSourcePhase, id, source, phase, problem, anew)
	return err
}

// NoteFence notes how long a fence had its lock, how often it was tried for, and what is
// wrong with it.
func (m *Migrations) NoteFence(ctx context.Context, id, table string, lock time.Duration, attempts int, problem string) error {
	_, err := m.exec(ctx, "note the fence of "+table, sql.MigrationNoteFence, id, table, lock.Seconds(), attempts, problem)
	return err
}

// ForgetDifferences forgets those that one way of looking has found.
func (m *Migrations) ForgetDifferences(ctx context.Context, id, foundBy, source string) error {
	_, err := m.exec(ctx, "forget the differences of a migration", sql.MigrationForgetDifferences, id, foundBy, source)
	return err
}

// Journal returns changes of a table behind a place in the log, in their order.
func (m *Migrations) Journal(ctx context.Context, id, table string, lsn uint64, ordinal int64, limit int) ([]JournalEntry, error) {
	rows, err := m.pool.Query(ctx, sql.MigrationJournal, id, table, int64(lsn), ordinal, limit) //nolint:gosec // a log has fewer than 2^63 bytes
	if err != nil {
		return nil, fmt.Errorf("read the journal of %s: %w", table, err)
	}
	entries, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (JournalEntry, error) {
		var e JournalEntry
		err := row.Scan(&e.Table, (*int64bits)(&e.CommitLSN), &e.CommittedAt, &e.XID, &e.Ordinal, &e.Operation, (*json.RawMessage)(&e.Old), (*json.RawMessage)(&e.New))
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the journal of %s: %w", table, err)
	}
	return entries, nil
}

// DropJournal forgets the journal of a table, or of all with an empty table.
func (m *Migrations) DropJournal(ctx context.Context, id, table string) error {
	_, err := m.exec(ctx, "drop the journal", sql.MigrationDropJournal, id, table)
	return err
}

// AddRestored notes audit rows that were put back: their changes are in the trail.
func (m *Migrations) AddRestored(ctx context.Context, database, source string, keys []int64) error {
	_, err := m.exec(ctx, "note what was put back into "+source, sql.MigrationAddRestored, database, source, keys)
	return err
}

// Restored returns the rows with after < key <= upTo that were put back.
func (m *Migrations) Restored(ctx context.Context, database, source string, after, upTo int64) (map[int64]bool, error) {
	rows, err := m.pool.Query(ctx, sql.MigrationRestored, database, source, after, upTo)
	if err != nil {
		return nil, fmt.Errorf("read what was put back into %s: %w", source, err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("read what was put back into %s: %w", source, err)
	}
	set := make(map[int64]bool, len(keys))
	for _, key := range keys {
		set[key] = true
	}
	return set, nil
}
