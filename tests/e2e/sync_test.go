package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// With wait_for_result and no storage, what is acknowledged is committed: the Collector
// is killed right behind the last acknowledgement, and every row is there.
func TestSynchronousAcknowledgementsMeanCommitted(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewDSN(t)
	folder := t.TempDir()
	pipeline, err := harness.NewPipeline(t.Context(), collectorBinary, folder, dsn)
	require.NoError(t, err)
	overlay := filepath.Join(folder, "sync.yaml")
	require.NoError(t, os.WriteFile(overlay, []byte("exporters: {activity: {sending_queue: {storage: null, wait_for_result: true}}}\n"), 0o600))
	pipeline.Overlays = append(pipeline.Overlays, overlay)
	require.NoError(t, pipeline.Start(t.Context()))

	const activities = 5000
	client, err := harness.NewClient(t.Context(), pipeline.GRPC, "sync", activities)
	require.NoError(t, err)
	for range activities {
		client.Record(t.Context(), activity.Activity{Action: "order.update"})
	}
	require.NoError(t, client.Close(t.Context()))
	require.NoError(t, pipeline.Kill())
	require.Len(t, client.Acknowledged(), activities)
	r := &rig{Pipeline: pipeline, pool: pgtest.Pool(t, dsn)}
	require.Equal(t, activities, r.count(t.Context(), t))
}
