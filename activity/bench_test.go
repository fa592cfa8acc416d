package activity_test

import (
	"context"
	"testing"

	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-activity/otel-activity/activity"
)

type discard struct{}

func (discard) Export(context.Context, []sdklog.Record) error { return nil }
func (discard) ForceFlush(context.Context) error              { return nil }
func (discard) Shutdown(context.Context) error                { return nil }

func batched(b *testing.B) *sdklog.LoggerProvider {
	b.Helper()
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(discard{})))
	b.Cleanup(func() { _ = provider.Shutdown(context.Background()) })
	b.ReportAllocs()
	return provider
}

// Record with ten attributes is measured beside a bare Emit, in turn, by
// bench/sdk.

func BenchmarkRecordWithMetadata(b *testing.B) {
	recorder := activity.New(batched(b))
	for b.Loop() {
		recorder.Record(b.Context(), activity.Activity{
			Action:   "order.refund",
			Entity:   activity.Entity{Type: "order", ID: "4711"},
			Metadata: map[string]any{"amount": 12.5, "currency": "EUR", "items": 3},
		})
	}
}

func BenchmarkDo(b *testing.B) {
	recorder := activity.New(batched(b))
	nothing := func(context.Context) error { return nil }
	for b.Loop() {
		_ = recorder.Do(b.Context(), "order.refund", nothing)
	}
}

// BenchmarkRecordWithoutProvider is what instrumented code costs where nobody
// has set up a provider.
func BenchmarkRecordWithoutProvider(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		activity.Record(b.Context(), activity.Activity{Action: "order.refund"})
	}
}
