package store

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/schema"
)

// owned is a database on a server of its own, where nobody made activity_reader,
// with the schema made by keeper, who may not make roles. The pool is the
// superuser's.
func owned(t *testing.T) (superuser, keeper *pgxpool.Pool) {
	t.Helper()
	server := pgtest.Own(t, pgtest.Options{})
	dsn, err := server.CreateEmptyDatabase(t.Context())
	require.NoError(t, err)
	superuser = pgtest.Pool(t, dsn)
	database := pgx.Identifier{superuser.Config().ConnConfig.Database}.Sanitize()
	keeper = as(t, superuser, "keeper", "GRANT CREATE ON DATABASE "+database+" TO keeper")
	_, err = schema.Up(t.Context(), keeper)
	require.NoError(t, err)
	return superuser, keeper
}

func TestOwnerNeedNotMakeRoles(t *testing.T) {
	t.Parallel()
	superuser, keeper := owned(t)
	written(t, keeper, 30)
	require.NoError(t, NewMaintainer(keeper).Run(t.Context()))
	reader := NewReader(keeper, ReaderSettings{})
	total, err := reader.Total(t.Context(), everything, TotalExact)
	require.NoError(t, err)
	require.Equal(t, Total{30, Exact}, total, "everything works but scopes")

	err = reader.CheckScoping(t.Context())
	require.ErrorContains(t, err, "the role activity_reader is missing")
	_, remedy, _ := strings.Cut(err.Error(), " run ")
	remedy, _, _ = strings.Cut(remedy, ": ")
	_, err = superuser.Exec(t.Context(), strings.ReplaceAll(remedy, "<the role of the API's dsn>", "keeper"))
	require.NoError(t, err, remedy)
	require.NoError(t, reader.CheckScoping(t.Context()))

	scoped := reader.Scoped(Scope{Projects: []string{"project-1"}})
	total, err = scoped.Total(t.Context(), everything, TotalExact)
	require.NoError(t, err)
	require.Equal(t, Total{10, Exact}, total)
	page, err := scoped.List(t.Context(), everything, PageRequest{})
	require.NoError(t, err)
	require.Len(t, page.Records, 10)
}

// Where nobody may give BYPASSRLS, what the owner may can be given.
func TestWriterMayBeAMemberOfTheOwner(t *testing.T) {
	t.Parallel()
	superuser, _ := owned(t)
	login := as(t, superuser, "member", "GRANT keeper TO member")
	all := testActivities(3, noon, time.Second)
	for range 2 {
		_, err := NewWriter(login).Write(t.Context(), testBatch(all...), nil)
		require.NoError(t, err)
	}
	require.Equal(t, 3, one[int](t, superuser, "SELECT count(*)::int FROM activity.activity"))
}

// A writer under the policies keeps its rows for another try and learns what to do.
func TestWriterUnderPoliciesNamesTheRemedy(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	login := as(t, pool, "inserter", `GRANT USAGE ON SCHEMA activity TO inserter;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA activity TO inserter`)
	_, err := NewWriter(login).Write(t.Context(), testBatch(testActivities(3, noon, time.Second)...), nil)
	require.ErrorContains(t, err, "GRANT <owner> TO <role>")
	require.Equal(t, ClassRetry, Classify(err))
	require.Zero(t, one[int](t, pool, "SELECT count(*)::int FROM activity.rejected"))
}
