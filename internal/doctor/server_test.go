package doctor

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestServerWithoutDurability(t *testing.T) {
	t.Parallel()
	found := examined(t, sound(t)) // pgtest's server is quick
	require.Contains(t, only(t, found, checkServerFsync).What, "fsync is off")
	require.Equal(t, finding.Error, only(t, found, checkServerFsync).Severity)
	require.Equal(t, finding.Error, only(t, found, checkFullPageWrites).Severity)
	require.Equal(t, finding.OK, only(t, found, checkServerVersion).Severity)
}

func TestDurableServer(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{Durable: true, Settings: map[string]string{"synchronous_commit": "off"}})
	dsn, err := server.CreateEmptyDatabase(t.Context())
	require.NoError(t, err)
	found := examined(t, pgtest.Pool(t, dsn))
	require.Equal(t, map[string]finding.Severity{
		checkSynchronousCommit: finding.Warning, checkRole: finding.Warning, checkSchemaVersion: finding.Error,
	}, noticed(found), "%v", found)
	require.Equal(t, finding.OK, only(t, found, checkServerFsync).Severity)
	requireRemedies(t, found)
}

func TestCommitsOfOthersThatDoNotWait(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	database := pool.Config().ConnConfig.Database
	as(t, pool, "hasty", "ALTER ROLE hasty IN DATABASE "+database+" SET synchronous_commit = off")
	f := faulty(t, pool, checkCommitOverrides, finding.Warning)
	require.Contains(t, f.What, "role hasty in database "+database)
}
