package main

import (
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

// object is a line of NDJSON: the columns of activity.activity under their names,
// without those that are NULL. Scripts depend on it.
type object struct {
	OccurredAt     string   `json:"occurred_at"`
	ID             string   `json:"id"`
	ObservedAt     string   `json:"observed_at,omitempty"`
	IngestedAt     string   `json:"ingested_at"`
	Source         string   `json:"source"`
	Status         string   `json:"status"`
	Severity       string   `json:"severity"`
	SeverityNumber int16    `json:"severity_number"`
	Action         string   `json:"action"`
	ProjectID      string   `json:"project_id"`
	EntityType     string   `json:"entity_type,omitempty"`
	EntityID       string   `json:"entity_id,omitempty"`
	EntityName     string   `json:"entity_name,omitempty"`
	ActorID        string   `json:"actor_id,omitempty"`
	ActorType      string   `json:"actor_type,omitempty"`
	ActorName      string   `json:"actor_name,omitempty"`
	OnBehalfOf     string   `json:"on_behalf_of,omitempty"`
	OperationID    string   `json:"operation_id,omitempty"`
	TraceID        string   `json:"trace_id,omitempty"`
	SpanID         string   `json:"span_id,omitempty"`
	Duration       *float64 `json:"duration,omitempty"`
	ServiceName    string   `json:"service_name,omitempty"`
	Environment    string   `json:"environment,omitempty"`
	ClientAddress  string   `json:"client_address,omitempty"`
	Details        string   `json:"details,omitempty"`
	Reason         string   `json:"reason,omitempty"`
	// A string: programs that read JSON numbers as floats would round it.
	ResourceID string          `json:"resource_id"`
	Metadata   json.RawMessage `json:"metadata,omitempty"`
	Changes    json.RawMessage `json:"changes,omitempty"`
	Attributes json.RawMessage `json:"attributes,omitempty"`
}

func objectOf(r *store.Record) object {
	o := object{
		OccurredAt: stamp(r.OccurredAt), ID: r.ID.String(), IngestedAt: stamp(r.IngestedAt),
		Source: r.Source.String(), Status: r.Status.String(),
		Severity: r.Severity.String(), SeverityNumber: r.SeverityNumber,
		Action: r.Action, ProjectID: r.ProjectID,
		EntityType: r.EntityType, EntityID: r.EntityID, EntityName: r.EntityName,
		ActorID: r.ActorID, ActorType: r.ActorType, ActorName: r.ActorName,
		OnBehalfOf: r.OnBehalfOf, OperationID: r.OperationID,
		ServiceName: r.ServiceName, Environment: r.Environment, ClientAddress: r.ClientAddress,
		Details: r.Details, Reason: r.Reason, ResourceID: strconv.FormatInt(r.ResourceID, 10),
		Metadata: r.Metadata, Changes: r.Changes, Attributes: r.Attributes,
	}
	if r.ObservedAt != 0 {
		o.ObservedAt = stamp(r.ObservedAt)
	}
	if r.HasDuration {
		o.Duration = &r.Duration
	}
	if !r.TraceID.IsZero() {
		o.TraceID = hex.EncodeToString(r.TraceID[:])
	}
	if !r.SpanID.IsZero() {
		o.SpanID = hex.EncodeToString(r.SpanID[:])
	}
	return o
}

// stamp has the same width for every time, so that lines sort by it.
func stamp(at model.Micros) string { return at.Time().Format("2006-01-02T15:04:05.000000Z07:00") }

func stampTime(at time.Time) string { return stamp(model.MicrosOf(at)) }

type ndjson struct{ encoder *json.Encoder }

func newNDJSON(w io.Writer) printer {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return &ndjson{encoder}
}

func (p *ndjson) print(r *store.Record) error { return p.encoder.Encode(objectOf(r)) }
func (p *ndjson) flush() error                { return nil }
