package logmap_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
)

func TestIDThatWasSent(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"log.record.uid", "activity.id", "audit.record.id", "cloudevents.event_id"} {
		for form, text := range map[string]string{
			"usual":          testUID,
			"capitals":       strings.ToUpper(testUID),
			"URN":            "urn:uuid:" + testUID,
			"braces":         "{" + testUID + "}",
			"without dashes": strings.ReplaceAll(testUID, "-", ""),
		} {
			t.Run(name+" "+form, func(t *testing.T) {
				t.Parallel()
				a := mapAttrs(t, attrs{{name, text}})
				require.Equal(t, testUID, a.ID.String())
				require.Nil(t, a.Attributes)
			})
		}
	}
}

func TestIDPrecedence(t *testing.T) {
	t.Parallel()
	names := []string{"log.record.uid", "activity.id", "audit.record.id", "cloudevents.event_id"}
	other := strings.Replace(testUID, "0", "f", 1)
	for i, name := range names {
		for _, lesser := range names[i+1:] {
			a := mapAttrs(t, attrs{{lesser, other}, {name, testUID}})
			require.Equal(t, testUID, a.ID.String())
			require.JSONEq(t, `{"`+lesser+`":"`+other+`"}`, string(a.Attributes))
		}
	}
}

func TestIDThatIsNoUUID(t *testing.T) {
	t.Parallel()
	seen := map[model.ID]string{}
	for _, uid := range []string{
		"not-a-uuid", "01JD0000000000000000000000", "42", testUID + "0", testUID[1:],
		strings.Replace(testUID, "0", "g", 1), strings.ReplaceAll(testUID, "-", "+"), "x" + testUID + "x",
		strings.Repeat("x", 45), strings.Repeat("é", 16),
	} {
		a := mapAttrs(t, attrs{{"log.record.uid", uid}})
		requireDerived(t, a)
		require.JSONEq(t, `{"log.record.uid":"`+uid+`"}`, string(a.Attributes))
		require.Empty(t, seen[a.ID])
		seen[a.ID] = uid

		again := mapAttrs(t, attrs{{"something", "else"}, {"activity.id", uid}})
		require.Equal(t, a.ID, again.ID, "the uid alone decides")
	}
	require.Equal(t, mapAttrs(t, attrs{{"activity.id", "42"}}).ID, mapAttrs(t, attrs{{"activity.id", 42}}).ID)
}

func TestNilUUIDIsNoID(t *testing.T) {
	t.Parallel()
	none := "00000000-0000-0000-0000-000000000000"
	a := mapAttrs(t, attrs{{"log.record.uid", none}})
	requireDerived(t, a)
	require.JSONEq(t, `{"log.record.uid":"`+none+`"}`, string(a.Attributes))

	a = mapAttrs(t, attrs{{"log.record.uid", none}, {"activity.id", testUID}})
	require.Equal(t, testUID, a.ID.String())
}

// requireDerived requires a UUIDv8 that begins with the time of its activity.
func requireDerived(tb testing.TB, a model.Activity) {
	tb.Helper()
	require.Equal(tb, byte(8), a.ID[6]>>4, "version")
	require.Equal(tb, byte(0b10), a.ID[8]>>6, "variant")
	ms := int64(0)
	for _, b := range a.ID[:6] {
		ms = ms<<8 | int64(b)
	}
	require.Equal(tb, int64(a.OccurredAt)/1000, ms)
}

// everything sets every part of a record that counts as content.
func everything(tb testing.TB) (plog.Logs, plog.LogRecord) {
	tb.Helper()
	ld, r := single(tb, attrs{
		{"a", 1}, {"b", list{"x", 2.5, true, nil}}, {"c", attrs{{"d", []byte{1}}, {"e", false}}},
	})
	rl := ld.ResourceLogs().At(0)
	rl.SetSchemaUrl("s")
	rl.Resource().Attributes().PutStr("service.name", "shop")
	sl := rl.ScopeLogs().At(0)
	sl.SetSchemaUrl("t")
	sl.Scope().SetName("n")
	sl.Scope().SetVersion("v")
	sl.Scope().Attributes().PutStr("k", "v")
	r.SetObservedTimestamp(pcommon.NewTimestampFromTime(occurred))
	r.SetTraceID(pcommon.TraceID{1})
	r.SetSpanID(pcommon.SpanID{1})
	r.SetEventName("e")
	r.SetSeverityNumber(9)
	r.SetSeverityText("info")
	r.Body().SetStr("body")
	return ld, r
}

