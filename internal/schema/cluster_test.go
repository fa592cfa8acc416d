package schema_test

import (
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/schema"
)

// The role for project scopes belongs to the cluster, and the lock for migrations
// to one database: all of them make it at once.
func TestUpTakesManyDatabasesAtOnce(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{})
	const databases = 4
	errs := make([]error, databases)
	conns := make([]*pgx.Conn, databases)
	for i := range conns {
		dsn, err := server.CreateEmptyDatabase(t.Context())
		require.NoError(t, err)
		conns[i] = connect(t, dsn)
	}
	var wg sync.WaitGroup
	for i, conn := range conns {
		wg.Go(func() { _, errs[i] = schema.Up(t.Context(), conn) })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
}
