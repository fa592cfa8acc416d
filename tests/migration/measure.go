package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// measure prints how the application fared.
func (r *rig) measure(ctx context.Context, h *handover) error {
	err1 := r.measureBackfill(ctx)
	err2 := r.measureLocks(ctx)
	if r.options.window == 0 {
		return errors.Join(err1, err2)
	}
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	transactions, err := r.latencies()
	if err != nil {
		return err
	}
	return h.report(transactions)
}

// report prints the latencies: of all stretches without the backfill, of all with it.
func (h *handover) report(transactions []span) error {
	before, n := p99(transactions, h.before, nil)
	during, m := p99(transactions, h.during, nil)
	if n == 0 || m == 0 {
		return errors.New("no transaction was measured")
	}
	progress("p99 of %d transactions, during the backfill of %d", n, m)
	result("migration_p99_before", millis(before), "ms")
	result("migration_p99_backfill", millis(during), "ms")
	result("migration_p99_vs_before", fmt.Sprintf("%.2f", during.Seconds()/before.Seconds()), "ratio")
	if h.cutover.from.IsZero() {
		return nil
	}
	cutover, k := p99(transactions, []span{h.cutover}, h.fences)
	progress("%d transactions during the cut-over were not in the way of a fence", k)
	result("migration_p99_cutover", millis(cutover), "ms")
	result("migration_p99_cutover_vs_before", fmt.Sprintf("%.2f", cutover.Seconds()/before.Seconds()), "ratio")
	return nil
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1000) }

// measureBackfill takes the time of the chunks of all audit tables together, not that of
// the pauses between them.
func (r *rig) measureBackfill(ctx context.Context) error {
	const query = `
		SELECT COALESCE(sum(rows) / extract(epoch FROM sum(ended_at - started_at)), 0)::float8
		FROM activity.migration_chunk WHERE migration_id = $1 AND pass = 'backfill'`
	rate, err := column[float64](ctx, r.trailPool, query, r.id)
	if err != nil {
		return err
	}
	result("migration_backfill_rate", fmt.Sprintf("%.0f", rate[0]), "rows/s")
	return nil
}

// slack is what a fence may take beyond the time that it waits for its lock.
const slack = 300 * time.Millisecond

func (r *rig) measureLocks(ctx context.Context) error {
	const query = `
		SELECT unnest(ARRAY[percentile_cont(0.5) WITHIN GROUP (ORDER BY lock_seconds), max(lock_seconds)])
		FROM activity.migration_table WHERE migration_id = $1 AND recorder = 'log'`
	seconds, err := column[*float64](ctx, r.trailPool, query, r.id)
	if err != nil {
		return err
	}
	if seconds[0] == nil {
		return errors.New("no table has a fence")
	}
	attempts, err := column[int64](ctx, r.trailPool, "SELECT sum(attempts)::bigint FROM activity.migration_table WHERE migration_id = $1", r.id)
	if err != nil {
		return err
	}
	longest := time.Duration(*seconds[1] * float64(time.Second))
	result("migration_lock_ms_p50", fmt.Sprintf("%.1f", *seconds[0]*1000), "ms")
	result("migration_lock_ms_max", millis(longest), "ms")
	result("migration_lock_attempts", attempts[0], "attempts")
	if longest > lockTimeout+slack {
		return fmt.Errorf("a fence stood in the way for %s, with a lock timeout of %s", longest, lockTimeout)
	}
	return nil
}
