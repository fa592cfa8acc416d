package store

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/sql"
)

func TestEachTaskIsDoneAndNoted(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	m := NewMaintainer(pool)
	for _, tasks := range [][]Task{nil, Tasks()} {
		var outcomes []Outcome
		require.NoError(t, m.RunEach(t.Context(), func(run TaskRun) {
			outcomes = append(outcomes, run.Outcome)
			require.NotZero(t, run.Took, run.Task)
		}, tasks...))
		require.Equal(t, []Outcome{OutcomeDone, OutcomeDone, OutcomeDone, OutcomeDone, OutcomeDone, OutcomeDone}, outcomes)
	}
	all, err := m.Status(t.Context())
	require.NoError(t, err)
	require.Len(t, all, len(Tasks()))
	for i, status := range all {
		require.Equal(t, Tasks()[i], status.Task)
		require.EqualValues(t, 2, status.Runs, status.Task)
		require.Zero(t, status.Failures, status.Task)
		require.NotZero(t, status.LastSuccess, status.Task)
		require.Positive(t, status.Took, status.Task)
	}

	var idle []Task
	require.NoError(t, m.RunEach(t.Context(), func(run TaskRun) {
		if run.Outcome == OutcomeIdle {
			idle = append(idle, run.Task)
		}
	}))
	require.Equal(t, []Task{TaskRetention, TaskViews, TaskStatistics, TaskBatches}, idle)
}

func TestOneTaskThatFailsKeepsNoneFromBeingDone(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	exec(t, pool, "ALTER TABLE activity.rollup_hour_delta RENAME TO elsewhere; DROP INDEX activity.metrics_daily_key")
	m := NewMaintainer(pool)
	outcomes := map[Task]Outcome{}
	err := m.RunEach(t.Context(), func(run TaskRun) { outcomes[run.Task] = run.Outcome })
	require.ErrorContains(t, err, `upkeep of rollups: relation "activity.rollup_hour_delta" does not exist (SQLSTATE 42P01)`)
	require.ErrorContains(t, err, "upkeep of views: cannot refresh materialized view")
	require.Equal(t, map[Task]Outcome{
		TaskPartitions: OutcomeDone, TaskRollups: OutcomeFailed, TaskRetention: OutcomeFailed, TaskViews: OutcomeFailed,
		TaskStatistics: OutcomeDone, TaskBatches: OutcomeDone,
	}, outcomes)
	all, err := m.Status(t.Context())
	require.NoError(t, err)
	require.Contains(t, all[1].Error, "rollup_hour_delta")
	require.Equal(t, []int64{1, 1}, []int64{all[1].Runs, all[1].Failures})
	require.True(t, all[1].LastSuccess.IsZero())
	require.Negative(t, all[1].SinceSuccess)

	exec(t, pool, "ALTER TABLE activity.elsewhere RENAME TO rollup_hour_delta; CREATE UNIQUE INDEX metrics_daily_key ON activity.metrics_daily (day, project_id, source, status, severity)")
	require.NoError(t, m.RunEach(t.Context(), func(run TaskRun) { outcomes[run.Task] = run.Outcome }))
	require.Equal(t, OutcomeDone, outcomes[TaskViews], "what failed is due at once")
	require.Equal(t, OutcomeIdle, outcomes[TaskStatistics])
	all, err = m.Status(t.Context())
	require.NoError(t, err)
	require.Empty(t, all[1].Error)
}

func TestUnknownTask(t *testing.T) {
	t.Parallel()
	_, err := ParseTask("views")
	require.NoError(t, err)
	_, err = ParseTask("vacuum")
	require.ErrorContains(t, err, `"vacuum" is none of the tasks [partitions`)
	require.ErrorContains(t, NewMaintainer(pgtest.New(t)).Run(t.Context(), "vacuum"), `there is no task "vacuum"`)
}

