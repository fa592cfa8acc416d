package query

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

const (
	scrapeTimeout = 2 * time.Second
	// A Collector with many components shows a few hundred kilobytes.
	maxScrape = 8 << 20
)

// scraper reads the Collector's own metrics.
type scraper struct {
	endpoint string
	client   *http.Client
}

// newScraper is nil when there is no endpoint.
func newScraper(endpoint string) *scraper {
	if endpoint == "" {
		return nil
	}
	return &scraper{endpoint: endpoint, client: &http.Client{
		Timeout:   scrapeTimeout,
		Transport: &http.Transport{Proxy: nil, MaxIdleConns: 1, IdleConnTimeout: time.Minute},
	}}
}

func (s *scraper) close() {
	if s != nil {
		s.client.CloseIdleConnections()
	}
}

func (s *scraper) scrape(ctx context.Context) (map[string]*dto.MetricFamily, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.endpoint, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/plain;version=0.0.4")
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", s.endpoint, response.Status)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	return parser.TextToMetricFamilies(io.LimitReader(response.Body, maxScrape))
}

// plainName is the name without what readers add in front and behind.
func plainName(name string) string {
	return strings.TrimSuffix(strings.TrimPrefix(name, "otelcol_"), "_total")
}

func label(m *dto.Metric, name string) string {
	for _, pair := range m.GetLabel() {
		if pair.GetName() == name {
			return pair.GetValue()
		}
	}
	return ""
}

func valueOf(m *dto.Metric) int64 {
	switch {
	case m.GetCounter() != nil:
		return int64(m.GetCounter().GetValue())
	case m.GetGauge() != nil:
		return int64(m.GetGauge().GetValue())
	default:
		return int64(m.GetUntyped().GetValue())
	}
}
