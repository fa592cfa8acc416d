package schema_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/schema"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

func TestUpAppliesEveryFileOnce(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewEmptyDSN(t))

	before, err := schema.Status(t.Context(), conn)
	require.NoError(t, err)
	require.Len(t, before, schema.Latest())
	require.True(t, before[0].AppliedAt.IsZero())

	report, err := schema.Up(t.Context(), conn)
	require.NoError(t, err)
	require.Equal(t, 0, report.From)
	require.Equal(t, schema.Latest(), report.To)
	require.Len(t, report.Applied, schema.Latest())

	report, err = schema.Up(t.Context(), conn)
	require.NoError(t, err)
	require.Equal(t, schema.Report{From: schema.Latest(), To: schema.Latest()}, report)

	after, err := schema.Status(t.Context(), conn)
	require.NoError(t, err)
	for _, m := range after {
		require.False(t, m.AppliedAt.IsZero(), m.Name)
	}
}

func TestUpTakesManyAtOnce(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewEmptyDSN(t)
	const starters = 8
	reports := make([]schema.Report, starters)
	errs := make([]error, starters)
	var wg sync.WaitGroup
	for i := range starters {
		conn := connect(t, dsn)
		wg.Go(func() { reports[i], errs[i] = schema.Up(t.Context(), conn) })
	}
	wg.Wait()

	var applied []string
	for i := range starters {
		require.NoError(t, errs[i])
		require.Equal(t, schema.Latest(), reports[i].To)
		applied = append(applied, reports[i].Applied...)
	}
	require.Len(t, applied, schema.Latest())
}

func TestUpRefusesANewerDatabase(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewDSN(t))
	_, err := conn.Exec(t.Context(), "INSERT INTO activity.schema_version (version, name) VALUES (4711, 'later')")
	require.NoError(t, err)

	_, err = schema.Up(t.Context(), conn)
	require.ErrorIs(t, err, schema.ErrNewer)
	require.ErrorContains(t, err, "version 4711")
	require.ErrorContains(t, err, "start a program that is at least as new")
	_, err = schema.Status(t.Context(), conn)
	require.ErrorIs(t, err, schema.ErrNewer)
}

func TestUpOnlyReadsWhenNothingIsMissing(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewDSN(t))
	_, err := conn.Exec(t.Context(), "SET default_transaction_read_only = on")
	require.NoError(t, err)

	_, err = schema.Up(t.Context(), conn)
	require.NoError(t, err)
}

func TestPrintedScriptDoesWhatUpDoes(t *testing.T) {
	t.Parallel()
	var script strings.Builder
	require.NoError(t, schema.Print(&script))
	conn := connect(t, pgtest.NewEmptyDSN(t))
	_, err := conn.Exec(t.Context(), script.String())
	require.NoError(t, err)

	report, err := schema.Up(t.Context(), conn)
	require.NoError(t, err)
	require.Empty(t, report.Applied)
	require.Equal(t, schema.Latest(), report.To)
}

// The coarse counts begin with what was folded before there were any.
func TestCoarseCountsTakeOverWhatWasFolded(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewDSN(t))
	for _, statement := range []string{
		// Version 9: the views, the functions, the tables.
		"DROP MATERIALIZED VIEW activity.metrics_daily CASCADE",
		`DROP VIEW activity.activity_metrics_hourly, activity.activity_query_performance, activity.activity_index_usage,
			activity.activity_partition_sizes, activity.activity_freshness`,
		`DO $$
		DECLARE
			later regprocedure;
		BEGIN
			FOR later IN
				SELECT oid FROM pg_proc
				WHERE pronamespace = 'activity'::regnamespace
				  AND proname NOT IN ('partitions', 'ensure_partition', 'ensure_partitions', 'ensure_partitions_ahead', 'fold_rollups', 'scope_projects', 'scope_all')
			LOOP
				EXECUTE format('DROP ROUTINE %s', later);
			END LOOP;
		END
		$$`,
		"DROP TABLE activity.project_retention, activity.retention_class, activity.retention_log, activity.upkeep",
		"DROP TABLE activity.rollup_day, activity.rollup_project_hour, activity.seal, activity.seal_leaves",
		`DROP TABLE activity.migration_table, activity.migration_source, activity.migration, activity.migration_fence,
			activity.migration_chunk, activity.migration_difference, activity.migration_journal, activity.migration_restored`,
		"ALTER TABLE activity.activity DROP COLUMN salt, DROP COLUMN content_hash, DROP COLUMN identity_digest, DROP COLUMN documents_digest",
		"DROP INDEX activity.rollup_hour_hour_idx, activity.rollup_action_day_day_idx",
		"DELETE FROM activity.schema_version WHERE version >= 5",
		`INSERT INTO activity.rollup_hour (hour, n, project_id, source, status, severity)
		SELECT '2026-03-28 20:00Z'::timestamptz + i * interval '1 hour', 1 + i, 'p', 'user', 'success', 'info'
		FROM generate_series(0, 9) AS i`,
		"INSERT INTO activity.rollup_hour_delta (hour, n, project_id, source, status, severity) VALUES ('2026-03-28 20:30Z', 7, 'p', 'user', 'success', 'info')",
		"SET TIME ZONE 'America/New_York'",
	} {
		_, err := conn.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	_, err := schema.Up(t.Context(), conn)
	require.NoError(t, err)

	texts := func(query string) (text string) {
		require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&text))
		return text
	}
	const byDay = "SELECT string_agg(day || ' ' || n, ', ' ORDER BY day) FROM activity.rollup_day"
	require.Equal(t, "2026-03-28 10, 2026-03-29 45", texts(byDay))
	require.Equal(t, "10 55", texts("SELECT count(*) || ' ' || sum(n) FROM activity.rollup_project_hour"))

	require.Equal(t, "1", texts("SELECT activity.fold_rollups()::text"))
	require.Equal(t, "2026-03-28 17, 2026-03-29 45", texts(byDay))
	require.Equal(t, "62", texts("SELECT sum(n)::text FROM activity.rollup_project_hour"))
}
