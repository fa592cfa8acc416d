package main

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/activity"
)

// everyNight pays out what was captured until ctx is done.
func (s *service) everyNight(ctx context.Context, night time.Duration) {
	tick := time.NewTicker(night)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.payOut(context.WithoutCancel(ctx))
		}
	}
}

// payOut is a scheduled job: a batch, whose items share its operation. Its activities say
// how it went; there is nobody else to tell.
func (s *service) payOut(ctx context.Context) {
	ctx = activity.WithActor(ctx, systemActor)
	ids, err := s.captured(ctx)
	if err != nil {
		activity.SystemEvent(ctx, "payout.check", activity.Activity{Err: err, Severity: activity.SeverityCritical})
		return
	}
	if len(ids) == 0 {
		return
	}
	scheduled := activity.With(activity.Activity{Source: activity.SourceScheduled})
	_ = activity.DoBatch(ctx, "payout.run", len(ids), func(ctx context.Context, batch *activity.Batch) error {
		for _, order := range ids {
			if _, err := s.setStatus(ctx, order, "paid_out", "captured"); err != nil {
				batch.Fail(1) // it was refunded meanwhile
			}
		}
		return nil
	}, scheduled, activity.Pending())
}

// captured are the orders whose payments wait to be paid out, at most twenty a night.
func (s *service) captured(ctx context.Context) ([]string, error) {
	rows, err := s.pool.Query(ctx, "SELECT order_id FROM payments.payment WHERE status = 'captured' ORDER BY id LIMIT 20")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
