package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/otel-activity/otel-activity/internal/harness"
)

// collectorConfig reads row changes into an exporter that does next to nothing: what
// becomes of them is measured elsewhere.
const collectorConfig = `
receivers:
  postgres_wal: {dsn: "${env:BENCH_DSN}"}
exporters:
  debug: {verbosity: basic}
extensions:
  health_check: {endpoint: %q}
service:
  extensions: [health_check]
  pipelines:
    logs: {receivers: [postgres_wal], exporters: [debug]}
  telemetry:
    metrics: {level: none}
    logs: {level: warn}
`

// newCollector prepares a Collector that reads a database. Its files are beside the
// server's, and go with them.
func newCollector(ctx context.Context, binary string, d *database) (*harness.Collector, error) {
	port, err := harness.FreePort(ctx)
	if err != nil {
		return nil, err
	}
	health := fmt.Sprintf("127.0.0.1:%d", port)
	config := filepath.Join(d.server.Folder(), "collector.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, collectorConfig, health), 0o600); err != nil {
		return nil, err
	}
	return &harness.Collector{
		Binary: binary, Config: config, Env: []string{"BENCH_DSN=" + d.dsn},
		HealthURL: "http://" + health, LogFile: filepath.Join(d.server.Folder(), "collector.log"),
	}, nil
}
