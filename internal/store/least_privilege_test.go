package store

import (
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/schema"
	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/sql"
)

// trailOfRoles is a trail on a server of its own with the roles of
// sql/optional/roles.sql, and a login in each.
type trailOfRoles struct{ superuser, owner, writer, reader *pgxpool.Pool }

func newTrailOfRoles(t *testing.T) *trailOfRoles {
	t.Helper()
	server := pgtest.Own(t, pgtest.Options{})
	dsn, err := server.CreateEmptyDatabase(t.Context())
	require.NoError(t, err)
	superuser := pgtest.Pool(t, dsn)
	_, err = schema.Up(t.Context(), superuser)
	require.NoError(t, err)
	for range 2 { // it can be run again
		_, err = superuser.Exec(t.Context(), sql.Roles)
		require.NoError(t, err)
	}
	return &trailOfRoles{
		superuser: superuser,
		owner:     as(t, superuser, "keeper", "GRANT activity_owner TO keeper; ALTER ROLE keeper SET role = 'activity_owner'"),
		writer:    as(t, superuser, "collector", "GRANT activity_writer TO collector; ALTER ROLE collector SET role = 'activity_writer'"),
		reader:    as(t, superuser, "api", "GRANT activity_reader TO api"),
	}
}

func TestTheWriterDoesAllOfItsWork(t *testing.T) {
	t.Parallel()
	trail := newTrailOfRoles(t)
	_, err := schema.Up(t.Context(), trail.writer)
	require.NoError(t, err, "an exporter looks whether the schema is there")
	maintainer := NewMaintainer(trail.writer)
	require.NoError(t, maintainer.Run(t.Context()))

	all := testActivities(10, noon, time.Second)
	all = append(all, testActivities(1, noon.AddDate(-40, 0, 0), time.Second)...) // its partition has to be made
	all[10].ID = testID(1000)
	all = append(all, model.Activity{ID: testID(2000), OccurredAt: greatestTime + 1, Action: "late"})
	batch := testBatch(all...)
	batch.AddResource(&model.Resource{ID: 1, Attributes: []byte(`{}`)})
	for round, want := range []Result{{Written: 11, Rejected: 1}, {Duplicates: 11, Rejected: 1}} {
		result, err := NewWriter(trail.writer).Write(t.Context(), batch, nil)
		require.NoError(t, err)
		require.Equal(t, want, result, "round %d", round)
	}
	require.NoError(t, maintainer.Run(t.Context(), Tasks()...))
	status, err := maintainer.Status(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, status[0].Runs)
	_, err = trail.writer.Exec(t.Context(), "CALL activity.maintain()")
	require.NoError(t, err, "as pg_cron does it")

	_, key, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	seals := 0
	require.NoError(t, NewSealer(trail.writer, key, 0).Run(t.Context(), func(*seal.Seal) { seals++ }))
	require.Equal(t, 2, seals)
	result, err := NewVerifier(trail.owner).Run(t.Context(), VerifyRequest{Keys: []ed25519.PublicKey{key.Public().(ed25519.PublicKey)}})
	require.NoError(t, err)
	require.Empty(t, result.Findings)
}

