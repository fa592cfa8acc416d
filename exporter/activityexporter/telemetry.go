package activityexporter

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/store"
)

const scopeName = "github.com/otel-activity/otel-activity/exporter/activityexporter"

// The metrics of this exporter; README.md says how to read them.
const (
	metricRows          = "activity.exporter.rows"
	metricRepaired      = "activity.exporter.repaired"
	metricUnknownWords  = "activity.exporter.unknown_words"
	metricBatchSize     = "activity.exporter.batch.size"
	metricWriteDuration = "activity.exporter.write.duration"
	metricSeals         = "activity.exporter.seals"
)

// telemetry counts what became of the records. Only writes that succeeded count
// rows: what a failed one did is undone, and its rows come again.
type telemetry struct {
	rows          metric.Int64Counter
	repaired      metric.Int64Counter
	unknownWords  metric.Int64Counter
	batchSize     metric.Int64Histogram
	writeDuration metric.Float64Histogram
	seals         metric.Int64Counter
	upkeep        *upkeepTelemetry

	// Made once: they are the same at every write.
	written, duplicate, rejected metric.MeasurementOption
	succeeded, failed            metric.MeasurementOption
	exporter                     metric.MeasurementOption
}

func newTelemetry(set component.TelemetrySettings, id component.ID) (*telemetry, error) {
	meter := set.MeterProvider.Meter(scopeName)
	exporter := attribute.String("exporter", id.String())
	outcome := func(word string) metric.MeasurementOption {
		return metric.WithAttributeSet(attribute.NewSet(exporter, attribute.String("outcome", word)))
	}
	t := &telemetry{
		written:   outcome("written"),
		duplicate: outcome("duplicate"),
		rejected:  outcome("rejected"),
		succeeded: outcome("success"),
		failed:    outcome("failure"),
		exporter:  metric.WithAttributeSet(attribute.NewSet(exporter)),
	}
	var errs [7]error
	t.rows, errs[0] = meter.Int64Counter(metricRows, metric.WithUnit("{row}"),
		metric.WithDescription("Records by what became of them: written, duplicate (skipped, the table had it) or rejected (kept in activity.rejected)."))
	t.repaired, errs[1] = meter.Int64Counter(metricRepaired, metric.WithUnit("{record}"),
		metric.WithDescription("Records that held something that Postgres can't, and were repaired."))
	t.unknownWords, errs[2] = meter.Int64Counter(metricUnknownWords, metric.WithUnit("{word}"),
		metric.WithDescription("Values of source, status or severity that the convention doesn't know."))
	t.batchSize, errs[3] = meter.Int64Histogram(metricBatchSize, metric.WithUnit("{row}"),
		metric.WithDescription("Rows in a write."),
		metric.WithExplicitBucketBoundaries(1, 10, 100, 500, 1_000, 2_000, 4_000, 8_192, 16_384, 32_768))
	t.writeDuration, errs[4] = meter.Float64Histogram(metricWriteDuration, metric.WithUnit("s"),
		metric.WithDescription("Time that a write took, by its outcome: success or failure."),
		metric.WithExplicitBucketBoundaries(.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30))
	t.seals, errs[5] = meter.Int64Counter(metricSeals, metric.WithUnit("{seal}"),
		metric.WithDescription("Seals made: one for each hour that was over, and one more when rows came late."))
	t.upkeep, errs[6] = newUpkeepTelemetry(meter, exporter)
	return t, errors.Join(errs[:]...)
}

func (t *telemetry) wrote(ctx context.Context, took time.Duration, mapped logmap.Stats, result store.Result) {
	t.writeDuration.Record(ctx, took.Seconds(), t.succeeded)
	t.batchSize.Record(ctx, int64(result.Written+result.Duplicates+result.Rejected), t.exporter)
	t.rows.Add(ctx, int64(result.Written), t.written)
	t.rows.Add(ctx, int64(result.Duplicates), t.duplicate)
	t.rows.Add(ctx, int64(result.Rejected), t.rejected)
	t.repaired.Add(ctx, int64(mapped.Repaired), t.exporter)
	t.unknownWords.Add(ctx, int64(mapped.UnknownWords), t.exporter)
}

func (t *telemetry) sealed(ctx context.Context, seals int) {
	t.seals.Add(ctx, int64(seals), t.exporter)
}

func (t *telemetry) failedWrite(ctx context.Context, took time.Duration) {
	t.writeDuration.Record(ctx, took.Seconds(), t.failed)
}
