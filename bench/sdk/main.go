// Command sdk measures what recording an activity costs an application, against
// emitting the same record through the OpenTelemetry API by hand.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/setup"
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
	gone := flag.Duration("gone", 10*time.Minute, "how long the Collector stays away in the last part")
	flag.Parse()
	if err := run(context.Background(), *gone); err != nil {
		fmt.Fprintln(os.Stderr, "sdk:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, gone time.Duration) error {
	if err := compare(ctx); err != nil {
		return err
	}
	if err := situations(ctx); err != nil {
		return err
	}
	return soak(ctx, gone)
}

// compare holds Record against a bare Emit of the same record. All providers send to the
// same server, and nothing is on its way while a round is measured but what it sent.
func compare(ctx context.Context) error {
	s, err := listen(ctx, 0)
	if err != nil {
		return err
	}
	defer s.stop()
	bare, err := newProvider(ctx, s.address)
	if err != nil {
		return err
	}
	recorded, err := newProvider(ctx, s.address)
	if err != nil {
		return err
	}
	pipeline, err := setup.Start(ctx, setup.WithEndpoint(s.address), setup.WithoutGlobal())
	if err != nil {
		return err
	}
	emit := subject{call: emitter(ctx, bare.Logger("bench")), flush: bare.ForceFlush}
	record := subject{call: recorder(ctx, activity.New(recorded)), flush: recorded.ForceFlush}
	own := subject{call: recorder(ctx, pipeline.Recorder()), flush: pipeline.Flush}

	times := [3][]float64{}
	var recordRatios, ownRatios []float64
	order := []int{0, 1, 2}
	subjects := []*subject{&emit, &record, &own}
	for i := range rounds + 1 {
		var took [3]float64
		for _, n := range order {
			if took[n], err = subjects[n].round(ctx); err != nil {
				return err
			}
		}
		order = append(order[1:], order[0])
		if i == 0 {
			continue // it fills pools and queues
		}
		for n := range times {
			times[n] = append(times[n], took[n])
		}
		recordRatios = append(recordRatios, took[1]/took[0])
		ownRatios = append(ownRatios, took[2]/took[0])
	}
	emitAllocs := testing.AllocsPerRun(callsPerRound, emit.call)
	recordAllocs := testing.AllocsPerRun(callsPerRound, record.call)

	fmt.Printf("%d cores, %d alternating rounds of %d calls, medians: emit %.2f µs and %.0f allocations, Record %.2f µs and %.0f allocations, Record over setup %.2f µs\n",
		runtime.NumCPU(), rounds, callsPerRound,
		stats.Median(times[0])*1e6/callsPerRound, emitAllocs,
		stats.Median(times[1])*1e6/callsPerRound, recordAllocs,
		stats.Median(times[2])*1e6/callsPerRound)
	fmt.Printf("RESULT sdk_go_vs_otel_emit %.3f ratio\n", stats.Median(recordRatios))
	fmt.Printf("RESULT sdk_go_extra_allocs %.0f allocs\n", recordAllocs-emitAllocs)
	fmt.Printf("RESULT sdk_go_setup_vs_otel_emit %.3f ratio\n", stats.Median(ownRatios))
	return errors.Join(bare.Shutdown(ctx), recorded.Shutdown(ctx), pipeline.Shutdown(ctx))
}

// subject is something that is measured in rounds.
type subject struct {
	call  func()
	flush func(context.Context) error
}

// round returns the seconds that the calls took; what they sent is not measured.
func (s *subject) round(ctx context.Context) (float64, error) {
	took := loop(s.call)
	return took.Seconds(), s.flush(ctx)
}

func newProvider(ctx context.Context, address string) (*sdklog.LoggerProvider, error) {
	exporter, err := otlploggrpc.New(ctx, otlploggrpc.WithEndpoint(address), otlploggrpc.WithInsecure())
	if err != nil {
		return nil, err
	}
	return sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(exporter))), nil
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
