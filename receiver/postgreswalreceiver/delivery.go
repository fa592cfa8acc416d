package postgreswalreceiver

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"
)

const (
	firstPause = 100 * time.Millisecond
	// longestPause is between two attempts of anything that fails again and again.
	longestPause = 10 * time.Second
	format       = "pgoutput"
)

// deliver hands a batch to the pipeline until it is taken. There is no error after which
// it would give up: Postgres keeps the log as long as it takes.
func (r *walReceiver) deliver(ctx context.Context, b *batch) error {
	r.progress.oldest.Store(b.oldest)
	defer r.progress.oldest.Store(0)
	logs := b.take()
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		attempt := logs
		if r.next.Capabilities().MutatesData {
			attempt = plog.NewLogs()
			logs.CopyTo(attempt)
		}
		operation := r.obs.StartLogsOp(ctx)
		err := r.next.ConsumeLogs(operation, attempt)
		r.obs.EndLogsOp(operation, format, b.rows, err)
		if ctx.Err() != nil && err != nil {
			return ctx.Err()
		}
		if r.health.Report(workPipeline, err) && err != nil {
			r.logger.Warn("The pipeline takes no changes of rows. Postgres keeps them.", zap.Error(err))
		}
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}
