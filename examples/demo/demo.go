package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/otel-activity/otel-activity/internal/harness"
)

// What the shipped configuration listens on.
const (
	otlpEndpoint     = "127.0.0.1:4317"
	otlpHTTPEndpoint = "127.0.0.1:4318"
	healthURL        = "http://127.0.0.1:13133"
	pageURL          = "http://127.0.0.1:8085/"
	postgresPort     = 54329
)

const webhooksPackage = "@octokit/webhooks-examples@7.6.1"

// demo is one run.
type demo struct {
	root      string // the checkout
	folder    string // everything that is made
	collector *harness.Collector
	sent      map[string]int // activities by service
	dropped   int            // that the shops lost
	admin     string         // the session of the shop's administrator
}

func (d *demo) path(name string) string { return filepath.Join(d.folder, name) }

// dsn is that of the Postgres which the Collector runs.
func (d *demo) dsn() string {
	return fmt.Sprintf("postgres://activity@127.0.0.1:%d/activity?passfile=%s", postgresPort, d.path("data/postgres/password"))
}

func (d *demo) startCollector(ctx context.Context) error {
	say("1. Starting the Collector with otelcol-config.yaml, a Postgres of its own, and row changes from its log")
	d.collector = &harness.Collector{
		Binary: filepath.Join(d.root, "dist", "otelcol-activity"), Config: filepath.Join(d.root, "otelcol-config.yaml"),
		Overlays: []string{filepath.Join(d.root, "examples", "demo", "row-changes.yaml")},
		Env:      []string{"OTEL_ACTIVITY_DATA=" + d.path("data")}, HealthURL: healthURL, LogFile: d.path("collector.log"),
	}
	return d.collector.Start(ctx)
}

func (d *demo) importHistories(ctx context.Context) error {
	say("2. Importing the webhook deliveries of %s and this repository's history", webhooksPackage)
	if err := d.command(ctx, nil, "npm", "install", "--prefix", d.path("npm"), "--no-audit", "--no-fund", "--loglevel=error", webhooksPackage); err != nil {
		return err
	}
	webhooks, history := d.path("webhooks.ndjson"), d.path("history.ndjson")
	if err := d.produce(ctx, webhooks, "node", "examples/import/webhooks.mjs", d.path("npm")); err != nil {
		return err
	}
	if err := d.produce(ctx, history, "node", "examples/import/git-log.mjs", d.root); err != nil {
		return err
	}
	if err := d.importFile(ctx, "github", webhooks, "examples/import/github-webhooks.yaml"); err != nil {
		return err
	}
	return d.importFile(ctx, "git", history, "examples/import/git-history.yaml", "--param", "repository=otel-activity")
}

// produce runs a program and keeps what it prints.
func (d *demo) produce(ctx context.Context, file, program string, args ...string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(d.command(ctx, out, program, args...), out.Close())
}

func (d *demo) importFile(ctx context.Context, service, file, mapFile string, more ...string) error {
	lines, err := countLines(file)
	if err != nil {
		return err
	}
	args := append([]string{"import", file, "--map", mapFile, "--endpoint", otlpEndpoint}, more...)
	if err := d.command(ctx, os.Stdout, filepath.Join(d.root, "dist", "activityctl"), args...); err != nil {
		return err
	}
	d.sent[service] = lines
	return nil
}

func countLines(file string) (int, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	return bytes.Count(content, []byte("\n")), nil
}

// command runs a program in the checkout; without out, its output is shown only
// when it fails.
func (d *demo) command(ctx context.Context, out *os.File, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = d.root
	var kept strings.Builder
	cmd.Stdout, cmd.Stderr = &kept, &kept
	if out != nil {
		cmd.Stdout, cmd.Stderr = out, os.Stderr
	}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), strings.Join(args, " "), err, kept.String())
	}
	return nil
}

// stop ends the Collector, and with it Postgres.
func (d *demo) stop() error {
	if d.collector == nil {
		return nil
	}
	return d.collector.Stop()
}
