package store

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestWriteSkipsWhatIsThere(t *testing.T) {
	t.Parallel()
	for _, percent := range []int{0, 10, 50, 100} {
		pool := pgtest.New(t)
		w := NewWriter(pool)
		const n = 3000
		all := testActivities(n, yesterday(), time.Second)
		shuffle(all)
		seen := n * percent / 100

		result, err := w.Write(t.Context(), testBatch(all[:seen]...), nil)
		require.NoError(t, err)
		require.Equal(t, Result{Written: seen}, result)

		shuffle(all)
		result, err = w.Write(t.Context(), testBatch(all...), nil)
		require.NoError(t, err)
		require.Equal(t, Result{Written: n - seen, Duplicates: seen}, result)

		require.Equal(t, n, one[int](t, pool, "SELECT count(*) FROM activity.activity"))
		require.Equal(t, 1, one[int](t, pool, "SELECT count(*) FROM activity.resource"))
		requireCountsAreExact(t, pool)
	}
}

func TestWriteTakesTheSameBatchAgain(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	w := NewWriter(pool)
	b := testBatch(testActivities(100, yesterday(), -time.Second)...)
	result, err := w.Write(t.Context(), b, nil)
	require.NoError(t, err)
	require.Equal(t, Result{Written: 100}, result)
	result, err = w.Write(t.Context(), b, nil)
	require.NoError(t, err)
	require.Equal(t, Result{Duplicates: 100}, result)

	b.Reset()
	require.Zero(t, b.Len())
	result, err = w.Write(t.Context(), b, nil)
	require.NoError(t, err)
	require.Zero(t, result)
}

func TestWriteTakesOneTimeForThousands(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	all := testActivities(5000, yesterday(), 0)
	all = append(all, all[:1000]...) // and some of them twice in the batch
	result, err := NewWriter(pool).Write(t.Context(), testBatch(all...), nil)
	require.NoError(t, err)
	require.Equal(t, Result{Written: 5000, Duplicates: 1000}, result)
	requireCountsAreExact(t, pool)
}

