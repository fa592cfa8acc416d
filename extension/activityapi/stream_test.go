package activityapi

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// TestStreamMissesAndDoublesNothing runs six writers with rollbacks and late rows
// beside a transaction that is open for twelve seconds. It measures, and
// therefore runs alone.
func TestStreamMissesAndDoublesNothing(t *testing.T) {
	const (
		writers  = 6
		size     = 4
		held     = 12 * time.Second
		running  = 14 * time.Second
		daysBack = 4
	)
	r := start(t, nil, nil)
	today := time.Now().UTC().Truncate(time.Second)
	var days []time.Time
	for back := range daysBack {
		days = append(days, today.AddDate(0, 0, -back))
	}
	// The rows are from minutes before: around midnight, of one day more.
	partitions := append(slices.Clone(days), today.AddDate(0, 0, -daysBack))
	_, err := pgtest.Pool(t, r.dsn).Exec(t.Context(), "SELECT activity.ensure_partitions($1::date[])", partitions)
	require.NoError(t, err)

	transact := r.transactions()
	events := r.stream("", "")
	next(t, events, "heartbeat")

	var (
		group     sync.WaitGroup
		committed sync.Map // when, by id
		failed    = make(chan error, writers+1)
	)
	write := func(hold time.Duration, commit bool, rows ...model.Activity) {
		if err := transact(t.Context(), hold, commit, rows...); err != nil {
			failed <- err
			return
		}
		for _, row := range rows {
			if commit {
				committed.Store(row.ID.String(), time.Now())
			}
		}
	}
	group.Go(func() { write(held, true, one(today.Add(-time.Minute), 1_000_000), one(days[2], 1_000_001)) })
	for w := range writers {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), 1)) //nolint:gosec // the same data in each run
			started := time.Now()
			for round := 0; time.Since(started) < running; round++ {
				rows := make([]model.Activity, size)
				for i := range rows {
					at := days[random.IntN(len(days))].Add(-time.Duration(random.IntN(10)) * time.Minute)
					rows[i] = one(at, w*100_000+round*size+i)
				}
				write(time.Duration(random.IntN(20))*time.Millisecond, random.IntN(4) > 0, rows...)
				time.Sleep(time.Duration(random.IntN(30)) * time.Millisecond)
			}
		})
	}
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()

	arrived := map[string][]time.Time{}
	take := func(e event) {
		if e.name != "activities" {
			require.Equal(t, "heartbeat", e.name)
			return
		}
		for _, row := range e.activities(t) {
			arrived[row["id"].(string)] = append(arrived[row["id"].(string)], e.at)
		}
	}
	for writing := true; writing; {
		select {
		case e := <-events:
			take(e)
		case err := <-failed:
			require.NoError(t, err)
		case <-done:
			writing = false
		}
	}
	for last := time.After(2 * time.Second); last != nil; {
		select {
		case e := <-events:
			take(e)
		case <-last:
			last = nil
		}
	}

	missed, doubled := 0, 0
	var delays []time.Duration
	committed.Range(func(id, at any) bool {
		switch times := arrived[id.(string)]; len(times) {
		case 0:
			missed++
		case 1:
			delays = append(delays, times[0].Sub(at.(time.Time)))
		default:
			doubled++
		}
		return true
	})
	slices.Sort(delays)
	require.Zero(t, missed)
	require.Zero(t, doubled)
	require.Len(t, arrived, len(delays), "and nothing that was rolled back")
	require.Greater(t, len(delays), 1000)
	p95 := delays[len(delays)*95/100]
	t.Logf("%d activities, p50 %s, p95 %s, max %s", len(delays), delays[len(delays)/2], p95, delays[len(delays)-1])
	require.LessOrEqual(t, p95, p95Bound)
}

func TestStreamGoesOnFromTheLastID(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	all := some(6)
	r.write(all[0])
	first := r.stream("", "")
	beginning := next(t, first, "heartbeat")
	r.write(all[1], all[2])
	got := next(t, first, "activities")
	require.Len(t, got.activities(t), 2)
	r.write(all[3], all[4])

	again := next(t, r.stream("", got.id), "activities")
	require.Equal(t, "number 3", again.activities(t)[0]["details"])
	require.Len(t, again.activities(t), 2)
	again = next(t, r.stream("", beginning.id), "activities")
	require.Len(t, again.activities(t), 4)
	again = next(t, r.stream("?since=10m", ""), "activities")
	require.Len(t, again.activities(t), 5, "what arrived since")

	for _, id := range []string{"1:1:", "1:1:~", got.id + "x", "x" + got.id} {
		p := r.problem(http.MethodGet, "/api/v1/activities/stream", http.Header{"Last-Event-Id": {id}})
		require.Equal(t, http.StatusBadRequest, p.Status)
		require.Equal(t, "Last-Event-ID", p.Field)
	}
	require.Equal(t, "since", r.problem(http.MethodGet, "/api/v1/activities/stream?since=2h", nil).Field)
	require.Equal(t, "severity", r.problem(http.MethodGet, "/api/v1/activities/stream?severity=huge", nil).Field)
}

func TestStreamHasFilterAndFields(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	events := r.stream(with("projectId", "shop-1", "fields", "action,metadata"), "")
	next(t, events, "heartbeat")
	r.write(some(4)...)
	rows := next(t, events, "activities").activities(t)
	require.Len(t, rows, 2)
	for _, row := range rows {
		require.Len(t, row, 4)
		for _, field := range []string{"id", "occurredAt", "action", "metadata"} {
			require.Contains(t, row, field)
		}
	}
	whole := next(t, r.stream("?since=1h", ""), "activities").activities(t)
	require.NotContains(t, whole[0], "metadata")
	require.Contains(t, whole[0], "severity")
}

func TestStreamTellsASlowClientWhatItMissed(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	events := r.stream("", "")
	next(t, events, "heartbeat")
	r.write(some(20_010)...)
	require.Len(t, next(t, events, "activities").activities(t), 20_000)
	require.JSONEq(t, `{"count": 10}`, next(t, events, "dropped").data)
}

func TestStreamEndsWithAProblem(t *testing.T) {
	t.Parallel()
	r := start(t, guarded, host{oidc: people})
	now := time.Now()
	short := embeddingToken(t, jwt.SigningMethodHS256, []byte(embeddingKey), func(c jwt.MapClaims) {
		c["iat"], c["exp"] = now.Unix(), now.Add(3*time.Second).Unix()
	})
	expiring, stopping := r.as(short).stream("", ""), r.as("alice").stream("", "")
	require.Contains(t, next(t, expiring, "problem").data, `"status":401`)
	_, open := <-expiring
	require.False(t, open)
	require.NoError(t, r.server.Shutdown(context.WithoutCancel(t.Context())))
	require.Contains(t, next(t, stopping, "problem").data, `"status":503`)
}
