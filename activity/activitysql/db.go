package activitysql

import (
	"context"
	"database/sql"
	"errors"

	"github.com/otel-activity/otel-activity/activity/internal/wal"
)

// Beginner is what a transaction begins on: a *sql.DB or a *sql.Conn.
type Beginner interface {
	BeginTx(ctx context.Context, options *sql.TxOptions) (*sql.Tx, error)
}

// DB begins transactions that tell Postgres who is writing. It is safe for concurrent use
// as far as what it begins on is.
type DB struct {
	beginner   Beginner
	permission wal.Permission
	documents  *wal.Documents
}

// New makes a DB.
func New(beginner Beginner, opts ...Option) *DB {
	return &DB{beginner: beginner, documents: wal.NewDocuments(opts...)}
}

// BeginTx begins a transaction, which ends with ctx as one of database/sql does.
func (db *DB) BeginTx(ctx context.Context, options *sql.TxOptions) (*Tx, error) {
	inner, err := db.beginner.BeginTx(ctx, options)
	if err != nil {
		return nil, err
	}
	return &Tx{inner: inner, db: db, told: wal.Nothing}, nil
}

// BeginFunc runs fn in a transaction, which is committed when fn returns nil and rolled
// back otherwise.
func (db *DB) BeginFunc(ctx context.Context, fn func(*Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // of a panic; else it has ended
	if err := fn(tx); err != nil {
		if undone := tx.Rollback(); undone != nil && !errors.Is(undone, sql.ErrTxDone) {
			return errors.Join(err, undone)
		}
		return err
	}
	return tx.Commit()
}
