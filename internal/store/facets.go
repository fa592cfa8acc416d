package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/sql"
)

// FacetCounts are the most frequent values of a field.
type FacetCounts struct {
	Field  string
	Values []Count
	// Relation is Approximate when the newest matches stand for all, or when the
	// counts are those of the whole hours or days around.
	Relation Relation
}

// facets are the fields that can be counted: by name, with the value of a record.
var facets = map[string]func(*Record) string{
	"project":     func(r *Record) string { return r.ProjectID },
	"source":      func(r *Record) string { return r.Source.String() },
	"status":      func(r *Record) string { return r.Status.String() },
	"severity":    func(r *Record) string { return r.Severity.String() },
	"action":      func(r *Record) string { return r.Action },
	"actor":       func(r *Record) string { return r.ActorID },
	"entity_type": func(r *Record) string { return r.EntityType },
}

// FacetFields lists the fields that Facets knows.
func FacetFields() []string {
	return []string{"severity", "status", "source", "action", "actor", "entity_type", "project"}
}

// sampleSize is how many of the newest matches stand for all of them: enough to
// rank what is frequent, read in some milliseconds.
const sampleSize = 2_000

// Facets counts the values of each field, the most frequent first, at most limit of
// each. Where no counts are kept for the filter, it counts the newest matches.
func (r *Reader) Facets(ctx context.Context, f Filter, fields []string, limit int) ([]FacetCounts, error) {
	for _, field := range fields {
		if facets[field] == nil {
			return nil, &FilterError{Field: "field", Value: field, Reason: "want one of " + strings.Join(FacetFields(), ", ")}
		}
	}
	f = r.scope.within(f)
	kept, err := r.keptFacets(ctx, &f, fields)
	if err != nil {
		return nil, fmt.Errorf("count values: %w", r.tooSlow(ctx, err))
	}
	rest := slices.DeleteFunc(slices.Clone(fields), func(field string) bool { return kept[field] != nil })
	sampled, err := r.sampledFacets(ctx, &f, rest)
	if err != nil {
		return nil, fmt.Errorf("count values of the newest activities: %w", err)
	}
	found := make([]FacetCounts, len(fields))
	for i, field := range fields {
		counts := kept[field]
		if counts == nil {
			counts = sampled[field]
		}
		counts.Values = counts.Values[:min(limit, len(counts.Values))]
		found[i] = *counts
	}
	return found, nil
}

// keptFacets returns what the kept counts tell: all that is counted by hour from one
// look, the rest one by one.
func (r *Reader) keptFacets(ctx context.Context, f *Filter, fields []string) (map[string]*FacetCounts, error) {
	found := make(map[string]*FacetCounts)
	byHour := false
	for _, field := range fields {
		kept, err := rollupFor(Dimension(field), f)
		if err != nil {
			continue
		}
		counts := &FacetCounts{Field: field, Relation: kept.relation(f)}
		found[field] = counts
		if kept == byHours {
			byHour = true
			continue
		}
		if counts.Values, err = r.Counts(ctx, Dimension(field), *f); err != nil {
			return nil, err
		}
	}
	if !byHour {
		return found, nil
	}
	return found, r.hourFacets(ctx, f, found)
}

func (r *Reader) hourFacets(ctx context.Context, f *Filter, into map[string]*FacetCounts) error {
	statement, args, err := filtered(sql.CountFacets, f, ofDays(byHours.period(f))...)
	if err != nil {
		return err
	}
	return r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, statement, r.arguments(planEach, args)...)
		if err != nil {
			return err
		}
		var (
			field string
			count Count
		)
		_, err = pgx.ForEachRow(rows, []any{&field, &count.Value, &count.N}, func() error {
			// No project is no value, as where rows are counted.
			if counts := into[field]; counts != nil && count.Value != "" {
				counts.Values = append(counts.Values, count)
			}
			return nil
		})
		return err
	})
}

// sampledFacets counts the newest matches, those that the time suffices for.
func (r *Reader) sampledFacets(ctx context.Context, f *Filter, fields []string) (map[string]*FacetCounts, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	columns := make([]string, len(fields))
	for i, field := range fields {
		columns[i] = strings.TrimPrefix(column(Dimension(field)), "a.")
	}
	sample, err := r.sample(ctx, f, columns)
	if err != nil {
		return nil, err
	}
	relation := Exact
	if sample.HasMore {
		relation = Approximate
	}
	found := make(map[string]*FacetCounts, len(fields))
	for _, field := range fields {
		found[field] = &FacetCounts{Field: field, Relation: relation, Values: countValues(sample.Records, facets[field])}
	}
	return found, nil
}

// sample reads the newest matches, as a list does: window by window, until it has
// enough or the time is up.
func (r *Reader) sample(ctx context.Context, f *Filter, columns []string) (Page, error) {
	l, err := r.newList(f, PageRequest{Fields: columns})
	if err != nil {
		return Page{}, err
	}
	l.request.Limit = sampleSize
	err = r.read(ctx, r.timeout, l.plan, func(tx pgx.Tx) error { return l.walk(ctx, tx) })
	if timedOut(ctx, err) {
		_ = l.cutShort() // none found is an answer here
		l.short, err = true, nil
	}
	return l.page(), err
}

// countValues counts the values but the absent ones, the most frequent first.
func countValues(records []Record, value func(*Record) string) []Count {
	numbers := make(map[string]int64)
	for i := range records {
		if v := value(&records[i]); v != "" {
			numbers[v]++
		}
	}
	counts := make([]Count, 0, len(numbers))
	for v, n := range numbers {
		counts = append(counts, Count{Value: v, N: n})
	}
	slices.SortFunc(counts, func(a, b Count) int {
		if a.N != b.N {
			return int(b.N - a.N)
		}
		return strings.Compare(a.Value, b.Value)
	})
	return counts
}
