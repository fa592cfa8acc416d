package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/store"
)

func newMaintainCommand() *cobra.Command {
	m := &maintenance{}
	cmd := &cobra.Command{
		Use:   "maintain",
		Short: "Do the upkeep of the schema, or say how it goes",
		Long: `maintain does now what the schema needs from time to time. A Collector does the same
each minute (maintenance_interval), and pg_cron can (sql/optional/pg_cron.sql); this
command is for a database without either, in a timer, and for doing a task at once.
Any number of them may run: a task is done by one at a time, and the others pass it
over as busy.

  partitions  makes partitions for the days to come
  rollups     folds the counts of the batches into the totals
  retention   removes what has expired, partition by partition
  views       refreshes activity_metrics_daily
  statistics  analyzes tables of which a tenth has changed, so that plans are right
  batches     forgets the batches of more than a day ago

Nothing is removed until you say how long to keep it, in SQL:

  UPDATE activity.retention_class SET keep = '90 days' WHERE class = 'default';

  -- a project that is kept for another time
  INSERT INTO activity.retention_class (class, keep) VALUES ('audited', '10 years');
  INSERT INTO activity.project_retention (project_id, class) VALUES ('billing', 'audited');

  -- a project of which nothing may go, whatever its class
  INSERT INTO activity.project_retention (project_id, legal_hold, reason)
  VALUES ('shop', true, 'case 12/2026')
  ON CONFLICT (project_id) DO UPDATE SET legal_hold = true, reason = excluded.reason;

A partition whose rows have all expired is dropped; where some projects are kept, a
table with their rows takes its place, in the same transaction as the counts.
activity.retention_log says what went.

Each task is tried, whatever becomes of the others. It exits with 1 when one failed,
and --status when one of the last runs did.`,
		Example: `  activityctl maintain --dsn postgres://keeper@localhost/app
  activityctl maintain --task retention --task views
  activityctl maintain --status
  activityctl maintain --status --json | jq '.[] | select(.error)'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return m.run(cmd) },
	}
	m.db.register(cmd.Flags())
	cmd.Flags().StringArrayVar(&m.tasks, "task", nil, "do this task alone; may be given several times")
	cmd.Flags().BoolVar(&m.status, "status", false, "do nothing, and say how each task went the last time")
	cmd.Flags().BoolVar(&m.json, "json", false, "print JSON, for programs")
	return cmd
}

// maintenance is one call of the command maintain.
type maintenance struct {
	db     database
	tasks  []string
	status bool
	json   bool
}

func (m *maintenance) run(cmd *cobra.Command) error {
	tasks, err := m.chosen()
	if err != nil {
		return err
	}
	pool, err := m.db.connect(cmd.Context())
	if err != nil {
		return err
	}
	defer pool.Close()
	maintainer := store.NewMaintainer(pool)
	if m.status {
		return explain(m.tell(cmd.Context(), cmd.OutOrStdout(), maintainer))
	}
	return explain(m.do(cmd.Context(), cmd.OutOrStdout(), maintainer, tasks))
}

// chosen are the tasks that are named, or all: whoever types the command wants them done,
// due or not.
func (m *maintenance) chosen() ([]store.Task, error) {
	if len(m.tasks) == 0 {
		return store.Tasks(), nil
	}
	if m.status {
		return nil, &usageError{errors.New("--status tells of all tasks: leave --task out")}
	}
	var tasks []store.Task
	for _, name := range m.tasks {
		task, err := store.ParseTask(strings.ToLower(name))
		if err != nil {
			return nil, &usageError{err}
		}
		tasks = append(tasks, task)
	}
	return tasks, nil
}

func (m *maintenance) do(ctx context.Context, w io.Writer, maintainer *store.Maintainer, tasks []store.Task) error {
	var runs []store.TaskRun
	failed := maintainer.RunEach(ctx, func(run store.TaskRun) { runs = append(runs, run) }, tasks...)
	if m.json {
		return errors.Join(failed, writeJSON(w, runsJSON(runs)))
	}
	return errors.Join(failed, writeRuns(w, runs))
}

func (m *maintenance) tell(ctx context.Context, w io.Writer, maintainer *store.Maintainer) error {
	all, err := maintainer.Status(ctx)
	if err != nil {
		return err
	}
	if m.json {
		err = writeJSON(w, statusJSON(all))
	} else {
		err = writeStatus(w, all)
	}
	return errors.Join(err, failing(all))
}

// failing is an error when the last run of a task was none.
func failing(all []store.TaskStatus) error {
	var names []string
	for i := range all {
		if all[i].Error != "" {
			names = append(names, string(all[i].Task))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return errors.New("the last run failed of: " + strings.Join(names, ", "))
}
