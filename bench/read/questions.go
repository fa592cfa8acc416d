package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

// Bounds of the issue that asked for the API.
const (
	listBound    = 20 * time.Millisecond
	sumBound     = 50 * time.Millisecond
	noMatchBound = 3 * time.Second
)

const (
	deep       = 35 * 24 * time.Hour
	sumDays    = 30 * 24 * time.Hour
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
	all := slices.Concat(a.lists(a.reader, ""), a.sums(a.reader, ""))
	scoped := a.reader.Scoped(store.Scope{Projects: []string{a.projects[0]}})
	return slices.Concat(all, a.lists(scoped, "scoped_"), a.sums(scoped, "scoped_"))
}

func (a *asker) lists(reader *store.Reader, prefix string) []question {
	list := func(name string, choose func(i int) store.Filter) question {
		return question{prefix + name, listBound, func(ctx context.Context, i int) error {
			_, err := reader.List(ctx, choose(i), store.PageRequest{})
			return err
		}}
	}
	return []question{
		list("first_page", func(int) store.Filter { return store.Filter{} }),
		{prefix + "deep_page", listBound, func(ctx context.Context, i int) error {
			_, err := reader.List(ctx, store.Filter{}, store.PageRequest{Cursor: a.cursors[prefix != ""][i]})
			return err
		}},
		list("project", func(i int) store.Filter { return store.Filter{Project: a.project(i)} }),
		list("entity", func(i int) store.Filter {
			return store.Filter{Entity: store.EntityMatch{Any: []store.Entity{at(a.entities, i)}}}
		}),
		list("actor", func(i int) store.Filter { return store.Filter{Actor: one(at(a.actors, i))} }),
		list("trace", func(i int) store.Filter { return store.Filter{Trace: one(at(a.traces, i))} }),
		list("filter", func(i int) store.Filter { return store.Filter{Status: one("failure"), To: a.instant(i)} }),
		list("project_failures", func(i int) store.Filter {
			return store.Filter{Project: a.project(i), Status: one("failure"), To: a.instant(i)}
		}),
		list("project_action", func(i int) store.Filter {
			return store.Filter{Project: a.project(i), Action: one(at(a.actions, i))}
		}),
	}
}

// sums are those of a dashboard: thirty days up to another hour each time, of all
// projects and of one in turn.
func (a *asker) sums(reader *store.Reader, prefix string) []question {
	filter := func(i int) store.Filter {
		to := a.now.Add(-time.Duration(i%24) * time.Hour)
		f := store.Filter{From: to.Add(-sumDays), To: to}
		if i%2 == 1 {
			f.Project = a.project(i / 2)
		}
		return f
	}
	by := []store.Dimension{store.BySeverity, store.ByStatus, store.BySource}
	return []question{
		{prefix + "facets_30d", sumBound, func(ctx context.Context, i int) error {
			_, err := reader.Facets(ctx, filter(i), store.FacetFields(), facetLimit)
			return err
		}},
		{prefix + "histogram_30d", sumBound, func(ctx context.Context, i int) error {
			_, err := reader.Histogram(ctx, filter(i), store.HistogramRequest{By: by[i%len(by)], Buckets: buckets})
			return err
		}},
		{prefix + "metrics_30d", sumBound, func(ctx context.Context, i int) error {
			f := filter(i)
			_, err := reader.Metrics(ctx, f.Project, f.From, f.To, topActions)
			return err
		}},
	}
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
