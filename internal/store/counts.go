package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// Dimension is what activities are counted by.
type Dimension string

// The dimensions that counts are kept for.
const (
	ByProject  Dimension = "project"
	BySource   Dimension = "source"
	ByStatus   Dimension = "status"
	BySeverity Dimension = "severity"
	ByAction   Dimension = "action"
)

// Dimensions lists all of them.
func Dimensions() []Dimension {
	return []Dimension{ByProject, BySource, ByStatus, BySeverity, ByAction}
}

// Count is how many activities have the value.
type Count struct {
	Value string
	N     int64
}

// rollup is one of the two sets of counts that the writer keeps.
type rollup struct {
	statement  string
	dimensions []Dimension
	grain      model.Micros
}

var rollups = []rollup{
	{sql.CountHour, []Dimension{ByProject, BySource, ByStatus, BySeverity}, hour},
	{sql.CountActionDay, []Dimension{ByProject, ByAction, ByStatus}, day},
}

var byHours, byActions = &rollups[0], &rollups[1]

// Counts returns how many of the activities that f chooses have each value, the
// most frequent first. It reads counts that are kept for whole hours (by action:
// days) in UTC, so that f's times are widened to those, and f can only have parts
// that are counted together.
func (r *Reader) Counts(ctx context.Context, by Dimension, f Filter) ([]Count, error) {
	f = r.scope.within(f)
	kept, err := rollupFor(by, &f)
	if err != nil {
		return nil, err
	}
	statement, args, err := filtered(strings.Replace(kept.statement, "/* value */", column(by), 1), &f, kept.arguments(kept.period(&f))...)
	if err != nil {
		return nil, err
	}
	var counts []Count
	err = r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, statement, r.arguments(planEach, args)...)
		if err != nil {
			return err
		}
		counts, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Count])
		return err
	})
	switch {
	case err == nil:
		return counts, nil
	case timedOut(ctx, err):
		err = ErrTooSlow
	}
	return nil, fmt.Errorf("count activities by %s: %w", by, err)
}

func column(by Dimension) string {
	for i := range filterFields {
		if filterFields[i].name == string(by) {
			return filterFields[i].column
		}
	}
	return "NULL"
}

// rollupFor finds the counts that are kept by the dimension and by all parts of
// the filter.
func rollupFor(by Dimension, f *Filter) (*rollup, error) {
	if !slices.Contains(Dimensions(), by) {
		return nil, &FilterError{Field: "dimension", Value: string(by), Reason: fmt.Sprintf("want one of %v", Dimensions())}
	}
	needed := []Dimension{by}
	for i := range filterFields {
		if !filterFields[i].match(f).empty() {
			needed = append(needed, Dimension(filterFields[i].name))
		}
	}
	if !f.Entity.empty() {
		needed = append(needed, "entity")
	}
	if f.Text != "" {
		needed = append(needed, "text")
	}
	for i := range rollups {
		if !slices.ContainsFunc(needed, func(d Dimension) bool { return !slices.Contains(rollups[i].dimensions, d) }) {
			return &rollups[i], nil
		}
	}
	return nil, &FilterError{
		Field:  string(needed[len(needed)-1]),
		Reason: fmt.Sprintf("counts by %s are not kept for it; counts are kept by %v and by %v", by, rollups[0].dimensions, rollups[1].dimensions),
	}
}

// arguments are those of the statement for whole hours or days.
func (k *rollup) arguments(p period) []any {
	if k.grain == day {
		return []any{p.from.Time(), p.to.Time()}
	}
	return ofDays(p)
}

// ofDays are the arguments of counts.sql for whole hours, read by day where there
// are whole days.
func ofDays(p period) []any {
	first, end := (p.from+day-1)/day*day, p.to/day*day
	if first >= end {
		return ofHours(p)
	}
	return []any{p.from.Time(), first.Time(), end.Time(), p.to.Time()}
}

// ofHours are those for what can't be had by day.
func ofHours(p period) []any {
	from, to := p.from.Time(), p.to.Time()
	return []any{from, to, to, to}
}

func (k *rollup) bounds(f *Filter) (from, to model.Micros) {
	to = farFuture
	if !f.From.IsZero() {
		from = max(0, model.MicrosOf(f.From)/k.grain*k.grain)
	}
	if !f.To.IsZero() {
		to = max(0, min(to, (model.MicrosOf(f.To)+k.grain-1)/k.grain*k.grain))
	}
	return from, to
}
