package store

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestCopyColumnsAreThoseOfTheTable(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	const query = `
		SELECT attname FROM pg_attribute
		WHERE attrelid = 'activity.activity'::regclass AND attnum > 0 AND NOT attisdropped
			AND attname NOT IN ('ingested_at', 'identity_digest', 'documents_digest')`
	rows, err := pool.Query(t.Context(), query)
	require.NoError(t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.ElementsMatch(t, names, copyColumns)
}

// readBack is how Postgres understood a row. What is NULL comes as the model's
// absent value.
const readBack = `
	SELECT occurred_at, observed_at, resource_id, duration, severity_number, id::text,
	       trace_id, span_id, source, status, severity, action, project_id,
	       coalesce(entity_type, ''), coalesce(entity_id, ''), coalesce(entity_name, ''),
	       coalesce(actor_id, ''), coalesce(actor_type, ''), coalesce(actor_name, ''),
	       coalesce(on_behalf_of, ''), coalesce(operation_id, ''), coalesce(service_name, ''),
	       coalesce(environment, ''), coalesce(client_address, ''), coalesce(details, ''), coalesce(reason, ''),
	       metadata::text, changes::text, attributes::text
	FROM activity.activity WHERE id = $1`

func requireSame(t *testing.T, want *model.Activity, row pgx.Row) {
	t.Helper()
	var (
		got                           model.Activity
		occurred                      time.Time
		observed                      *time.Time
		duration                      *float64
		id, source, status, severity  string
		trace, span                   []byte
		metadata, changes, attributes *string
	)
	require.NoError(t, row.Scan(&occurred, &observed, &got.ResourceID, &duration, &got.SeverityNumber, &id,
		&trace, &span, &source, &status, &severity, &got.Action, &got.ProjectID,
		&got.EntityType, &got.EntityID, &got.EntityName, &got.ActorID, &got.ActorType, &got.ActorName,
		&got.OnBehalfOf, &got.OperationID, &got.ServiceName, &got.Environment, &got.ClientAddress,
		&got.Details, &got.Reason, &metadata, &changes, &attributes))

	got.ID, got.OccurredAt = want.ID, model.MicrosOf(occurred)
	require.Equal(t, want.ID.String(), id)
	if observed != nil {
		got.ObservedAt = model.MicrosOf(*observed)
	}
	if got.HasDuration = duration != nil; got.HasDuration {
		require.Equal(t, fmt.Sprint(want.Duration), fmt.Sprint(*duration)) // NaN too
		got.Duration = want.Duration
	}
	copy(got.TraceID[:], trace)
	copy(got.SpanID[:], span)
	got.Source, _ = model.ParseSource(source)
	got.Status, _ = model.ParseStatus(status)
	got.Severity, _ = model.ParseSeverity(severity)
	requireJSON(t, want.Metadata, metadata)
	requireJSON(t, want.Changes, changes)
	requireJSON(t, want.Attributes, attributes)
	got.Metadata, got.Changes, got.Attributes = want.Metadata, want.Changes, want.Attributes
	if math.IsNaN(want.Duration) {
		w := *want
		w.Duration, got.Duration = 0, 0
		want = &w
	}
	require.Equal(t, *want, got)
}

func requireJSON(t *testing.T, want []byte, got *string) {
	t.Helper()
	if want == nil {
		require.Nil(t, got)
		return
	}
	require.NotNil(t, got)
	require.JSONEq(t, string(want), *got)
}

func TestPostgresReadsWhatIsEncoded(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	text := "größer \u2603 \U0001F680 \t\n\\N"
	full := model.Activity{
		ID: testID(1), OccurredAt: 1_700_000_000_123_456, ObservedAt: 1_700_000_000_999_999,
		Source: model.SourceUser, Status: model.StatusFailure, Severity: model.SeverityCritical, SeverityNumber: 17,
		Action: "order.refund", ProjectID: text, EntityType: text, EntityID: text, EntityName: text,
		ActorID: text, ActorType: text, ActorName: text, OnBehalfOf: text, OperationID: text,
		Details: strings.Repeat(text, 1000), Reason: text,
		TraceID: model.TraceID{1, 0, 15: 255}, SpanID: model.SpanID{7: 1},
		Duration: 1.5e-9, HasDuration: true,
		ServiceName: text, Environment: text, ClientAddress: text, ResourceID: math.MinInt64,
		Metadata:   []byte(`{"a": [1, 2.5, null, true, "x\ny"], "b": {"c": 12345678901234567890}}`),
		Changes:    []byte(`{}`),
		Attributes: []byte(`{"ключ": "значение"}`),
	}
	empty := model.Activity{ID: testID(2), OccurredAt: 1_700_000_000_000_000, Action: "a"}
	least, greatest, before2000 := empty, empty, empty
	least.ID, least.OccurredAt, least.ObservedAt = testID(3), leastTime, 1
	greatest.ID, greatest.OccurredAt, greatest.ResourceID = testID(4), greatestTime, math.MaxInt64
	before2000.ID, before2000.OccurredAt, before2000.SeverityNumber = testID(5), -1, -32768
	all := []model.Activity{full, empty, least, greatest, before2000}
	for i, special := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, math.Copysign(0, -1)} {
		a := empty
		a.ID, a.Duration, a.HasDuration = testID(10+i), special, true
		all = append(all, a)
	}

	result, err := NewWriter(pool).Write(t.Context(), testBatch(all...), nil)
	require.NoError(t, err)
	require.Equal(t, Result{Written: len(all)}, result)
	for i := range all {
		requireSame(t, &all[i], pool.QueryRow(t.Context(), readBack, [16]byte(all[i].ID)))
	}
}

