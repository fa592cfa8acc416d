package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// Metrics is what a dashboard shows of a period, in UTC.
type Metrics struct {
	// From and To are widened to whole hours.
	From, To time.Time
	Summary  Summary
	// Previous is the period of the same length before.
	Previous Summary
	// Daily has a day for each that there is anything of, the first and the last
	// of them cut by the period.
	Daily []Day
	// TopActions are those of the whole days around the period.
	TopActions []ActionCount
	BySource   []SourceOutcome
	Heat       []HourCount
	// Durations and DistinctActors are there for a period of a day or less, unless
	// the time ran out.
	Durations      *Durations
	DistinctActors *Total
}

// Summary is what there was in all.
type Summary struct {
	Total, Failures, Critical      int64
	ByStatus, BySeverity, BySource map[string]int64
}

// Day is what there was in a day, which begins at Day.
type Day struct {
	Day             time.Time
	Total, Failures int64
	BySeverity      map[string]int64
}

// ActionCount is how often an action was, and how often it failed.
type ActionCount struct {
	Action          string
	Total, Failures int64
}

// SourceOutcome is how the activities of a source ended.
type SourceOutcome struct {
	Source   string
	ByStatus map[string]int64
}

// HourCount is how many activities fell into an hour of the week; Monday is 1.
type HourCount struct {
	Weekday, Hour int
	Count         int64
}

// Durations are in seconds, of the Count activities that have one.
type Durations struct {
	Count              int64
	P50, P95, P99, Max float64
}

const (
	// longestSampled is the longest period with durations and actors.
	longestSampled = 24 * time.Hour
	// metricsSample is how many of the newest activities they are of.
	metricsSample = 20_000
)

// Metrics sums up the period from from to before to, of the projects that project
// chooses, with the most frequent actions, at most top.
func (r *Reader) Metrics(ctx context.Context, project Match, from, to time.Time, top int) (Metrics, error) {
	f := r.scope.within(Filter{Project: project, From: from, To: to})
	if from.IsZero() || to.IsZero() || !from.Before(to) {
		return Metrics{}, &FilterError{Field: "from", Reason: "metrics need from and to, with from before to"}
	}
	m := &metrics{Reader: r, filter: &f, period: byHours.period(&f)}
	m.From, m.To = m.from.Time(), m.to.Time()
	summed := false
	err := r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) error {
		for _, part := range []func(context.Context, pgx.Tx) error{m.days, m.heat, func(ctx context.Context, tx pgx.Tx) error { return m.actions(ctx, tx, top) }} {
			if err := part(ctx, tx); err != nil {
				return err
			}
		}
		summed = true
		if to.Sub(from) > longestSampled {
			return nil
		}
		return m.sampled(ctx, tx)
	})
	if summed && timedOut(ctx, err) {
		err = nil // the sums are worth showing without the sample
	}
	if err != nil {
		return Metrics{}, fmt.Errorf("sum up activities: %w", r.tooSlow(ctx, err))
	}
	return m.Metrics, nil
}

type metrics struct {
	Metrics

	*Reader
	filter *Filter
	period
}

// each runs a statement with the filter and calls visit for each row, scanned into
// into.
func (m *metrics) each(ctx context.Context, tx pgx.Tx, statement string, into []any, visit func(), args ...any) error {
	statement, args, err := filtered(statement, m.filter, args...)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, statement, m.arguments(planEach, args)...)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, into, func() error { visit(); return nil })
	return err
}

// days reads this period and the one before: nearly everything is in their counts
// by day.
func (m *metrics) days(ctx context.Context, tx pgx.Tx) error {
	days := make(map[time.Time]*Day)
	sources := make(map[string]map[string]int64)
	m.Summary, m.Previous = newSummary(), newSummary()
	var (
		day                      time.Time
		source, status, severity string
		n                        int64
	)
	into := []any{&day, &source, &status, &severity, &n}
	before := period{max(0, m.from-(m.to-m.from)), m.from}
	err := m.each(ctx, tx, sql.MetricsDays, into, func() { m.Previous.add(source, status, severity, n) }, ofDays(before)...)
	if err != nil {
		return err
	}
	err = m.each(ctx, tx, sql.MetricsDays, into, func() {
		m.Summary.add(source, status, severity, n)
		if days[day] == nil {
			days[day] = &Day{Day: day, BySeverity: map[string]int64{}}
		}
		days[day].add(status, severity, n)
		if sources[source] == nil {
			sources[source] = map[string]int64{}
		}
		sources[source][status] += n
	}, ofDays(m.period)...)
	for _, d := range days {
		m.Daily = append(m.Daily, *d)
	}
	slices.SortFunc(m.Daily, func(a, b Day) int { return a.Day.Compare(b.Day) })
	for _, word := range model.SourceWords() {
		if byStatus := sources[word]; byStatus != nil {
			m.BySource = append(m.BySource, SourceOutcome{Source: word, ByStatus: byStatus})
		}
	}
	return err
}

func newSummary() Summary {
	return Summary{ByStatus: map[string]int64{}, BySeverity: map[string]int64{}, BySource: map[string]int64{}}
}

func (s *Summary) add(source, status, severity string, n int64) {
	s.Total += n
	s.BySource[source] += n
	s.ByStatus[status] += n
	s.BySeverity[severity] += n
	if status == failure {
		s.Failures += n
	}
	if severity == critical {
		s.Critical += n
	}
}

func (d *Day) add(status, severity string, n int64) {
	d.Total += n
	d.BySeverity[severity] += n
	if status == failure {
		d.Failures += n
	}
}

var (
	failure  = model.StatusFailure.String()
	critical = model.SeverityCritical.String()
)

func (m *metrics) heat(ctx context.Context, tx pgx.Tx) error {
	var hour HourCount
	return m.each(ctx, tx, sql.MetricsHeat, []any{&hour.Weekday, &hour.Hour, &hour.Count}, func() {
		m.Heat = append(m.Heat, hour)
	}, m.from.Time(), m.to.Time())
}

func (m *metrics) actions(ctx context.Context, tx pgx.Tx, top int) error {
	around := byActions.period(m.filter)
	var action ActionCount
	return m.each(ctx, tx, sql.MetricsActions, []any{&action.Action, &action.Total, &action.Failures}, func() {
		m.TopActions = append(m.TopActions, action)
	}, around.from.Time(), around.to.Time(), top)
}

// sampled looks at the newest activities of the period as it was asked for.
func (m *metrics) sampled(ctx context.Context, tx pgx.Tx) error {
	var (
		read      int64
		quantiles []float64
		longest   *float64
		durations Durations
		actors    = Total{Relation: Exact}
		exact     = m.filter.period()
	)
	err := m.each(ctx, tx, sql.MetricsSample, []any{&read, &durations.Count, &quantiles, &longest, &actors.Value}, func() {
		if longest != nil && len(quantiles) == 3 {
			durations.P50, durations.P95, durations.P99, durations.Max = quantiles[0], quantiles[1], quantiles[2], *longest
		}
	}, exact.from.Time(), exact.to.Time(), metricsSample)
	if err != nil {
		return err
	}
	if read == metricsSample {
		actors.Relation = AtLeast
	}
	m.Durations, m.DistinctActors = &durations, &actors
	return nil
}
