package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	// rounds are how many times the latency is measured without and with the backfill.
	rounds = 15
	// warmUp is how long what began or ended a moment ago has to come to its pace.
	warmUp = time.Second
)

// latencyAlone measures the latency and nothing else.
func latencyAlone(ctx context.Context, r *rig) error {
	var h handover
	l := r.startLoad(ctx)
	err := r.start(ctx)
	if err == nil {
		err = r.until(ctx, store.MigrationBackfilling, phaseTime)
	}
	if err == nil {
		err = r.inTurn(ctx, &h)
	}
	if err := errors.Join(err, l.end()); err != nil {
		return err
	}
	transactions, err := r.latencies()
	return errors.Join(err, r.measureBackfill(ctx), h.report(transactions))
}

// inTurn measures the latency while the backfill is paused, which is as before it, and
// while it runs.
func (r *rig) inTurn(ctx context.Context, h *handover) error {
	for range rounds {
		if err := r.command(ctx, store.CommandPause); err != nil {
			return err
		}
		h.before = append(h.before, r.window(ctx))
		if err := r.command(ctx, store.CommandResume); err != nil {
			return err
		}
		h.during = append(h.during, r.window(ctx))
		phase, err := r.phase(ctx)
		if err != nil {
			return err
		}
		if phase != store.MigrationBackfilling {
			return fmt.Errorf("the migration is %s already: there are too few rows to measure the backfill for %s", phase, r.options.window)
		}
	}
	return ctx.Err()
}

// hurry starts the Collector anew, with the pace of the rest.
func (r *rig) hurry(ctx context.Context) error {
	return errors.Join(r.setPace(r.options.rest()), r.collector.Stop(), r.collector.Start(ctx))
}

// window lets the load run for a share of the time that is measured.
func (r *rig) window(ctx context.Context) (s span) {
	for _, wait := range []time.Duration{warmUp, r.options.window / rounds} {
		s.from = time.Now()
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
	s.to = time.Now()
	return s
}
