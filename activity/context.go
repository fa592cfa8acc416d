package activity

import "context"

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

// carried is all that a context says about its activities. It is one value under
// one key, so that recording looks a context up once.
type carried struct {
	actor       Actor
	onBehalfOf  OnBehalfOf
	projectID   string
	operationID string
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
}
