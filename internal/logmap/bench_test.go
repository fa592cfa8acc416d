package logmap_test

import (
	"encoding/binary"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
)

const benchRecords = 512

// sdkRecord fills r as our own SDKs do: thirteen attributes, one of them a map.
func sdkRecord(r plog.LogRecord, i int) {
	r.SetTimestamp(pcommon.NewTimestampFromTime(received.Add(time.Duration(i) * time.Microsecond)))
	r.SetObservedTimestamp(r.Timestamp())
	r.SetEventName("order.refund")
	r.SetSeverityNumber(plog.SeverityNumberInfo)
	r.SetSeverityText("info")
	r.Body().SetStr("Refunded 12.50 EUR to the customer's card")
	id := model.ID{0, 1, 2, 3, 4, 5, 0x70, 0, 0x80}
	binary.BigEndian.PutUint32(id[12:], uint32(i)) //nolint:gosec // small
	r.SetTraceID(pcommon.TraceID(id))
	r.SetSpanID(pcommon.SpanID(id[8:]))
	a := r.Attributes()
	a.PutStr("log.record.uid", id.String())
	a.PutStr("activity.action", "order.refund")
	a.PutStr("activity.source", "user")
	a.PutStr("activity.status", "success")
	a.PutStr("activity.project.id", "acme")
	a.PutStr("activity.entity.type", "order")
	a.PutStr("activity.entity.id", "01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60")
	a.PutStr("activity.entity.name", "Order 4711")
	a.PutStr("user.id", "u-42")
	a.PutStr("activity.operation.id", "op-2026-03-7")
	a.PutDouble("activity.duration", 0.0425)
	a.PutStr("session.id", "s-99")
	metadata := a.PutEmptyMap("activity.metadata")
	metadata.PutDouble("amount", 12.5)
	metadata.PutStr("currency", "EUR")
}

// foreignRecord fills r as a web framework's log bridge might: no id, names of
// the general conventions, numbers where the convention wants text.
func foreignRecord(r plog.LogRecord, i int) {
	r.SetTimestamp(pcommon.NewTimestampFromTime(received.Add(time.Duration(i) * time.Microsecond)))
	r.SetSeverityNumber(plog.SeverityNumberInfo)
	r.SetSeverityText("INFO")
	r.Body().SetStr("request handled")
	a := r.Attributes()
	a.PutStr("http.request.method", "POST")
	a.PutStr("http.route", "/orders/{id}/refund")
	a.PutInt("http.response.status_code", 200)
	a.PutStr("url.path", "/orders/4711/refund")
	a.PutStr("client.address", "192.0.2.7")
	a.PutStr("user_agent.original", "curl/8.5.0")
	a.PutInt("took_ms", int64(i))
	user := a.PutEmptyMap("user")
	user.PutInt("id", 42)
	user.PutStr("email", "ada@example.com")
	a.PutStr("code.file.path", "/srv/shop/refund.go")
	a.PutInt("code.line.number", 78)
	a.PutStr("request.id", "01JD0000000000000000000000")
	a.PutBool("retry", false)
}

// request makes what an OTLP receiver hands on, which lies in memory as the
// unmarshaler lays it out.
func request(tb testing.TB, records int, fill func(plog.LogRecord, int)) plog.Logs {
	tb.Helper()
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("service.name", "shop-api")
	rl.Resource().Attributes().PutStr("service.version", "1.4.2")
	rl.Resource().Attributes().PutStr("deployment.environment.name", "production")
	sl := rl.ScopeLogs().AppendEmpty()
	sl.Scope().SetName("shop/orders")
	for i := range records {
		fill(sl.LogRecords().AppendEmpty(), i)
	}
	wire, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
	if err != nil {
		tb.Fatal(err)
	}
	got := plogotlp.NewExportRequest()
	if err := got.UnmarshalProto(wire); err != nil {
		tb.Fatal(err)
	}
	return got.Logs()
}

func BenchmarkMap(b *testing.B) {
	for name, fill := range map[string]func(plog.LogRecord, int){"sdk": sdkRecord, "foreign": foreignRecord} {
		b.Run(name, func(b *testing.B) {
			ld := request(b, benchRecords, fill)
			m := logmap.New(logmap.DefaultLimits(), time.Now)
			skipResource := func(*model.Resource) {}
			size := 0
			visit := func(_ logmap.Ref, a *model.Activity) { size += len(a.Attributes) }
			m.MapLogs(ld, received, skipResource, visit)
			b.ReportAllocs()
			b.ResetTimer()
			for n := 0; n < b.N; n += benchRecords {
				m.MapLogs(ld, received, skipResource, visit)
			}
		})
	}
}

func BenchmarkStampReceived(b *testing.B) {
	b.Run("sdk", func(b *testing.B) {
		ld := request(b, benchRecords, sdkRecord)
		b.ReportAllocs()
		for n := 0; n < b.N; n += benchRecords {
			logmap.StampReceived(ld, received)
		}
	})
	b.Run("foreign", func(b *testing.B) {
		ld := request(b, benchRecords, foreignRecord)
		b.ReportAllocs()
		for n := 0; n < b.N; n += benchRecords {
			b.StopTimer()
			fresh := plog.NewLogs()
			ld.CopyTo(fresh)
			b.StartTimer()
			logmap.StampReceived(fresh, received)
		}
	})
}
