package activityexporter

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/health"
	"github.com/otel-activity/otel-activity/internal/logmap"
)

var _ exporter.Logs = (*activityExporter)(nil)

// What can fail on its own: writes may go on while the maintenance lacks a right, and
// the other way round.
const (
	workWrite       = "write"
	workMaintenance = "maintenance"
	workSeal        = "seal"
)

// activityExporter stands in front of exporterhelper's exporter, because what
// happens in the push happens again at every attempt: a record must get its time
// of receipt before the queue to be the same record at the second attempt.
type activityExporter struct {
	exporter.Logs // the queue, the batches and the retries; ends in push

	config    *Config
	open      openFunc
	logger    *zap.Logger
	telemetry *telemetry
	health    health.Health
	batches   sync.Pool // of *batch

	// These exist from Start to Shutdown.
	database database
	schema   *schemaGate
	stop     context.CancelFunc
	running  sync.WaitGroup

	shutdownOnce sync.Once
}

func newLogs(ctx context.Context, set exporter.Settings, config *Config, open openFunc) (exporter.Logs, error) {
	telemetry, err := newTelemetry(set.TelemetrySettings, set.ID)
	if err != nil {
		return nil, err
	}
	e := &activityExporter{config: config, open: open, logger: set.Logger, telemetry: telemetry}
	e.batches.New = func() any { return newBatch(config.Limits.limits(), time.Now) }

	e.Logs, err = exporterhelper.NewLogs(ctx, set, config, e.push,
		exporterhelper.WithStart(e.start),
		exporterhelper.WithShutdown(e.shutdown),
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{Timeout: config.Timeout}),
		exporterhelper.WithQueue(config.QueueConfig),
		exporterhelper.WithRetry(config.RetryConfig))
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Capabilities says that ConsumeLogs writes into what it is given.
func (e *activityExporter) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: true}
}

// ConsumeLogs completes the records and hands them to the queue.
func (e *activityExporter) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	// The project first: it is part of the identity of a record without an id.
	e.config.nameProject(ctx, ld)
	logmap.StampReceived(ld, time.Now())
	return e.Logs.ConsumeLogs(ctx, ld)
}

// Shutdown may be called twice, which exporterhelper's may not.
func (e *activityExporter) Shutdown(ctx context.Context) (err error) {
	e.shutdownOnce.Do(func() { err = e.Logs.Shutdown(ctx) })
	return err
}

// Start hands the queue its storage through a queueClient.
func (e *activityExporter) Start(ctx context.Context, host component.Host) error {
	e.health.Host = host
	host, started := e.config.safeguard(host)
	if err := e.Logs.Start(ctx, host); err != nil {
		return err
	}
	started()
	return nil
}

// start opens no connection: the Collector comes up, and the queue takes
// records, while Postgres is away.
func (e *activityExporter) start(ctx context.Context, host component.Host) error {
	dsn, err := e.config.dsn(host)
	if err != nil {
		return err
	}
	if err := e.config.checkStorage(host); err != nil {
		return err
	}
	key, err := e.config.sealingKey()
	if err != nil {
		return err
	}
	e.database, err = e.open(dsn, e.config.MaxConnections)
	if err != nil {
		return err
	}
	e.config.warn(e.logger)
	var create func(context.Context) error
	if e.config.CreateSchema {
		create = e.database.createSchema
	}
	e.schema = newSchemaGate(create)

	// The context of the start ends with it.
	ctx, e.stop = context.WithCancel(context.WithoutCancel(ctx))
	e.running.Go(func() { e.repeat(ctx, workMaintenance, "Maintenance of the activity schema has to wait.", e.maintain) })
	e.startSealing(ctx, key)
	return nil
}

func (e *activityExporter) shutdown(context.Context) error {
	if e.stop == nil {
		return nil // never started
	}
	e.stop()
	e.running.Wait()
	e.database.close()
	return nil
}
