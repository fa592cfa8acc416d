// Command read measures what the query API asks of the store, on a trail shaped as
// in bench/internal/trail, with warm data: each question is asked with other
// parameters every time, all of them once before the measured round. The figures
// are the 95th percentiles in milliseconds. It fails when one misses its bound.
//
//	go run ./bench/read [-rows 10000000] [-days 60] [-runs 100] [-dsn postgres://…]
//
// With -dsn it reads a trail that is there, and writes nothing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/otel-activity/otel-activity/bench/internal/trail"
	"github.com/otel-activity/otel-activity/internal/store"
)

func main() {
	s := trail.Settings{Seed: 1}
	flag.IntVar(&s.Rows, "rows", 10_000_000, "activities of the trail")
	flag.IntVar(&s.Days, "days", 60, "days that they are of")
	runs := flag.Int("runs", 100, "times that each question is asked")
	dsn := flag.String("dsn", "", "database with a trail to read instead")
	keep := flag.String("keep", "", "folder to keep the cluster in, and to find it in again")
	flag.Parse()
	if err := run(context.Background(), *dsn, *keep, s, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench/read:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dsn, keep string, s trail.Settings, runs int) (err error) {
	if dsn != "" {
		return measure(ctx, dsn, runs)
	}
	c, err := startCluster(ctx, keep, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return measure(ctx, c.DSN(full), runs)
}

func measure(ctx context.Context, dsn string, runs int) error {
	pool, err := store.Open(dsn, 4) //nolint:contextcheck // the pool lives longer than the call
	if err != nil {
		return err
	}
	defer pool.Close()
	a, err := newAsker(ctx, pool, runs)
	if err != nil {
		return err
	}
	total, err := a.reader.Total(ctx, store.Filter{}, store.TotalApprox)
	if err != nil {
		return err
	}
	fmt.Printf("%d activities, %d runs each\n", total.Value, runs)

	var missed []string
	for _, q := range a.questions() {
		took, err := a.ask(ctx, q, runs)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		at95 := took.at(0.95)
		fmt.Printf("%-24s p50 %8.2f  p95 %8.2f  max %8.2f ms, bound %v\n", q.name, took.at(0.5), at95, took.at(1), q.bound)
		fmt.Printf("RESULT api_%s_p95_ms %.2f ms\n", q.name, at95)
		if at95 > milliseconds(q.bound) {
			missed = append(missed, q.name)
		}
	}
	longest, err := a.searchInVain(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("RESULT api_no_match_ms %.0f ms\n", milliseconds(longest))
	if longest > noMatchBound {
		missed = append(missed, "no_match")
	}
	fmt.Printf("RESULT api_rows %d rows\n", total.Value)
	if len(missed) > 0 {
		return fmt.Errorf("these miss their bounds: %s", strings.Join(missed, ", "))
	}
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
