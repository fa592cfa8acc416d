package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// row is what the tests of the reader put into the table, without the writer.
type row struct {
	at                               time.Time
	id                               model.ID
	project, source, status          string
	severity, action, actor, details string
	entity                           Entity
	trace                            []byte
}

func idAt(at time.Time, n uint32) model.ID {
	var id model.ID
	binary.BigEndian.PutUint64(id[:8], uint64(at.UnixMilli())<<16|0x7000)
	id[8] = 0x80
	binary.BigEndian.PutUint32(id[12:], n)
	return id
}

const insertRow = `INSERT INTO activity.activity (occurred_at, id, resource_id, severity_number, project_id, source,
    status, severity, action, actor_id, details, entity_type, entity_id, trace_id, metadata)
VALUES ($1, $2, 7, 9, $3, $4, $5, $6, $7, nullif($8, ''), nullif($9, ''), nullif($10, ''), nullif($11, ''), $12, '{"k": 1}')`

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func insert(t *testing.T, pool *pgxpool.Pool, rows ...row) {
	t.Helper()
	var days []time.Time
	for _, r := range rows {
		days = append(days, r.at.UTC().Truncate(24*time.Hour))
	}
	_, err := pool.Exec(t.Context(), "SELECT activity.ensure_partitions($1::date[])", days)
	require.NoError(t, err)
	batch := &pgx.Batch{}
	for _, r := range rows {
		batch.Queue(insertRow, r.at, [16]byte(r.id), r.project, or(r.source, "user"), or(r.status, "success"),
			or(r.severity, "info"), or(r.action, "order.create"), r.actor, r.details, r.entity.Type, r.entity.ID, r.trace)
	}
	require.NoError(t, pool.SendBatch(t.Context(), batch).Close())
}

// noon is a time on which tests can rely: today's partition may not exist yet.
var noon = time.Now().UTC().Truncate(24 * time.Hour).Add(-12 * time.Hour)

func actions(records []Record) []string {
	var all []string
	for i := range records {
		all = append(all, records[i].Action)
	}
	return all
}

// every reads a list to its end.
func every(t *testing.T, r *Reader, f Filter, p PageRequest) []Record {
	t.Helper()
	var all []Record
	for {
		page, err := r.List(t.Context(), f, p)
		require.NoError(t, err)
		all = append(all, page.Records...)
		if page.Next == "" {
			return all
		}
		p.Cursor = page.Next
	}
}

func TestListPagesBothWays(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same data in each run
	var rows []row
	for n := range 300 {
		// Whole hours over five months, so that many share their time.
		at := noon.Add(-time.Duration(random.IntN(24*30*5)) * time.Hour).Truncate(6 * time.Hour)
		rows = append(rows, row{at: at, id: idAt(at, uint32(n)), action: fmt.Sprint("n", n), status: []string{"success", "failure"}[n%2]})
	}
	insert(t, pool, rows...)
	var inOrder []string
	ordered, err := pool.Query(t.Context(), "SELECT action FROM activity.activity ORDER BY occurred_at, id")
	require.NoError(t, err)
	inOrder, err = pgx.CollectRows(ordered, pgx.RowTo[string])
	require.NoError(t, err)

	reader := NewReader(pool, ReaderSettings{})
	for _, limit := range []int{1, 7, 300, 1000} {
		require.Equal(t, inOrder, actions(every(t, reader, Filter{}, PageRequest{Order: OldestFirst, Limit: limit})))
		newest := actions(every(t, reader, Filter{}, PageRequest{Limit: limit}))
		require.Len(t, newest, len(inOrder))
		for i := range newest {
			require.Equal(t, inOrder[len(inOrder)-1-i], newest[i])
		}
	}
	require.Len(t, every(t, reader, Filter{Status: Match{Any: []string{"failure"}}}, PageRequest{Limit: 11}), 150)

	first, err := reader.List(t.Context(), Filter{}, PageRequest{Limit: 10})
	require.NoError(t, err)
	second, err := reader.List(t.Context(), Filter{}, PageRequest{Limit: 10, Cursor: first.Next})
	require.NoError(t, err)
	back, err := reader.List(t.Context(), Filter{}, PageRequest{Limit: 10, Cursor: second.Previous, Order: OldestFirst})
	require.NoError(t, err)
	require.Equal(t, first.Records[9].ID, back.Records[0].ID, "the page before, from its end")
	require.Equal(t, first.Records[0].ID, back.Records[9].ID)
	newer, err := reader.List(t.Context(), Filter{}, PageRequest{Cursor: first.Previous, Order: OldestFirst})
	require.NoError(t, err)
	require.Empty(t, newer.Records)
	require.Empty(t, newer.Next)
}

func TestListHonoursTimes(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	insert(t, pool,
		row{at: noon.Add(-time.Hour), action: "before"},
		row{at: noon, action: "from"},
		row{at: noon.Add(time.Hour), action: "within"},
		row{at: noon.Add(2 * time.Hour), action: "to"})
	reader := NewReader(pool, ReaderSettings{})
	f := Filter{From: noon, To: noon.Add(2 * time.Hour)}
	require.Equal(t, []string{"within", "from"}, actions(every(t, reader, f, PageRequest{Limit: 1})))
	require.Equal(t, []string{"from", "within"}, actions(every(t, reader, f, PageRequest{Limit: 1, Order: OldestFirst})))
	require.Equal(t, []string{"before"}, actions(every(t, reader, Filter{To: noon}, PageRequest{})))

	// A window that moved on since the cursor was made: the list is at its end, or
	// begins where the window does.
	page, err := reader.List(t.Context(), Filter{}, PageRequest{Limit: 2})
	require.NoError(t, err)
	later := Filter{From: noon.Add(90 * time.Minute)}
	page, err = reader.List(t.Context(), later, PageRequest{Cursor: page.Next})
	require.NoError(t, err)
	require.Empty(t, page.Records)
	require.Empty(t, page.Next)
}

