package store

import (
	"context"
	"fmt"
	"time"

	"github.com/otel-activity/otel-activity/internal/model"
)

// ensurePartitions makes the partitions for all days of rows, which are sorted,
// in a transaction of its own: its lock is then held for no longer than making
// them takes.
func (wr *write) ensurePartitions(ctx context.Context, rows []entry) error {
	var days []time.Time
	var last model.Micros
	for i := range rows {
		if day := floor(rows[i].at, microsPerDay); i == 0 || day != last {
			days = append(days, day.Time())
			last = day
		}
	}
	if _, err := wr.conn.Exec(ctx, "SELECT activity.ensure_partitions($1)", days); err != nil {
		return fmt.Errorf("make partitions for %d days: %w", len(days), err)
	}
	return nil
}
