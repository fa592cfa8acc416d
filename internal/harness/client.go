package harness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/semconv"
)

// Client records activities through the Go SDK, OTLP/gRPC and the SDK's batch
// processor, as an application does, and notes each id that was acknowledged.
type Client struct {
	// Observed, set before the first record, is the clock that says when a record was
	// observed; nil is the system's.
	Observed func() time.Time

	recorder *activity.Recorder
	provider *sdklog.LoggerProvider
	noting   *notingExporter
}

// NewClient makes a client for the OTLP/gRPC endpoint host:port. At most
// queueSize activities may wait to be sent: more are dropped by the SDK and never
// acknowledged.
func NewClient(ctx context.Context, endpoint, service string, queueSize int) (*Client, error) {
	inner, err := otlploggrpc.New(ctx, otlploggrpc.WithEndpoint(endpoint), otlploggrpc.WithInsecure(),
		otlploggrpc.WithTimeout(10*time.Second))
	if err != nil {
		return nil, fmt.Errorf("make the OTLP exporter: %w", err)
	}
	c := &Client{noting: &notingExporter{inner: inner, acknowledged: make(map[string]int)}}
	c.provider = sdklog.NewLoggerProvider(
		sdklog.WithResource(resource.NewSchemaless(semconv.ServiceNameKey.String(service))),
		sdklog.WithProcessor(observer{c}),
		sdklog.WithProcessor(sdklog.NewBatchProcessor(c.noting,
			sdklog.WithMaxQueueSize(queueSize),
			sdklog.WithExportTimeout(5*time.Minute),
			sdklog.WithExportInterval(100*time.Millisecond))),
	)
	c.recorder = activity.New(c.provider)
	return c, nil
}

// Record records one activity.
func (c *Client) Record(ctx context.Context, a activity.Activity) { c.recorder.Record(ctx, a) }

// Close sends what is left and waits until it was acknowledged or ctx is done.
func (c *Client) Close(ctx context.Context) error {
	if err := c.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("send what is left: %w", err)
	}
	return nil
}

// Acknowledged returns the ids that were acknowledged so far, and for each how
// many times.
func (c *Client) Acknowledged() map[string]int {
	c.noting.mu.Lock()
	defer c.noting.mu.Unlock()
	return maps.Clone(c.noting.acknowledged)
}

// observer gives records the time of the client's clock.
type observer struct{ client *Client }

func (o observer) OnEmit(_ context.Context, record *sdklog.Record) error {
	if o.client.Observed != nil {
		record.SetObservedTimestamp(o.client.Observed())
	}
	return nil
}

func (observer) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }
func (observer) Shutdown(context.Context) error                         { return nil }
func (observer) ForceFlush(context.Context) error                       { return nil }

// notingExporter sends again until it is acknowledged, then notes the ids.
type notingExporter struct {
	inner *otlploggrpc.Exporter

	mu           sync.Mutex
	acknowledged map[string]int
}

func (e *notingExporter) Export(ctx context.Context, records []sdklog.Record) error {
	for {
		err := e.inner.Export(ctx, records)
		if err == nil {
			e.note(records)
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (e *notingExporter) note(records []sdklog.Record) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range records {
		records[i].WalkAttributes(func(kv attribute.KeyValue) bool {
			if kv.Key != semconv.LogRecordUIDKey {
				return true
			}
			e.acknowledged[kv.Value.AsString()]++
			return false
		})
	}
}

func (e *notingExporter) Shutdown(ctx context.Context) error   { return e.inner.Shutdown(ctx) }
func (e *notingExporter) ForceFlush(ctx context.Context) error { return e.inner.ForceFlush(ctx) }
