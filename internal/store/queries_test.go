package store

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/sql"
)

// shapes are filters with every part in each of its forms.
func shapes() map[string]Filter {
	all := map[string]Filter{
		"none":             {},
		"project":          {Project: Match{Any: []string{"p"}}},
		"project, action":  {Project: Match{Any: []string{"p"}}, Action: Match{Any: []string{"a"}}},
		"project, failure": {Project: Match{Any: []string{"p"}}, Status: Match{Any: []string{"failure"}}},
		"project, entity":  {Project: Match{Any: []string{"p"}}, Entity: EntityMatch{Any: []Entity{{"t", "i"}}}},
		"entity":           {Entity: EntityMatch{Any: []Entity{{"t", "i"}}}},
		"entity, halves":   {EntityType: Match{Any: []string{"t"}}, EntityID: Match{Any: []string{"i"}}},
		"entity, actor":    {Entity: EntityMatch{Any: []Entity{{"t", "i"}}}, Actor: Match{Any: []string{"x"}}},
		"trace, from":      {Trace: Match{Any: []string{strings.Repeat("0", 32)}}, From: noon.AddDate(0, 0, -30)},
		"entities":         {Entity: EntityMatch{Any: []Entity{{"t", "i"}, {Type: "t"}, {ID: "i"}}}},
		"not entities":     {Entity: EntityMatch{None: []Entity{{"t", "i"}, {Type: "t"}, {ID: "i"}}}},
		"text":             {Text: "x"},
	}
	words := map[string]string{"source": "user", "status": "success", "severity": "info", "trace": strings.Repeat("0", 32)}
	parts := map[string]func(*Filter) *Match{
		"project":      func(f *Filter) *Match { return &f.Project },
		"source":       func(f *Filter) *Match { return &f.Source },
		"status":       func(f *Filter) *Match { return &f.Status },
		"severity":     func(f *Filter) *Match { return &f.Severity },
		"action":       func(f *Filter) *Match { return &f.Action },
		"actor":        func(f *Filter) *Match { return &f.Actor },
		"on_behalf_of": func(f *Filter) *Match { return &f.OnBehalfOf },
		"trace":        func(f *Filter) *Match { return &f.Trace },
		"operation":    func(f *Filter) *Match { return &f.Operation },
	}
	for name, part := range parts {
		word := or(words[name], "x")
		for form, m := range map[string]Match{
			"one": {Any: []string{word}}, "several": {Any: []string{word, word}},
			"not one": {None: []string{word}}, "not several": {None: []string{word, word}},
		} {
			var f Filter
			*part(&f) = m
			all[name+", "+form] = f
		}
	}
	return all
}

// explain plans a statement with its arguments, as the reader would send it.
func explain(t *testing.T, pool *pgxpool.Pool, statement string, args ...any) string {
	t.Helper()
	rows, err := pool.Query(t.Context(), "EXPLAIN (COSTS OFF) "+statement, append([]any{pgx.QueryExecModeCacheDescribe}, args...)...)
	require.NoError(t, err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err, statement)
	return strings.Join(lines, "\n")
}

// decade makes partitions as a trail of some years has them.
func decade(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	_, err := pool.Exec(t.Context(), `SELECT activity.ensure_partitions(array_agg(day::date))
FROM generate_series(now() - interval '5 years', now() + interval '2 days', interval '1 day') AS day`)
	require.NoError(t, err)
}

func TestEveryListPlans(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	decade(t, pool)
	reader := NewReader(pool, ReaderSettings{})
	for name, f := range shapes() {
		for _, order := range []Order{NewestFirst, OldestFirst} {
			l, err := reader.newList(&f, PageRequest{Order: order, Documents: order == OldestFirst})
			require.NoError(t, err, name)
			l.at = position{model.MicrosOf(noon), leastID}
			l.window()
			l.args[3] = 51
			plan := explain(t, pool, l.statement, l.args...)
			require.NotContains(t, plan, "Seq Scan", "%s\n%s", name, plan)
			if !f.scattered() {
				require.Less(t, strings.Count(plan, " on activity_"), 70, "a window of 30 days\n%s", plan)
			}
		}
	}
}

// One plan for all values takes a period for a small part of the trail: small enough to
// read it row by row, which a trace's few rows are not worth.
func TestThePlanForAllTracesAsksTheirIndex(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 2000)
	names := map[Order]string{NewestFirst: "newest", OldestFirst: "oldest"}
	reader := NewReader(pool, ReaderSettings{})
	for _, order := range []Order{NewestFirst, OldestFirst} {
		f := Filter{Trace: Match{Any: []string{strings.Repeat("0", 32)}}}
		l, err := reader.newList(&f, PageRequest{Order: order})
		require.NoError(t, err)
		var plan string
		require.NoError(t, reader.read(t.Context(), time.Minute, planOnce, func(tx pgx.Tx) error {
			if _, err := tx.Prepare(t.Context(), names[order], l.statement); err != nil {
				return err
			}
			rows, err := tx.Query(t.Context(), "EXPLAIN (COSTS OFF) EXECUTE "+names[order]+` ('epoch', 'infinity', '00000000-0000-0000-0000-000000000000', 51, '')`)
			if err != nil {
				return err
			}
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			plan = strings.Join(lines, "\n")
			return err
		}))
		require.Contains(t, plan, "trace_id_idx", plan)
		require.NotContains(t, plan, "pkey", plan)
	}
}

