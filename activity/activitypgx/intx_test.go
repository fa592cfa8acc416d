package activitypgx

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/trace"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
)

// parse reads a document as a receiver does.
func parse(t *testing.T, document string) plog.Logs {
	t.Helper()
	logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs([]byte(document))
	require.NoError(t, err)
	require.Equal(t, 1, logs.LogRecordCount())
	return logs
}

// action is that of a document.
func action(t *testing.T, document string) string {
	t.Helper()
	return first(parse(t, document)).EventName()
}

func TestAnActivityIsRecordedIfItsTransactionCommits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	undo := errors.New("undo")
	require.ErrorIs(t, s.db.BeginFunc(ctx, func(tx pgx.Tx) error {
		return errors.Join(InTx(ctx, tx, activity.Activity{Action: "order.undone"}), undo)
	}), undo)
	require.Empty(t, s.log(t))

	require.NoError(t, s.db.BeginFunc(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO public.orders VALUES ($1, 'open')", 1); err != nil {
			return err
		}
		err := pgx.BeginFunc(ctx, tx, func(inner pgx.Tx) error {
			return errors.Join(InTx(ctx, inner, activity.Activity{Action: "order.retried"}), undo)
		})
		require.ErrorIs(t, err, undo)
		return InTx(ctx, tx, activity.Activity{Action: "order.placed"})
	}))
	log := s.log(t)
	require.Len(t, log, 5)
	require.Equal(t, "order.placed", action(t, log[3]))
	require.Equal(t, []string{"B", u1, "INSERT: id:1 status:open", log[3], "C"}, log)
}

func TestAnyTransactionWillDo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	require.NoError(t, pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error {
		return InTx(t.Context(), tx, activity.Activity{Action: "order.placed"})
	}))
	log := s.log(t)
	require.Len(t, log, 3) // it needs no row
	require.Equal(t, "order.placed", action(t, log[1]))
}

func TestWithoutTheRightNothingIsRecordedInSilence(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.clerk(t, "clerk_who_records")
	err := s.db.BeginFunc(t.Context(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), "SET LOCAL ROLE clerk_who_records"); err != nil {
			return err
		}
		return InTx(t.Context(), tx, activity.Activity{Action: "order.placed"})
	})
	require.ErrorContains(t, err, `record "order.placed" in the transaction: `)
	require.ErrorContains(t, err, "permission denied")
	require.ErrorContains(t, err, "GRANT EXECUTE ON FUNCTION pg_logical_emit_message")
}

func TestAGivenUpCallIsAnError(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	require.Error(t, s.db.BeginFunc(ctx, func(tx pgx.Tx) error {
		cancel()
		return InTx(ctx, tx, activity.Activity{Action: "order.placed"})
	}))
	require.Empty(t, s.log(t))
}

// rich has something in each field, and values of each kind, some of which need repair.
func rich() activity.Activity {
	return activity.Activity{
		Action: "order.refund", Severity: activity.SeverityWarning,
		Entity:  activity.Entity{Type: "order", ID: "4711", Name: "Größe 🙂\x00"},
		Details: "line one\nline \"two\" \\ </script> \u2028 \xff", Duration: 1500 * time.Microsecond,
		Err: errors.New("the bank said no"),
		Metadata: map[string]any{
			"int": int64(math.MaxInt64), "negative": -1, "float": 0.1, "whole": 3.0, "tiny": 5e-324, "huge": 1e300,
			"bool": true, "nil": nil, "bytes": []byte{0, 255}, "texts": []string{"a", ""}, "list": []any{1, "x", nil, []any{}},
			"map": map[string]any{"inner": map[string]any{}}, "NaN": math.NaN(), "inf": math.Inf(1), "-inf": math.Inf(-1),
		},
		Changes: activity.Changes{Before: map[string]any{"status": "paid"}, After: map[string]any{"status": "refunded"}, Fields: []string{"status"}},
		Attributes: []attribute.KeyValue{
			attribute.BoolSlice("bools", []bool{true, false}), attribute.Int64Slice("ints", []int64{1, math.MinInt64}),
			attribute.Float64Slice("floats", []float64{1.5, math.Inf(-1)}), attribute.String("client.address", "192.0.2.1"),
		},
		At: time.Date(2026, 5, 4, 3, 2, 1, 123456789, time.UTC), ID: "01890a5d-ac96-774b-bcce-b302099a8057",
	}
}

// exported is what arrives at a Collector of an activity that is recorded as usual.
func exported(ctx context.Context, t *testing.T, of []attribute.KeyValue, a activity.Activity) plog.Logs {
	t.Helper()
	request := plogotlp.NewExportRequest()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = request.UnmarshalProto(body)
		}
		if err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	exporter, err := otlploghttp.New(ctx, otlploghttp.WithEndpointURL(server.URL))
	require.NoError(t, err)
	provider := sdklog.NewLoggerProvider(
		sdklog.WithResource(resource.NewSchemaless(of...)), sdklog.WithProcessor(sdklog.NewSimpleProcessor(exporter)))
	activity.New(provider, activity.DefaultProject("acme")).Record(ctx, a)
	require.NoError(t, provider.Shutdown(ctx))
	return request.Logs()
}

func TestARecordIsTheSameOnBothWays(t *testing.T) {
	t.Parallel()
	of := []attribute.KeyValue{attribute.String("service.name", "shop"), attribute.String("deployment.environment.name", "tést")}
	s := newSite(t)
	s.db = New(s.pool, WithResource(of...), WithDefaults(activity.DefaultProject("acme")))
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1, 0xab}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	ctx := trace.ContextWithSpanContext(as(t.Context(), "u-1"), span)
	ctx = activity.WithReason(activity.WithOnBehalfOf(ctx, activity.OnBehalfOf{ID: "u-2"}), "damaged")
	require.NoError(t, s.db.BeginFunc(ctx, func(tx pgx.Tx) error { return InTx(ctx, tx, rich()) }))

	committed, usual := parse(t, s.log(t)[1]), exported(ctx, t, of, rich())
	a, from := mapped(t, committed)
	b, usually := mapped(t, usual)
	require.NotZero(t, a.ObservedAt)
	a.ObservedAt, b.ObservedAt = 0, 0 // each is made when it is recorded
	require.Equal(t, b, a)
	require.Equal(t, usually, from)
	require.Equal(t, "order.refund", a.Action)
	require.Equal(t, "acme", a.ProjectID)
	require.Equal(t, uint32(1), uint32(first(committed).Flags()))
}

// mapped is what would be stored.
func mapped(t *testing.T, logs plog.Logs) (a model.Activity, r model.Resource) {
	t.Helper()
	received := time.Now()
	logmap.New(logmap.DefaultLimits(), time.Now).MapLogs(logs, received,
		func(resource *model.Resource) { r = *resource },
		func(_ logmap.Ref, mapped *model.Activity) { a = *mapped })
	return a, r
}

func first(logs plog.Logs) plog.LogRecord {
	return logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
}

func ExampleInTx() {
	pay := func(ctx context.Context, db *DB, id string) error {
		return db.BeginFunc(ctx, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "UPDATE orders SET status = $1 WHERE id = $2", "paid", id); err != nil {
				return err
			}
			return InTx(ctx, tx, activity.Activity{Action: "order.pay", Entity: activity.Entity{Type: "order", ID: id}})
		})
	}
	_ = pay
}