// The Collector carries out what the API's migrator asks for, and the reader sees it.
func TestRolesShareTheWorkOnAMigration(t *testing.T) {
	t.Parallel()
	trail := newTrailOfRoles(t)
	migrator := as(t, trail.superuser, "steering", "GRANT activity_reader, activity_migrator TO steering")
	asked, writer := NewMigrations(migrator), NewMigrations(trail.writer)
	ctx := t.Context()
	m, err := asked.Start(ctx, "k", "off triggers", MigrationSpec{})
	require.NoError(t, err)
	require.NoError(t, writer.Claim(ctx, "7/shop"))
	require.NoError(t, writer.SaveDiscovered(ctx, m.ID, []MigrationSource{{Name: "audit.log", Definition: []byte("{}")}}, []MigrationTable{{Name: "public.orders", Source: "audit.log"}}))
	require.NoError(t, writer.BeginSource(ctx, m.ID, "audit.log", 700))
	for _, pass := range []Pass{PassBackfill, PassSweep} {
		require.NoError(t, writer.SaveChunk(ctx, m.ID, &MigrationChunk{Source: "audit.log", Pass: pass, StartedAt: noon, LastKey: 5, Rows: 5, Written: 5}))
	}
	require.NoError(t, writer.SetSourcePhase(ctx, m.ID, "audit.log", MigrationShadowing, "", true))
	require.NoError(t, writer.SaveFence(ctx, "7/shop", Fence{Table: "public.orders", LSN: 1, Recorder: RecorderLog, Migration: m.ID}))
	require.NoError(t, writer.NoteFence(ctx, m.ID, "public.orders", time.Millisecond, 1, ""))
	require.NoError(t, writer.AppendJournal(ctx, m.ID, []JournalEntry{{Table: "public.orders", CommitLSN: 2, CommittedAt: noon, Operation: "insert", New: []byte("{}")}}))
	require.NoError(t, writer.AddCompared(ctx, m.ID, map[string]int64{"public.orders": 1}, []Difference{{Source: "audit.log", Table: "public.orders", Kind: DifferenceChanged, FoundBy: FoundByParity}}))
	require.NoError(t, writer.ForgetDifferences(ctx, m.ID, FoundByComparison, ""))
	require.NoError(t, writer.AddRestored(ctx, "7/shop", "audit.log", []int64{5}))
	journal, err := writer.Journal(ctx, m.ID, "public.orders", 0, 0, 10)
	require.NoError(t, err)
	require.Len(t, journal, 1)
	require.NoError(t, writer.DropJournal(ctx, m.ID, ""))
	fences, err := writer.Fences(ctx, "7/shop")
	require.NoError(t, err)
	require.Len(t, fences, 1)

	compare := func() error {
		return writer.Stored(ctx, &Summer{}, []int64{1}, noon, noon.Add(time.Hour), true, func(*ComparedRow) {})
	}
	require.Equal(t, RefusalRights, RefusalOf(compare()))
	_, err = trail.owner.Exec(ctx, "GRANT SELECT ON activity.activity TO activity_writer")
	require.NoError(t, err)
	require.NoError(t, compare())
	_, err = trail.superuser.Exec(ctx, sql.Roles)
	require.NoError(t, err)
	require.Equal(t, RefusalRights, RefusalOf(compare()), "it was for a while")

	reader := NewMigrations(trail.reader)
	seen, err := reader.List(ctx)
	require.NoError(t, err)
	require.Equal(t, RecorderLog, seen[0].Tables[0].Recorder)
	differences, err := reader.Differences(ctx, m.ID, 0)
	require.NoError(t, err)
	require.Len(t, differences, 1)
	for _, c := range []MigrationCommand{CommandPause, CommandResume, CommandAbort} {
		_, err = asked.Command(ctx, m.ID, c, 0, FinishOptions{})
		require.NoError(t, err)
	}
	ending, err := writer.Get(ctx, m.ID)
	require.NoError(t, err)
	ended := false
	ending.Phase, ending.Success = MigrationAborted, &ended
	require.NoError(t, writer.Save(ctx, ending))
}

func TestTheReaderReadsItsProjects(t *testing.T) {
	t.Parallel()
	trail := newTrailOfRoles(t)
	written(t, trail.superuser, 30)
	reader := NewReader(trail.reader, ReaderSettings{})
	require.NoError(t, reader.CheckScoping(t.Context()))
	for scope, want := range map[string]int{"project-1": 10, "nobody": 0} {
		page, err := reader.Scoped(Scope{Projects: []string{scope}}).List(t.Context(), everything, PageRequest{Documents: true})
		require.NoError(t, err)
		require.Len(t, page.Records, want)
		total, err := reader.Scoped(Scope{Projects: []string{scope}}).Total(t.Context(), everything, TotalExact)
		require.NoError(t, err)
		require.EqualValues(t, want, total.Value)
	}
	total, err := reader.Total(t.Context(), everything, TotalExact)
	require.NoError(t, err)
	require.EqualValues(t, 30, total.Value, "an admin's scope is all of them")
	require.Zero(t, one[int](t, trail.reader, "SELECT count(*)::int FROM activity.activity"), "without a scope there is nothing")
}

