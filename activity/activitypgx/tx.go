package activitypgx

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/otel-activity/otel-activity/activity/internal/wal"
)

// tx is a transaction or a savepoint of one.
type tx struct {
	pgx.Tx

	db *DB
	// told is that of the transaction, which its savepoints share.
	told *told
	// before is the message that held when the savepoint was made, and holds again when
	// it is rolled back. It is nil for the transaction itself.
	before *string
}

// told is the message that holds in a transaction.
type told struct{ message string }

var _ pgx.Tx = (*tx)(nil)

// due returns the message that must go before a write, or "".
func (t *tx) due(ctx context.Context) (string, error) {
	m := wal.Message(ctx)
	if m == t.told.message {
		return "", nil
	}
	may, err := t.db.may(ctx, t.Tx)
	if err != nil || !may {
		return "", err
	}
	return m, nil
}

func (t *tx) announce(ctx context.Context) error {
	m, err := t.due(ctx)
	if err != nil || m == "" {
		return err
	}
	if _, err := t.Tx.Exec(ctx, wal.ContextSQL, m); err != nil {
		return fmt.Errorf("tell who is writing: %w", err)
	}
	t.told.message = m
	return nil
}

// Begin makes a savepoint.
func (t *tx) Begin(ctx context.Context) (pgx.Tx, error) {
	inner, err := t.Tx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	before := t.told.message
	return &tx{Tx: inner, db: t.db, told: t.told, before: &before}, nil
}

// Rollback rolls back, and with a savepoint what was told since.
func (t *tx) Rollback(ctx context.Context) error {
	err := t.Tx.Rollback(ctx)
	if err == nil && t.before != nil {
		t.told.message = *t.before
	}
	return err
}

// Exec implements [pgx.Tx]. The message goes with the first write in one round trip.
func (t *tx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if wal.Undoes(sql) {
		defer func() { t.told.message = wal.Unknown }()
	}
	if !wal.Writes(sql) {
		return t.Tx.Exec(ctx, sql, args...)
	}
	if len(args) == 0 {
		// Without arguments there may be several statements, which a batch can't have.
		if err := t.announce(ctx); err != nil {
			return pgconn.CommandTag{}, err
		}
		return t.Tx.Exec(ctx, sql)
	}
	batch := &pgx.Batch{}
	batch.Queue(sql, args...)
	results := t.SendBatch(ctx, batch)
	tag, err := results.Exec()
	if closed := results.Close(); err == nil {
		err = closed
	}
	return tag, err
}

// Query implements [pgx.Tx].
func (t *tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if wal.Writes(sql) {
		if err := t.announce(ctx); err != nil {
			return nil, err
		}
	}
	return t.Tx.Query(ctx, sql, args...)
}

// QueryRow implements [pgx.Tx].
func (t *tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if wal.Writes(sql) {
		if err := t.announce(ctx); err != nil {
			return failed{err}
		}
	}
	return t.Tx.QueryRow(ctx, sql, args...)
}

type failed struct{ err error }

// Scan implements [pgx.Row].
func (f failed) Scan(...any) error { return f.err }

// CopyFrom implements [pgx.Tx].
func (t *tx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, source pgx.CopyFromSource) (int64, error) {
	if err := t.announce(ctx); err != nil {
		return 0, err
	}
	return t.Tx.CopyFrom(ctx, table, columns, source)
}

// SendBatch implements [pgx.Tx]. The message is the first query of the batch, whose
// result the caller doesn't see.
func (t *tx) SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults {
	m := ""
	if slices.ContainsFunc(batch.QueuedQueries, func(q *pgx.QueuedQuery) bool { return wal.Writes(q.SQL) }) {
		var err error
		if m, err = t.due(ctx); err != nil {
			return failedBatch{err}
		}
	}
	if slices.ContainsFunc(batch.QueuedQueries, func(q *pgx.QueuedQuery) bool { return wal.Undoes(q.SQL) }) {
		defer func() { t.told.message = wal.Unknown }()
	}
	if m == "" {
		return t.Tx.SendBatch(ctx, batch)
	}
	with := &pgx.Batch{}
	with.Queue(wal.ContextSQL, m)
	with.QueuedQueries = append(with.QueuedQueries, batch.QueuedQueries...)
	results := t.Tx.SendBatch(ctx, with)
	if _, err := results.Exec(); err != nil {
		_ = results.Close()
		return failedBatch{fmt.Errorf("tell who is writing: %w", err)}
	}
	t.told.message = m
	return results
}

// failedBatch is a batch that was never sent.
type failedBatch struct{ err error }

// Exec implements [pgx.BatchResults].
func (f failedBatch) Exec() (pgconn.CommandTag, error) { return pgconn.CommandTag{}, f.err }

// Query implements [pgx.BatchResults].
func (f failedBatch) Query() (pgx.Rows, error) { return nil, f.err }

// QueryRow implements [pgx.BatchResults].
func (f failedBatch) QueryRow() pgx.Row { return failed(f) }

// Tx implements [pgx.BatchResults].
func (failedBatch) Tx() pgx.Tx { return nil }

// Close implements [pgx.BatchResults].
func (f failedBatch) Close() error { return f.err }
