package activity_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/activity"
)

func TestBatchGathersWhatIsRecordedInIt(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	err := recorder.DoBatch(t.Context(), "product.import", 2, func(ctx context.Context, b *activity.Batch) error {
		recorder.Record(ctx, activity.Activity{Action: "product.create"})
		recorder.Record(ctx, activity.Activity{Action: "product.create", Err: errors.New("no price")})
		b.Fail(1)
		return nil
	})
	require.NoError(t, err)
	require.Len(t, records.records, 3)
	operation := attributes(&records.records[2])["activity.operation.id"]
	require.NotEmpty(t, operation)
	for i := range records.records {
		require.Equal(t, operation, attributes(&records.records[i])["activity.operation.id"])
	}
}

func TestWrappersPassPanicsOn(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	for _, call := range []func(){
		func() {
			_ = recorder.DoDatabase(t.Context(), "insert", "users", "1", func(context.Context) error { panic("boom") })
		},
		func() {
			_ = recorder.DoAPI(t.Context(), "GET", "/", func(context.Context) (int, error) { panic("boom") })
		},
		func() {
			_ = recorder.DoBatch(t.Context(), "b", 1, func(context.Context, *activity.Batch) error { panic("boom") })
		},
	} {
		require.PanicsWithValue(t, "boom", call)
		got := attributes(&records.records[len(records.records)-1])
		require.Equal(t, "failure", got["activity.status"])
		require.Equal(t, "panic", got["error.type"])
	}
}

func TestAPIKeepsTheErrorBesideTheStatus(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	boom := errors.New("boom")
	err := recorder.DoAPI(t.Context(), "GET", "/x", func(context.Context) (int, error) { return 503, boom },
		activity.With(activity.Activity{Attributes: []attribute.KeyValue{attribute.String("url.path", "/mine")}}))
	require.Equal(t, boom, err)
	got := attributes(records.only(t))
	require.Equal(t, "boom", got["exception.message"])
	require.EqualValues(t, 503, got["http.response.status_code"])
	require.Equal(t, "/mine", got["url.path"])
}

func TestCallReturnsTheResult(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	boom := errors.New("boom")
	n, err := activity.Call(t.Context(), "a.b", func(context.Context) (int, error) { return 7, boom }, activity.Via(recorder))
	require.Equal(t, 7, n)
	require.Equal(t, boom, err)
	require.Equal(t, "failure", attributes(records.only(t))["activity.status"])
}

func TestAnOperationEndsOnce(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	o := recorder.Begin(activity.WithActor(t.Context(), activity.Actor{ID: "u-1"}), "export.run", activity.Activity{})
	require.Equal(t, o.ID(), activity.OperationFrom(o.Context()))
	o.End(nil, func(a *activity.Activity) { a.Details = "done" })
	o.End(errors.New("late"))
	require.Len(t, records.records, 2)
	got := attributes(&records.records[1])
	require.Equal(t, "success", got["activity.status"])
	require.Equal(t, o.ID(), got["activity.operation.id"])
	require.Equal(t, "u-1", got["user.id"])
	require.Equal(t, "done", records.records[1].Body().AsString())
}
