package query

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/access"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
)

// GetPipeline answers GET /pipeline. How the Collector does is the same for
// everybody; what is in the database is what the identity may see.
func (s *Service) GetPipeline(w http.ResponseWriter, r *http.Request) {
	admin := access.From(r.Context()).Admin
	s.answerCached(w, r, "pipeline", func(ctx context.Context) (any, error) {
		answer := api.Pipeline{AsOf: time.Now().UTC(), Exporters: []api.ExporterState{}, Telemetry: api.PipelineTelemetryOff}
		if s.scraper != nil {
			families, err := s.scraper.scrape(ctx)
			answer.Telemetry = api.PipelineTelemetryUnavailable
			if err == nil {
				answer.Telemetry, answer.Exporters = api.PipelineTelemetryOk, exportersOf(families)
			}
		}
		f, err := s.reader(r).Freshness(ctx)
		if err != nil {
			return nil, err
		}
		if !f.LastIngestedAt.IsZero() {
			answer.LastIngestedAt = f.LastIngestedAt.UTC()
		}
		if f.HasLag {
			lag := f.Lag.Seconds()
			answer.Lag = &lag
		}
		answer.PendingDeltas = &f.PendingDeltas
		if admin {
			answer.RejectedTotal = &f.Rejected
		}
		return answer, nil
	})
}

// exportersOf reads the figures of each exporter from the Collector's metrics.
func exportersOf(families map[string]*dto.MetricFamily) []api.ExporterState {
	exporters := map[string]*api.ExporterState{}
	for name, family := range families {
		figure, ok := figures[plainName(name)]
		if !ok {
			continue
		}
		for _, m := range family.GetMetric() {
			id := label(m, "exporter")
			if id == "" {
				continue
			}
			state := exporters[id]
			if state == nil {
				state = &api.ExporterState{Name: id}
				exporters[id] = state
			}
			if field := figure(state, m); field != nil {
				add(field, valueOf(m))
			}
		}
	}
	states := make([]api.ExporterState, 0, len(exporters))
	for _, id := range slices.Sorted(maps.Keys(exporters)) {
		states = append(states, *exporters[id])
	}
	return states
}

// figures say which field a metric is for.
var figures = map[string]func(*api.ExporterState, *dto.Metric) **int64{
	"exporter_queue_size":                 func(s *api.ExporterState, _ *dto.Metric) **int64 { return &s.QueueSize },
	"exporter_queue_capacity":             func(s *api.ExporterState, _ *dto.Metric) **int64 { return &s.QueueCapacity },
	"exporter_enqueue_failed_log_records": func(s *api.ExporterState, _ *dto.Metric) **int64 { return &s.Refused },
	"exporter_send_failed_log_records":    func(s *api.ExporterState, _ *dto.Metric) **int64 { return &s.Dropped },
	"activity_exporter_rows": func(s *api.ExporterState, m *dto.Metric) **int64 {
		switch label(m, "outcome") {
		case "written":
			return &s.Written
		case "duplicate":
			return &s.Duplicates
		case "rejected":
			return &s.Rejected
		}
		return nil
	},
}

// add sums what comes with more labels than the exporter, such as the data type.
func add(field **int64, value int64) {
	if *field == nil {
		*field = new(int64)
	}
	**field += value
}
