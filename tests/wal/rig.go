package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

//go:embed schema.sql
var schemaSQL string

// rig is all that runs. Both databases are on one server, so that a restart takes away
// what is read and where it goes at the same time.
type rig struct {
	options   *options
	folder    string
	server    *pgtest.Server
	app       string // the application's database
	trail     string // the one of the activities
	pgbench   string
	collector *harness.Pipeline
	rand      *rand.Rand

	kills, killsReading, restarts int
	// turns counts the beginnings and ends of restarts: Postgres is away while it is odd.
	turns atomic.Int64
}

const (
	slot = "otel_activity" // the receiver's default
	// startTime is how long the receiver may take to read, from any state on.
	startTime = time.Minute
	// copiedRows is how many rows one COPY of the load brings.
	copiedRows = 200
)

func (r *rig) setUp(ctx context.Context) (err error) {
	if r.server, err = pgtest.Start(ctx, pgtest.Options{Durable: true, Settings: map[string]string{
		"max_prepared_transactions": "20",
		"max_wal_size":              "'4GB'",
	}}); err != nil {
		return err
	}
	if r.pgbench, err = r.server.Client("pgbench"); err != nil {
		return err
	}
	if r.app, err = r.server.CreateEmptyDatabase(ctx); err != nil {
		return err
	}
	if r.trail, err = r.server.CreateDatabase(ctx); err != nil {
		return err
	}
	if _, err := r.admin(ctx, r.app, schemaSQL); err != nil {
		return fmt.Errorf("make the application's tables: %w", err)
	}
	if err := errors.Join(r.writeScripts(), r.writeCopied()); err != nil {
		return err
	}
	if r.collector, err = harness.NewPipeline(ctx, r.options.binary, r.folder, r.trail); err != nil {
		return err
	}
	if err := r.collector.ReadWAL(r.app); err != nil {
		return err
	}
	if err := r.collector.Start(ctx); err != nil {
		return err
	}
	return r.waitReading(ctx)
}

// writeCopied writes the file that the load copies from.
func (r *rig) writeCopied() error {
	var rows strings.Builder
	for i := range copiedRows {
		fmt.Fprintln(&rows, i%100+1)
	}
	// Postgres may run as another user.
	return os.WriteFile(filepath.Join(r.server.Folder(), "visits.copy"), []byte(rows.String()), 0o644) //nolint:gosec // see above
}

// waitReading waits until the receiver reads.
func (r *rig) waitReading(ctx context.Context) error {
	for deadline := time.Now().Add(startTime); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		if reading, err := r.reading(ctx); reading || err != nil {
			return err
		}
	}
	return errors.New("nobody reads the slot " + slot)
}

// reading tells whether the slot is in use. While it is being made, it has no place yet.
func (r *rig) reading(ctx context.Context) (bool, error) {
	conn, err := pgx.Connect(ctx, r.app)
	if err != nil {
		return false, err
	}
	defer conn.Close(ctx)
	var reading bool
	const query = "SELECT count(*) > 0 FROM pg_replication_slots WHERE slot_name = $1 AND active AND confirmed_flush_lsn IS NOT NULL"
	err = conn.QueryRow(ctx, query, slot).Scan(&reading)
	return reading, err
}

// admin runs SQL as the superuser and returns the first column of what it answers.
func (r *rig) admin(ctx context.Context, dsn, sql string) ([]string, error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	results, err := conn.PgConn().Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, err
	}
	var first []string
	for _, row := range results[len(results)-1].Rows {
		first = append(first, string(row[0]))
	}
	return first, nil
}

// between returns a time of the run's own random.
func (r *rig) between(least, most time.Duration) time.Duration {
	return least + time.Duration(r.rand.Int64N(int64(most-least)))
}

func (r *rig) close() error {
	var errs []error
	if r.collector != nil {
		errs = append(errs, r.collector.Stop())
	}
	if r.server != nil {
		errs = append(errs, r.server.Close())
	}
	return errors.Join(errs...)
}