func TestListOfAnEmptyTrail(t *testing.T) {
	t.Parallel()
	reader := NewReader(pgtest.New(t), ReaderSettings{})
	for _, order := range []Order{NewestFirst, OldestFirst} {
		page, err := reader.List(t.Context(), Filter{}, PageRequest{Order: order})
		require.NoError(t, err)
		require.Equal(t, Page{}, page)
	}
}

func TestListFindsTheFuture(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	soon := time.Now().Add(20 * time.Hour)
	insert(t, pool, row{at: soon, action: "ahead", details: "Ahead of the clock"}, row{at: noon, action: "past"})
	reader := NewReader(pool, ReaderSettings{})
	require.Equal(t, []string{"ahead", "past"}, actions(every(t, reader, Filter{}, PageRequest{})))
	require.Equal(t, []string{"ahead"}, actions(every(t, reader, Filter{Text: "ahead OF"}, PageRequest{})))
}

func TestListBringsDocumentsOnRequest(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	insert(t, pool, row{at: noon, trace: make([]byte, 16)})
	reader := NewReader(pool, ReaderSettings{})
	require.Nil(t, every(t, reader, Filter{}, PageRequest{})[0].Metadata)
	got := every(t, reader, Filter{}, PageRequest{Documents: true})[0]
	require.JSONEq(t, `{"k": 1}`, string(got.Metadata))
	require.Nil(t, got.Changes)
}

// A lock that keeps the second partition from being read stands for a search that
// takes too long.
func TestListAnswersWithWhatItHasWhenTimeIsUp(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	insert(t, pool,
		row{at: noon, action: "new"},
		row{at: noon.AddDate(0, 0, -200), action: "old"})
	blocker, err := pool.Begin(t.Context())
	require.NoError(t, err)
	month := noon.AddDate(0, 0, -200)
	first := time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, time.UTC)
	old := fmt.Sprintf("activity.activity_%s_%s", first.Format("20060102"), first.AddDate(0, 1, 0).Format("20060102"))
	_, err = blocker.Exec(t.Context(), "LOCK TABLE "+old+" IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)

	key := []byte("of both readers")
	reader := NewReader(pool, ReaderSettings{CursorKey: key, Timeout: time.Second})
	slow := Filter{Status: Match{Any: []string{"success"}}}
	page, err := reader.List(t.Context(), slow, PageRequest{})
	require.NoError(t, err)
	require.Equal(t, []string{"new"}, actions(page.Records))
	require.NotEmpty(t, page.Next)
	require.True(t, page.SearchedTo.Before(noon) && page.SearchedTo.After(noon.AddDate(0, 0, -200)), page.SearchedTo)

	_, err = reader.List(t.Context(), Filter{To: noon.AddDate(0, 0, -199)}, PageRequest{})
	require.ErrorIs(t, err, ErrTooSlow)

	require.NoError(t, blocker.Rollback(t.Context()))
	patient := NewReader(pool, ReaderSettings{CursorKey: key, Timeout: time.Minute})
	page, err = patient.List(t.Context(), slow, PageRequest{Cursor: page.Next})
	require.NoError(t, err)
	require.Equal(t, []string{"old"}, actions(page.Records))
	require.Zero(t, page.SearchedTo)
	require.Empty(t, page.Next)
}

func TestGet(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	past := noon.AddDate(-20, 0, 0)
	imported := row{at: past, id: idAt(noon, 1), action: "imported"}
	random := row{at: past, id: model.ID{0xaa, 6: 0x40, 15: 9}, action: "random"}
	live := row{at: noon.Add(3 * time.Second), id: idAt(noon, 2), action: "live"}
	insert(t, pool, imported, random, live)
	_, err := pool.Exec(t.Context(), `INSERT INTO activity.resource (resource_id, scope_name, attributes)
VALUES (7, 'shop', '{"service.name": "shop"}')`)
	require.NoError(t, err)
	reader := NewReader(pool, ReaderSettings{})

	for _, want := range []row{imported, random, live} {
		for _, at := range []time.Time{{}, want.at} {
			got, err := reader.Get(t.Context(), want.id, at)
			require.NoError(t, err)
			require.Equal(t, want.action, got.Action)
			require.Equal(t, model.MicrosOf(want.at), got.OccurredAt)
			require.JSONEq(t, `{"k": 1}`, string(got.Metadata))
			require.NotZero(t, got.IngestedAt)
			require.Equal(t, "shop", got.Resource.ScopeName)
			require.JSONEq(t, `{"service.name": "shop"}`, string(got.Resource.Attributes))
		}
	}
	_, err = reader.Get(t.Context(), live.id, live.at.Add(time.Second))
	require.ErrorIs(t, err, ErrNotFound)
	_, err = reader.Get(t.Context(), model.ID{6: 0x70}, time.Time{})
	require.ErrorIs(t, err, ErrNotFound)
}

func TestReaderPassesOnTheEndOfTheCallersPatience(t *testing.T) {
	t.Parallel()
	reader := NewReader(pgtest.New(t), ReaderSettings{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := reader.List(ctx, Filter{}, PageRequest{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestReaderNeedsTheSchema(t *testing.T) {
	t.Parallel()
	reader := NewReader(pgtest.Pool(t, pgtest.NewEmptyDSN(t)), ReaderSettings{})
	_, err := reader.List(t.Context(), Filter{}, PageRequest{})
	var refused *pgconn.PgError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "42P01", refused.Code)
}
