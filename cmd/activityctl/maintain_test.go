package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

func TestMaintainDoesTasksAndTells(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewDSN(t)
	got := execute(t, "maintain", "--dsn", dsn)
	require.Equal(t, exitOK, got.status, got.stderr)
	require.Regexp(t, `^TASK +OUTCOME +TOOK +WHAT\npartitions +done +\d+ms +made 9\nrollups +done .*folded 0\nretention +done .*\nviews .*\nstatistics .*\nbatches .*\n$`, got.stdout)

	got = execute(t, "maintain", "--dsn", dsn, "--task", "partitions", "--task", "batches", "--json")
	require.Equal(t, exitOK, got.status, got.stderr)
	var runs []taskRun
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &runs))
	require.Equal(t, []store.Task{store.TaskPartitions, store.TaskBatches}, []store.Task{runs[0].Task, runs[1].Task})
	require.JSONEq(t, `{"made": 0}`, string(runs[0].Detail))

	_, err := pgtest.Pool(t, dsn).Exec(t.Context(), "DROP INDEX activity.metrics_daily_key")
	require.NoError(t, err)
	got = execute(t, "maintain", "--dsn", dsn, "--task", "views", "--task", "batches")
	require.Equal(t, exitError, got.status)
	require.Regexp(t, `(?m)^views +failed +\d+ms +cannot refresh materialized view`, got.stdout)
	require.Regexp(t, `(?m)^batches +done`, got.stdout)
	require.Contains(t, got.stderr, "upkeep of views")

	got = execute(t, "maintain", "--dsn", dsn, "--status")
	require.Equal(t, exitError, got.status)
	require.Regexp(t, `(?m)^partitions +run +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ +\d+ms +2 +0 +made 0$`, got.stdout)
	require.Contains(t, got.stderr, "the last run failed of: views")

	got = execute(t, "maintain", "--dsn", dsn, "--status", "--json")
	require.Equal(t, exitError, got.status)
	var all []taskStatus
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &all))
	require.Len(t, all, len(store.Tasks()))
	require.EqualValues(t, 3, all[5].Runs)
}

func TestMaintainIsCalledWrongly(t *testing.T) {
	t.Parallel()
	got := execute(t, "maintain", "--task", "vacuum")
	require.Equal(t, exitUsage, got.status)
	require.Contains(t, got.stderr, `"vacuum" is none of the tasks [partitions rollups retention views statistics batches]`)
	got = execute(t, "maintain", "--status", "--task", "views")
	require.Equal(t, exitUsage, got.status)

	got = execute(t, "maintain", "--dsn", pgtest.NewEmptyDSN(t))
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "activityctl schema up")
}

func TestMaintainOutput(t *testing.T) {
	t.Parallel()
	var runs, status strings.Builder
	require.NoError(t, writeRuns(&runs, []store.TaskRun{
		{Task: store.TaskPartitions, Outcome: store.OutcomeDone, Took: 12 * time.Millisecond, Detail: []byte(`{"made": 1}`)},
		{Task: store.TaskRetention, Outcome: store.OutcomeDone, Took: 1480 * time.Millisecond, Detail: []byte(`{"kept": 100, "removed": 999900, "partitions": 1}`)},
		{Task: store.TaskViews, Outcome: store.OutcomeFailed, Took: time.Millisecond, Err: &store.TaskError{Message: "no\nright", Code: "42501"}},
		{Task: store.TaskBatches, Outcome: store.OutcomeBusy},
	}))
	at := time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)
	all := []store.TaskStatus{
		{Task: store.TaskPartitions, LastSuccess: at, Took: 12 * time.Millisecond, Runs: 1440, Detail: []byte(`{"made": 0}`)},
		{Task: store.TaskRetention, Every: time.Hour, Runs: 1, Failures: 1, Error: "no right"},
	}
	require.NoError(t, writeStatus(&status, all))
	requireGolden(t, "maintain.table", runs.String())
	requireGolden(t, "maintain-status.table", status.String())
	require.EqualError(t, failing(all), "the last run failed of: retention")
	require.NoError(t, failing(all[:1]))

	var text strings.Builder
	require.NoError(t, writeJSON(&text, runsJSON([]store.TaskRun{{Task: store.TaskViews, Outcome: store.OutcomeFailed, Took: time.Second, Err: errors.New("no")}})))
	require.NoError(t, writeJSON(&text, statusJSON(all)))
	requireGolden(t, "maintain.json", text.String())
}