func FuzzPostgresReadsWhatIsEncoded(f *testing.F) {
	pool := pgtest.New(f)
	w := NewWriter(pool)
	f.Add(int64(0), int64(0), int16(9), 0.5, "order.refund", "shop", "some text", "k", "v")
	f.Add(int64(-62_135_596_800_000_000), int64(-5), int16(-1), math.Copysign(0, -1), "", "", "", "", "")
	f.Add(int64(math.MaxInt64), int64(math.MinInt64), int16(1), math.Inf(1), "\x00", "\xff", "\ufffd", "\"", "\\u0000")
	n := 0
	f.Fuzz(func(t *testing.T, occurred, observed int64, number int16, duration float64, action, project, text, k, v string) {
		n++
		document, err := json.Marshal(map[string]string{k: v})
		require.NoError(t, err)
		a := model.Activity{
			ID: testID(n), OccurredAt: model.Micros(occurred), ObservedAt: model.Micros(observed),
			SeverityNumber: number, Duration: duration, HasDuration: true,
			Action: action, ProjectID: project, EntityID: text, Details: text, Attributes: document,
		}
		result, err := w.Write(t.Context(), testBatch(a), nil)
		require.NoError(t, err)
		require.Equal(t, 1, result.Written+result.Rejected)
		if result.Written == 1 {
			requireSame(t, &a, pool.QueryRow(t.Context(), readBack, [16]byte(a.ID)))
		}
	})
}

func TestAppendDoesNotAllocate(t *testing.T) { // not parallel: it counts everybody's allocations
	all := testActivities(100, yesterday(), time.Second)
	b := testBatch(all...)
	allocs := testing.AllocsPerRun(20, func() {
		b.Reset()
		for i := range all {
			b.Append(&all[i])
		}
	})
	require.Zero(t, allocs)
}

func BenchmarkBatchAppend(b *testing.B) {
	all := testActivities(8192, yesterday(), time.Second)
	for i := range all {
		all[i].Details = "the order was refunded because the parcel came back"
		all[i].ServiceName, all[i].Environment = "checkout", "production"
		all[i].TraceID, all[i].SpanID = model.TraceID{1}, model.SpanID{1}
		all[i].Attributes = []byte(`{"http.request.method":"POST","http.route":"/orders/{id}/refund","user.email":"someone@example.com"}`)
	}
	var batch Batch
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%len(all) == 0 {
			batch.Reset()
		}
		batch.Append(&all[i%len(all)])
	}
	b.SetBytes(int64(len(batch.encoded) / max(batch.Len(), 1)))
}