func TestWritersOfTheSameRecordsAtOnce(t *testing.T) {
	t.Parallel()
	for _, writers := range []int{2, 4} {
		pool := pgtest.New(t)
		w := NewWriter(pool)
		const batches, perBatch = 6, 500
		all := testActivities(batches*perBatch, yesterday(), time.Millisecond)

		var mu sync.Mutex
		var total Result
		var wg sync.WaitGroup
		for range writers {
			mine := append([]model.Activity(nil), all...)
			shuffle(mine)
			wg.Go(func() {
				for i := range batches {
					result, err := w.Write(t.Context(), testBatch(mine[i*perBatch:(i+1)*perBatch]...), nil)
					mu.Lock()
					if !errIsNil(t, err) {
						mu.Unlock()
						return
					}
					total.Written += result.Written
					total.Duplicates += result.Duplicates
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		require.Equal(t, Result{Written: len(all), Duplicates: (writers - 1) * len(all)}, total)
		require.Equal(t, len(all), one[int](t, pool, "SELECT count(*) FROM activity.activity"))
		require.Zero(t, one[int](t, pool, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
		requireCountsAreExact(t, pool)
	}
}

func errIsNil(t *testing.T, err error) bool {
	t.Helper()
	if err != nil {
		t.Errorf("write: %v", err)
	}
	return err == nil
}

func TestWriteIsolatesWhatPostgresRefuses(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), "ALTER TABLE activity.activity ADD CONSTRAINT no_poison CHECK (details <> 'poison')")
	require.NoError(t, err)
	w := NewWriter(pool)
	all := testActivities(2000, yesterday(), time.Second)
	all[0].Details = "poison"
	all[700].Details = "poison"
	all[900].Action = "nul\x00 in a key column"
	all[901].EntityName = "bad utf-8 \xff"
	all[902].Metadata = []byte(`{"not": "closed"`)
	all[903].Source = 99
	all[904].EntityID = incompressible(9000)
	all[905].Attributes = []byte(`{"a":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`)
	all[906].OccurredAt = leastTime - 1
	all[907].OccurredAt = greatestTime + 1
	all[908].ObservedAt = -1 << 62
	all[1999].Details = "poison"
	const refused = 12
	payload := func(row int) []byte { id := testID(row + 1); return id[12:] }

	for round := range 2 {
		result, err := w.Write(t.Context(), testBatch(all...), payload)
		require.NoError(t, err)
		want := Result{Written: len(all) - refused, Rejected: refused}
		if round == 1 {
			want = Result{Duplicates: len(all) - refused, Rejected: refused}
		}
		require.Equal(t, want, result)
		require.Equal(t, len(all)-refused, one[int](t, pool, "SELECT count(*) FROM activity.activity"))
		require.Equal(t, refused, one[int](t, pool, "SELECT count(*) FROM activity.rejected"))
		require.Equal(t, refused, one[int](t, pool,
			"SELECT count(*) FROM activity.rejected WHERE payload = decode(right(id::text, 8), 'hex')"))
		requireCountsAreExact(t, pool)
	}
}

func incompressible(n int) string {
	random := make([]byte, n)
	_, _ = rand.Read(random)
	return base64.StdEncoding.EncodeToString(random)
}

func TestWriteIsolatesAForeignUniqueConstraint(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), "CREATE UNIQUE INDEX ON activity.activity (occurred_at, entity_id)")
	require.NoError(t, err)
	all := testActivities(100, yesterday(), time.Second)
	all[50].OccurredAt, all[50].EntityID = all[51].OccurredAt, all[51].EntityID

	result, err := NewWriter(pool).Write(t.Context(), testBatch(all...), nil)
	require.NoError(t, err)
	require.Equal(t, Result{Written: 99, Rejected: 1}, result)
	requireCountsAreExact(t, pool)
}

func TestWriteKeepsRowsOfARefusedResource(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	b := testBatch(testActivities(10, yesterday(), time.Second)...)
	b.AddResource(&model.Resource{ID: 2, Attributes: []byte(`{"broken`)})
	b.AddResource(&model.Resource{ID: -3, Attributes: []byte(`{"service.name": "shop"}`)})
	result, err := NewWriter(pool).Write(t.Context(), b, nil)
	require.NoError(t, err)
	require.Equal(t, Result{Written: 10}, result)
	require.Equal(t, 3, one[int](t, pool, "SELECT count(*) FROM activity.resource"))
	require.Equal(t, "shop", one[string](t, pool, "SELECT attributes->>'service.name' FROM activity.resource WHERE resource_id = -3"))
}

func TestWriteCountsActionsWithIDsAsOne(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	all := testActivities(1000, yesterday(), time.Second)
	for i := range all {
		all[i].Action = "order." + all[i].EntityID
	}
	_, err := NewWriter(pool).Write(t.Context(), testBatch(all...), nil)
	require.NoError(t, err)
	require.Equal(t, 1000-maxActions, one[int](t, pool, "SELECT sum(n) FROM activity.count_action_day WHERE action = $1", OtherActions))
	require.Equal(t, maxActions+1, one[int](t, pool, "SELECT count(DISTINCT action) FROM activity.count_action_day"))
}

func TestMaintainerFoldsWhileWritersWrite(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	w, m := NewWriter(pool), NewMaintainer(pool)
	all := testActivities(4000, yesterday(), time.Second)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 10 {
				at := i*1000 + j*100
				_, err := w.Write(t.Context(), testBatch(all[at:at+100]...), nil)
				errIsNil(t, err)
			}
		})
	}
	for range 2 {
		wg.Go(func() {
			for range 10 {
				errIsNil(t, m.Run(t.Context()))
			}
		})
	}
	wg.Wait()
	requireCountsAreExact(t, pool)
	require.NoError(t, m.Run(t.Context()))
	require.Zero(t, one[int](t, pool, "SELECT (SELECT count(*) FROM activity.rollup_hour_delta) + (SELECT count(*) FROM activity.rollup_action_day_delta)"))
	requireCountsAreExact(t, pool)
	require.Equal(t, 1, one[int](t, pool, "SELECT count(*) FROM activity.partitions() WHERE lower_bound = current_date + 7"))
}
