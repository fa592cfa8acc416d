package store

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// newRetiredTrail is a sealed trail of which one of three projects is left.
func newRetiredTrail(t *testing.T) *sealedTrail {
	t.Helper()
	trail := newSealedTrailOf(t, yesterday().AddDate(0, 0, -20))
	exec(t, trail.pool, "UPDATE activity.retention_class SET keep = '10 days'")
	exec(t, trail.pool, "INSERT INTO activity.project_retention (project_id, legal_hold) VALUES ('project-1', true)")
	require.NoError(t, NewMaintainer(trail.pool).Run(t.Context(), TaskRollups, TaskRetention))
	return trail
}

func TestRetentionIsToldFromTampering(t *testing.T) {
	t.Parallel()
	trail := newRetiredTrail(t)
	result := trail.verify(t)
	require.Empty(t, result.Findings)
	require.Equal(t, "40 80", fmt.Sprint(result.Rows, result.Retired))

	late := testActivities(2, trail.all[70].OccurredAt.Time(), 1)
	for i := range late {
		late[i].ID = testID(1000 + i)
	}
	trail.write(t, late...)
	result = trail.verify(t)
	require.Empty(t, result.Findings)
	require.Equal(t, int64(2), result.Late)
	require.Equal(t, 3, trail.seal(t), "one for the late rows, and two that say how many are left")
	require.Zero(t, trail.seal(t), "nothing is due")
	require.Empty(t, trail.verify(t).Findings)
	require.NoError(t, NewMaintainer(trail.pool).Run(t.Context(), TaskRollups, TaskRetention))
	result = trail.verify(t)
	require.Empty(t, result.Findings)
	require.Equal(t, "41 81", fmt.Sprint(result.Rows, result.Retired))

	exec(t, trail.pool, "UPDATE activity.project_retention SET legal_hold = false")
	require.NoError(t, NewMaintainer(trail.pool).Run(t.Context(), TaskRetention))
	result = trail.verify(t)
	require.Empty(t, result.Findings)
	require.Equal(t, "0 122", fmt.Sprint(result.Rows, result.Retired))
}

func TestWhatRetentionDidNotRemoveIsFound(t *testing.T) {
	t.Parallel()
	kept := "(SELECT id FROM activity.activity ORDER BY occurred_at LIMIT 1)"
	for name, test := range map[string]struct {
		tamper []string
		want   string
	}{
		"a row":               {[]string{"DELETE FROM activity.activity WHERE id = " + kept}, "removed removed"},
		"a row and its count": {[]string{"DELETE FROM activity.activity WHERE id = " + kept, "UPDATE activity.rollup_project_hour SET n = n - 1 WHERE hour = (SELECT min(hour) FROM activity.rollup_project_hour)"}, "removed"},
		"a change":            {[]string{"UPDATE activity.activity SET details = 'nothing' WHERE id = " + kept}, "changed"},
		"the log":             {[]string{"UPDATE activity.retention_log SET removed = removed - 1"}, "removed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trail := newRetiredTrail(t)
			for _, statement := range test.tamper {
				trail.exec(t, statement)
			}
			found := ""
			for _, f := range trail.verify(t).Findings {
				if found != "" {
					found += " "
				}
				found += string(f.Kind)
			}
			require.Equal(t, test.want, found)
		})
	}
}
