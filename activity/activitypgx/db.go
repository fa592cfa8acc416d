package activitypgx

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/activity/internal/wal"
)

// Beginner is what a transaction begins on: a *pgxpool.Pool, a *pgxpool.Conn or a
// *pgx.Conn.
type Beginner interface {
	BeginTx(ctx context.Context, options pgx.TxOptions) (pgx.Tx, error)
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

// Begin begins a transaction. It is used like any other of pgx.
func (db *DB) Begin(ctx context.Context) (pgx.Tx, error) {
	return db.BeginTx(ctx, pgx.TxOptions{})
}

// BeginTx begins a transaction with options.
func (db *DB) BeginTx(ctx context.Context, options pgx.TxOptions) (pgx.Tx, error) {
	inner, err := db.beginner.BeginTx(ctx, options)
	if err != nil {
		return nil, err
	}
	return &tx{Tx: inner, db: db, told: &told{message: wal.Nothing}}, nil
}

// BeginFunc runs fn in a transaction, which is committed when fn returns nil and rolled
// back otherwise.
func (db *DB) BeginFunc(ctx context.Context, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, db, fn)
}

// may reports whether the role may tell.
func (db *DB) may(ctx context.Context, inner pgx.Tx) (bool, error) {
	return db.permission.Granted(func() (yes bool, err error) {
		err = inner.QueryRow(ctx, wal.AllowedSQL).Scan(&yes)
		return yes, err
	})
}

// Announce tells now who is writing, for a write that can't be seen: a SELECT that calls
// a function which writes. A transaction that no DB has begun is left alone.
func Announce(ctx context.Context, transaction pgx.Tx) error {
	if t, ok := transaction.(*tx); ok {
		return t.announce(ctx)
	}
	return nil
}
