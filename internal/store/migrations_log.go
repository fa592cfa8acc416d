package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/sql"
)

// Fences returns those of a database, by table and place.
func (m *Migrations) Fences(ctx context.Context, database string) ([]Fence, error) {
	rows, err := m.pool.Query(ctx, sql.MigrationFences, database)
	if err != nil {
		return nil, fmt.Errorf("read the fences: %w", err)
	}
	fences, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Fence, error) {
		var f Fence
		err := row.Scan(&f.Table, (*int64bits)(&f.LSN), &f.Recorder, &f.Migration)
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the fences: %w", err)
	}
	return fences, nil
}

// SaveFence keeps a fence. Saving it again changes nothing.
func (m *Migrations) SaveFence(ctx context.Context, database string, f Fence) error {
	_, err := m.exec(ctx, "save the fence of "+f.Table, sql.MigrationSaveFence, database, f.Table, int64(f.LSN), f.Recorder, f.Migration) //nolint:gosec // a log has fewer than 2^63 bytes
	return err
}

// AppendJournal keeps changes with their whole rows. Those that are there already stay as
// they are.
func (m *Migrations) AppendJournal(ctx context.Context, id string, entries []JournalEntry) error {
	if len(entries) == 0 {
		return nil
	}
	n := len(entries)
	tables, operations := make([]string, n), make([]string, n)
	lsns, xids, ordinals := make([]int64, n), make([]int64, n), make([]int64, n)
	times, olds, news := make([]time.Time, n), make([][]byte, n), make([][]byte, n)
	for i := range entries {
		e := &entries[i]
		tables[i], operations[i], times[i], olds[i], news[i] = e.Table, e.Operation, e.CommittedAt, e.Old, e.New
		lsns[i], xids[i], ordinals[i] = int64(e.CommitLSN), int64(e.XID), e.Ordinal //nolint:gosec // a log has fewer than 2^63 bytes
	}
	_, err := m.exec(ctx, "keep a journal", sql.MigrationAddJournal, id, tables, lsns, times, xids, ordinals, operations, olds, news)
	return err
}

// AddCompared counts changes of tables that triggers and log both recorded, by table, and
// keeps the differences. After a crash they may come again: differences are kept once.
func (m *Migrations) AddCompared(ctx context.Context, id string, changes map[string]int64, found []Difference) error {
	var batch pgx.Batch
	if len(changes) > 0 {
		var tables []string
		var counts []int64
		for table, n := range changes {
			tables, counts = append(tables, table), append(counts, n)
		}
		batch.Queue(sql.MigrationAddCompared, id, tables, counts)
	}
	if len(found) > 0 {
		queueDifferences(&batch, id, found)
	}
	if batch.Len() == 0 {
		return nil
	}
	if err := m.pool.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("save what was compared: %w", err)
	}
	return nil
}

func queueDifferences(batch *pgx.Batch, id string, found []Difference) {
	n := len(found)
	times, keys, activities := make([]*time.Time, n), make([]*int64, n), make([]*[16]byte, n)
	sources, tables, kinds, by, details := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	lsns := make([]int64, n)
	for i := range found {
		d := &found[i]
		times[i], keys[i], lsns[i] = orNil(d.OccurredAt), d.SourceKey, int64(d.LSN) //nolint:gosec // a log has fewer than 2^63 bytes
		sources[i], tables[i], kinds[i], by[i], details[i] = d.Source, d.Table, d.Kind, d.FoundBy, d.Detail
		if d.ActivityID != [16]byte{} {
			activities[i] = (*[16]byte)(&d.ActivityID)
		}
	}
	batch.Queue(sql.MigrationAddDifferences, id, times, sources, tables, kinds, by, keys, lsns, activities, details)
}
