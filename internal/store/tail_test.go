package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

const insertBatch = `INSERT INTO activity.batch (least_occurred_at, greatest_occurred_at, row_count) VALUES ($1, $2, $3)`

// commitLate writes rows as the writer does, and holds the transaction open before
// it ends it one way or the other.
func commitLate(ctx context.Context, pool *pgxpool.Pool, rows []row, hold time.Duration, commit bool) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	least, greatest := rows[0].at, rows[0].at
	batch := &pgx.Batch{}
	for _, r := range rows {
		if r.at.Before(least) {
			least = r.at
		}
		if r.at.After(greatest) {
			greatest = r.at
		}
		batch.Queue(insertRow, r.at, [16]byte(r.id), r.project, "user", "success", "info", r.action, "", "", "", "", nil)
	}
	batch.Queue(insertBatch, least, greatest, len(rows))
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	time.Sleep(hold)
	if !commit {
		return nil
	}
	return tx.Commit(ctx)
}

// follower runs a tail and counts how often it got each activity.
type follower struct {
	reader *Reader
	cursor TailCursor
	seen   map[model.ID]int
}

func (f *follower) look(t *testing.T, filter Filter) {
	t.Helper()
	next, err := f.reader.Tail(t.Context(), f.cursor, filter, func(r *Record) error {
		f.seen[r.ID]++
		return nil
	})
	require.NoError(t, err)
	// Through its text, as a client that comes again brings it.
	f.cursor, err = ParseTailCursor(next.String())
	require.NoError(t, err)
}

func TestTailMissesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	const writers, rounds, size = 6, 25, 4
	var days []time.Time
	for back := range 4 {
		days = append(days, noon.AddDate(0, 0, -back))
	}
	_, err := pool.Exec(t.Context(), "SELECT activity.ensure_partitions($1::date[])", days)
	require.NoError(t, err)
	insert(t, pool, row{at: noon, action: "before the tail"})

	reader := NewReader(pool, ReaderSettings{})
	cursor, err := reader.TailFrom(t.Context(), time.Now().Add(time.Hour))
	require.NoError(t, err)
	follow := follower{reader: reader, cursor: cursor, seen: map[model.ID]int{}}

	var (
		group     sync.WaitGroup
		committed sync.Map
		failed    = make(chan error, writers)
	)
	for w := range writers {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), 1)) //nolint:gosec // the same data in each run
			for round := range rounds {
				rows := make([]row, size)
				for i := range rows {
					// Late by up to three days, and some at one and the same time.
					at := days[random.IntN(len(days))].Add(time.Duration(random.IntN(10)) * time.Minute)
					rows[i] = row{at: at, id: idAt(at, uint32(w*10000+round*10+i)), action: "a"} //nolint:gosec // small
				}
				commit := random.IntN(4) > 0
				hold := time.Duration(random.IntN(20)) * time.Millisecond
				if err := commitLate(t.Context(), pool, rows, hold, commit); err != nil {
					failed <- err
					return
				}
				for _, r := range rows {
					if commit {
						committed.Store(r.id, true)
					}
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	for running := true; running; {
		select {
		case <-done:
			running = false
		case err := <-failed:
			require.NoError(t, err)
		default:
		}
		follow.look(t, Filter{})
	}
	want := 0
	committed.Range(func(id, _ any) bool {
		want++
		require.Equal(t, 1, follow.seen[id.(model.ID)])
		return true
	})
	require.Len(t, follow.seen, want)
	require.Greater(t, want, writers*rounds)
}

func TestTailAppliesTheFilter(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	insert(t, pool, row{at: noon, action: "old"})
	reader := NewReader(pool, ReaderSettings{})
	start, err := reader.TailFrom(t.Context(), time.Now().Add(time.Hour))
	require.NoError(t, err)
	rows := []row{
		{at: noon, id: idAt(noon, 1), action: "a", project: "p"},
		{at: noon.Add(time.Minute), id: idAt(noon, 2), action: "b", project: "q"},
		{at: noon.Add(time.Hour), id: idAt(noon, 3), action: "c", project: "p"},
	}
	require.NoError(t, commitLate(t.Context(), pool, rows, 0, true))
	require.NoError(t, commitLate(t.Context(), pool, []row{{at: noon, id: idAt(noon, 4), action: "d", project: "p"}}, 0, true))

	for name, test := range map[string]struct {
		filter Filter
		want   []string
	}{
		"all, by time": {Filter{}, []string{"a", "d", "b", "c"}},
		"project":      {Filter{Project: Match{Any: []string{"p"}}}, []string{"a", "d", "c"}},
		"from":         {Filter{From: noon.Add(time.Minute)}, []string{"b", "c"}},
		"to":           {Filter{To: noon.Add(time.Hour)}, []string{"a", "d", "b"}},
		"nothing":      {Filter{To: noon}, nil},
	} {
		var got []string
		next, err := reader.Tail(t.Context(), start, test.filter, func(r *Record) error {
			got = append(got, r.Action)
			return nil
		})
		require.NoError(t, err, name)
		require.Equal(t, test.want, got, name)
		_, err = reader.Tail(t.Context(), next, test.filter, func(*Record) error { return errors.New("seen already") })
		require.NoError(t, err, name)
	}
	_, err = reader.Tail(t.Context(), start, Filter{Status: Match{Any: []string{"ok"}}}, nil)
	var wrong *FilterError
	require.ErrorAs(t, err, &wrong)
}

func TestTailRepeatsWhatWasNotTaken(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	insert(t, pool, row{at: noon})
	reader := NewReader(pool, ReaderSettings{})
	start, err := reader.TailFrom(t.Context(), time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.NoError(t, commitLate(t.Context(), pool, []row{{at: noon, id: idAt(noon, 1)}}, 0, true))
	refused := errors.New("the client is gone")
	again, err := reader.Tail(t.Context(), start, Filter{}, func(*Record) error { return refused })
	require.ErrorIs(t, err, refused)
	require.Equal(t, start, again)
}

func TestTailFromATimeBack(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	insert(t, pool, row{at: noon})
	for n := range 3 {
		at := noon.Add(time.Duration(-n) * time.Hour) // against the order of arrival
		require.NoError(t, commitLate(t.Context(), pool, []row{{at: at, id: idAt(at, 1), action: fmt.Sprint("n", n)}}, 20*time.Millisecond, true))
	}
	// As a restored cluster has it: a transaction id that is far from reached.
	_, err := pool.Exec(t.Context(), `INSERT INTO activity.batch (xid, least_occurred_at, greatest_occurred_at, row_count)
VALUES ('99999999999', $1, $1, 1)`, noon)
	require.NoError(t, err)
	var second time.Time
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT ingested_at FROM activity.batch ORDER BY xid LIMIT 1 OFFSET 1").Scan(&second))

	reader := NewReader(pool, ReaderSettings{})
	for since, want := range map[time.Time][]string{
		second.Add(-time.Hour): {"n2", "n1", "n0"},
		second:                 {"n2", "n1"},
		time.Now():             nil,
	} {
		cursor, err := reader.TailFrom(t.Context(), since)
		require.NoError(t, err)
		var got []string
		_, err = reader.Tail(t.Context(), cursor, Filter{}, func(r *Record) error {
			got = append(got, r.Action)
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestTailCursorText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"10:20:", "10:20:10,14", "10:10:/11,12"} {
		c, err := ParseTailCursor(text)
		require.NoError(t, err)
		require.Equal(t, text, c.String())
	}
	for _, text := range []string{"", "10", "10:20", "10:20:x", "10:20:;", "10:20:/", "10:20:1,", "1:1:/99999999999999999999"} {
		_, err := ParseTailCursor(text)
		require.ErrorIs(t, err, ErrTailCursorInvalid, text)
	}
	// The form is right, what it says is not: Postgres finds that out.
	reader := NewReader(pgtest.New(t), ReaderSettings{})
	c, err := ParseTailCursor("20:10:")
	require.NoError(t, err)
	_, err = reader.Tail(t.Context(), c, Filter{}, nil)
	require.ErrorIs(t, err, ErrTailCursorInvalid)
}

func TestStandbyCursor(t *testing.T) {
	t.Parallel()
	batches := []committed{{xid: 95}, {xid: 103}, {xid: 107}}
	next, err := standbyCursor(TailCursor{snapshot: "100:110:"}, TailCursor{seen: []uint64{90, 101}}, batches)
	require.NoError(t, err)
	require.Equal(t, "100:100:/101,103,107", next.String())
}

func TestMergeOfBatches(t *testing.T) {
	t.Parallel()
	got := merge([]committed{{1, 0, 10}, {2, 5, 7}, {3, 10, 12}, {1<<32 + 4, 13, 20}})
	require.Equal(t, []stretch{{0, 12, []uint32{1, 2, 3}}, {13, 20, []uint32{4}}}, got)
	require.Empty(t, merge(nil))
}

func FuzzTailCursor(f *testing.F) {
	f.Add("10:20:10,14")
	f.Add("10:10:/11,12")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseTailCursor(text)
		if err != nil {
			require.ErrorIs(t, err, ErrTailCursorInvalid)
			return
		}
		again, err := ParseTailCursor(c.String())
		require.NoError(t, err)
		require.Equal(t, c, again)
	})
}
