package logmap_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
)

func TestMappingDoesNotAllocate(t *testing.T) { // not parallel: it counts everybody's allocations
	nested := func(r plog.LogRecord, _ int) {
		attrs{{"activity", attrs{{"action", "x"}, {"entity", attrs{{"id", 42}, {"type", "order"}}}}}, {"ratio", 0.25}}.fill(t, r.Attributes())
	}
	for name, fill := range map[string]func(plog.LogRecord, int){"sdk": sdkRecord, "foreign": foreignRecord, "nested": nested} {
		ld := request(t, 100, fill)
		m := logmap.New(logmap.DefaultLimits(), time.Now)
		allocs := testing.AllocsPerRun(20, func() {
			m.MapLogs(ld, received, func(*model.Resource) {}, func(logmap.Ref, *model.Activity) {})
		})
		require.LessOrEqual(t, allocs, 2.0, name) // for all hundred
	}
}

func TestStampingCompleteRecordsDoesNotAllocate(t *testing.T) { // not parallel, as above
	ld := request(t, 100, sdkRecord)
	require.Zero(t, testing.AllocsPerRun(20, func() { logmap.StampReceived(ld, received) }))
}

// One odd request must not leave its memory, or views of it, in a pooled Mapper.
func TestMapperIsReusedAfterALargeRequest(t *testing.T) {
	t.Parallel()
	m := logmap.New(logmap.DefaultLimits(), time.Now)
	large := request(t, 1, func(r plog.LogRecord, _ int) {
		nested := r.Attributes().PutEmptyMap("nested")
		nested.EnsureCapacity(20_000)
		raw := make(map[string]any, 20_000)
		for i := range 20_000 {
			raw[string(rune('a'+i%26))+time.Duration(i).String()] = i
		}
		require.NoError(t, nested.FromRaw(raw))
		require.NoError(t, r.Body().FromRaw(make([]byte, 5<<20)))
	})
	small := request(t, 3, sdkRecord)
	before, _, _ := mapWith(t, m, small)
	requireMapped(t, logmap.DefaultLimits(), large)
	mapWith(t, m, large)
	after, _, _ := mapWith(t, m, small)
	require.Equal(t, before, after)
}
