package activity_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-activity/otel-activity/activity"
)

type panickingProcessor struct{ capture }

func (*panickingProcessor) OnEmit(context.Context, *sdklog.Record) error { panic("processor") }

func TestNothingReachesTheCaller(t *testing.T) {
	t.Parallel()
	good, _ := newRecorder()
	bad := activity.New(sdklog.NewLoggerProvider(sdklog.WithProcessor(&panickingProcessor{})))
	for name, call := range map[string]func(){
		"a processor that panics": func() { bad.Record(context.Background(), activity.Activity{Action: "a.b"}) },
		"no recorder":             func() { (*activity.Recorder)(nil).Record(context.Background(), activity.Activity{}) },
		"no context":              func() { good.Record(nil, activity.Activity{Action: "a.b"}) }, //nolint:staticcheck // what is tested
		"no provider":             func() { activity.Record(context.Background(), activity.Activity{Action: "a.b"}) },
		"nothing at all":          func() { good.Record(context.Background(), activity.Activity{}) },
		"nothing to record":       func() { good.RecordAll(context.Background(), nil) },
		"an error that panics":    func() { good.Record(context.Background(), activity.Activity{Err: panicking{}}) },
	} {
		require.NotPanics(t, call, name)
	}
	require.NoError(t, bad.Do(t.Context(), "a.b", func(context.Context) error { return nil }))
}

func TestErrorThatPanicsIsStillAFailure(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	recorder.Record(t.Context(), activity.Activity{Action: "a.b", Err: panicking{}})
	got := attributes(records.only(t))
	require.Equal(t, "failure", got["activity.status"])
	require.Equal(t, "activity_test.panicking", got["error.type"])
	require.Equal(t, "!PANIC: no text", got["exception.message"])
}

// contextProcessor is as a synchronous exporter: it gives up when its context is
// done.
type contextProcessor struct{ capture }

func (p *contextProcessor) OnEmit(ctx context.Context, record *sdklog.Record) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return p.capture.OnEmit(ctx, record)
}

func TestCanceledContextLosesNothing(t *testing.T) {
	t.Parallel()
	processor := &contextProcessor{}
	recorder := activity.New(sdklog.NewLoggerProvider(sdklog.WithProcessor(processor)))
	ctx, cancel := context.WithCancel(activity.WithActor(t.Context(), activity.Actor{ID: "u-1"}))
	err := recorder.Do(ctx, "a.b", func(ctx context.Context) error {
		cancel()
		return ctx.Err()
	})
	require.ErrorIs(t, err, context.Canceled)
	got := attributes(processor.only(t))
	require.Equal(t, "canceled", got["activity.status"])
	require.Equal(t, "u-1", got["user.id"])
}

// stuck is an exporter that does not come back before it is told to.
type stuck struct{ release chan struct{} }

func (s *stuck) Export(context.Context, []sdklog.Record) error { <-s.release; return nil }
func (*stuck) ForceFlush(context.Context) error                { return nil }
func (*stuck) Shutdown(context.Context) error                  { return nil }

func TestRecordDoesNotWaitForTheExporter(t *testing.T) {
	t.Parallel()
	exporter := &stuck{release: make(chan struct{})}
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(exporter)))
	recorder := activity.New(provider)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 10_000 {
			recorder.Record(context.Background(), activity.Activity{Action: "a.b"})
		}
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Error("Record waits")
	}
	close(exporter.release)
	require.NoError(t, provider.Shutdown(context.Background()))
}

// filter takes no records.
type filter struct{ capture }

func (*filter) Enabled(context.Context, sdklog.EnabledParameters) bool { return false }

func TestNothingIsBuiltForAProviderThatDoesNotListen(t *testing.T) {
	t.Parallel()
	processor := &filter{}
	recorder := activity.New(sdklog.NewLoggerProvider(sdklog.WithProcessor(processor)))
	called := false
	recorder.Record(t.Context(), activity.Activity{
		Action:   "a.b",
		Metadata: map[string]any{"v": stringerFunc(func() string { called = true; return "" })},
	})
	require.Empty(t, processor.records)
	require.False(t, called)
}

type stringerFunc func() string

func (f stringerFunc) String() string { return f() }

// TestHostileActivityDoesNotCostItsNeighbours sends through the real exporter,
// which refuses a whole batch for one string that is not UTF-8.
func TestHostileActivityDoesNotCostItsNeighbours(t *testing.T) {
	t.Parallel()
	var received atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		received.Add(int64(countRecords(t, r)))
	}))
	defer server.Close()
	exporter, err := otlploghttp.New(t.Context(),
		otlploghttp.WithEndpointURL(server.URL+"/v1/logs"), otlploghttp.WithRetry(otlploghttp.RetryConfig{}))
	require.NoError(t, err)
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(exporter)))
	recorder := activity.New(provider)

	recorder.Record(t.Context(), activity.Activity{Action: "good"})
	recorder.Record(t.Context(), activity.Activity{
		Action: "bad \xff", Details: "\x00\xfe", Metadata: map[string]any{"\xff": "\xff"},
		Attributes: []attribute.KeyValue{attribute.String("k", "\xff")},
	})
	recorder.Record(t.Context(), activity.Activity{Action: "good"})
	require.NoError(t, provider.Shutdown(context.Background()))
	require.EqualValues(t, 3, received.Load())
}

func countRecords(t *testing.T, r *http.Request) int {
	t.Helper()
	var body io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(r.Body)
		if !errorFree(t, err) {
			return 0
		}
		body = unzipped
	}
	content, err := io.ReadAll(body)
	if !errorFree(t, err) {
		return 0
	}
	request := plogotlp.NewExportRequest()
	if !errorFree(t, request.UnmarshalProto(content)) {
		return 0
	}
	return request.Logs().LogRecordCount()
}

// errorFree is for handlers, whose goroutine must not end the test.
func errorFree(t *testing.T, err error) bool {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
	return err == nil
}
