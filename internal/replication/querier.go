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

// first is the first of some, or nil.
func first[T any](all []T, err error) (*T, error) {
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}
