// Command chaos breaks things on purpose: it runs the built Collector and a real
// Postgres, loads them with SDK clients that note every id which was acknowledged to
// them, injects one fault a scenario, and compares what is in the table in the end.
//
//	go run ./tests/chaos            all scenarios, long
//	go run ./tests/chaos -short     all scenarios, a few seconds each
//	go run ./tests/chaos -run cut   those whose name matches
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"text/tabwriter"
	"time"
)

func main() {
	var o options
	flag.BoolVar(&o.short, "short", false, "a few seconds of load a scenario instead of half a minute")
	flag.Uint64Var(&o.seed, "seed", 1, "what the moments of the faults follow from")
	flag.IntVar(&o.rounds, "rounds", 1, "how often all scenarios run, each time with another seed")
	flag.StringVar(&o.run, "run", "", "run the scenarios whose name matches this expression")
	flag.StringVar(&o.binary, "collector", "dist/otelcol-activity", "the built distribution")
	flag.StringVar(&o.hostile, "hostile", "../shared/data/hostile", "the folder of the hostile set")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, &o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}

type options struct {
	short  bool
	seed   uint64
	rounds int
	run    string
	binary string
	// hostile is the folder of requests that were made to do harm.
	hostile string
}

// loadTime is how long clients record in a scenario.
func (o *options) loadTime() time.Duration {
	if o.short {
		return 6 * time.Second
	}
	return 40 * time.Second
}

// errNotRun is the error of a scenario that this machine can't run. It counts as not
// passed.
var errNotRun = errors.New("not run")

func run(ctx context.Context, o *options) error {
	pattern, err := regexp.Compile(o.run)
	if err != nil {
		return err
	}
	var sum figures
	notRun := 0
	var broken []error
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "scenario\tsent\tacknowledged\tstored\tlost\tdoubled\tmiscounted\trejected\trecovered in\t")
	for round := range o.rounds {
		for _, s := range scenarios {
			if !pattern.MatchString(s.name) || ctx.Err() != nil {
				continue
			}
			fmt.Fprintf(os.Stderr, "%s …\n", s.name)
			started := time.Now()
			f, err := perform(ctx, o, s, o.seed+uint64(round))
			fmt.Fprintf(os.Stderr, "… %.0f s\n", time.Since(started).Seconds())
			if errors.Is(err, errNotRun) {
				notRun++
				fmt.Fprintf(table, "%s\t\t\t\t\t\t\t\t\t%v\n", s.name, err)
				continue
			}
			if err != nil {
				broken = append(broken, fmt.Errorf("%s: %w", s.name, err))
				fmt.Fprintf(table, "%s\t\t\t\t\t\t\t\t\t%v\n", s.name, err)
				continue
			}
			sum.add(&f)
			fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.1f s\t\n", s.name, f.sent, f.acknowledged, f.stored, f.lost, f.doubled, f.miscounted, f.rejected, f.recovered.Seconds())
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Printf("RESULT chaos_lost %d records\n", sum.lost)
	fmt.Printf("RESULT chaos_doubled %d records\n", sum.doubled)
	fmt.Printf("RESULT chaos_miscounted %d counts\n", sum.miscounted)
	fmt.Printf("RESULT chaos_acknowledged %d records\n", sum.acknowledged)
	fmt.Printf("RESULT chaos_scenarios_not_run %d scenarios\n", notRun)
	switch {
	case len(broken) > 0:
		return errors.Join(broken...)
	case ctx.Err() != nil:
		return errors.New("interrupted")
	case sum.lost > 0 || sum.doubled > 0 || sum.miscounted > 0:
		return fmt.Errorf("%d records are lost and %d doubled, and %d counts differ from the rows", sum.lost, sum.doubled, sum.miscounted)
	default:
		return nil
	}
}
