package pgtest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	one, other := pgtest.New(t), pgtest.New(t)

	_, err := one.Exec(t.Context(), "CREATE TABLE activity.mark ()")
	require.NoError(t, err)

	var found bool
	require.NoError(t, other.QueryRow(t.Context(), "SELECT to_regclass('activity.mark') IS NOT NULL").Scan(&found))
	require.False(t, found)
}

func TestServerStopsAndStarts(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{Settings: map[string]string{"shared_buffers": "'16MB'"}})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool := pgtest.Pool(t, dsn)

	for _, end := range []func() error{server.Stop, server.Kill} {
		require.NoError(t, pool.Ping(t.Context()))
		require.NoError(t, end())
		require.Error(t, pool.Ping(t.Context()))
		require.NoError(t, server.Start(t.Context()))
	}
	require.NoError(t, pool.Ping(t.Context()))
}

func TestMissingBinariesNameThePackage(t *testing.T) {
	t.Setenv(pgtest.BinariesVariable, t.TempDir())
	_, err := pgtest.Start(t.Context(), pgtest.Options{})
	require.ErrorContains(t, err, "apt-get install postgresql")
}

func TestLeftoversOfKilledTestsAreRemoved(t *testing.T) {
	t.Parallel()
	left, err := os.MkdirTemp("", "activity-pgtest-") //nolint:usetesting // where servers are looked for
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(left, "in-use"), nil, 0o600))
	server := pgtest.Own(t, pgtest.Options{})
	require.NoDirExists(t, left)
	require.DirExists(t, server.Folder())
}

func TestAClusterWithAFolderIsKept(t *testing.T) {
	t.Parallel()
	folder, err := os.MkdirTemp("", "kept-") //nolint:usetesting // a short path that the server's account can reach
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	for _, statement := range []string{"CREATE TABLE kept ()", "TABLE kept"} {
		server, err := pgtest.Start(t.Context(), pgtest.Options{Folder: folder})
		require.NoError(t, err)
		pool, err := pgxpool.New(t.Context(), server.AdminDSN())
		require.NoError(t, err)
		_, err = pool.Exec(t.Context(), statement)
		require.NoError(t, err)
		pool.Close()
		require.NoError(t, server.Close())
	}
}
