package activityexporter

import (
	"context"
	"crypto/ed25519"
	"time"

	"github.com/otel-activity/otel-activity/internal/schema"
	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/internal/store"
)

// database is what the exporter asks of a Postgres. All of it may be called
// while Postgres is away, and by many goroutines at once.
type database interface {
	// createSchema brings the schema to the version that this program knows.
	createSchema(ctx context.Context) error
	// write stores each row of the batch once. An error means that nothing is
	// lost by calling it again with the same rows. payload is called for rows
	// that the database refuses.
	write(ctx context.Context, rows *store.Batch, payload func(row int) []byte) (store.Result, error)
	// schemaMissing says whether an error of write means that there is no schema.
	schemaMissing(err error) bool
	// maintain does the tasks of the upkeep that are due, and tells how each went. An
	// error that is a store.TaskError alone is one of a task, not of the connection.
	maintain(ctx context.Context, visit func(store.TaskRun)) error
	// keepDefault sets how long activities of projects without a rule are kept.
	keepDefault(ctx context.Context, keep time.Duration) error
	// seal seals the hours that are over for longer than delay, and says how many
	// seals it made, also when it ended with an error.
	seal(ctx context.Context, key ed25519.PrivateKey, delay time.Duration) (seals int, err error)
	close()
}

// openFunc makes a database without connecting to it.
type openFunc func(dsn string, maxConnections int) (database, error)

var _ database = (*postgres)(nil)

type postgres struct {
	pool interface {
		schema.DB
		Close()
	}
	writer     *store.Writer
	maintainer *store.Maintainer
	sealer     func(key ed25519.PrivateKey, delay time.Duration) *store.Sealer
}

func openStore(dsn string, maxConnections int) (database, error) {
	pool, err := store.Open(dsn, maxConnections)
	if err != nil {
		return nil, err
	}
	return &postgres{
		pool: pool, writer: store.NewWriter(pool), maintainer: store.NewMaintainer(pool),
		sealer: func(key ed25519.PrivateKey, delay time.Duration) *store.Sealer {
			return store.NewSealer(pool, key, delay)
		},
	}, nil
}

func (p *postgres) createSchema(ctx context.Context) error {
	_, err := schema.Up(ctx, p.pool)
	return err
}

func (p *postgres) write(ctx context.Context, rows *store.Batch, payload func(row int) []byte) (store.Result, error) {
	return p.writer.Write(ctx, rows, payload)
}

func (p *postgres) schemaMissing(err error) bool { return store.Classify(err) == store.ClassSchema }

func (p *postgres) maintain(ctx context.Context, visit func(store.TaskRun)) error {
	return p.maintainer.RunEach(ctx, visit)
}

func (p *postgres) keepDefault(ctx context.Context, keep time.Duration) error {
	return p.maintainer.KeepDefault(ctx, keep)
}

func (p *postgres) seal(ctx context.Context, key ed25519.PrivateKey, delay time.Duration) (seals int, err error) {
	err = p.sealer(key, delay).Run(ctx, func(*seal.Seal) { seals++ })
	return seals, err
}

func (p *postgres) close() { p.pool.Close() }
