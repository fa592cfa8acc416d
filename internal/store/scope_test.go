package store

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// written stores activities with the writer, over two hours before noon.
func written(t *testing.T, pool *pgxpool.Pool, n int) []model.Activity {
	t.Helper()
	all := testActivities(n, noon.Add(-2*time.Hour), 2*time.Hour/time.Duration(n))
	for i := range all {
		all[i].ObservedAt = all[i].OccurredAt
		all[i].Duration, all[i].HasDuration = float64(i%10)/10, i%2 == 0
	}
	_, err := NewWriter(pool).Write(t.Context(), testBatch(all...), nil)
	require.NoError(t, err)
	return all
}

var everything = Filter{From: noon.Add(-2 * time.Hour), To: noon}

func TestAScopeHidesOtherProjects(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	all := written(t, pool, 300)
	foreign := &all[0]
	require.Equal(t, "project-0", foreign.ProjectID)
	_, err := pool.Exec(t.Context(), `INSERT INTO activity.rejected (occurred_at, id, project_id, action, sqlstate, error, payload)
VALUES (now(), gen_random_uuid(), 'project-0', 'a', '22000', 'e', 'x'), (now(), gen_random_uuid(), 'project-1', 'a', '22000', 'e', 'x')`)
	require.NoError(t, err)

	whole := NewReader(pool, ReaderSettings{})
	start, err := whole.TailFrom(t.Context(), noon.AddDate(0, 0, -2))
	require.NoError(t, err)
	foreignCursor, err := whole.List(t.Context(), Filter{Project: Match{Any: []string{"project-0"}}}, PageRequest{Limit: 1})
	require.NoError(t, err)

	for name, projects := range map[string][]string{"one": {"project-1"}, "several": {"project-1", `it's "odd"\,{}`}, "none": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reader := whole.Scoped(Scope{Projects: projects})
			mine := func(project string) bool { return slices.Contains(projects, project) }
			ctx := t.Context()

			for _, f := range []Filter{{}, everything, {Project: Match{Any: []string{"project-0"}}}, {Actor: Match{Any: []string{foreign.ActorID}}}, {Text: "action_0"}} {
				page, err := reader.List(ctx, f, PageRequest{Limit: 1000})
				require.NoError(t, err)
				for i := range page.Records {
					require.True(t, mine(page.Records[i].ProjectID))
				}
				_, err = reader.Each(ctx, f, NewestFirst, func(r *Record) error {
					require.True(t, mine(r.ProjectID))
					return nil
				})
				require.NoError(t, err)
				_, err = reader.Tail(ctx, start, f, func(r *Record) error {
					require.True(t, mine(r.ProjectID))
					return nil
				})
				require.NoError(t, err)
			}
			_, err := reader.Get(ctx, foreign.ID, foreign.OccurredAt.Time())
			require.ErrorIs(t, err, ErrNotFound)
			_, err = reader.Get(ctx, foreign.ID, time.Time{})
			require.ErrorIs(t, err, ErrNotFound)
			_, err = reader.List(ctx, Filter{}, PageRequest{Cursor: foreignCursor.Next})
			require.ErrorIs(t, err, ErrCursorFilter)

			want := int64(0)
			if len(projects) > 0 {
				want = 100
			}
			total, err := reader.Total(ctx, everything, TotalExact)
			require.NoError(t, err)
			require.Equal(t, Total{want, Exact}, total)
			found, err := reader.Facets(ctx, everything, FacetFields(), 100)
			require.NoError(t, err)
			for _, facet := range found {
				require.Equal(t, want, sum(facet.Values), facet.Field)
			}
			metrics, err := reader.Metrics(ctx, Match{}, everything.From, everything.To, 10)
			require.NoError(t, err)
			require.Equal(t, want, metrics.Summary.Total)
			suggested, err := reader.Suggest(ctx, "project", "", Match{}, 10)
			require.NoError(t, err)
			require.NotContains(t, suggested, "project-0")
			letters, _, err := reader.Rejected(ctx, Match{}, "", 10)
			require.NoError(t, err)
			require.Len(t, letters, int(want/100))
			freshness, err := reader.Freshness(ctx)
			require.NoError(t, err)
			require.Equal(t, want/100, freshness.Rejected)
		})
	}
}

