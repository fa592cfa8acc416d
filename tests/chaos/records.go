package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/harness"
)

// oddTimes are out of order by a year, and now and then at the ends of time.
func oddTimes(n int) time.Time {
	switch {
	case n%1000 == 1:
		return time.Unix(0, 1)
	case n%1000 == 2:
		return time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
	case n%1000 == 3:
		return time.Date(1970, 1, 3, 0, 0, 0, 0, time.UTC)
	case n%7 == 0:
		return time.Now().AddDate(0, 0, -n%365)
	default:
		return time.Now().Add(-time.Duration(n%60) * time.Second)
	}
}

// Times that can't be are those of receipt, and kept beside it.
const oddTimesStored = `
	SELECT min(occurred_at) = '1970-01-03'
	   AND count(*) FILTER (WHERE occurred_at BETWEEN '1971-01-01' AND now() - interval '300 days') > 0
	   AND count(*) FILTER (WHERE attributes ->> 'activity.original.time_unix_nano' = '1') > 0
	   AND count(*) FILTER (WHERE attributes ->> 'activity.original.time_unix_nano' = '9214646400000000000') > 0
	FROM activity.activity`

// jumpingClock goes back by an hour every two seconds, twice, and then forward again.
func jumpingClock() time.Time {
	now := time.Now()
	return now.Add(-time.Duration(now.Unix()/2%3) * time.Hour)
}

// The order in which each client recorded is kept in the metadata.
const clockWentBack = `
	SELECT count(*) FILTER (WHERE occurred_at < occurred_before) > 0
	   AND count(*) FILTER (WHERE observed_at < observed_before) > 0
	FROM (
		SELECT occurred_at, lag(occurred_at) OVER recorded AS occurred_before,
		       observed_at, lag(observed_at) OVER recorded AS observed_before
		FROM activity.activity
		WINDOW recorded AS (PARTITION BY resource_id ORDER BY (metadata ->> 'attempt')::bigint)
	) AS pairs`

// shows verifies that a query answers true in the end.
func shows(query string) func(context.Context, *rig, *figures) error {
	return func(ctx context.Context, r *rig, _ *figures) error { return r.waitTrue(ctx, query) }
}

// readHostile reads the requests that were made to do harm.
func readHostile(_ context.Context, r *rig) (err error) {
	r.hostile, err = harness.ReadHostileCases(r.options.hostile)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w (-hostile)", errNotRun, err)
	}
	return err
}

// sendHostile sends each case once, as JSON or as protobuf, into the load.
func sendHostile(ctx context.Context, r *rig) error {
	c := r.collectors[0]
	r.rand.Shuffle(len(r.hostile), func(i, j int) { r.hostile[i], r.hostile[j] = r.hostile[j], r.hostile[i] })
	sent := map[string]bool{}
	var taken []harness.HostileCase
	pause := r.length(20) / time.Duration(len(r.hostile))
	for _, hostile := range r.hostile {
		if sent[hostile.Case] {
			continue
		}
		sent[hostile.Case] = true
		content, err := hostile.Content()
		if err != nil {
			return err
		}
		status, err := c.PostLogs(ctx, hostile.Encoding(), content)
		if err != nil {
			return fmt.Errorf("%s: %w", hostile.File, err)
		}
		ok, err := hostile.Taken(status)
		if err != nil {
			return err
		}
		if ok {
			taken = append(taken, hostile)
		}
		time.Sleep(pause)
	}
	r.hostile = taken
	return nil
}

// neighboursStored verifies that no hostile record has harmed those beside it.
func neighboursStored(ctx context.Context, r *rig, _ *figures) error {
	if len(r.hostile) == 0 {
		return errors.New("the receiver took no hostile request")
	}
	conn, err := pgx.Connect(ctx, r.direct)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, hostile := range r.hostile {
		if err := hostile.CheckNeighbours(ctx, conn); err != nil {
			return err
		}
	}
	return nil
}
