package store

import (
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

const mostPartitions = 120

func daysBack(n int) []time.Time {
	days := make([]time.Time, n)
	for i := range days {
		days[i] = time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -i)
	}
	return days
}

func TestTwentyYearsFitIntoFewPartitions(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	days := daysBack(20 * 366)
	started := time.Now()
	made := one[int](t, pool, "SELECT activity.ensure_partitions($1)", days)
	require.Less(t, time.Since(started), 20*time.Second, "the cost must follow the partitions, not the days")
	require.LessOrEqual(t, made, mostPartitions)
	require.Equal(t, made, one[int](t, pool, "SELECT count(*) FROM activity.partitions()"))
	require.Zero(t, one[int](t, pool, "SELECT activity.ensure_partitions($1)", days))
	require.NoError(t, NewMaintainer(pool).Run(t.Context()))
	require.LessOrEqual(t, one[int](t, pool, "SELECT count(*) FROM activity.partitions()"), mostPartitions)
}

func TestImportOfTwentyYearsInAnyOrder(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	require.NoError(t, NewMaintainer(pool).Run(t.Context()))
	w := NewWriter(pool)
	all := testActivities(20*366, time.Now().AddDate(-20, 0, 0), 24*time.Hour)
	kept := all[:0]
	for _, a := range all {
		if a.OccurredAt < model.MicrosOf(time.Now()) {
			kept = append(kept, a)
		}
	}
	shuffle(kept)
	for len(kept) > 0 {
		n := min(500, len(kept))
		result, err := w.Write(t.Context(), testBatch(kept[:n]...), nil)
		require.NoError(t, err)
		require.Equal(t, Result{Written: n}, result)
		kept = kept[n:]
	}
	require.LessOrEqual(t, one[int](t, pool, "SELECT count(*) FROM activity.partitions()"), mostPartitions)
	requireCountsAreExact(t, pool)
}

func TestSessionsMakePartitionsAtOnceDuringACopy(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	ahead := one[int](t, pool, "SELECT activity.ensure_partitions_ahead()")

	// A COPY that has begun and doesn't end before the partitions are there.
	copying, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	defer copying.Release()
	rows := testBatch(testActivities(1000, yesterday(), time.Second)...)
	require.NoError(t, copyRows(t.Context(), copying.Conn().PgConn(), rows, rows.sort(), true))

	const sessions = 6
	days := daysBack(400)
	made := make([]int, sessions)
	var wg sync.WaitGroup
	for i := range sessions {
		conn, err := pgx.Connect(t.Context(), pool.Config().ConnString())
		require.NoError(t, err)
		wg.Go(func() {
			defer func() { _ = conn.Close(t.Context()) }()
			errIsNil(t, conn.QueryRow(t.Context(), "SELECT activity.ensure_partitions($1)", days).Scan(&made[i]))
		})
	}
	wg.Wait()
	_, err = copying.Exec(t.Context(), "COMMIT")
	require.NoError(t, err)

	total := ahead
	for _, n := range made {
		total += n
	}
	require.Equal(t, total, one[int](t, pool, "SELECT count(*) FROM activity.partitions()"), "each is made by one session")
	require.Equal(t, 1000, one[int](t, pool, "SELECT count(*) FROM activity.activity"))
}

func TestWritersMakeMissingPartitionsAtOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	w := NewWriter(pool)
	all := testActivities(2000, time.Now().AddDate(-4, 0, 0), 17*time.Hour)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			_, err := w.Write(t.Context(), testBatch(all[i*500:(i+1)*500]...), nil)
			errIsNil(t, err)
		})
	}
	wg.Wait()
	require.Equal(t, 2000, one[int](t, pool, "SELECT count(*) FROM activity.activity"))
	requireCountsAreExact(t, pool)
}
