package replication_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/replication"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// database is one of the test's own, after the statements.
func database(t *testing.T, statements string) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.Pool(t, pgtest.NewEmptyDSN(t))
	exec(t, pool, statements)
	return pool
}

func exec(t *testing.T, pool *pgxpool.Pool, statements string) {
	t.Helper()
	_, err := pool.Exec(t.Context(), statements)
	require.NoError(t, err, statements)
}

func everything(t *testing.T) *replication.Filter {
	t.Helper()
	filter, err := replication.NewFilter([]string{"*.*"}, nil)
	require.NoError(t, err)
	return filter
}

// tables are all of the database, by name.
func tables(t *testing.T, pool *pgxpool.Pool) map[string]replication.Table {
	t.Helper()
	all, err := replication.Tables(t.Context(), pool, everything(t))
	require.NoError(t, err)
	byName := map[string]replication.Table{}
	for _, table := range all {
		byName[table.String()] = table
	}
	require.Len(t, byName, len(all))
	return byName
}

func version(t *testing.T, pool *pgxpool.Pool) (number int) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT current_setting('server_version_num')::int").Scan(&number))
	return number
}