func TestTheOwnerKeepsTheSchema(t *testing.T) {
	t.Parallel()
	trail := newTrailOfRoles(t)
	written(t, trail.superuser, 30)
	_, err := trail.owner.Exec(t.Context(), "ALTER TABLE activity.activity ADD COLUMN more text; ALTER TABLE activity.activity DROP COLUMN more")
	require.NoError(t, err)
	require.Equal(t, 30, one[int](t, trail.owner, "SELECT count(*)::int FROM activity.activity"))
	_, err = NewEraser(trail.owner).Run(t.Context(), EraseRequest{Actor: "nobody"})
	require.NoError(t, err)
	require.Equal(t, "activity_owner", one[string](t, trail.superuser, `SELECT string_agg(DISTINCT pg_get_userbyid(relowner)::text, ',')
		FROM pg_class WHERE relnamespace = 'activity'::regnamespace`), "partitions made since too")
}

// Each thing that a role must not do is refused for want of a right.
func TestRolesAreRefused(t *testing.T) {
	t.Parallel()
	trail := newTrailOfRoles(t)
	written(t, trail.superuser, 30)
	_, err := trail.superuser.Exec(t.Context(), `INSERT INTO activity.rejected (occurred_at, id, action, sqlstate, error, payload)
		VALUES (now(), gen_random_uuid(), 'a', '22000', 'e', '')`)
	require.NoError(t, err)
	partition := one[string](t, trail.superuser, "SELECT partition::text FROM activity.partitions() LIMIT 1")

	nobody := []string{
		"UPDATE activity.activity SET details = 'x'", "DELETE FROM activity.activity", "TRUNCATE activity.activity",
		"UPDATE " + partition + " SET details = 'x'", "DELETE FROM " + partition, "DROP TABLE " + partition,
		"SELECT details FROM " + partition, "INSERT INTO " + partition + " SELECT * FROM " + partition,
		"ALTER TABLE activity.activity DISABLE ROW LEVEL SECURITY", "DROP SCHEMA activity CASCADE",
		"DELETE FROM activity.batch", "UPDATE activity.rollup_hour SET n = 0", "DELETE FROM activity.rollup_hour_delta",
		"DELETE FROM activity.rejected", "UPDATE activity.seal SET row_count = 0", "DELETE FROM activity.seal_leaves",
		"UPDATE activity.resource SET scope_name = 'x'", "INSERT INTO activity.schema_version (version, name) VALUES (99, 'x')",
		"CREATE TABLE activity.mine (x int)", "SELECT activity.partitions()", "SELECT activity.ensure_partition('2026-01-01')",
		"SELECT * FROM activity.count_hour", "SET ROLE activity_owner",
		"DELETE FROM activity.migration", "UPDATE activity.migration_journal SET operation = 'delete'", "DELETE FROM activity.migration_fence",
		"DELETE FROM activity.migration_restored", "UPDATE activity.migration_difference SET detail = ''",
		"UPDATE activity.retention_class SET keep = '1 day'", "INSERT INTO activity.retention_class VALUES ('1 day', 'short')",
		"UPDATE activity.project_retention SET legal_hold = false", "DELETE FROM activity.project_retention",
		"UPDATE activity.upkeep SET error = NULL", "DELETE FROM activity.retention_log",
		"SELECT * FROM activity.metrics_daily", "SELECT * FROM activity.activity_query_performance",
		"SELECT activity.retain_partition('activity.activity')", "SELECT activity.drop_retired()", "SELECT activity.trim_batches()",
		"CREATE FUNCTION activity.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
	}
	refused(t, trail.writer, append([]string{
		"SELECT * FROM activity.activity", "SELECT details FROM activity.activity", "SELECT actor_id FROM activity.activity",
		"SELECT project_id FROM activity.activity", "SELECT salt FROM activity.activity", "SELECT metadata FROM activity.activity",
		"COPY activity.activity TO STDOUT", "SELECT payload FROM activity.rejected", "SELECT attributes FROM activity.resource",
		"SELECT project_id FROM activity.rollup_hour_delta", "SELECT * FROM activity.rollup_hour", "SELECT * FROM activity.batch",
		"INSERT INTO activity.rollup_hour (hour, n, project_id, source, status, severity) VALUES (now(), 1, '', '', '', '')",
		"INSERT INTO activity.activity (occurred_at, id) SELECT occurred_at, id FROM activity.activity ON CONFLICT (occurred_at, id) DO UPDATE SET details = 'x'",
		"SELECT id FROM activity.activity FOR UPDATE", "SET ROLE activity_reader",
		"SELECT * FROM activity.activity_metrics_daily", "SELECT activity.recent_activities('project-1')",
	}, nobody...))
	refused(t, trail.reader, append([]string{
		"INSERT INTO activity.activity (occurred_at, id) VALUES (now(), gen_random_uuid())", "COPY activity.activity FROM STDIN",
		"INSERT INTO activity.rejected SELECT * FROM activity.rejected", "SELECT * FROM activity.seal", "SELECT * FROM activity.seal_leaves",
		"INSERT INTO activity.batch (least_occurred_at, greatest_occurred_at, row_count) VALUES (now(), now(), 0)",
		"SELECT activity.fold_rollups()", "SELECT activity.ensure_partitions_ahead()", "SELECT activity.ensure_partitions('{}')",
		"SET ROLE activity_writer", "SELECT * FROM activity.migration_journal", "SELECT * FROM activity.migration_restored",
		"INSERT INTO activity.migration (id, idempotency_key, name, spec) VALUES ('', '', '', '{}')", "UPDATE activity.migration SET paused = true",
		"DELETE FROM activity.migration_difference", "SET ROLE activity_migrator",
		"SELECT * FROM activity.upkeep", "SELECT activity.upkeep_step('retention')",
		"CALL activity.maintain()", "SELECT * FROM activity.activity_freshness", "SELECT * FROM activity.activity_partition_sizes",
	}, nobody...))
	migrator := as(t, trail.superuser, "steering", "GRANT activity_migrator TO steering")
	refused(t, migrator, append([]string{
		"SELECT id FROM activity.activity", "SELECT * FROM activity.migration_journal", "UPDATE activity.migration_source SET rows_done = 0",
		"UPDATE activity.migration_table SET recorder = 'log'", "SET ROLE activity_writer",
		"SELECT * FROM activity.upkeep", "CALL activity.maintain()",
	}, nobody...))

	stranger := as(t, trail.superuser, "stranger", "")
	refused(t, stranger, append([]string{"SELECT id FROM activity.activity", "SELECT * FROM activity.schema_version"}, nobody...))
}

