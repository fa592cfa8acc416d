package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/sql"
)

// Freshness is how far behind the store is.
type Freshness struct {
	// LastIngestedAt is when the last batch was written; zero when there is none.
	LastIngestedAt time.Time
	// Lag is the time from the observation of the newest activities to their
	// writing, the median of a hundred; HasLag is false without any.
	Lag    time.Duration
	HasLag bool
	// Rejected is the number of dead letters, PendingDeltas that of the rows of
	// counts that wait to be folded into the totals; both are bounded.
	Rejected, PendingDeltas int64
}

// Freshness reads it. Its cost doesn't depend on the size of the trail.
func (r *Reader) Freshness(ctx context.Context) (Freshness, error) {
	var (
		last *time.Time
		lag  *float64
		f    Freshness
	)
	// The condition of the scope leads to the newest rows of a small project, which
	// the policy alone would look for among all of the day.
	within := r.scope.within(Filter{})
	statement, args, err := filtered(sql.Freshness, &within)
	if err != nil {
		return Freshness{}, err
	}
	err = r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, statement, r.arguments(planEach, args)...).Scan(&last, &lag, &f.Rejected, &f.PendingDeltas)
	})
	if err != nil {
		return Freshness{}, fmt.Errorf("read how far behind the store is: %w", r.tooSlow(ctx, err))
	}
	if last != nil {
		f.LastIngestedAt = *last
	}
	if lag != nil {
		f.Lag, f.HasLag = time.Duration(*lag*float64(time.Second)), true
	}
	return f, nil
}

// Ping says whether the database answers.
func (r *Reader) Ping(ctx context.Context) error { return r.pool.Ping(ctx) }
