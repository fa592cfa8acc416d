package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// asked are the views and functions for people, with columns that tell rows apart.
var asked = []string{
	"SELECT day::text, project_id, sum(total)::int FROM activity.activity_metrics_daily GROUP BY 1, 2 ORDER BY 1, 2",
	"SELECT to_char(hour AT TIME ZONE 'UTC', 'HH24'), project_id, sum(total)::int FROM activity.activity_metrics_hourly GROUP BY 1, 2 ORDER BY 1, 2",
	"SELECT project_id, count(*)::int FROM activity.recent_activities(NULL, 100) GROUP BY 1 ORDER BY 1",
	"SELECT entity_id FROM activity.entity_timeline('order', '4')",
	"SELECT project_id, count(*)::int FROM activity.actor_timeline('user-4') GROUP BY 1 ORDER BY 1",
	"SELECT action, total::int, failures::int FROM activity.top_actions(NULL, '2026-03-01', '2026-04-01', 2)",
	"SELECT to_char(start AT TIME ZONE 'UTC', 'MM-DD HH24'), total::int, failures::int, rate FROM activity.failure_rate(NULL, '2026-03-01', '2026-04-01', 'day')",
	"SELECT count(*)::int FROM activity.rollup_drift('2026-03-01', '2026-04-01')",
}

// Whoever the policies hold for sees its projects in all of them, and the owner sees all.
func TestQuestionsUnderRoles(t *testing.T) {
	t.Parallel()
	trail := newTrailOfRoles(t)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	_, err := NewWriter(trail.superuser).Write(t.Context(), testBatch(testActivities(30, at, time.Minute)...), nil)
	require.NoError(t, err)
	require.NoError(t, NewMaintainer(trail.owner).Run(t.Context(), TaskRollups, TaskViews))

	all := [][]string{
		{"2026-03-01 project-0 10", "2026-03-01 project-1 10", "2026-03-01 project-2 10"},
		{"12 project-0 10", "12 project-1 10", "12 project-2 10"},
		{"project-0 10", "project-1 10", "project-2 10"},
		{"4"},
		{"project-1 1"},
		{"order.action_0 5 1", "order.action_1 5 1"},
		{"03-01 00 30 6 0.2"},
		{"0"},
	}
	ofOne := [][]string{
		{"2026-03-01 project-1 10"},
		{"12 project-1 10"},
		{"project-1 10"},
		{"4"},
		{"project-1 1"},
		{"order.action_0 2 1", "order.action_1 2 1"},
		{"03-01 00 10 2 0.2"},
		{"0"},
	}
	ofNone := [][]string{nil, nil, nil, nil, nil, nil, nil, {"0"}}
	for i, question := range asked {
		for role, want := range map[string][]string{"SELECT 1": ofNone[i], "SET LOCAL activity.projects = '{project-1}'": ofOne[i], "SET LOCAL activity.all_projects = 'on'": all[i]} {
			require.Equal(t, want, nilIfEmpty(rowsOf(t, trail.reader, role, question)), "%s: %s", role, question)
		}
		require.Equal(t, all[i], rowsOf(t, trail.owner, "SELECT 1", question), "the owner: %s", question)
		require.Equal(t, all[i], rowsOf(t, trail.superuser, "SET LOCAL activity.projects = '{project-1}'", question), "a superuser: %s", question)
	}

	watcher := as(t, trail.superuser, "watcher", "GRANT pg_monitor TO watcher")
	for _, view := range []string{"activity_query_performance", "activity_index_usage", "activity_partition_sizes", "activity_freshness", "upkeep", "retention_log"} {
		rowsOf(t, watcher, "SELECT 1", "SELECT * FROM activity."+view)
	}
	refused(t, watcher, []string{"SELECT * FROM activity.activity", "SELECT * FROM activity.activity_metrics_daily", "CALL activity.maintain()", "SELECT activity.recent_activities()"})
}

func nilIfEmpty(rows []string) []string {
	if len(rows) == 0 {
		return nil
	}
	return rows
}

// The functions cost what the statement in them costs: an index each.
func TestQuestionsUseIndexes(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	decade(t, pool)
	for question, index := range map[string]string{
		"SELECT * FROM activity.recent_activities('project-1')":             "project_id_occurred_at",
		"SELECT * FROM activity.recent_activities()":                        "pkey",
		"SELECT * FROM activity.entity_timeline('order', '4')":              "entity_type_entity_id",
		"SELECT * FROM activity.actor_timeline('user-4', 10, now())":        "actor_id_occurred_at",
		"SELECT * FROM activity.top_actions('project-1')":                   "rollup_action_day_pkey",
		"SELECT * FROM activity.failure_rate('project-1', bucket => 'day')": "rollup_hour_pkey",
	} {
		plan := explain(t, pool, question)
		require.Contains(t, plan, index, "%s\n%s", question, plan)
		require.NotContains(t, plan, "Function Scan", question)
		require.NotContains(t, plan, "Seq Scan on activity_2", question)
	}
}

