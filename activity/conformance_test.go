package activity_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-activity/otel-activity/activity"
)

// The types are those of testdata/conformance/README.md.
type (
	scenario struct {
		Context  input          `json:"context"`
		Defaults input          `json:"defaults"`
		Call     scenarioCall   `json:"call"`
		Records  []wantedRecord `json:"records"`
	}
	scenarioCall struct {
		Function   string         `json:"function"`
		Action     string         `json:"action"`
		Input      input          `json:"input"`
		Inputs     []input        `json:"inputs"`
		Operation  string         `json:"operation"`
		Collection string         `json:"collection"`
		EntityID   string         `json:"entityId"`
		Path       string         `json:"path"`
		Method     string         `json:"method"`
		Name       string         `json:"name"`
		Size       int            `json:"size"`
		Failed     int            `json:"failed"`
		Result     scenarioResult `json:"result"`
	}
	scenarioResult struct {
		Status   int              `json:"status"`
		Canceled bool             `json:"canceled"`
		Error    *conformingError `json:"error"`
	}
	input struct {
		Action      string              `json:"action"`
		Source      activity.Source     `json:"source"`
		Status      activity.Status     `json:"status"`
		Severity    activity.Severity   `json:"severity"`
		EntityType  string              `json:"entityType"`
		EntityID    string              `json:"entityId"`
		EntityName  string              `json:"entityName"`
		Actor       activity.Actor      `json:"actor"`
		OnBehalfOf  activity.OnBehalfOf `json:"onBehalfOf"`
		ProjectID   string              `json:"projectId"`
		OperationID string              `json:"operationId"`
		Details     string              `json:"details"`
		Reason      string              `json:"reason"`
		Metadata    map[string]any      `json:"metadata"`
		Changes     activity.Changes    `json:"changes"`
		Attributes  map[string]any      `json:"attributes"`
		Pending     bool                `json:"pending"`
	}
	wantedRecord struct {
		EventName      string         `json:"eventName"`
		SeverityNumber int            `json:"severityNumber"`
		SeverityText   string         `json:"severityText"`
		Body           string         `json:"body"`
		Attributes     map[string]any `json:"attributes"`
		Duration       bool           `json:"duration"`
		Error          bool           `json:"error"`
	}
)

type conformingError struct{ Type, Message string }

func (e *conformingError) Error() string     { return e.Message }
func (e *conformingError) ErrorType() string { return e.Type }

// TestConformance holds the SDK against the scenarios that every SDK must pass.
func TestConformance(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/conformance/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(file) //nolint:gosec // a file of the project
			require.NoError(t, err)
			var s scenario
			require.NoError(t, json.Unmarshal(content, &s))
			got := s.perform(t)
			require.Len(t, got, len(s.Records))
			operation := ""
			for i, want := range s.Records {
				requireRecord(t, &want, &got[i], &operation)
			}
		})
	}
}

func (s *scenario) perform(t *testing.T) []sdklog.Record {
	t.Helper()
	recorder, records := newRecorder(
		activity.DefaultActor(s.Defaults.Actor), activity.DefaultProject(s.Defaults.ProjectID), activity.DefaultSource(s.Defaults.Source))
	ctx := s.Context.carry(t.Context())
	c := &s.Call
	opts := []activity.DoOption{activity.With(c.Input.activity())}
	if c.Input.Pending {
		opts = append(opts, activity.Pending())
	}
	err := c.Result.err()
	fn := func(context.Context) error { return err }
	var got error
	switch c.Function {
	case "logActivity":
		a := c.Input.activity()
		a.Err, got = err, err
		recorder.Record(ctx, a)
	case "logActivities":
		var all []activity.Activity
		for _, in := range c.Inputs {
			all = append(all, in.activity())
		}
		recorder.RecordAll(ctx, all)
	case "logUserAction":
		recorder.UserAction(ctx, c.Action, c.Input.activity())
	case "logSystemEvent":
		recorder.SystemEvent(ctx, c.Action, c.Input.activity())
	case "logIntegration":
		recorder.Integration(ctx, c.Action, c.Input.activity())
	case "logScheduled":
		recorder.Scheduled(ctx, c.Action, c.Input.activity())
	case "withActivityLogging":
		got = recorder.Do(ctx, c.Action, fn, opts...)
	case "withDatabaseLogging":
		got = recorder.DoDatabase(ctx, c.Operation, c.Collection, c.EntityID, fn, opts...)
	case "withApiLogging":
		got = recorder.DoAPI(ctx, c.Method, c.Path, func(context.Context) (int, error) { return c.Result.Status, err }, opts...)
	case "withBatchLogging":
		got = recorder.DoBatch(ctx, c.Name, c.Size, func(_ context.Context, b *activity.Batch) error {
			b.Fail(c.Failed)
			return err
		}, opts...)
	case "beginActivity":
		recorder.Begin(ctx, c.Action, c.Input.activity()).End(err)
		got = err
	default:
		t.Fatalf("no function %q", c.Function)
	}
	require.Equal(t, err, got)
	return records.records
}

