package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// fault is what goes wrong once under the load, and is over when it returns.
type fault struct {
	name  string
	occur func(context.Context, *rig) error
}

var (
	kill    = fault{"the collector is killed", killed}
	restart = fault{"postgres is restarted", restarted}
	crash   = fault{"postgres crashes", crashed}
)

// plan spreads the restarts evenly over the kills.
func plan(kills, restarts int) []fault {
	var faults []fault
	for i, total := 0, kills+restarts; i < total; i++ {
		before, after := (i*restarts+total/2)/total, ((i+1)*restarts+total/2)/total
		switch {
		case before == after:
			faults = append(faults, kill)
		case before%2 == 0:
			faults = append(faults, restart)
		default:
			faults = append(faults, crash)
		}
	}
	return faults
}

// round lets one fault occur at a random moment of a load of so many transactions.
func (r *rig) round(ctx context.Context, f fault, transactions int) error {
	started := time.Now()
	enough, loaded := make(chan struct{}), make(chan error, 1)
	go func() { loaded <- r.load(ctx, transactions, enough) }()
	time.Sleep(r.between(100*time.Millisecond, r.options.pause))
	err := f.occur(ctx, r)
	close(enough)
	err = errors.Join(err, <-loaded)
	fmt.Fprintf(os.Stderr, "%s, %.1f s\n", f.name, time.Since(started).Seconds())
	return err
}

// killed kills the Collector, and every other time once more while it starts.
func killed(ctx context.Context, r *rig) error {
	if !r.collector.Running() {
		return errors.New("the collector had ended by itself")
	}
	reading, err := r.reading(ctx)
	if err != nil {
		return err
	}
	if err := r.collector.Kill(); err != nil {
		return err
	}
	r.kills++
	if reading {
		r.killsReading++
	}
	if r.kills%2 == 0 {
		if err := r.collector.Launch(); err != nil {
			return err
		}
		time.Sleep(r.between(0, time.Second))
		if err := r.collector.Kill(); err != nil {
			return err
		}
	}
	return r.collector.Start(ctx)
}

func restarted(ctx context.Context, r *rig) error { return r.again(ctx, r.server.Stop) }

func crashed(ctx context.Context, r *rig) error { return r.again(ctx, r.server.Kill) }

// prepareSQL leaves a transaction that outlives the restart, whatever the load does then.
const prepareSQL = `
	BEGIN;
	SELECT truth.act(99);
	INSERT INTO task (state) VALUES ('open'), ('done');
	PREPARE TRANSACTION 'before the restart';`

// again ends Postgres and starts it.
func (r *rig) again(ctx context.Context, end func() error) error {
	const when = "SELECT pg_postmaster_start_time()"
	before, err1 := r.admin(ctx, r.app, when)
	_, err2 := r.admin(ctx, r.app, prepareSQL)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	r.turns.Add(1)
	started := time.Now()
	err := end()
	ended := time.Since(started)
	err = errors.Join(err, r.server.Start(ctx))
	r.turns.Add(1)
	if err != nil {
		return err
	}
	after, err := r.admin(ctx, r.app, when)
	if err != nil {
		return err
	}
	if before[0] != after[0] {
		r.restarts++
	}
	prepared, err := r.commitPrepared(ctx)
	fmt.Fprintf(os.Stderr, "postgres took %.1f s to end; %d prepared transactions outlived it\n", ended.Seconds(), prepared)
	return err
}

// commitPrepared returns how many there were to commit.
func (r *rig) commitPrepared(ctx context.Context) (int, error) {
	// Those of the load that already runs are left to it: they end at once.
	const left = "SELECT format('COMMIT PREPARED %L', gid) FROM pg_prepared_xacts WHERE prepared < pg_postmaster_start_time()"
	statements, err := r.admin(ctx, r.app, left)
	if err != nil {
		return 0, err
	}
	for _, statement := range statements {
		if _, err := r.admin(ctx, r.app, statement); err != nil {
			return 0, err
		}
	}
	return len(statements), nil
}

// faultsTookPlace fails when a fault did not, or never met a receiver that reads.
func (r *rig) faultsTookPlace() error {
	switch {
	case r.kills != r.options.kills || r.restarts != r.options.restarts:
		return fmt.Errorf("only %d of %d kills and %d of %d restarts took place", r.kills, r.options.kills, r.restarts, r.options.restarts)
	case r.options.kills > 0 && r.killsReading == 0:
		return errors.New("no kill met a receiver that reads")
	case !r.collector.Running():
		return errors.New("the collector had ended by itself")
	default:
		return nil
	}
}
