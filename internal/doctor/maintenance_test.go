package doctor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/store"
)

func TestCountsThatNobodyFolds(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	write(t, pool, "shop", time.Now(), 10)
	exec(t, pool, "UPDATE activity.batch SET ingested_at = now() - interval '3 hours'")
	write(t, pool, "billing", time.Now(), 10)
	f := faulty(t, pool, checkFolding, finding.Warning)
	require.Contains(t, f.What, "for 3 h")
	require.NoError(t, store.NewMaintainer(pool).Run(t.Context()))
	require.Empty(t, extraordinary(examined(t, pool)))
}

func TestManyCountsWait(t *testing.T) {
	t.Parallel()
	fault(t, checkFolding, finding.Warning, `INSERT INTO activity.rollup_hour_delta (hour, n, project_id, source, status, severity)
SELECT now(), 1, 'shop', 'user', 'success', 'info' FROM generate_series(1, 100000)`)
}

func TestUpkeepThatNobodyDoes(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	exec(t, pool, "UPDATE activity.upkeep SET last_success_at = now() - interval '3 hours' WHERE task IN ('views', 'retention')")
	f := faulty(t, pool, checkUpkeep, finding.Warning)
	require.Contains(t, f.What, "nobody does retention (2 h), views (2 h): overdue for so long")
	exec(t, pool, "DROP INDEX activity.metrics_daily_key")
	require.Error(t, store.NewMaintainer(pool).Run(t.Context()))
	f = faulty(t, pool, checkUpkeep, finding.Warning)
	require.Contains(t, f.What, "the last run failed of views (cannot refresh materialized view")
}

func TestRejectedRecordsWait(t *testing.T) {
	t.Parallel()
	f := fault(t, checkLetters, finding.Warning, `INSERT INTO activity.rejected (rejected_at, occurred_at, id, action, sqlstate, error, payload)
SELECT now() - n * interval '1 day', now(), gen_random_uuid(), 'order.create', '22000', 'no', '' FROM generate_series(1, 3) AS n`)
	require.Contains(t, f.What, "3 rejected records wait, the first for 3 days")
}
