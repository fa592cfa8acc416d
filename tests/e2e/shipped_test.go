package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/harness"
)

// The configuration that ships runs with a Postgres of its own; what it took is
// there after a restart, activityctl finds it, and doctor finds nothing to change.
// Only the ports differ, so that the test can run beside other Collectors.
func TestShippedConfiguration(t *testing.T) {
	t.Parallel()
	folder := sharedFolder(t)
	port := func() int {
		port, err := harness.FreePort(t.Context())
		require.NoError(t, err)
		return port
	}
	grpc, health, postgres := fmt.Sprintf("127.0.0.1:%d", port()), fmt.Sprintf("127.0.0.1:%d", port()), port()
	collector := &harness.Collector{
		Binary: collectorBinary, Config: "../../otelcol-config.yaml",
		Env: []string{"OTEL_ACTIVITY_DATA=" + filepath.Join(folder, "data")},
		Set: []string{
			"receivers.otlp.protocols.grpc.endpoint=" + grpc,
			fmt.Sprintf("receivers.otlp.protocols.http.endpoint=127.0.0.1:%d", port()),
			"extensions.health_check.endpoint=" + health,
			"extensions.embedded_postgres.port=" + strconv.Itoa(postgres),
			fmt.Sprintf("extensions.activity_api.http.endpoint=127.0.0.1:%d", port()),
			"service.telemetry.metrics.level=none",
		},
		HealthURL: "http://" + health, LogFile: filepath.Join(folder, "collector.log"),
	}
	require.NoError(t, collector.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, collector.Stop()) })

	const activities = 300
	client, err := harness.NewClient(t.Context(), grpc, "shipped", activities)
	require.NoError(t, err)
	for n := range activities {
		client.Record(t.Context(), activity.Activity{
			Action: "order.refund", ProjectID: "shipped",
			Entity: activity.Entity{Type: "order", ID: strconv.Itoa(n)},
		})
	}
	require.NoError(t, client.Close(t.Context()))

	dsn := fmt.Sprintf("postgres://activity@127.0.0.1:%d/activity?passfile=%s", postgres, filepath.Join(folder, "data", "postgres", "password"))
	query := []string{"query", "--dsn", dsn, "--project", "shipped", "--action", "order.refund", "--limit", "1000", "--output", "ndjson"}
	require.Eventually(t, func() bool { return lines(ctl(t, query...)) == activities }, 30*time.Second, 200*time.Millisecond)

	require.Empty(t, ctl(t, "doctor", "--config", "../../otelcol-config.yaml", "--dsn", dsn), "nothing to change")

	require.NoError(t, collector.Stop())
	require.NoError(t, collector.Start(t.Context()))
	require.Equal(t, activities, lines(ctl(t, query...)), "after a restart")
	require.Equal(t, 1, lines(ctl(t, append(query, "--entity", "order:42")...)))
}

// sharedFolder is one that the user who runs Postgres can pass through, which a
// test's own folder isn't when the test runs as root.
func sharedFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "activity-e2e-") //nolint:usetesting // see above
	require.NoError(t, err)
	require.NoError(t, os.Chmod(folder, 0o711)) //nolint:gosec // see above
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	return folder
}

// ctl runs activityctl and returns what it printed to its standard output.
func ctl(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, problems bytes.Buffer
	cmd := exec.CommandContext(t.Context(), ctlBinary, args...)
	cmd.Stdout, cmd.Stderr = &out, &problems
	require.NoError(t, cmd.Run(), "activityctl %v: %s", args, &problems)
	return out.Bytes()
}

func lines(text []byte) int { return bytes.Count(text, []byte("\n")) }
