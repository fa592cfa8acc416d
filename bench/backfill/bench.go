package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/bench/internal/activities"
	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/audit/audittest"
	"github.com/otel-activity/otel-activity/internal/migration"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// batchRows is how many activities the writer is given at a time, as in bench/write.
const batchRows = 8192

//go:embed audited.sql
var auditedSQL string

// ways are what is measured.
var ways = [...]struct {
	name    string
	measure func(*bench, context.Context, *pgxpool.Pool) (float64, error)
}{{"backfill", (*bench).backfill}, {"backfill_writer", (*bench).write}}

// settings keep what happens every few minutes anyway, a checkpoint or a vacuum,
// from falling into one measurement and not into the next.
var settings = map[string]string{
	"shared_buffers": "'1GB'",
	"max_wal_size":   "'16GB'",
	"autovacuum":     "off",
}

type bench struct {
	server      *pgtest.Server
	application *pgxpool.Pool
	activities  []model.Activity
}

func newBench(ctx context.Context, rows int) (*bench, error) {
	server, err := pgtest.Start(ctx, pgtest.Options{Durable: true, Settings: settings})
	if err != nil {
		return nil, err
	}
	b := &bench{server: server, activities: activities.Generate(rows)}
	if err := b.prepare(ctx, rows); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bench) close() {
	if b.application != nil {
		b.application.Close()
	}
	_ = b.server.Close()
}

// prepare makes the application's database.
func (b *bench) prepare(ctx context.Context, rows int) error {
	dsn, err := b.server.CreateEmptyDatabase(ctx)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, script := range []string{audittest.SupaAuditSQL, fmt.Sprintf("SET bench.rows = %d", rows), auditedSQL, "VACUUM ANALYZE"} {
		if _, err := conn.PgConn().Exec(ctx, script).ReadAll(); err != nil {
			return fmt.Errorf("make the audit table: %w", err)
		}
	}
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return err
	}
	maps.Copy(config.ConnConfig.RuntimeParams, audit.Printing)
	b.application, err = pgxpool.NewWithConfig(ctx, config)
	return err
}

// inTrail measures with a new trail, and looks whether all of it has arrived.
func (b *bench) inTrail(ctx context.Context, measure func(*bench, context.Context, *pgxpool.Pool) (float64, error)) (float64, error) {
	dsn, err := b.server.CreateDatabase(ctx)
	if err != nil {
		return 0, err
	}
	trail, err := store.Open(dsn, 4) //nolint:contextcheck // the pool lives longer than the call
	if err != nil {
		return 0, err
	}
	defer trail.Close()
	if _, err := trail.Exec(ctx, "CHECKPOINT"); err != nil {
		return 0, err
	}
	rate, err := measure(b, ctx, trail)
	if err != nil {
		return 0, err
	}
	var count int
	if err := trail.QueryRow(ctx, "SELECT count(*) FROM activity.activity").Scan(&count); err != nil {
		return 0, err
	}
	if count != len(b.activities) {
		return 0, fmt.Errorf("the trail has %d of %d activities", count, len(b.activities))
	}
	return rate, nil
}

// write lets the writer write with one connection.
func (b *bench) write(ctx context.Context, trail *pgxpool.Pool) (float64, error) {
	writer := store.NewWriter(trail)
	var batch store.Batch
	began := time.Now()
	for rest := b.activities; len(rest) > 0; {
		some := rest[:min(batchRows, len(rest))]
		rest = rest[len(some):]
		batch.Reset()
		batch.AddResource(&activities.Resource)
		for i := range some {
			batch.Append(&some[i])
		}
		if _, err := writer.Write(ctx, &batch, nil); err != nil {
			return 0, err
		}
	}
	return float64(len(b.activities)) / time.Since(began).Seconds(), nil
}

// database is what the application's is called in the migration's state.
const database = "bench/application"

// backfill lets a migration run from where reading begins to where it ends. Nothing has to
// read the log for that, so that the phases before are left out.
func (b *bench) backfill(ctx context.Context, trail *pgxpool.Pool) (float64, error) {
	m, err := b.begin(ctx, store.NewMigrations(trail))
	if err != nil {
		return 0, err
	}
	config := migration.DefaultConfig()
	config.MaxReadTime = 0 // it reads as fast as it can
	runner := migration.New(migration.Settings{
		Config: config, Application: b.application, Trail: trail,
		Database: func() string { return database }, Logger: zap.NewNop(),
	})
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		runner.Run(ctx)
		close(ended)
	}()
	err = untilRead(ctx, store.NewMigrations(trail), m.ID)
	stop()
	<-ended
	if err != nil {
		return 0, err
	}
	return rate(context.WithoutCancel(ctx), trail)
}

// begin makes a migration that is about to read.
func (b *bench) begin(ctx context.Context, state *store.Migrations) (*store.Migration, error) {
	found, err := audit.Discover(ctx, b.application, audit.Options{})
	if err != nil {
		return nil, err
	}
	m, err := state.Start(ctx, "bench", "bench", store.MigrationSpec{})
	if err != nil {
		return nil, err
	}
	if err := state.Claim(ctx, database); err != nil {
		return nil, err
	}
	for i := range found {
		if err := save(ctx, state, m.ID, &found[i]); err != nil {
			return nil, err
		}
	}
	if m, err = state.Get(ctx, m.ID); err != nil {
		return nil, err
	}
	m.Phase = store.MigrationBackfilling
	return m, state.Save(ctx, m)
}

// save notes that an audit table was found, and is to be read.
func save(ctx context.Context, state *store.Migrations, id string, found *audit.Source) error {
	definition, err := json.Marshal(found)
	if err != nil {
		return err
	}
	source := store.MigrationSource{Name: found.String(), Bytes: found.Bytes, Definition: definition}
	if err := state.SaveDiscovered(ctx, id, []store.MigrationSource{source}, nil); err != nil {
		return err
	}
	const oldest = 1 // of the transactions that may be missed: the sweep is not measured
	return state.BeginSource(ctx, id, source.Name, oldest)
}

// patience is how long a backfill may take.
const patience = 5 * time.Minute

func untilRead(ctx context.Context, state *store.Migrations, id string) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		m, err := state.Get(ctx, id)
		if err != nil || m.Phase != store.MigrationBackfilling {
			return err
		}
	}
	return errors.New("the backfill doesn't come to its end")
}

// rate takes the time from when the first chunk was begun to when the last was noted.
func rate(ctx context.Context, trail *pgxpool.Pool) (rowsPerSecond float64, err error) {
	const query = `
		SELECT (sum(rows) / extract(epoch FROM max(ended_at) - min(started_at)))::float8
		FROM activity.migration_chunk WHERE pass = 'backfill'`
	err = trail.QueryRow(ctx, query).Scan(&rowsPerSecond)
	return rowsPerSecond, err
}
