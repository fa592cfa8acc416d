// Command write measures the writer, rollups and batch rows included, against one
// server-side text COPY of the same rows into the same table, with fsync on. All
// ways are taken in turn in each round, beginning with another one each time; the
// figures are medians over the rounds, of the rates and of the ratios within a
// round.
//
//	go run ./bench/write [-rows 204800] [-rounds 7]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"

	"github.com/otel-activity/otel-activity/bench/internal/stats"
)

func main() {
	rows := flag.Int("rows", 25*batchRows, "activities a round")
	rounds := flag.Int("rounds", 7, "rounds of all ways")
	profile := flag.String("cpuprofile", "", "file for a CPU profile of this program")
	flag.Parse()
	if err := run(context.Background(), *rows, *rounds, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "bench/write:", err)
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
	fmt.Printf("%d activities a round in batches of %d, %.0f B of heap a row, %d cores\n", rows, batchRows, b.heapPerRow, runtime.NumCPU())
	rates := make([][]float64, len(ways))
	for round := range rounds {
		for i := range ways {
			at := (round + i) % len(ways)
			rate, err := b.measure(ctx, ways[at])
			if err != nil {
				return fmt.Errorf("%s: %w", ways[at].name, err)
			}
			rates[at] = append(rates[at], rate)
			fmt.Printf("round %d: %-24s %8.0f rows/s\n", round+1, ways[at].name, rate)
		}
	}
	report(rates)
	return nil
}

func report(rates [][]float64) {
	for i, way := range ways {
		fmt.Printf("RESULT %s_rows_per_second %.0f rows/s\n", way.name, stats.Median(rates[i]))
	}
	fmt.Printf("RESULT write_vs_copy_1conn %.3f ratio\n", stats.Ratio(rates[oneConnection], rates[copyText]))
	fmt.Printf("RESULT write_vs_copy_2conn %.3f ratio\n", stats.Ratio(rates[twoConnections], rates[copyText]))
	fmt.Printf("RESULT rollup_write_ratio %.3f ratio\n", stats.Ratio(rates[oneConnection], rates[withoutCounts]))
	fmt.Printf("RESULT hash_write_ratio %.3f ratio\n", stats.Ratio(rates[oneConnection], rates[withoutHashes]))
	fmt.Printf("RESULT seal_write_ratio %.3f ratio\n", stats.Ratio(rates[sealed], rates[withoutHashes]))
}
