// Package activitypgx tells Postgres who is writing, and why: within a transaction of
// pgx, before its first write, the actor and the rest of the context go into the
// write-ahead log. Who reads row changes from there, as the receiver postgres_wal does,
// knows for each of them who did it, for whom, and in which trace.
//
//	db := activitypgx.New(pool)
//	err := db.BeginFunc(ctx, func(tx pgx.Tx) error {
//		_, err := tx.Exec(ctx, "UPDATE orders SET status = $1 WHERE id = $2", "paid", id)
//		return err
//	})
//
// InTx goes further: it writes an activity itself into the transaction, so that it is
// recorded if and only if the transaction commits.
//
// A transaction that only reads costs nothing more. What is written outlives neither its
// transaction nor its savepoint, and it needs no session state, so that PgBouncer may
// pool transactions.
package activitypgx
