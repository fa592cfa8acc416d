package activity

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/log"
)

const (
	scopeName = "github.com/otel-activity/otel-activity/activity"
	version   = "0.1.0"
)

// Recorder records activities through a LoggerProvider. It is safe for
// concurrent use.
type Recorder struct {
	logger    log.Logger
	now       func() time.Time
	source    Source
	actor     Actor
	projectID string
	onRepair  func(Repaired)
	repaired  atomic.Int64
}

// Option sets a default of a Recorder: what holds for an activity when neither
// it nor its context says otherwise.
type Option func(*Recorder)

// DefaultSource sets the source, for a program of which all activities have the
// same one: SourceScheduled for a job.
func DefaultSource(source Source) Option {
	return func(r *Recorder) { r.source = source }
}

// DefaultActor sets the actor.
func DefaultActor(actor Actor) Option {
	return func(r *Recorder) { r.actor = actor }
}

// DefaultProject sets the project.
func DefaultProject(id string) Option {
	return func(r *Recorder) { r.projectID = id }
}

// New returns a Recorder over provider, or over the global LoggerProvider when
// provider is nil.
func New(provider log.LoggerProvider, opts ...Option) *Recorder {
	if provider == nil {
		provider = otel.GetLoggerProvider()
	}
	r := &Recorder{
		logger: provider.Logger(scopeName, log.WithInstrumentationVersion(version)),
		now:    time.Now,
	}
	for _, opt := range opts {
		opt(r)
	}
	return r
}

// Record records an activity. The trace and the span are those of ctx.
func (r *Recorder) Record(ctx context.Context, a Activity) {
	r.record(ctx, &a)
}

// RecordAll records activities in their order. Those that have no operation yet,
// in the context neither, get one in common.
func (r *Recorder) RecordAll(ctx context.Context, activities []Activity) {
	var operation string
	if len(activities) > 1 {
		operation = newID(time.Now())
	}
	for _, a := range activities {
		r.recordIn(ctx, &a, operation)
	}
}

func (r *Recorder) record(ctx context.Context, a *Activity) { r.recordIn(ctx, a, "") }

// recordIn completes and emits an activity, which it may change. Operation is
// for the case that nothing else names one.
//
//nolint:contextcheck // a nil context has nothing to inherit from
func (r *Recorder) recordIn(ctx context.Context, a *Activity, operation string) {
	defer contain()
	if ctx == nil {
		ctx = context.Background()
	}
	a.fill(ctx)
	r.fill(a)
	if a.OperationID == "" {
		a.OperationID = operation
	}
	r.emit(ctx, a)
}

// fill completes a by the Recorder's defaults.
func (r *Recorder) fill(a *Activity) {
	if a.Actor.isZero() {
		a.Actor = r.actor
	}
	if a.ProjectID == "" {
		a.ProjectID = r.projectID
	}
	if a.Source == "" {
		a.Source = r.source
	}
	if a.Source == "" {
		a.Source = SourceSystem
		if a.Actor.isUser() {
			a.Source = SourceUser
		}
	}
	if a.Severity == "" {
		a.Severity = SeverityInfo
	}
}

func (r *Recorder) emit(ctx context.Context, a *Activity) {
	if !r.logger.Enabled(ctx, log.EnabledParameters{Severity: a.Severity.number(), EventName: a.Action}) {
		return
	}
	if ctx.Err() != nil {
		// That the caller gave up is no reason to lose what happened: a
		// synchronous processor would pass the cancellation to its exporter.
		ctx = context.WithoutCancel(ctx)
	}
	now := r.now()
	if a.At.IsZero() {
		a.At = now
	}
	found := a.repairTime(now)
	if a.ID == "" {
		a.ID = newID(now)
	}
	var record log.Record
	found |= a.write(&record)
	record.SetObservedTimestamp(now)
	r.logger.Emit(ctx, record)
	r.report(a, found)
}

// contain keeps a panic of a processor or exporter away from the caller, who has
// no part in it. It must be deferred.
func contain() {
	if p := recover(); p != nil {
		otel.Handle(fmt.Errorf("record an activity: %v", p))
	}
}
