package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

// kill kills the Collector, notes in which state that met the migration, and starts it.
func (r *rig) kill(ctx context.Context) error {
	if !r.collector.Running() {
		return errors.New("the collector had ended by itself")
	}
	if err := r.collector.Kill(); err != nil {
		return err
	}
	phase, err := r.phase(ctx)
	if err != nil {
		return err
	}
	r.killed[phase]++
	progress("killed while %s", phase)
	return r.collector.Start(ctx)
}

// crash lets Postgres crash, and start again.
func (r *rig) crash(ctx context.Context) error {
	phase, err := r.phase(ctx)
	if err != nil {
		return err
	}
	r.turns.Add(1)
	err = errors.Join(r.server.Kill(), r.server.Start(ctx))
	r.appPool.Reset()
	r.trailPool.Reset()
	r.turns.Add(1)
	if err != nil {
		return err
	}
	r.crashes++
	progress("postgres crashed while %s", phase)
	return r.waitReading(ctx)
}

// moments are how long after its beginning a state is met by a kill, at most. Those that
// take longer have more moments to be met in.
var moments = map[store.MigrationPhase]time.Duration{
	store.MigrationDiscovered:  20 * time.Millisecond,
	store.MigrationPrepared:    time.Millisecond,
	store.MigrationBackfilling: 5 * time.Second,
	store.MigrationShadowing:   2 * time.Second,
	store.MigrationFenced:      100 * time.Millisecond,
	store.MigrationSweeping:    100 * time.Millisecond,
	store.MigrationVerified:    time.Second,
}

// spread says how often the Collector is killed in each state: in every one once, then
// again in those that matter most.
func spread(kills int) map[store.MigrationPhase]int {
	order := []store.MigrationPhase{
		store.MigrationBackfilling, store.MigrationFenced, store.MigrationSweeping, store.MigrationShadowing,
		store.MigrationVerified, store.MigrationDiscovered, store.MigrationPrepared,
	}
	spread := map[store.MigrationPhase]int{}
	for i := range kills {
		if i < len(order) {
			spread[order[i]]++
		} else {
			spread[order[i%3]]++
		}
	}
	return spread
}

// killIn waits for a state and kills the Collector so often in it, each time at a random
// moment. A state that ends before is met by what is left.
func (r *rig) killIn(ctx context.Context, phase store.MigrationPhase, times int) error {
	for range times {
		if err := r.until(ctx, phase, phaseTime); err != nil {
			return err
		}
		time.Sleep(r.upTo(moments[phase]))
		if err := r.kill(ctx); err != nil {
			return fmt.Errorf("kill while %s: %w", phase, err)
		}
	}
	return nil
}

// phaseTime is how long a phase may take. The backfill has more, by its rows.
const phaseTime = 3 * time.Minute
