package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/sql"
)

// Task is a part of the upkeep, see 0009_upkeep.sql.
type Task string

// The tasks, in the order in which they are done.
const (
	TaskPartitions Task = "partitions" // makes them ahead of need
	TaskRollups    Task = "rollups"    // folds the counts of the batches into the totals
	TaskRetention  Task = "retention"  // removes what has expired
	TaskViews      Task = "views"      // refreshes the views
	TaskStatistics Task = "statistics" // analyzes what has changed much
	TaskBatches    Task = "batches"    // trims the cursor of the live tail
)

// Tasks lists all of them.
func Tasks() []Task {
	return []Task{TaskPartitions, TaskRollups, TaskRetention, TaskViews, TaskStatistics, TaskBatches}
}

// Outcome is how a task went. The words are those of the database.
type Outcome string

// How a task can go.
const (
	OutcomeDone   Outcome = "done"
	OutcomeFailed Outcome = "failed"
	OutcomeIdle   Outcome = "idle" // it was not due
	OutcomeBusy   Outcome = "busy" // another session does it

	// outcomeMore is of a step alone: the run goes on.
	outcomeMore Outcome = "more"
)

// TaskRun is one run of a task.
type TaskRun struct {
	Task    Task
	Outcome Outcome
	// Took is the time of all its steps.
	Took time.Duration
	// SinceSuccess is the time since the task succeeded last, whoever did it; negative
	// when nobody did, or when that isn't known.
	SinceSuccess time.Duration
	// Detail says what it did, as JSON; nil when there is nothing to say.
	Detail []byte
	Err    error
}

// Maintainer does what the schema needs from time to time. Any number of them may run
// at once: each task is done by one session at a time, under an advisory lock, and the
// others pass it over.
type Maintainer struct{ pool *pgxpool.Pool }

// NewMaintainer makes a Maintainer. It doesn't connect.
func NewMaintainer(pool *pgxpool.Pool) *Maintainer { return &Maintainer{pool: pool} }

// Run does the tasks that are named, due or not, or all that are due when none is. It
// tries each, whatever becomes of the others.
func (m *Maintainer) Run(ctx context.Context, tasks ...Task) error {
	return m.RunEach(ctx, func(TaskRun) {}, tasks...)
}

// RunEach is Run that tells how each task went.
func (m *Maintainer) RunEach(ctx context.Context, visit func(TaskRun), tasks ...Task) error {
	force := len(tasks) > 0
	if !force {
		tasks = Tasks()
	}
	var errs []error
	for _, task := range tasks {
		run := m.run(ctx, task, force)
		visit(run)
		if run.Err != nil {
			errs = append(errs, fmt.Errorf("upkeep of %s: %w", task, run.Err))
		}
	}
	return errors.Join(errs...)
}

// run does the steps of a task, each in a transaction of its own.
func (m *Maintainer) run(ctx context.Context, task Task, force bool) TaskRun {
	run := TaskRun{Task: task, SinceSuccess: -1}
	for {
		var took time.Duration
		var failure TaskError
		err := m.pool.QueryRow(ctx, sql.UpkeepStep, string(task), force).
			Scan(&run.Outcome, &took, &run.Detail, &failure.Message, &failure.Code, &run.SinceSuccess)
		run.Took += took
		switch {
		case err != nil:
			run.Outcome, run.Err = OutcomeFailed, err
			return run
		case run.Outcome == OutcomeFailed:
			run.Err = &failure
			return run
		case run.Outcome != outcomeMore:
			return run
		}
	}
}

// TaskError is why the database says that a task failed.
type TaskError struct{ Message, Code string }

func (e *TaskError) Error() string { return e.Message + " (SQLSTATE " + e.Code + ")" }

// TaskStatus is what the database knows of a task. Times are zero when there was none.
type TaskStatus struct {
	Task        Task
	Every       time.Duration
	LastStarted time.Time
	LastEnded   time.Time
	LastSuccess time.Time
	// SinceSuccess is the time since LastSuccess by the database's clock; negative
	// when there was none.
	SinceSuccess time.Duration
	Took         time.Duration
	Runs         int64
	Failures     int64
	Error        string
	Detail       []byte
}

// Status says how each task went, in their order.
func (m *Maintainer) Status(ctx context.Context) ([]TaskStatus, error) {
	rows, err := m.pool.Query(ctx, sql.UpkeepStatus)
	if err != nil {
		return nil, fmt.Errorf("read activity.upkeep: %w", err)
	}
	all, err := pgx.CollectRows(rows, scanTaskStatus)
	if err != nil {
		return nil, fmt.Errorf("read activity.upkeep: %w", err)
	}
	return all, nil
}

func scanTaskStatus(row pgx.CollectableRow) (TaskStatus, error) {
	var (
		s                       TaskStatus
		started, ended, success *time.Time
	)
	err := row.Scan(&s.Task, &s.Every, &started, &ended, &success, &s.SinceSuccess, &s.Took, &s.Runs, &s.Failures, &s.Error, &s.Detail)
	s.LastStarted, s.LastEnded, s.LastSuccess = timeOf(started), timeOf(ended), timeOf(success)
	return s, err
}

func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// KeepDefault sets how long activities of projects without a class of their own are
// kept. It needs the owner's rights where it changes something.
func (m *Maintainer) KeepDefault(ctx context.Context, keep time.Duration) error {
	if _, err := m.pool.Exec(ctx, sql.KeepDefault, keep); err != nil {
		return fmt.Errorf("set how long activities are kept: %w", err)
	}
	return nil
}

// ParseTask reads the name of a task.
func ParseTask(name string) (Task, error) {
	if !slices.Contains(Tasks(), Task(name)) {
		return "", fmt.Errorf("%q is none of the tasks %v", name, Tasks())
	}
	return Task(name), nil
}
