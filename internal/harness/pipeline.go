package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

const dsnVariable = "HARNESS_DSN" // in the configurations here

// MemoryLimit is that of the memory_limiter of a Pipeline, in bytes.
const MemoryLimit = 512 << 20

// pipeline is the smallest configuration that loses nothing: all settings are the
// exporter's defaults, and the queue is on disk.
const pipeline = `
receivers:
  otlp:
    protocols:
      grpc: {endpoint: %q}
      http: {endpoint: %q}
processors:
  memory_limiter: {check_interval: 1s, limit_mib: %d, spike_limit_mib: 128}
exporters:
  activity:
    dsn: ${env:HARNESS_DSN}
    sending_queue: {storage: file_storage}
extensions:
  file_storage: {directory: %q, create_directory: true, fsync: true}
  health_check: {endpoint: %q}
service:
  extensions: [file_storage, health_check]
  pipelines:
    logs: {receivers: [otlp], processors: [memory_limiter], exporters: [activity]}
  telemetry:
    metrics: {level: none}
`

// Pipeline is a Collector that takes activities over OTLP and writes them to a
// database, with the default settings and a queue on disk.
type Pipeline struct {
	*Collector
	// GRPC and HTTP are the OTLP endpoints, host:port.
	GRPC, HTTP string

	wal []string // of Env
}

// SetDSN names another database, or another way to it, for the starts that follow.
func (p *Pipeline) SetDSN(dsn string) { p.Env = append([]string{dsnVariable + "=" + dsn}, p.wal...) }

// NewPipeline prepares a Pipeline that keeps everything in folder; Start starts it.
func NewPipeline(ctx context.Context, binary, folder, dsn string) (*Pipeline, error) {
	var endpoints [3]string
	for i := range endpoints {
		port, err := FreePort(ctx)
		if err != nil {
			return nil, err
		}
		endpoints[i] = fmt.Sprintf("127.0.0.1:%d", port)
	}
	grpc, http, health := endpoints[0], endpoints[1], endpoints[2]
	config := filepath.Join(folder, "config.yaml")
	text := fmt.Sprintf(pipeline, grpc, http, MemoryLimit>>20, filepath.Join(folder, "queue"), health)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("write the collector's configuration: %w", err)
	}
	p := &Pipeline{
		Collector: &Collector{
			Binary: binary, Config: config,
			HealthURL: "http://" + health, LogFile: filepath.Join(folder, "collector.log"),
		},
		GRPC: grpc, HTTP: http,
	}
	p.SetDSN(dsn)
	return p, nil
}
