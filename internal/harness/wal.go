package harness

import (
	"fmt"
	"os"
	"path/filepath"
)

const walVariable = "HARNESS_WAL_DSN" // in the configuration here

// wal is merged over the configuration of a Pipeline.
const wal = `
receivers:
  postgres_wal:
    dsn: ${env:HARNESS_WAL_DSN}
    storage: file_storage
service:
  pipelines:
    logs: {receivers: [otlp, postgres_wal]}
`

// ReadWAL lets the Collector read the row changes of a database too, from its next
// start on. Publication and slot are made by it.
func (p *Pipeline) ReadWAL(dsn string) error {
	overlay := filepath.Join(filepath.Dir(p.Config), "wal.yaml")
	if err := os.WriteFile(overlay, []byte(wal), 0o600); err != nil {
		return fmt.Errorf("write the configuration for the WAL: %w", err)
	}
	p.Overlays = append(p.Overlays, overlay)
	p.wal = []string{walVariable + "=" + dsn}
	p.Env = append(p.Env, p.wal...)
	return nil
}
