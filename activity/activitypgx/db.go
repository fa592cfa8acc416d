package activitypgx

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel"
)

//go:embed emit.sql
var emitSQL string

//go:embed allowed.sql
var allowedSQL string

// Beginner is what a transaction begins on: a *pgxpool.Pool, a *pgxpool.Conn or a
// *pgx.Conn.
type Beginner interface {
	BeginTx(ctx context.Context, options pgx.TxOptions) (pgx.Tx, error)
}

// DB begins transactions that tell Postgres who is writing. It is safe for concurrent use
// as far as what it begins on is.
type DB struct {
	beginner Beginner
	// permission is asked for once: without it, every transaction would fail.
	permission atomic.Int32
}

const (
	unknown int32 = iota
	allowed
	denied
)

var errDenied = errors.New("row changes won't tell who made them: GRANT EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text) to the application's role")

// New makes a DB.
func New(beginner Beginner) *DB { return &DB{beginner: beginner} }

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
	return &tx{Tx: inner, db: db, announced: nothing}, nil
}

// BeginFunc runs fn in a transaction, which is committed when fn returns nil and rolled
// back otherwise.
func (db *DB) BeginFunc(ctx context.Context, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, db, fn)
}

// may reports whether the role may tell; when it may not, that is reported once, and the
// application goes on as it would without this package.
func (db *DB) may(ctx context.Context, inner pgx.Tx) (bool, error) {
	switch db.permission.Load() {
	case allowed:
		return true, nil
	case denied:
		return false, nil
	}
	var yes bool
	if err := inner.QueryRow(ctx, allowedSQL).Scan(&yes); err != nil {
		return false, fmt.Errorf("ask for the permission to tell who is writing: %w", err)
	}
	if yes {
		db.permission.Store(allowed)
		return true, nil
	}
	if db.permission.Swap(denied) != denied {
		otel.Handle(errDenied)
	}
	return false, nil
}

// Announce tells now who is writing, for a write that can't be seen: a SELECT that calls
// a function which writes. A transaction that no DB has begun is left alone.
func Announce(ctx context.Context, transaction pgx.Tx) error {
	if t, ok := transaction.(*tx); ok {
		return t.announce(ctx)
	}
	return nil
}
