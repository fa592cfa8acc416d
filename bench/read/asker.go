package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/internal/store"
)

// asker has the parameters of the questions, taken from the trail itself: by turns
// from a row, where what is frequent comes often, and from the different values of
// many rows, where what is rare does.
type asker struct {
	reader *store.Reader
	only   *regexp.Regexp // the questions that are asked
	now    time.Time      // that of the newest activity

	projects, actions, statuses []string // the most frequent first
	actors, traces              []string
	entities                    []store.Entity
	// cursors are those of pages that deep in the trail, by whether they are for the
	// reader of one project.
	cursors map[bool][]string
}

func newAsker(ctx context.Context, pool *pgxpool.Pool, runs int) (*asker, error) {
	a := &asker{reader: store.NewReader(pool, store.ReaderSettings{CursorKey: cursorKey}), cursors: map[bool][]string{}}
	newest, err := a.reader.List(ctx, store.Filter{}, store.PageRequest{Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(newest.Records) == 0 {
		return nil, errors.New("the trail is empty")
	}
	a.now = newest.Records[0].OccurredAt.Time()
	for dimension, into := range map[store.Dimension]*[]string{store.ByProject: &a.projects, store.ByAction: &a.actions, store.ByStatus: &a.statuses} {
		counts, err := a.reader.Counts(ctx, dimension, store.Filter{})
		if err != nil {
			return nil, err
		}
		for _, count := range counts {
			*into = append(*into, count.Value)
		}
	}
	if err := a.sample(ctx, pool); err != nil {
		return nil, fmt.Errorf("choose parameters from the trail: %w", err)
	}
	if len(a.projects) == 0 || len(a.entities) == 0 || len(a.actors) == 0 || len(a.traces) == 0 {
		return nil, fmt.Errorf("the trail has %d projects, %d entities, %d actors and %d traces to ask for: it takes one of each",
			len(a.projects), len(a.entities), len(a.actors), len(a.traces))
	}
	scoped := a.reader.Scoped(store.Scope{Projects: a.projects[:1]})
	for i := range runs {
		for one, reader := range map[bool]*store.Reader{false: a.reader, true: scoped} {
			// A cursor is good for any times: it goes on in the whole trail.
			to := a.now.Add(-deep - time.Duration(i)*time.Hour)
			page, err := reader.List(ctx, store.Filter{To: to}, store.PageRequest{})
			if err != nil {
				return nil, err
			}
			a.cursors[one] = append(a.cursors[one], page.Next)
		}
	}
	return a, nil
}

// cursorKey lets readers take each other's cursors.
var cursorKey = []byte("bench/read")

// sampledRows is about how many rows the parameters come from.
const sampledRows = 20_000

func (a *asker) sample(ctx context.Context, pool *pgxpool.Pool) error {
	total, err := a.reader.Total(ctx, store.Filter{}, store.TotalApprox)
	if err != nil {
		return err
	}
	percent := min(100, 100*float64(sampledRows)/float64(max(1, total.Value)))
	const statement = `
		SELECT coalesce(entity_type, ''), coalesce(entity_id, ''), coalesce(actor_id, ''), coalesce(encode(trace_id, 'hex'), '')
		FROM activity.activity TABLESAMPLE BERNOULLI ($1) REPEATABLE (1)`
	rows, err := pool.Query(ctx, statement, percent)
	if err != nil {
		return err
	}
	var (
		entity       store.Entity
		actor, trace string
	)
	_, err = pgx.ForEachRow(rows, []any{&entity.Type, &entity.ID, &actor, &trace}, func() error {
		if entity.Type != "" && entity.ID != "" {
			a.entities = append(a.entities, entity)
		}
		if actor != "" {
			a.actors = append(a.actors, actor)
		}
		if trace != "" {
			a.traces = append(a.traces, trace)
		}
		return nil
	})
	a.entities, a.actors, a.traces = mix(a.entities), mix(a.actors), mix(a.traces)
	return err
}

// mix takes by turns one of the values as they come and one of the different
// ones, from all over them.
func mix[T comparable](values []T) []T {
	seen := make(map[T]bool)
	var different []T
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			different = append(different, v)
		}
	}
	mixed := make([]T, 0, 2*len(different))
	for i := range different {
		mixed = append(mixed, values[(i*7919)%len(values)], different[(i*104_729)%len(different)])
	}
	return mixed
}

// at spreads the runs over all values.
func at[T any](values []T, i int) T { return values[i%len(values)] }

func (a *asker) project(i int) store.Match { return one(at(a.projects, i)) }

// with asks the same through another pool.
func (a *asker) with(pool *pgxpool.Pool) *asker {
	other := *a
	other.reader = store.NewReader(pool, store.ReaderSettings{CursorKey: cursorKey})
	return &other
}

// instant is now for the first run and goes back from there, over forty days.
func (a *asker) instant(i int) time.Time { return a.now.Add(-time.Duration(i%40) * 24 * time.Hour) }

// ask runs a question with each of its parameters twice and returns how long the
// second times took, in order.
func (a *asker) ask(ctx context.Context, q question, runs int) (durations, error) {
	took := make(durations, runs)
	for range 2 {
		for i := range runs {
			started := time.Now()
			if err := q.ask(ctx, i); err != nil {
				return nil, err
			}
			took[i] = time.Since(started)
		}
	}
	slices.Sort(took)
	return took, nil
}

// durations are in ascending order.
type durations []time.Duration

// at returns the value that the given part of all doesn't exceed, in milliseconds.
func (d durations) at(part float64) float64 {
	return milliseconds(d[min(len(d)-1, int(part*float64(len(d))))])
}
