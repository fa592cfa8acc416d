package store

import (
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// rowsVariable names how many activities the day has; a million is what the guide
// promises a second for.
const rowsVariable = "ACTIVITY_TEST_RETENTION_ROWS"

// What it costs to take a day out beside writers, and how long they wait. It logs the
// figures and asserts what a busy machine can keep, too.
func TestRetentionOfABigDay(t *testing.T) {
	rows := 20_000
	if wanted := os.Getenv(rowsVariable); wanted != "" {
		var err error
		rows, err = strconv.Atoi(wanted)
		require.NoError(t, err)
	} else {
		t.Parallel()
	}
	server := pgtest.Own(t, pgtest.Options{Durable: true, Settings: map[string]string{"max_wal_size": "'8GB'"}})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool := pgtest.Pool(t, dsn)
	m := NewMaintainer(pool)
	require.NoError(t, m.Run(t.Context(), TaskPartitions))
	for _, ago := range []int{20, 21} {
		loaded(t, pool, yesterday().AddDate(0, 0, 1-ago), rows)
	}
	exec(t, pool, "UPDATE activity.retention_class SET keep = '20 days'")

	alone := longestWrite(t, pool, 0, func() { time.Sleep(2 * time.Second) })
	for number, step := range []struct{ name, policy string }{
		{"a day", "SELECT 1"},
		{"a day of which a tenth is held", "INSERT INTO activity.project_retention (project_id, legal_hold) VALUES ('project-1', true)"},
	} {
		exec(t, pool, step.policy)
		if number == 1 {
			exec(t, pool, "UPDATE activity.retention_class SET keep = '19 days'")
		}
		var took time.Duration
		longest := longestWrite(t, pool, number+1, func() {
			started := time.Now()
			require.NoError(t, m.Run(t.Context(), TaskRetention))
			took = time.Since(started)
		})
		log := one[string](t, pool, "SELECT removed || ' removed, ' || kept || ' kept' FROM activity.retention_log ORDER BY retained_at DESC LIMIT 1")
		t.Logf("%s of %d rows (%s): retention_day_ms %d, longest write %s; alone %s", step.name, rows, log, took.Milliseconds(), longest, alone)
		require.Less(t, took, 30*time.Second)
		require.Less(t, longest, 5*time.Second)
	}
	require.Equal(t, rows/10, one[int](t, pool, "SELECT count(*) FROM activity.activity WHERE occurred_at < now() - interval '10 days'"))
	requireNoDrift(t, pool)
}

// longestWrite is the longest of the writes of two writers for as long as do takes.
func longestWrite(t *testing.T, pool *pgxpool.Pool, round int, do func()) time.Duration {
	t.Helper()
	var (
		wg      sync.WaitGroup
		mu      sync.Mutex
		longest time.Duration
		done    = make(chan struct{})
	)
	for writer := range 2 {
		wg.Go(func() {
			w := NewWriter(pool)
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				case <-time.After(5 * time.Millisecond):
				}
				all := testActivities(20, time.Now(), time.Microsecond)
				for i := range all {
					all[i].ID = testID(1 + 100*(n+100_000*(writer+2*round)) + i)
				}
				started := time.Now()
				if _, err := w.Write(t.Context(), testBatch(all...), nil); err != nil {
					t.Errorf("write: %v", err)
					return
				}
				mu.Lock()
				longest = max(longest, time.Since(started))
				mu.Unlock()
			}
		})
	}
	do()
	close(done)
	wg.Wait()
	return longest
}
