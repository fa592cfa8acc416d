package main

import (
	"encoding/json"
	"io"
	"time"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// migrationOutput is what migration status --json prints. Scripts depend on it.
type migrationOutput struct {
	ID       string                  `json:"id"`
	Name     string                  `json:"name"`
	Database string                  `json:"database,omitempty"`
	Phase    store.MigrationPhase    `json:"phase"`
	Progress float64                 `json:"progress"`
	Paused   bool                    `json:"paused"`
	Wanted   store.MigrationCommand  `json:"wanted,omitempty"`
	Note     string                  `json:"note,omitempty"`
	Success  *bool                   `json:"success"` // null while it runs
	Errors   []string                `json:"errors"`
	Cutover  cutoverOutput           `json:"cutover"`
	Compared int64                   `json:"compared"`
	LagBytes *int64                  `json:"lag_bytes"` // null when it isn't known
	Started  time.Time               `json:"started_at"`
	Verified time.Time               `json:"verified_at,omitzero"`
	DropAt   time.Time               `json:"drop_at,omitzero"`
	Ended    time.Time               `json:"ended_at,omitzero"`
	Sources  []migrationSourceOutput `json:"sources"`
	Tables   []migrationTableOutput  `json:"tables"`
}

type cutoverOutput struct {
	Open   bool   `json:"open"`
	Reason string `json:"reason,omitempty"`
}

type migrationSourceOutput struct {
	Name          string               `json:"name"`
	Shape         string               `json:"shape,omitempty"`
	Phase         store.MigrationPhase `json:"phase"`
	RowsDone      int64                `json:"rows_done"`
	RowsTotal     int64                `json:"rows_total"` // -1 is not known
	RowsPerSecond float64              `json:"rows_per_second"`
	SecondsLeft   *float64             `json:"seconds_left"` // null when nothing is being read
	Written       int64                `json:"written"`
	Skipped       int64                `json:"skipped"`
	Bytes         int64                `json:"bytes"`
	Differences   int64                `json:"differences"`
	Error         string               `json:"error,omitempty"`
}

type migrationTableOutput struct {
	Name        string         `json:"name"`
	Source      string         `json:"source"`
	Recorder    store.Recorder `json:"recorder"`
	Compared    int64          `json:"compared"`
	Mismatches  int64          `json:"mismatches"`
	Attempts    int            `json:"attempts"`
	LockSeconds float64        `json:"lock_seconds"`
	FencedAt    time.Time      `json:"fenced_at,omitzero"`
	Error       string         `json:"error,omitempty"`
}

func migrationOutputOf(m *store.Migration, lag *int64) migrationOutput {
	reason := m.CutoverGate()
	o := migrationOutput{
		ID: m.ID, Name: m.Name, Database: m.Database, Phase: m.Phase, Progress: m.Progress(), Paused: m.Paused,
		Wanted: m.Wanted, Note: m.Note, Success: m.Success, Errors: listed(m.Errors),
		Cutover: cutoverOutput{Open: reason == "", Reason: reason}, Compared: m.Compared, LagBytes: lag,
		Started: m.StartedAt.UTC(), Verified: m.VerifiedAt.UTC(), DropAt: m.DropAt.UTC(), Ended: m.EndedAt.UTC(),
		Sources: []migrationSourceOutput{}, Tables: []migrationTableOutput{},
	}
	for i := range m.Sources {
		o.Sources = append(o.Sources, sourceOutputOf(&m.Sources[i]))
	}
	for i := range m.Tables {
		t := &m.Tables[i]
		o.Tables = append(o.Tables, migrationTableOutput{
			Name: t.Name, Source: t.Source, Recorder: t.Recorder, Compared: t.Compared, Mismatches: t.Mismatches,
			Attempts: t.Attempts, LockSeconds: t.LockTime.Seconds(), FencedAt: t.FencedAt.UTC(), Error: t.Error,
		})
	}
	return o
}

func sourceOutputOf(s *store.MigrationSource) migrationSourceOutput {
	o := migrationSourceOutput{
		Name: s.Name, Shape: shapeOf(s), Phase: s.Phase, RowsDone: s.RowsDone, RowsTotal: s.RowsTotal, RowsPerSecond: s.Rate,
		Written: s.Written, Skipped: s.Skipped, Bytes: s.Bytes, Differences: s.Differences, Error: s.Error,
	}
	if left, ok := s.Left(); ok {
		seconds := left.Seconds()
		o.SecondsLeft = &seconds
	}
	return o
}

// shapeOf is what kind of audit table it is; empty when its definition doesn't say.
func shapeOf(s *store.MigrationSource) string {
	var definition struct {
		Shape string `json:"shape"`
	}
	_ = json.Unmarshal(s.Definition, &definition)
	return definition.Shape
}

// writeLine writes one value in a line.
func writeLine(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// differenceOutput is a line of migration differences -o ndjson. Scripts depend on it.
type differenceOutput struct {
	FoundAt    time.Time `json:"found_at"`
	OccurredAt time.Time `json:"occurred_at,omitzero"`
	Kind       string    `json:"kind"`
	FoundBy    string    `json:"found_by"`
	Source     string    `json:"source"`
	Table      string    `json:"table"`
	Key        *int64    `json:"key"` // null without an audit row
	LSN        string    `json:"lsn,omitempty"`
	ActivityID string    `json:"activity_id,omitempty"`
	Detail     string    `json:"detail"`
}

func differenceOutputOf(d *store.Difference) differenceOutput {
	o := differenceOutput{
		FoundAt: d.FoundAt.UTC(), OccurredAt: d.OccurredAt.UTC(), Kind: d.Kind, FoundBy: d.FoundBy,
		Source: d.Source, Table: d.Table, Key: d.SourceKey, Detail: d.Detail,
	}
	if d.LSN != 0 {
		o.LSN = replication.LSN(d.LSN).String()
	}
	if d.ActivityID != (model.ID{}) {
		o.ActivityID = d.ActivityID.String()
	}
	return o
}
