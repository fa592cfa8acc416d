package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/otel-activity/otel-activity/bench/internal/stats"
	"github.com/otel-activity/otel-activity/bench/internal/trail"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	retentionBound  = 1000
	writerWaitBound = 100

	retentionDays    = 3
	retentionWriters = 2
	writerName       = "bench-writer"
	// writersAhead is how long the writers write before the day is dropped, and
	// afterwards.
	writersAhead = 3 * time.Second
)

// retention drops a day in front of the trail while writers write behind it, one after
// the other: the figures are medians, and the longest wait.
func (r *results) retention(ctx context.Context, c *cluster, o options) error {
	return withPool(ctx, c.DSN(full), 4, func(pool *pgxpool.Pool) error {
		var there bool
		if err := pool.QueryRow(ctx, "SELECT to_regproc('activity.apply_retention') IS NOT NULL").Scan(&there); err != nil {
			return err
		}
		if !there {
			fmt.Println("the schema has no retention")
			return nil
		}
		var left, took []float64
		longest := 0.0
		for range retentionDays {
			d, err := retainDay(ctx, c, pool, o.dayRows)
			if err != nil {
				return err
			}
			left, took, longest = append(left, d.left), append(took, d.took), max(longest, d.wait)
		}
		r.say("retention_out_of_the_trail_ms", stats.Median(left), "ms")
		r.atMost("retention_day_ms", stats.Median(took), retentionBound)
		r.atMost("retention_writer_wait_ms", longest, writerWaitBound)
		return nil
	})
}

// dropped are the milliseconds that a day took until it had left the trail, until it was
// gone, and that a writer waited at most.
type dropped struct{ left, took, wait float64 }

func retainDay(ctx context.Context, c *cluster, pool *pgxpool.Pool, rows int) (d dropped, err error) {
	first, err := addDay(ctx, pool, rows)
	if err != nil {
		return d, err
	}
	from, err := last(ctx, pool)
	if err != nil {
		return d, err
	}
	n, err := newNewest(ctx, pool, from, true)
	if err != nil {
		return d, err
	}
	d, err = dropDay(ctx, c, pool, from, first)
	return d, errors.Join(err, n.forget(ctx))
}

// addDay loads the day in front of the trail's first, which it returns.
func addDay(ctx context.Context, pool *pgxpool.Pool, rows int) (first time.Time, err error) {
	if err := pool.QueryRow(ctx, "SELECT min(lower_bound)::timestamptz FROM activity.partitions()").Scan(&first); err != nil {
		return first, err
	}
	if err := trail.Load(ctx, pool, trail.Settings{Rows: rows, Days: 1, Until: first, Seed: 3}, io.Discard); err != nil {
		return first, err
	}
	if err := store.NewMaintainer(pool).Run(ctx); err != nil {
		return first, err
	}
	_, err = pool.Exec(ctx, "CHECKPOINT")
	return first, err
}

func dropDay(ctx context.Context, c *cluster, pool *pgxpool.Pool, from, first time.Time) (d dropped, err error) {
	const keep = "UPDATE activity.retention_class SET keep = now() - $1::timestamptz WHERE class = 'default'"
	if _, err := pool.Exec(ctx, keep, first); err != nil {
		return d, err
	}
	done := 0
	err = beside(ctx, c, from, func() error {
		started := time.Now()
		// As the upkeep does it: out of the trail first, off the disk then.
		if err := pool.QueryRow(ctx, "SELECT activity.apply_retention(1)").Scan(&done); err != nil {
			return err
		}
		d.left = milliseconds(time.Since(started))
		if _, err := pool.Exec(ctx, "SELECT activity.drop_retired()"); err != nil {
			return err
		}
		d.took = milliseconds(time.Since(started))
		return nil
	}, &d.wait)
	if _, reset := pool.Exec(ctx, "UPDATE activity.retention_class SET keep = NULL WHERE class = 'default'"); reset != nil {
		err = errors.Join(err, reset)
	}
	if err != nil {
		return d, fmt.Errorf("drop a day: %w", err)
	}
	if done != 1 {
		return d, fmt.Errorf("retention dropped %d partitions, want 1", done)
	}
	return d, nil
}

