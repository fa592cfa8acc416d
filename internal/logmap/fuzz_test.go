package logmap_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-activity/otel-activity/internal/logmap"
)

// tightLimits are reached by short inputs.
var tightLimits = logmap.Limits{
	Project: 20, Action: 30, EntityType: 24, EntityID: 40, Key: 32, Name: 16, Reason: 8, Details: 64, Document: 256, Depth: 4,
}

// FuzzMapLogs takes any bytes that are an OTLP request and requires of what
// comes out that the database takes it, and that it comes out the same again.
func FuzzMapLogs(f *testing.F) {
	add := func(ld plog.Logs) {
		wire, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
		require.NoError(f, err)
		f.Add(wire)
	}
	add(request(f, 1, sdkRecord))
	add(request(f, 2, foreignRecord))
	whole, _ := everything(f)
	add(whole)
	for _, as := range []attrs{
		{{"activity", attrs{{"changes", attrs{{"before", `{"a":"\ud800"}`}, {"after", attrs{{"b", 2}}}, {"fields", `["a"]`}}}}}},
		{{"activity.metadata", `{"a":[1e999999,"\u0000",{}]}`}, {"activity.metadata.b", nil}, {"activity.batch.size", 3}},
		{{"log", attrs{{"record", attrs{{"uid", "x"}}}}}, {"activity.duration", "NaN"}, {"activity.repaired", list{1}}},
	} {
		ld, _ := single(f, as)
		add(ld)
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		sent := plogotlp.NewExportRequest()
		if sent.UnmarshalProto(wire) == nil {
			requireInvariants(t, sent.Logs())
		}
	})
}

// FuzzRecord builds a record out of the convention's names and of values that
// each mean trouble somewhere, which bytes hardly ever become by chance.
func FuzzRecord(f *testing.F) {
	f.Add([]byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"), "text", int64(7), 0.5)
	f.Add([]byte(strings.Repeat("\x20\x07", 20)), "\x00\xff", int64(math.MinInt64), math.Inf(-1))
	f.Add([]byte{200, 199, 198, 60, 61, 62, 63, 7, 8, 9}, `{"a":"\ud800\u0000","b":1e99999}`, int64(1)<<53, 5e-324)
	f.Fuzz(func(t *testing.T, plan []byte, text string, number int64, double float64) {
		b := builder{plan: plan, text: text, number: number, double: double}
		ld := plog.NewLogs()
		rl := ld.ResourceLogs().AppendEmpty()
		b.attributes(rl.Resource().Attributes(), 0)
		sl := rl.ScopeLogs().AppendEmpty()
		sl.Scope().SetName(b.string())
		for len(b.plan) > 0 {
			r := sl.LogRecords().AppendEmpty()
			r.SetTimestamp(b.time())
			r.SetObservedTimestamp(b.time())
			r.SetSeverityNumber(plog.SeverityNumber(int8(b.next()))) //nolint:gosec // any number
			r.SetSeverityText(b.string())
			r.SetEventName(b.string())
			b.value(r.Body(), 0)
			b.attributes(r.Attributes(), 0)
		}
		requireInvariants(t, ld)
	})
}

func requireInvariants(t *testing.T, ld plog.Logs) {
	t.Helper()
	requireMapped(t, tightLimits, ld)
	requireMapped(t, logmap.DefaultLimits(), ld)

	logmap.StampReceived(ld, received)
	stamped := requireMapped(t, logmap.DefaultLimits(), ld)
	logmap.StampReceived(ld, received.Add(time.Hour))
	require.Equal(t, stamped, requireMapped(t, logmap.DefaultLimits(), ld))
}

// builder takes its decisions from the bytes of a plan.
type builder struct {
	plan   []byte
	text   string
	number int64
	double float64
}

func (b *builder) next() int {
	if len(b.plan) == 0 {
		return 0
	}
	first := b.plan[0]
	b.plan = b.plan[1:]
	return int(first)
}

var fuzzKeys = []string{
	"", "a", "activity", "entity", "id", "before", "log.record.uid", "activity.id", "activity.action", "event.name",
	"code.function.name", "activity.source", "activity.status", "event.outcome", "activity.severity", "activity.actor.type",
	"activity.project.id", "audit.tenant.id", "activity.entity", "activity.entity.type", "activity.entity.id",
	"activity.entity.name", "activity.actor.id", "user", "user.id", "enduser.id", "user.name", "activity.on_behalf_of.id",
	"activity.operation.id", "activity.duration", "activity.reason", "activity.details", "exception.message",
	"exception.type", "activity.metadata", "activity.metadata.a", "activity.batch.size", "db.operation.batch.size",
	"activity.batch.failed", "activity.changes", "activity.changes.before", "activity.changes.before.a",
	"activity.changes.after", "activity.changes.after.a", "activity.changes.fields", "error.type", "http.request.method",
	"http.route", "http.response.status_code", "url.full", "faas.trigger", "k8s.cronjob.name", "service.peer.name",
	"activity.repaired", "activity.original.time_unix_nano", "activity.original.observed_time_unix_nano", "service.name",
	"deployment.environment.name", "client.address",
}

func (b *builder) key() string {
	if i := b.next(); i < len(fuzzKeys) {
		return fuzzKeys[i]
	}
	return b.text
}

func (b *builder) string() string {
	switch n := b.next(); {
	case n < 64:
		return b.text
	case n < 96:
		return strings.Repeat(b.text, n)
	case n < 128:
		return b.text[:len(b.text)*(n-96)/32]
	case n < 136:
		return `{"a":` + b.text + `}`
	default:
		return []string{"", testUID, "user", "cancelled", "GET", "info", "NaN", "timer", "1"}[n%9]
	}
}

func (b *builder) time() pcommon.Timestamp {
	switch n := b.next(); n % 4 {
	case 0:
		return 0
	case 1:
		return pcommon.Timestamp(b.number) //nolint:gosec // wraps on purpose
	default:
		return ts(occurred)
	}
}

func (b *builder) attributes(into pcommon.Map, depth int) {
	for range b.next() % 16 {
		b.value(into.PutEmpty(b.key()), depth)
	}
}

func (b *builder) value(into pcommon.Value, depth int) {
	switch kind := b.next() % 12; {
	case kind == 0:
	case kind == 1:
		into.SetInt(b.number)
	case kind == 2:
		into.SetDouble(b.double)
	case kind == 3:
		into.SetBool(true)
	case kind == 4:
		into.SetEmptyBytes().FromRaw([]byte(b.text))
	case kind == 5 && depth < 8:
		for s := into.SetEmptySlice(); s.Len() < b.next()%4; {
			b.value(s.AppendEmpty(), depth+1)
		}
	case kind <= 7 && depth < 8:
		b.attributes(into.SetEmptyMap(), depth+1)
	default:
		into.SetStr(b.string())
	}
}
