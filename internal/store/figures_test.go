package store

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func recount(all []model.Activity, f func(*model.Activity) bool) int64 {
	var n int64
	for i := range all {
		if f(&all[i]) {
			n++
		}
	}
	return n
}

func TestTotal(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	all := written(t, pool, 2000)
	reader := NewReader(pool, ReaderSettings{})
	odd := Filter{From: noon.Add(-100 * time.Minute), To: noon.Add(-7 * time.Minute)}
	inOdd := func(a *model.Activity) bool {
		return !a.OccurredAt.Time().Before(odd.From) && a.OccurredAt.Time().Before(odd.To)
	}
	for name, test := range map[string]struct {
		filter Filter
		mode   TotalMode
		want   Total
	}{
		"all":            {Filter{}, TotalApprox, Total{2000, Exact}},
		"whole hours":    {everything, TotalExact, Total{2000, Exact}},
		"parts of hours": {odd, TotalExact, Total{recount(all, inOdd), Exact}},
		"hours around":   {odd, TotalApprox, Total{2000, Approximate}},
		"action":         {Filter{Action: Match{Any: []string{"order.action_3"}}}, TotalApprox, Total{recount(all, func(a *model.Activity) bool { return a.Action == "order.action_3" }), Exact}},
		"actor":          {Filter{Actor: Match{Any: []string{"user-3"}}}, TotalExact, Total{40, Exact}},
		"text":           {Filter{Text: "ACTION_3", From: odd.From, To: odd.To}, TotalApprox, Total{recount(all, func(a *model.Activity) bool { return inOdd(a) && a.Action == "order.action_3" }), Exact}},
		"nothing":        {Filter{From: noon.Add(time.Hour), To: noon.Add(90 * time.Minute)}, TotalExact, Total{0, Exact}},
	} {
		got, err := reader.Total(t.Context(), test.filter, test.mode)
		require.NoError(t, err, name)
		require.Equal(t, test.want, got, name)
	}
}

func TestTotalBeyondItsBoundsIsAnEstimate(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	for part := range 2 {
		all := testActivities(8000, noon.Add(time.Duration(part)*time.Minute), time.Millisecond)
		for i := range all {
			all[i].ID[0], all[i].ActorID = byte(part), "somebody"
		}
		_, err := NewWriter(pool).Write(t.Context(), testBatch(all...), nil)
		require.NoError(t, err)
	}
	_, err := pool.Exec(t.Context(), "ANALYZE activity.activity")
	require.NoError(t, err)
	total, err := NewReader(pool, ReaderSettings{}).Total(t.Context(), Filter{Actor: Match{Any: []string{"somebody"}}}, TotalApprox)
	require.NoError(t, err)
	require.Equal(t, Approximate, total.Relation)
	require.InDelta(t, 16000, total.Value, 3000)
}

func TestFacets(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	all := written(t, pool, 700)
	reader := NewReader(pool, ReaderSettings{})
	byActor := Filter{Actor: Match{Any: []string{"user-3"}}}
	for name, f := range map[string]Filter{"kept": {}, "whole hours": everything, "counted": byActor} {
		found, err := reader.Facets(t.Context(), f, FacetFields(), 3)
		require.NoError(t, err, name)
		require.Len(t, found, len(FacetFields()))
		for i, facet := range found {
			require.Equal(t, FacetFields()[i], facet.Field)
			require.NotEmpty(t, facet.Values, facet.Field)
			require.LessOrEqual(t, len(facet.Values), 3)
			for _, count := range facet.Values {
				want := recount(all, func(a *model.Activity) bool {
					return facets[facet.Field](&Record{Activity: *a}) == count.Value && (name != "counted" || a.ActorID == "user-3")
				})
				require.Equal(t, want, count.N, "%s: %s %s", name, facet.Field, count.Value)
			}
		}
	}
	// By action, some are counted by day and the others not at all.
	for _, field := range FacetFields() {
		found, err := reader.Facets(t.Context(), Filter{Action: Match{Any: []string{"order.action_3"}}}, []string{field}, 100)
		require.NoError(t, err, field)
		require.EqualValues(t, 100, sum(found[0].Values), field)
	}
	partly, err := reader.Facets(t.Context(), Filter{From: noon.Add(-90 * time.Minute)}, []string{"status"}, 10)
	require.NoError(t, err)
	require.Equal(t, Approximate, partly[0].Relation)
	_, err = reader.Facets(t.Context(), Filter{}, []string{"details"}, 10)
	require.ErrorContains(t, err, `filter by field "details"`)
}

