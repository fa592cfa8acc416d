// Command migration holds a migration off audit triggers against the truth: an
// application with millions of audit rows of three shapes writes all the time while the
// built Collector takes over from its triggers, is killed in every state, and Postgres
// crashes; triggers of our own note in the same transactions what was changed, and in the
// end every change must be in the trail once. Then the same with an abort in every state,
// after which the old audit tables must be whole, and with rows that are tampered with,
// which verification must name.
//
//	go run ./tests/migration                              2 million audit rows, ten kills, all parts
//	go run ./tests/migration -run main -rows 100000 -kills 3 -window 5s
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/otel-activity/otel-activity/internal/migration"
)

func main() {
	o := options{durable: true}
	var run string
	flag.StringVar(&run, "run", "main,abort,sabotage", "the parts to run, of main, abort, sabotage, and latency, which is measured in main too; abort/fenced is one case")
	flag.IntVar(&o.rows, "rows", 2_000_000, "audit rows of the history in the part main")
	flag.IntVar(&o.kills, "kills", 10, "how often the Collector is killed with -9 in the part main, spread over the states")
	flag.IntVar(&o.crashes, "crashes", 1, "how often Postgres crashes in the part main")
	flag.IntVar(&o.rate, "rate", 100, "short transactions a second")
	flag.IntVar(&o.gentle.perSecond, "backfill", 2_000, "audit rows a second of the backfill while the latency is measured; 0 is as fast as it goes")
	flag.IntVar(&o.gentle.chunk, "chunk", 100, "audit rows that it reads and writes together then")
	flag.IntVar(&o.backfill, "rest", 10_000, "audit rows a second of the backfill for the rest of the part main")
	flag.DurationVar(&o.window, "window", time.Minute, "how long the latency is measured with and without the backfill, each; 0 doesn't measure")
	flag.Uint64Var(&o.seed, "seed", 1, "what the moments of the faults follow from")
	flag.StringVar(&o.binary, "collector", "dist/otelcol-activity", "the built distribution")
	flag.Parse()
	o.parts = strings.Split(run, ",")

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := perform(ctx, &o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "migration:", err)
		os.Exit(1)
	}
}

type options struct {
	parts                                []string
	rows, kills, crashes, rate, backfill int
	gentle                               pace
	window                               time.Duration
	seed                                 uint64
	binary                               string
	durable                              bool // so that commits take the time that they take

	undone undone
}

// smallHistory is how many audit rows there are where their number doesn't matter.
const smallHistory = 20_000

func perform(ctx context.Context, o *options) error {
	for _, p := range parts() {
		if !o.chosen(p.name) {
			continue
		}
		started := time.Now()
		progress("== %s", p.name)
		if err := inRig(ctx, o, p); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		progress("== %s took %.0f s", p.name, time.Since(started).Seconds())
	}
	o.undone.report()
	return nil
}

// part is one migration on a server of its own.
type part struct {
	name string
	rows func(*options) int // of the history
	pace func(*options) pace
	run  func(context.Context, *rig) error
}

func parts() []part {
	small := func(o *options) int { return min(o.rows, smallHistory) }
	all := []part{{
		name: "main",
		rows: func(o *options) int { return o.rows }, pace: (*options).measured,
		run: handOver,
	}}
	for _, c := range abortions {
		all = append(all, part{name: "abort/" + c.name, rows: small, pace: func(*options) pace { return pace{c.perSecond, smallChunk} }, run: c.run})
	}
	all = append(all, part{
		name: "latency",
		rows: func(o *options) int { return o.rows }, pace: (*options).measured,
		run: latencyAlone,
	})
	return append(all, part{name: "sabotage", rows: small, pace: func(*options) pace { return pace{0, smallChunk} }, run: sabotage})
}

// smallChunk is for histories that are small.
const smallChunk = 500

// measured is the pace while the latency is measured, rest the one after that.
func (o *options) measured() pace {
	if o.window == 0 {
		return o.rest()
	}
	return o.gentle
}

func (o *options) rest() pace { return pace{o.backfill, migration.DefaultConfig().ChunkRows} }

// chosen takes a part by its name, or all whose name begins with it and a slash.
func (o *options) chosen(name string) bool {
	for _, chosen := range o.parts {
		if name == chosen || strings.HasPrefix(name, chosen+"/") {
			return true
		}
	}
	return false
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s "+format+"\n", append([]any{time.Now().Format("15:04:05")}, args...)...)
}
