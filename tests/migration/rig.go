package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// rig is all that runs. Both databases are on one server, so that a crash takes away what
// is read and where it goes at the same time.
type rig struct {
	options   *options
	folder    string
	server    *pgtest.Server
	app       string // the application's database
	trail     string // the one of the activities
	appPool   *pgxpool.Pool
	trailPool *pgxpool.Pool
	pgbench   string
	collector *harness.Pipeline
	rand      *rand.Rand

	migrations *store.Migrations
	pace       pace // of the backfill
	id         string
	killed     map[store.MigrationPhase]int
	crashes    int
	backAgain  bool              // a rollback is followed by another cut-over
	triggers   map[string]string // as they were enabled at first, by table and name
	// turns counts the beginnings and ends of crashes: Postgres is away while it is odd.
	turns atomic.Int64
}

const (
	slot = "otel_activity" // the receiver's default
	// startTime is how long the receiver may take to read, from any state on.
	startTime = time.Minute
	// lockTimeout is how long a fence may wait for its lock.
	lockTimeout = 200 * time.Millisecond
)

// settings of the server. A transaction that waits for a lock is not to look like one that
// waits for a checkpoint, which is why there is room for the log.
var settings = map[string]string{
	"max_wal_size":   "'8GB'",
	"shared_buffers": "'512MB'",
}

// inRig runs a part, and keeps the folder when something went wrong.
func inRig(ctx context.Context, o *options, p part) error {
	folder, err := os.MkdirTemp("", "migration-")
	if err != nil {
		return err
	}
	r := &rig{
		options: o, folder: folder, pace: p.pace(o), killed: map[store.MigrationPhase]int{},
		rand: rand.New(rand.NewPCG(o.seed, 0)), //nolint:gosec // a play
	}
	err = r.setUp(ctx, p.rows(o))
	if err == nil {
		err = p.run(ctx, r)
	}
	if err = errors.Join(err, r.close()); err != nil {
		return fmt.Errorf("%w\n(the collector's log is in %s)", err, folder)
	}
	return os.RemoveAll(folder)
}

func (r *rig) setUp(ctx context.Context, rows int) (err error) {
	if r.server, err = pgtest.Start(ctx, pgtest.Options{Durable: r.options.durable, Settings: settings}); err != nil {
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
	if r.appPool, err = pgxpool.New(ctx, r.app); err != nil {
		return err
	}
	if r.trailPool, err = pgxpool.New(ctx, r.trail); err != nil {
		return err
	}
	r.migrations = store.NewMigrations(r.trailPool)
	if err := errors.Join(r.makeTables(ctx, rows), r.writeScripts()); err != nil {
		return err
	}
	return r.startCollector(ctx)
}

// overlay lets the receiver carry out migrations.
const overlay = `
receivers:
  postgres_wal:
    migration:
      trail: ${env:HARNESS_DSN}
      lock_timeout: %s
      rows_per_second: %d
      chunk_rows: %d
`

// pace is how many audit rows a second the backfill reads, 0 is no bound, and how many at a
// time.
type pace struct{ perSecond, chunk int }

// setPace counts from the Collector's next start on.
func (r *rig) setPace(to pace) error {
	r.pace = to
	return os.WriteFile(r.overlayFile(), fmt.Appendf(nil, overlay, lockTimeout, to.perSecond, to.chunk), 0o600)
}

func (r *rig) overlayFile() string { return filepath.Join(r.folder, "migration.yaml") }

func (r *rig) startCollector(ctx context.Context) (err error) {
	if r.collector, err = harness.NewPipeline(ctx, r.options.binary, r.folder, r.trail); err != nil {
		return err
	}
	if err := r.collector.ReadWAL(r.app); err != nil {
		return err
	}
	if err := r.setPace(r.pace); err != nil {
		return err
	}
	r.collector.Overlays = append(r.collector.Overlays, r.overlayFile())
	if err := r.collector.Start(ctx); err != nil {
		return err
	}
	return r.waitReading(ctx)
}

// waitReading waits until the receiver reads.
func (r *rig) waitReading(ctx context.Context) error {
	return r.wait(ctx, startTime, "nobody reads the slot "+slot, func(ctx context.Context) (bool, error) {
		var reading bool
		const query = "SELECT count(*) > 0 FROM pg_replication_slots WHERE slot_name = $1 AND active AND confirmed_flush_lsn IS NOT NULL"
		err := r.appPool.QueryRow(ctx, query, slot).Scan(&reading)
		return reading, err
	})
}

// wait asks again and again until it is so; complaint is the error when it isn't in time.
func (r *rig) wait(ctx context.Context, patience time.Duration, complaint string, so func(context.Context) (bool, error)) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		if yes, err := so(ctx); yes || err != nil {
			return err
		}
		if r.collector != nil && !r.collector.Running() {
			return errors.New("the collector had ended by itself")
		}
	}
	return errors.Join(fmt.Errorf("%s for %s", complaint, patience), ctx.Err())
}

// upTo returns a time of the run's own random.
func (r *rig) upTo(most time.Duration) time.Duration {
	return time.Duration(r.rand.Int64N(int64(most)))
}

// column reads the first column of a query's answer.
func column[T any](ctx context.Context, pool *pgxpool.Pool, query string, args ...any) ([]T, error) {
	rows, err := pool.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

func (r *rig) close() error {
	var errs []error
	if r.collector != nil {
		errs = append(errs, r.collector.Stop())
	}
	for _, pool := range []*pgxpool.Pool{r.appPool, r.trailPool} {
		if pool != nil {
			pool.Close()
		}
	}
	if r.server != nil {
		errs = append(errs, r.server.Close())
	}
	return errors.Join(errs...)
}
