package activity

import (
	"context"
	"slices"

	"go.opentelemetry.io/otel/attribute"
)

// WithActor returns a context whose activities were done by actor.
func WithActor(ctx context.Context, actor Actor) context.Context {
	c := carriedBy(ctx)
	c.actor = actor
	return carry(ctx, &c)
}

// WithOnBehalfOf returns a context whose activities were done for somebody else.
func WithOnBehalfOf(ctx context.Context, principal OnBehalfOf) context.Context {
	c := carriedBy(ctx)
	c.onBehalfOf = principal
	return carry(ctx, &c)
}

// WithProject returns a context whose activities belong to a project or tenant.
func WithProject(ctx context.Context, id string) context.Context {
	c := carriedBy(ctx)
	c.projectID = id
	return carry(ctx, &c)
}

// WithOperation returns a context whose activities belong to one operation.
func WithOperation(ctx context.Context, id string) context.Context {
	c := carriedBy(ctx)
	c.operationID = id
	return carry(ctx, &c)
}

// WithReason returns a context whose activities were done for a reason, in the
// actor's words.
func WithReason(ctx context.Context, reason string) context.Context {
	c := carriedBy(ctx)
	c.reason = reason
	return carry(ctx, &c)
}

// WithAttributes returns a context whose activities have these attributes, such
// as the client's address, besides those of the context that it is made from.
func WithAttributes(ctx context.Context, attributes ...attribute.KeyValue) context.Context {
	c := carriedBy(ctx)
	// Clipped: contexts that are made from the same one must not share the rest
	// of its array.
	c.attributes = append(slices.Clip(c.attributes), attributes...)
	return carry(ctx, &c)
}

// ActorFrom returns the actor of a context, the zero value without one.
func ActorFrom(ctx context.Context) Actor { return carriedBy(ctx).actor }

// OnBehalfOfFrom returns for whom the actor of a context acts.
func OnBehalfOfFrom(ctx context.Context) OnBehalfOf { return carriedBy(ctx).onBehalfOf }

// ProjectFrom returns the project of a context, "" without one.
func ProjectFrom(ctx context.Context) string { return carriedBy(ctx).projectID }

// OperationFrom returns the operation of a context, "" without one.
func OperationFrom(ctx context.Context) string { return carriedBy(ctx).operationID }

// ReasonFrom returns the reason of a context, "" without one.
func ReasonFrom(ctx context.Context) string { return carriedBy(ctx).reason }

// carried is all that a context says about its activities. It is one value under
// one key, so that recording looks a context up once.
type carried struct {
	actor       Actor
	onBehalfOf  OnBehalfOf
	projectID   string
	operationID string
	reason      string
	attributes  []attribute.KeyValue
}

type carriedKey struct{}

func carry(ctx context.Context, c *carried) context.Context {
	return context.WithValue(ctx, carriedKey{}, c)
}

func carriedBy(ctx context.Context) carried {
	if c, ok := ctx.Value(carriedKey{}).(*carried); ok {
		return *c
	}
	return carried{}
}

// fill completes a by what its context says.
func (a *Activity) fill(ctx context.Context) {
	c, ok := ctx.Value(carriedKey{}).(*carried)
	if !ok {
		return
	}
	if a.Actor.isZero() {
		a.Actor = c.actor
	}
	if a.OnBehalfOf == (OnBehalfOf{}) {
		a.OnBehalfOf = c.onBehalfOf
	}
	if a.ProjectID == "" {
		a.ProjectID = c.projectID
	}
	if a.OperationID == "" {
		a.OperationID = c.operationID
	}
	if a.Reason == "" {
		a.Reason = c.reason
	}
	if len(c.attributes) > 0 {
		// The activity's own come last, since the last of a name wins.
		a.Attributes = slices.Concat(c.attributes, a.Attributes)
	}
}
