// Command backfill measures how fast the backfill of a migration brings audit rows into
// the trail, in the shape of supa_audit and without a bound, against the writer on one
// connection with activities that are there already. Both are taken in turn in each round,
// each time into a trail of its own; the figures are medians over the rounds, of the rates
// and of the ratios within a round.
//
//	go run ./bench/backfill [-rows 200000] [-rounds 5]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"

	"github.com/otel-activity/otel-activity/bench/internal/stats"
)

func main() {
	rows := flag.Int("rows", 200_000, "audit rows, and activities, a round")
	rounds := flag.Int("rounds", 5, "rounds of both")
	profile := flag.String("cpuprofile", "", "file for a CPU profile of this program")
	flag.Parse()
	if err := run(context.Background(), *rows, *rounds, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "bench/backfill:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rows, rounds int, profile string) error {
	b, err := newBench(ctx, rows)
	if err != nil {
		return err
	}
	defer b.close()
	if profile != "" {
		file, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	var rates [2][]float64
	for round := range rounds {
		for i := range ways {
			at := (round + i) % len(ways)
			rate, err := b.inTrail(ctx, ways[at].measure)
			if err != nil {
				return fmt.Errorf("%s: %w", ways[at].name, err)
			}
			rates[at] = append(rates[at], rate)
			fmt.Printf("round %d: %-15s %8.0f rows/s\n", round+1, ways[at].name, rate)
		}
	}
	for i, way := range ways {
		fmt.Printf("RESULT %s_rows_per_second %.0f rows/s\n", way.name, stats.Median(rates[i]))
	}
	fmt.Printf("RESULT backfill_vs_writer %.3f ratio\n", stats.Ratio(rates[0], rates[1]))
	return nil
}
