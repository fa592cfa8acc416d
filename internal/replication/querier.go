package replication

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Querier is what reading takes: a connection, a pool or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// ask collects the rows of a statement, whose columns are the fields of T. It asks
// without preparing, so that it works through any pooler.
func ask[T any](ctx context.Context, db Querier, what, statement string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, statement, append([]any{pgx.QueryExecModeExec}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return all, nil
}

// askOne is ask for a statement that answers with one row.
func askOne[T any](ctx context.Context, db Querier, what, statement string) (one T, err error) {
	all, err := ask[T](ctx, db, what, statement)
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("read %s: %d rows instead of one", what, len(all))
	}
	if err != nil {
		return one, err
	}
	return all[0], nil
}

// askValue asks for one value.
func askValue[T any](ctx context.Context, db Querier, statement string, args ...any) (value T, err error) {
	rows, err := db.Query(ctx, statement, append([]any{pgx.QueryExecModeExec}, args...)...)
	if err != nil {
		return value, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
}

// first is the first of some, or nil.
func first[T any](all []T, err error) (*T, error) {
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}
