package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

// taskRun is what --json prints of a run. Scripts depend on it.
type taskRun struct {
	Task    store.Task      `json:"task"`
	Outcome store.Outcome   `json:"outcome"`
	Seconds float64         `json:"seconds"`
	Detail  json.RawMessage `json:"detail,omitempty"`
	Error   string          `json:"error,omitempty"`
}

func runsJSON(runs []store.TaskRun) []taskRun {
	all := make([]taskRun, len(runs))
	for i := range runs {
		run := &runs[i]
		all[i] = taskRun{Task: run.Task, Outcome: run.Outcome, Seconds: run.Took.Seconds(), Detail: run.Detail}
		if run.Err != nil {
			all[i].Error = run.Err.Error()
		}
	}
	return all
}

// taskStatus is what --status --json prints of a task. Scripts depend on it.
type taskStatus struct {
	Task         store.Task      `json:"task"`
	EverySeconds float64         `json:"every_seconds"`
	LastStarted  *time.Time      `json:"last_started_at,omitempty"`
	LastEnded    *time.Time      `json:"last_ended_at,omitempty"`
	LastSuccess  *time.Time      `json:"last_success_at,omitempty"`
	Seconds      float64         `json:"seconds"`
	Runs         int64           `json:"runs"`
	Failures     int64           `json:"failures"`
	Detail       json.RawMessage `json:"detail,omitempty"`
	Error        string          `json:"error,omitempty"`
}

func statusJSON(all []store.TaskStatus) []taskStatus {
	told := make([]taskStatus, len(all))
	for i := range all {
		s := &all[i]
		told[i] = taskStatus{
			Task: s.Task, EverySeconds: s.Every.Seconds(),
			LastStarted: unlessZero(s.LastStarted), LastEnded: unlessZero(s.LastEnded), LastSuccess: unlessZero(s.LastSuccess),
			Seconds: s.Took.Seconds(), Runs: s.Runs, Failures: s.Failures, Detail: s.Detail, Error: s.Error,
		}
	}
	return told
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func writeRuns(w io.Writer, runs []store.TaskRun) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TASK\tOUTCOME\tTOOK\tWHAT")
	for i := range runs {
		run := &runs[i]
		what := wordsOf(run.Detail)
		if run.Err != nil {
			what = cell(run.Err.Error())
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", run.Task, run.Outcome, run.Took.Round(time.Millisecond), what)
	}
	return table.Flush()
}

func writeStatus(w io.Writer, all []store.TaskStatus) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TASK\tEVERY\tLAST SUCCESS\tTOOK\tRUNS\tFAILED\tWHAT")
	for i := range all {
		s := &all[i]
		every, success, what := "run", "-", wordsOf(s.Detail)
		if s.Every > 0 {
			every = s.Every.String()
		}
		if !s.LastSuccess.IsZero() {
			success = s.LastSuccess.UTC().Format(time.RFC3339)
		}
		if s.Error != "" {
			what = cell(s.Error)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%d\t%s\n", s.Task, every, success, s.Took.Round(time.Millisecond), s.Runs, s.Failures, what)
	}
	return table.Flush()
}

// wordsOf writes a flat document as "key value, key value".
func wordsOf(detail []byte) string {
	var fields map[string]any
	if err := json.Unmarshal(detail, &fields); err != nil || len(fields) == 0 {
		return "-"
	}
	parts := make([]string, 0, len(fields))
	for name, value := range fields {
		parts = append(parts, fmt.Sprintf("%s %v", name, value))
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}
