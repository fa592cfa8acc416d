package store

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/sql"
)

// A project outside the scope has nothing; it isn't left out of the filter.
func TestProjectsOutsideTheScopeAreEmpty(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 300)
	reader := NewReader(pool, ReaderSettings{}).Scoped(Scope{Projects: []string{"project-1"}})
	ctx, foreign := t.Context(), everything
	foreign.Project = Match{Any: []string{"project-0"}}

	for _, by := range Dimensions() {
		counts, err := reader.Counts(ctx, by, foreign)
		require.NoError(t, err)
		require.Empty(t, counts, by)
	}
	found, err := reader.Facets(ctx, foreign, FacetFields(), 10)
	require.NoError(t, err)
	for _, facet := range found {
		require.Empty(t, facet.Values, facet.Field)
	}
	for _, part := range []Filter{{}, {Action: Match{Any: []string{"order.action_3"}}}, {Actor: Match{Any: []string{"user-3"}}}} {
		part.Project = foreign.Project
		for _, mode := range []TotalMode{TotalApprox, TotalExact} {
			total, err := reader.Total(ctx, part, mode)
			require.NoError(t, err)
			require.Equal(t, Total{0, Exact}, total)
		}
	}
	h, err := reader.Histogram(ctx, foreign, HistogramRequest{By: BySource, Buckets: 100})
	require.NoError(t, err)
	for _, bucket := range h.Buckets {
		require.Empty(t, bucket.Counts)
	}
	m, err := reader.Metrics(ctx, foreign.Project, foreign.From, foreign.To, 10)
	require.NoError(t, err)
	require.Zero(t, m.Summary.Total)
	require.Empty(t, m.TopActions)
	require.Zero(t, m.DistinctActors.Value)
	for _, field := range []string{"action", "project", "actor", "entity_type", "entity_id"} {
		values, err := reader.Suggest(ctx, field, "", foreign.Project, 10)
		require.NoError(t, err)
		require.Empty(t, values, field)
	}
}

// Periods that Postgres sees nothing in still have a bucket to draw.
func TestHistogramsOfNothing(t *testing.T) {
	t.Parallel()
	reader := NewReader(pgtest.New(t), ReaderSettings{})
	at := func(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
	for name, f := range map[string]Filter{
		"before the beginning":   {From: at(1960), To: at(1965)},
		"beyond the end":         {From: at(3000), To: at(3001)},
		"less than the accuracy": {From: noon, To: noon.Add(500 * time.Nanosecond)},
	} {
		h, err := reader.Histogram(t.Context(), f, HistogramRequest{By: BySource, Buckets: 10})
		require.NoError(t, err, name)
		require.Len(t, h.Buckets, 1, name)
		require.Empty(t, h.Buckets[0].Counts, name)
	}
}

// locked keeps everybody from the rows, not from the counts, until the test ends:
// what reads rows runs out of its time.
func locked(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback(t.Context()) })
	_, err = tx.Exec(t.Context(), "LOCK TABLE activity.activity IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)
}

// What takes too long is left out of an answer that has more.
func TestFiguresKeepWhatTheyHaveWhenTheTimeIsUp(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 300)
	locked(t, pool)
	reader := NewReader(pool, ReaderSettings{Timeout: 200 * time.Millisecond})
	ctx := t.Context()

	m, err := reader.Metrics(ctx, Match{}, everything.From, everything.To, 3)
	require.NoError(t, err)
	require.EqualValues(t, 300, m.Summary.Total)
	require.Len(t, m.TopActions, 3)
	require.Nil(t, m.Durations)
	require.Nil(t, m.DistinctActors)

	found, err := reader.Facets(ctx, everything, []string{"status", "actor"}, 10)
	require.NoError(t, err)
	require.EqualValues(t, 300, sum(found[0].Values))
	require.Equal(t, FacetCounts{Field: "actor", Values: []Count{}, Relation: Approximate}, found[1])

	h, err := reader.Histogram(ctx, Filter{From: everything.From, To: noon, Actor: Match{Any: []string{"user-3"}}}, HistogramRequest{By: BySource, Buckets: 10})
	require.NoError(t, err)
	require.Equal(t, AtLeast, h.Relation)
	require.Equal(t, noon, h.SearchedTo)

	total, err := reader.Total(ctx, Filter{From: everything.From.Add(time.Minute), To: noon}, TotalExact)
	require.NoError(t, err)
	require.Equal(t, Total{300, Approximate}, total)
}

