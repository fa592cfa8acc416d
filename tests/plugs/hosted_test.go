package plugs

import (
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/schema"
	"github.com/otel-activity/otel-activity/internal/store"
)

// A role with nothing but CREATE on its database brings the schema up, writes, reads and
// does the upkeep, as on a hosted Postgres; and no extension is asked for.
func TestTrailNeedsNoSuperuser(t *testing.T) {
	t.Parallel()
	for _, name := range glob(t, "sql/migrations/*.sql") {
		require.NotContains(t, strings.ToUpper(read(t, name)), "CREATE EXTENSION", name)
	}
	dsn := pgtest.NewEmptyDSN(t)
	admin := pgtest.Pool(t, dsn)
	const grant = `DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO plugs_hosted', current_database()); END $$`
	for _, statement := range []string{"CREATE ROLE plugs_hosted LOGIN", grant} {
		_, err := admin.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	parsed, err := url.Parse(dsn)
	require.NoError(t, err)
	query := parsed.Query()
	query.Set("user", "plugs_hosted")
	parsed.RawQuery = query.Encode()

	conn, err := pgx.Connect(t.Context(), parsed.String())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(t.Context())) })
	_, err = schema.Up(t.Context(), conn)
	require.NoError(t, err)

	pool := pgtest.Pool(t, parsed.String())
	write(t, pool, 0, 30)
	require.NoError(t, store.NewMaintainer(pool).Run(t.Context()))
	var rows, counted int
	require.NoError(t, pool.QueryRow(t.Context(),
		"SELECT (SELECT count(*) FROM activity.activity), (SELECT sum(total) FROM activity.activity_metrics_daily)").Scan(&rows, &counted))
	require.Equal(t, []int{30, 30}, []int{rows, counted})
	_, err = pool.Exec(t.Context(), "SELECT activity.apply_retention()")
	require.NoError(t, err)
}
