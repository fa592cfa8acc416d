package wal

import (
	"context"
	"encoding/json"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/internal/otlpjson"
	"github.com/otel-activity/otel-activity/semconv"
)

const (
	// Nothing is the message of a context that says nothing, which holds when a
	// transaction begins.
	Nothing = "{}"
	// Unknown is no message: what holds after a rollback to a savepoint, which may have
	// taken a message back.
	Unknown = ""
)

// Message is what a context says, as a JSON object with the names of the convention and
// W3C's traceparent. It is ASCII, since a database may have another encoding than UTF-8
// and keeps messages in it.
func Message(ctx context.Context) string {
	m := map[string]string{}
	put := func(key attribute.Key, value string) {
		if value != "" {
			m[string(key)] = value
		}
	}
	actor := activity.ActorFrom(ctx)
	put(semconv.ActivityActorIDKey, actor.ID)
	put(semconv.ActivityActorTypeKey, string(kind(actor)))
	principal := activity.OnBehalfOfFrom(ctx)
	put(semconv.ActivityOnBehalfOfIDKey, principal.ID)
	put(semconv.ActivityOnBehalfOfTypeKey, string(principal.Type))
	put(semconv.ActivityProjectIDKey, activity.ProjectFrom(ctx))
	put(semconv.ActivityOperationIDKey, activity.OperationFrom(ctx))
	put(semconv.ActivityReasonKey, activity.ReasonFrom(ctx))
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		put("traceparent", fmt.Sprintf("00-%s-%s-%s", span.TraceID(), span.SpanID(), span.TraceFlags()))
	}
	encoded, err := json.Marshal(m)
	if err != nil {
		return Nothing // it can't be: texts have an encoding
	}
	return otlpjson.ASCII(encoded)
}

func kind(actor activity.Actor) activity.ActorType {
	if actor.ID != "" && actor.Type == "" {
		return activity.ActorUser
	}
	return actor.Type
}
