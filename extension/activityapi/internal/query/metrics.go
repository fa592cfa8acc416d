package query

import (
	"context"
	"net/http"
	"time"

	openapi "github.com/oapi-codegen/runtime/types"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	defaultTop = 10
	maxTop     = 100
)

// GetMetrics answers GET /metrics.
func (s *Service) GetMetrics(w http.ResponseWriter, r *http.Request, p api.GetMetricsParams) {
	f, err := countedFilter(r, defaultMetrics)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	top, err := within("top", p.Top, maxTop, defaultTop)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.answerCached(w, r, "metrics", func(ctx context.Context) (any, error) {
		m, err := s.reader(r).Metrics(ctx, f.Project, f.From, f.To, top)
		if err != nil {
			return nil, err
		}
		return metricsOf(&m), nil
	})
}

func metricsOf(m *store.Metrics) api.Metrics {
	answer := api.Metrics{
		From: m.From.UTC(), To: m.To.UTC(), AsOf: time.Now().UTC(),
		Summary: summaryOf(&m.Summary), Previous: summaryOf(&m.Previous),
		Daily:      make([]api.MetricsDay, len(m.Daily)),
		TopActions: make([]api.ActionCount, len(m.TopActions)),
		BySource:   make([]api.SourceOutcome, len(m.BySource)),
		Heat:       make([]api.HourCount, len(m.Heat)),
	}
	for i, d := range m.Daily {
		answer.Daily[i] = api.MetricsDay{
			Day: openapi.Date{Time: d.Day.UTC()}, Total: d.Total, Failures: d.Failures, BySeverity: countsOf(d.BySeverity),
		}
	}
	for i, a := range m.TopActions {
		answer.TopActions[i] = api.ActionCount{Action: a.Action, Total: a.Total, Failures: a.Failures}
	}
	for i, o := range m.BySource {
		answer.BySource[i] = api.SourceOutcome{Source: api.Source(o.Source), ByStatus: countsOf(o.ByStatus)}
	}
	for i, h := range m.Heat {
		answer.Heat[i] = api.HourCount{Weekday: h.Weekday, Hour: h.Hour, Count: h.Count}
	}
	if d := m.Durations; d != nil {
		answer.Durations = api.Durations{Count: d.Count, P50: d.P50, P95: d.P95, P99: d.P99, Max: d.Max}
	}
	if t := m.DistinctActors; t != nil {
		answer.DistinctActors = api.Total{Value: t.Value, Relation: api.Relation(t.Relation)}
	}
	return answer
}

func summaryOf(s *store.Summary) api.MetricsSummary {
	return api.MetricsSummary{
		Total: s.Total, Failures: s.Failures, Critical: s.Critical,
		ByStatus: countsOf(s.ByStatus), BySeverity: countsOf(s.BySeverity), BySource: countsOf(s.BySource),
	}
}

// countsOf is never null, which the contract doesn't know.
func countsOf(counts map[string]int64) api.Counts {
	if counts == nil {
		return api.Counts{}
	}
	return counts
}
