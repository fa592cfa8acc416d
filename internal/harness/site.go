package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// site is merged over the configuration of a Pipeline: the query API with its web
// page, activities from pages of others, and the Collector's own metrics, which the API
// reads.
const site = `
receivers:
  otlp:
    protocols:
      http: {cors: {allowed_origins: ["http://127.0.0.1:*"]}}
extensions:
  activity_api:
    http: {endpoint: %q, cors: {allowed_origins: ["http://127.0.0.1:*"]}%s}
    dsn: ${env:HARNESS_DSN}
    metrics_endpoint: http://127.0.0.1:%[3]d/metrics
%[4]sservice:
  extensions: [file_storage, health_check, activity_api%[5]s]
  telemetry:
    metrics:
      level: normal
      readers:
        - pull: {exporter: {prometheus: {host: 127.0.0.1, port: %[3]d}}}
`

const tokenAuthentication = `    authorization: {all_projects: true}
  bearertokenauth: {token: %q}
`

// Site is a Pipeline with the query API and the web page.
type Site struct {
	*Pipeline
	// URL is where the page is, without a slash at the end.
	URL string
	// MetricsURL is where Prometheus reads the Collector's own metrics.
	MetricsURL string
}

// NewSite prepares a Site that keeps everything in folder; Start starts it. With
// a token, nothing is told without it.
func NewSite(ctx context.Context, binary, folder, dsn, token string) (*Site, error) {
	pipeline, err := NewPipeline(ctx, binary, folder, dsn)
	if err != nil {
		return nil, err
	}
	var ports [2]int
	for i := range ports {
		if ports[i], err = FreePort(ctx); err != nil {
			return nil, err
		}
	}
	endpoint, authenticator, authentication, extension := fmt.Sprintf("127.0.0.1:%d", ports[0]), "", "", ""
	if token != "" {
		authenticator, extension = ", auth: {authenticator: bearertokenauth}", ", bearertokenauth"
		authentication = fmt.Sprintf(tokenAuthentication, token)
	}
	overlay := filepath.Join(folder, "site.yaml")
	text := fmt.Sprintf(site, endpoint, authenticator, ports[1], authentication, extension)
	if err := os.WriteFile(overlay, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("write the site's configuration: %w", err)
	}
	pipeline.Overlays = append(pipeline.Overlays, overlay)
	return &Site{
		Pipeline: pipeline, URL: "http://" + endpoint,
		MetricsURL: fmt.Sprintf("http://127.0.0.1:%d/metrics", ports[1]),
	}, nil
}
