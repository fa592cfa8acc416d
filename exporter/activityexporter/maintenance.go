package activityexporter

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	// maintenanceTimeout bounds a run: retention may have to copy the rows of projects
	// that are kept.
	maintenanceTimeout = 30 * time.Minute
	// maintenanceRetry is how soon a run that failed is tried again.
	maintenanceRetry = time.Second
)

// repeat does a work again and again until ctx ends, at once for the first time: then
// the schema and the partitions are there before the first records need them. It logs
// when the work begins to fail.
func (e *activityExporter) repeat(ctx context.Context, w, failing string, do func(context.Context) error) {
	for {
		err := withTimeout(ctx, do)
		if ctx.Err() != nil {
			return
		}
		if e.health.Report(w, err) && err != nil {
			e.logger.Warn(failing, zap.Error(err))
		}
		wait := e.config.MaintenanceInterval
		switch {
		case err != nil && !ofTask(err):
			wait = maintenanceRetry
		case wait == 0:
			return // the schema is there, the rest is another collector's
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// ofTask says whether an error is that of a task of the upkeep, for which the database
// answers: trying again at once would change nothing.
func ofTask(err error) bool {
	_, ok := errors.AsType[*store.TaskError](err)
	return ok
}

func withTimeout(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, maintenanceTimeout)
	defer cancel()
	return do(ctx)
}

func (e *activityExporter) maintain(ctx context.Context) error {
	if err := e.schema.pass(ctx); err != nil {
		return err
	}
	if e.config.MaintenanceInterval == 0 {
		return nil
	}
	var kept error
	if e.config.Retention > 0 {
		kept = e.database.keepDefault(ctx, e.config.Retention)
	}
	return errors.Join(kept, e.database.maintain(ctx, func(run store.TaskRun) { e.telemetry.upkeep.ran(ctx, run) }))
}
