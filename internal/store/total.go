package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// Relation says what a number is to the truth.
type Relation string

const (
	// Exact is the number itself.
	Exact Relation = "eq"
	// AtLeast is a lower bound.
	AtLeast Relation = "gte"
	// Approximate is an estimate.
	Approximate Relation = "approx"
)

// Total is how many activities there are.
type Total struct {
	Value    int64
	Relation Relation
}

// TotalMode is how hard to try for the exact number.
type TotalMode int

const (
	// TotalApprox takes the kept counts of the whole hours and days around.
	TotalApprox TotalMode = iota
	// TotalExact counts rows where no counts are kept, within bounds.
	TotalExact
)

// Beyond so many rows an estimate is worth more than the wait.
const (
	mostCountedApprox = 10_000
	mostCountedExact  = 200_000
)

// Total returns how many activities f chooses: from the kept counts where f
// allows it, else from the rows within bounds of number and time, else as the
// planner's estimate.
func (r *Reader) Total(ctx context.Context, f Filter, mode TotalMode) (Total, error) {
	f = r.scope.within(f)
	if kept, err := rollupFor(BySeverity, &f); err == nil {
		return r.totalKept(ctx, &f, kept, mode)
	}
	if kept, err := rollupFor(ByAction, &f); err == nil && (mode == TotalApprox || kept.aligned(&f)) {
		return r.totalByAction(ctx, &f, kept)
	}
	var total Total
	most := int64(mostCountedApprox)
	if mode == TotalExact {
		most = mostCountedExact
	}
	err := r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) (err error) {
		total, err = r.countRows(ctx, tx, &f, f.period(), most)
		return err
	})
	if err == nil && total.Relation == Exact {
		return total, nil
	}
	if err != nil && !timedOut(ctx, err) {
		return Total{}, fmt.Errorf("count activities: %w", err)
	}
	return r.estimate(ctx, &f, total.Value)
}

// totalKept adds the whole hours; for the exact number the rows of the hours that
// the period cuts in two are counted.
func (r *Reader) totalKept(ctx context.Context, f *Filter, kept *rollup, mode TotalMode) (Total, error) {
	total := Total{Relation: Exact}
	around, exact := kept.period(f), f.period()
	if around != exact && mode == TotalApprox {
		total.Relation = Approximate
	}
	err := r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) (err error) {
		if around == exact || mode == TotalApprox {
			total.Value, err = r.sumHours(ctx, tx, f, around)
			return err
		}
		inner := period{(exact.from + hour - 1) / hour * hour, exact.to / hour * hour}
		parts := []period{exact}
		if inner.from < inner.to {
			if total.Value, err = r.sumHours(ctx, tx, f, inner); err != nil {
				return err
			}
			parts = []period{{exact.from, inner.from}, {inner.to, exact.to}}
		}
		for _, part := range parts {
			edge, err := r.countRows(ctx, tx, f, part, mostCountedExact)
			if err != nil {
				return err
			}
			total.Value += edge.Value
			if edge.Relation != Exact {
				total.Relation = AtLeast
			}
		}
		return nil
	})
	if timedOut(ctx, err) && mode == TotalExact {
		return r.totalKept(ctx, f, kept, TotalApprox)
	}
	if err != nil {
		return Total{}, fmt.Errorf("add up the counts: %w", r.tooSlow(ctx, err))
	}
	return total, nil
}

func (r *Reader) sumHours(ctx context.Context, tx pgx.Tx, f *Filter, p period) (n int64, err error) {
	statement, args, err := filtered(sql.CountTotal, f, ofDays(p)...)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, statement, r.arguments(planEach, args)...).Scan(&n)
	return n, err
}

func (r *Reader) totalByAction(ctx context.Context, f *Filter, kept *rollup) (Total, error) {
	counts, err := r.Counts(ctx, ByAction, *f)
	if err != nil {
		return Total{}, err
	}
	total := Total{Relation: kept.relation(f)}
	for _, count := range counts {
		total.Value += count.N
	}
	return total, nil
}

func (r *Reader) countRows(ctx context.Context, tx pgx.Tx, f *Filter, p period, most int64) (Total, error) {
	total := Total{Relation: Exact}
	if p.from >= p.to {
		return total, nil
	}
	statement, args, err := filtered(sql.CountRows, f, p.from.Time(), p.to.Time(), most+1)
	if err != nil {
		return total, err
	}
	if err := tx.QueryRow(ctx, statement, r.arguments(planEach, args)...).Scan(&total.Value); err != nil {
		return total, err
	}
	if total.Value > most {
		total = Total{Value: most, Relation: AtLeast}
	}
	return total, nil
}

// estimate asks the planner. The statistics can be older than what was counted.
func (r *Reader) estimate(ctx context.Context, f *Filter, counted int64) (Total, error) {
	p := f.period()
	statement, args, err := filtered(sql.CountRows, f, p.from.Time(), p.to.Time(), nil)
	if err != nil {
		return Total{}, err
	}
	var text []byte
	err = r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "EXPLAIN (FORMAT JSON) "+statement, r.arguments(planEach, args)...).Scan(&text)
	})
	if err != nil {
		return Total{}, fmt.Errorf("estimate the number of activities: %w", r.tooSlow(ctx, err))
	}
	var plans []struct {
		Plan struct {
			Plans []struct {
				Rows float64 `json:"Plan Rows"`
			} `json:"Plans"`
		} `json:"Plan"`
	}
	if err := json.Unmarshal(text, &plans); err != nil || len(plans) == 0 || len(plans[0].Plan.Plans) == 0 {
		return Total{}, fmt.Errorf("read the planner's estimate from %d bytes: %w", len(text), err)
	}
	return Total{Value: max(counted, int64(plans[0].Plan.Plans[0].Rows)), Relation: Approximate}, nil
}

// period is what the filter's times enclose; without an end, up to what clocks
// that are ahead may have written.
func (f *Filter) period() period {
	p := period{beginning, farFuture}
	if !f.From.IsZero() {
		p.from = max(p.from, model.MicrosOf(f.From))
	}
	if !f.To.IsZero() {
		p.to = max(p.from, min(p.to, model.MicrosOf(f.To)))
	}
	return p
}

// period is the whole hours or days around the filter's times.
func (k *rollup) period(f *Filter) period {
	from, to := k.bounds(f)
	return period{from, to}
}

func (k *rollup) aligned(f *Filter) bool { return k.period(f) == f.period() }

func (k *rollup) relation(f *Filter) Relation {
	if k.aligned(f) {
		return Exact
	}
	return Approximate
}

// filtered puts the filter into a statement whose first arguments are args.
func filtered(statement string, f *Filter, args ...any) (string, []any, error) {
	c := conditions{args: args}
	if err := c.addFilter(f); err != nil {
		return "", nil, err
	}
	return compose(statement, "", c.sql.String()), c.args, nil
}

// tooSlow replaces the database's word for it.
func (r *Reader) tooSlow(ctx context.Context, err error) error {
	if timedOut(ctx, err) {
		return ErrTooSlow
	}
	return err
}

// remaining bounds the statements that follow by what is left until deadline.
func remaining(ctx context.Context, tx pgx.Tx, deadline time.Time) error {
	left := max(time.Until(deadline), time.Millisecond)
	_, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", max(left.Milliseconds(), 1)))
	return err
}
