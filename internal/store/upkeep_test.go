package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestEachTaskIsDoneAndNoted(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	m := NewMaintainer(pool)
	for _, tasks := range [][]Task{nil, Tasks()} {
		var outcomes []Outcome
		require.NoError(t, m.RunEach(t.Context(), func(run TaskRun) {
			outcomes = append(outcomes, run.Outcome)
			require.NotZero(t, run.Took, run.Task)
		}, tasks...))
		require.Equal(t, []Outcome{OutcomeDone, OutcomeDone, OutcomeDone, OutcomeDone, OutcomeDone, OutcomeDone}, outcomes)
	}
	all, err := m.Status(t.Context())
	require.NoError(t, err)
	require.Len(t, all, len(Tasks()))
	for i, status := range all {
		require.Equal(t, Tasks()[i], status.Task)
		require.EqualValues(t, 2, status.Runs, status.Task)
		require.Zero(t, status.Failures, status.Task)
		require.NotZero(t, status.LastSuccess, status.Task)
		require.Positive(t, status.Took, status.Task)
	}

	var idle []Task
	require.NoError(t, m.RunEach(t.Context(), func(run TaskRun) {
		if run.Outcome == OutcomeIdle {
			idle = append(idle, run.Task)
		}
	}))
	require.Equal(t, []Task{TaskRetention, TaskViews, TaskStatistics, TaskBatches}, idle)
}
