package activity_test

import (
	"context"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/semconv"
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

// BenchmarkEmit is the yardstick: the record of BenchmarkRecord by hand.
func BenchmarkEmit(b *testing.B) {
	logger := batched(b).Logger("bench")
	for b.Loop() {
		now := time.Now()
		var record log.Record
		record.SetTimestamp(now)
		record.SetObservedTimestamp(now)
		record.SetEventName("order.refund")
		record.SetSeverity(log.SeverityInfo)
		record.SetSeverityText("info")
		record.SetBody(attribute.StringValue("Refunded 12.50 EUR"))
		record.AddAttributes(
			semconv.LogRecordUIDKey.String("01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60"),
			semconv.ActivityActionKey.String("order.refund"),
			semconv.ActivitySourceKey.String("user"),
			semconv.ActivityStatusKey.String("success"),
			semconv.ActivityEntityTypeKey.String("order"),
			semconv.ActivityEntityIDKey.String("4711"),
			semconv.UserIDKey.String("u-42"),
			semconv.ActivityProjectIDKey.String("acme"),
			semconv.ActivityOperationIDKey.String("checkout-7"),
			semconv.ActivityReasonKey.String("damaged"),
		)
		logger.Emit(b.Context(), record)
	}
}

func BenchmarkRecord(b *testing.B) {
	recorder := activity.New(batched(b))
	ctx := activity.WithActor(b.Context(), activity.Actor{ID: "u-42"})
	ctx = activity.WithProject(ctx, "acme")
	for b.Loop() {
		recorder.Record(ctx, activity.Activity{
			Action:      "order.refund",
			Entity:      activity.Entity{Type: "order", ID: "4711"},
			OperationID: "checkout-7",
			Details:     "Refunded 12.50 EUR",
			Reason:      "damaged",
		})
	}
}

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
