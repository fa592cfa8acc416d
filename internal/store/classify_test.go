package store

import (
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

const insertActivity = `INSERT INTO activity.activity (occurred_at, resource_id, severity_number, id, source, status, severity, action, entity_id) VALUES `

func TestClassifyOfWhatPostgresSays(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), "SELECT activity.ensure_partitions_ahead()")
	require.NoError(t, err)
	good := insertActivity + `(now(), 1, 0, '00000000-0000-0000-0000-000000000001', 'user', 'success', 'info', 'a', 'b')`
	tests := []struct {
		name      string
		prepare   string // in the same transaction, which is rolled back
		statement string
		code      string
		want      Class
	}{
		{name: "no error", statement: good, want: ClassNone},
		{name: "duplicate", prepare: good, statement: insertActivity + `((SELECT occurred_at FROM activity.activity), 1, 0, '00000000-0000-0000-0000-000000000001', 'user', 'success', 'info', 'a', 'b')`, code: "23505", want: ClassDuplicate},
		{name: "no partition", statement: insertActivity + `('1999-01-01', 1, 0, gen_random_uuid(), 'user', 'success', 'info', 'a', 'b')`, code: "23514", want: ClassPartition},
		{name: "check", statement: insertActivity + `(now(), 1, 0, gen_random_uuid(), 'nobody', 'success', 'info', 'a', 'b')`, code: "23514", want: ClassRecord},
		{name: "not null", statement: insertActivity + `(now(), 1, 0, gen_random_uuid(), 'user', 'success', 'info', NULL, 'b')`, code: "23502", want: ClassRecord},
		{name: "index entry too big", statement: insertActivity + `(now(), 1, 0, gen_random_uuid(), 'user', 'success', 'info', 'a', (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) i))`, code: "54000", want: ClassRecord},
		{name: "nested too deep", statement: `SELECT repeat('[', 100000)::jsonb`, code: "54001", want: ClassRecord},
		{name: "time out of range", statement: `SELECT '300000-01-01'::timestamptz`, code: "22008", want: ClassRecord},
		{name: "NUL", statement: `SELECT '{"a": "\u0000"}'::jsonb->>'a'`, code: "22P05", want: ClassRecord},
		{name: "bad JSON", statement: `SELECT '{'::jsonb`, code: "22P02", want: ClassRecord},
		{name: "schema missing", prepare: `DROP SCHEMA activity CASCADE`, statement: good, code: "42P01", want: ClassSchema},
		{name: "schema missing for its functions", prepare: `DROP SCHEMA activity CASCADE`, statement: `SELECT activity.fold_rollups()`, code: "3F000", want: ClassSchema},
		{name: "schema too old", prepare: `ALTER TABLE activity.activity DROP COLUMN entity_id`, statement: good, code: "42703", want: ClassSchema},
		{name: "function missing", prepare: `DROP FUNCTION activity.fold_rollups()`, statement: `SELECT activity.fold_rollups()`, code: "42883", want: ClassSchema},
		{name: "read only", prepare: `SET TRANSACTION READ ONLY`, statement: good, code: "25006", want: ClassRetry},
		{name: "no right", prepare: `CREATE ROLE classify_nobody; SET LOCAL ROLE classify_nobody`, statement: good, code: "42501", want: ClassRetry},
		{name: "statement timeout", prepare: `SET LOCAL statement_timeout = 10`, statement: `SELECT pg_sleep(1)`, code: "57014", want: ClassRetry},
		{name: "killed", statement: `SELECT pg_terminate_backend(pg_backend_pid())`, code: "57P01", want: ClassRetry},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tx, err := pool.Begin(t.Context())
			require.NoError(t, err)
			defer func() { _ = tx.Rollback(t.Context()) }()
			_, err = tx.Exec(t.Context(), test.prepare)
			require.NoError(t, err)
			_, err = tx.Exec(t.Context(), test.statement)
			if test.code != "" {
				require.Equal(t, test.code, asPgError(err).Code)
			}
			require.Equal(t, test.want, Classify(err), "%v", err)
		})
	}
}

func TestClassifyOfWhatNobodySays(t *testing.T) {
	t.Parallel()
	refused, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := pgconn.Connect(refused, "postgres:///none?host=/nowhere")
	require.Error(t, err)
	for _, err := range []error{
		err,
		io.ErrUnexpectedEOF,
		net.ErrClosed,
		context.DeadlineExceeded,
		&pgconn.PgError{Code: "40P01"},
		&pgconn.PgError{Code: "53100"},
		&pgconn.PgError{Code: "57P03"},
		&pgconn.PgError{Code: "XX000"},
	} {
		require.Equal(t, ClassRetry, Classify(fmt.Errorf("write: %w", err)), "%v", err)
	}
	require.Equal(t, ClassRecord, Classify(fmt.Errorf("write: %w", &pgconn.PgError{Code: "22021"})))
}
