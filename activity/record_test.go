package activity_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/semconv"
)

// required is what every activity has on the wire besides its uid.
func required(source, status string) map[string]any {
	return map[string]any{"activity.action": "a.b", "activity.source": source, "activity.status": status}
}

func and(base, more map[string]any) map[string]any {
	maps.Copy(base, more)
	return base
}

func TestAttributesOnTheWire(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for name, test := range map[string]struct {
		activity activity.Activity
		want     map[string]any
	}{
		"only an action": {activity.Activity{}, required("system", "success")},
		"source":         {activity.Activity{Source: activity.SourceScheduled}, required("scheduled", "success")},
		"status":         {activity.Activity{Status: activity.StatusPending}, required("system", "pending")},
		"entity": {
			activity.Activity{Entity: activity.Entity{Type: "order", ID: "4711", Name: "Order 4711"}},
			and(required("system", "success"), map[string]any{"activity.entity.type": "order", "activity.entity.id": "4711", "activity.entity.name": "Order 4711"}),
		},
		"user": {
			activity.Activity{Actor: activity.Actor{ID: "u-1"}},
			and(required("user", "success"), map[string]any{"user.id": "u-1"}),
		},
		"user with everything": {
			activity.Activity{Actor: activity.Actor{ID: "u-1", Type: activity.ActorUser, Name: "ada", Email: "a@b.example", Roles: []string{"admin"}}},
			and(required("user", "success"), map[string]any{"user.id": "u-1", "activity.actor.type": "user", "user.name": "ada", "user.email": "a@b.example", "user.roles": []string{"admin"}}),
		},
		"source of a user's activity": {
			activity.Activity{Actor: activity.Actor{ID: "u-1"}, Source: activity.SourceIntegration},
			and(required("integration", "success"), map[string]any{"user.id": "u-1"}),
		},
		"actor that is no user": {
			activity.Activity{Actor: activity.Actor{ID: "worker", Type: activity.ActorService}},
			and(required("system", "success"), map[string]any{"activity.actor.id": "worker", "activity.actor.type": "service"}),
		},
		"anonymous actor": {
			activity.Activity{Actor: activity.Actor{Type: activity.ActorAnonymous}},
			and(required("system", "success"), map[string]any{"activity.actor.type": "anonymous"}),
		},
		"on behalf of": {
			activity.Activity{OnBehalfOf: activity.OnBehalfOf{ID: "u-2", Type: activity.ActorUser}},
			and(required("system", "success"), map[string]any{"activity.on_behalf_of.id": "u-2", "activity.on_behalf_of.type": "user"}),
		},
		"project, operation, reason": {
			activity.Activity{ProjectID: "acme", OperationID: "op", Reason: "asked to"},
			and(required("system", "success"), map[string]any{"activity.project.id": "acme", "activity.operation.id": "op", "activity.reason": "asked to"}),
		},
		"duration": {
			activity.Activity{Duration: 1500 * time.Millisecond},
			and(required("system", "success"), map[string]any{"activity.duration": 1.5}),
		},
		"metadata": {
			activity.Activity{Metadata: map[string]any{"amount": 12.5, "tags": []string{"x"}}},
			and(required("system", "success"), map[string]any{"activity.metadata": map[string]any{"amount": 12.5, "tags": []string{"x"}}}),
		},
		"changes": {
			activity.Activity{Changes: activity.Changes{Before: map[string]any{"s": "open"}, After: map[string]any{"s": "paid"}, Fields: []string{"s"}}},
			and(required("system", "success"), map[string]any{"activity.changes.before": map[string]any{"s": "open"}, "activity.changes.after": map[string]any{"s": "paid"}, "activity.changes.fields": []string{"s"}}),
		},
		"error": {
			activity.Activity{Err: boom},
			and(required("system", "failure"), map[string]any{"error.type": "*errors.errorString", "exception.message": "boom"}),
		},
		"wrapped error": {
			activity.Activity{Err: fmt.Errorf("pay: %w", fmt.Errorf("charge: %w", &cardError{}))},
			and(required("system", "failure"), map[string]any{"error.type": "*activity_test.cardError", "exception.message": "pay: charge: declined"}),
		},
		"error that names its class": {
			activity.Activity{Err: fmt.Errorf("pay: %w", classError("402"))},
			and(required("system", "failure"), map[string]any{"error.type": "402", "exception.message": "pay: class 402"}),
		},
		"cancellation": {
			activity.Activity{Err: fmt.Errorf("pay: %w", context.Canceled)},
			and(required("system", "canceled"), map[string]any{"error.type": "*errors.errorString", "exception.message": "pay: context canceled"}),
		},
		"timeout": {
			activity.Activity{Err: context.DeadlineExceeded},
			and(required("system", "failure"), map[string]any{"error.type": "context.deadlineExceededError", "exception.message": "context deadline exceeded"}),
		},
		"error of a success": {
			activity.Activity{Status: activity.StatusSuccess, Err: boom},
			required("system", "success"),
		},
		"attributes": {
			activity.Activity{Attributes: []attribute.KeyValue{
				semconv.ClientAddressKey.String("192.0.2.7"),
				semconv.ActivityReasonKey.String("the later one wins"),
			}, Reason: "loses"},
			and(required("system", "success"), map[string]any{"client.address": "192.0.2.7", "activity.reason": "the later one wins"}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder, records := newRecorder()
			test.activity.Action = "a.b"
			recorder.Record(t.Context(), test.activity)

			record := records.only(t)
			got := attributes(record)
			require.NotEmpty(t, got["log.record.uid"])
			delete(got, "log.record.uid")
			require.Equal(t, test.want, got)
			require.Equal(t, "a.b", record.EventName())
		})
	}
}

func TestFieldsOnTheWire(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	before := time.Now()
	recorder.Record(t.Context(), activity.Activity{Action: "a.b", Details: "Did it."})

	record := records.only(t)
	require.Equal(t, "a.b", record.EventName())
	require.Equal(t, "Did it.", record.Body().AsString())
	require.WithinRange(t, record.Timestamp(), before, time.Now())
	require.Equal(t, record.Timestamp(), record.ObservedTimestamp())
	require.Equal(t, "github.com/otel-activity/otel-activity/activity", record.InstrumentationScope().Name)
	require.NotEmpty(t, record.InstrumentationScope().Version)
}

func TestGivenTimeAndIDAreKept(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	at := time.Date(2007, 3, 4, 5, 6, 7, 8, time.UTC)
	recorder.Record(t.Context(), activity.Activity{Action: "a.b", At: at, ID: "given"})

	record := records.only(t)
	require.Equal(t, at, record.Timestamp())
	require.WithinDuration(t, time.Now(), record.ObservedTimestamp(), time.Minute)
	require.Equal(t, "given", attributes(record)["log.record.uid"])
}

func TestSeverities(t *testing.T) {
	t.Parallel()
	for severity, want := range map[activity.Severity]struct {
		number log.Severity
		text   string
	}{
		"":                        {9, "info"},
		activity.SeverityInfo:     {9, "info"},
		activity.SeverityNotice:   {10, "notice"},
		activity.SeverityWarning:  {13, "warning"},
		activity.SeverityCritical: {18, "critical"},
	} {
		recorder, records := newRecorder()
		recorder.Record(t.Context(), activity.Activity{Action: "a.b", Severity: severity})
		record := records.only(t)
		require.Equal(t, want.number, record.Severity())
		require.Equal(t, want.text, record.SeverityText())
	}
}
