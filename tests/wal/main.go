// Command wal holds what the receiver postgres_wal records against the truth: pgbench
// changes rows of many kinds while the built Collector is killed and Postgres restarted,
// triggers note in the same transactions what was changed and by whom, and in the end
// both must say the same.
//
//	go run ./tests/wal                                  100,000 transactions, ten kills, two restarts
//	go run ./tests/wal -transactions 3000 -kills 2      short
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	o := options{}
	flag.IntVar(&o.transactions, "transactions", 100_000, "transactions that commit a change, at least")
	flag.IntVar(&o.kills, "kills", 10, "how often the Collector is killed with -9")
	flag.IntVar(&o.restarts, "restarts", 2, "how often Postgres is restarted: in order and by a crash, in turn")
	flag.IntVar(&o.clients, "clients", 8, "connections that write at a time")
	flag.DurationVar(&o.pause, "pause", 5*time.Second, "the longest time under load before a fault")
	flag.Uint64Var(&o.seed, "seed", 1, "what the moments of the faults follow from")
	flag.StringVar(&o.binary, "collector", "dist/otelcol-activity", "the built distribution")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, &o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "wal:", err)
		os.Exit(1)
	}
}

type options struct {
	transactions, kills, restarts, clients int
	pause                                  time.Duration
	seed                                   uint64
	binary                                 string
}

// run keeps its folder when something went wrong.
func run(ctx context.Context, o *options) error {
	folder, err := os.MkdirTemp("", "wal-")
	if err != nil {
		return err
	}
	r := &rig{options: o, folder: folder, rand: rand.New(rand.NewPCG(o.seed, 0))} //nolint:gosec // a play
	err = r.perform(ctx)
	if err = errors.Join(err, r.close()); err != nil {
		return fmt.Errorf("%w\n(the collector's log is in %s)", err, folder)
	}
	return os.RemoveAll(folder)
}

// perform runs the load with all its faults, and compares.
func (r *rig) perform(ctx context.Context) error {
	if err := r.setUp(ctx); err != nil {
		return err
	}
	faults := plan(r.options.kills, r.options.restarts)
	for i, f := range faults {
		if err := r.round(ctx, f, r.options.transactions/len(faults)); err != nil {
			return fmt.Errorf("fault %d, %s: %w", i+1, f.name, err)
		}
	}
	if err := r.complete(ctx); err != nil {
		return err
	}
	if err := r.faultsTookPlace(); err != nil {
		return err
	}
	if err := r.drain(ctx); err != nil {
		return err
	}
	figures, err := r.compare(ctx)
	if err != nil {
		return err
	}
	return figures.report(os.Stdout)
}