// What the database calls itself, from pg_cron or by hand.
func TestMaintainByCall(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	aged(t, pool, 15)
	exec(t, pool, "UPDATE activity.retention_class SET keep = '10 days'")
	exec(t, pool, "CALL activity.maintain()")
	require.Equal(t, map[string]int{"project-0": 10, "project-1": 10, "project-2": 10}, oldest(t, pool))
	requireNoDrift(t, pool)
	require.Equal(t, 6, one[int](t, pool, "SELECT sum(runs)::int FROM activity.upkeep"))
	require.Equal(t, "6 48 0", one[string](t, pool, `SELECT concat_ws(' ', detail->'partitions', detail->'removed', detail->'kept')
		FROM activity.upkeep WHERE task = 'retention'`))
	exec(t, pool, "CALL activity.maintain()")
	require.Equal(t, 8, one[int](t, pool, "SELECT sum(runs)::int FROM activity.upkeep"), "the others are not due")
	exec(t, pool, "CALL activity.maintain(ARRAY['views', 'batches'])")
	require.Equal(t, 10, one[int](t, pool, "SELECT sum(runs)::int FROM activity.upkeep"))

	exec(t, pool, "DROP INDEX activity.metrics_daily_key")
	_, err := pool.Exec(t.Context(), "CALL activity.maintain(ARRAY['views', 'batches'])")
	require.ErrorContains(t, err, "views: cannot refresh")
	require.Equal(t, "3 3", one[string](t, pool, "SELECT string_agg(runs::text, ' ') FROM activity.upkeep WHERE task IN ('views', 'batches')"))
}

func TestBatchesOfYesterdayAreTrimmed(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	m := NewMaintainer(pool)
	for n := range 3 {
		a := testActivities(1, noon, 0)
		a[0].ID = testID(n + 1)
		_, err := NewWriter(pool).Write(t.Context(), testBatch(a...), nil)
		require.NoError(t, err)
	}
	exec(t, pool, "UPDATE activity.batch SET ingested_at = ingested_at - interval '30 hours'")
	require.NoError(t, m.Run(t.Context(), TaskBatches))
	require.Equal(t, 1, one[int](t, pool, "SELECT count(*) FROM activity.batch"), "the newest tells when something was written last")
	require.NoError(t, m.Run(t.Context(), TaskBatches))
	written(t, pool, 3)
	require.NoError(t, m.Run(t.Context(), TaskBatches))
	require.Equal(t, 1, one[int](t, pool, "SELECT count(*) FROM activity.batch WHERE row_count = 3"))
}

func TestStatisticsAreFreshAfterABigLoad(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	loaded(t, pool, yesterday(), 12_000)
	const known = "SELECT coalesce(sum(c.reltuples) FILTER (WHERE c.reltuples > 0), 0)::int FROM activity.partitions() AS p JOIN pg_class AS c ON c.oid = p.partition"
	require.Zero(t, one[int](t, pool, known))
	require.Eventually(t, func() bool { // what changed is reported with a delay
		require.NoError(t, NewMaintainer(pool).Run(t.Context(), TaskStatistics))
		return one[int](t, pool, known) == 12_000
	}, 20*time.Second, 200*time.Millisecond)
}

// loaded are n activities of ten projects within a day, counted, without the writer.
func loaded(t *testing.T, pool *pgxpool.Pool, day time.Time, n int) {
	t.Helper()
	exec(t, pool, "SELECT activity.ensure_partitions(ARRAY[$1::date])", day)
	exec(t, pool, `WITH new AS (
			INSERT INTO activity.activity (occurred_at, resource_id, severity_number, id, source, status, severity, action, project_id, entity_type, entity_id, actor_id, details, metadata)
			SELECT $1::timestamptz + i * (interval '1 day' / $2), 1, 9, gen_random_uuid(), 'user', CASE i % 10 WHEN 0 THEN 'failure' ELSE 'success' END, 'info',
				'order.action_' || i % 20, 'project-' || i % 10, 'order', 'order-' || i % 1000, 'user-' || i % 500,
				repeat('what happened to it ', 5), jsonb_build_object('a', i, 'b', repeat('x', 100))
			FROM generate_series(0, $2 - 1) AS i
			RETURNING occurred_at, source, status, severity, action, project_id
		), hours AS (
			INSERT INTO activity.rollup_hour_delta (hour, n, project_id, source, status, severity)
			SELECT date_trunc('hour', occurred_at), count(*), project_id, source, status, severity FROM new GROUP BY 1, 3, 4, 5, 6
		)
		INSERT INTO activity.rollup_action_day_delta (n, day, project_id, action, status)
		SELECT count(*), (occurred_at AT TIME ZONE 'UTC')::date, project_id, action, status FROM new GROUP BY 2, 3, 4, 5`, day, n)
	exec(t, pool, "SELECT activity.fold_rollups()")
}