func TestSuggestionsOfWordsAreLimited(t *testing.T) {
	t.Parallel()
	got, err := NewReader(pgtest.New(t), ReaderSettings{}).Suggest(t.Context(), "severity", "", Match{}, 2)
	require.NoError(t, err)
	require.Len(t, got, 2)
}

// Batches from before a restore may have ids that this cluster hasn't reached.
func TestFreshnessAfterARestore(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), `INSERT INTO activity.batch (xid, ingested_at, least_occurred_at, greatest_occurred_at, row_count)
VALUES ('4000000000', now() - interval '1 year', now(), now(), 1)`)
	require.NoError(t, err)
	written(t, pool, 3)
	fresh, err := NewReader(pool, ReaderSettings{}).Freshness(t.Context())
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), fresh.LastIngestedAt, 10*time.Second)
}

// A schema that was made where no role could be has granted the role nothing.
func TestCheckScopingNamesMissingGrants(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), "REVOKE SELECT ON ALL TABLES IN SCHEMA activity FROM activity_reader; REVOKE USAGE ON SCHEMA activity FROM activity_reader")
	require.NoError(t, err)
	reader := NewReader(pool, ReaderSettings{})
	err = reader.CheckScoping(t.Context())
	require.ErrorContains(t, err, "GRANT USAGE ON SCHEMA activity TO activity_reader")
	_, err = pool.Exec(t.Context(), "GRANT USAGE ON SCHEMA activity TO activity_reader")
	require.NoError(t, err)
	err = reader.CheckScoping(t.Context())
	require.ErrorContains(t, err, "GRANT SELECT ON activity.activity")

	// The remedy as it stands is one.
	_, remedy, _ := strings.Cut(err.Error(), " run ")
	remedy, _, _ = strings.Cut(remedy, "; GRANT activity_reader TO <")
	_, err = pool.Exec(t.Context(), remedy)
	require.NoError(t, err)
	require.NoError(t, reader.CheckScoping(t.Context()))
}

// The role may read what scoped transactions read, and nothing besides: neither
// the views, which read as their owner, nor the partitions, which have no policies. Two
// views ask the policies themselves.
func TestMigrationsGrantTheScopedTables(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	require.NoError(t, NewMaintainer(pool).Run(t.Context()))
	granted := one[string](t, pool, `SELECT string_agg(format('activity.%I', relname), ', ' ORDER BY relname) FROM pg_class
WHERE relnamespace = 'activity'::regnamespace AND relkind IN ('r', 'p') AND has_table_privilege('activity_reader', oid, 'SELECT')`)
	require.Equal(t, one[string](t, pool, sql.ScopedTables), granted)
	require.Equal(t, "activity_metrics_daily, activity_metrics_hourly", one[string](t, pool, `SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class
WHERE relnamespace = 'activity'::regnamespace AND relkind IN ('v', 'm') AND has_table_privilege('activity_reader', oid, 'SELECT')`))
	unprotected := one[string](t, pool, `SELECT coalesce(string_agg(c.relname, ', '), '') FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE format('activity.%I', c.relname) = ANY (string_to_array($1, ', ')) AND a.attname = 'project_id' AND NOT c.relrowsecurity`, granted)
	require.Empty(t, unprotected, "what has projects has policies")
}

// Without the condition a small project's newest rows are looked for among all of
// the day.
func TestFreshnessOfAScopeUsesItsIndex(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	require.NoError(t, NewMaintainer(pool).Run(t.Context()))
	f := Scope{Projects: []string{"project-1"}}.within(Filter{})
	statement, args, err := filtered(sql.Freshness, &f)
	require.NoError(t, err)
	plan := explain(t, pool, statement, args...)
	require.Regexp(t, `Index Cond: .*project_id = 'project-1'`, plan)
}
