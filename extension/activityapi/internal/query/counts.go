package query

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/access"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	// What is counted when nobody says from when.
	defaultCounted = 24 * time.Hour
	defaultMetrics = 30 * day

	defaultValues = 10
	maxValues     = 100

	defaultBuckets = 120
	maxBuckets     = 240
)

// answerCached answers what anybody of the same scope may be given again for a
// while. A span before now is the same question until then.
func (s *Service) answerCached(w http.ResponseWriter, r *http.Request, endpoint string, ask func(context.Context) (any, error)) {
	body, err := s.cache.answer(r.Context(), endpoint, cacheKey(r), func(ctx context.Context) ([]byte, error) {
		value, err := ask(ctx)
		if err != nil {
			return nil, err
		}
		return json.Marshal(value)
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.answerBytes(w, body)
}

// cacheKey names the projects as they are, each with its length in front: no name
// can be made up that stands for two. An admin's answers are for admins: they hold
// figures that others of the same projects don't get.
func cacheKey(r *http.Request) string {
	var b strings.Builder
	id := access.From(r.Context())
	scope := id.Scope
	b.WriteString(strconv.FormatBool(id.Admin) + "," + strconv.FormatBool(scope.All))
	for _, project := range scope.Projects {
		b.WriteString("," + strconv.Itoa(len(project)) + ":" + project)
	}
	return b.String() + "&" + r.URL.Query().Encode()
}

// countedFilter is a filter with both its times.
func countedFilter(r *http.Request, otherwise time.Duration) (store.Filter, error) {
	now := time.Now()
	f, err := filterOf(r, now)
	if f.To.IsZero() {
		f.To = now
	}
	if f.From.IsZero() {
		f.From = f.To.Add(-otherwise)
	}
	return f, err
}

// GetFacets answers GET /activities/facets.
func (s *Service) GetFacets(w http.ResponseWriter, r *http.Request, p api.GetFacetsParams) {
	f, err := countedFilter(r, defaultCounted)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	limit, err := within("limit", p.Limit, maxValues, defaultValues)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	asked := p.Field
	if len(asked) == 0 {
		asked = facetFields
	}
	names := make([]string, len(asked))
	for i, field := range asked {
		if _, err := word("field", field, field); err != nil {
			s.fail(w, r, err)
			return
		}
		names[i] = storeField(string(field))
	}
	s.answerCached(w, r, "facets", func(ctx context.Context) (any, error) {
		counted, err := s.reader(r).Facets(ctx, f, names, limit)
		if err != nil {
			return nil, err
		}
		return facetsOf(f, asked, counted), nil
	})
}

var facetFields = []api.FacetField{
	api.FacetFieldSeverity, api.FacetFieldStatus, api.FacetFieldSource, api.FacetFieldAction,
	api.FacetFieldActorId, api.FacetFieldEntityType, api.FacetFieldProjectId,
}

// storeField is what the store calls a field that can be counted or suggested.
func storeField(field string) string {
	switch field {
	case "actorId":
		return "actor"
	case "projectId":
		return "project"
	}
	return snake(field)
}

func facetsOf(f store.Filter, fields []api.FacetField, counted []store.FacetCounts) api.Facets {
	answer := api.Facets{From: f.From.UTC(), To: f.To.UTC(), AsOf: time.Now().UTC(), Facets: make([]api.Facet, len(counted))}
	for i, c := range counted {
		facet := api.Facet{Field: fields[i], Relation: api.Relation(c.Relation), Values: make([]api.ValueCount, len(c.Values))}
		for j, v := range c.Values {
			facet.Values[j] = api.ValueCount{Value: v.Value, Count: v.N}
		}
		answer.Facets[i] = facet
	}
	return answer
}

// GetHistogram answers GET /activities/histogram.
func (s *Service) GetHistogram(w http.ResponseWriter, r *http.Request, p api.GetHistogramParams) {
	f, err := countedFilter(r, defaultCounted)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	buckets, err := within("buckets", p.Buckets, maxBuckets, defaultBuckets)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	by, err := word("by", p.By, api.HistogramDimensionSeverity)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.answerCached(w, r, "histogram", func(ctx context.Context) (any, error) {
		h, err := s.reader(r).Histogram(ctx, f, store.HistogramRequest{By: dimensions[by], Buckets: buckets})
		if err != nil {
			return nil, err
		}
		return histogramOf(by, h), nil
	})
}

var dimensions = map[api.HistogramDimension]store.Dimension{
	api.HistogramDimensionSeverity: store.BySeverity,
	api.HistogramDimensionStatus:   store.ByStatus,
	api.HistogramDimensionSource:   store.BySource,
}

func histogramOf(by api.HistogramDimension, h store.Histogram) api.Histogram {
	answer := api.Histogram{
		From: h.From.UTC(), To: h.To.UTC(), Width: int64(h.Width / time.Second), By: by,
		Relation: api.Relation(h.Relation), SearchedTo: h.SearchedTo, AsOf: time.Now().UTC(),
		Buckets: make([]api.Bucket, len(h.Buckets)),
	}
	for i, b := range h.Buckets {
		counts := api.Counts(b.Counts)
		if counts == nil {
			counts = api.Counts{}
		}
		answer.Buckets[i] = api.Bucket{Start: b.Start.UTC(), Counts: counts}
	}
	return answer
}
