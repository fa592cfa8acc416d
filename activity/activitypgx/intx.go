package activitypgx

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/internal/wal"
)

// InTx records an activity if and only if its transaction commits: it goes into the
// write-ahead log within the transaction, or within its savepoint, and takes no table. The
// receiver postgres_wal reads it there; no LoggerProvider has a part in it. The actor, the
// trace and so on are those of ctx, as with [activity.Record].
//
// The transaction may be any of pgx; the options are those of the DB that has begun it. An
// error means that the activity is not recorded, for want of the permission to execute
// pg_logical_emit_message say; Postgres has ended the transaction then, so that it can
// only be rolled back.
func InTx(ctx context.Context, transaction pgx.Tx, a activity.Activity) error {
	documents := wal.DefaultDocuments()
	if t, ok := transaction.(*tx); ok {
		documents = t.db.documents
	}
	document, err := documents.Of(ctx, a)
	if err == nil {
		_, err = transaction.Exec(ctx, wal.RecordSQL, document)
	}
	if err != nil {
		return wal.Unrecorded(a.Action, err)
	}
	return nil
}
