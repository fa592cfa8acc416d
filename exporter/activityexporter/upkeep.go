package activityexporter

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	metricUpkeepRuns     = "activity.upkeep.runs"
	metricUpkeepDuration = "activity.upkeep.duration"
	metricUpkeepAge      = "activity.upkeep.last_success_age"
)

// upkeepTelemetry tells how each task of the upkeep goes. Runs are those of this
// Collector; the age is that of the last success of any.
type upkeepTelemetry struct {
	exporter attribute.KeyValue
	runs     metric.Int64Counter
	duration metric.Float64Histogram

	mu        sync.Mutex
	successes map[store.Task]time.Time // by this machine's clock
}

func newUpkeepTelemetry(meter metric.Meter, exporter attribute.KeyValue) (*upkeepTelemetry, error) {
	t := &upkeepTelemetry{exporter: exporter, successes: map[store.Task]time.Time{}}
	var errs [3]error
	t.runs, errs[0] = meter.Int64Counter(metricUpkeepRuns, metric.WithUnit("{run}"),
		metric.WithDescription("Runs of a task of the upkeep by this Collector, by outcome: done or failed."))
	t.duration, errs[1] = meter.Float64Histogram(metricUpkeepDuration, metric.WithUnit("s"),
		metric.WithDescription("Time that a run of a task took."),
		metric.WithExplicitBucketBoundaries(.005, .01, .05, .1, .5, 1, 5, 10, 60, 300))
	_, errs[2] = meter.Float64ObservableGauge(metricUpkeepAge, metric.WithUnit("s"),
		metric.WithDescription("Time since a task succeeded last, whichever Collector did it."),
		metric.WithFloat64Callback(t.observe))
	return t, errors.Join(errs[:]...)
}

// ran notes a run. One that was not due, or that another session does, tells the age
// alone.
func (t *upkeepTelemetry) ran(ctx context.Context, run store.TaskRun) {
	if run.SinceSuccess >= 0 {
		t.mu.Lock()
		t.successes[run.Task] = time.Now().Add(-run.SinceSuccess)
		t.mu.Unlock()
	}
	if run.Outcome != store.OutcomeDone && run.Outcome != store.OutcomeFailed {
		return
	}
	task := attribute.String("task", string(run.Task))
	t.runs.Add(ctx, 1, metric.WithAttributes(t.exporter, task, attribute.String("outcome", string(run.Outcome))))
	t.duration.Record(ctx, run.Took.Seconds(), metric.WithAttributes(t.exporter, task))
}

func (t *upkeepTelemetry) observe(_ context.Context, observer metric.Float64Observer) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for task, at := range t.successes {
		observer.Observe(time.Since(at).Seconds(), metric.WithAttributes(t.exporter, attribute.String("task", string(task))))
	}
	return nil
}
