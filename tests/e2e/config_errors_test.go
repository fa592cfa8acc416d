package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// faultless is a configuration without a mistake, in which each case makes one.
//
//nolint:gosec // the password is there to be looked for in the output
const faultless = `
receivers:
  otlp:
    protocols:
      grpc: {endpoint: 127.0.0.1:0}
exporters:
  activity:
    dsn: postgres://activity:hunter2@127.0.0.1:1/app
    sending_queue: {storage: file_storage}
extensions:
  file_storage: {directory: %q, create_directory: true, fsync: true}
service:
  extensions: [file_storage]
  pipelines:
    logs: {receivers: [otlp], exporters: [activity]}
  telemetry:
    metrics: {level: none}
`

// The Collector must not start with a mistake, and must say in one sentence which
// key it is in and what to do. So must its command validate.
func TestConfigurationMistakes(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "config.yaml")
	text := fmt.Sprintf(faultless, filepath.Join(t.TempDir(), "queue"))
	require.NoError(t, os.WriteFile(config, []byte(text), 0o600))
	output, err := runCollector(t, "validate", "--config="+config)
	require.NoError(t, err, output)

	for name, test := range map[string]struct {
		set  string
		want []string
	}{
		"unknown key":       {"exporters::activity::sending_que=1", []string{"sending_que is no key here", "correct it to one of"}},
		"unknown limit":     {"exporters::activity::limits::detail=1", []string{"detail is no key here", "correct it to one of"}},
		"no database":       {"exporters::activity::dsn=", []string{"activity: dsn is empty", "set it to the connection string"}},
		"bad DSN":           {"exporters::activity::dsn=postgres://activity:hunter2@host:port/app", []string{"activity: dsn: ", "write a URL"}},
		"two databases":     {"exporters::activity::postgres=file_storage", []string{"dsn and postgres are both set", "remove dsn"}},
		"negative limit":    {"exporters::activity::limits::details=-1", []string{"limits: details is -1", "set it to 1 or more"}},
		"no connections":    {"exporters::activity::max_connections=0", []string{"max_connections is 0", "set it to 1 or more"}},
		"negative queue":    {"exporters::activity::sending_queue::queue_size=-1", []string{"sending_queue: `queue_size` must be positive"}},
		"negative batch":    {"exporters::activity::sending_queue::batch::max_size=-1", []string{"batch: `max_size` must be non-negative"}},
		"negative timeout":  {"exporters::activity::timeout=-1s", []string{"timeout is -1s", "set it to 0 for none"}},
		"negative interval": {"exporters::activity::maintenance_interval=-1s", []string{"maintenance_interval is -1s", "set it to 0"}},
		"missing storage":   {"exporters::activity::sending_queue::storage=nowhere", []string{"sending_queue::storage", "nowhere", "extensions"}},
		"missing Postgres":  {"exporters::activity={postgres: embedded_postgres}", []string{"exporters::activity::postgres", "embedded_postgres", "extensions"}},
		"wrong signal":      {"service::pipelines::metrics={receivers: [otlp], exporters: [activity]}", []string{"service::pipelines::metrics", "takes logs alone"}},
		"storage off":       {"service::extensions=[]", []string{"sending_queue::storage", "file_storage", "service::extensions"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, args := range [][]string{{"validate"}, nil} {
				output, err := runCollector(t, append(args, "--config="+config, "--set="+test.set)...)
				var exit *exec.ExitError
				require.ErrorAs(t, err, &exit, "%v must stop: %s", args, output)
				require.NotEqual(t, -1, exit.ExitCode(), "%v doesn't end by itself: %s", args, output)
				for _, part := range test.want {
					require.Contains(t, output, part, args)
				}
				require.NotContains(t, output, "hunter2")
			}
		})
	}
}

func runCollector(t *testing.T, args ...string) (output string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, collectorBinary, args...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}
