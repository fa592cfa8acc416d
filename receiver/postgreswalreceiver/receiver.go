package postgreswalreceiver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/health"
	"github.com/otel-activity/otel-activity/internal/migration"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

var _ receiver.Logs = (*walReceiver)(nil)

// catalogConnections are for looking at tables, and at the slot.
const catalogConnections = 2

// healthy is how long a connection has to last for the next one to be tried at once.
const healthy = 10 * time.Second

// What can fail on its own.
const (
	workPostgres  = "postgres"
	workPipeline  = "pipeline"
	workTables    = "tables"
	workMigration = "migration"
)

// walReceiver reads a slot, over one connection after the other.
type walReceiver struct {
	id        component.ID
	config    *Config
	logger    *zap.Logger
	telemetry *telemetry
	obs       *receiverhelper.ObsReport
	next      consumer.Logs
	health    health.Health
	progress  progress

	filter      *replication.Filter
	omit, mask  *replication.Columns
	mixed       atomic.Pointer[map[uint32]bool] // see noteMixed
	replication *pgconn.Config
	resource    *resource
	handover    *handover // nil without a migration's trail
	// lookInterval is shorter in tests.
	lookInterval time.Duration

	// These exist from Start to Shutdown.
	pool *pgxpool.Pool
	// These are nil without a trail of migrations.
	trail, application *pgxpool.Pool
	migration          *migration.Runner
	memory             *memory
	database           string // of the connection
	stop               context.CancelFunc
	running            sync.WaitGroup
}

func newLogs(set receiver.Settings, config *Config, next consumer.Logs) (*walReceiver, error) {
	r := &walReceiver{id: set.ID, config: config, logger: set.Logger, next: next, lookInterval: lookInterval}
	var err1, err2, err3, err4 error
	r.telemetry, err1 = newTelemetry(set.TelemetrySettings, set.ID, &r.progress)
	r.obs, err2 = receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: set.ID, Transport: "postgresql", LongLivedCtx: true, ReceiverCreateSettings: set,
	})
	r.filter, err3 = config.Publication.tables()
	r.omit, r.mask, err4 = config.Publication.columns()
	return r, errors.Join(err1, err2, err3, err4)
}

// Start opens no connection: the Collector comes up while Postgres is away.
func (r *walReceiver) Start(ctx context.Context, host component.Host) error {
	dsn, err := store.ParseDSN(string(r.config.DSN))
	if err != nil {
		return fmt.Errorf("dsn: %w", err)
	}
	r.health.Host = host
	r.replication = &dsn.ConnConfig.Config
	r.resource = &resource{address: r.replication.Host, port: int64(r.replication.Port)}
	if r.memory, err = openMemory(ctx, host, r.config.Storage, r.id, r.config.Slot.Name); err != nil {
		return err
	}
	if r.pool, err = store.Open(string(r.config.DSN), catalogConnections); err != nil { //nolint:contextcheck // the pool lives longer than the call
		return errors.Join(err, r.memory.close(ctx))
	}
	if err = r.makeHandover(); err != nil { //nolint:contextcheck // its pool lives longer than the call
		r.pool.Close()
		return errors.Join(err, r.memory.close(ctx))
	}
	// The context of the start ends with it.
	ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	r.running.Go(func() { r.run(ctx) })
	if r.migration != nil {
		r.running.Go(func() { r.migration.Run(ctx) })
	}
	return nil
}

// Shutdown ends the connection. What the pipeline has not taken comes again.
func (r *walReceiver) Shutdown(ctx context.Context) error {
	if r.stop == nil {
		return nil // never started, or ended before
	}
	r.stop()
	r.stop = nil
	r.running.Wait()
	r.closeHandover()
	r.pool.Close()
	return errors.Join(r.memory.close(ctx), r.telemetry.close())
}

// run holds one session after the other until ctx ends, or nothing is left to read.
func (r *walReceiver) run(ctx context.Context) {
	logged := ""
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		began := time.Now()
		err := r.session(ctx, func() {
			r.logger.Info("Reading row changes.", zap.String("slot", r.config.Slot.Name), zap.Stringer("from", r.progress.lsn()))
			r.health.Report(workPostgres, nil)
			logged = ""
		})
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, errLost) {
			r.logger.Error("Changes of rows are lost. The receiver stops.", zap.Error(err))
			r.health.Fail(err)
			return
		}
		r.telemetry.reconnect(ctx)
		r.health.Report(workPostgres, err)
		if err.Error() != logged { // not again and again
			logged = err.Error()
			r.logger.Warn("Can't read row changes. Trying again until it works.", zap.Error(err))
		}
		if time.Since(began) > healthy {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
