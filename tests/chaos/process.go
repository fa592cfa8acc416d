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

// killedStarting kills the Collector while it puts what was being written back into its
// queue, some milliseconds after the start that follows another kill.
func killedStarting(ctx context.Context, r *rig) error {
	c := r.collectors[0]
	if err := r.server.Stop(); err != nil { //nolint:contextcheck // it has its own time
		return err
	}
	met := 0
	for range r.times(10) {
		time.Sleep(r.length(2)) // batches are on their way
		if err := c.Kill(); err != nil {
			return err
		}
		before, err := r.logSize(c)
		if err != nil {
			return err
		}
		if err := c.Launch(); err != nil {
			return err
		}
		_ = r.waitLogged(ctx, c, before, "Fetching items left for dispatch")
		time.Sleep(r.between(0, 40*time.Millisecond))
		if err := c.Kill(); err != nil {
			return err
		}
		fetched, err1 := r.logged(c, before, "Fetching items left for dispatch")
		moved, err2 := r.logged(c, before, "Moved items for dispatching back")
		if err := errors.Join(err1, err2, c.Start(ctx)); err != nil {
			return err
		}
		if fetched && !moved {
			met++
		}
	}
	if met == 0 {
		return errors.New("no kill met the moment in which the queue is put back")
	}
	return r.server.Start(ctx)
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
