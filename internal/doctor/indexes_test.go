package doctor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
)

func TestInvalidIndexOfTheTable(t *testing.T) {
	t.Parallel()
	f := fault(t, checkIndexesInvalid, finding.Warning, "CREATE INDEX by_environment ON ONLY activity.activity (environment)")
	require.Contains(t, f.What, "activity.by_environment")
}

// Building it twice at once fails on the duplicates and leaves it behind.
func TestIndexWhoseBuildingWasBrokenOff(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	write(t, pool, "shop", time.Now(), 10)
	_, err := pool.Exec(t.Context(), "CREATE UNIQUE INDEX CONCURRENTLY broken_off ON activity.rollup_action_day_delta ((0))")
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), "INSERT INTO activity.rollup_action_day_delta SELECT * FROM activity.rollup_action_day_delta")
	require.ErrorContains(t, err, "duplicate key")
	exec(t, pool, "DROP INDEX activity.broken_off; INSERT INTO activity.rollup_action_day_delta SELECT * FROM activity.rollup_action_day_delta")
	_, err = pool.Exec(t.Context(), "CREATE UNIQUE INDEX CONCURRENTLY broken_off ON activity.rollup_action_day_delta ((0))")
	require.ErrorContains(t, err, "could not create unique index")
	f := faulty(t, pool, checkIndexesInvalid, finding.Warning)
	require.Contains(t, f.What, "activity.broken_off")
}

func TestUnusedIndexes(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	write(t, pool, "shop", time.Now(), 10)
	exec(t, pool, "SET enable_seqscan = off; SELECT FROM activity.activity WHERE entity_type = 'order' AND entity_id = '1'")

	x := visit(pool)
	x.limits.StatisticsKept, x.limits.IndexScans, x.limits.IndexBytes = 0, 1, 1
	require.EventuallyWithT(t, func(c *assert.CollectT) { // statistics come when a session is idle
		found, err := lookForUnusedIndexes(t.Context(), x)
		require.NoError(c, err)
		require.Contains(c, found[0].What, "activity.activity_trace_idx")
		require.NotContains(c, found[0].What, "activity_entity_idx")
		require.NotContains(c, found[0].What, "activity_pkey")
		require.Equal(c, finding.Info, found[0].Severity)
	}, 10*time.Second, 100*time.Millisecond)

	x.limits.StatisticsKept = time.Hour // the server is younger
	found, err := lookForUnusedIndexes(t.Context(), x)
	require.NoError(t, err)
	require.Equal(t, finding.OK, found[0].Severity, "statistics are too young")
	x.limits.StatisticsKept, x.limits.IndexScans = 0, 1_000_000
	found, err = lookForUnusedIndexes(t.Context(), x)
	require.NoError(t, err)
	require.Equal(t, finding.OK, found[0].Severity, "nothing was read")
}
