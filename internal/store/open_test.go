package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestCheckDSN(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"postgres://writer:secret@localhost:5432/activity",
		"postgresql://localhost/activity?sslmode=disable",
		"host=/run/postgresql user=activity dbname=activity",
	} {
		require.NoError(t, CheckDSN(dsn), dsn)
	}
	for _, dsn := range []string{
		"", "localhost:5432", "postgres://writer:sec ret@localhost:port/activity",
		"host=localhost password=sec'ret port=x", "postgres://writer:/secret@localhost/activity", "postgres://writer:secret@localhost:99999/activity",
	} {
		err := CheckDSN(dsn)
		require.ErrorContains(t, err, "postgres://user:password@host:5432/database", dsn)
		require.NotContains(t, err.Error(), "ret@")
		_, err = Open(dsn, 1)
		require.Error(t, err)
	}
}

func TestOpenNamesItsSessions(t *testing.T) {
	t.Parallel()
	pool, err := Open(pgtest.NewDSN(t), 2)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.Equal(t, applicationName, one[string](t, pool, "SELECT current_setting('application_name')"))
	require.Equal(t, "30s", one[string](t, pool, "SELECT current_setting('lock_timeout')"))

	pool, err = Open(pgtest.NewDSN(t)+"&application_name=mine", 2)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.Equal(t, "mine", one[string](t, pool, "SELECT current_setting('application_name')"))
}

func TestOpenNeedsNoDatabase(t *testing.T) {
	t.Parallel()
	pool, err := Open("postgres:///activity?host=/nowhere", 2)
	require.NoError(t, err)
	defer pool.Close()
	_, err = NewWriter(pool).Write(t.Context(), testBatch(testActivities(1, yesterday(), 0)...), nil)
	require.Equal(t, ClassRetry, Classify(err))
	require.ErrorContains(t, err, "connect to Postgres")
}
