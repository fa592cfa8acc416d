package store

import (
	"context"
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// BenchmarkSealer seals 100,000 activities of one hour, and says what one costs.
func BenchmarkSealer(b *testing.B) {
	const rows = 100_000
	pool := pgtest.New(b)
	all := testActivities(rows, yesterday().Truncate(time.Hour), time.Hour/rows)
	for part := all; len(part) > 0; part = part[min(8192, len(part)):] {
		_, err := NewWriter(pool).Write(context.Background(), testBatch(part[:min(8192, len(part))]...), nil)
		require.NoError(b, err)
	}
	_, key, err := ed25519.GenerateKey(nil)
	require.NoError(b, err)
	_, err = pool.Exec(context.Background(), "VACUUM ANALYZE activity.activity")
	require.NoError(b, err)
	for b.Loop() {
		b.StopTimer()
		_, err := pool.Exec(context.Background(), "TRUNCATE activity.seal, activity.seal_leaves")
		require.NoError(b, err)
		b.StartTimer()
		require.NoError(b, NewSealer(pool, key, 0).Run(context.Background(), nil))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
