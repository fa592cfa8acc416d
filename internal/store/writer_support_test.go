package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
)

func testID(n int) model.ID {
	var id model.ID
	binary.BigEndian.PutUint64(id[8:], uint64(n)) //nolint:gosec // counts from 1
	return id
}

// testActivities are n different ones, step apart from a time on.
func testActivities(n int, from time.Time, step time.Duration) []model.Activity {
	all := make([]model.Activity, n)
	for i := range all {
		all[i] = model.Activity{
			ID:         testID(i + 1),
			OccurredAt: model.MicrosOf(from.Add(time.Duration(i) * step)),
			Source:     model.Sources()[i%len(model.Sources())],
			Status:     model.Statuses()[i%len(model.Statuses())],
			Severity:   model.Severities()[i%len(model.Severities())],
			Action:     fmt.Sprintf("order.action_%d", i%7),
			ProjectID:  fmt.Sprintf("project-%d", i%3),
			EntityType: "order",
			EntityID:   strconv.Itoa(i),
			ActorID:    fmt.Sprintf("user-%d", i%50),
			ResourceID: 1,
			Attributes: []byte(`{"k":"v"}`),
		}
	}
	return all
}

func testBatch(activities ...model.Activity) *Batch {
	var b Batch
	b.AddResource(&model.Resource{ID: 1, ScopeName: "test"})
	for i := range activities {
		b.Append(&activities[i])
	}
	return &b
}

func shuffle(all []model.Activity) {
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] }) //nolint:gosec // not a secret
}

func yesterday() time.Time {
	return time.Now().UTC().Truncate(24 * time.Hour).Add(-24 * time.Hour)
}

func one[T any](tb testing.TB, pool *pgxpool.Pool, query string, args ...any) T {
	tb.Helper()
	var v T
	require.NoError(tb, pool.QueryRow(context.WithoutCancel(tb.Context()), query, args...).Scan(&v))
	return v
}

// requireCountsAreExact holds the kept counts against a recount.
func requireCountsAreExact(tb testing.TB, pool *pgxpool.Pool) {
	tb.Helper()
	requireNoDrift(tb, pool)
	require.Equal(tb, one[int](tb, pool, "SELECT count(*) FROM activity.activity"),
		one[int](tb, pool, "SELECT coalesce(sum(row_count), 0) FROM activity.batch"), "batches add up to the rows")
}

// requireNoDrift is requireCountsAreExact for a trail of which something was removed.
func requireNoDrift(tb testing.TB, pool *pgxpool.Pool) {
	tb.Helper()
	const difference = `
		WITH kept AS (SELECT hour, project_id, source, status, severity, n FROM activity.count_hour),
		counted AS (
			SELECT date_trunc('hour', occurred_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS hour,
			       project_id, source, status, severity, count(*) AS n
			FROM activity.activity GROUP BY 1, 2, 3, 4, 5)
		SELECT count(*) FROM ((TABLE kept EXCEPT ALL TABLE counted) UNION ALL (TABLE counted EXCEPT ALL TABLE kept)) AS d`
	require.Zero(tb, one[int](tb, pool, difference), "counts by hour differ from the rows")
	const differenceByAction = `
		WITH kept AS (SELECT day, project_id, action, status, n FROM activity.count_action_day),
		counted AS (
			SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, project_id, action, status, count(*) AS n
			FROM activity.activity GROUP BY 1, 2, 3, 4)
		SELECT count(*) FROM ((TABLE kept EXCEPT ALL TABLE counted) UNION ALL (TABLE counted EXCEPT ALL TABLE kept)) AS d`
	require.Zero(tb, one[int](tb, pool, differenceByAction), "counts by action differ from the rows")
	require.Zero(tb, one[int](tb, pool, "SELECT count(*) FROM activity.rollup_drift('2000-01-01', now() + interval '2 days')"), "rollup_drift")
}
