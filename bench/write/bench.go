package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/bench/internal/activities"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	batchRows = 8192
	sealEvery = 100 * time.Millisecond
)

type way struct {
	name        string
	connections int // 0 is the server-side COPY
	options     []store.WriterOption
	seals       bool // whether a sealer runs beside the writer
}

// Places in ways.
const (
	copyText = iota
	oneConnection
	twoConnections
	withoutCounts
	withoutHashes
	sealed
)

var ways = [...]way{
	copyText:       {name: "copy_text"},
	oneConnection:  {name: "write_1conn", connections: 1},
	twoConnections: {name: "write_2conn", connections: 2},
	withoutCounts:  {name: "write_1conn_no_counts", connections: 1, options: []store.WriterOption{store.SkipCounts()}},
	withoutHashes:  {name: "write_1conn_no_hashes", connections: 1, options: []store.WriterOption{store.SkipHashes()}},
	sealed:         {name: "write_1conn_sealed", connections: 1, seals: true},
}

// settings keep what happens every few minutes anyway, a checkpoint or a vacuum,
// from falling into one measurement and not into the next.
var settings = map[string]string{
	"shared_buffers": "'1GB'",
	"max_wal_size":   "'16GB'",
	"autovacuum":     "off",
}

type bench struct {
	server     *pgtest.Server
	pool       *pgxpool.Pool
	activities []model.Activity
	copyFrom   string
	heapPerRow float64
	key        ed25519.PrivateKey
}

func newBench(ctx context.Context, rows int) (*bench, error) {
	server, err := pgtest.Start(ctx, pgtest.Options{Durable: true, Settings: settings})
	if err != nil {
		return nil, err
	}
	b := &bench{server: server, activities: activities.Generate(rows)}
	if _, b.key, err = ed25519.GenerateKey(nil); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	if err := b.prepare(ctx); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bench) close() {
	if b.pool != nil {
		b.pool.Close()
	}
	_ = b.server.Close()
}

// prepare makes the file of the baseline from rows that the writer wrote, and
// the partitions of all ways.
func (b *bench) prepare(ctx context.Context) error {
	dsn, err := b.server.CreateDatabase(ctx)
	if err != nil {
		return err
	}
	b.pool, err = store.Open(dsn, 4) //nolint:contextcheck // the pool lives longer than the call
	if err != nil {
		return err
	}
	if err := b.write(ctx, ways[oneConnection]); err != nil {
		return err
	}
	var columns string
	const list = `SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = 'activity.activity'::regclass AND attnum > 0 AND attname <> 'ingested_at'`
	if err := b.pool.QueryRow(ctx, list).Scan(&columns); err != nil {
		return err
	}
	const heap = `SELECT sum(pg_relation_size(partition))::float8 FROM activity.partitions()`
	if err := b.pool.QueryRow(ctx, heap).Scan(&b.heapPerRow); err != nil {
		return err
	}
	b.heapPerRow /= float64(len(b.activities))
	file := filepath.Join(b.server.Folder(), "activities.copy")
	b.copyFrom = fmt.Sprintf("COPY activity.activity (%s) FROM '%s'", columns, file)
	_, err = b.pool.Exec(ctx, fmt.Sprintf("COPY (SELECT %s FROM activity.activity ORDER BY occurred_at, id) TO '%s'", columns, file))
	return err
}

// measure returns rows a second, into an empty table.
func (b *bench) measure(ctx context.Context, w way) (float64, error) {
	for _, statement := range []string{
		"TRUNCATE activity.activity, activity.batch, activity.rollup_hour_delta, activity.rollup_action_day_delta, activity.seal, activity.seal_leaves",
		"CHECKPOINT",
	} {
		if _, err := b.pool.Exec(ctx, statement); err != nil {
			return 0, err
		}
	}
	stop := func() error { return nil }
	if w.seals {
		stop = b.seal(ctx)
	}
	started := time.Now()
	err := b.write(ctx, w)
	took := time.Since(started)
	if err := errors.Join(err, stop()); err != nil {
		return 0, err
	}

	var count int
	if err := b.pool.QueryRow(ctx, "SELECT count(*) FROM activity.activity").Scan(&count); err != nil {
		return 0, err
	}
	if count != len(b.activities) {
		return 0, fmt.Errorf("the table has %d of %d rows", count, len(b.activities))
	}
	return float64(count) / took.Seconds(), nil
}

// seal seals, as the exporter does beside its writers, until it is stopped. All hours
// are over long since, so that it keeps up with the writer: what one sealer has to do
// at any time, on average.
func (b *bench) seal(ctx context.Context) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error)
	sealer := store.NewSealer(b.pool, b.key, store.DefaultSealDelay)
	go func() {
		var err error
		for err == nil && ctx.Err() == nil {
			err = sealer.Run(ctx, nil)
			time.Sleep(sealEvery)
		}
		if ctx.Err() != nil {
			err = nil
		}
		ended <- err
	}()
	return func() error {
		cancel()
		return <-ended
	}
}

func (b *bench) write(ctx context.Context, w way) error {
	if w.connections == 0 {
		_, err := b.pool.Exec(ctx, b.copyFrom)
		return err
	}
	batches := make(chan []model.Activity)
	errs := make([]error, w.connections)
	writer := store.NewWriter(b.pool, w.options...)
	var wg sync.WaitGroup
	for i := range w.connections {
		wg.Go(func() {
			var batch store.Batch
			for some := range batches {
				if errs[i] == nil {
					errs[i] = writeBatch(ctx, writer, &batch, some)
				}
			}
		})
	}
	for rest := b.activities; len(rest) > 0; {
		n := min(batchRows, len(rest))
		batches <- rest[:n]
		rest = rest[n:]
	}
	close(batches)
	wg.Wait()
	return errors.Join(errs...)
}

func writeBatch(ctx context.Context, writer *store.Writer, batch *store.Batch, some []model.Activity) error {
	batch.Reset()
	batch.AddResource(&activities.Resource)
	for i := range some {
		batch.Append(&some[i])
	}
	_, err := writer.Write(ctx, batch, nil)
	return err
}
