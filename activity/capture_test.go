package activity_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.uber.org/goleak"

	"github.com/otel-activity/otel-activity/activity"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// capture keeps what a processor of the real SDK is given.
type capture struct {
	mu      sync.Mutex
	records []sdklog.Record
}

var _ sdklog.Processor = (*capture)(nil)

func (c *capture) OnEmit(_ context.Context, record *sdklog.Record) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.records = append(c.records, record.Clone())
	return nil
}

func (*capture) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }
func (*capture) Shutdown(context.Context) error                         { return nil }
func (*capture) ForceFlush(context.Context) error                       { return nil }

func newRecorder(opts ...activity.Option) (*activity.Recorder, *capture) {
	c := &capture{}
	return activity.New(sdklog.NewLoggerProvider(sdklog.WithProcessor(c), sdklog.WithAllowKeyDuplication()), opts...), c
}

func (c *capture) only(t *testing.T) *sdklog.Record {
	t.Helper()
	require.Len(t, c.records, 1)
	return &c.records[0]
}

func attributes(record *sdklog.Record) map[string]any {
	m := map[string]any{}
	record.WalkAttributes(func(kv attribute.KeyValue) bool {
		if _, duplicate := m[string(kv.Key)]; duplicate {
			panic("duplicate attribute " + kv.Key)
		}
		m[string(kv.Key)] = plain(kv.Value)
		return true
	})
	return m
}

func plain(v attribute.Value) any {
	switch v.Type() { //nolint:exhaustive // only what is nested needs more
	case attribute.MAP:
		m := map[string]any{}
		for _, kv := range v.AsMap() {
			m[string(kv.Key)] = plain(kv.Value)
		}
		return m
	case attribute.SLICE:
		list := []any{}
		for _, e := range v.AsSlice() {
			list = append(list, plain(e))
		}
		return list
	case attribute.EMPTY:
		return nil
	default:
		return v.AsInterface()
	}
}
