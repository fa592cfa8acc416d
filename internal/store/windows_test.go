package store

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/sql"
)

var _ pgx.QueryTracer = (*statementCounter)(nil)

// statementCounter counts the statements of a pool of one connection.
type statementCounter struct{ statements int }

func (c *statementCounter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.statements++
	return ctx
}

func (*statementCounter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func counting(t *testing.T, pool *pgxpool.Pool) (*pgxpool.Pool, *statementCounter) {
	t.Helper()
	counter := &statementCounter{}
	config := pool.Config()
	config.MaxConns, config.ConnConfig.Tracer = 1, counter
	traced, err := pgxpool.NewWithConfig(context.WithoutCancel(t.Context()), config)
	require.NoError(t, err)
	t.Cleanup(traced.Close)
	return traced, counter
}

// Most entities have less than a page: their lists go back to the beginning, and
// each window on the way there is a round trip.
func TestListsOfLittleTakeFewRoundTrips(t *testing.T) {
	t.Parallel()
	pool, counter := counting(t, pgtest.New(t))
	all := written(t, pool, 30)
	reader := NewReader(pool, ReaderSettings{Timeout: time.Minute})
	for name, f := range map[string]Filter{
		"entity":  {Entity: EntityMatch{Any: []Entity{{all[3].EntityType, all[3].EntityID}}}},
		"nothing": {Operation: Match{Any: []string{"no such operation"}}},
		"project": {Project: Match{Any: []string{"project-1"}}},
	} {
		counter.statements = 0
		_, err := reader.List(t.Context(), f, PageRequest{})
		require.NoError(t, err, name)
		require.LessOrEqual(t, counter.statements, 5, "%s: begin, a window, the rest, commit", name)
	}
}

// Without the index a month costs as much as the trail is old.
func TestActionsOfAllProjectsAreFoundByDay(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), `INSERT INTO activity.rollup_action_day (n, day, project_id, action, status)
SELECT 1, (now() - d * interval '1 day')::date, 'p' || p, 'a' || a, 'success'
FROM generate_series(0, 1825) AS d, generate_series(1, 3) AS p, generate_series(1, 10) AS a;
ANALYZE activity.rollup_action_day`)
	require.NoError(t, err)
	statement, args, err := filtered(sql.MetricsActions, &Filter{}, noon.AddDate(0, 0, -30), noon, 10)
	require.NoError(t, err)
	plan := explain(t, pool, statement, args...)
	require.Contains(t, plan, "rollup_action_day_day_idx", plan)
}
