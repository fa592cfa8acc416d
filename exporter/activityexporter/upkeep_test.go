package activityexporter

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// runs are the runs of the upkeep by task and outcome.
func runs(t *testing.T, telemetry *componenttest.Telemetry) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	for _, point := range counter(t, telemetry, metricUpkeepRuns) {
		task, _ := point.Attributes.Value("task")
		outcome, _ := point.Attributes.Value("outcome")
		all[task.AsString()+" "+outcome.AsString()] = point.Value
	}
	return all
}

func TestUpkeepIsDoneAndMeasured(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewEmptyDSN(t)
	pool := pgtest.Pool(t, dsn)
	cfg := synchronous()
	cfg.MaintenanceInterval = 20 * time.Millisecond
	cfg.Retention = 30 * 24 * time.Hour
	e, telemetry := startReal(t, dsn, cfg)
	consume(t, e, orders(10, time.Now().AddDate(0, 0, -60)))
	consume(t, e, orders(20, time.Now().AddDate(0, 0, -10)))
	require.Eventually(t, func() bool {
		_, err := pool.Exec(t.Context(), "UPDATE activity.upkeep SET every = '0'")
		return err == nil && count(t, pool, "SELECT count(*) FROM activity.activity") == 20
	}, 20*time.Second, 20*time.Millisecond)

	require.Eventually(t, func() bool {
		done := runs(t, telemetry)
		return !slices.ContainsFunc(store.Tasks(), func(task store.Task) bool { return done[string(task)+" done"] == 0 })
	}, 20*time.Second, 20*time.Millisecond, "each task is done")

	_, err := pool.Exec(t.Context(), "DROP INDEX activity.metrics_daily_key")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return runs(t, telemetry)["views failed"] > 1 }, 20*time.Second, 20*time.Millisecond)
	ages, err := telemetry.GetMetric(metricUpkeepAge)
	require.NoError(t, err)
	points := ages.Data.(metricdata.Gauge[float64]).DataPoints
	require.Len(t, points, len(store.Tasks()))
	for _, point := range points {
		require.Less(t, point.Value, 60.0)
	}
}
