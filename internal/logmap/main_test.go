package logmap_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
)

// received is the time of receipt in all tests, occurred the time of records.
var (
	received = time.Date(2026, 12, 1, 9, 26, 53, 589_793_238, time.UTC)
	occurred = received.Add(-time.Second)
)

const testUID = "01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60"

// attrs are attributes in the order in which they are sent.
type attrs []attr

type attr struct {
	key   string
	value any
}

type (
	object = map[string]any
	list   = []any
)

func (as attrs) fill(tb testing.TB, into pcommon.Map) {
	tb.Helper()
	for _, a := range as {
		if nested, ok := a.value.(attrs); ok {
			nested.fill(tb, into.PutEmptyMap(a.key))
			continue
		}
		require.NoError(tb, into.PutEmpty(a.key).FromRaw(a.value))
	}
}

// fromJSON reads a request as it is on the wire.
func fromJSON(tb testing.TB, request string) plog.Logs {
	tb.Helper()
	ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs([]byte(request))
	require.NoError(tb, err)
	return ld
}

// single is a request with one record that has an id and times of its own.
func single(tb testing.TB, as attrs) (plog.Logs, plog.LogRecord) {
	tb.Helper()
	ld := plog.NewLogs()
	r := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	r.SetTimestamp(pcommon.NewTimestampFromTime(occurred))
	as.fill(tb, r.Attributes())
	return ld, r
}

// mapAll maps ld and keeps what the Mapper only lends.
func mapAll(tb testing.TB, ld plog.Logs) ([]model.Activity, []model.Resource, logmap.Stats) {
	tb.Helper()
	return mapWith(tb, logmap.New(logmap.DefaultLimits(), time.Now), ld)
}

func mapWith(tb testing.TB, m *logmap.Mapper, ld plog.Logs) ([]model.Activity, []model.Resource, logmap.Stats) {
	tb.Helper()
	var activities []model.Activity
	var resources []model.Resource
	stats := m.MapLogs(ld, received,
		func(r *model.Resource) { resources = append(resources, keep(*r)) },
		func(_ logmap.Ref, a *model.Activity) { activities = append(activities, keep(*a)) })
	require.Equal(tb, len(activities), stats.Records)
	return activities, resources, stats
}

func mapOne(tb testing.TB, ld plog.Logs) model.Activity {
	tb.Helper()
	activities, _, _ := mapAll(tb, ld)
	require.Len(tb, activities, 1)
	return activities[0]
}

// mapAttrs maps one record with these attributes.
func mapAttrs(tb testing.TB, as attrs) model.Activity {
	tb.Helper()
	ld, _ := single(tb, as)
	return mapOne(tb, ld)
}

// keep copies the strings and slices of v.
func keep[T any](v T) T {
	for _, f := range reflect.ValueOf(&v).Elem().Fields() {
		if f.Kind() == reflect.String {
			f.SetString(strings.Clone(f.String()))
		} else if f.Kind() == reflect.Slice {
			f.SetBytes(bytes.Clone(f.Bytes()))
		}
	}
	return v
}