// Of an entity, a trace or an operation that projects share, each sees its own part.
func TestAScopeOfWhatProjectsShare(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	all := testActivities(90, noon.Add(-time.Hour), time.Second)
	for i := range all {
		all[i].EntityID, all[i].OperationID, all[i].TraceID = "shared", "shared", model.TraceID{15: 9}
	}
	_, err := NewWriter(pool).Write(t.Context(), testBatch(all...), nil)
	require.NoError(t, err)
	for name, f := range map[string]Filter{
		"entity":    {Entity: EntityMatch{Any: []Entity{{"order", "shared"}}}},
		"halves":    {EntityType: Match{Any: []string{"order"}}, EntityID: Match{Any: []string{"shared"}}},
		"operation": {Operation: Match{Any: []string{"shared"}}},
		"trace":     {Trace: Match{Any: []string{hex.EncodeToString(all[0].TraceID[:])}}},
	} {
		for want, projects := range map[int][]string{0: {}, 30: {"project-1"}, 60: {"project-0", "project-2"}} {
			reader := NewReader(pool, ReaderSettings{}).Scoped(Scope{Projects: projects})
			found, cursor := 0, ""
			for more := true; more; {
				page, err := reader.List(t.Context(), f, PageRequest{Limit: 20, Cursor: cursor})
				require.NoError(t, err, name)
				for i := range page.Records {
					require.Contains(t, projects, page.Records[i].ProjectID, name)
				}
				found += len(page.Records)
				cursor, more = page.Next, page.HasMore
			}
			require.Equal(t, want, found, "%s of %v", name, projects)
		}
	}
}

func sum(counts []Count) int64 {
	var n int64
	for _, count := range counts {
		n += count.N
	}
	return n
}

// The filter repeats what the policies say; without it they must hold alone.
func TestRowLevelSecurityHoldsAlone(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 30)
	reader := NewReader(pool, ReaderSettings{}).Scoped(Scope{Projects: []string{"project-1"}})
	for _, table := range []string{"activity", "rollup_hour", "rollup_hour_delta", "rollup_day", "rollup_project_hour", "rollup_action_day", "rollup_action_day_delta", "rejected"} {
		var foreign int
		err := reader.read(t.Context(), 0, planEach, func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), "SELECT count(*) FROM activity."+table+" WHERE project_id <> 'project-1'").Scan(&foreign)
		})
		require.NoError(t, err, table)
		require.Zero(t, foreign, table)
	}
	for _, view := range []string{"count_hour", "count_action_day"} {
		err := reader.read(t.Context(), 0, planEach, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), "SELECT FROM activity."+view)
			return err
		})
		require.ErrorContains(t, err, "permission denied", "a view reads as its owner")
	}
}

// A role of the database's operator, which owns nothing, reads all as the API and
// nothing by itself.
func TestReaderNeedNotOwnTheSchema(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 30)
	login := as(t, pool, "reporter", "GRANT activity_reader TO reporter")
	reader := NewReader(login, ReaderSettings{})
	total, err := reader.Total(t.Context(), everything, TotalExact)
	require.NoError(t, err)
	require.Equal(t, Total{30, Exact}, total)
	require.NoError(t, reader.CheckScoping(t.Context()))
	require.Zero(t, one[int](t, login, "SELECT count(*) FROM activity.activity"))
}

func TestCheckScopingNamesTheRemedy(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	login := as(t, pool, "stranger", "GRANT USAGE ON SCHEMA activity TO stranger")
	err := NewReader(login, ReaderSettings{}).CheckScoping(t.Context())
	require.ErrorContains(t, err, "GRANT activity_reader TO")
}

// as connects as a new role after the statement.
func as(t *testing.T, pool *pgxpool.Pool, role, statement string) *pgxpool.Pool {
	t.Helper()
	_, err := pool.Exec(t.Context(), "CREATE ROLE "+role+" LOGIN; "+statement)
	require.NoError(t, err)
	config := pool.Config()
	config.ConnConfig.User = role
	login, err := pgxpool.NewWithConfig(context.WithoutCancel(t.Context()), config)
	require.NoError(t, err)
	t.Cleanup(login.Close)
	return login
}

func TestALaterErrorEndsEach(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 30)
	enough := errors.New("enough")
	complete, err := NewReader(pool, ReaderSettings{}).Each(t.Context(), Filter{}, OldestFirst, func(*Record) error { return enough })
	require.ErrorIs(t, err, enough)
	require.False(t, complete)
}

// The policies are for readers; a role that may only add passes by them.
func TestWriterNeedNotOwnTheSchema(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	login := as(t, pool, "collector", `ALTER ROLE collector BYPASSRLS;
GRANT USAGE ON SCHEMA activity TO collector;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA activity TO collector`)
	all := testActivities(3, noon, time.Second)
	for range 2 {
		_, err := NewWriter(login).Write(t.Context(), testBatch(all...), nil)
		require.NoError(t, err)
	}
	require.Equal(t, 3, one[int](t, pool, "SELECT count(*)::int FROM activity.activity"))
}