// beside does f while writers write behind from, and says how long one of them waited
// for a lock at most.
func beside(ctx context.Context, c *cluster, from time.Time, f func() error, wait *float64) error {
	return withPool(ctx, c.DSN(full)+"&application_name="+writerName, retentionWriters, func(writers *pgxpool.Pool) error {
		return withPool(ctx, c.DSN(full), 1, func(watcher *pgxpool.Pool) error {
			var stop atomic.Bool
			group, ctx := errgroup.WithContext(ctx)
			w := &watch{pool: watcher, alone: waits{}, beside: waits{}}
			for seed := range uint64(retentionWriters) {
				group.Go(func() error { return writeUntil(ctx, writers, from, seed+10, &stop) })
			}
			group.Go(func() error { return w.run(ctx, &stop) })
			group.Go(func() error {
				defer stop.Store(true)
				time.Sleep(writersAhead)
				w.on.Store(true)
				err := f()
				time.Sleep(writersAhead / 3)
				return err
			})
			err := group.Wait()
			fmt.Printf("%d looks at the writers' locks, %.1f ms apart at most; the longest waits: %v; before: %v\n", w.looks, w.apart, w.beside, w.alone)
			*wait = w.beside.longest()
			return err
		})
	})
}

// writeUntil writes batches of a thousand.
func writeUntil(ctx context.Context, pool *pgxpool.Pool, from time.Time, seed uint64, stop *atomic.Bool) error {
	const rows = 1000
	writer := store.NewWriter(pool)
	for round := uint64(0); !stop.Load(); round++ {
		if err := write(ctx, writer, follow(from, rows, seed+round<<8)); err != nil {
			return err
		}
	}
	return nil
}

// watch looks how long the writers have been waiting for a lock.
type watch struct {
	pool   *pgxpool.Pool
	on     atomic.Bool
	alone  waits // before it is on
	beside waits
	apart  float64 // milliseconds
	looks  int
}

// waits are the longest in milliseconds, by what they were for.
type waits map[string]float64

func (w waits) String() string {
	var texts []string
	for _, lock := range slices.Sorted(maps.Keys(w)) {
		texts = append(texts, fmt.Sprintf("%s %.1f ms", lock, w[lock]))
	}
	return cmp.Or(strings.Join(texts, ", "), "none")
}

func (w waits) longest() float64 { return slices.Max(append(slices.Collect(maps.Values(w)), 0)) }

func (w *watch) run(ctx context.Context, stop *atomic.Bool) error {
	const waiting = `
		SELECT extract(epoch FROM clock_timestamp() - l.waitstart)::float8 * 1000,
		       l.mode || ' on ' || coalesce(l.relation::regclass::text, nullif(l.classid::regclass::text || ' ' || l.objid, ''), l.locktype)
		FROM pg_locks AS l
		WHERE NOT l.granted AND l.waitstart IS NOT NULL
		  AND l.pid = ANY (ARRAY(SELECT pid FROM pg_stat_activity WHERE application_name = $1))
		ORDER BY l.waitstart
		LIMIT 1`
	last := time.Now()
	for !stop.Load() {
		var longest float64
		var lock string
		if err := w.pool.QueryRow(ctx, waiting, writerName).Scan(&longest, &lock); err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		now := time.Now()
		seen := w.alone
		if w.on.Load() {
			seen = w.beside
			w.looks++
			w.apart = max(w.apart, milliseconds(now.Sub(last)))
		}
		if lock != "" {
			seen[lock] = max(seen[lock], longest)
		}
		last = now
		time.Sleep(time.Millisecond)
	}
	return nil
}
