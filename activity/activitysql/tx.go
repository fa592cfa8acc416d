package activitysql

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"go.opentelemetry.io/otel"

	"github.com/otel-activity/otel-activity/activity/internal/wal"
)

// Tx is a transaction. It has the methods of a *sql.Tx that take a context, since the
// context says who is writing. Like a *sql.Tx it is safe for concurrent use.
type Tx struct {
	inner *sql.Tx
	db    *DB

	mu sync.Mutex
	// told is the message that holds.
	told string
}

// ExecContext executes a statement, see [sql.Tx.ExecContext].
func (tx *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := tx.prepare(ctx, query); err != nil {
		return nil, err
	}
	defer tx.forget(query)
	return tx.inner.ExecContext(ctx, query, args...)
}

// QueryContext executes a statement that returns rows, see [sql.Tx.QueryContext].
func (tx *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := tx.prepare(ctx, query); err != nil {
		return nil, err
	}
	return tx.inner.QueryContext(ctx, query, args...)
}

// QueryRowContext executes a statement that returns a row, see [sql.Tx.QueryRowContext].
func (tx *Tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if err := tx.prepare(ctx, query); err != nil {
		// A row can't be given an error of ours. That of a context which has ended keeps
		// the statement from being executed.
		otel.Handle(err)
		ended, cancel := context.WithCancel(ctx)
		cancel()
		ctx = ended
	}
	return tx.inner.QueryRowContext(ctx, query, args...)
}

// PrepareContext prepares a statement, see [sql.Tx.PrepareContext]. When it writes, who is
// writing is told now: it is executed without being seen.
func (tx *Tx) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := tx.prepare(ctx, query); err != nil {
		return nil, err
	}
	return tx.inner.PrepareContext(ctx, query)
}

// StmtContext is a statement that was prepared before, see [sql.Tx.StmtContext]. Call
// Announce before when it writes.
func (tx *Tx) StmtContext(ctx context.Context, stmt *sql.Stmt) *sql.Stmt {
	return tx.inner.StmtContext(ctx, stmt)
}

// Announce tells now who is writing, for a write that can't be seen: a SELECT that calls
// a function which writes, or a statement of StmtContext.
func (tx *Tx) Announce(ctx context.Context) error {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	m := wal.Message(ctx)
	if m == tx.told {
		return nil
	}
	if may, err := tx.may(ctx); err != nil || !may {
		return err
	}
	if _, err := tx.inner.ExecContext(ctx, wal.ContextSQL, m); err != nil {
		return fmt.Errorf("tell who is writing: %w", err)
	}
	tx.told = m
	return nil
}

// Commit commits.
func (tx *Tx) Commit() error { return tx.inner.Commit() }

// Rollback rolls back.
func (tx *Tx) Rollback() error { return tx.inner.Rollback() }

// Unwrap is the transaction of database/sql. What is written through it tells nothing.
func (tx *Tx) Unwrap() *sql.Tx { return tx.inner }

// prepare tells what must be told before a statement.
func (tx *Tx) prepare(ctx context.Context, query string) error {
	if !wal.Writes(query) {
		return nil
	}
	return tx.Announce(ctx)
}

// forget follows a rollback to a savepoint, which may have taken back what was told.
func (tx *Tx) forget(query string) {
	if !wal.Undoes(query) {
		return
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.told = wal.Unknown
}

// may reports whether the role may tell.
func (tx *Tx) may(ctx context.Context) (bool, error) {
	return tx.db.permission.Granted(func() (yes bool, err error) {
		err = tx.inner.QueryRowContext(ctx, wal.AllowedSQL).Scan(&yes)
		return yes, err
	})
}
