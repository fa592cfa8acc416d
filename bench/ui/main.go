// Command ui measures the web page in real Chromium: the built Collector with its
// API, over a trail of some size. The steps and the figures are in js/e2e/bench;
// each figure is on a line of its own that begins with RESULT.
//
//	go run ./bench/ui [-rows 150000] [-collector dist/otelcol-activity]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/bench/internal/trail"
	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func main() {
	rows := flag.Int("rows", 150_000, "activities to scroll through, more than the page holds")
	binary := flag.String("collector", "dist/otelcol-activity", "the built distribution")
	flag.Parse()
	if err := run(context.Background(), *rows, *binary); err != nil {
		fmt.Fprintln(os.Stderr, "bench/ui:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rows int, binary string) error {
	server, err := pgtest.Start(ctx, pgtest.Options{})
	if err != nil {
		return err
	}
	defer server.Close()
	dsn, err := server.CreateDatabase(ctx)
	if err != nil {
		return err
	}
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer pool.Close()
	if err := trail.Write(ctx, pool, trail.Settings{Rows: rows, Days: 7, Seed: 1}, os.Stderr); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "activity-bench-ui-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	site, err := harness.NewSite(ctx, binary, folder, dsn, "")
	if err != nil {
		return err
	}
	if err := site.Start(ctx); err != nil {
		return err
	}
	defer site.Stop() //nolint:errcheck // it was measured already

	cmd := exec.CommandContext(ctx, "npm", "run", "--silent", "bench", "-w", "e2e")
	cmd.Dir = "js"
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "SITE_URL="+site.URL, "SITE_OTLP=http://"+site.HTTP)
	return cmd.Run()
}
