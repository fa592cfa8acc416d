package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// List returns all migrations, the newest first.
func (m *Migrations) List(ctx context.Context) ([]Migration, error) {
	return readMigrations(ctx, m.pool, "", "")
}

// Get returns one. The error is ErrNoMigration when there is none.
func (m *Migrations) Get(ctx context.Context, id string) (*Migration, error) {
	return readMigration(ctx, m.pool, id)
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func readMigration(ctx context.Context, db querier, id string) (*Migration, error) {
	if id == "" {
		return nil, ErrNoMigration
	}
	all, err := readMigrations(ctx, db, id, "")
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, ErrNoMigration
	}
	return &all[0], nil
}

// Running returns the migration that runs for a database (system identifier/name); nil when
// there is none.
func (m *Migrations) Running(ctx context.Context, database string) (*Migration, error) {
	all, err := readMigrations(ctx, m.pool, "", database)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

func readMigrations(ctx context.Context, db querier, id, database string) ([]Migration, error) {
	rows, err := db.Query(ctx, sql.MigrationList, id, database)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	all, err := pgx.CollectRows(rows, scanMigration)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	if len(all) == 0 {
		return nil, nil
	}
	byID, ids := map[string]*Migration{}, make([]string, len(all))
	for i := range all {
		ids[i], byID[all[i].ID] = all[i].ID, &all[i]
	}
	if err := readSources(ctx, db, ids, byID); err != nil {
		return nil, fmt.Errorf("read the audit tables of migrations: %w", err)
	}
	if err := readTables(ctx, db, ids, byID); err != nil {
		return nil, fmt.Errorf("read the audited tables of migrations: %w", err)
	}
	return all, nil
}

func scanMigration(row pgx.CollectableRow) (Migration, error) {
	var m Migration
	var ended, shadowing, verified, drop *time.Time
	var spec []byte
	err := row.Scan(&m.ID, &m.Name, &m.Database, &m.Revision, &m.Phase, &m.Paused, &m.Wanted, &m.Note,
		&m.Errors, &m.Success, &m.StartedAt, &m.UpdatedAt, &ended, &shadowing, &verified, &drop, &m.Compared, &m.DropTables, &spec)
	if err != nil {
		return m, err
	}
	m.EndedAt, m.ShadowingAt, m.VerifiedAt, m.DropAt = orZero(ended), orZero(shadowing), orZero(verified), orZero(drop)
	return m, json.Unmarshal(spec, &m.Spec)
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func readSources(ctx context.Context, db querier, ids []string, to map[string]*Migration) error {
	rows, err := db.Query(ctx, sql.MigrationSources, ids)
	if err != nil {
		return err
	}
	var id string
	var s MigrationSource
	var xid *string
	var definition []byte
	_, err = pgx.ForEachRow(rows, []any{
		&id, &s.Name, &s.Phase, &s.RowsTotal, &s.Bytes, &s.RowsDone, &s.Written, &s.Skipped, &s.Position, &s.Swept,
		&xid, &s.Rate, &s.Differences, &s.Error, &definition,
	}, func() (err error) {
		one := s
		one.Definition = append(json.RawMessage(nil), definition...)
		if xid != nil {
			if one.FirstXID, err = strconv.ParseUint(*xid, 10, 64); err != nil {
				return err
			}
		}
		to[id].Sources = append(to[id].Sources, one)
		return nil
	})
	return err
}

func readTables(ctx context.Context, db querier, ids []string, to map[string]*Migration) error {
	rows, err := db.Query(ctx, sql.MigrationTables, ids)
	if err != nil {
		return err
	}
	var id string
	var t MigrationTable
	var fenced *time.Time
	var lock float64
	_, err = pgx.ForEachRow(rows, []any{
		&id, &t.Name, &t.Source, &t.Recorder, &fenced, (*int64bits)(&t.FenceLSN), &lock, &t.Attempts, &t.Compared, &t.Mismatches, &t.Error,
	}, func() error {
		one := t
		one.FencedAt, one.LockTime = orZero(fenced), time.Duration(lock*float64(time.Second))
		to[id].Tables = append(to[id].Tables, one)
		return nil
	})
	return err
}

// int64bits scans a bigint into a place in the log, which has fewer than 2^63 bytes.
type int64bits uint64

// ScanInt64 implements pgtype.Int64Scanner.
func (b *int64bits) ScanInt64(v pgtype.Int8) error {
	*b = int64bits(v.Int64) //nolint:gosec // see the type
	return nil
}

// Differences returns what old and new don't have alike, the newest first; limit 0 is all.
func (m *Migrations) Differences(ctx context.Context, id string, limit int) ([]Difference, error) {
	rows, err := m.pool.Query(ctx, sql.MigrationDifferences, id, limit)
	if err != nil {
		return nil, fmt.Errorf("read the differences of a migration: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Difference, error) {
		var d Difference
		var occurred *time.Time
		var activity *[16]byte
		err := row.Scan(&d.FoundAt, &occurred, &d.Source, &d.Table, &d.Kind, &d.FoundBy, &d.SourceKey, (*int64bits)(&d.LSN), &activity, &d.Detail)
		d.OccurredAt = orZero(occurred)
		if activity != nil {
			d.ActivityID = model.ID(*activity)
		}
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the differences of a migration: %w", err)
	}
	return all, nil
}
