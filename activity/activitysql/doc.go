// Package activitysql is activitypgx for who uses Postgres through database/sql: it tells
// Postgres who is writing, within a transaction, before its first write.
//
//	db := activitysql.New(pool)
//	tx, err := db.BeginTx(ctx, nil)
//	…
//	_, err = tx.ExecContext(ctx, "UPDATE orders SET status = $1 WHERE id = $2", "paid", id)
//	…
//	err = tx.Commit()
//
// InTx writes an activity itself into the transaction, so that it is recorded if and only
// if the transaction commits.
//
// A transaction that only reads costs nothing more, one that writes a round trip. The
// driver may be any for Postgres with parameters like $1. PgBouncer may pool transactions.
package activitysql
