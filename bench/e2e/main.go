// Command e2e measures the whole road, from OTLP/gRPC requests as the Go SDK sends
// them to committed rows, against one server-side text COPY of the same rows into
// the same table. The Collector has its default settings and a queue on disk with
// fsync; Postgres has fsync on. Both ways are taken in turn; the figures are
// medians of the rounds.
//
//	go run ./bench/e2e [-rows 200000] [-rounds 5] [-collector dist/otelcol-activity]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/bench/internal/sdkload"
	"github.com/otel-activity/otel-activity/bench/internal/stats"
	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// Postgres reads and writes the file of the baseline, so it must be able to.
const exportFile = "activities.copy"

func main() {
	rows := flag.Int("rows", 200_000, "activities a round")
	rounds := flag.Int("rounds", 5, "rounds of both ways")
	clients := flag.Int("clients", 4, "connections that send at a time")
	binary := flag.String("collector", "dist/otelcol-activity", "the built distribution")
	flag.Parse()
	if err := run(context.Background(), *rows, *rounds, *clients, *binary); err != nil {
		fmt.Fprintln(os.Stderr, "bench/e2e:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rows, rounds, clients int, binary string) error {
	server, err := pgtest.Start(ctx, pgtest.Options{Durable: true})
	if err != nil {
		return err
	}
	defer server.Close()
	dsn, err := server.CreateDatabase(ctx)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(ctx)

	fmt.Printf("%d activities a round, %d rounds, %d connections, %d cores\n", rows, rounds, clients, runtime.NumCPU())
	requests, err := sdkload.Capture(ctx, rows)
	if err != nil {
		return err
	}
	road := &road{requests: requests, rows: rows, clients: clients, binary: binary, dsn: dsn, db: conn}
	var ways, copies []float64
	for round := range rounds {
		took, err := road.measure(ctx)
		if err != nil {
			return err
		}
		copied, err := measureCopy(ctx, conn, filepath.Join(server.Folder(), exportFile), rows)
		if err != nil {
			return err
		}
		ways, copies = append(ways, perSecond(rows, took)), append(copies, perSecond(rows, copied))
		fmt.Printf("round %d: end to end %.0f rows/s, COPY %.0f rows/s\n", round+1, ways[round], copies[round])
	}
	report(ways, copies, road.peak)
	return nil
}

func perSecond(rows int, took time.Duration) float64 { return float64(rows) / took.Seconds() }

func report(ways, copies []float64, peak int64) {
	fmt.Printf("RESULT e2e_rows_per_second %.0f rows/s\n", stats.Median(ways))
	fmt.Printf("RESULT e2e_copy_rows_per_second %.0f rows/s\n", stats.Median(copies))
	fmt.Printf("RESULT e2e_vs_copy %.2f ratio\n", stats.Ratio(ways, copies))
	fmt.Printf("RESULT collector_rss_mb %.0f MB\n", float64(peak)/1e6)
}

// measureCopy takes the rows out of the table, empties it and copies them back.
func measureCopy(ctx context.Context, conn *pgx.Conn, file string, rows int) (time.Duration, error) {
	for _, statement := range []string{
		"COPY (SELECT " + columns + " FROM activity.activity ORDER BY ingested_at) TO '" + file + "'",
		truncate, "CHECKPOINT",
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return 0, fmt.Errorf("prepare the baseline: %w", err)
		}
	}
	started := time.Now()
	tag, err := conn.Exec(ctx, "COPY activity.activity ("+columns+") FROM '"+file+"'")
	if err != nil {
		return 0, fmt.Errorf("copy the baseline: %w", err)
	}
	took := time.Since(started)
	if tag.RowsAffected() != int64(rows) {
		return 0, fmt.Errorf("the baseline copied %d of %d rows", tag.RowsAffected(), rows)
	}
	_, err = conn.Exec(ctx, truncate)
	return took, err
}

const (
	truncate = "TRUNCATE activity.activity, activity.batch, activity.rollup_hour_delta, activity.rollup_action_day_delta, activity.rollup_hour, activity.rollup_day, activity.rollup_project_hour, activity.rollup_action_day"
	columns  = "occurred_at, observed_at, resource_id, duration, severity_number, id, trace_id, span_id, source, status, severity, action, " +
		"project_id, entity_type, entity_id, entity_name, actor_id, actor_type, actor_name, on_behalf_of, operation_id, " +
		"service_name, environment, client_address, details, reason, metadata, changes, attributes"
)

// road is the way through the Collector.
type road struct {
	requests [][]byte
	rows     int
	clients  int
	binary   string
	dsn      string
	db       *pgx.Conn
	peak     int64
}

// measure starts a Collector with an empty queue, sends everything, and returns
// the time from the first request to the last commit.
func (r *road) measure(ctx context.Context) (time.Duration, error) {
	folder, err := os.MkdirTemp("", "activity-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	pipeline, err := harness.NewPipeline(ctx, r.binary, folder, r.dsn)
	if err != nil {
		return 0, err
	}
	if err := pipeline.Start(ctx); err != nil {
		return 0, err
	}
	defer pipeline.Stop() //nolint:errcheck // it was measured already
	if _, err := r.db.Exec(ctx, "CHECKPOINT"); err != nil {
		return 0, err
	}
	started := time.Now()
	if err := send(ctx, pipeline.GRPC, r.requests, r.clients); err != nil {
		return 0, err
	}
	if err := r.waitCommitted(ctx); err != nil {
		return 0, err
	}
	took := time.Since(started)
	r.peak = max(r.peak, pipeline.PeakRSS())
	return took, nil
}

func (r *road) waitCommitted(ctx context.Context) error {
	for deadline := time.Now().Add(5 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		var written int
		err := r.db.QueryRow(ctx, "SELECT coalesce(sum(row_count), 0) FROM activity.batch").Scan(&written)
		switch {
		case err != nil:
			return fmt.Errorf("count what is written: %w", err)
		case written >= r.rows:
			return nil
		case time.Now().After(deadline):
			return fmt.Errorf("%d of %d rows after five minutes", written, r.rows)
		}
	}
}