func TestFacetsOfManyAreThoseOfTheNewest(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, sampleSize+500)
	found, err := NewReader(pool, ReaderSettings{}).Facets(t.Context(), Filter{}, []string{"actor"}, 100)
	require.NoError(t, err)
	require.Equal(t, Approximate, found[0].Relation)
	require.EqualValues(t, sampleSize, sum(found[0].Values))
}

func TestHistogram(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	all := written(t, pool, 1200)
	reader := NewReader(pool, ReaderSettings{})
	for name, test := range map[string]struct {
		filter  Filter
		buckets int
		width   time.Duration
		want    int64
	}{
		"rows by minute":  {everything, 200, time.Minute, 1200},
		"hours":           {Filter{From: noon.Add(-48 * time.Hour), To: noon.Add(12 * time.Hour)}, 100, time.Hour, 1200},
		"days":            {Filter{From: noon.AddDate(0, 0, -30), To: noon.Add(12 * time.Hour)}, 60, 24 * time.Hour, 1200},
		"one":             {everything, 1, 3 * time.Hour, 1200},
		"of an action":    {Filter{From: everything.From, To: everything.To, Action: Match{Any: []string{"order.action_3"}}}, 1, 3 * time.Hour, 171},
		"of an actor":     {Filter{From: everything.From, To: everything.To, Actor: Match{Any: []string{"user-3"}}}, 50, 5 * time.Minute, 24},
		"parts of a hour": {Filter{From: noon.Add(-30 * time.Minute), To: noon.Add(-10 * time.Minute)}, 10, 5 * time.Minute, 200},
	} {
		for _, by := range []Dimension{BySeverity, ByStatus, BySource} {
			h, err := reader.Histogram(t.Context(), test.filter, HistogramRequest{By: by, Buckets: test.buckets})
			require.NoError(t, err, name)
			require.LessOrEqual(t, len(h.Buckets), test.buckets, name)
			require.Equal(t, test.width, h.Width, name)
			require.Zero(t, h.SearchedTo, name)
			counted := int64(0)
			for i, bucket := range h.Buckets {
				require.Equal(t, h.From.Add(time.Duration(i)*h.Width), bucket.Start)
				for value, n := range bucket.Counts {
					counted += n
					require.Equal(t, recount(all, func(a *model.Activity) bool {
						at := a.OccurredAt.Time()
						return facets[string(by)](&Record{Activity: *a}) == value && !at.Before(bucket.Start) && at.Before(bucket.Start.Add(h.Width)) &&
							!at.Before(test.filter.From) && at.Before(test.filter.To) && (name != "of an actor" || a.ActorID == "user-3") && (name != "of an action" || a.Action == "order.action_3")
					}), n, name)
				}
			}
			require.Equal(t, test.want, counted, name)
		}
	}
	for _, refused := range []struct {
		f Filter
		h HistogramRequest
	}{
		{Filter{}, HistogramRequest{BySource, 10}},
		{everything, HistogramRequest{ByAction, 10}},
		{everything, HistogramRequest{BySource, 0}},
		{everything, HistogramRequest{BySource, 241}},
		{Filter{From: noon, To: noon}, HistogramRequest{BySource, 10}},
	} {
		_, err := reader.Histogram(t.Context(), refused.f, refused.h)
		require.ErrorContains(t, err, "filter by")
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	all := written(t, pool, 1200)
	reader := NewReader(pool, ReaderSettings{})
	hourAgo := noon.Add(-time.Hour)
	late := func(a *model.Activity) bool { return !a.OccurredAt.Time().Before(hourAgo) }
	failed := func(a *model.Activity) bool { return a.Status == model.StatusFailure }
	m, err := reader.Metrics(t.Context(), Match{}, hourAgo, noon, 3)
	require.NoError(t, err)
	require.Equal(t, hourAgo, m.From)
	require.Equal(t, noon, m.To)
	require.EqualValues(t, 600, m.Summary.Total)
	require.EqualValues(t, 600, m.Previous.Total)
	require.Equal(t, recount(all, func(a *model.Activity) bool { return late(a) && failed(a) }), m.Summary.Failures)
	require.Equal(t, recount(all, func(a *model.Activity) bool { return !late(a) && a.Severity == model.SeverityCritical }), m.Previous.Critical)
	require.Len(t, m.Daily, 1)
	require.EqualValues(t, 600, m.Daily[0].Total)
	require.Equal(t, noon.Truncate(24*time.Hour), m.Daily[0].Day)
	require.Len(t, m.TopActions, 3)
	require.Equal(t, recount(all, func(a *model.Activity) bool { return a.Action == m.TopActions[0].Action && failed(a) }), m.TopActions[0].Failures)
	require.Len(t, m.BySource, len(model.Sources()))
	require.Equal(t, []HourCount{{Weekday: (int(noon.Weekday())+6)%7 + 1, Hour: 11, Count: 600}}, m.Heat)
	require.EqualValues(t, 300, m.Durations.Count)
	require.InDelta(t, 0.4, m.Durations.P50, 0.2)
	require.InDelta(t, 0.8, m.Durations.Max, 1e-9)
	require.Equal(t, Total{50, Exact}, *m.DistinctActors)

	month, err := reader.Metrics(t.Context(), Match{Any: []string{"project-1"}}, noon.AddDate(0, 0, -30), noon, 3)
	require.NoError(t, err)
	require.EqualValues(t, 400, month.Summary.Total)
	require.Zero(t, month.Previous.Total)
	require.Nil(t, month.Durations)
	require.Nil(t, month.DistinctActors)
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 700)
	reader := NewReader(pool, ReaderSettings{})
	for field, want := range map[string][]string{
		"severity wa": {"warning"}, "status ": model.StatusWords(), "source USE": {"user"},
		"action order.action_6": {"order.action_6"}, "project project-2": {"project-2"}, "actor user-49": {"user-49"},
		"entity_type o": {"order"}, "entity_id 69": {"69", "690", "691", "692", "693"}, "action 100%": {}, "actor _": {},
	} {
		name, prefix, _ := strings.Cut(field, " ")
		got, err := reader.Suggest(t.Context(), name, prefix, Match{}, 5)
		require.NoError(t, err, field)
		require.ElementsMatch(t, want, got, field)
	}
	_, err := reader.Suggest(t.Context(), "details", "x", Match{}, 5)
	require.ErrorContains(t, err, "want one of")
}

// An actor of long ago is not among the newest activities, but has an index.
func TestSuggestFindsOldActors(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	old := testActivities(1, noon.AddDate(0, 0, -20), 0)
	old[0].ActorID, old[0].ID[0] = "zoe", 1
	_, err := NewWriter(pool).Write(t.Context(), testBatch(old...), nil)
	require.NoError(t, err)
	written(t, pool, suggestedFrom+10)
	got, err := NewReader(pool, ReaderSettings{}).Suggest(t.Context(), "actor", "zo", Match{}, 5)
	require.NoError(t, err)
	require.Equal(t, []string{"zoe"}, got)
}