func TestContentID(t *testing.T) {
	t.Parallel()
	ld, _ := everything(t)
	base := mapOne(t, ld)
	requireDerived(t, base)
	require.Equal(t, "01a230ed-adad-89f0-84a3-afac14c9f12e", base.ID.String(),
		"another derivation would double every record that is delivered again after an upgrade")
	require.Equal(t, base.ID, mapOne(t, ld).ID, "again")

	seen := map[model.ID]string{base.ID: "base"}
	for name, change := range map[string]func(plog.Logs, plog.LogRecord){
		"schema":       func(ld plog.Logs, _ plog.LogRecord) { ld.ResourceLogs().At(0).SetSchemaUrl("x") },
		"resource":     func(ld plog.Logs, _ plog.LogRecord) { ld.ResourceLogs().At(0).Resource().Attributes().PutInt("x", 1) },
		"scope schema": func(ld plog.Logs, _ plog.LogRecord) { ld.ResourceLogs().At(0).ScopeLogs().At(0).SetSchemaUrl("x") },
		"scope name":   func(ld plog.Logs, _ plog.LogRecord) { ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().SetName("x") },
		"scope version": func(ld plog.Logs, _ plog.LogRecord) {
			ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().SetVersion("x")
		},
		"scope attribute": func(ld plog.Logs, _ plog.LogRecord) {
			ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().Attributes().Clear()
		},
		"time":             func(_ plog.Logs, r plog.LogRecord) { r.SetTimestamp(r.Timestamp() + 1) },
		"observed time":    func(_ plog.Logs, r plog.LogRecord) { r.SetObservedTimestamp(r.ObservedTimestamp() + 1) },
		"trace":            func(_ plog.Logs, r plog.LogRecord) { r.SetTraceID(pcommon.TraceID{2}) },
		"span":             func(_ plog.Logs, r plog.LogRecord) { r.SetSpanID(pcommon.SpanID{2}) },
		"event":            func(_ plog.Logs, r plog.LogRecord) { r.SetEventName("x") },
		"severity":         func(_ plog.Logs, r plog.LogRecord) { r.SetSeverityNumber(10) },
		"severity text":    func(_ plog.Logs, r plog.LogRecord) { r.SetSeverityText("x") },
		"body":             func(_ plog.Logs, r plog.LogRecord) { r.Body().SetStr("x") },
		"body's type":      func(_ plog.Logs, r plog.LogRecord) { r.Body().SetEmptyBytes().FromRaw([]byte("body")) },
		"attribute":        func(_ plog.Logs, r plog.LogRecord) { r.Attributes().PutInt("a", 2) },
		"attribute's type": func(_ plog.Logs, r plog.LogRecord) { r.Attributes().PutStr("a", "1") },
		"one more":         func(_ plog.Logs, r plog.LogRecord) { r.Attributes().PutStr("z", "") },
		"one nested": func(_ plog.Logs, r plog.LogRecord) {
			v, _ := r.Attributes().Get("c")
			v.Map().PutBool("e", true)
		},
		"one in a list": func(_ plog.Logs, r plog.LogRecord) {
			v, _ := r.Attributes().Get("b")
			v.Slice().At(1).SetDouble(2.6)
		},
	} {
		ld, r := everything(t)
		change(ld, r)
		id := mapOne(t, ld).ID
		require.Empty(t, seen[id], name)
		seen[id] = name
	}
}

