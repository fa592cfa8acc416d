package activityexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/otel-activity/otel-activity/internal/store"
)

var componentType = component.MustNewType("activity")

// NewFactory returns the factory of the activity exporter.
func NewFactory() exporter.Factory {
	return exporter.NewFactory(
		componentType,
		createDefaultConfig,
		exporter.WithLogs(createLogs, component.StabilityLevelDevelopment),
	)
}

func createDefaultConfig() component.Config {
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.Sizer = exporterhelper.RequestSizerTypeItems
	queue.QueueSize = defaultQueueSize
	queue.BlockOnOverflow = true
	queue.NumConsumers = defaultConsumers
	queue.Batch = configoptional.Some(exporterhelper.BatchConfig{
		FlushTimeout: defaultFlushTimeout,
		Sizer:        exporterhelper.RequestSizerTypeItems,
		MinSize:      defaultMinBatchSize,
		MaxSize:      defaultMaxBatchSize,
	})

	retry := configretry.NewDefaultBackOffConfig()
	retry.InitialInterval = defaultRetryInitialInterval
	retry.MaxInterval = defaultRetryMaxInterval
	retry.MaxElapsedTime = 0

	return &Config{
		CreateSchema:        true,
		MaxConnections:      defaultMaxConnections,
		MaintenanceInterval: defaultMaintenanceInterval,
		Seal:                configoptional.Default(SealConfig{Delay: store.DefaultSealDelay}),
		Limits:              defaultLimits(),
		Timeout:             defaultTimeout,
		QueueConfig:         configoptional.Some(queue),
		RetryConfig:         retry,
	}
}

func createLogs(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Logs, error) {
	return newLogs(ctx, set, cfg.(*Config), openStore)
}
