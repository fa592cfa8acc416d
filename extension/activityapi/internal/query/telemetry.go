package query

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

const scopeName = "github.com/otel-activity/otel-activity/extension/activityapi"

// The metrics of the API; README.md says how to read them.
const (
	metricCacheHits       = "activity.api.cache.hits"
	metricCacheMisses     = "activity.api.cache.misses"
	metricRequestDuration = "activity.api.request.duration"
	metricStreams         = "activity.api.streams"
	metricDropped         = "activity.api.stream.dropped"
)

// Telemetry counts what the API does.
type Telemetry struct {
	hits, misses, dropped metric.Int64Counter
	streams               metric.Int64UpDownCounter
	duration              metric.Float64Histogram
}

// NewTelemetry makes the instruments.
func NewTelemetry(provider metric.MeterProvider) (*Telemetry, error) {
	meter := provider.Meter(scopeName)
	var (
		t    Telemetry
		errs [5]error
	)
	t.hits, errs[0] = meter.Int64Counter(metricCacheHits, metric.WithUnit("{answer}"),
		metric.WithDescription("Answers that were kept from another request."))
	t.misses, errs[1] = meter.Int64Counter(metricCacheMisses, metric.WithUnit("{answer}"),
		metric.WithDescription("Answers that could be kept and that the database was asked for."))
	t.duration, errs[2] = meter.Float64Histogram(metricRequestDuration, metric.WithUnit("s"),
		metric.WithDescription("Time until a request was answered, by route and status; that of streams and exports is their length."),
		metric.WithExplicitBucketBoundaries(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10))
	t.streams, errs[3] = meter.Int64UpDownCounter(metricStreams, metric.WithUnit("{stream}"),
		metric.WithDescription("Live streams that are open."))
	t.dropped, errs[4] = meter.Int64Counter(metricDropped, metric.WithUnit("{activity}"),
		metric.WithDescription("Activities left out of a live stream because its client did not keep up."))
	return &t, errors.Join(errs[:]...)
}

func (t *Telemetry) hit(ctx context.Context, endpoint string) {
	t.hits.Add(ctx, 1, metric.WithAttributes(attribute.String("endpoint", endpoint)))
}

func (t *Telemetry) miss(ctx context.Context, endpoint string) {
	t.misses.Add(ctx, 1, metric.WithAttributes(attribute.String("endpoint", endpoint)))
}

// observe measures each request by its route, of which there are few, and not by
// its path, of which there are many.
func (t *Telemetry) observe(mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		_, pattern := mux.Handler(r)
		if pattern == "" {
			pattern = "none"
		}
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		defer func() { //nolint:contextcheck // the request's own
			t.duration.Record(r.Context(), time.Since(started).Seconds(), metric.WithAttributes(
				attribute.String("http.route", strings.TrimPrefix(pattern, r.Method+" ")),
				attribute.Int("http.response.status_code", recorder.status)))
		}()
		next.ServeHTTP(recorder, r)
	})
}

type statusRecorder struct {
	http.ResponseWriter

	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController through to the connection.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }
