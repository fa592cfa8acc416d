package trail

import (
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestLoadedIsWritten(t *testing.T) {
	t.Parallel()
	s := Settings{Rows: 5_000, Days: 3, Until: time.Now().UTC().Truncate(24 * time.Hour).Add(13 * time.Hour), Seed: 7}
	written, loaded := pgtest.New(t), pgtest.New(t)
	require.NoError(t, Write(t.Context(), written, s, io.Discard))
	require.NoError(t, Load(t.Context(), loaded, s, io.Discard))
	require.NoError(t, Settle(t.Context(), loaded))
	for _, what := range []string{
		`SELECT (to_jsonb(a) - '{ingested_at,salt,content_hash}'::text[])::text FROM activity.activity AS a ORDER BY occurred_at, id`,
		`SELECT (to_jsonb(r) - 'first_seen_at')::text FROM activity.resource AS r`,
		`SELECT c::text FROM activity.count_hour AS c ORDER BY c`,
		`SELECT c::text FROM activity.count_action_day AS c ORDER BY c`,
		`SELECT c::text FROM activity.rollup_day AS c ORDER BY c`,
		`SELECT c::text FROM activity.rollup_project_hour AS c ORDER BY c`,
		`SELECT p::text FROM activity.partitions() AS p`,
		`SELECT indexdef FROM pg_indexes WHERE schemaname = 'activity' ORDER BY indexdef`,
		`SELECT sum(row_count)::text FROM activity.batch`,
	} {
		require.Equal(t, lines(t, written, what), lines(t, loaded, what), what)
	}
}

func lines(t *testing.T, pool *pgxpool.Pool, statement string) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), statement)
	require.NoError(t, err)
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.NotEmpty(t, all, statement)
	return all
}