func (r *scenarioResult) err() error {
	switch {
	case r.Canceled:
		return context.Canceled
	case r.Error != nil:
		return r.Error
	default:
		return nil
	}
}

func (in *input) activity() activity.Activity {
	return activity.Activity{
		Action: in.Action, Source: in.Source, Status: in.Status, Severity: in.Severity,
		Entity: activity.Entity{Type: in.EntityType, ID: in.EntityID, Name: in.EntityName},
		Actor:  in.Actor, OnBehalfOf: in.OnBehalfOf, ProjectID: in.ProjectID, OperationID: in.OperationID,
		Details: in.Details, Reason: in.Reason, Metadata: in.Metadata, Changes: in.Changes,
		Attributes: in.attributes(),
	}
}

func (in *input) attributes() []attribute.KeyValue {
	var kvs []attribute.KeyValue
	for k, v := range in.Attributes {
		switch v := v.(type) {
		case string:
			kvs = append(kvs, attribute.String(k, v))
		case float64:
			kvs = append(kvs, attribute.Int(k, int(v)))
		}
	}
	return kvs
}

func (in *input) carry(ctx context.Context) context.Context {
	ctx = activity.WithActor(ctx, in.Actor)
	ctx = activity.WithOnBehalfOf(ctx, in.OnBehalfOf)
	ctx = activity.WithProject(ctx, in.ProjectID)
	ctx = activity.WithOperation(ctx, in.OperationID)
	ctx = activity.WithReason(ctx, in.Reason)
	return activity.WithAttributes(ctx, in.attributes()...)
}

// requireRecord compares all but ids that the SDK made and times. Operation is the
// id that it made, the same in all records.
func requireRecord(t *testing.T, want *wantedRecord, record *sdklog.Record, operation *string) {
	t.Helper()
	require.Equal(t, want.EventName, record.EventName())
	require.Equal(t, want.SeverityNumber, int(record.Severity()))
	require.Equal(t, want.SeverityText, record.SeverityText())
	require.Equal(t, want.Body, record.Body().AsString())
	require.False(t, record.Timestamp().IsZero())
	require.False(t, record.ObservedTimestamp().IsZero())

	got := attributes(record)
	id, err := uuid.Parse(got["log.record.uid"].(string))
	require.NoError(t, err)
	require.EqualValues(t, 7, id.Version())
	delete(got, "log.record.uid")
	if want.Duration {
		require.Greater(t, got["activity.duration"], 0.0)
		delete(got, "activity.duration")
	}
	if want.Error {
		require.NotEmpty(t, got["error.type"])
		delete(got, "error.type")
		delete(got, "exception.message")
	}
	if want.Attributes["activity.operation.id"] == "<operation>" {
		if *operation == "" {
			*operation, _ = got["activity.operation.id"].(string)
		}
		require.NotEmpty(t, *operation)
		want.Attributes["activity.operation.id"] = *operation
	}
	wanted, err := json.Marshal(want.Attributes)
	require.NoError(t, err)
	recorded, err := json.Marshal(got)
	require.NoError(t, err)
	require.JSONEq(t, string(wanted), string(recorded))
}