func refused(t *testing.T, pool *pgxpool.Pool, statements []string) {
	t.Helper()
	for _, statement := range statements {
		err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), statement)
			return err
		})
		refusal := &pgconn.PgError{}
		require.ErrorAs(t, err, &refusal, "%s: %s", pool.Config().ConnConfig.User, statement)
		require.Equal(t, "42501", refusal.Code, "%s: %s: %s", pool.Config().ConnConfig.User, statement, refusal.Message)
	}
}

// The functions that work with the owner's rights can't be led astray by a schema of
// the caller's.
func TestFunctionsOfTheOwnerHaveAFixedPath(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	require.Empty(t, one[string](t, pool, `SELECT coalesce(string_agg(proname, ', '), '') FROM pg_proc
		WHERE pronamespace = 'activity'::regnamespace AND prosecdef
		  AND NOT coalesce(proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}'`))
}

// The writer has the owner's policies carried out, and can remove nothing else.
func TestTheWriterCarriesOutRetention(t *testing.T) {
	t.Parallel()
	trail := newTrailOfRoles(t)
	aged(t, trail.writer, 14)
	exec(t, trail.owner, "UPDATE activity.retention_class SET keep = '10 days'")
	exec(t, trail.owner, "INSERT INTO activity.project_retention (project_id, legal_hold) VALUES ('project-1', true)")
	require.NoError(t, NewMaintainer(trail.writer).Run(t.Context(), Tasks()...))
	require.Equal(t, map[string]int{"project-0": 10, "project-1": 15, "project-2": 10}, oldest(t, trail.superuser))
	requireNoDrift(t, trail.superuser)
	require.Equal(t, "activity_owner", one[string](t, trail.superuser, `SELECT string_agg(DISTINCT pg_get_userbyid(relowner)::text, ',')
		FROM pg_class WHERE relnamespace = 'activity'::regnamespace`))
	refused(t, trail.writer, []string{"SELECT activity.apply_retention()", "DROP TABLE activity.retention_log"})
	require.ErrorContains(t, NewMaintainer(trail.writer).KeepDefault(t.Context(), 48*time.Hour), "set how long activities are kept")
}
