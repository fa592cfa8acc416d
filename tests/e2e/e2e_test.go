// Package e2e tests the built distribution: real processes, real clients, a real
// Postgres.
package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

const (
	collectorBinary = "../../dist/otelcol-activity"
	ctlBinary       = "../../dist/activityctl"
	sharedData      = "../../../shared/data"
)

func TestMain(m *testing.M) {
	for _, binary := range []string{collectorBinary, ctlBinary} {
		if _, err := os.Stat(binary); err != nil {
			fmt.Fprintf(os.Stderr, "%v: run `make build` first, or `make test`, which does\n", err)
			os.Exit(1)
		}
	}
	pgtest.Main(m)
}

// rig is a running pipeline and its database.
type rig struct {
	*harness.Pipeline
	pool *pgxpool.Pool
}

// newRig starts a Collector that writes to the database of dsn.
func newRig(t *testing.T, dsn string) *rig {
	t.Helper()
	pipeline, err := harness.NewPipeline(t.Context(), collectorBinary, t.TempDir(), dsn)
	require.NoError(t, err)
	require.NoError(t, pipeline.Start(t.Context()))
	t.Cleanup(func() {
		require.NoError(t, pipeline.Stop())
		if t.Failed() {
			log, _ := os.ReadFile(pipeline.LogFile)
			t.Logf("the collector's log:\n%s", log)
		}
	})
	return &rig{Pipeline: pipeline, pool: pgtest.Pool(t, dsn)}
}

// count returns how many activities are stored.
func (r *rig) count(ctx context.Context, t *testing.T) int {
	t.Helper()
	var n int
	require.NoError(t, r.pool.QueryRow(ctx, "SELECT count(*) FROM activity.activity").Scan(&n))
	return n
}

// waitCount waits until at least n activities are stored.
func (r *rig) waitCount(t *testing.T, n int, patience time.Duration) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		stored := r.count(t.Context(), t)
		if stored >= n {
			return
		}
		require.True(t, time.Now().Before(deadline), "%d of %d activities after %s", stored, n, patience)
		time.Sleep(100 * time.Millisecond)
	}
}
