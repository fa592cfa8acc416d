package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/sql"
)

// beginExamining bounds each question, and shows the rows of all projects to a role
// that the policies hold for.
const beginExamining = "BEGIN READ ONLY; SET LOCAL jit = off; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '2s'; SET LOCAL activity.all_projects = 'on'"

// Examiner reads what tells whether a database is in good order. It judges nothing.
// Each answer may be refused for its own reason: see RefusalOf.
type Examiner struct{ pool *pgxpool.Pool }

// NewExaminer reads through pool, which stays the caller's to close.
func NewExaminer(pool *pgxpool.Pool) *Examiner { return &Examiner{pool: pool} }

// examine collects the rows of a statement, whose columns are the fields of T.
func examine[T any](ctx context.Context, e *Examiner, what, statement string, args ...any) (all []T, err error) {
	err = e.collect(ctx, what, statement, args, func(rows pgx.Rows) error {
		all, err = pgx.CollectRows(rows, pgx.RowToStructByPos[T])
		return err
	})
	return all, err
}

// examineOne is examine for a statement that answers with one row.
func examineOne[T any](ctx context.Context, e *Examiner, what, statement string, args ...any) (one T, err error) {
	err = e.collect(ctx, what, statement, args, func(rows pgx.Rows) error {
		one, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[T])
		return err
	})
	return one, err
}

// examineNames is examine for a statement with one column of text.
func examineNames(ctx context.Context, e *Examiner, what, statement string) (names []string, err error) {
	err = e.collect(ctx, what, statement, nil, func(rows pgx.Rows) error {
		names, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return names, err
}

// collect asks without preparing, so that it works through any pooler.
func (e *Examiner) collect(ctx context.Context, what, statement string, args []any, f func(pgx.Rows) error) error {
	err := pgx.BeginTxFunc(ctx, e.pool, pgx.TxOptions{BeginQuery: beginExamining}, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, statement, append([]any{pgx.QueryExecModeExec}, args...)...)
		if err != nil {
			return err
		}
		return f(rows)
	})
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}

// Refusal says why a question has no answer although the database answers.
type Refusal uint8

const (
	// RefusalNone is an error that says nothing of the question.
	RefusalNone Refusal = iota
	// RefusalRights is a lack of rights.
	RefusalRights
	// RefusalSchema is a lack of the table, column or function: the schema is of
	// another version.
	RefusalSchema
	// RefusalReadOnly is a server, or a session, that takes no changes.
	RefusalReadOnly
	// RefusalTime is an answer that takes too long.
	RefusalTime
	// RefusalOther is any other error of the statement: some servers lack what
	// Postgres has.
	RefusalOther
)

// RefusalOf tells refusals apart.
func RefusalOf(err error) Refusal {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || len(refused.Code) != 5 {
		return RefusalNone
	}
	switch refused.Code {
	case "42501": // insufficient_privilege
		return RefusalRights
	case "3F000", "42P01", "42883", "42703": // no such schema, table, function, column
		return RefusalSchema
	case "25006": // read_only_sql_transaction
		return RefusalReadOnly
	case "57014", "55P03": // query_canceled, lock_not_available
		return RefusalTime
	}
	switch refused.Code[:2] {
	case "08", "53", "57": // the connection, the server's resources, its operator
		return RefusalNone
	default:
		return RefusalOther
	}
}

// Clock is the database's clock, and when it was asked: between these two times of
// this machine.
func (e *Examiner) Clock(ctx context.Context, now func() time.Time) (before, database, after time.Time, err error) {
	err = pgx.BeginTxFunc(ctx, e.pool, pgx.TxOptions{BeginQuery: beginExamining}, func(tx pgx.Tx) error {
		before = now()
		err := tx.QueryRow(ctx, sql.DoctorClock, pgx.QueryExecModeExec).Scan(&database)
		after = now()
		return err
	})
	if err != nil {
		return before, database, after, fmt.Errorf("read the database's clock: %w", err)
	}
	return before, database, after, nil
}