// Many senders keep attributes in hash maps.
func TestContentIDDoesNotDependOnOrder(t *testing.T) {
	t.Parallel()
	a := mapAttrs(t, attrs{{"a", 1}, {"b", attrs{{"c", 1}, {"d", 2}}}})
	b := mapAttrs(t, attrs{{"b", attrs{{"d", 2}, {"c", 1}}}, {"a", 1}})
	require.Equal(t, a.ID, b.ID)
	c := mapAttrs(t, attrs{{"a", 1}, {"b", list{1, 2}}})
	d := mapAttrs(t, attrs{{"a", 1}, {"b", list{2, 1}}})
	require.NotEqual(t, c.ID, d.ID, "the order of a list is content")
}

func TestContentIDDoesNotDependOnReceipt(t *testing.T) {
	t.Parallel()
	ld, _ := single(t, attrs{{"a", 1}})
	first := mapOne(t, ld)
	m := logmap.New(logmap.Limits{Details: 1}, func() time.Time { return received.AddDate(3, 0, 0) })
	m.MapLogs(ld, time.Time{}, func(*model.Resource) {}, func(_ logmap.Ref, a *model.Activity) {
		require.Equal(t, first.ID, a.ID)
		require.Equal(t, first.OccurredAt, a.OccurredAt)
	})
}

func TestIdenticalRecordsOfOneRequestStayApart(t *testing.T) {
	t.Parallel()
	ld, r := single(t, attrs{{"a", 1}})
	records := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	for range 3 {
		r.CopyTo(records.AppendEmpty())
	}
	activities, _, _ := mapAll(t, ld)
	again, _, _ := mapAll(t, ld)
	seen := map[model.ID]bool{}
	for i, a := range activities {
		requireDerived(t, a)
		require.False(t, seen[a.ID])
		seen[a.ID] = true
		require.Equal(t, a.ID, again[i].ID)
	}
}

func TestResourceID(t *testing.T) {
	t.Parallel()
	id := func(change func(plog.Logs)) int64 {
		ld, _ := everything(t)
		change(ld)
		_, resources, _ := mapAll(t, ld)
		require.Len(t, resources, 1)
		return resources[0].ID
	}
	base := id(func(plog.Logs) {})
	require.Equal(t, base, id(func(ld plog.Logs) {
		ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body().SetStr("x")
	}), "the records don't count")
	require.NotEqual(t, base, id(func(ld plog.Logs) { ld.ResourceLogs().At(0).SetSchemaUrl("x") }))
	require.NotEqual(t, base, id(func(ld plog.Logs) { ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().SetName("x") }))

	ordered := func(as attrs) int64 {
		return id(func(ld plog.Logs) {
			ld.ResourceLogs().At(0).Resource().Attributes().Clear()
			as.fill(t, ld.ResourceLogs().At(0).Resource().Attributes())
		})
	}
	require.Equal(t, ordered(attrs{{"a", 1}, {"b", 2}}), ordered(attrs{{"b", 2}, {"a", 1}}))
}

func TestScopesWithoutRecordsAreNotVisited(t *testing.T) {
	t.Parallel()
	ld, r := single(t, nil)
	ld.ResourceLogs().AppendEmpty()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.ScopeLogs().AppendEmpty()
	r.CopyTo(rl.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())

	var refs []logmap.Ref
	resources := 0
	stats := logmap.New(logmap.DefaultLimits(), time.Now).MapLogs(ld, received,
		func(*model.Resource) { resources++ },
		func(ref logmap.Ref, _ *model.Activity) { refs = append(refs, ref) })
	require.Equal(t, []logmap.Ref{{}, {Resource: 2, Scope: 1}}, refs)
	require.Equal(t, 2, resources)
	require.Equal(t, 2, stats.Records)
}

func TestSingle(t *testing.T) {
	t.Parallel()
	ld, r := everything(t)
	other := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty()
	r.CopyTo(other)
	other.Body().SetStr("other")

	one := logmap.Single(ld, logmap.Ref{Record: 1})
	require.Equal(t, 1, one.LogRecordCount())
	whole, _, _ := mapAll(t, ld)
	require.Equal(t, whole[1], mapOne(t, one))
	require.Equal(t, 2, ld.LogRecordCount(), "the request is left alone")
}
