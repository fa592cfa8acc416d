package activityexporter

import (
	"context"
	"time"

	"go.uber.org/zap"
)

const (
	maintenanceTimeout = 5 * time.Minute
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
		case err != nil:
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
	return e.database.maintain(ctx)
}
