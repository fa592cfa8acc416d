package activitypgx

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// tx is a transaction or, with an outer one, a savepoint.
type tx struct {
	pgx.Tx

	db    *DB
	outer *tx
	// announced is the message that holds here; it dies with the savepoint that it
	// was sent in.
	announced string
}

var _ pgx.Tx = (*tx)(nil)

// due returns the message that must go before a write, or "".
func (t *tx) due(ctx context.Context) (string, error) {
	m := message(ctx)
	if m == t.announced {
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
	if _, err := t.Tx.Exec(ctx, emitSQL, m); err != nil {
		return fmt.Errorf("tell who is writing: %w", err)
	}
	t.announced = m
	return nil
}

// Begin makes a savepoint.
func (t *tx) Begin(ctx context.Context) (pgx.Tx, error) {
	inner, err := t.Tx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return &tx{Tx: inner, db: t.db, outer: t, announced: t.announced}, nil
}

// Commit commits, or releases the savepoint: what was told in it holds on.
func (t *tx) Commit(ctx context.Context) error {
	err := t.Tx.Commit(ctx)
	if err == nil && t.outer != nil {
		t.outer.announced = t.announced
	}
	return err
}

// Exec implements [pgx.Tx]. The message goes with the first write in one round trip.
func (t *tx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if !writes(sql) {
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
	if writes(sql) {
		if err := t.announce(ctx); err != nil {
			return nil, err
		}
	}
	return t.Tx.Query(ctx, sql, args...)
}

// QueryRow implements [pgx.Tx].
func (t *tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if writes(sql) {
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
	for _, q := range batch.QueuedQueries {
		if !writes(q.SQL) {
			continue
		}
		var err error
		if m, err = t.due(ctx); err != nil {
			return failedBatch{err}
		}
		break
	}
	if m == "" {
		return t.Tx.SendBatch(ctx, batch)
	}
	with := &pgx.Batch{}
	with.Queue(emitSQL, m)
	with.QueuedQueries = append(with.QueuedQueries, batch.QueuedQueries...)
	results := t.Tx.SendBatch(ctx, with)
	if _, err := results.Exec(); err != nil {
		_ = results.Close()
		return failedBatch{fmt.Errorf("tell who is writing: %w", err)}
	}
	t.announced = m
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
