package postgreswalreceiver

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otel-activity/otel-activity/internal/store"
)

// The metrics of this receiver; README.md says how to read them.
const (
	metricRows         = "activity.receiver.rows"
	metricTransactions = "activity.receiver.transactions"
	metricBytes        = "activity.receiver.bytes"
	metricInvalid      = "activity.receiver.invalid_messages"
	metricReconnects   = "activity.receiver.reconnects"
	metricGaps         = "activity.receiver.gaps"
	metricLag          = "activity.receiver.lag"
	metricLagBytes     = "activity.receiver.lag.bytes"
	metricKept         = "activity.receiver.wal.kept"
	metricHeld         = "activity.receiver.held"
	metricParity       = "activity.receiver.parity"
)

// telemetry counts what the pipeline has taken.
type telemetry struct {
	rows, transactions, bytes, invalid, reconnects, gaps, held, parity metric.Int64Counter

	receiver     metric.MeasurementOption
	results      map[string]metric.MeasurementOption // of parity
	operations   [numOperations]metric.MeasurementOption
	registration metric.Registration
}

func newTelemetry(set component.TelemetrySettings, id component.ID, p *progress) (*telemetry, error) {
	meter := set.MeterProvider.Meter(scopeName)
	receiver := attribute.String("receiver", id.String())
	t := &telemetry{receiver: metric.WithAttributeSet(attribute.NewSet(receiver))}
	for op, word := range operationWords {
		t.operations[op] = metric.WithAttributeSet(attribute.NewSet(receiver, attribute.String("operation", word)))
	}
	t.results = map[string]metric.MeasurementOption{}
	for _, result := range []string{resultEqual, store.DifferenceMissingAuditRow, store.DifferenceMissingActivity} {
		t.results[result] = metric.WithAttributeSet(attribute.NewSet(receiver, attribute.String("result", result)))
	}
	var errs []error
	counter := func(name, unit, description string) metric.Int64Counter {
		made, err := meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(description))
		errs = append(errs, err)
		return made
	}
	t.rows = counter(metricRows, "{row}", "Changes of rows that the pipeline has taken, by operation; one of a table for TRUNCATE.")
	t.transactions = counter(metricTransactions, "{transaction}", "Transactions that the pipeline has taken.")
	t.bytes = counter(metricBytes, "By", "Values of rows, as Postgres prints them.")
	t.invalid = counter(metricInvalid, "{message}", "Messages of applications that could not be read: of the context, which is left out, or activities, which are kept as they are.")
	t.reconnects = counter(metricReconnects, "{connection}", "Replication connections that ended other than by this receiver's will.")
	t.gaps = counter(metricGaps, "{gap}", "Times that changes were found to be lost.")
	t.held = counter(metricHeld, "{row}", "Changes of rows that audit triggers record, and this receiver doesn't.")
	t.parity = counter(metricParity, "{change}", "Changes of rows that were compared with audit rows, by result.")
	errs = append(errs, t.observe(meter, p))
	return t, errors.Join(errs...)
}

// observe reports what is as it is, when somebody asks.
func (t *telemetry) observe(meter metric.Meter, p *progress) error {
	lag, err1 := meter.Float64ObservableGauge(metricLag, metric.WithUnit("s"),
		metric.WithDescription("Age of the oldest transaction that was read and isn't in the pipeline."))
	lagBytes, err2 := meter.Int64ObservableGauge(metricLagBytes, metric.WithUnit("By"),
		metric.WithDescription("How much of Postgres' log isn't in the pipeline."))
	kept, err3 := meter.Int64ObservableGauge(metricKept, metric.WithUnit("By"),
		metric.WithDescription("How much of its log Postgres keeps for the slot."))
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	var err error
	t.registration, err = meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveFloat64(lag, p.lag(time.Now()).Seconds(), t.receiver)
		o.ObserveInt64(lagBytes, p.lagBytes(), t.receiver)
		o.ObserveInt64(kept, p.kept.Load(), t.receiver)
		return nil
	}, lag, lagBytes, kept)
	return err
}

func (t *telemetry) close() error { return t.registration.Unregister() }

func (t *telemetry) took(ctx context.Context, b *batch) {
	for op, n := range b.operations {
		if n > 0 {
			t.rows.Add(ctx, int64(n), t.operations[op])
		}
	}
	t.transactions.Add(ctx, int64(b.transactions), t.receiver)
	t.bytes.Add(ctx, int64(b.bytes), t.receiver)
	t.invalid.Add(ctx, int64(b.invalid), t.receiver)
	if b.held > 0 {
		t.held.Add(ctx, b.held, t.receiver)
	}
	for i := range b.findings {
		for result, n := range b.findings[i].results() {
			t.parity.Add(ctx, n, t.results[result])
		}
	}
}

func (t *telemetry) reconnect(ctx context.Context) { t.reconnects.Add(ctx, 1, t.receiver) }

func (t *telemetry) gap(ctx context.Context) { t.gaps.Add(ctx, 1, t.receiver) }
