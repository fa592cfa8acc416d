package query

import (
	"encoding/hex"

	"github.com/google/uuid"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

// activityOf is the only translation from a record of the store to what clients
// get. It copies nothing: a record owns its memory.
func activityOf(r *store.Record) api.Activity {
	a := api.Activity{
		Id:             uuid.UUID(r.ID),
		OccurredAt:     r.OccurredAt.Time(),
		Source:         api.Source(r.Source.String()),
		Status:         api.Status(r.Status.String()),
		Severity:       api.Severity(r.Severity.String()),
		SeverityNumber: int(r.SeverityNumber),
		Action:         r.Action,
		ProjectId:      r.ProjectID,
		EntityType:     r.EntityType,
		EntityId:       r.EntityID,
		EntityName:     r.EntityName,
		ActorId:        r.ActorID,
		ActorType:      r.ActorType,
		ActorName:      r.ActorName,
		OnBehalfOf:     r.OnBehalfOf,
		OperationId:    r.OperationID,
		ServiceName:    r.ServiceName,
		Environment:    r.Environment,
		ClientAddress:  r.ClientAddress,
		Details:        r.Details,
		Reason:         r.Reason,
		Metadata:       r.Metadata,
		Changes:        r.Changes,
		Attributes:     r.Attributes,
	}
	if r.ObservedAt != 0 {
		a.ObservedAt = r.ObservedAt.Time()
	}
	if r.IngestedAt != 0 {
		a.IngestedAt = r.IngestedAt.Time()
	}
	if !r.TraceID.IsZero() {
		a.TraceId = hex.EncodeToString(r.TraceID[:])
	}
	if !r.SpanID.IsZero() {
		a.SpanId = hex.EncodeToString(r.SpanID[:])
	}
	if r.HasDuration {
		a.Duration = &r.Duration
	}
	return a
}

// detailOf is an activity with all that is known of it; the hash is the caller's.
func detailOf(r *store.Record) api.ActivityDetail {
	a := activityOf(r)
	return api.ActivityDetail{
		Id: a.Id, OccurredAt: a.OccurredAt, ObservedAt: a.ObservedAt, IngestedAt: a.IngestedAt,
		Source: a.Source, Status: a.Status, Severity: a.Severity, SeverityNumber: a.SeverityNumber,
		Action: a.Action, ProjectId: a.ProjectId,
		EntityType: a.EntityType, EntityId: a.EntityId, EntityName: a.EntityName,
		ActorId: a.ActorId, ActorType: a.ActorType, ActorName: a.ActorName, OnBehalfOf: a.OnBehalfOf,
		OperationId: a.OperationId, TraceId: a.TraceId, SpanId: a.SpanId, Duration: a.Duration,
		ServiceName: a.ServiceName, Environment: a.Environment, ClientAddress: a.ClientAddress,
		Details: a.Details, Reason: a.Reason,
		Metadata: a.Metadata, Changes: a.Changes, Attributes: a.Attributes,
		Resource: resourceOf(r.Resource),
	}
}

func resourceOf(r *model.Resource) api.Resource {
	if r == nil {
		return api.Resource{}
	}
	return api.Resource{
		SchemaUrl: r.SchemaURL, ScopeName: r.ScopeName, ScopeVersion: r.ScopeVersion, ScopeSchemaUrl: r.ScopeSchemaURL,
		Attributes: r.Attributes, ScopeAttributes: r.ScopeAttributes,
	}
}
