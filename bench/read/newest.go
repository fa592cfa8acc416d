package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/bench/internal/trail"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

// newest is the last day of a trail, which can be written to and be put back to what
// it was.
type newest struct {
	pool  *pgxpool.Pool
	from  time.Time // of its last activity, behind which activities are written
	table string    // the partition; empty in an empty trail
	xid   string    // of the first transaction that is undone
}

// spare has what the partition had.
const spare = "public.bench_spare"

func newNewest(ctx context.Context, pool *pgxpool.Pool, from time.Time, isFull bool) (*newest, error) {
	n := &newest{pool: pool, from: from}
	if err := pool.QueryRow(ctx, "SELECT pg_current_xact_id()::text").Scan(&n.xid); err != nil {
		return nil, err
	}
	if !isFull {
		_, err := pool.Exec(ctx, "SELECT activity.ensure_partition(($1 AT TIME ZONE 'UTC')::date)", from)
		return n, err
	}
	const find = "SELECT partition::text FROM activity.partitions() WHERE lower_bound <= $1 AND $1 < upper_bound"
	if err := pool.QueryRow(ctx, find, from.UTC()).Scan(&n.table); err != nil {
		return nil, fmt.Errorf("find the newest partition: %w", err)
	}
	_, err := pool.Exec(ctx, "DROP TABLE IF EXISTS "+spare+"; CREATE UNLOGGED TABLE "+spare+" AS TABLE "+n.table)
	return n, err
}

// reset makes the day what it was, and the counts and batches.
func (n *newest) reset(ctx context.Context) error {
	statements := []string{"TRUNCATE activity.rollup_hour_delta, activity.rollup_action_day_delta", "DELETE FROM activity.batch WHERE xid >= '" + n.xid + "'"}
	if n.table == "" {
		statements = append(statements, "TRUNCATE activity.activity")
	} else {
		statements = append(statements, "ALTER TABLE activity.activity DETACH PARTITION "+n.table, "DROP TABLE "+n.table)
	}
	for _, statement := range statements {
		if _, err := n.pool.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	if n.table != "" {
		err := trail.MakePartition(ctx, n.pool, n.from, func(tx pgx.Tx, table pgx.Identifier) error {
			_, err := tx.Exec(ctx, "INSERT INTO "+table.Sanitize()+" TABLE "+spare)
			return err
		})
		if err != nil {
			return err
		}
	}
	_, err := n.pool.Exec(ctx, "CHECKPOINT")
	return err
}

// forget leaves the day as it was before, with its statistics.
func (n *newest) forget(ctx context.Context) error {
	if err := n.reset(ctx); err != nil {
		return err
	}
	_, err := n.pool.Exec(ctx, "ANALYZE "+n.table+"; DROP TABLE "+spare)
	return err
}

// follow makes activities of the rest of the day.
func follow(from time.Time, rows int, seed uint64) []model.Activity {
	midnight := from.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
	t := trail.New(trail.Settings{Rows: rows, Days: 1, Until: midnight, Seed: seed})
	first, left := model.MicrosOf(midnight.AddDate(0, 0, -1)), model.MicrosOf(midnight)-model.MicrosOf(from)-1
	activities := make([]model.Activity, 0, rows)
	for a, ok := t.Next(); ok; a, ok = t.Next() {
		a.OccurredAt = model.MicrosOf(from) + model.Micros(float64(left)*float64(a.OccurredAt-first)/float64(24*time.Hour/time.Microsecond))
		activities = append(activities, a)
	}
	return activities
}

// write writes activities over one connection.
func write(ctx context.Context, writer *store.Writer, activities []model.Activity) error {
	var batch store.Batch
	for len(activities) > 0 {
		part := activities[:min(batchRows, len(activities))]
		activities = activities[len(part):]
		batch.Reset()
		batch.AddResource(&model.Resource{ID: 1, ScopeName: "backoffice"})
		for i := range part {
			batch.Append(&part[i])
		}
		if _, err := writer.Write(ctx, &batch, nil); err != nil {
			return err
		}
	}
	return nil
}
