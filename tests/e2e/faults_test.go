package e2e

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

const (
	loadClients   = 3
	loadPerClient = 40_000
	loadSeconds   = 16
	maxRSS        = 300 // MB
)

// Under load, the Collector is killed once and Postgres is stopped once. Every id
// that was acknowledged to a client is in the table exactly once.
func TestEveryAcknowledgedActivityIsStoredOnce(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{Durable: true})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	r := newRig(t, dsn)

	acknowledged := make(map[string]int)
	load := startLoad(t, r.GRPC)
	time.Sleep(loadSeconds / 4 * time.Second)
	require.NoError(t, r.Kill())
	time.Sleep(time.Second)
	require.NoError(t, r.Start(t.Context()))

	time.Sleep(loadSeconds / 4 * time.Second)
	require.NoError(t, server.Stop())
	time.Sleep(2 * time.Second)
	require.NoError(t, server.Start(t.Context()))

	for _, client := range load() {
		maps.Copy(acknowledged, client.Acknowledged())
	}
	require.Len(t, acknowledged, loadClients*loadPerClient, "every activity is acknowledged in the end")
	r.waitCount(t, len(acknowledged), 2*time.Minute)
	require.NoError(t, r.Stop())

	stored := storedIDs(t, r)
	var lost, doubled []string
	for id := range acknowledged {
		if stored[id] == 0 {
			lost = append(lost, id)
		}
	}
	for id, times := range stored {
		if times > 1 {
			doubled = append(doubled, id)
		}
	}
	require.Empty(t, lost, "acknowledged and not in the table")
	require.Empty(t, doubled, "in the table more than once")
	require.Len(t, stored, len(acknowledged))
	requireCountsMatchRows(t, r)

	rss := float64(r.PeakRSS()) / 1e6
	fmt.Printf("RESULT collector_rss_mb %.0f MB\n", rss)
	require.LessOrEqual(t, rss, float64(maxRSS))
}

// startLoad starts the clients; the function that it returns waits until all that
// they recorded is acknowledged.
func startLoad(t *testing.T, endpoint string) func() []*harness.Client {
	t.Helper()
	clients := make([]*harness.Client, loadClients)
	var running sync.WaitGroup
	for i := range clients {
		client, err := harness.NewClient(t.Context(), endpoint, "load-"+strconv.Itoa(i), loadPerClient)
		require.NoError(t, err)
		clients[i] = client
		running.Go(func() { emit(t.Context(), client, i) })
	}
	return func() []*harness.Client {
		running.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		for _, client := range clients {
			require.NoError(t, client.Close(ctx))
		}
		return clients
	}
}

// emit records at a steady rate, a little every 10 ms.
func emit(ctx context.Context, client *harness.Client, seed int) {
	const ticks = loadSeconds * 100
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for n := range loadPerClient {
		if n%(loadPerClient/ticks) == 0 {
			<-tick.C
		}
		client.Record(ctx, activity.Activity{
			Action:    "order.update",
			Source:    activity.SourceUser,
			Entity:    activity.Entity{Type: "order", ID: strconv.Itoa(n % 997)},
			Actor:     activity.Actor{ID: "user-" + strconv.Itoa(n%31)},
			ProjectID: "project-" + strconv.Itoa(seed),
			Metadata:  map[string]any{"attempt": n, "channel": "web"},
		})
	}
}

func storedIDs(t *testing.T, r *rig) map[string]int {
	t.Helper()
	rows, err := r.pool.Query(t.Context(), "SELECT id FROM activity.activity")
	require.NoError(t, err)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[pgtype.UUID])
	require.NoError(t, err)
	stored := make(map[string]int, len(ids))
	for _, id := range ids {
		stored[id.String()]++
	}
	return stored
}

// requireCountsMatchRows recounts the rows and holds the kept counts against it.
func requireCountsMatchRows(t *testing.T, r *rig) {
	t.Helper()
	const difference = `
		SELECT count(*) FROM (
			(SELECT date_trunc('hour', occurred_at, 'UTC'), project_id, source, status, severity, count(*)
			 FROM activity.activity GROUP BY 1, 2, 3, 4, 5)
			EXCEPT
			(SELECT hour, project_id, source, status, severity, n FROM activity.count_hour)
		) AS missing`
	var differences, counted, rows int
	require.NoError(t, r.pool.QueryRow(t.Context(), difference).Scan(&differences))
	require.Zero(t, differences, "hours whose count differs from the rows")
	require.NoError(t, r.pool.QueryRow(t.Context(), "SELECT sum(n) FROM activity.count_action_day").Scan(&counted))
	require.NoError(t, r.pool.QueryRow(t.Context(), "SELECT count(*) FROM activity.activity").Scan(&rows))
	require.Equal(t, rows, counted)
}
