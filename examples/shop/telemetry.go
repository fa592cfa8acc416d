package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/semconv"
)

const (
	// queueSize is how many activities wait while the Collector is away.
	queueSize = 1 << 16
	// patience is how long the exporter tries again before it gives up.
	patience = 5 * time.Minute
	// farewell is how long the last activities may take at the end.
	farewell = 30 * time.Second
)

// telemetry is what an application sets up once, and two counters.
type telemetry struct {
	recorder *activity.Recorder
	tracer   trace.Tracer

	logs      *sdklog.LoggerProvider
	traces    *sdktrace.TracerProvider
	emitted   atomic.Int64
	delivered atomic.Int64
}

func setUp(ctx context.Context) (*telemetry, error) {
	exporter, err := otlploggrpc.New(ctx, exporterOptions(os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))...)
	if err != nil {
		return nil, fmt.Errorf("set up the exporter: %w", err)
	}
	res, err := resource.New(ctx,
		resource.WithTelemetrySDK(),
		resource.WithAttributes(
			semconv.ServiceNameKey.String("shop"),
			semconv.DeploymentEnvironmentNameKey.String("demo"),
		),
		resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("describe the resource: %w", err)
	}

	t := &telemetry{}
	t.logs = sdklog.NewLoggerProvider(
		sdklog.WithResource(res),
		// Activities have no duplicate names to search for.
		sdklog.WithAllowKeyDuplication(),
		sdklog.WithProcessor(&counting{count: &t.emitted}),
		sdklog.WithProcessor(sdklog.NewBatchProcessor(
			&confirming{Exporter: exporter, count: &t.delivered},
			sdklog.WithMaxQueueSize(queueSize),
			sdklog.WithExportTimeout(patience),
		)),
	)
	// Spans are made so that activities have a trace, and go nowhere.
	t.traces = sdktrace.NewTracerProvider(sdktrace.WithResource(res))
	t.recorder = activity.New(t.logs)
	t.tracer = t.traces.Tracer("shop")
	return t, nil
}

// exporterOptions complete what the exporter reads from the environment itself:
// without a scheme, there is no TLS.
func exporterOptions(endpoint string) []otlploggrpc.Option {
	options := []otlploggrpc.Option{otlploggrpc.WithRetry(otlploggrpc.RetryConfig{
		Enabled: true, InitialInterval: 500 * time.Millisecond, MaxInterval: 5 * time.Second, MaxElapsedTime: patience,
	})}
	switch {
	case strings.Contains(endpoint, "://"):
		return options
	case endpoint == "":
		endpoint = "localhost:4317"
	}
	return append(options, otlploggrpc.WithEndpoint(endpoint), otlploggrpc.WithInsecure())
}

// shutdown sends what is still waiting and tells whether anything was lost.
func (t *telemetry) shutdown(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	err := errors.Join(t.logs.Shutdown(ctx), t.traces.Shutdown(ctx))
	if lost := t.emitted.Load() - t.delivered.Load(); lost > 0 {
		err = errors.Join(err, fmt.Errorf("%d activities did not arrive", lost))
	}
	return err
}

// counting counts the activities that are emitted.
type counting struct{ count *atomic.Int64 }

var _ sdklog.Processor = (*counting)(nil)

func (c *counting) OnEmit(context.Context, *sdklog.Record) error {
	c.count.Add(1)
	return nil
}

func (*counting) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }
func (*counting) Shutdown(context.Context) error                         { return nil }
func (*counting) ForceFlush(context.Context) error                       { return nil }

// confirming counts the activities that the Collector took.
type confirming struct {
	sdklog.Exporter

	count *atomic.Int64
}

func (c *confirming) Export(ctx context.Context, records []sdklog.Record) error {
	err := c.Exporter.Export(ctx, records)
	if err == nil {
		c.count.Add(int64(len(records)))
	}
	return err
}
