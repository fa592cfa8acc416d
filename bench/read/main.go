// Command read measures what reading a large trail takes, on one shaped as in
// bench/internal/trail, with warm data: each question is asked with other parameters
// every time, all of them once before the measured round. The figures are the 95th
// percentiles in milliseconds. On a cluster of its own it then measures what being
// large costs the writers, a day's retention, and bytes. It goes on when a figure
// misses its bound, and fails in the end.
//
//	go run ./bench/read [-rows 50000000] [-days 90] [-runs 100] [-keep folder] [-dsn postgres://…]
//
// With -keep the cluster stays in the folder and is taken from there the next time.
// With -dsn it reads a trail that is there, and writes nothing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/bench/internal/trail"
	"github.com/otel-activity/otel-activity/internal/store"
)

type options struct {
	dsn, keep  string
	trail      trail.Settings
	runs       int
	insertRows int
	rounds     int
	dayRows    int
	only       string
}

func main() {
	o := options{trail: trail.Settings{Seed: 1}}
	flag.IntVar(&o.trail.Rows, "rows", 50_000_000, "activities of the trail")
	flag.IntVar(&o.trail.Days, "days", 90, "days that they are of")
	flag.IntVar(&o.runs, "runs", 100, "times that each question is asked")
	flag.IntVar(&o.insertRows, "insert-rows", 25*batchRows, "activities that are written a round")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of writing")
	flag.IntVar(&o.dayRows, "day-rows", 1_000_000, "activities of the day that is dropped")
	flag.StringVar(&o.only, "only", "", "regular expression of what to measure: questions by their names, insert, retention")
	flag.StringVar(&o.keep, "keep", "", "folder to keep the cluster in, and to find it in again")
	flag.StringVar(&o.dsn, "dsn", "", "database with a trail to read instead")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "bench/read:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	var r results
	if o.dsn != "" {
		return errors.Join(r.reading(ctx, o.dsn, o), r.verdict())
	}
	c, err := startCluster(ctx, o.keep, o.trail)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }() //nolint:contextcheck // as in restart
	only, err := regexp.Compile(o.only)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		run  func() error
	}{
		{"", func() error { return r.reading(ctx, c.DSN(full), o) }},
		{"insert", func() error { return r.inserts(ctx, c, o) }},
		{"retention", func() error { return r.retention(ctx, c, o) }},
	} {
		if part.name != "" && !only.MatchString(part.name) {
			continue
		}
		if err := part.run(); err != nil {
			return errors.Join(err, r.verdict())
		}
	}
	return r.verdict()
}

// results remember what missed its bound.
type results struct{ missed []string }

func (r *results) say(name string, value float64, unit string) {
	fmt.Printf("RESULT %s %s %s\n", name, figure(value), unit)
}

// atMost takes milliseconds.
func (r *results) atMost(name string, value, bound float64) {
	r.say(name, value, "ms")
	if value > bound {
		r.missed = append(r.missed, fmt.Sprintf("%s %s > %s", name, figure(value), figure(bound)))
	}
}

func (r *results) atLeast(name string, value, bound float64, unit string) {
	r.say(name, value, unit)
	if value < bound {
		r.missed = append(r.missed, fmt.Sprintf("%s %s < %s", name, figure(value), figure(bound)))
	}
}

func figure(value float64) string {
	if value >= 1000 {
		return fmt.Sprintf("%.0f", value)
	}
	return fmt.Sprintf("%.3g", value)
}

func (r *results) verdict() error {
	if len(r.missed) == 0 {
		return nil
	}
	return fmt.Errorf("these miss their bounds: %s", strings.Join(r.missed, ", "))
}

const planningBound = 5 * time.Millisecond

func (r *results) reading(ctx context.Context, dsn string, o options) error {
	return withPool(ctx, dsn, 4, func(pool *pgxpool.Pool) error {
		a, err := newAsker(ctx, pool, o.runs)
		if err != nil {
			return err
		}
		if a.only, err = regexp.Compile(o.only); err != nil {
			return err
		}
		total, err := a.reader.Total(ctx, store.Filter{}, store.TotalApprox)
		if err != nil {
			return err
		}
		r.say("read_rows", float64(total.Value), "rows")
		for _, q := range a.questions() {
			took, err := a.ask(ctx, q, o.runs)
			if err != nil {
				return fmt.Errorf("%s: %w", q.name, err)
			}
			fmt.Printf("%-28s p50 %8.2f  p95 %8.2f  max %8.2f ms, bound %v\n", q.name, took.at(0.5), took.at(0.95), took.at(1), q.bound)
			r.atMost(q.name+"_p95_ms", took.at(0.95), milliseconds(q.bound))
		}
		if err := r.planning(ctx, dsn, o.runs, a); err != nil || o.only != "" {
			return err
		}
		longest, err := a.searchInVain(ctx)
		if err != nil {
			return err
		}
		r.atMost("api_no_match_ms", milliseconds(longest), milliseconds(noMatchBound))
		return errors.Join(r.views(ctx, pool), r.counting(ctx, pool, a.now))
	})
}

// planning measures each question's statements, and all of them together.
func (r *results) planning(ctx context.Context, dsn string, runs int, a *asker) error {
	took, err := plannings(ctx, dsn, runs, func(pool *pgxpool.Pool) []question { return a.with(pool).questions() })
	if err != nil {
		return err
	}
	for _, q := range a.questions() {
		d := took[q.name]
		fmt.Printf("%-28s planning p50 %8.2f  p95 %8.2f  max %8.2f ms\n", q.name, d.at(0.5), d.at(0.95), d.at(1))
		if strings.HasPrefix(q.name, "read_") {
			r.atMost(q.name+"_planning_p95_ms", d.at(0.95), milliseconds(planningBound))
		}
	}
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
