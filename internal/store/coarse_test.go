package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// Days, hours at both ends and what isn't folded add up to the rows.
func TestCountsOfDaysAndHoursAddUp(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	reader, midnight := NewReader(pool, ReaderSettings{}), noon.Add(-12*time.Hour)
	all := testActivities(1200, midnight.AddDate(0, 0, -4), 6*time.Minute)
	for part := range 2 {
		var half []model.Activity
		for i := part; i < len(all); i += 2 {
			half = append(half, all[i])
		}
		_, err := NewWriter(pool).Write(t.Context(), testBatch(half...), nil)
		require.NoError(t, err)
		if part == 0 {
			require.NoError(t, NewMaintainer(pool).Run(t.Context()))
		}
	}
	within := func(from, to time.Time) func(*model.Activity) bool {
		return func(a *model.Activity) bool {
			at := a.OccurredAt.Time()
			return !at.Before(from) && at.Before(to) && a.ProjectID == "project-1"
		}
	}
	project := Match{Any: []string{"project-1"}}
	for name, ends := range map[string][2]time.Duration{
		"within a day":     {-20 * time.Hour, -9 * time.Hour},
		"across midnight":  {-26 * time.Hour, -20 * time.Hour},
		"one day":          {-48 * time.Hour, -24 * time.Hour},
		"from midnight":    {-48 * time.Hour, -21 * time.Hour},
		"to midnight":      {-53 * time.Hour, -24 * time.Hour},
		"days and hours":   {-75 * time.Hour, -5 * time.Hour},
		"more than all":    {-200 * time.Hour, 200 * time.Hour},
		"an hour":          {-30 * time.Hour, -29 * time.Hour},
		"nothing of a day": {100 * time.Hour, 103 * time.Hour},
	} {
		from, to := midnight.Add(ends[0]), midnight.Add(ends[1])
		want := recount(all, within(from, to))
		f := Filter{Project: project, From: from, To: to}

		total, err := reader.Total(t.Context(), f, TotalExact)
		require.NoError(t, err, name)
		require.Equal(t, Total{want, Exact}, total, name)

		counts, err := reader.Counts(t.Context(), BySource, f)
		require.NoError(t, err, name)
		require.Equal(t, want, sum(counts), name)

		found, err := reader.Facets(t.Context(), f, []string{"status"}, 10)
		require.NoError(t, err, name)
		require.Equal(t, want, sum(found[0].Values), name)

		m, err := reader.Metrics(t.Context(), project, from, to, 3)
		require.NoError(t, err, name)
		require.Equal(t, want, m.Summary.Total, name)
		require.Equal(t, recount(all, within(from.Add(from.Sub(to)), from)), m.Previous.Total, name)
		daily, heat := int64(0), int64(0)
		for _, day := range m.Daily {
			daily += day.Total
			require.Equal(t, recount(all, func(a *model.Activity) bool {
				return within(from, to)(a) && a.OccurredAt.Time().Truncate(24*time.Hour).Equal(day.Day)
			}), day.Total, name)
		}
		for _, hour := range m.Heat {
			heat += hour.Count
		}
		require.Equal(t, []int64{want, want}, []int64{daily, heat}, name)
	}
}
