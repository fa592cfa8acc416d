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

// maintain runs until ctx ends. The first run is at once: it makes the schema
// and the partitions before the first records need them.
func (e *activityExporter) maintain(ctx context.Context) {
	for {
		err := e.maintainOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		if e.health.report(workMaintenance, err) && err != nil {
			e.logger.Warn("Maintenance of the activity schema has to wait.", zap.Error(err))
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

func (e *activityExporter) maintainOnce(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, maintenanceTimeout)
	defer cancel()
	if err := e.schema.pass(ctx); err != nil {
		return err
	}
	if e.config.MaintenanceInterval == 0 {
		return nil
	}
	return e.database.maintain(ctx)
}
