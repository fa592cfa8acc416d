package activityslog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"testing"
	"testing/slogtest"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.uber.org/goleak"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/activityslog"
	"github.com/otel-activity/otel-activity/activity/internal/capture"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestEverythingElseIsPassedOn(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := slogtest.TestHandler(activityslog.New(nil, slog.NewJSONHandler(&out, nil)), func() []map[string]any {
		var records []map[string]any
		for line := range bytes.Lines(out.Bytes()) {
			var record map[string]any
			require.NoError(t, json.Unmarshal(line, &record))
			records = append(records, record)
		}
		return records
	})
	require.NoError(t, err)
}

func newLogger() (*slog.Logger, *capture.Records, *bytes.Buffer) {
	recorder, records := capture.NewRecorder()
	out := &bytes.Buffer{}
	return slog.New(activityslog.New(recorder, slog.NewTextHandler(out, nil))), records, out
}

func TestActivitiesAreRecorded(t *testing.T) {
	t.Parallel()
	flat := []any{
		"activity.action", "order.refund", "activity.entity.type", "order", "activity.entity.id", 4711,
		"user.id", "u-42", "client.address", "198.51.100.7", "amount", 12.5,
	}
	grouped := []any{
		slog.Group("activity", "action", "order.refund", slog.Group("entity", "type", "order", "id", 4711)),
		slog.Group("user", "id", "u-42"), slog.Group("client", "address", "198.51.100.7"), slog.Float64("amount", 12.5),
	}
	for name, args := range map[string][]any{"flat": flat, "in groups": grouped} {
		logger, records, out := newLogger()
		logger.InfoContext(activity.WithProject(t.Context(), "acme"), "Refunded 12.50 EUR", args...)
		require.Empty(t, out.String(), name)
		got := records.Attributes(0)
		delete(got, "log.record.uid")
		require.Equal(t, map[string]any{
			"activity.action": "order.refund", "activity.source": "user", "activity.status": "success",
			"activity.entity.type": "order", "activity.entity.id": "4711", "user.id": "u-42",
			"activity.project.id": "acme", "client.address": "198.51.100.7",
			"activity.metadata": []attribute.KeyValue{attribute.Float64("amount", 12.5)},
		}, got, name)
		record := records.Record(0)
		require.Equal(t, "Refunded 12.50 EUR", record.Body().AsString())
	}
}

func TestLevelsErrorsAndWithAreUnderstood(t *testing.T) {
	t.Parallel()
	logger, records, out := newLogger()
	logger.With("activity.actor.id", "nightly").WithGroup("activity").
		Error("", "action", "payment.charge", "severity", "warning", "err", errors.New("declined"))
	logger.Warn("", "activity.action", "stock.low")
	logger.Warn("plain", "activity.note", "x")
	logger.Debug("activity.action", "too", "low")
	require.Contains(t, out.String(), "plain")

	got := records.Attributes(0)
	require.Equal(t, "failure", got["activity.status"])
	require.Equal(t, "declined", got["exception.message"])
	require.Equal(t, "nightly", got["activity.actor.id"])
	record := records.Record(0)
	require.Equal(t, "warning", record.SeverityText())
	record = records.Record(1)
	require.Equal(t, "warning", record.SeverityText())
	require.Equal(t, 2, records.Len())
}

func ExampleNew() {
	logger := slog.New(activityslog.New(nil, slog.NewTextHandler(os.Stderr, nil)))
	logger.InfoContext(context.Background(), "Refunded 12.50 EUR",
		"activity.action", "order.refund",
		"activity.entity.type", "order",
		"activity.entity.id", "4711",
		"amount", 12.5)
}
