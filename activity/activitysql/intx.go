package activitysql

import (
	"context"
	"database/sql"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/internal/wal"
)

// Transaction is a *Tx, or any other transaction on Postgres: a *sql.Tx.
type Transaction interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	// Commit and Rollback are not called. A *sql.DB has none.
	Commit() error
	Rollback() error
}

var (
	_ Transaction = (*Tx)(nil)
	_ Transaction = (*sql.Tx)(nil)
)

// InTx records an activity if and only if its transaction commits: it goes into the
// write-ahead log within the transaction, or within its savepoint, and takes no table. The
// receiver postgres_wal reads it there; no LoggerProvider has a part in it. The actor, the
// trace and so on are those of ctx, as with [activity.Record].
//
// The options are those of the DB that has begun the transaction. An error means that the
// activity is not recorded, for want of the permission to execute pg_logical_emit_message
// say; Postgres has ended the transaction then, so that it can only be rolled back.
func InTx(ctx context.Context, transaction Transaction, a activity.Activity) error {
	documents := wal.DefaultDocuments()
	if tx, ok := transaction.(*Tx); ok {
		documents = tx.db.documents
	}
	document, err := documents.Of(ctx, a)
	if err == nil {
		_, err = transaction.ExecContext(ctx, wal.RecordSQL, document)
	}
	if err != nil {
		return wal.Unrecorded(a.Action, err)
	}
	return nil
}
