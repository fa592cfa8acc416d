package activity

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"

	"github.com/otel-activity/otel-activity/semconv"
)

// ToBaggage returns a context whose W3C baggage names the actor, for whom it
// acts, the project and the operation, so that a propagator takes them to the
// next service. Names, e-mail addresses and roles stay behind. Baggage goes to
// whoever is called: ask for it only between services of your own.
func ToBaggage(ctx context.Context) context.Context {
	c := carriedBy(ctx)
	b := baggage.FromContext(ctx)
	b = setMember(b, semconv.ActivityActorIDKey, c.actor.ID)
	if c.actor.ID != "" {
		b = setMember(b, semconv.ActivityActorTypeKey, string(c.actor.kind()))
	}
	b = setMember(b, semconv.ActivityOnBehalfOfIDKey, c.onBehalfOf.ID)
	b = setMember(b, semconv.ActivityOnBehalfOfTypeKey, string(c.onBehalfOf.Type))
	b = setMember(b, semconv.ActivityProjectIDKey, c.projectID)
	b = setMember(b, semconv.ActivityOperationIDKey, c.operationID)
	return baggage.ContextWithBaggage(ctx, b)
}

// FromBaggage returns a context whose activities have the actor and the rest that
// ToBaggage of the calling service has sent; what ctx already says stays. A caller
// can claim to be anybody: believe services of your own only.
func FromBaggage(ctx context.Context) context.Context {
	b := baggage.FromContext(ctx)
	if b.Len() == 0 {
		return ctx
	}
	member := func(key attribute.Key) string { return b.Member(string(key)).Value() }
	c := carriedBy(ctx)
	if c.actor.isZero() {
		c.actor = Actor{ID: member(semconv.ActivityActorIDKey), Type: ActorType(member(semconv.ActivityActorTypeKey))}
	}
	if c.onBehalfOf == (OnBehalfOf{}) {
		c.onBehalfOf = OnBehalfOf{
			ID:   member(semconv.ActivityOnBehalfOfIDKey),
			Type: ActorType(member(semconv.ActivityOnBehalfOfTypeKey)),
		}
	}
	if c.projectID == "" {
		c.projectID = member(semconv.ActivityProjectIDKey)
	}
	if c.operationID == "" {
		c.operationID = member(semconv.ActivityOperationIDKey)
	}
	return carry(ctx, &c)
}

// setMember leaves b as it is when there is no value, or none that fits: baggage
// is bounded to 64 members and 8,192 bytes.
func setMember(b baggage.Baggage, key attribute.Key, value string) baggage.Baggage {
	if value == "" {
		return b
	}
	m, err := baggage.NewMemberRaw(string(key), value)
	if err != nil {
		return b
	}
	with, err := b.SetMember(m)
	if err != nil {
		return b
	}
	return with
}