func TestTimelinesGoBack(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 30)
	page := rowsOf(t, pool, "SELECT 1", "SELECT entity_id FROM activity.recent_activities('project-1', 3)")
	require.Equal(t, []string{"28", "25", "22"}, page)
	page = rowsOf(t, pool, "SELECT 1", `SELECT entity_id FROM activity.recent_activities('project-1', 2,
		(SELECT occurred_at FROM activity.activity WHERE entity_id = '22'))`)
	require.Equal(t, []string{"19", "16"}, page)
}

func TestIndexUsageCountsPartitionsTogether(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 30)
	require.Equal(t, []string{"activity activity_action_idx true", "activity activity_actor_idx true", "activity activity_entity_idx true"}, rowsOf(t, pool, "SELECT 1",
		`SELECT table_name, index_name, bytes > 0 AND parts = (SELECT count(*) FROM activity.partitions())
		FROM activity.activity_index_usage WHERE table_name = 'activity' ORDER BY index_name LIMIT 3`))
}

func TestPartitionSizesAndFreshness(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 30)
	require.NoError(t, NewMaintainer(pool).Run(t.Context()))
	require.Eventually(t, func() bool { // the writer's session reports its rows with a delay, on top of what was counted
		exec(t, pool, "ANALYZE activity.activity")
		return one[int](t, pool, "SELECT sum(rows_estimate)::int FROM activity.activity_partition_sizes") == 30
	}, 20*time.Second, 200*time.Millisecond)
	require.True(t, one[bool](t, pool, "SELECT bool_and(table_bytes > 0 AND index_bytes > 0 AND upper_bound > lower_bound) FROM activity.activity_partition_sizes"))
	require.Equal(t, "t t 0 0 0", one[string](t, pool, `SELECT concat_ws(' ', last_ingested_at > now() - interval '1 minute',
		views_refreshed_at >= counts_folded_at, rejected, counts_waiting, failing_tasks) FROM activity.activity_freshness`))
}

func TestQueryPerformance(t *testing.T) {
	t.Parallel()
	const view = "SELECT count(*) FROM activity.activity_query_performance"
	pool := pgtest.New(t)
	require.Zero(t, one[int](t, pool, view), "the extension isn't made")
	requireExtension(t, "pg_stat_statements")
	exec(t, pool, "CREATE SCHEMA statistics; CREATE EXTENSION pg_stat_statements SCHEMA statistics")
	require.Zero(t, one[int](t, pool, view), "the server isn't started with it")

	server := pgtest.Own(t, pgtest.Options{Settings: map[string]string{"shared_preload_libraries": "'pg_stat_statements'"}})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool = pgtest.Pool(t, dsn)
	exec(t, pool, "CREATE SCHEMA statistics; CREATE EXTENSION pg_stat_statements SCHEMA statistics")
	exec(t, pool, "SELECT count(*) FROM activity.activity")
	exec(t, pool, "SELECT count(*) FROM pg_class")
	require.Equal(t, "1 true", one[string](t, pool, `SELECT calls || ' ' || (mean_ms > 0) FROM activity.activity_query_performance
		WHERE query = 'SELECT count(*) FROM activity.activity'`))
	require.Zero(t, one[int](t, pool, view+" WHERE query ~ '^SELECT .* FROM pg_class$'"))
}

// Ninety days of counts of a hundred projects.
func TestRefreshingTheViews(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	exec(t, pool, `INSERT INTO activity.rollup_day (n, day, project_id, source, status, severity)
		SELECT 1 + p, current_date - d, 'project-' || p, 'user', status, 'info'
		FROM generate_series(0, 89) AS d, generate_series(1, 100) AS p, unnest(ARRAY['success', 'failure']) AS status`)
	exec(t, pool, "SELECT activity.refresh_views()") // nothing changes from here on but today
	exec(t, pool, "UPDATE activity.rollup_day SET n = n + 1 WHERE day = current_date")
	started := time.Now()
	exec(t, pool, "SELECT activity.refresh_views()")
	took := time.Since(started)
	t.Logf("view_refresh_ms %d (18,000 rows)", took.Milliseconds())
	require.Less(t, took, 20*time.Second)
	require.Equal(t, 200, one[int](t, pool, `SELECT count(*) FROM activity.activity_metrics_daily AS m
		WHERE m.day = current_date AND m.total = 2 + split_part(m.project_id, '-', 2)::int`))
}
