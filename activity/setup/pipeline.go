package setup

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otel-activity/otel-activity/activity"
)

// Pipeline takes activities to the Collector. It is safe for concurrent use.
type Pipeline struct {
	provider  *sdklog.LoggerProvider
	processor processor
	counts    *counts
	shutdown  func(context.Context) error
}

// processor is a tier.
type processor interface {
	sdklog.Processor
	queueSize() int
}

// counts are what became of activities.
type counts struct {
	delivered atomic.Int64
	drops     *drops
}

func (c *counts) settle(n int, err error) {
	if err != nil {
		c.drops.note(n, err)
		return
	}
	c.delivered.Add(int64(n))
}

// Start makes a pipeline and its LoggerProvider the global one. It does not wait for the
// Collector, which may come later. An error says what is wrong with the configuration,
// or, with Durable, with the folder.
func Start(ctx context.Context, opts ...Option) (*Pipeline, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, fmt.Errorf("set up activities: %w", err)
	}
	p, err := newPipeline(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("set up activities: %w", err)
	}
	if !c.local {
		otel.SetLoggerProvider(p.provider)
	}
	return p, nil
}

func newPipeline(ctx context.Context, c *config) (*Pipeline, error) {
	res, err := resource.New(ctx, resource.WithFromEnv(), resource.WithTelemetrySDK(), resource.WithAttributes(c.resource...))
	if err != nil {
		return nil, fmt.Errorf("describe the program: %w", err)
	}
	if res, err = resource.Merge(resource.Default(), res); err != nil {
		return nil, fmt.Errorf("describe the program: %w", err)
	}
	exporter, err := c.newExporter(ctx)
	if err != nil {
		return nil, err
	}
	tell := c.onDrop
	if tell == nil {
		tell = handle
	}
	p := &Pipeline{counts: &counts{drops: newDrops(tell)}}
	switch c.tier {
	case Durable:
		p.processor, err = newDurable(ctx, exporter, c, p.counts)
	case Confirm:
		p.processor = newConfirming(exporter, c, p.counts)
	case BestEffort:
		p.processor = newMemory(exporter, c, p.counts)
	}
	if err != nil {
		return nil, errors.Join(err, exporter.Shutdown(ctx))
	}
	p.provider = sdklog.NewLoggerProvider(
		sdklog.WithResource(res),
		sdklog.WithProcessor(p.processor),
		// An activity's names are unique: there is nothing to search for.
		sdklog.WithAllowKeyDuplication(),
	)
	p.shutdown = p.shutdownOnce(exporter)
	return p, nil
}

func handle(count int, reason error) {
	if count == 0 {
		otel.Handle(fmt.Errorf("activities: %w", reason))
		return
	}
	otel.Handle(fmt.Errorf("%d activities are lost: %w", count, reason))
}

// LoggerProvider is for loggers of one's own.
func (p *Pipeline) LoggerProvider() *sdklog.LoggerProvider { return p.provider }

// Recorder makes a Recorder over this pipeline.
func (p *Pipeline) Recorder(opts ...activity.Option) *activity.Recorder {
	return activity.New(p.provider, opts...)
}

// QueueSize is how many activities wait: in memory, or in the spool.
func (p *Pipeline) QueueSize() int { return p.processor.queueSize() }

// Delivered is how many activities the Collector has acknowledged, those that former
// processes have left in the spool among them.
func (p *Pipeline) Delivered() int64 { return p.counts.delivered.Load() }

// Dropped is how many activities are lost; OnDrop says why.
func (p *Pipeline) Dropped() int64 { return p.counts.drops.total.Load() }

// Flush returns when nothing waits any more, or with an error when ctx is done.
func (p *Pipeline) Flush(ctx context.Context) error { return p.processor.ForceFlush(ctx) }

// Shutdown sends what waits and ends the pipeline; the first call counts. With BestEffort
// what is not sent when ctx is done is lost, and counted. With Durable it takes at most
// five seconds, and what waits still is sent by the next process.
func (p *Pipeline) Shutdown(ctx context.Context) error { return p.shutdown(ctx) }

func (p *Pipeline) shutdownOnce(exporter sdklog.Exporter) func(context.Context) error {
	var once sync.Once
	var err error
	return func(ctx context.Context) error {
		once.Do(func() {
			// The provider ends its processor only while ctx is not done.
			err = errors.Join(p.processor.Shutdown(ctx), p.provider.Shutdown(ctx), exporter.Shutdown(context.WithoutCancel(ctx)))
			p.counts.drops.close()
		})
		return err
	}
}
