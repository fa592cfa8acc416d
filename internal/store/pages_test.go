package store

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// Pages backward are the pages forward, in either order.
func TestPagesInFrontOfACursor(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 101)
	reader := NewReader(pool, ReaderSettings{})
	for _, order := range []Order{NewestFirst, OldestFirst} {
		var forward [][]Record
		request := PageRequest{Order: order, Limit: 10}
		for {
			page, err := reader.List(t.Context(), everything, request)
			require.NoError(t, err)
			require.Equal(t, page.Next != "", page.HasMore)
			forward = append(forward, page.Records)
			if page.Next == "" {
				request.Cursor = page.Previous
				break
			}
			request.Cursor = page.Next
		}
		require.Len(t, forward, 11)
		request.Backward = true
		for i := len(forward) - 2; i >= 0; i-- {
			page, err := reader.List(t.Context(), everything, request)
			require.NoError(t, err)
			require.Equal(t, forward[i], page.Records)
			require.Equal(t, i > 0, page.HasMore)
			next, err := reader.List(t.Context(), everything, PageRequest{Order: order, Limit: 10, Cursor: page.Next})
			require.NoError(t, err)
			require.Equal(t, forward[i+1], next.Records)
			request.Cursor = page.Previous
		}
		page, err := reader.List(t.Context(), everything, request)
		require.NoError(t, err)
		require.Empty(t, page.Records)
		last, err := reader.List(t.Context(), everything, PageRequest{Order: order, Limit: 10, Backward: true})
		require.NoError(t, err)
		require.Equal(t, forward[10][0], last.Records[9], "without a cursor, the last page")
	}
}

func TestFieldsNarrowWhatIsRead(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	all := written(t, pool, 3)
	reader := NewReader(pool, ReaderSettings{})
	page, err := reader.List(t.Context(), everything, PageRequest{Fields: []string{"action", "attributes"}})
	require.NoError(t, err)
	got := page.Records[2]
	require.Equal(t, all[0].ID, got.ID)
	require.Equal(t, all[0].OccurredAt, got.OccurredAt)
	require.Equal(t, all[0].Action, got.Action)
	require.JSONEq(t, `{"k":"v"}`, string(got.Attributes))
	require.Empty(t, got.ActorID)
	require.Empty(t, got.ProjectID)

	// Every column has something that can stand for it.
	for _, fields := range [][]string{{}, {"no_such_column"}} {
		page, err = reader.List(t.Context(), everything, PageRequest{Fields: fields})
		require.NoError(t, err)
		require.Len(t, page.Records, 3)
	}
}

func TestHalvesOfEntities(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 30)
	reader := NewReader(pool, ReaderSettings{})
	ids := Filter{EntityID: Match{Any: []string{"3", "4"}}, EntityType: Match{Any: []string{"order"}}}
	require.Equal(t, wideWindow, ids.firstWindow(), "an index leads to them")
	require.Len(t, every(t, reader, ids, PageRequest{}), 2)
	require.Len(t, every(t, reader, Filter{EntityID: Match{None: []string{"3", "4"}}}, PageRequest{}), 28)
	require.Empty(t, every(t, reader, Filter{EntityType: Match{None: []string{"order"}}}, PageRequest{}))
}

func TestEachReadsAllOfThem(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, MaxPageSize*2+1)
	reader := NewReader(pool, ReaderSettings{})
	for _, order := range []Order{NewestFirst, OldestFirst} {
		var read []Record
		complete, err := reader.Each(t.Context(), everything, order, func(r *Record) error {
			read = append(read, *r)
			return nil
		})
		require.NoError(t, err)
		require.True(t, complete)
		require.Len(t, read, MaxPageSize*2+1)
		require.NotEmpty(t, read[0].Attributes)
		require.True(t, slices.IsSortedFunc(read, func(a, b Record) int {
			if order == NewestFirst {
				a, b = b, a
			}
			return int(a.OccurredAt - b.OccurredAt)
		}))
	}
}

func TestRejectedPages(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), `INSERT INTO activity.rejected (rejected_at, occurred_at, id, project_id, action, sqlstate, error, payload)
SELECT now() - n * interval '1 second', now(), gen_random_uuid(), 'p', 'a' || n, '22021', 'no', 'abc' FROM generate_series(1, 5) AS n`)
	require.NoError(t, err)
	reader := NewReader(pool, ReaderSettings{})
	var actions []string
	for cursor, pages := "", 0; ; pages++ {
		letters, next, err := reader.Rejected(t.Context(), Match{}, cursor, 2)
		require.NoError(t, err)
		for _, letter := range letters {
			actions = append(actions, letter.Action)
			require.EqualValues(t, 3, letter.PayloadBytes)
		}
		if next == "" {
			require.Equal(t, 2, pages)
			break
		}
		cursor = next
	}
	require.Equal(t, "a1 a2 a3 a4 a5", strings.Join(actions, " "))
	_, _, err = reader.Rejected(t.Context(), Match{}, "no cursor", 2)
	require.ErrorIs(t, err, ErrCursorInvalid)
}

func TestFreshness(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	reader := NewReader(pool, ReaderSettings{})
	empty, err := reader.Freshness(t.Context())
	require.NoError(t, err)
	require.Equal(t, Freshness{}, empty)
	require.NoError(t, reader.Ping(t.Context()))

	now := testActivities(3, time.Now().Add(-time.Minute), time.Millisecond)
	for i := range now {
		now[i].ObservedAt = now[i].OccurredAt
	}
	_, err = NewWriter(pool).Write(t.Context(), testBatch(now...), nil)
	require.NoError(t, err)
	fresh, err := reader.Freshness(t.Context())
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), fresh.LastIngestedAt, 10*time.Second)
	require.True(t, fresh.HasLag)
	require.InDelta(t, time.Minute, fresh.Lag, float64(10*time.Second))
	require.NotZero(t, fresh.PendingDeltas)
}

func TestWakeTellsOfBatches(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	woken, err := NewReader(pool, ReaderSettings{}).Wake(ctx)
	require.NoError(t, err)
	written(t, pool, 3)
	select {
	case _, open := <-woken:
		require.True(t, open)
	case <-time.After(10 * time.Second):
		require.Fail(t, "nobody woke it")
	}
	stop()
	require.Eventually(t, func() bool { _, open := <-woken; return !open }, 10*time.Second, time.Millisecond)
}
