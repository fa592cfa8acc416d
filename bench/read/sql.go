package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	refreshRuns  = 5
	refreshBound = 1000
)

// views refreshes the materialized views, all of them together, as maintenance does.
func (r *results) views(ctx context.Context, pool *pgxpool.Pool) error {
	rows, err := pool.Query(ctx, "SELECT format('%I.%I', schemaname, matviewname) FROM pg_matviews WHERE schemaname = 'activity' ORDER BY 1")
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if len(names) == 0 {
		fmt.Println("the schema has no materialized views")
		return nil
	}
	longest := 0.0
	for range refreshRuns {
		started := time.Now()
		for _, name := range names {
			if _, err := pool.Exec(ctx, "REFRESH MATERIALIZED VIEW CONCURRENTLY "+name); err != nil {
				return fmt.Errorf("refresh %s: %w", name, err)
			}
		}
		longest = max(longest, milliseconds(time.Since(started)))
	}
	fmt.Printf("refreshed %s, the slowest of %d\n", strings.Join(names, ", "), refreshRuns)
	r.atMost("view_refresh_ms", longest, refreshBound)
	return nil
}

// counting counts rows as a dashboard without kept counts has to, by a second run
// each: beside read_metrics_90d for contrast.
func (r *results) counting(ctx context.Context, pool *pgxpool.Pool, now time.Time) error {
	for _, part := range []struct {
		name string
		from time.Time
	}{{"read_count_sql_24h_ms", now.Add(-24 * time.Hour)}, {"read_count_sql_ms", time.Unix(0, 0)}} {
		var took time.Duration
		for range 2 {
			started := time.Now()
			var n int64
			if err := pool.QueryRow(ctx, "SELECT count(*) FROM activity.activity WHERE occurred_at >= $1", part.from).Scan(&n); err != nil {
				return err
			}
			took = time.Since(started)
		}
		r.say(part.name, milliseconds(took), "ms")
	}
	return nil
}
