// Command sdk measures what recording an activity costs an application, against
// emitting the same record through the OpenTelemetry API by hand.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/bench/internal/stats"
	"github.com/otel-activity/otel-activity/semconv"
)

const (
	// rounds are short and alternate, so that whatever else the machine does
	// falls on both alike.
	rounds        = 400
	callsPerRound = 1000
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "sdk:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	byHand := newProvider()
	bySDK := newProvider()
	unsearched := newProvider(sdklog.WithAllowKeyDuplication())
	emit := emitter(ctx, byHand.Logger("bench"))
	record := recorder(ctx, activity.New(bySDK))
	recordUnsearched := recorder(ctx, activity.New(unsearched))

	// The first rounds fill pools and queues.
	loop(emit)
	loop(record)
	loop(recordUnsearched)
	var emitTimes, recordTimes, unsearchedTimes, ratios []float64
	for i := range rounds {
		var e, r time.Duration
		if i%2 == 0 {
			e, r = loop(emit), loop(record)
		} else {
			r, e = loop(record), loop(emit)
		}
		emitTimes = append(emitTimes, e.Seconds())
		recordTimes = append(recordTimes, r.Seconds())
		unsearchedTimes = append(unsearchedTimes, loop(recordUnsearched).Seconds())
		ratios = append(ratios, r.Seconds()/e.Seconds())
	}
	emitAllocs := testing.AllocsPerRun(callsPerRound, emit)
	recordAllocs := testing.AllocsPerRun(callsPerRound, record)

	fmt.Printf("%d cores, %d alternating rounds of %d calls, medians: emit %.2f µs and %.0f allocations, Record %.2f µs and %.0f allocations\n",
		runtime.NumCPU(), rounds, callsPerRound,
		stats.Median(emitTimes)*1e6/callsPerRound, emitAllocs,
		stats.Median(recordTimes)*1e6/callsPerRound, recordAllocs)
	fmt.Printf("RESULT sdk_go_vs_otel_emit %.3f ratio\n", stats.Median(ratios))
	fmt.Printf("RESULT sdk_go_extra_allocs %.0f allocs\n", recordAllocs-emitAllocs)
	fmt.Printf("RESULT sdk_go_1000_calls_ms %.3f ms\n", stats.Median(recordTimes)*1000/callsPerRound*1000)
	// The same where the provider does not search for duplicate names.
	fmt.Printf("RESULT sdk_go_1000_calls_without_search_ms %.3f ms\n", stats.Median(unsearchedTimes)*1000/callsPerRound*1000)

	return errors.Join(byHand.Shutdown(ctx), bySDK.Shutdown(ctx), unsearched.Shutdown(ctx))
}

func newProvider(opts ...sdklog.LoggerProviderOption) *sdklog.LoggerProvider {
	return sdklog.NewLoggerProvider(append(opts, sdklog.WithProcessor(sdklog.NewBatchProcessor(discard{})))...)
}

func loop(call func()) time.Duration {
	start := time.Now()
	for range callsPerRound {
		call()
	}
	return time.Since(start)
}

// emitter emits the record that recorder's activity becomes, with an id that
// costs nothing.
func emitter(ctx context.Context, logger log.Logger) func() {
	return func() {
		now := time.Now()
		var record log.Record
		record.SetTimestamp(now)
		record.SetObservedTimestamp(now)
		record.SetEventName("order.refund")
		record.SetSeverity(log.SeverityInfo)
		record.SetSeverityText(semconv.ActivitySeverityInfo)
		record.SetBody(attribute.StringValue("Refunded 12.50 EUR"))
		record.AddAttributes(
			semconv.LogRecordUIDKey.String("01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60"),
			semconv.ActivityActionKey.String("order.refund"),
			semconv.ActivitySourceKey.String(semconv.ActivitySourceUser),
			semconv.ActivityStatusKey.String(semconv.ActivityStatusSuccess),
			semconv.ActivityEntityTypeKey.String("order"),
			semconv.ActivityEntityIDKey.String("4711"),
			semconv.UserIDKey.String("u-42"),
			semconv.ActivityProjectIDKey.String("acme"),
			semconv.ActivityOperationIDKey.String("checkout-7"),
			semconv.ActivityReasonKey.String("damaged"),
		)
		logger.Emit(ctx, record)
	}
}

func recorder(ctx context.Context, r *activity.Recorder) func() {
	ctx = activity.WithActor(ctx, activity.Actor{ID: "u-42"})
	ctx = activity.WithProject(ctx, "acme")
	return func() {
		r.Record(ctx, activity.Activity{
			Action:      "order.refund",
			Entity:      activity.Entity{Type: "order", ID: "4711"},
			OperationID: "checkout-7",
			Details:     "Refunded 12.50 EUR",
			Reason:      "damaged",
		})
	}
}

type discard struct{}

func (discard) Export(context.Context, []sdklog.Record) error { return nil }
func (discard) ForceFlush(context.Context) error              { return nil }
func (discard) Shutdown(context.Context) error                { return nil }
