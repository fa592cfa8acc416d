package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

// Bounds of the issues that asked for the API and for fifty million rows.
const (
	readBound    = 15 * time.Millisecond
	listBound    = 20 * time.Millisecond
	sumBound     = 50 * time.Millisecond
	noMatchBound = 3 * time.Second
)

const (
	deep       = 35 * 24 * time.Hour
	sumDays    = 30 * 24 * time.Hour
	metricDays = 90 * 24 * time.Hour
	facetLimit = 10
	topActions = 10
	buckets    = 60
)

// question is one of those that the API asks; run number i has parameters of its
// own.
type question struct {
	name  string
	bound time.Duration
	ask   func(ctx context.Context, i int) error
}

// questions are asked of all projects and then, under row-level security, of one.
func (a *asker) questions() []question {
	scoped := a.reader.Scoped(store.Scope{Projects: []string{a.projects[0]}})
	all := slices.Concat(
		a.lists(a.reader, "read_", readBound), a.filters("read_", readBound), a.metrics(a.reader, "read_metrics_90d", metricDays),
		a.mixed(a.reader, "api_"), a.sums(a.reader, "api_"),
		a.lists(scoped, "api_scoped_", listBound), a.mixed(scoped, "api_scoped_"), a.sums(scoped, "api_scoped_"),
	)
	return slices.DeleteFunc(all, func(q question) bool { return !a.only.MatchString(q.name) })
}

func list(reader *store.Reader, name string, bound time.Duration, choose func(i int) store.Filter) question {
	return question{name, bound, func(ctx context.Context, i int) error {
		_, err := reader.List(ctx, choose(i), store.PageRequest{})
		return err
	}}
}

// lists are the pages themselves and those of what has an index.
func (a *asker) lists(reader *store.Reader, prefix string, bound time.Duration) []question {
	return []question{
		list(reader, prefix+"first_page", bound, func(int) store.Filter { return store.Filter{} }),
		{prefix + "deep_page", bound, func(ctx context.Context, i int) error {
			_, err := reader.List(ctx, store.Filter{}, store.PageRequest{Cursor: a.cursors[reader != a.reader][i]})
			return err
		}},
		list(reader, prefix+"project", bound, func(i int) store.Filter { return store.Filter{Project: a.project(i)} }),
		list(reader, prefix+"entity", bound, func(i int) store.Filter {
			return store.Filter{Entity: store.EntityMatch{Any: []store.Entity{at(a.entities, i)}}}
		}),
		list(reader, prefix+"actor", bound, func(i int) store.Filter { return store.Filter{Actor: one(at(a.actors, i))} }),
		list(reader, prefix+"trace", bound, func(i int) store.Filter { return store.Filter{Trace: one(at(a.traces, i))} }),
	}
}

// filters are of all projects, where no index leads to them: each action and status
// as often as another, up to now and up to times before.
func (a *asker) filters(prefix string, bound time.Duration) []question {
	return []question{
		list(a.reader, prefix+"action", bound, func(i int) store.Filter {
			return store.Filter{Action: one(at(a.actions, i)), To: a.instant(i)}
		}),
		list(a.reader, prefix+"status", bound, func(i int) store.Filter {
			return store.Filter{Status: one(at(a.statuses, i)), To: a.instant(i)}
		}),
	}
}

// mixed are lists of two filters, or of one and a time.
func (a *asker) mixed(reader *store.Reader, prefix string) []question {
	return []question{
		list(reader, prefix+"filter", listBound, func(i int) store.Filter {
			return store.Filter{Status: one("failure"), To: a.instant(i)}
		}),
		list(reader, prefix+"project_failures", listBound, func(i int) store.Filter {
			return store.Filter{Project: a.project(i), Status: one("failure"), To: a.instant(i)}
		}),
		list(reader, prefix+"project_action", listBound, func(i int) store.Filter {
			return store.Filter{Project: a.project(i), Action: one(at(a.actions, i))}
		}),
	}
}

// period is days long up to another hour each time, of all projects and of one in turn.
func (a *asker) period(i int, days time.Duration) store.Filter {
	to := a.now.Add(-time.Duration(i%24) * time.Hour)
	f := store.Filter{From: to.Add(-days), To: to}
	if i%2 == 1 {
		f.Project = a.project(i / 2)
	}
	return f
}

func (a *asker) metrics(reader *store.Reader, name string, days time.Duration) []question {
	return []question{{name, sumBound, func(ctx context.Context, i int) error {
		f := a.period(i, days)
		_, err := reader.Metrics(ctx, f.Project, f.From, f.To, topActions)
		return err
	}}}
}

// sums are those of a dashboard of thirty days.
func (a *asker) sums(reader *store.Reader, prefix string) []question {
	by := []store.Dimension{store.BySeverity, store.ByStatus, store.BySource}
	return slices.Concat([]question{
		{prefix + "facets_30d", sumBound, func(ctx context.Context, i int) error {
			_, err := reader.Facets(ctx, a.period(i, sumDays), store.FacetFields(), facetLimit)
			return err
		}},
		{prefix + "histogram_30d", sumBound, func(ctx context.Context, i int) error {
			_, err := reader.Histogram(ctx, a.period(i, sumDays), store.HistogramRequest{By: by[i%len(by)], Buckets: buckets})
			return err
		}},
	}, a.metrics(reader, prefix+"metrics_30d", sumDays))
}

// searchInVain looks for a text that nothing has, and goes on once where the time
// ran out. It returns how long the slower of the two calls took.
func (a *asker) searchInVain(ctx context.Context) (longest time.Duration, err error) {
	request := store.PageRequest{}
	for range 2 {
		started := time.Now()
		page, err := a.reader.List(ctx, store.Filter{Text: "no activity has this text"}, request)
		took := time.Since(started)
		if err != nil {
			return 0, fmt.Errorf("search in vain: %w", err)
		}
		if len(page.Records) > 0 {
			return 0, fmt.Errorf("search in vain: %d activities were found", len(page.Records))
		}
		reach := "to the end"
		if !page.SearchedTo.IsZero() {
			reach = "back to " + page.SearchedTo.UTC().Format(time.RFC3339)
		}
		fmt.Printf("%-24s %v, %s, bound %v\n", "no_match", took.Round(time.Millisecond), reach, noMatchBound)
		longest = max(longest, took)
		if request.Cursor = page.Next; request.Cursor == "" {
			break
		}
	}
	return longest, nil
}

func one(value string) store.Match { return store.Match{Any: []string{value}} }
