package query

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// migrationOf is the only translation from a migration of the store to what clients get.
func (s *Service) migrationOf(ctx context.Context, m *store.Migration) api.Migration {
	reason := m.CutoverGate()
	answer := api.Migration{
		Id: m.ID, Name: m.Name, Database: m.Database, Phase: api.MigrationPhase(m.Phase), Paused: m.Paused,
		Wanted: api.MigrationCommand(m.Wanted), Note: m.Note, Progress: m.Progress(), Success: m.Success,
		Errors: listed(m.Errors), Cutover: api.MigrationCutover{Open: reason == "", Reason: reason}, Compared: m.Compared,
		Sources: make([]api.MigrationSource, len(m.Sources)), Tables: make([]api.MigrationTable, len(m.Tables)),
		StartedAt: m.StartedAt.UTC(), UpdatedAt: m.UpdatedAt.UTC(), VerifiedAt: utc(m.VerifiedAt),
		DropAt: utc(m.DropAt), DropTables: m.DropTables, EndedAt: utc(m.EndedAt),
	}
	for i := range m.Sources {
		answer.Sources[i] = sourceOf(&m.Sources[i])
	}
	for i := range m.Tables {
		answer.Tables[i] = tableOf(&m.Tables[i])
	}
	if m.Running() {
		answer.LagBytes = s.lagBytes(ctx)
	}
	return answer
}

func sourceOf(s *store.MigrationSource) api.MigrationSource {
	answer := api.MigrationSource{
		Name: s.Name, Shape: shapeOf(s.Definition), Phase: api.MigrationPhase(s.Phase),
		RowsDone: s.RowsDone, RowsPerSecond: s.Rate, Written: s.Written, Skipped: s.Skipped, Bytes: s.Bytes,
		Differences: s.Differences, Errors: one(s.Error),
	}
	if s.RowsTotal >= 0 {
		answer.RowsTotal = &s.RowsTotal
	}
	if left, ok := s.Left(); ok {
		seconds := left.Seconds()
		answer.SecondsLeft = &seconds
	}
	return answer
}

func tableOf(t *store.MigrationTable) api.MigrationTable {
	answer := api.MigrationTable{
		Table: t.Name, Source: t.Source, Recorder: api.MigrationRecorder(t.Recorder),
		Compared: t.Compared, Mismatches: t.Mismatches, Attempts: t.Attempts, FencedAt: utc(t.FencedAt), Errors: one(t.Error),
	}
	if t.LockTime > 0 {
		ms := float64(t.LockTime.Microseconds()) / 1000
		answer.LockMs = &ms
	}
	return answer
}

func differenceOf(d *store.Difference) api.MigrationDifference {
	answer := api.MigrationDifference{
		Kind: api.MigrationDifferenceKind(d.Kind), FoundBy: api.MigrationDifferenceFinder(d.FoundBy),
		FoundAt: d.FoundAt.UTC(), OccurredAt: utc(d.OccurredAt), Source: d.Source, Table: d.Table, Key: d.SourceKey, Detail: d.Detail,
	}
	if d.LSN != 0 {
		answer.Lsn = replication.LSN(d.LSN).String()
	}
	if d.ActivityID != (model.ID{}) {
		answer.ActivityId = uuid.UUID(d.ActivityID)
	}
	return answer
}

// shapeOf reads the one word of internal/audit's Source that people ask for.
func shapeOf(definition json.RawMessage) string {
	var source struct {
		Shape string `json:"shape"`
	}
	_ = json.Unmarshal(definition, &source) // a word that is missing harms nobody
	return source.Shape
}

// lagBytes is the lag of the receiver that is furthest behind; nil when the Collector
// doesn't show it.
func (s *Service) lagBytes(ctx context.Context) *int64 {
	if s.scraper == nil {
		return nil
	}
	families, err := s.scraper.scrape(ctx)
	if err != nil {
		return nil
	}
	var lag *int64
	for name, family := range families {
		if plainName(name) != "activity_receiver_lag_bytes" {
			continue
		}
		for _, m := range family.GetMetric() {
			value := valueOf(m)
			if lag == nil || value > *lag {
				lag = &value
			}
		}
	}
	return lag
}

// utc leaves a time that wasn't yet as it is.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

func one(text string) []string {
	if text == "" {
		return []string{}
	}
	return []string{text}
}

func listed(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}
