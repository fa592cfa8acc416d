package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// counted is an activity that matters for counts only.
func counted(n byte, at time.Time, project, action string, source model.Source, status model.Status) *model.Activity {
	return &model.Activity{
		ID: model.ID{15: n}, OccurredAt: model.MicrosOf(at), ProjectID: project, Action: action,
		Source: source, Status: status, Severity: model.SeverityInfo,
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	yesterday := noon.AddDate(0, 0, -1)
	var batch Batch
	batch.Append(counted(1, noon.Add(10*time.Minute), "p", "a", model.SourceUser, model.StatusSuccess))
	batch.Append(counted(2, noon.Add(70*time.Minute), "p", "b", model.SourceUser, model.StatusFailure))
	batch.Append(counted(3, noon.Add(80*time.Minute), "q", "a", model.SourceSystem, model.StatusSuccess))
	batch.Append(counted(4, yesterday, "p", "a", model.SourceUser, model.StatusSuccess))
	_, err := NewWriter(pool).Write(t.Context(), &batch, nil)
	require.NoError(t, err)
	reader := NewReader(pool, ReaderSettings{})

	for round := range 2 { // with the deltas as they came, and folded
		for name, test := range map[string]struct {
			by     Dimension
			filter Filter
			want   []Count
		}{
			"source":            {BySource, Filter{}, []Count{{"user", 3}, {"system", 1}}},
			"action":            {ByAction, Filter{}, []Count{{"a", 3}, {"b", 1}}},
			"status":            {ByStatus, Filter{}, []Count{{"success", 3}, {"failure", 1}}},
			"severity":          {BySeverity, Filter{}, []Count{{"info", 4}}},
			"project":           {ByProject, Filter{}, []Count{{"p", 3}, {"q", 1}}},
			"within a project":  {BySource, Filter{Project: Match{Any: []string{"p"}}}, []Count{{"user", 3}}},
			"status of action":  {ByStatus, Filter{Action: Match{Any: []string{"a"}}}, []Count{{"success", 3}}},
			"actions that fail": {ByAction, Filter{Status: Match{None: []string{"success"}}}, []Count{{"b", 1}}},
			"whole hours":       {BySource, Filter{From: noon.Add(5 * time.Minute), To: noon.Add(50 * time.Minute)}, []Count{{"user", 1}}},
			"to an hour":        {BySource, Filter{From: noon, To: noon.Add(time.Hour)}, []Count{{"user", 1}}},
			"whole days":        {ByAction, Filter{From: noon.Add(time.Hour)}, []Count{{"a", 2}, {"b", 1}}},
			"before":            {ByAction, Filter{To: noon.Truncate(24 * time.Hour)}, []Count{{"a", 1}}},
			"never":             {ByAction, Filter{To: time.Unix(0, 0)}, []Count{}},
		} {
			got, err := reader.Counts(t.Context(), test.by, test.filter)
			require.NoError(t, err, name)
			require.Equal(t, test.want, got, "%s, round %d", name, round)
		}
		_, err = pool.Exec(t.Context(), "SELECT activity.fold_rollups()")
		require.NoError(t, err)
	}

	for _, refused := range []struct {
		by     Dimension
		filter Filter
		want   string
	}{
		{"actor", Filter{}, `filter by dimension "actor": want one of [project source status severity action]`},
		{ByAction, Filter{Source: Match{Any: []string{"user"}}}, "filter by source: counts by action are not kept for it"},
		{BySource, Filter{Text: "x"}, "filter by text: counts by source are not kept for it"},
		{BySource, Filter{Entity: EntityMatch{Any: []Entity{{Type: "x"}}}}, "filter by entity: counts by source are not kept for it"},
		{BySource, Filter{Status: Match{Any: []string{"ok"}}}, `filter by status "ok"`},
	} {
		_, err := reader.Counts(t.Context(), refused.by, refused.filter)
		require.ErrorContains(t, err, refused.want)
	}
}