// Without this a page costs as much as the trail is old.
func TestPlainListsReadInOrderAndStop(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	decade(t, pool)
	reader := NewReader(pool, ReaderSettings{})
	var f Filter
	l, err := reader.newList(&f, PageRequest{})
	require.NoError(t, err)
	l.at = position{model.MicrosOf(noon), leastID}
	l.window()
	l.args[3] = 51
	plan := explain(t, pool, l.statement, l.args...)
	require.NotContains(t, plan, "Merge Append", plan)
	require.NotContains(t, plan, "Sort", plan)
	require.Contains(t, plan, "Index Scan Backward", plan)
}

func TestEveryOtherStatementPlans(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	decade(t, pool)
	at := noon
	explain(t, pool, sql.First)
	explain(t, pool, compose(sql.Record, allColumns, ""), at, at.Add(time.Hour), [16]byte{})
	explain(t, pool, sql.TailStart, at)
	plan := explain(t, pool, sql.TailBatches, "10:10:", []uint64{3})
	require.Contains(t, plan, "batch_xid_idx", plan)
	for name, f := range shapes() {
		c := conditions{args: []any{at, at.Add(time.Hour), []uint32{1, 2}}}
		require.NoError(t, c.addFilter(&f))
		plan := explain(t, pool, compose(sql.TailRows, allColumns, c.sql.String()), c.args...)
		require.NotContains(t, plan, "Seq Scan", "%s\n%s", name, plan)
	}
	for _, by := range Dimensions() {
		for name, f := range shapes() {
			kept, err := rollupFor(by, &f)
			if err != nil {
				continue
			}
			statement, args, err := filtered(strings.Replace(kept.statement, "/* value */", column(by), 1), &f, kept.arguments(kept.period(&f))...)
			require.NoError(t, err, name)
			explain(t, pool, statement, args...)
		}
	}
}

// The statements of figures are prepared by asking for each of them.
func TestEveryFigurePlans(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	decade(t, pool)
	day := Filter{From: noon.AddDate(0, 0, -1), To: noon}
	for name, f := range shapes() {
		f.From, f.To = day.From, day.To
		for statement, args := range map[string][]any{
			sql.CountRows: {f.From, f.To, 10}, sql.HistogramRows: {f.From, f.To, time.Hour}, sql.MetricsSample: {f.From, f.To, 10},
		} {
			statement, args, err := filtered(strings.Replace(statement, "/* value */", "a.severity", 1), &f, args...)
			require.NoError(t, err, name)
			plan := explain(t, pool, statement, args...)
			require.NotContains(t, plan, "Seq Scan", "%s\n%s", name, plan)
			require.LessOrEqual(t, strings.Count(plan, " on activity_"), 8, "a window of a day\n%s", plan)
		}
	}
}

func TestPlanningFollowsTheShape(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		plan   planning
		window model.Micros
	}{
		"none":                 {planOnce, wideWindow},
		"project":              {planOnce, wideWindow},
		"project, one":         {planOnce, wideWindow},
		"project, several":     {planEach, wideWindow},
		"project, not one":     {planEach, narrowWindow},
		"project, action":      {planEach, wideWindow},
		"project, failure":     {planEach, narrowWindow},
		"project, entity":      {planEach, wideWindow},
		"actor, one":           {planOnce, wideWindow},
		"entity":               {planOnce, wideWindow},
		"entity, halves":       {planOnce, wideWindow},
		"entity, actor":        {planEach, wideWindow},
		"trace, one":           {planOnce, wholeTrail},
		"trace, from":          {planEach, wideWindow},
		"operation, one":       {planOnce, wholeTrail},
		"action, one":          {planEach, narrowWindow},
		"on_behalf_of, one":    {planEach, narrowWindow},
		"trace, several":       {planEach, wideWindow},
		"operation, not one":   {planEach, narrowWindow},
		"not entities":         {planEach, narrowWindow},
		"text":                 {planEach, narrowWindow},
		"severity, not one":    {planEach, narrowWindow},
		"source, several":      {planEach, narrowWindow},
		"status, not several":  {planEach, narrowWindow},
		"operation, several":   {planEach, wideWindow},
		"actor, not several":   {planEach, narrowWindow},
		"entities":             {planEach, narrowWindow},
		"trace, not one":       {planEach, narrowWindow},
		"project, not several": {planEach, narrowWindow},
	} {
		f, ok := shapes()[name]
		require.True(t, ok, name)
		require.Equal(t, want.plan, f.planning(), name)
		require.Equal(t, want.window, f.firstWindow(), name)
	}
}
