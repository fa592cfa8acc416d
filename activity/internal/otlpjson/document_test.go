package otlpjson

import (
	"math"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/trace"
)

// read encodes a record and reads it as a Collector does.
func read(tb testing.TB, record *log.Record, span trace.SpanContext) plog.LogRecord {
	tb.Helper()
	document, err := Document(nil, Scope{Name: "test"}, record, span)
	require.NoError(tb, err)
	for _, b := range []byte(document) {
		require.Less(tb, b, byte(utf8.RuneSelf))
	}
	logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs([]byte(document))
	require.NoError(tb, err)
	return logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
}

func TestEachKindOfValueArrives(t *testing.T) {
	t.Parallel()
	var record log.Record
	want := map[string]any{}
	add := func(key string, value attribute.Value, raw any) {
		record.AddAttributes(attribute.KeyValue{Key: attribute.Key(key), Value: value})
		want[key] = raw
	}
	add("empty", attribute.Value{}, nil)
	add("bool", attribute.BoolValue(false), false)
	add("int", attribute.Int64Value(math.MinInt64), int64(math.MinInt64))
	add("whole", attribute.Float64Value(3), 3.0)
	add("tiny", attribute.Float64Value(5e-324), 5e-324)
	add("inf", attribute.Float64Value(math.Inf(1)), math.Inf(1))
	add("-inf", attribute.Float64Value(math.Inf(-1)), math.Inf(-1))
	add("text", attribute.StringValue("ü🙂\x00\u2028</"), "ü🙂\x00\u2028</")
	add("bytes", attribute.ByteSliceValue([]byte{0, 255}), []byte{0, 255})
	add("bools", attribute.BoolSliceValue([]bool{true}), []any{true})
	add("ints", attribute.Int64SliceValue([]int64{1}), []any{int64(1)})
	add("floats", attribute.Float64SliceValue([]float64{0.5}), []any{0.5})
	add("texts", attribute.StringSliceValue([]string{"", "a"}), []any{"", "a"})
	add("list", attribute.SliceValue(attribute.IntValue(1), attribute.Value{}), []any{int64(1), nil})
	add("map", attribute.MapValue(attribute.Bool("in", true)), map[string]any{"in": true})
	add("nothing", attribute.SliceValue(), []any{})
	require.Equal(t, want, read(t, &record, trace.SpanContext{}).Attributes().AsRaw())

	var odd log.Record
	odd.AddAttributes(attribute.Float64("nan", math.NaN()))
	nan, _ := read(t, &odd, trace.SpanContext{}).Attributes().Get("nan")
	require.True(t, math.IsNaN(nan.Double()))
}

func TestWhatIsNotThereIsLeftOut(t *testing.T) {
	t.Parallel()
	got := read(t, &log.Record{}, trace.SpanContext{})
	require.Zero(t, got.Timestamp())
	require.Zero(t, got.ObservedTimestamp())
	require.True(t, got.TraceID().IsEmpty())
	require.True(t, got.SpanID().IsEmpty())
	require.Zero(t, got.Flags())
	require.Nil(t, got.Body().AsRaw())
}

func TestTimesAndSpansArrive(t *testing.T) {
	t.Parallel()
	var record log.Record
	at := time.Unix(1_700_000_000, 123_456_789).UTC()
	record.SetTimestamp(at)
	record.SetObservedTimestamp(at.Add(1))
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1, 0xab}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	got := read(t, &record, span)
	require.Equal(t, at, got.Timestamp().AsTime())
	require.Equal(t, at.Add(1), got.ObservedTimestamp().AsTime())
	require.Equal(t, span.TraceID(), trace.TraceID(got.TraceID()))
	require.Equal(t, span.SpanID(), trace.SpanID(got.SpanID()))
	require.Equal(t, uint32(1), uint32(got.Flags()))
}

func FuzzTextsArrive(f *testing.F) {
	f.Add("a", "ü€🙂\x00\"\\")
	f.Fuzz(func(t *testing.T, key, text string) {
		if !utf8.ValidString(key) || !utf8.ValidString(text) {
			return // package activity repairs them
		}
		var record log.Record
		record.SetBody(attribute.StringValue(text))
		record.AddAttributes(attribute.String(key, text))
		got := read(t, &record, trace.SpanContext{})
		require.Equal(t, text, got.Body().Str())
		require.Equal(t, map[string]any{key: text}, got.Attributes().AsRaw())
	})
}