func TestDriftIsFound(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 30)
	requireNoDrift(t, pool)
	require.NoError(t, NewMaintainer(pool).Run(t.Context()))
	requireNoDrift(t, pool)
	for change, want := range map[string]string{
		"UPDATE activity.rollup_hour SET n = n + 1 WHERE project_id = 'project-1'":                 "rollup_day,rollup_hour,rollup_project_hour",
		"UPDATE activity.rollup_day SET n = n + 1 WHERE project_id = 'project-1'":                  "rollup_day",
		"DELETE FROM activity.rollup_project_hour":                                                 "rollup_project_hour",
		"DELETE FROM activity.rollup_action_day WHERE action = 'order.action_3'":                   "rollup_action_day",
		"DELETE FROM activity.activity WHERE project_id = 'project-2' AND actor_id < 'v'":          "rollup_action_day,rollup_hour",
		"UPDATE activity.rollup_action_day SET action = '(other)' WHERE action = 'order.action_3'": "",
	} {
		tx, err := pool.Begin(t.Context())
		require.NoError(t, err)
		_, err = tx.Exec(t.Context(), change)
		require.NoError(t, err)
		var found string
		require.NoError(t, tx.QueryRow(t.Context(), `SELECT coalesce(string_agg(DISTINCT rollup, ',' ORDER BY rollup), '')
			FROM activity.rollup_drift($1, $2)`, noon.AddDate(0, 0, -3), noon.AddDate(0, 0, 3)).Scan(&found))
		require.Equal(t, want, found, change)
		require.NoError(t, tx.Rollback(t.Context()))
	}
}

func TestCountsAreExactAfterErasingAndRedelivery(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	aged(t, pool, 12)
	_, err := NewEraser(pool).Run(t.Context(), EraseRequest{Actor: "user-7", Documents: true})
	require.NoError(t, err)
	requireNoDrift(t, pool)
	exec(t, pool, "UPDATE activity.retention_class SET keep = '6 days'")
	exec(t, pool, "INSERT INTO activity.project_retention (project_id, legal_hold) VALUES ('project-2', true)")
	require.NoError(t, NewMaintainer(pool).Run(t.Context()))
	requireNoDrift(t, pool)
	aged(t, pool, 12) // all of it again: what was removed is new
	requireNoDrift(t, pool)
	require.NoError(t, NewMaintainer(pool).Run(t.Context(), Tasks()...))
	requireNoDrift(t, pool)
	require.Equal(t, map[string]int{"project-0": 6, "project-1": 6, "project-2": 13}, oldest(t, pool))
}

// pg_cron is a package of its own: make test installs Debian's.
func TestScheduledByPgCron(t *testing.T) {
	t.Parallel()
	requireExtension(t, "pg_cron")
	server := pgtest.Own(t, pgtest.Options{Settings: map[string]string{
		"shared_preload_libraries": "'pg_cron'", "cron.database_name": "'test_1'", "cron.use_background_workers": "on",
	}})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool := pgtest.Pool(t, dsn)
	require.Equal(t, "test_1", pool.Config().ConnConfig.Database)
	for range 2 { // it can be run again
		exec(t, pool, sql.PgCron)
	}
	require.Equal(t, "activity-upkeep * * * * *", one[string](t, pool, "SELECT string_agg(jobname || ' ' || schedule, ',') FROM cron.job"))
	// At the next start of the server, not to wait for the next full minute.
	exec(t, pool, "SELECT cron.schedule('activity-upkeep', '@reboot', (SELECT command FROM cron.job))")
	require.NoError(t, server.Stop())
	require.NoError(t, server.Start(t.Context()))
	pool.Reset()
	require.Eventually(t, func() bool {
		return one[int](t, pool, "SELECT count(*) FROM activity.upkeep WHERE last_success_at IS NOT NULL") == len(Tasks())
	}, 30*time.Second, 200*time.Millisecond)
	require.Eventually(t, func() bool {
		return one[string](t, pool, "SELECT coalesce(min(status) || max(status), '') FROM cron.job_run_details WHERE end_time IS NOT NULL") == "succeededsucceeded"
	}, 20*time.Second, 200*time.Millisecond)
}

// requireExtension skips with the programs of the version matrix, which bring no extensions
// of others; the system's server must have it.
func requireExtension(t *testing.T, name string) {
	t.Helper()
	if !one[bool](t, pgtest.New(t), "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = $1)", name) {
		require.NotEmpty(t, os.Getenv(pgtest.BinariesVariable), "Postgres has no extension %s: tools/need.sh installs it", name)
		t.Skipf("the Postgres of the version matrix has no extension %s", name)
	}
}

func rowsOf(t *testing.T, pool *pgxpool.Pool, settings, query string) []string {
	t.Helper()
	var all []string
	require.NoError(t, pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), settings); err != nil {
			return err
		}
		rows, err := tx.Query(t.Context(), query)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
			values, err := row.Values()
			return strings.TrimSpace(fmt.Sprintln(values...)), err
		})
		return err
	}), query)
	return all
}
