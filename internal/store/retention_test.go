package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func exec(t *testing.T, pool *pgxpool.Pool, statement string, args ...any) {
	t.Helper()
	_, err := pool.Exec(t.Context(), statement, args...)
	require.NoError(t, err, statement)
}

// aged are activities of three projects every three hours for so many days until
// yesterday.
func aged(t *testing.T, pool *pgxpool.Pool, days int) {
	t.Helper()
	_, err := NewWriter(pool).Write(t.Context(), testBatch(testActivities(8*days, yesterday().AddDate(0, 0, -days), 3*time.Hour)...), nil)
	require.NoError(t, err)
}

// oldest is how many days ago the oldest activity of each project was, as the days
// since its day, by project.
func oldest(t *testing.T, pool *pgxpool.Pool) map[string]int {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT project_id, (now() AT TIME ZONE 'UTC')::date - min(occurred_at AT TIME ZONE 'UTC')::date
		FROM activity.activity GROUP BY project_id`)
	require.NoError(t, err)
	all := map[string]int{}
	var project string
	var days int
	_, err = pgx.ForEachRow(rows, []any{&project, &days}, func() error {
		all[project] = days
		return nil
	})
	require.NoError(t, err)
	return all
}

func TestRetentionKeepsWhatItMust(t *testing.T) {
	t.Parallel()
	const forever = "INSERT INTO activity.retention_class (class) VALUES ('forever')"
	for name, test := range map[string]struct {
		policy []string
		want   map[string]int
		kept   bool // there are partitions with rows of some projects alone
	}{
		"for ever": {nil, map[string]int{"project-0": 41, "project-1": 41, "project-2": 41}, false},
		"a default": {
			[]string{"UPDATE activity.retention_class SET keep = '10 days'"},
			map[string]int{"project-0": 10, "project-1": 10, "project-2": 10},
			false,
		},
		"a hold": {
			[]string{
				"UPDATE activity.retention_class SET keep = '10 days'",
				"INSERT INTO activity.project_retention (project_id, legal_hold, reason) VALUES ('project-1', true, 'case 12')",
			},
			map[string]int{"project-0": 10, "project-1": 41, "project-2": 10},
			true,
		},
		"longer and shorter": {
			[]string{
				"UPDATE activity.retention_class SET keep = '20 days'", forever,
				"INSERT INTO activity.retention_class (class, keep) VALUES ('short', '5 days')",
				"INSERT INTO activity.project_retention (project_id, class) VALUES ('project-0', 'forever'), ('project-2', 'short')",
			},
			map[string]int{"project-0": 41, "project-1": 20, "project-2": 5},
			true,
		},
		"shorter than for ever": {
			[]string{
				"INSERT INTO activity.retention_class (class, keep) VALUES ('short', '5 days')",
				"INSERT INTO activity.project_retention (project_id, class) VALUES ('project-2', 'short')",
			},
			map[string]int{"project-0": 41, "project-1": 41, "project-2": 5},
			true,
		},
		"a hold goes before a class": {
			[]string{
				"INSERT INTO activity.retention_class (class, keep) VALUES ('short', '5 days')",
				"INSERT INTO activity.project_retention (project_id, class, legal_hold) VALUES ('project-2', 'short', true)",
			},
			map[string]int{"project-0": 41, "project-1": 41, "project-2": 41},
			false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.New(t)
			m := NewMaintainer(pool)
			aged(t, pool, 40)
			require.NoError(t, m.Run(t.Context(), TaskRollups))
			aged(t, pool, 40) // again: nothing of it is new
			for _, statement := range test.policy {
				exec(t, pool, statement)
			}
			require.NoError(t, m.Run(t.Context(), TaskRetention))
			require.Equal(t, test.want, oldest(t, pool))
			requireNoDrift(t, pool)
			require.Zero(t, one[int](t, pool, "SELECT count(*) FROM pg_class WHERE relname ~ '^(retired|kept)_[0-9_]+$'"))
			log := one[string](t, pool, "SELECT coalesce(sum(removed), 0) || ' ' || (coalesce(sum(kept), 0) > 0) FROM activity.retention_log")
			gone := 320 - one[int](t, pool, "SELECT count(*) FROM activity.activity")
			require.Equal(t, fmt.Sprintf("%d %t", gone, test.kept), log)

			done := one[int](t, pool, "SELECT count(*) FROM activity.retention_log")
			require.NoError(t, m.Run(t.Context(), TaskRetention))
			require.Equal(t, done, one[int](t, pool, "SELECT count(*) FROM activity.retention_log"), "nothing is due any more")
		})
	}
}

// A partition that was replaced is one like the others: it is found by its indexes,
// takes rows, and goes when the hold does.
func TestReplacedPartitionsAreLikeTheOthers(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	m := NewMaintainer(pool)
	aged(t, pool, 20)
	exec(t, pool, "UPDATE activity.retention_class SET keep = '10 days'")
	exec(t, pool, "INSERT INTO activity.project_retention (project_id, legal_hold) VALUES ('project-1', true)")
	require.NoError(t, m.Run(t.Context(), TaskRetention))
	require.Equal(t, "7 5", one[string](t, pool, `SELECT string_agg(DISTINCT per.n, ',')
		FROM (SELECT (SELECT count(*) FROM pg_index WHERE indrelid = p.partition) || ' ' ||
				(SELECT count(*) FROM pg_constraint WHERE conrelid = p.partition AND contype = 'c') AS n
			FROM activity.partitions() AS p) AS per`), "each has the same indexes and checks")
	require.Zero(t, one[int](t, pool, `SELECT count(*) FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indrelid
		WHERE c.relispartition AND NOT EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhrelid = x.indexrelid)`), "all are part of the trail's")

	late := testActivities(3, yesterday().AddDate(0, 0, -15), time.Minute)
	for i := range late {
		late[i].ID = testID(10_000 + i)
	}
	_, err := NewWriter(pool).Write(t.Context(), testBatch(late...), nil)
	require.NoError(t, err)
	requireNoDrift(t, pool)
	require.NoError(t, m.Run(t.Context(), TaskRetention))
	require.Equal(t, map[string]int{"project-0": 10, "project-1": 21, "project-2": 10}, oldest(t, pool))
	requireNoDrift(t, pool)

	exec(t, pool, "UPDATE activity.project_retention SET legal_hold = false")
	require.NoError(t, m.Run(t.Context(), TaskRetention))
	require.Equal(t, map[string]int{"project-0": 10, "project-1": 10, "project-2": 10}, oldest(t, pool))
	requireNoDrift(t, pool)
}

func TestRetentionThatBreaksOffLeavesAllAsItWas(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	aged(t, pool, 20)
	exec(t, pool, "UPDATE activity.retention_class SET keep = '10 days'")
	exec(t, pool, "INSERT INTO activity.project_retention (project_id, legal_hold) VALUES ('project-1', true)")
	const state = `SELECT md5(string_agg(a::text, '' ORDER BY a.occurred_at, a.id)) || (SELECT string_agg(p::text, '') FROM activity.partitions() AS p)
		FROM activity.activity AS a`
	before := one[string](t, pool, state)
	undo := errors.New("broken off")
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		var done int
		require.NoError(t, tx.QueryRow(t.Context(), "SELECT activity.apply_retention(5)").Scan(&done))
		require.Equal(t, 5, done)
		return undo
	})
	require.ErrorIs(t, err, undo)
	require.Equal(t, before, one[string](t, pool, state))
	requireNoDrift(t, pool)
	require.Zero(t, one[int](t, pool, "SELECT count(*) FROM activity.retention_log"))

	// Between the two transactions of a partition: the next run drops what was left.
	exec(t, pool, "SELECT activity.apply_retention()")
	require.Equal(t, 1, one[int](t, pool, "SELECT count(*) FROM pg_class WHERE relname ~ '^retired_' AND relkind = 'r'"))
	requireNoDrift(t, pool)
	require.NoError(t, NewMaintainer(pool).Run(t.Context(), TaskRetention))
	require.Zero(t, one[int](t, pool, "SELECT count(*) FROM pg_class WHERE relname ~ '^retired_' AND relkind = 'r'"))
}

// The policies decide, whoever calls.
func TestRetentionTakesNothingThatIsKept(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	aged(t, pool, 3)
	require.Equal(t, "{f}", one[string](t, pool, "SELECT array_agg(DISTINCT activity.retain_partition(partition))::text FROM activity.partitions()"))
	err := pgx.BeginTxFunc(t.Context(), pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "SELECT activity.retain_partition(partition) FROM activity.partitions()")
		return err
	})
	require.ErrorContains(t, err, "needs the isolation level read committed")
	_, err = pool.Exec(t.Context(), "UPDATE activity.retention_class SET keep = '1 hour'")
	require.ErrorContains(t, err, "retention_class_keep_check")
}

// Collectors that do the upkeep at once take each partition out once.
func TestSeveralMaintainersAtOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	aged(t, pool, 20)
	exec(t, pool, "UPDATE activity.retention_class SET keep = '10 days'")
	var wg sync.WaitGroup
	errs := make([]error, 4)
	var mu sync.Mutex
	outcomes := map[Outcome]int{}
	for i := range errs {
		wg.Go(func() {
			errs[i] = NewMaintainer(pool).RunEach(t.Context(), func(run TaskRun) {
				mu.Lock()
				defer mu.Unlock()
				outcomes[run.Outcome]++
			}, Tasks()...)
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Equal(t, 24, outcomes[OutcomeDone]+outcomes[OutcomeBusy], "%v", outcomes)
	require.Equal(t, "11 11", one[string](t, pool, "SELECT count(*) || ' ' || count(DISTINCT lower_bound) FROM activity.retention_log"))
	requireNoDrift(t, pool)

	// While one is at it, the other passes it over.
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	_, err = tx.Exec(t.Context(), "SELECT activity.upkeep_step('retention')")
	require.NoError(t, err)
	require.NoError(t, NewMaintainer(pool).RunEach(t.Context(), func(run TaskRun) {
		require.Equal(t, OutcomeBusy, run.Outcome)
	}, TaskRetention))
}

// Writers go on while partitions are taken out, and rows that come late are counted.
func TestRetentionUnderWriters(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	aged(t, pool, 16)
	exec(t, pool, "UPDATE activity.retention_class SET keep = '10 days'")
	exec(t, pool, "INSERT INTO activity.project_retention (project_id, legal_hold) VALUES ('project-1', true)")
	m := NewMaintainer(pool)
	require.NoError(t, m.Run(t.Context(), TaskPartitions))

	done := make(chan struct{})
	var wg sync.WaitGroup
	var longest time.Duration
	var mu sync.Mutex
	for writer := range 3 {
		wg.Go(func() {
			w := NewWriter(pool)
			for round := 0; ; round++ {
				select {
				case <-done:
					return
				default:
				}
				all := testActivities(50, time.Now(), time.Microsecond)
				if writer == 2 { // late ones
					time.Sleep(20 * time.Millisecond)
					all = testActivities(2, yesterday().AddDate(0, 0, -round%16), time.Second)
				}
				for i := range all {
					all[i].ID = testID(100_000*(writer+1) + 100*round + i)
				}
				started := time.Now()
				if _, err := w.Write(t.Context(), testBatch(all...), nil); err != nil {
					t.Errorf("writer %d: %v", writer, err)
					return
				}
				if took := time.Since(started); writer < 2 {
					mu.Lock()
					longest = max(longest, took)
					mu.Unlock()
				}
			}
		})
	}
	var errs []error
	for range 3 {
		started := time.Now()
		errs = append(errs, m.Run(t.Context(), TaskRollups, TaskRetention))
		t.Logf("took %s", time.Since(started))
	}
	close(done)
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	t.Logf("longest write beside it: %s", longest)
	require.Less(t, longest, 2*time.Second)
	requireNoDrift(t, pool)
	require.NoError(t, m.Run(t.Context(), TaskRetention))
	requireNoDrift(t, pool)
	want := map[string]int{"project-0": 10, "project-1": 17, "project-2": 10}
	require.Equal(t, want, oldest(t, pool))
}

// The commit of a swap doesn't wait for the disk. Whichever of its transactions a crash
// undoes, rows and counts agree, and the next run goes on.
func TestRetentionThroughCrashes(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{Durable: true})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool := pgtest.Pool(t, dsn)
	aged(t, pool, 14)
	exec(t, pool, "UPDATE activity.retention_class SET keep = '10 days'")
	exec(t, pool, "INSERT INTO activity.project_retention (project_id, legal_hold) VALUES ('project-1', true)")
	for range 3 {
		exec(t, pool, "SELECT activity.upkeep_step('retention')")
		require.NoError(t, server.Kill())
		require.NoError(t, server.Start(t.Context()))
		pool.Reset()
		requireNoDrift(t, pool)
	}
	require.NoError(t, NewMaintainer(pool).Run(t.Context(), TaskRetention))
	require.Equal(t, map[string]int{"project-0": 10, "project-1": 15, "project-2": 10}, oldest(t, pool))
	requireNoDrift(t, pool)
	require.Zero(t, one[int](t, pool, "SELECT count(*) FROM pg_class WHERE relname ~ '^(retired|kept)_[0-9_]+$'"))
}
