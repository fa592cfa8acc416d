package main

import (
	"context"
	"errors"
	"time"
)

// killed kills the Collector at random moments, while it starts and while it works.
func killed(ctx context.Context, r *rig) error {
	c := r.collectors[0]
	for range r.times(10) {
		time.Sleep(r.between(200*time.Millisecond, 3*time.Second))
		if err := errors.Join(c.Kill(), c.Start(ctx)); err != nil {
			return err
		}
	}
	return nil
}

func ended(ctx context.Context, r *rig) error {
	for range r.times(3) {
		time.Sleep(r.between(200*time.Millisecond, time.Second))
		if err := errors.Join(r.collectors[0].Stop(), r.collectors[0].Start(ctx)); err != nil {
			return err
		}
	}
	return nil
}

func endedWithoutPostgres(ctx context.Context, r *rig) error {
	if err := r.server.Stop(); err != nil { //nolint:contextcheck // it has its own time
		return err
	}
	time.Sleep(r.length(3))
	return errors.Join(r.collectors[0].Stop(), r.server.Start(ctx), r.collectors[0].Start(ctx))
}
