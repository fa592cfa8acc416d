package activity_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
)

func TestDoRecordsTheOutcome(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for name, test := range map[string]struct {
		err    error
		status string
	}{
		"success":      {nil, "success"},
		"failure":      {boom, "failure"},
		"cancellation": {fmt.Errorf("wait: %w", context.Canceled), "canceled"},
		"timeout":      {context.DeadlineExceeded, "failure"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder, records := newRecorder()
			err := recorder.Do(t.Context(), "a.b", func(context.Context) error {
				time.Sleep(2 * time.Millisecond)
				return test.err
			}, activity.With(activity.Activity{Action: "not this one", Entity: activity.Entity{ID: "4711"}}))
			require.Equal(t, test.err, err)

			record := records.only(t)
			got := attributes(record)
			require.Equal(t, "a.b", record.EventName())
			require.Equal(t, test.status, got["activity.status"])
			require.Equal(t, "4711", got["activity.entity.id"])
			require.Greater(t, got["activity.duration"], 0.002)
			require.Less(t, got["activity.duration"], 60.0)
			if test.err == nil {
				require.NotContains(t, got, "error.type")
			} else {
				require.Equal(t, test.err.Error(), got["exception.message"])
				require.NotEmpty(t, got["error.type"])
			}
		})
	}
}

func TestDoPassesTheContextOn(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	type key struct{}
	ctx := context.WithValue(activity.WithActor(t.Context(), activity.Actor{ID: "u-1"}), key{}, "value")
	require.NoError(t, recorder.Do(ctx, "a.b", func(ctx context.Context) error {
		require.Equal(t, "value", ctx.Value(key{}))
		return nil
	}))
	require.Equal(t, "u-1", attributes(records.only(t))["user.id"])
}

func TestDoRecordsAPanicAndPassesItOn(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	require.PanicsWithValue(t, "boom", func() {
		_ = recorder.Do(t.Context(), "a.b", func(context.Context) error { panic("boom") })
	})
	got := attributes(records.only(t))
	require.Equal(t, "failure", got["activity.status"])
	require.Equal(t, "panic", got["error.type"])
	require.Equal(t, "panic: boom", got["exception.message"])
	require.Greater(t, got["activity.duration"], 0.0)
}

func TestDoRecordsAnExitOfTheGoroutine(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = recorder.Do(context.Background(), "a.b", func(context.Context) error {
			runtime.Goexit()
			return nil
		})
	}()
	<-done
	got := attributes(records.only(t))
	require.Equal(t, "failure", got["activity.status"])
	require.Equal(t, "goexit", got["error.type"])
}

func TestDoAnnouncesWhatIsPending(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ctx      func(context.Context) context.Context
		template activity.Activity
		want     string
	}{
		"a new operation":               {func(ctx context.Context) context.Context { return ctx }, activity.Activity{}, ""},
		"the operation of the context":  {func(ctx context.Context) context.Context { return activity.WithOperation(ctx, "ctx") }, activity.Activity{}, "ctx"},
		"the operation of the activity": {func(ctx context.Context) context.Context { return activity.WithOperation(ctx, "ctx") }, activity.Activity{OperationID: "own"}, "own"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder, records := newRecorder()
			err := recorder.Do(test.ctx(t.Context()), "a.b", func(context.Context) error {
				require.Equal(t, "pending", attributes(records.only(t))["activity.status"])
				return nil
			}, activity.With(test.template), activity.Pending())
			require.NoError(t, err)

			require.Len(t, records.records, 2)
			first, last := attributes(&records.records[0]), attributes(&records.records[1])
			require.Equal(t, "success", last["activity.status"])
			require.NotContains(t, first, "activity.duration")
			require.NotEqual(t, first["log.record.uid"], last["log.record.uid"])
			require.NotEmpty(t, first["activity.operation.id"])
			require.Equal(t, first["activity.operation.id"], last["activity.operation.id"])
			if test.want != "" {
				require.Equal(t, test.want, last["activity.operation.id"])
			}
		})
	}
}

func TestDoIsFinishedByTheCaller(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	notFound := errors.New("not found")
	err := recorder.Do(t.Context(), "a.b",
		func(context.Context) error { return notFound },
		activity.Finish(func(a *activity.Activity) {
			if errors.Is(a.Err, notFound) {
				a.Status = activity.StatusSuccess
			}
			a.Entity.ID = "made"
		}))
	require.Equal(t, notFound, err)
	got := attributes(records.only(t))
	require.Equal(t, "success", got["activity.status"])
	require.Equal(t, "made", got["activity.entity.id"])
	require.NotContains(t, got, "error.type")
}

func TestDoPassesAPanicOfFinishOn(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	require.PanicsWithValue(t, "oops", func() {
		_ = recorder.Do(t.Context(), "a.b",
			func(context.Context) error { return nil },
			activity.Finish(func(*activity.Activity) { panic("oops") }))
	})
	require.Equal(t, "panic", attributes(records.only(t))["error.type"])
}
