package activity_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/propagation"

	"github.com/otel-activity/otel-activity/activity"
)

func TestBaggageCarriesWhoAndWhereToTheNextService(t *testing.T) {
	t.Parallel()
	actor := activity.Actor{ID: "ü,;= 1", Name: "Ada", Email: "ada@example.org"}
	ctx := activity.WithActor(t.Context(), actor)
	ctx = activity.WithOnBehalfOf(ctx, activity.OnBehalfOf{ID: "u-2", Type: activity.ActorAgent})
	ctx = activity.WithOperation(activity.WithProject(ctx, "acme"), "op-1")

	header := propagation.HeaderCarrier(http.Header{})
	propagation.Baggage{}.Inject(activity.ToBaggage(ctx), header)
	require.NotContains(t, header.Get("baggage"), "Ada")
	require.NotContains(t, header.Get("baggage"), "example.org")

	received := activity.FromBaggage(propagation.Baggage{}.Extract(t.Context(), header))
	require.Equal(t, activity.Actor{ID: actor.ID, Type: activity.ActorUser}, activity.ActorFrom(received))
	require.Equal(t, activity.OnBehalfOf{ID: "u-2", Type: activity.ActorAgent}, activity.OnBehalfOfFrom(received))
	require.Equal(t, "acme", activity.ProjectFrom(received))
	require.Equal(t, "op-1", activity.OperationFrom(received))

	authenticated := activity.WithActor(t.Context(), activity.Actor{ID: "u-9"})
	received = activity.FromBaggage(propagation.Baggage{}.Extract(authenticated, header))
	require.Equal(t, "u-9", activity.ActorFrom(received).ID)
}

func TestBaggageThatDoesNotFitIsLeftOut(t *testing.T) {
	t.Parallel()
	long := make([]byte, 9000)
	for i := range long {
		long[i] = 'x'
	}
	ctx := activity.WithProject(activity.WithOperation(t.Context(), "op-1"), string(long))
	received := activity.FromBaggage(activity.ToBaggage(ctx))
	require.Equal(t, "op-1", activity.OperationFrom(received))
	require.Equal(t, t.Context(), activity.FromBaggage(t.Context()))
}
