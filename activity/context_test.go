package activity_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otel-activity/otel-activity/activity"
)

func TestContextSaysWhoAndWhere(t *testing.T) {
	t.Parallel()
	ctx := activity.WithActor(t.Context(), activity.Actor{ID: "u-1"})
	ctx = activity.WithProject(ctx, "acme")
	ctx = activity.WithOperation(ctx, "op-1")
	ctx = activity.WithOnBehalfOf(ctx, activity.OnBehalfOf{ID: "u-2"})
	other := activity.WithProject(ctx, "other")

	recorder, records := newRecorder()
	recorder.Record(ctx, activity.Activity{Action: "a.b"})
	recorder.Record(other, activity.Activity{Action: "a.b"})
	recorder.Record(ctx, activity.Activity{
		Action: "a.b", ProjectID: "mine", OperationID: "mine",
		Actor: activity.Actor{ID: "u-9"}, OnBehalfOf: activity.OnBehalfOf{ID: "u-8"},
	})

	require.Len(t, records.records, 3)
	first := attributes(&records.records[0])
	require.Equal(t, "u-1", first["user.id"])
	require.Equal(t, "user", first["activity.source"])
	require.Equal(t, "acme", first["activity.project.id"])
	require.Equal(t, "op-1", first["activity.operation.id"])
	require.Equal(t, "u-2", first["activity.on_behalf_of.id"])

	second := attributes(&records.records[1])
	require.Equal(t, "other", second["activity.project.id"])
	require.Equal(t, "u-1", second["user.id"])

	third := attributes(&records.records[2])
	require.Equal(t, "u-9", third["user.id"])
	require.Equal(t, "mine", third["activity.project.id"])
	require.Equal(t, "mine", third["activity.operation.id"])
	require.Equal(t, "u-8", third["activity.on_behalf_of.id"])
}

func TestDefaultsFillWhatNothingElseSays(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder(
		activity.DefaultSource(activity.SourceScheduled),
		activity.DefaultProject("house"),
		activity.DefaultActor(activity.Actor{ID: "job", Type: activity.ActorService}),
	)
	recorder.Record(t.Context(), activity.Activity{Action: "a.b"})
	ctx := activity.WithProject(t.Context(), "acme")
	recorder.Record(ctx, activity.Activity{Action: "a.b", Source: activity.SourceUser, Actor: activity.Actor{ID: "u-1"}})

	first, second := attributes(&records.records[0]), attributes(&records.records[1])
	require.Equal(t, "scheduled", first["activity.source"])
	require.Equal(t, "house", first["activity.project.id"])
	require.Equal(t, "job", first["activity.actor.id"])
	require.Equal(t, "user", second["activity.source"])
	require.Equal(t, "acme", second["activity.project.id"])
	require.Equal(t, "u-1", second["user.id"])
}

func TestTraceAndSpanComeFromTheContext(t *testing.T) {
	t.Parallel()
	provider := sdktrace.NewTracerProvider()
	ctx, span := provider.Tracer("test").Start(t.Context(), "checkout")
	defer span.End()

	recorder, records := newRecorder()
	recorder.Record(ctx, activity.Activity{Action: "a.b"})
	record := records.only(t)
	require.Equal(t, span.SpanContext().TraceID(), record.TraceID())
	require.Equal(t, span.SpanContext().SpanID(), record.SpanID())
	require.Equal(t, span.SpanContext().TraceFlags(), record.TraceFlags())
}

func TestRecordAllSharesAnOperation(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	recorder.RecordAll(t.Context(), []activity.Activity{
		{Action: "a"}, {Action: "b"}, {Action: "c", OperationID: "own"},
	})
	recorder.RecordAll(activity.WithOperation(t.Context(), "ctx"), []activity.Activity{{Action: "d"}, {Action: "e"}})
	recorder.RecordAll(t.Context(), []activity.Activity{{Action: "alone"}})

	require.Len(t, records.records, 6)
	var actions []string
	operations := make([]any, 0, 6)
	uids := map[any]bool{}
	for i := range records.records {
		got := attributes(&records.records[i])
		actions = append(actions, records.records[i].EventName())
		operations = append(operations, got["activity.operation.id"])
		uids[got["log.record.uid"]] = true
	}
	require.Equal(t, []string{"a", "b", "c", "d", "e", "alone"}, actions)
	require.NotEmpty(t, operations[0])
	require.Equal(t, operations[0], operations[1])
	require.Equal(t, []any{"own", "ctx", "ctx", nil}, operations[2:])
	require.Len(t, uids, 6)
}

func TestContextSaysWhyAndFromWhere(t *testing.T) {
	t.Parallel()
	ctx := activity.WithReason(t.Context(), "damaged")
	ctx = activity.WithAttributes(ctx, attribute.String("client.address", "198.51.100.7"), attribute.String("a", "context"))
	left := activity.WithAttributes(ctx, attribute.String("side", "left"))
	right := activity.WithAttributes(ctx, attribute.String("side", "right"))

	recorder, records := newRecorder()
	recorder.Record(left, activity.Activity{Action: "a.b", Attributes: []attribute.KeyValue{attribute.String("a", "own")}})
	recorder.Record(right, activity.Activity{Action: "a.b", Reason: "lost"})

	first, second := attributes(&records.records[0]), attributes(&records.records[1])
	require.Equal(t, "damaged", first["activity.reason"])
	require.Equal(t, "198.51.100.7", first["client.address"])
	require.Equal(t, "own", first["a"])
	require.Equal(t, "left", first["side"])
	require.Equal(t, "lost", second["activity.reason"])
	require.Equal(t, "context", second["a"])
	require.Equal(t, "right", second["side"])
}
