package store

import (
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/otel-activity/otel-activity/internal/model"
)

// Record is an activity as it was read. It owns all its memory.
type Record struct {
	model.Activity
	// IngestedAt is when it was written, by the database's clock.
	IngestedAt model.Micros
	// Resource comes with single records only.
	Resource *model.Resource
}

// eachRecord calls visit with each record of rows, until it returns an error.
func eachRecord(rows pgx.Rows, visit func(*Record) error) error {
	defer rows.Close()
	for rows.Next() {
		var (
			record Record
			row    rowScanner
		)
		if err := row.scan(rows, &record); err != nil {
			return err
		}
		if err := visit(&record); err != nil {
			return err
		}
	}
	return rows.Err()
}

// rowScanner holds what the columns of activity_columns.sql can't be scanned
// into directly.
type rowScanner struct {
	occurred, ingested       time.Time
	observed                 *time.Time
	duration                 *float64
	trace, span              []byte
	source, status, severity string
}

// scan reads the columns of activity_columns.sql, the three documents, and then
// those that more are for.
func (s *rowScanner) scan(row pgx.Row, r *Record, more ...any) error {
	a := &r.Activity
	into := make([]any, 0, 40)
	into = append(into,
		&s.occurred, (*[16]byte)(&a.ID), &s.observed, &s.ingested, &a.ResourceID, &s.duration, &a.SeverityNumber,
		&s.trace, &s.span, &s.source, &s.status, &s.severity, &a.Action, &a.ProjectID,
		(*zeronull.Text)(&a.EntityType), (*zeronull.Text)(&a.EntityID), (*zeronull.Text)(&a.EntityName),
		(*zeronull.Text)(&a.ActorID), (*zeronull.Text)(&a.ActorType), (*zeronull.Text)(&a.ActorName),
		(*zeronull.Text)(&a.OnBehalfOf), (*zeronull.Text)(&a.OperationID),
		(*zeronull.Text)(&a.ServiceName), (*zeronull.Text)(&a.Environment), (*zeronull.Text)(&a.ClientAddress),
		(*zeronull.Text)(&a.Details), (*zeronull.Text)(&a.Reason),
		&a.Metadata, &a.Changes, &a.Attributes,
	)
	if err := row.Scan(append(into, more...)...); err != nil {
		return err
	}
	s.finish(r)
	return nil
}

func (s *rowScanner) finish(r *Record) {
	a := &r.Activity
	a.OccurredAt, r.IngestedAt = model.MicrosOf(s.occurred), model.MicrosOf(s.ingested)
	if s.observed != nil {
		a.ObservedAt = model.MicrosOf(*s.observed)
	}
	if s.duration != nil {
		a.Duration, a.HasDuration = *s.duration, true
	}
	copy(a.TraceID[:], s.trace)
	copy(a.SpanID[:], s.span)
	// The table's constraints allow the known words only.
	a.Source, _ = model.ParseSource(s.source)
	a.Status, _ = model.ParseStatus(s.status)
	a.Severity, _ = model.ParseSeverity(s.severity)
}

// resourceScanner reads what record.sql adds; all of it is NULL when the
// resource is missing.
type resourceScanner struct {
	id *int64
	r  model.Resource
}

func (s *resourceScanner) columns() []any {
	return []any{
		&s.id,
		(*zeronull.Text)(&s.r.SchemaURL), (*zeronull.Text)(&s.r.ScopeName), (*zeronull.Text)(&s.r.ScopeVersion),
		(*zeronull.Text)(&s.r.ScopeSchemaURL), &s.r.Attributes, &s.r.ScopeAttributes,
	}
}

func (s *resourceScanner) resource() *model.Resource {
	if s.id == nil {
		return nil
	}
	s.r.ID = *s.id
	return &s.r
}
